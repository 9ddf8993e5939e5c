from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from whodid.errors import DataError
from whodid_training.metrics.calibration import calibration


def test_probabilities_that_come_true_as_often_as_they_say_have_no_error() -> None:
    result = calibration([0.25] * 4 + [0.75] * 4, [1, 0, 0, 0, 1, 1, 1, 0])
    assert result.ece == 0.0
    assert result.brier == pytest.approx(0.1875)


def test_certainty_that_is_always_wrong_has_the_greatest_error() -> None:
    result = calibration([1.0, 0.0], [0, 1])
    assert (result.ece, result.brier) == (1.0, 1.0)


@pytest.mark.parametrize(("probability", "expected"), [(0.0, 0), (0.1, 1), (0.3, 3), (0.6, 6), (0.7, 7), (1.0, 9)])
def test_a_probability_on_an_edge_belongs_to_the_bin_that_begins_there(probability: float, expected: int) -> None:
    bins = calibration([probability], [True]).bins
    assert [b.n for b in bins].index(1) == expected
    assert bins[expected].lower <= probability <= bins[expected].upper


def test_an_empty_bin_has_no_figures() -> None:
    empty = calibration([0.9], [True], bins=2).bins[0]
    assert (empty.n, empty.mean_probability, empty.frequency) == (0, None, None)


def test_brier_agrees_with_scikit_learn_and_ece_with_a_plain_loop() -> None:
    rng = np.random.default_rng(0)
    said, was = rng.random(500), rng.random(500) < 0.4
    result = calibration(said, was)
    assert result.brier == pytest.approx(brier_score_loss(was, said))
    ece = 0.0
    for k in range(10):
        members = [i for i in range(500) if k <= said[i] * 10 < k + 1]
        if members:
            gap = abs(np.mean([said[i] for i in members]) - np.mean([was[i] for i in members]))
            ece += len(members) / 500 * gap
    assert result.ece == pytest.approx(ece)


@pytest.mark.parametrize(
    ("said", "was", "message"),
    [
        ([], [], "0 items"),
        ([0.5], [1, 0], "1 predicted but 2 gold items"),
        ([1.2], [1], "1 probabilities are not between 0 and 1, the first is 1.2"),
        ([float("nan")], [1], "not between 0 and 1"),
        ([0.5], [0.5], "neither true nor false"),
        ([[0.5]], [1], "one-dimensional"),
    ],
)
def test_bad_input_is_an_error(said, was, message: str) -> None:
    with pytest.raises(DataError, match=message):
        calibration(said, was)


def test_no_bins_is_an_error() -> None:
    with pytest.raises(DataError, match="at least 1"):
        calibration([0.5], [1], bins=0)
