"""Statistics of documents: functions of document indices, made from scored counts, that figures are resampled by."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from whodid_training.evaluation.scoring import Judgement, Scored
from whodid_training.metrics.bootstrap import Counts, Indices, Statistic, count_statistic
from whodid_training.metrics.calibration import Calibration, calibration
from whodid_training.metrics.counts import PRF, Credit, CreditTally, Tally
from whodid_training.metrics.selective import risks

__all__ = [
    "RARE",
    "AnyCounts",
    "Make",
    "area",
    "asked",
    "exact_set",
    "false_alarms",
    "items",
    "of_counts",
    "of_probabilities",
    "rare_types",
    "risk_at",
    "share",
]

Make = Callable[[Scored], Statistic]
"""Makes the statistic of one system's counts."""

RARE = 0.25
"""A type that a smaller share of the articles report is rare."""

AnyCounts = Tally | CreditTally | Sequence[PRF | Credit]
"""Counts that add up over documents."""


def of_counts(counts: Callable[[Scored], AnyCounts], score: Callable[[Counts], float]) -> Make:
    """Make a figure of summed counts."""

    def make(scored: Scored) -> Statistic:
        found = counts(scored)
        return count_statistic(found.by_document if isinstance(found, CreditTally) else found, score)

    return make


def items(counts: AnyCounts) -> int:
    """Return how many items gold has."""
    return sum(count.n_gold for count in (counts.by_document if isinstance(counts, Tally | CreditTally) else counts))


def share(verdicts: Callable[[Scored], Sequence[bool | None]]) -> Make:
    """Make the share of documents that are true, of those that are not None; 0 if there are none."""

    def make(scored: Scored) -> Statistic:
        found = verdicts(scored)
        asked = np.array([verdict is not None for verdict in found])
        right = np.array([verdict is True for verdict in found])

        def statistic(indices: Indices) -> float:
            n = asked[indices].sum()
            return float(right[indices].sum() / n) if n else 0.0

        return statistic

    return make


def asked(verdicts: Sequence[bool | None]) -> int:
    """Return how many documents have a verdict."""
    return sum(verdict is not None for verdict in verdicts)


def false_alarms(scored: Scored) -> list[bool | None]:
    """Tell for each article without an event whether it is given one; None for the others."""
    return [bool(one.n_gold - one.matched) if one.n_gold else None for one in scored.types.no_event_documents]


def rare_types(scored: Scored) -> Tally:
    """Return the counts of the types that some, but fewer than a quarter, of the articles report."""
    types = scored.types
    columns = [
        column for column, score in enumerate(types.per_type) if 0 < score.prf.n_gold < RARE * len(types.documents)
    ]
    return Tally(
        tuple(types.labels[column] for column in columns),
        tuple(tuple(row[column] for column in columns) for row in types.documents),
    )


def exact_set(scored: Scored) -> Statistic:
    """Share of the documents whose whole set of types is right."""
    exact = np.array(scored.types.exact, dtype=float)
    return lambda indices: float(exact[indices].mean())


def of_probabilities(error: Callable[[Calibration], float]) -> Make:
    """Make an error of the probabilities of types."""

    def make(scored: Scored) -> Statistic:
        def statistic(indices: Indices) -> float:
            return error(calibration(scored.probabilities[indices].ravel(), scored.present[indices].ravel()))

        return statistic

    return make


def risk_at(coverage: float, judgement: Callable[[Scored], Judgement]) -> Make:
    """Make what `risk_coverage(...).at(coverage).risk` says of the documents drawn, without the whole curve."""

    def make(scored: Scored) -> Statistic:
        answers = judgement(scored)

        def statistic(indices: Indices) -> float:
            sure, wrong = answers.confidence[indices], ~answers.correct[indices]
            n = max(1, math.ceil(coverage * len(sure) - 1e-9))
            threshold = np.partition(sure, len(sure) - n)[len(sure) - n]
            above, level = sure > threshold, sure == threshold
            return float((wrong[above].sum() + (n - above.sum()) * wrong[level].mean()) / n)

        return statistic

    return make


def area(judgement: Callable[[Scored], Judgement]) -> Make:
    """Make the area under the risk-coverage curve of the documents drawn."""

    def make(scored: Scored) -> Statistic:
        answers = judgement(scored)
        return lambda indices: float(risks(answers.confidence[indices], answers.correct[indices]).mean())

    return make
