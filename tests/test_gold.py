"""Gold files: what is read, what is written back, and that a file that breaks a rule is refused by name and number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from whodid import schema
from whodid.errors import DataError
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.gold import placeable, read_gold, write_gold

SAMPLES = Path(__file__).parents[1] / "data" / "samples" / "gold.jsonl"


def record(key: str = "a1", **changes: Any) -> dict[str, Any]:
    event = {
        "type": "kidnapping",
        "main": True,
        "perpetrators": [{"kind": "individual", "mentions": ["Gunmen"]}],
        "victims": [{"mentions": ["Ana Ruiz"], "named": True}],
        "targets": [],
        "weapons": [],
    }
    return {"id": key, "title": "Two held", "text": "Gunmen seized Ana Ruiz.", "events": [event], **changes}


def with_event(**changes: Any) -> dict[str, Any]:
    whole = record()
    return {**whole, "events": [{**whole["events"][0], **changes}]}


def write(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


def test_an_article_is_title_blank_line_and_text(tmp_path: Path) -> None:
    (article,) = read_gold(write(tmp_path / "gold.jsonl", record()))
    assert article.text == "Two held\n\nGunmen seized Ana Ruiz."
    assert article.events == (
        GoldEvent(
            "kidnapping",
            (
                GoldEntity("perpetrator_individual", ("Gunmen",)),
                GoldEntity("victim", ("Ana Ruiz",), named=True),
            ),
            main=True,
        ),
    )


def test_the_samples_are_read_in_order() -> None:
    articles = read_gold(SAMPLES)
    assert len(articles) == 14
    assert articles[0].id == "mali-engineers-abducted"
    assert sum(not article.events for article in articles) == 2


def test_what_is_written_is_read_back_and_fits_the_schema(tmp_path: Path) -> None:
    cut = Article("b", "Gunmen fled.\n\nUnread end.", (GoldEvent("attack"),), 12, victim_names=("Ana Ruiz",))
    articles = (*read_gold(SAMPLES), cut)
    assert not write_gold(tmp_path / "again.jsonl", articles)
    assert read_gold(tmp_path / "again.jsonl") == articles
    validator = Draft202012Validator(schema.gold())
    for line in (tmp_path / "again.jsonl").read_text(encoding="utf-8").splitlines():
        validator.validate(json.loads(line))


def test_what_cannot_be_written_is_counted() -> None:
    event = GoldEvent("attack", (GoldEntity("victim", ("Ana", "Eve")), GoldEntity("weapon", ("bomb",))))
    kept, lost = placeable(Article("a", "Ana fell. A bombing.", (event,)))
    assert kept.events[0].entities == (GoldEntity("victim", ("Ana",)),)
    assert sorted(lost.values()) == [1, 2]  # one participant; "Eve" and "bomb", which is no whole word there


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([], "is empty"),
        ([record(), record("a2"), record()], "1 ids come more than once: 'a1'"),
        ([record(), {**record(), "id": ""}], "1 records have no id"),
        ([with_event(type="heist"), record("a2")], "1 events have an unknown type: 'heist' (article 'a1')"),
        ([with_event(victims=[{"mentions": ["Eva Ruiz"]}])], "1 mentions do not occur in their article"),
        ([with_event(victims=[{"mentions": ["Ana Rui"]}])], "'Ana Rui' (victim, article 'a1')"),
        ([record(read_until=12)], "2 mentions do not occur"),
        ([record(victim_names="Ana")], "'victim_names' is 'Ana'; it is a list of names, or absent"),
        ([record(victim_names=[""])], "it is a list of names, or absent"),
        ([record(read_until=99)], "'read_until' is 99; it counts characters, from 0 to 33"),
        ([record(text="")], "'text' is ''"),
        ([record(body="x")], "key 'body' is unknown"),
        ([with_event(perpetrators=[{"kind": "ghost", "mentions": ["Gunmen"]}])], "'ghost'"),
        ([["a1"]], "not a JSON object"),
    ],
)
def test_a_file_that_breaks_a_rule_is_refused(tmp_path: Path, records: list[Any], words: str) -> None:
    with pytest.raises(DataError) as caught:
        read_gold(write(tmp_path / "gold.jsonl", *records))
    assert words in str(caught.value)


def test_the_first_three_offenders_are_named_and_the_others_counted(tmp_path: Path) -> None:
    twice = [record(f"a{i}") for i in range(5)] * 2
    with pytest.raises(DataError, match=r"5 ids come more than once: 'a0', 'a1', 'a2' and 2 more; "):
        read_gold(write(tmp_path / "gold.jsonl", *twice))


def test_a_missing_file_is_an_error_and_not_a_defect(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_gold(tmp_path / "nowhere.jsonl")
