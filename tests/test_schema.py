"""The schemas accept what whodid writes and what annotators write, and refuse what differs."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from whodid import schema
from whodid.types import RESULT_SCHEMA_VERSION, Entity, Event, Mention, Prediction, Sentence

GOLD: dict[str, Any] = {
    "id": "1",
    "events": [
        {
            "type": "kidnapping",
            "main": True,
            "perpetrators": [{"kind": "organization", "mentions": ["Northern Front", "NF"]}],
            "victims": [{"mentions": ["workers"]}],
            "targets": [],
            "weapons": [],
        }
    ],
}


def accepts(which: dict[str, Any], value: Any) -> bool:
    return bool(Draft202012Validator(which).is_valid(value))


def prediction() -> dict[str, Any]:
    ada = Entity("Ada", "victim", "victims", None, True, 0.9, (Mention(0, 3, "Ada"),))
    front = Entity("NF", "perpetrator_organization", "perpetrators", "organization", True, 1.0, (Mention(7, 9, "NF"),))
    event = Event("kidnapping", 0.9, (front, ada), (0.8, 0.7), main=True, evidence=(Sentence(0, 9, "Ada by NF"),))
    return Prediction("Ada by NF", (event,), {"kidnapping": 0.9, "arson": 0.0}, 1, abstained=False).to_dict()


@pytest.mark.parametrize(("read", "version"), [(schema.prediction, "2.0"), (schema.gold, "1.0")])
def test_schemas_are_valid_versioned_and_fresh_each_time(read: Callable[[], dict[str, Any]], version: str) -> None:
    Draft202012Validator.check_schema(read())
    assert read()["$id"].endswith(f":{version}")
    read().clear()
    assert read()


def test_the_prediction_schema_is_that_of_the_code() -> None:
    assert schema.prediction()["properties"]["schema_version"]["const"] == RESULT_SCHEMA_VERSION


def test_predictions_with_and_without_events_are_accepted() -> None:
    assert accepts(schema.prediction(), prediction())
    assert accepts(schema.prediction(), Prediction("", (), {}, 0, abstained=False).to_dict())


def test_lines_of_a_run_are_accepted() -> None:
    line = {"id": "7", "source": "a.csv", "line": 2, "title": "Head", **prediction()}
    assert accepts(schema.prediction(), line)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema_version",), "1.0"),
        (("windows",), -1),
        (("surprise",), 1),
        (("events", 0, "confidence"), 1.1),
        (("events", 0, "main"), None),
        (("events", 0, "evidence"), ["Ada by NF"]),
        (("events", 0, "evidence"), [{"start": 0, "end": 9, "text": "Ada by NF"}] * 4),
        (("events", 0, "victims", 0, "link"), -0.1),
        (("events", 0, "victims"), prediction()["victims"]),  # without their links
        (("victims",), prediction()["events"][0]["victims"]),  # over the whole article, there are none
        (("victims", 0, "mentions"), []),
        (("victims", 0, "kind"), "thing"),
        (("victims", 0, "mentions", 0, "start"), "0"),
    ],
)
def test_predictions_that_differ_are_refused(place: tuple[Any, ...], value: Any) -> None:
    changed = put(prediction(), place, value)
    assert not accepts(schema.prediction(), changed)


def test_gold_articles_are_accepted_with_and_without_their_text() -> None:
    assert accepts(schema.gold(), GOLD)
    assert accepts(schema.gold(), {"id": "2", "events": []})
    whole = {"title": "Head", "date": "2023-05-17", "source": "Wire", "region": "Sahel", "text": "Body.", **GOLD}
    assert accepts(schema.gold(), whole)


def test_gold_of_published_corpora_is_accepted() -> None:
    event = {key: value for key, value in GOLD["events"][0].items() if key != "main"}
    named = {**event, "victims": [{"mentions": ["workers"], "named": False}]}
    assert accepts(schema.gold(), {**GOLD, "read_until": 40, "victim_names": ["Ana Ruiz"], "events": [named] * 9})


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("date",), "17 May"),
        (("victim_names",), ["Ana Ruiz", " "]),
        (("events", 0, "main"), "yes"),
        (("events", 0, "type"), "Kidnapping"),
        (("events", 0, "perpetrators", 0), {"mentions": ["NF"]}),
        (("events", 0, "victims", 0), {"kind": "individual", "mentions": ["workers"]}),
        (("events", 0, "victims", 0, "mentions"), []),
        (("events", 0, "victims", 0, "mentions"), ["workers", "workers"]),
        (("events",), GOLD["events"] * 2),
    ],
)
def test_gold_that_breaks_the_guidelines_is_refused(place: tuple[Any, ...], value: Any) -> None:
    assert not accepts(schema.gold(), put(GOLD, place, value))


def put(tree: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(tree)
    node: Any = changed
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = value
    return changed
