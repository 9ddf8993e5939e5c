"""What precision and recall a threshold buys: the points that one event type can reach, and the one that was chosen.

A threshold reports every article whose probability is at least as high.

>>> for point in precision_recall([0.9, 0.6, 0.6, 0.2], [True, False, True, False]):
...     print(f"{point.threshold}: {point.reported} reported, {point.precision:.2f} right, {point.recall:.2f} found")
0.9: 1 reported, 1.00 right, 0.50 found
0.6: 3 reported, 0.67 right, 1.00 found
0.2: 4 reported, 0.50 right, 1.00 found
>>> at_threshold([0.9, 0.6, 0.6, 0.2], [True, False, True, False], 0.7).precision
1.0
>>> at_threshold([0.9, 0.6, 0.6, 0.2], [True, False, True, False], 0.95) is None
True
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whodid.errors import DataError
from whodid_training.metrics.documents import check_aligned

__all__ = ["TradeOff", "at_threshold", "precision_recall"]


@dataclass(frozen=True, slots=True)
class TradeOff:
    """What one threshold gives."""

    threshold: float
    """Probability from which on an article is reported."""
    reported: int
    """How many articles that is."""
    precision: float
    """Share of them that are right."""
    recall: float
    """Share of the articles of this type that are among them."""


def precision_recall(probabilities: npt.ArrayLike, present: npt.ArrayLike) -> tuple[TradeOff, ...]:
    """Return what every threshold gives that makes a difference, from the highest.

    Args:
        probabilities: of one event type, one for each article.
        present: whether gold has it, in the same order.

    Raises:
        DataError: there are no articles, different lengths, or no article of this type.
    """
    said, was = np.asarray(probabilities, dtype=float), np.asarray(present, dtype=bool)
    points = [at_threshold(said, was, float(threshold)) for threshold in np.unique(said)[::-1]]
    return tuple(point for point in points if point is not None)


def at_threshold(probabilities: npt.ArrayLike, present: npt.ArrayLike, threshold: float) -> TradeOff | None:
    """Return what one threshold gives, or None if nothing reaches it; arguments and errors as above."""
    said, was = np.asarray(probabilities, dtype=float), np.asarray(present, dtype=bool)
    check_aligned(said, was, what="articles")
    if not was.any():
        raise DataError(
            f"none of {len(was)} articles is of this type: recall is a share of nothing; leave the type out"
        )
    reported = said >= threshold
    right = int((reported & was).sum())
    n = int(reported.sum())
    return TradeOff(threshold, n, right / n, right / int(was.sum())) if n else None
