from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from whodid.errors import DataError
from whodid_training.metrics.selective import risk_coverage


def test_a_model_that_is_surest_where_it_is_right_answers_without_error_at_low_coverage() -> None:
    curve = risk_coverage(np.linspace(1, 0, 10), [1] * 8 + [0] * 2)
    assert curve.at(0.8).accuracy == 1.0
    assert curve.at(0.9).accuracy == pytest.approx(8 / 9)
    assert curve.at(1.0).risk == pytest.approx(0.2)
    assert curve.area == pytest.approx((1 / 9 + 2 / 10) / 10)


def test_ties_give_the_mean_over_all_orders_of_the_tied_items() -> None:
    sure, right = [0.9, 0.5, 0.5, 0.5, 0.1], [1, 0, 1, 1, 0]
    risks = []
    for order in permutations((1, 2, 3)):
        verdicts = [right[i] for i in (0, *order, 4)]
        risks.append([1 - np.mean(verdicts[:k]) for k in range(1, 6)])
    curve = risk_coverage(sure, right)
    np.testing.assert_allclose([point.risk for point in curve.points], np.mean(risks, axis=0))


def test_the_order_of_the_input_does_not_matter() -> None:
    sure, right = [0.2, 0.9, 0.2, 0.9], [1, 0, 0, 1]
    assert risk_coverage(sure, right) == risk_coverage(sure[::-1], right[::-1])


@pytest.mark.parametrize(("coverage", "n"), [(0.07, 7), (0.29, 29), (0.8, 80), (0.901, 91), (0.0001, 1), (1.0, 100)])
def test_coverage_is_reached_with_the_fewest_items(coverage: float, n: int) -> None:
    assert risk_coverage(np.arange(100), [1] * 100).at(coverage).n == n


@pytest.mark.parametrize(
    ("sure", "right", "message"),
    [
        ([], [], "0 items"),
        ([0.1], [1, 1], "1 predicted but 2 gold items"),
        ([float("inf")], [1], "1 confidences are not finite"),
        ([0.5], [2], "1 verdicts are neither"),
        ([[0.5]], [1], "one-dimensional"),
    ],
)
def test_bad_input_is_an_error(sure, right, message: str) -> None:
    with pytest.raises(DataError, match=message):
        risk_coverage(sure, right)


@pytest.mark.parametrize("coverage", [0, 1.1, float("nan")])
def test_an_impossible_coverage_is_an_error(coverage: float) -> None:
    with pytest.raises(DataError, match="above 0 and at most 1"):
        risk_coverage([0.5], [1]).at(coverage)
