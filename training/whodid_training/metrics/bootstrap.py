"""How sure a figure is: percentile intervals by resampling documents, and paired comparison of two systems.

A statistic is a function of an array of document indices, in which a document may come several times or not at all.
For metrics made of counts, `count_statistic` builds it from the counts of each document, so that a resample costs one
product of vectors and nothing is matched again. The same seed draws the same resamples, whatever the statistic.

>>> from whodid_training.metrics.counts import PRF
>>> documents = [PRF(1, 1, 1), PRF(0, 1, 1)] * 50
>>> interval = bootstrap_interval(count_statistic(documents), len(documents), seed=0)
>>> interval.estimate  # half of 100 items; the standard error is 0.05, so about 0.5 +- 0.1
0.5
>>> 0.38 < interval.low < 0.42 and 0.58 < interval.high < 0.62
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whodid.errors import DataError
from whodid_training.metrics.counts import PRF, Credit, Tally

__all__ = [
    "Interval",
    "PairedDifference",
    "Statistic",
    "bootstrap_interval",
    "count_statistic",
    "f1",
    "macro_f1",
    "paired_bootstrap",
    "precision",
    "recall",
]

Indices = npt.NDArray[np.intp]
Counts = npt.NDArray[np.float64]

Statistic = Callable[[Indices], float]
"""A figure of the documents at the given indices."""

_TAILS = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % percentile bootstrap interval."""

    estimate: float
    """On the documents as they are."""
    low: float
    """2.5th percentile of the resampled figures."""
    high: float
    """97.5th percentile."""


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """How much better one system is than another on the same documents."""

    a: float
    """Figure of the first system on the documents as they are."""
    b: float
    """Figure of the second."""
    low: float
    """2.5th percentile of the resampled differences a - b."""
    high: float
    """97.5th percentile."""
    p_value: float
    """Two-sided: twice the share of resamples in which the difference is zero or points the other way, at most 1."""

    @property
    def difference(self) -> float:
        """First minus second: above 0 if the first has more."""
        return self.a - self.b


def bootstrap_interval(statistic: Statistic, n_documents: int, *, samples: int = 1000, seed: int) -> Interval:
    """Resample documents with replacement and return the statistic with its 95 % interval.

    Args:
        statistic: function of an array of document indices.
        n_documents: how many documents there are; indices run from 0 to one less.
        samples: number of resamples, at least 100: fewer do not settle the 2.5th percentile.
        seed: fixes the resamples.

    Raises:
        DataError: no documents, too few samples, or a statistic that is not a finite number.
    """
    values = _values(statistic, n_documents, samples, seed)
    low, high = np.percentile(values[1:], _TAILS)
    return Interval(float(values[0]), float(low), float(high))


def paired_bootstrap(
    statistic_a: Statistic, statistic_b: Statistic, n_documents: int, *, samples: int = 1000, seed: int
) -> PairedDifference:
    """Compare two systems on the same resamples of the same documents.

    The p-value counts the observed data as one resample, so it is never below 2 / (samples + 1).

    Args:
        statistic_a: figure of the first system.
        statistic_b: the same figure of the second.
        n_documents: how many documents there are; both statistics must number them alike.
        samples: number of resamples, at least 100.
        seed: fixes the resamples.

    Raises:
        DataError: as for `bootstrap_interval`.
    """
    a = _values(statistic_a, n_documents, samples, seed)
    b = _values(statistic_b, n_documents, samples, seed)
    differences = a[1:] - b[1:]
    low, high = np.percentile(differences, _TAILS)
    fewer = min(int((differences <= 0).sum()), int((differences >= 0).sum()))
    p_value = min(1.0, 2 * (fewer + 1) / (samples + 1))
    return PairedDifference(float(a[0]), float(b[0]), float(low), float(high), p_value)


def precision(counts: Counts) -> float:
    """Precision of counts whose last axis is matched, predicted, gold; micro over any other axes.

    The last axis may also be that of `Credit`: right, predicted, found, gold.
    """
    right, predicted, _, _ = _summed(counts)
    return float(right / predicted) if predicted else 0.0


def recall(counts: Counts) -> float:
    """Recall of such counts."""
    _, _, found, gold = _summed(counts)
    return float(found / gold) if gold else 0.0


def f1(counts: Counts) -> float:
    """F1 of such counts."""
    right, predicted, found, gold = _summed(counts)
    if right == found:  # the same value, without a rounding error that would show in perfect answers
        return float(2 * right / (predicted + gold)) if right else 0.0
    p, r = precision(counts), recall(counts)
    return 2 * p * r / (p + r) if p and r else 0.0


def macro_f1(counts: Counts) -> float:
    """Mean F1 of counts of shape (labels, 3), over the labels that occur, as in `Tally.macro_f1`."""
    sizes = counts[:, 1] + counts[:, 2]
    present = sizes > 0
    return float(np.mean(2 * counts[present, 0] / sizes[present])) if present.any() else 0.0


def count_statistic(
    counts: Tally | Sequence[PRF] | Sequence[Credit], score: Callable[[Counts], float] = f1
) -> Statistic:
    """Make a statistic of counts that add up over documents.

    Args:
        counts: the counts of each document, or a whole tally.
        score: turns summed counts into a figure; they have shape (labels, 3) for a tally, (3,) otherwise, (4,) for
            credit.
    """
    rows = counts.to_array() if isinstance(counts, Tally) else np.array([_row(count) for count in counts])
    table = rows.reshape(len(rows), -1).astype(np.float64)  # floats multiply faster, and are exact to 2 ** 53

    def statistic(indices: Indices) -> float:
        weights = np.bincount(indices, minlength=len(table)).astype(np.float64)
        return score((weights @ table).reshape(rows.shape[1:]))

    return statistic


def _row(count: PRF | Credit) -> tuple[float, ...]:
    if isinstance(count, Credit):
        return count.right, count.n_predicted, count.found, count.n_gold
    return count.matched, count.n_predicted, count.n_gold


def _summed(counts: Counts) -> tuple[float, float, float, float]:
    """Return right, predicted, found and gold: for plain counts, what is right is what is found."""
    sums = counts if counts.ndim == 1 else counts.reshape(-1, counts.shape[-1]).sum(axis=0)
    right, predicted, *found, gold = sums.tolist()
    return right, predicted, found[0] if found else right, gold


def _values(statistic: Statistic, n_documents: int, samples: int, seed: int) -> npt.NDArray[np.float64]:
    """Return the statistic of the documents as they are, followed by that of each resample."""
    if n_documents < 1:
        raise DataError(f"{n_documents} documents: there is nothing to resample; give at least one")
    if samples < 100:
        raise DataError(f"samples={samples}: give at least 100")
    values = np.array([statistic(indices) for indices in _resamples(n_documents, samples, seed)])
    if not np.isfinite(values).all():
        raise DataError(
            f"the statistic is not a finite number in {int((~np.isfinite(values)).sum())} of {len(values)} resamples; "
            "let it return the value of an empty set, such as 0"
        )
    return values


def _resamples(n_documents: int, samples: int, seed: int) -> Iterator[Indices]:
    yield np.arange(n_documents)
    rng = np.random.default_rng(seed)
    for _ in range(samples):
        yield rng.integers(n_documents, size=n_documents)
