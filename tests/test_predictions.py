"""Prediction files: they answer for exactly the gold articles, and what they say must stand in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from whodid import schema
from whodid.errors import DataError
from whodid.ontology import DEFAULT
from whodid.types import Entity, Event, Mention, Prediction, Sentence
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.predictions import read_predictions, write_predictions

ARTICLES = tuple(
    Article(key, f"Gunmen seized {name}.", (GoldEvent("kidnapping", (GoldEntity("victim", (name,)),)),))
    for key, name in (("a1", "Ana Ruiz"), ("a2", "Eva Paz"))
)

Oracle = Callable[[Article], Prediction]


@pytest.fixture
def lines(tmp_path: Path, oracle: Oracle) -> list[dict[str, Any]]:
    write_predictions(tmp_path / "good.jsonl", ARTICLES, [oracle(a) for a in ARTICLES], source="test")
    return [json.loads(line) for line in (tmp_path / "good.jsonl").read_text(encoding="utf-8").splitlines()]


def written(path: Path, records: list[Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


def test_what_is_written_is_read_back_in_the_order_of_gold(tmp_path: Path, lines: Any, oracle: Oracle) -> None:
    backwards = written(tmp_path / "p.jsonl", lines[::-1])
    assert read_predictions(backwards, ARTICLES) == tuple(oracle(article) for article in ARTICLES)


def test_written_lines_fit_the_schema(lines: Any) -> None:
    for line in lines:
        Draft202012Validator(schema.prediction()).validate(line)


def test_incidents_links_the_main_event_and_evidence_are_read_back(tmp_path: Path) -> None:
    text = "A gang robbed Ada.\nThen the gang robbed Bo."
    gang, ada, bo = (
        Entity(
            name,
            role,
            f"{role.split('_')[0]}s",
            kind,
            name != "gang",
            0.75,
            tuple(Mention(start, start + len(name), name) for start in places),
        )
        for name, role, kind, places in (
            ("gang", "perpetrator_individual", "individual", (2, 28)),
            ("Ada", "victim", None, (14,)),
            ("Bo", "victim", None, (40,)),
        )
    )
    first, second = Sentence(0, 18, text[:18]), Sentence(19, 43, text[19:])
    events = (
        Event("robbery", 0.9, (gang, bo), (0.5, 0.25), evidence=(second, first)),
        Event("robbery", 0.8, (gang, ada), (0.5, 0.125), main=True, evidence=(first,)),
        Event("arson", 0.7),
    )
    answer = Prediction(text, events, dict.fromkeys(DEFAULT.type_names, 0.9), 1, abstained=False)
    article = Article("r", text)
    write_predictions(tmp_path / "p.jsonl", [article], [answer], source="test")
    Draft202012Validator(schema.prediction()).validate(json.loads((tmp_path / "p.jsonl").read_text(encoding="utf-8")))
    assert read_predictions(tmp_path / "p.jsonl", [article]) == (answer,)


def change(place: tuple[Any, ...], value: Any) -> Callable[[list[Any]], list[Any]]:
    def apply(lines: list[Any]) -> list[Any]:
        node: Any = lines
        for key in place[:-1]:
            node = node[key]
        node[place[-1]] = value
        return lines

    return apply


EVENT = (0, "events", 0)
VICTIM = (*EVENT, "victims", 0)
BAD: list[tuple[Callable[[list[Any]], list[Any]], str]] = [
    (lambda lines: [], "is empty"),
    (lambda lines: lines[:1], "1 gold articles have no prediction: 'a2'"),
    (lambda lines: [*lines, {**lines[0], "id": "a3"}], "1 predictions have no gold article: 'a3'"),
    (lambda lines: [*lines, lines[0]], "1 ids come more than once: 'a1'"),
    (change((*EVENT, "type"), "heist"), "1 events have an unknown type: 'heist' (article 'a1')"),
    (change((*VICTIM, "role"), "bystander"), "1 participants have an unknown role: 'bystander' (article 'a1')"),
    (change((0, "scores", "heist"), 0.5), "score of an event type or have one of an unknown type: 'heist'"),
    (change((0, "scores"), {"attack": 0.5}), "1 predictions lack the score"),
    (change((0, "scores", "attack"), 1.5), "'attack' is 1.5; it is a probability"),
    (
        change((*VICTIM, "mentions", 0, "text"), "Eva Ruiz"),
        "1 mentions or sentences are not what stands in the article",
    ),
    (change((*VICTIM, "mentions", 0, "start"), 0), "'Ana Ruiz' at 0-22 (article 'a1')"),
    (change((*VICTIM, "mentions"), []), "has no mentions"),
    (change((*VICTIM, "link"), 1.5), "'link' is 1.5; it is a probability"),
    (change((*VICTIM, "link"), None), "'link' is None; it is a probability"),
    (change((*EVENT, "main"), 1), "'main' is 1; it must be of type bool"),
    (change((*EVENT, "evidence"), None), "'evidence' is None; it must be of type list"),
    (change((*EVENT, "evidence"), [{"start": 0, "end": 99, "text": "Gunmen"}]), "'Gunmen' at 0-99 (article 'a1')"),
    (change((*VICTIM, "role"), "weapon"), "role 'weapon' stands under 'victims'"),
    (change((0, "event_types"), ["arson"]), "'event_types' is ['arson'], but the events are ['kidnapping']"),
    (change((0, "schema_version"), "0.9"), "schema_version is '0.9'"),
    (change((0, "windows"), True), "'windows' is True"),
    (change((0, "events"), [7]), "'events' holds 7"),
]


@pytest.mark.parametrize(("spoil", "words"), BAD, ids=[words for _, words in BAD])
def test_a_file_that_breaks_a_rule_is_refused(
    tmp_path: Path, lines: list[Any], spoil: Callable[[list[Any]], list[Any]], words: str
) -> None:
    with pytest.raises(DataError) as caught:
        read_predictions(written(tmp_path / "p.jsonl", spoil(lines)), ARTICLES)
    assert words in str(caught.value)


def test_offenders_are_named_and_counted(tmp_path: Path, lines: list[Any], oracle: Oracle) -> None:
    many = tuple(Article(f"x{i}", "Nothing.") for i in range(6))
    with pytest.raises(DataError, match=r"6 gold articles have no prediction: 'x0', 'x1', 'x2' and 3 more; predict on"):
        read_predictions(written(tmp_path / "p.jsonl", lines), (*ARTICLES, *many))
