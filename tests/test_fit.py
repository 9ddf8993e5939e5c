"""Thresholds, temperature and the band of abstention, on readings made by hand so that the best ones are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import log

import numpy as np
import pytest

from whodid.assemble import calibrated
from whodid.decisions import Decisions
from whodid.model import Model
from whodid.ontology import DEFAULT
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.registry import CORPORA
from whodid_training.develop import DevelopmentSet
from whodid_training.evaluation.convention import Convention
from whodid_training.fit import Rehearsal, fit_decisions, rehearse, score_all

TYPES, ROLES = DEFAULT.type_names, DEFAULT.role_names
TEXT = "gunmen shot villagers"
GRID = [round(0.05 * step, 2) for step in range(3, 18)]  # 0.15, 0.20 ... 0.85

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
    return calibrated(np.array([evidence], np.float32), decisions)[0]


def test_a_threshold_lies_between_what_is_right_and_what_is_wrong(tiny_model: Model) -> None:
    reported = separated("attack", low=-3.0, high=-1.0, number=10)
    decisions = fit_decisions(tiny_model, [rehearsal(tiny_model, reported)])
    wrong, right = probability(-3.0, decisions), probability(-1.0, decisions)
    assert wrong < decisions.event_types["attack"] <= right < 0.5
    best = [threshold for threshold in GRID if wrong < threshold <= right]
    assert decisions.event_types["attack"] == max(best)  # the one nearest to one half


def test_a_threshold_maximises_f1_over_the_whole_grid(tiny_model: Model) -> None:
    random = np.random.default_rng(4)
    present = random.random(60) < 0.4
    evidence = random.normal(present * 1.5 - 1.0, 1.0).round(2)
    reported: list[Reported] = [
        (("attack",) if gold else (), {"attack": float(e)}) for gold, e in zip(present, evidence, strict=True)
    ]
    decisions = fit_decisions(tiny_model, [rehearsal(tiny_model, reported)])
    probabilities = np.array([probability(e, decisions) for e in evidence])

    def f1(threshold: float) -> float:
        chosen = probabilities >= threshold
        return float(2 * (chosen & present).sum() / (chosen.sum() + present.sum()))

    assert f1(decisions.event_types["attack"]) == max(map(f1, GRID))


def test_rare_types_share_a_threshold_and_frequent_ones_have_their_own(tiny_model: Model) -> None:
    """Attack is frequent and always surer than bombing; arson and robbery have two and three articles."""
    reported = [
        *separated("attack", low=0.5, high=2.5, number=9),
        *separated("bombing", low=-2.5, high=-0.5, number=9),
        *separated("arson", low=-2.5, high=-0.5, number=2),
        *separated("robbery", low=0.5, high=2.5, number=3),
    ]
    found = fit_decisions(tiny_model, [rehearsal(tiny_model, reported)]).event_types
    assert found["attack"] > 0.5 > found["bombing"]
    rare = {found[name] for name in TYPES if name not in ("attack", "bombing")}
    assert len(rare) == 1
    assert found["attack"] not in rare


def test_the_temperature_makes_probabilities_true(tiny_model: Model) -> None:
    """Evidence of +2 and -2 is right three times of four: the best single probability of it is 3/4, not 0.88."""
    right: list[Reported] = [(("attack",), {"attack": 2.0}), ((), {"attack": -2.0})] * 15
    wrong: list[Reported] = [((), {"attack": 2.0}), (("attack",), {"attack": -2.0})] * 5
    reported = [(types, {**dict.fromkeys(TYPES, -60.0), **evidence}) for types, evidence in right + wrong]
    decisions = fit_decisions(tiny_model, [rehearsal(tiny_model, reported)])
    assert probability(2.0, decisions) == pytest.approx(0.75, abs=0.02)
    assert decisions.temperature == pytest.approx(2.0 / log(3), rel=0.1)


def test_what_a_corpus_does_not_mark_has_no_influence(tiny_model: Model) -> None:
    """Were the 30 silent articles counted, a threshold below them would be bought with 30 errors."""
    assert "detention" not in CORPORA["muc4"].event_types
    reported: list[Reported] = [(("detention",), {"detention": -1.0})] * 5 + [(("detention",), {"detention": 2.0})] * 15
    marked = rehearsal(tiny_model, [*reported, *[((), {"detention": -3.0})] * 20])
    silent = [rehearsal(tiny_model, [((), {"detention": evidence})] * 30, corpus="muc4") for evidence in (-9.0, 0.0)]
    one, other = (fit_decisions(tiny_model, [marked, part]) for part in silent)
    assert one.event_types == other.event_types
    assert one.temperature == other.temperature
    assert one.event_types["detention"] <= probability(-1.0, one)


def test_corpora_count_alike_whatever_their_size(tiny_model: Model) -> None:
    """One corpus wants a low threshold and the other a high one; articles counted one by one, the larger would win.

    Alike, the low threshold wins: it finds all and is wrong on half of one corpus, F1 2 / 2.5; the high one is never
    wrong and finds half, F1 1 / 1.5.
    """
    low = separated("attack", low=-3.0, high=-1.0, number=10)
    high = separated("attack", low=0.5, high=3.0, number=10)
    alike, larger = (
        fit_decisions(tiny_model, [rehearsal(tiny_model, low), rehearsal(tiny_model, high * times)]) for times in (1, 4)
    )
    assert alike.event_types["attack"] <= probability(-1.0, alike)
    assert larger.event_types == alike.event_types
    assert larger.temperature == alike.temperature


def test_the_model_abstains_on_the_tenth_of_the_articles_that_is_nearest_to_the_line(tiny_model: Model) -> None:
    evidence = np.linspace(-4.0, 4.0, 40).round(3)
    reported: list[Reported] = [(("attack",) if e > 0 else (), {"attack": float(e)}) for e in evidence]
    one = rehearsal(tiny_model, reported)
    decisions = fit_decisions(tiny_model, [one])
    abstained = [tiny_model.decide(reading, decisions=decisions).abstained for reading in one.readings]
    assert sum(abstained) == pytest.approx(4, abs=1)
    line = float(np.mean(list(decisions.event_types.values())))
    distance = [abs(probability(e, decisions) - line) for e in evidence]
    assert max(np.array(distance)[abstained]) <= min(np.array(distance)[~np.array(abstained)]) + 1e-3


def test_a_role_threshold_finds_the_mentions_that_are_right_and_no_others(tiny_model: Model) -> None:
    reported: list[Reported] = [(("attack",), {"attack": 9.0})] * 4
    one = rehearsal(tiny_model, reported, victims={"villagers": 0.42, "gunmen": 0.22})
    decisions = fit_decisions(tiny_model, [one])
    assert decisions.roles["victim"] == 0.4  # of 0.25, 0.3, 0.35 and 0.4 the one nearest to one half
    (result,) = score_all(tiny_model, [one], decisions)
    assert result.roles.of("victim").f1 == 1.0
    assert result.event_types.micro.f1 == 1.0
    assert decisions.roles["weapon"] == 0.5  # nothing to go by


def test_fitting_again_gives_the_same(tiny_model: Model) -> None:
    articles = tuple(
        Article(str(i), text, (GoldEvent("attack", (GoldEntity("victim", ("villagers",)),)),) * (i % 2))
        for i, text in enumerate(
            ["police said gunmen shot villagers", "the bus was robbed", TEXT, "a fire in the city"]
        )
    )
    parts = rehearse(tiny_model, [development(articles)])
    assert fit_decisions(tiny_model, parts) == fit_decisions(tiny_model, rehearse(tiny_model, [development(articles)]))


def test_every_threshold_is_on_the_grid_and_every_label_has_one(tiny_model: Model) -> None:
    decisions = fit_decisions(tiny_model, [rehearsal(tiny_model, separated("arson", low=-1.0, high=1.0, number=8))])
    assert (tuple(decisions.event_types), tuple(decisions.roles)) == (TYPES, ROLES)
    assert {*decisions.event_types.values(), *decisions.roles.values()} <= set(GRID)
    assert Decisions.from_dict(decisions.to_dict(), DEFAULT) == decisions
