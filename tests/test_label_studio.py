"""Label Studio tasks: round trips, and what people draw by hand."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whodid.errors import DataError
from whodid_training.annotation import label_studio
from whodid_training.annotation.articles import GoldArticle
from whodid_training.annotation.graph import Graph, Mark, labels, read_graph, to_graph
from whodid_training.article import GoldEntity, GoldEvent

VICTIM = GoldEntity("victim", ("Zoë Ruiz", "Ruiz"))
ARTICLE = GoldArticle(
    id="a1",
    title="Two held 🔥",
    body="Gunmen 😔 of the Red Front (RF)\r\nseized Zoë Ruiz.\r\n\r\nRuiz was later shot by the gunmen.\r\n",
    events=(
        GoldEvent(
            "kidnapping",
            (
                GoldEntity("perpetrator_individual", ("Gunmen", "gunmen")),
                GoldEntity("perpetrator_organization", ("Red Front", "RF")),
                VICTIM,
            ),
            main=True,
        ),
        GoldEvent("attack", (GoldEntity("perpetrator_individual", ("gunmen",)), VICTIM), main=False),
    ),
    extra={"date": "2021-03-04", "source": "agency wire", "region": "West Africa"},
)


def task(result: list[dict[str, Any]], text: str = "Gunmen took 😔 Ana Ruiz.") -> dict[str, Any]:
    return {"id": 5, "data": {"text": text}, "annotations": [{"result": result}]}


def region(key: str, start: int, end: int, label: str, text: str | None = None) -> dict[str, Any]:
    value: dict[str, Any] = {"start": start, "end": end, "labels": [label]}
    return {"id": key, "type": "labels", "value": value if text is None else {**value, "text": text}}


def relation(source: str, target: str, *names: str) -> dict[str, Any]:
    return {"type": "relation", "from_id": source, "to_id": target, "labels": list(names)}


def read(one: dict[str, Any]) -> GoldArticle:
    article = label_studio.from_task(one, where="task 5")
    assert article is not None
    return article


TAKEN = [
    region("k", 7, 11, "kidnapping (main)", "took"),
    region("g", 0, 6, "perpetrator_individual", "Gunmen"),
    region("v", 14, 22, "victim", "Ana Ruiz"),
]
EVENTS = (
    GoldEvent(
        "kidnapping",
        (GoldEntity("perpetrator_individual", ("Gunmen",)), GoldEntity("victim", ("Ana Ruiz",))),
        main=True,
    ),
)


def test_an_article_with_emoji_and_crlf_survives_the_round_trip(tmp_path: Path) -> None:
    empty = GoldArticle("a2", "It rained.\r\n🌧️")
    label_studio.write(tmp_path / "tasks.json", [ARTICLE, empty])
    imported = label_studio.read(tmp_path / "tasks.json")
    assert imported.articles == (ARTICLE, empty)
    assert imported.unannotated == 0


def test_regions_say_where_their_text_stands_in_code_points() -> None:
    one = label_studio.to_task(ARTICLE)
    regions = [item["value"] for item in one["annotations"][0]["result"] if item["type"] == "labels"]
    text = one["data"]["text"]
    assert text == ARTICLE.text
    assert all(text[value["start"] : value["end"]] == value["text"] for value in regions)
    assert {"Zoë Ruiz", "RF", "gunmen"} <= {value["text"] for value in regions}


def test_offsets_in_utf_16_are_told_by_the_regions_texts() -> None:
    shifted = copy.deepcopy(TAKEN)
    shifted[2]["value"].update(start=15, end=23)  # the emoji counts as two
    assert read(task(shifted)).events == read(task(TAKEN)).events == EVENTS


def test_a_line_break_in_a_regions_text_may_be_spelt_as_the_program_likes() -> None:
    text = "Gunmen took Ana\r\nRuiz."
    for spelt in ("Ana\r\nRuiz", "Ana\\nRuiz", "Ana Ruiz"):
        result = [region("k", 7, 11, "kidnapping", "took"), region("v", 12, 21, "victim", spelt)]
        assert read(task(result, text)).events[0].entities == (GoldEntity("victim", ("Ana Ruiz",)),)


def test_participants_of_the_only_event_need_no_relation_and_those_of_several_do() -> None:
    assert read(task(TAKEN)).events == EVENTS
    second = region("a", 12, 13, "attack", "😔")
    with pytest.raises(DataError, match=r"'Gunmen' .* is in none of the article's 2 events; draw a relation 'in'"):
        read(task([*TAKEN, second]))
    drawn = [*TAKEN, second, relation("g", "k", "in"), relation("v", "k", "in"), relation("v", "a", "in")]
    attack = GoldEvent("attack", (GoldEntity("victim", ("Ana Ruiz",)),), main=False)
    assert read(task(drawn)).events == (*EVENTS, attack)


def test_marks_joined_as_the_same_are_one_participant() -> None:
    short = region("s", 18, 22, "victim", "Ruiz")
    apart = read(task([*TAKEN, short])).events[0].entities[1:]
    joined = read(task([*TAKEN, short, relation("s", "v", "same")])).events[0].entities[1:]
    assert apart == (GoldEntity("victim", ("Ana Ruiz",)), GoldEntity("victim", ("Ruiz",)))
    assert joined == (GoldEntity("victim", ("Ana Ruiz", "Ruiz")),)


def test_tasks_that_nobody_annotated_are_left_out_and_counted(tmp_path: Path) -> None:
    tasks = [
        task(TAKEN),
        {"id": 6, "data": {"text": "Rain."}},
        {"id": 7, "data": {"text": "Rain."}, "annotations": [{"was_cancelled": True, "result": []}]},
        {"id": 8, "data": {"text": "Rain."}, "annotations": [{"result": []}]},
    ]
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    imported = label_studio.read(tmp_path / "export.json")
    assert [article.id for article in imported.articles] == ["5", "8"]
    assert imported.unannotated == 2


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ([region("g", 0, 6, "culprit")], "label 'culprit' is unknown; allowed: 'perpetrator_individual'"),
        ([region("g", 0, 5, "victim")], r"'Gunme' \(victim, 0-5\) cuts a word in two"),
        ([region("g", 0, 6, "victim", "gunman")], "the regions' offsets do not lead to their texts"),
        ([region("g", 6, 7, "victim")], "mark 6-7 covers white space only; remove it"),
        (TAKEN[1:], "'Gunmen' .* is marked but no event is; mark a word with the event's type"),
        ([*TAKEN, relation("g", "x", "in")], "a relation 'in' ends at a mark 0 that does not exist"),
        ([*TAKEN, relation("k", "g", "in")], "a relation 'in' goes from a participant to an event; turn it around"),
        ([*TAKEN, relation("g", "v", "same")], "joins perpetrator_individual and victim; both .* the same role"),
        ([*TAKEN, relation("g", "k", "same")], "one of its ends is an event"),
        ([*TAKEN, relation("g", "k", "of")], "relation 'of' is unknown; allowed: 'same' or 'in'"),
        ([*TAKEN, relation("g", "k")], r"relation '\(without label\)' is unknown"),
        ([{"type": "labels", "id": "g"}], "not a result of labels and relations"),
    ],
)
def test_a_drawing_that_says_nothing_definite_is_refused_with_what_to_do(
    result: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(DataError, match=f"task 5: .*{message}"):
        read(task(result))


def test_two_annotations_of_a_task_and_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="2 annotations; settle on one and delete the others"):
        read({**task(TAKEN), "annotations": [{"result": TAKEN}] * 2})
    with pytest.raises(DataError, match=r"no text in data.text; export as JSON \(not JSON-MIN\)"):
        read({"text": "Rain."})
    path = tmp_path / "export.json"
    for content, message in (("{", "cannot be read as JSON"), ("{}", "not a list of tasks"), ("[]", "no article")):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(DataError, match=message):
            label_studio.read(path)


def test_the_configuration_has_every_label_and_both_relations() -> None:
    view = ElementTree.fromstring(label_studio.config())
    assert tuple(label.get("value") for label in view.iter("Label")) == labels()
    assert [label.get("value") for label in view.iter("Relation")] == ["same", "in"]


def test_events_alone_stand_on_the_first_words_and_each_needs_one() -> None:
    arson = GoldEvent("arson", (), main=False)
    graph = to_graph("Fire and more.", (arson, arson))
    assert graph == Graph("Fire and more.", (Mark(1, 0, 4, "arson"), Mark(2, 5, 8, "arson")))
    with pytest.raises(DataError, match="an article of 3 words has 4 events"):
        to_graph("Fire and more.", (arson,) * 4)


@st.composite
def articles(draw: st.DrawFn) -> GoldArticle:
    """Words with emoji and all kinds of gaps, and events over any runs of them."""
    words = draw(st.lists(st.sampled_from(["Ana", "Ruiz", "😔", "é", "RF", "men", "👩‍🚒"]), min_size=5, max_size=12))
    gaps = draw(st.lists(st.sampled_from([" ", "\r\n", "\n\n", "\t"]), min_size=len(words), max_size=len(words)))
    runs = st.integers(0, len(words) - 1).flatmap(
        lambda i: st.integers(i + 1, min(len(words), i + 3)).map(lambda j: (i, j))
    )
    mentions = st.lists(runs.map(lambda run: " ".join(words[slice(*run)])), min_size=1, max_size=3, unique=True)
    roles = ("perpetrator_individual", "perpetrator_organization", "victim")
    entities = st.builds(GoldEntity, st.sampled_from(roles), mentions.map(tuple))
    events = st.builds(
        lambda name, found, main: GoldEvent(name, tuple(sorted(found, key=lambda e: e.role == "victim")), main),
        st.sampled_from(["attack", "kidnapping"]),
        st.lists(entities, max_size=3),
        st.just(False),
    )
    text = "".join(word + gap for word, gap in zip(words, gaps, strict=True))
    return GoldArticle("x", text, tuple(draw(st.lists(events, max_size=3))))


@settings(max_examples=150, deadline=None)
@given(articles())
def test_any_article_survives_being_drawn_and_read(article: GoldArticle) -> None:
    assert read_graph(to_graph(article.text, article.events), where="x") == article.events
    assert label_studio.from_task(label_studio.to_task(article), where="x") == article
