from __future__ import annotations

import time

import numpy as np
import pytest

from whodid.errors import DataError
from whodid_training.metrics import bootstrap as bs
from whodid_training.metrics.counts import PRF, Credit, Tally, total, total_credit


def random_counts(seed: int, n: int, chance: float = 0.5) -> list[PRF]:
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        gold, predicted = rng.integers(0, 5, size=2)
        rows.append(PRF(int(rng.binomial(min(gold, predicted), chance)), int(predicted), int(gold)))
    return rows


def test_a_figure_that_no_resample_changes_has_an_interval_of_width_zero() -> None:
    assert bs.bootstrap_interval(lambda indices: 0.7, 20, seed=0) == bs.Interval(0.7, 0.7, 0.7)


def test_the_interval_of_a_mean_is_about_two_standard_errors_wide() -> None:
    values = np.random.default_rng(1).normal(size=400)
    interval = bs.bootstrap_interval(lambda indices: float(values[indices].mean()), 400, samples=2000, seed=0)
    assert interval.estimate == pytest.approx(values.mean())
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    statistic = bs.count_statistic(random_counts(0, 50))
    assert bs.bootstrap_interval(statistic, 50, seed=4) == bs.bootstrap_interval(statistic, 50, seed=4)
    assert bs.bootstrap_interval(statistic, 50, seed=4) != bs.bootstrap_interval(statistic, 50, seed=5)


@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_summed_weights_give_what_adding_up_the_drawn_documents_gives(name: str) -> None:
    counts = random_counts(2, 30)
    statistic = bs.count_statistic(counts, getattr(bs, name))
    rng = np.random.default_rng(0)
    for _ in range(20):
        indices = rng.integers(30, size=30)
        assert statistic(indices) == pytest.approx(getattr(total(counts[i] for i in indices), name))


def test_a_tally_can_be_scored_over_all_labels_or_by_their_mean() -> None:
    rows = tuple(zip(random_counts(3, 20), random_counts(4, 20), [PRF()] * 20, strict=True))
    tally = Tally(("a", "b", "never"), rows)
    everything = np.arange(20)
    assert bs.count_statistic(tally)(everything) == pytest.approx(tally.micro.f1)
    assert bs.count_statistic(tally, bs.macro_f1)(everything) == pytest.approx(tally.macro_f1)


def test_figures_of_empty_counts_are_zero() -> None:
    empty = bs.count_statistic([PRF(), PRF()])
    assert bs.bootstrap_interval(empty, 2, seed=0) == bs.Interval(0.0, 0.0, 0.0)


def test_a_system_does_not_differ_from_itself() -> None:
    statistic = bs.count_statistic(random_counts(0, 50))
    result = bs.paired_bootstrap(statistic, statistic, 50, seed=0)
    assert (result.difference, result.low, result.high, result.p_value) == (0.0, 0.0, 0.0, 1.0)


def test_a_system_that_is_better_on_every_document_has_the_smallest_p_value() -> None:
    good, bad = [PRF(2, 2, 2)] * 40, [PRF(1, 2, 2)] * 40
    result = bs.paired_bootstrap(bs.count_statistic(good), bs.count_statistic(bad), 40, samples=999, seed=0)
    assert (result.a, result.b, result.difference) == (1.0, 0.5, 0.5)
    assert result.p_value == pytest.approx(2 / 1000)


def test_swapping_the_systems_turns_the_sign_and_keeps_the_p_value() -> None:
    a, b = bs.count_statistic(random_counts(0, 50)), bs.count_statistic(random_counts(1, 50))
    one, other = bs.paired_bootstrap(a, b, 50, seed=0), bs.paired_bootstrap(b, a, 50, seed=0)
    assert one.difference == -other.difference
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert one.p_value == other.p_value


def test_systems_of_equal_skill_are_rarely_told_apart() -> None:
    p_values = []
    for k in range(60):
        a, b = (
            bs.count_statistic([PRF(int(hit), 1, 1) for hit in np.random.default_rng([k, j]).random(80) < 0.6])
            for j in range(2)
        )
        p_values.append(bs.paired_bootstrap(a, b, 80, samples=200, seed=k).p_value)
    assert np.mean(np.array(p_values) < 0.05) < 0.15


def test_a_thousand_resamples_of_two_thousand_articles_take_well_under_a_second() -> None:
    statistic = bs.count_statistic(random_counts(0, 2000))
    start = time.perf_counter()
    bs.bootstrap_interval(statistic, 2000, seed=0)
    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize(
    ("n", "samples", "value", "message"),
    [
        (0, 1000, 0.0, "0 documents"),
        (5, 10, 0.0, "samples=10: give at least 100"),
        (5, 100, float("nan"), "not a finite number in 101 of 101"),
    ],
)
def test_bad_input_is_an_error(n: int, samples: int, value: float, message: str) -> None:
    with pytest.raises(DataError, match=message):
        bs.bootstrap_interval(lambda indices: value, n, samples=samples, seed=0)


def test_credit_is_resampled_like_counts_with_numerators_of_its_own() -> None:
    parts = [Credit(1.5, 2, 0.5, 1), Credit(0.0, 1, 0.0, 2), Credit(1.0, 1, 1.0, 1)]
    drawn = np.array([0, 0, 2, 1])
    summed = total_credit(parts[i] for i in drawn)
    for score, expected in ((bs.precision, summed.precision), (bs.recall, summed.recall), (bs.f1, summed.f1)):
        assert bs.count_statistic(parts, score)(drawn) == pytest.approx(expected)
    assert bs.count_statistic([Credit()])(np.array([0])) == 0.0
