"""Decisions fitted on readings made by hand, so that the best ones are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import log

import numpy as np
import pytest

from whodid.decisions import Decisions
from whodid.model import Model
from whodid.ontology import DEFAULT
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.registry import CORPORA
from whodid_training.develop import DevelopmentSet
from whodid_training.evaluation.convention import Convention
from whodid_training.fit import Rehearsal, fit_decisions, fit_in_full, rehearse, score_all
from whodid_training.fitting.tables import WORD_THRESHOLDS
from whodid_training.fitting.thresholds import ENTITY_THRESHOLDS, TYPE_THRESHOLDS

TYPES, ROLES = DEFAULT.type_names, DEFAULT.role_names
TEXT = "gunmen shot villagers"

Reported = tuple[tuple[str, ...], Mapping[str, float]]
"""Types of an article, and the evidence that a model has for some types; it has -9 for the others."""


def development(articles: tuple[Article, ...], corpus: str = "newswire") -> DevelopmentSet:
    convention = Convention.of(CORPORA[corpus])
    gold = tuple(convention.gold_entities(article) for article in articles)
    return DevelopmentSet(CORPORA[corpus], articles, gold)


def rehearsal(
    model: Model, reported: list[Reported], *, corpus: str = "newswire", victims: Mapping[str, float] | None = None
) -> Rehearsal:
    """Readings with evidence as given, and for each word of `victims` that probability to be one; `villagers` is."""
    entities = (GoldEntity("victim", ("villagers",)),)
    articles = tuple(
        Article(str(i), TEXT, tuple(GoldEvent(name, entities) for name in types))
        for i, (types, _) in enumerate(reported)
    )
    readings = []
    for (_, evidence), reading in zip(reported, model.read_many([TEXT] * len(reported)), strict=True):
        tags = np.zeros((3, len(ROLES), 3), np.float32)
        tags[..., 0] = 9.0  # OUTSIDE everywhere
        for word, probability in (victims or {}).items():
            tags[TEXT.split().index(word), ROLES.index("victim")] = [log(1 - probability), log(probability), -9.0]
        types = np.array([evidence.get(name, -9.0) for name in TYPES], np.float32)
        readings.append(replace(reading, scores=replace(reading.scores, roles=tags, event_types=types)))
    return Rehearsal(development(articles, corpus), tuple(readings))


def separated(name: str, *, low: float, high: float, number: int) -> list[Reported]:
    """Make `number` articles with and without the type, with evidence between them on both sides of nothing."""
    return [((name,), {name: high}), ((), {name: low})] * number


def probability(evidence: float, decisions: Decisions) -> float:
    return float(decisions.calibration.event_types["attack"](evidence))


def test_a_threshold_lies_between_what_is_right_and_what_is_wrong(tiny_model: Model) -> None:
    reported = separated("attack", low=-3.0, high=-1.0, number=10)
    decisions = fit_decisions(tiny_model, [rehearsal(tiny_model, reported)])
    assert probability(-3.0, decisions) < decisions.event_types["attack"] <= probability(-1.0, decisions)


def test_calibration_makes_probabilities_true(tiny_model: Model) -> None:
    """Evidence of +2 and -2 is right three times of four: the best single probability of it is 3/4, not 0.88."""
    right: list[Reported] = [(("attack",), {"attack": 2.0}), ((), {"attack": -2.0})] * 15
    wrong: list[Reported] = [((), {"attack": 2.0}), (("attack",), {"attack": -2.0})] * 5
    reported = [(types, {**dict.fromkeys(TYPES, -60.0), **evidence}) for types, evidence in right + wrong]
    decisions = fit_decisions(tiny_model, [rehearsal(tiny_model, reported)])
    assert probability(2.0, decisions) == pytest.approx(0.75, abs=0.02)
    assert probability(-2.0, decisions) == pytest.approx(0.25, abs=0.02)
    assert decisions.calibration.event_types["attack"].scale == pytest.approx(log(3) / 2, rel=0.1)


def test_what_a_corpus_does_not_mark_has_no_influence(tiny_model: Model) -> None:
    """Were the 30 silent articles counted, a threshold below them would be bought with 30 errors."""
    assert "detention" not in CORPORA["muc4"].event_types
    reported: list[Reported] = [(("detention",), {"detention": -1.0})] * 5 + [(("detention",), {"detention": 2.0})] * 15
    marked = rehearsal(tiny_model, [*reported, *[((), {"detention": -3.0})] * 20])
    silent = [rehearsal(tiny_model, [((), {"detention": evidence})] * 30, corpus="muc4") for evidence in (-9.0, 0.0)]
    one, other = (fit_decisions(tiny_model, [marked, part]) for part in silent)
    assert one.event_types == other.event_types
    assert one.calibration.event_types == other.calibration.event_types


def test_corpora_count_alike_whatever_their_size(tiny_model: Model) -> None:
    """One corpus wants a low threshold and the other a high one; articles counted one by one, the larger would win."""
    low = separated("attack", low=-3.0, high=-1.0, number=10)
    high = separated("attack", low=0.5, high=3.0, number=10)
    alike, larger = (
        fit_decisions(tiny_model, [rehearsal(tiny_model, low), rehearsal(tiny_model, high * times)]) for times in (1, 4)
    )
    assert larger.event_types["attack"] == pytest.approx(alike.event_types["attack"], abs=0.051)
    assert probability(1.0, larger) == pytest.approx(probability(1.0, alike), abs=0.05)


def test_role_thresholds_find_the_mentions_that_are_right_and_no_others(tiny_model: Model) -> None:
    reported: list[Reported] = [(("attack",), {"attack": 9.0})] * 4
    one = rehearsal(tiny_model, reported, victims={"villagers": 0.42, "gunmen": 0.22})
    decisions = fit_decisions(tiny_model, [one])
    assert decisions.roles["victim"] <= 0.4
    (result,) = score_all(tiny_model, [one], decisions)
    assert result.roles.of("victim").f1 == 1.0
    assert result.event_types.micro.f1 == 1.0
    assert (decisions.roles["weapon"], decisions.entities["weapon"]) == (0.5, 0.0)  # nothing to go by


def test_fitting_again_gives_the_same(tiny_model: Model) -> None:
    articles = tuple(
        Article(str(i), text, (GoldEvent("attack", (GoldEntity("victim", ("villagers",)),)),) * (i % 2))
        for i, text in enumerate(
            ["police said gunmen shot villagers", "the bus was robbed", TEXT, "a fire in the city"]
        )
    )
    parts = rehearse(tiny_model, [development(articles)])
    assert fit_decisions(tiny_model, parts) == fit_decisions(tiny_model, rehearse(tiny_model, [development(articles)]))


def test_every_threshold_is_on_its_grid_and_every_label_has_one(tiny_model: Model) -> None:
    decisions = fit_decisions(tiny_model, [rehearsal(tiny_model, separated("arson", low=-1.0, high=1.0, number=8))])
    assert set(decisions.preferences) == {"balanced", "precision", "recall"}
    for name in decisions.preferences:
        one = decisions.preferring(name)
        assert (tuple(one.event_types), tuple(one.roles), tuple(one.entities)) == (TYPES, ROLES, ROLES)
        assert {*one.event_types.values()} <= set(TYPE_THRESHOLDS)
        assert {*one.roles.values()} <= set(WORD_THRESHOLDS)
        assert {*one.entities.values()} <= set(ENTITY_THRESHOLDS)
    assert decisions.preferring("balanced") == decisions
    assert Decisions.from_dict(decisions.to_dict(), DEFAULT) == decisions


def test_preferences_move_thresholds_and_say_what_they_reached(tiny_model: Model) -> None:
    random = np.random.default_rng(4)
    present = random.random(60) < 0.4
    evidence = random.normal(present * 1.5 - 1.0, 1.0).round(2)
    reported: list[Reported] = [
        (("attack",) if gold else (), {"attack": float(e)}) for gold, e in zip(present, evidence, strict=True)
    ]
    fitted = fit_in_full(tiny_model, [rehearsal(tiny_model, reported, victims={"villagers": 0.8})])
    found = fitted.decisions.preferences
    assert found["precision"].event_types["attack"] > found["recall"].event_types["attack"]
    reached = {name: one.reached["event_types"] for name, one in found.items()}
    assert reached["precision"]["precision"] > reached["recall"]["precision"]
    assert reached["precision"]["recall"] < reached["recall"]["recall"]
    (figures,) = fitted.cross_validated.values()
    assert figures["event_types"]["precision"] == reached["balanced"]["precision"]
    assert 0.0 < figures["event_types"]["f1"] < 1.0
    assert figures["event_or_not"]["answered"] >= 0.7


def test_a_handful_of_articles_is_fitted_without_figures_on_held_out_ones(tiny_model: Model) -> None:
    few = rehearsal(tiny_model, separated("arson", low=-1.0, high=1.0, number=2))
    fitted = fit_in_full(tiny_model, [few])
    assert fitted.cross_validated == {}
    assert {one.reached == {} for one in fitted.decisions.preferences.values()} == {True}
    assert fit_in_full(tiny_model, []).decisions == Decisions.neutral(DEFAULT)
