"""Whether a probability can be taken at its word: Brier score, expected calibration error, reliability table.

Each item is one yes-or-no question, such as "does article 7 report an arson?", with the probability given to yes. The
expected calibration error (ECE) uses bins of equal width: bin i of n holds the probabilities from i/n up to but not
including (i+1)/n, the last one 1 as well. It is the mean over items of the distance between the bin's mean probability
and the share of yes in it; empty bins weigh nothing. The Brier score is the mean squared distance of probability and
outcome. No items at all is an error.

>>> result = calibration([0.9, 0.9, 0.7, 0.1], [True, False, True, False], bins=2)
>>> for bin in result.bins:
...     print(f"{bin.lower}-{bin.upper}: {bin.n} items, said {bin.mean_probability:.3f}, was {bin.frequency:.3f}")
0.0-0.5: 1 items, said 0.100, was 0.000
0.5-1.0: 3 items, said 0.833, was 0.667
>>> round(result.ece, 6)  # 1/4 * 0.1 + 3/4 * 1/6
0.15
>>> round(result.brier, 6)  # (0.01 + 0.81 + 0.09 + 0.01) / 4
0.23
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whodid.errors import DataError
from whodid_training.metrics.documents import check_aligned

__all__ = ["Calibration", "ReliabilityBin", "calibration"]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The items whose probability lies in one interval."""

    lower: float
    """Least probability of the bin."""
    upper: float
    """Where the next bin begins; the last bin includes 1."""
    n: int
    """Items in it."""
    mean_probability: float | None
    """What was claimed on average; None if the bin is empty."""
    frequency: float | None
    """Share of the items that are true; None if the bin is empty."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far probabilities are from what happened."""

    bins: tuple[ReliabilityBin, ...]
    """The reliability table, from 0 to 1."""
    ece: float
    """Expected calibration error over `bins`, between 0 (best) and 1."""
    brier: float
    """Mean squared error of the probabilities, between 0 (best) and 1."""


def calibration(probabilities: npt.ArrayLike, outcomes: npt.ArrayLike, *, bins: int = 10) -> Calibration:
    """Compare probabilities with outcomes.

    Args:
        probabilities: one number between 0 and 1 per item; one-dimensional.
        outcomes: whether it was so, in the same order; booleans or 0 and 1.
        bins: number of bins of equal width.

    Raises:
        DataError: no items, different lengths, or values outside their range.
    """
    if bins < 1:
        raise DataError(f"bins={bins}: give at least 1")
    said, was = _checked(probabilities, outcomes)
    # Edges as k/bins, not by linspace: 3/10 is the float that a reader writes as 0.3, 3 * 0.1 is not.
    member = np.searchsorted(np.arange(1, bins) / bins, said, side="right")
    table = tuple(_bin(k, bins, said[member == k], was[member == k]) for k in range(bins))
    gaps = [
        b.n * abs(b.mean_probability - b.frequency)
        for b in table
        if b.mean_probability is not None and b.frequency is not None
    ]
    return Calibration(bins=table, ece=float(sum(gaps) / len(said)), brier=float(np.mean((said - was) ** 2)))


def _bin(k: int, bins: int, said: npt.NDArray[np.float64], was: npt.NDArray[np.float64]) -> ReliabilityBin:
    empty = not len(said)
    return ReliabilityBin(
        lower=k / bins,
        upper=(k + 1) / bins,
        n=len(said),
        mean_probability=None if empty else float(said.mean()),
        frequency=None if empty else float(was.mean()),
    )


def _checked(
    probabilities: npt.ArrayLike, outcomes: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    said, was = np.asarray(probabilities, dtype=float), np.asarray(outcomes, dtype=float)
    if said.ndim != 1 or was.ndim != 1:
        raise DataError(f"probabilities of shape {said.shape} and outcomes of {was.shape}: give one-dimensional ones")
    check_aligned(said, was, what="items")
    wrong = said[~((said >= 0) & (said <= 1))]
    if len(wrong):
        raise DataError(f"{len(wrong)} probabilities are not between 0 and 1, the first is {wrong[0]}")
    wrong = was[(was != 0) & (was != 1)]
    if len(wrong):
        raise DataError(f"{len(wrong)} outcomes are neither true nor false, the first is {wrong[0]}")
    return said, was
