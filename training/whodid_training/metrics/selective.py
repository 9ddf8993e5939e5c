"""Selective prediction: how often the model is wrong if it answers only where it is surest.

Items are answered surest first. After the k surest of n, coverage is k/n and risk is the share of wrong answers among
them. Items of equal confidence cannot be told apart, so their errors are spread evenly over them: the result does not
depend on the order of the input. The area under the curve is the mean of the risks at k = 1 ... n; less is better.
No items at all is an error.

>>> curve = risk_coverage([0.9, 0.8, 0.7, 0.6, 0.6], [True, True, False, True, False])
>>> [round(point.risk, 3) for point in curve.points]  # at 0.6, half an error each
[0.0, 0.0, 0.333, 0.375, 0.4]
>>> round(curve.area, 3)
0.222
>>> curve.at(0.8)
RiskPoint(n=4, coverage=0.8, risk=0.375, threshold=0.6)
>>> curve.at(0.4).accuracy
1.0
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whodid.errors import DataError
from whodid_training.metrics.documents import check_aligned

__all__ = ["RiskCoverage", "RiskPoint", "risk_coverage", "risks"]


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What happens if exactly the n surest items are answered."""

    n: int
    """Items answered."""
    coverage: float
    """Share of the items answered."""
    risk: float
    """Share of wrong answers among those."""
    threshold: float
    """Confidence of the least sure item answered."""

    @property
    def accuracy(self) -> float:
        """Share of right answers among those given."""
        return 1.0 - self.risk


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The risk-coverage curve."""

    points: tuple[RiskPoint, ...]
    """One for each number of items answered, from 1 to all."""

    @property
    def area(self) -> float:
        """Mean risk over all points: the area under the curve. 0 is best."""
        return sum(point.risk for point in self.points) / len(self.points)

    def at(self, coverage: float) -> RiskPoint:
        """Return the first point with at least this coverage, such as 0.8 or 0.9.

        Raises:
            DataError: the coverage is not above 0 and at most 1.
        """
        if not 0 < coverage <= 1:
            raise DataError(f"coverage={coverage}: give a share above 0 and at most 1")
        # 0.07 * 100 is a little more than 7 in floating point, and must not ask for an eighth item.
        return self.points[max(1, math.ceil(coverage * len(self.points) - 1e-9)) - 1]


def risk_coverage(confidences: npt.ArrayLike, correct: npt.ArrayLike) -> RiskCoverage:
    """Build the curve from one confidence and one verdict per item.

    Args:
        confidences: how sure the model is of its answer to each item, on any finite scale.
        correct: whether that answer is right, in the same order; booleans or 0 and 1.

    Raises:
        DataError: no items, different lengths, confidences that are not finite, or verdicts other than 0 and 1.
    """
    sure, right = np.asarray(confidences, dtype=float), np.asarray(correct, dtype=float)
    if sure.ndim != 1 or right.ndim != 1:
        raise DataError(f"confidences of shape {sure.shape}, verdicts of {right.shape}: give one-dimensional ones")
    check_aligned(sure, right, what="items")
    if not np.isfinite(sure).all():
        raise DataError(f"{int((~np.isfinite(sure)).sum())} confidences are not finite numbers")
    if not np.isin(right, (0, 1)).all():
        raise DataError(f"{int((~np.isin(right, (0, 1))).sum())} verdicts are neither true nor false")
    thresholds = np.sort(sure)[::-1]
    return RiskCoverage(
        tuple(
            RiskPoint(n=k, coverage=k / len(sure), risk=float(risk), threshold=float(threshold))
            for k, (risk, threshold) in enumerate(zip(risks(sure, right), thresholds, strict=True), start=1)
        )
    )


def risks(confidences: npt.NDArray[np.float64], correct: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Return the risk at k = 1 ... n, (n,), of input that is known to be valid: what many resamples need.

    >>> risks(np.array([0.9, 0.6, 0.6]), np.array([True, True, False])).tolist()
    [0.0, 0.25, 0.3333333333333333]
    """
    _, member = np.unique(-confidences, return_inverse=True)
    sizes, wrong = np.bincount(member), np.bincount(member, weights=1.0 - correct.astype(float))
    errors: npt.NDArray[np.float64] = np.cumsum(np.repeat(wrong / sizes, sizes))
    return errors / np.arange(1, len(errors) + 1)
