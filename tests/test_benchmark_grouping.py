from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from whodid.entities import NamedSpan, grouping
from whodid.model import Model
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.registry import CORPORA
from whodid_training.develop import DevelopmentSet
from whodid_training.evaluation.convention import Convention

TEXT = "Lagos pastor freed\n\nGunmen held Chidi Obi, a pastor. Obi prayed with two drivers; gunmen fled."


@pytest.fixture(scope="module")
def script(benchmark: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark("grouping")


@pytest.fixture
def article() -> Article:
    pastor = GoldEntity("victim", ("Chidi Obi", "Obi", "pastor"))
    again = GoldEntity("victim", ("Obi", "Lagos pastor"))
    return Article(
        "a",
        TEXT,
        (GoldEvent("kidnapping", (pastor, GoldEntity("victim", ("drivers",)))), GoldEvent("attack", (again,))),
    )


def test_gold_mentions_are_placed_and_entities_of_two_events_are_one(script: ModuleType, article: Article) -> None:
    found = script.given(article, "victim")
    assert [(m.text, entity) for m, entity in zip(found.mentions, found.entities, strict=True)] == [
        ("Lagos pastor", 0),
        ("Chidi Obi", 0),
        ("pastor", 0),
        ("Obi", 0),
        ("drivers", 1),
    ]
    assert found.mentions[0] == NamedSpan("Lagos pastor", True, 0, frozenset({"kidnapping", "attack"}))
    assert found.mentions[-1].events == {"kidnapping"}
    assert not found.mentions[-1].named


def test_every_wording_counts_once(script: ModuleType, article: Article) -> None:
    found = script.given(article, "victim")
    assert script.clusters(found, [0, 0, 1, 0, 1]) == [{"lagos pastor", "chidi obi", "obi"}, {"pastor", "drivers"}]


def test_rows_show_what_descriptions_add_to_names(script: ModuleType, article: Article) -> None:
    rows = [row.split(" | ") for row in script.rows("own", [script.given(article, "victim")])]
    assert [row[:3] for row in rows] == [["| own", "victim", "5"], ["| own", "all", "5"]]
    names_alone, whole = float(rows[-1][3]), float(rows[-1][6])
    assert names_alone < whole == 100.0


def test_answers_of_a_model_are_scored_for_every_probability_that_is_tried(
    script: ModuleType, article: Article, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    convention = Convention.of(CORPORA["newswire"])
    development = DevelopmentSet(CORPORA["newswire"], (article,), (convention.gold_entities(article),))
    monkeypatch.setattr(script, "load_development", lambda *_, **__: development)
    joined: list[float] = []
    grouped = grouping.average_link

    def average_link(*given: Any, threshold: float, **more: Any) -> list[list[int]]:
        joined.append(round(1 / (1 + math.exp(-threshold)), 3))
        return grouped(*given, threshold=threshold, **more)

    monkeypatch.setattr(grouping, "average_link", average_link)
    rows = [row.split(" | ") for row in script.in_answers(Model.load(tiny_folder), Path(), "newswire", "dev")]
    assert [row[:3] for row in rows] == [
        ["| newswire", by, str(join)] for by in ("words", "words and network") for join in script.TRIED
    ]
    assert set(joined) <= set(script.TRIED)
