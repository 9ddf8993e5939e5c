"""Fitting on tables made by hand: smoothing, coordinate ascent and abstention against simple versions of themselves."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from whodid.calibration import FEATURES, Coreference, Line, sigmoid
from whodid.ontology import DEFAULT
from whodid_training.fitting.abstention import fit_band
from whodid_training.fitting.calibrate import fit_entities, fit_line, fit_plane
from whodid_training.fitting.cross import cross_validate, folds
from whodid_training.fitting.search import answers, search
from whodid_training.fitting.tables import WORD_THRESHOLDS, EntityTable, LinkTable, Tables, TypeTable
from whodid_training.fitting.thresholds import (
    ENTITY_THRESHOLDS,
    TYPE_THRESHOLDS,
    RoleCounts,
    best_roles,
    best_types,
    role_counts,
)

TYPES, ROLES = len(DEFAULT.event_types), len(DEFAULT.roles)


def random_tables(seed: int = 0, *, articles: int = 40, entities: int = 80) -> Tables:
    """Two corpora of noise in which evidence and confidence say something, but not all."""
    random = np.random.default_rng(seed)
    gold = random.random((articles, TYPES)) < 0.2
    table = EntityTable(
        np.sort(random.integers(0, articles, entities)),
        random.integers(0, ROLES, entities),
        random.normal(size=(entities, len(FEATURES))),
        np.zeros(entities, bool),
    )
    table = replace(table, right=table.features[:, 0] + random.normal(size=entities) > 0.3)
    return Tables(
        ontology=DEFAULT,
        corpora=("one", "other"),
        corpus=(np.arange(articles) >= articles // 4).astype(np.intp),
        types=TypeTable(random.normal(4.0 * gold - 2.0, 1.5), gold, np.ones_like(gold)),
        entities=dict.fromkeys(WORD_THRESHOLDS, table),
        participants=random.integers(0, 3, (articles, ROLES)) + 2,
        links=LinkTable(table.article, random.normal(size=entities), random.random(entities) < 0.7),
        coreference=Coreference(read=0.5),
    )


def smooth(values: list[float]) -> list[float]:
    """The bell by hand: neighbours up to four steps away, the ends repeated."""
    bell = [np.exp(-(step**2) / 2) for step in range(-4, 5)]
    padded = [values[0]] * 4 + values + [values[-1]] * 4
    return [sum(b * v for b, v in zip(bell, padded[i : i + 9], strict=True)) / sum(bell) for i in range(len(values))]


def test_a_plane_recovers_the_weights_that_items_were_drawn_with() -> None:
    random = np.random.default_rng(5)
    evidence = random.normal(size=(20_000, 2))
    truth = random.random(20_000) < sigmoid(evidence @ [0.5, 2.0] - 1.0)
    found = fit_plane(evidence, truth, np.zeros(20_000, np.intp), (1.0, 0.0))
    assert found == pytest.approx((0.5, 2.0, -1.0), abs=0.1)


def test_without_items_a_plane_stays_where_it_starts() -> None:
    assert fit_plane(np.zeros((0, 2)), np.zeros(0, bool), np.zeros(0, np.intp), (1.0, 0.0)) == (1.0, 0.0, 0.0)


def test_decisions_keep_how_mentions_were_grouped() -> None:
    tables = random_tables()
    assert search(tables, tables.weights()).calibration.coreference == Coreference(read=0.5)


def test_a_type_threshold_is_the_peak_of_the_smoothed_f_measure() -> None:
    tables = random_tables()
    only = np.zeros((40, TYPES), bool)
    only[:, 0] = True
    tables = replace(tables, types=replace(tables.types, known=only))
    chances = 1 / (1 + np.exp(-tables.types.evidence))
    gold, weight = tables.types.gold[:, 0], tables.weights()

    def f(corpus: int, threshold: float, beta: float) -> float:
        rows = tables.corpus == corpus
        said = chances[rows, 0] >= threshold
        both = (said & gold[rows]).sum()
        return float((1 + beta**2) * both / (said.sum() + beta**2 * gold[rows].sum()))

    for beta in (0.5, 1.0, 2.0):
        mean = [(f(0, threshold, beta) + f(1, threshold, beta)) / 2 for threshold in TYPE_THRESHOLDS]
        best = TYPE_THRESHOLDS[int(np.argmax(smooth(mean)))]
        assert best_types(tables, weight, chances, beta=beta)["attack"] == best


def test_types_with_few_articles_are_drawn_to_the_threshold_of_all() -> None:
    """Bombing is right from 0.3 on in one article, all other types from 0.7 on in many."""
    gold = np.zeros((60, TYPES), bool)
    gold[:30, 0] = gold[59, 1] = True
    chances = np.where(gold, 0.75, 0.65)
    chances[:, 1] = np.where(gold[:, 1], 0.35, 0.1)
    tables = random_tables(articles=60)
    tables = replace(
        tables, corpus=np.zeros(60, np.intp), corpora=("one",), types=TypeTable(chances, gold, np.ones_like(gold))
    )
    found = best_types(tables, tables.weights(), chances, beta=1.0)
    assert found["attack"] == pytest.approx(0.7, abs=0.11)
    assert found["bombing"] == pytest.approx(found["attack"], abs=0.051)


def test_counts_are_those_of_every_threshold_tried_one_by_one() -> None:
    tables, random = random_tables(), np.random.default_rng(1)
    chances = {threshold: random.random(80) * (random.random(80) < 0.8) for threshold in WORD_THRESHOLDS}
    weight = tables.weights()
    counts = role_counts(tables, weight, chances)
    for corpus, role, word, entity in product((0, 1), range(ROLES), (0, 8), (0, 1, 7, 16)):
        table, chance = tables.entities[WORD_THRESHOLDS[word]], chances[WORD_THRESHOLDS[word]]
        kept = (chance > 0) & (chance >= ENTITY_THRESHOLDS[entity]) & (table.role == role)
        kept &= tables.corpus[table.article] == corpus
        of_each = weight[table.article[kept]]
        assert counts.predicted[corpus, role, word, entity] == pytest.approx(of_each.sum())
        assert counts.matched[corpus, role, word, entity] == pytest.approx((of_each * table.right[kept]).sum())
    assert counts.gold[0].tolist() == pytest.approx(tables.participants[:10].mean(axis=0).tolist())


def test_role_thresholds_are_as_good_as_all_combinations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unsmoothed and with two roles, coordinate ascent ends where no other pair of one role is better."""
    monkeypatch.setattr("whodid_training.fitting.thresholds._SMOOTHING", 0.0)
    random = np.random.default_rng(2)
    shape = (2, 2, len(WORD_THRESHOLDS), len(ENTITY_THRESHOLDS))
    predicted = random.uniform(1.0, 3.0, shape)
    counts = RoleCounts(predicted * random.uniform(0.2, 0.8, shape), predicted, random.uniform(2.0, 3.0, (2, 2)))

    def mean_f(words: dict[str, float], entities: dict[str, float]) -> float:
        chosen = [
            (WORD_THRESHOLDS.index(words[name]), ENTITY_THRESHOLDS.index(entities[name])) for name in ("one", "other")
        ]
        matched, answered = (
            sum(part[:, role, word, entity] for role, (word, entity) in enumerate(chosen))
            for part in (counts.matched, counts.predicted)
        )
        return float(np.mean(2 * matched / (answered + counts.gold.sum(axis=1))))

    words, entities = best_roles(counts, ("one", "other"), beta=1.0)
    best = mean_f(words, entities)
    for name in ("one", "other"):
        for word, entity in product(WORD_THRESHOLDS, ENTITY_THRESHOLDS):
            assert mean_f({**words, name: word}, {**entities, name: entity}) <= best + 1e-9


def test_an_entity_model_tells_right_from_wrong_and_is_true_on_average() -> None:
    tables = random_tables(entities=2000)
    table = tables.entities[0.5]
    model = fit_entities(tables, tables.weights(), table)
    assert model.weights["confidence"] > 1.0
    assert max(abs(model.weights[name]) for name in FEATURES[1:]) < 0.3  # noise
    weights, roles = np.array(list(model.weights.values())), np.array(list(model.roles.values()))
    said = 1 / (1 + np.exp(-(table.features @ weights + roles[table.role])))
    for corpus in (0, 1):
        mine = tables.corpus[table.article] == corpus
        assert said[mine].mean() == pytest.approx(table.right[mine].mean(), abs=0.06)


def test_a_line_is_found_again_from_what_it_made() -> None:
    draw = np.random.default_rng(1)
    evidence = draw.normal(size=20_000)
    truth = draw.random(len(evidence)) < sigmoid(0.6 * evidence - 0.3)
    line = fit_line(evidence, truth, np.zeros(len(evidence), np.intp))
    assert (line.scale, line.offset) == (pytest.approx(0.6, abs=0.05), pytest.approx(-0.3, abs=0.05))


def test_for_a_line_a_small_corpus_counts_as_much_as_a_large_one() -> None:
    corpus = np.repeat([0, 1], [2000, 100])
    truth = np.concatenate([np.arange(2000) % 5 == 0, np.arange(100) % 5 != 0])  # a fifth, and four fifths
    assert fit_line(np.zeros(2100), truth, corpus).offset == pytest.approx(0.0, abs=0.01)
    assert fit_line(np.zeros(0), np.zeros(0, bool), np.zeros(0, np.intp)) == Line()


def test_articles_that_are_held_out_have_no_influence() -> None:
    tables = random_tables()
    held = folds(tables) == 2
    other = replace(
        tables,
        types=replace(tables.types, gold=tables.types.gold ^ held[:, None]),
        participants=tables.participants + 3 * held[:, None],
        entities={t: replace(e, right=e.right ^ held[e.article]) for t, e in tables.entities.items()},
        links=replace(tables.links, linked=tables.links.linked ^ held[tables.links.article]),
    )
    weight = tables.weights(~held)
    assert search(tables, weight) == search(other, weight)
    assert search(tables, tables.weights()) != search(other, other.weights())


def test_every_article_is_held_out_once_and_corpora_are_dealt_evenly() -> None:
    tables = random_tables()
    held = cross_validate(tables)
    assert (sum(one.kept.astype(int) for one in held) == 1).all()
    for corpus, size in ((0, 10), (1, 30)):
        assert {int((one.kept & (tables.corpus == corpus)).sum()) for one in held} == {size // 5}


def test_answers_keep_what_reaches_its_threshold_in_articles_with_an_event() -> None:
    tables = random_tables()
    found = answers(tables, search(tables, tables.weights()))
    assert found.reported.any(axis=1)[found.article].all()
    assert 0 < len(found.article) < 80
    assert found.abstained.mean() == pytest.approx(0.15, abs=0.1)


def test_the_band_is_where_the_errors_are_and_halves_them() -> None:
    evidence = np.linspace(-4.0, 4.0, 200)
    wrong = (np.abs(evidence - 0.5) < 0.5) & (np.arange(200) % 2 == 0)
    lower, upper = fit_band(1 / (1 + np.exp(-evidence)), wrong, np.full(200, 1 / 200))
    answered = (evidence < np.log(lower / (1 - lower))) | (evidence >= np.log(upper / (1 - upper)))
    assert 0.8 <= answered.mean() <= 0.91
    assert wrong[answered].mean() <= wrong.mean() / 2


def test_where_errors_are_everywhere_a_fifth_is_left_to_people() -> None:
    evidence = np.linspace(-4.0, 4.0, 200)
    wrong = np.arange(200) % 4 == 0
    lower, upper = fit_band(1 / (1 + np.exp(-evidence)), wrong, np.full(200, 1 / 200))
    answered = (evidence < np.log(lower / (1 - lower))) | (evidence >= np.log(upper / (1 - upper)))
    assert answered.mean() == pytest.approx(0.8, abs=0.02)


def test_who_makes_no_errors_need_not_abstain() -> None:
    assert fit_band(np.array([0.2, 0.9]), np.array([False, False]), np.ones(2)) == (0.0, 0.0)
