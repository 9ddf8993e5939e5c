"""The headline figures: a table that says of each how it is called, what it means and how it is computed from counts.

Every figure is a statistic of documents, so that its interval and the comparison of two systems come from resampling
documents. A new figure is a new row of `HEADLINE`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from whodid_training.evaluation.scoring import Judgement, Scored
from whodid_training.metrics import bootstrap
from whodid_training.metrics.bootstrap import Counts, Indices, Interval, Statistic, bootstrap_interval, count_statistic
from whodid_training.metrics.calibration import Calibration, calibration
from whodid_training.metrics.counts import PRF, Tally

__all__ = ["HEADLINE", "Figure", "Measured", "measure"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure."""

    name: str
    """Key in `metrics.json`."""
    group: str
    """What it is about: a heading of the table."""
    label: str
    """How it is called in reports."""
    meaning: str
    """What it says, in one sentence."""
    statistic: Callable[[Scored], Statistic]
    """Makes the function of document indices that is resampled."""
    support: Callable[[Scored], int]
    """How many items it is computed on."""
    less_is_better: bool = False
    """Whether 0 is best: errors rather than successes."""

    def shown(self, value: float, *, signed: bool = False) -> str:
        """Write a value for reading: shares in percent, errors of probabilities as they are."""
        sign = "+" if signed else ""
        return f"{value:{sign}.3f}" if self.less_is_better else f"{100 * value:{sign}.1f}"


@dataclass(frozen=True, slots=True)
class Measured:
    """A headline figure of one system."""

    figure: Figure
    """Which."""
    interval: Interval
    """Its value and 95 % interval."""
    support: int
    """How many items it is computed on."""


def measure(
    scored: Scored, *, samples: int, seed: int, figures: Sequence[Figure] | None = None
) -> tuple[Measured, ...]:
    """Compute the headline figures of one system, with intervals.

    Args:
        scored: its counts.
        samples: number of resamples of the documents.
        seed: fixes the resamples.
        figures: which ones; all by default.
    """
    return tuple(
        Measured(
            figure,
            bootstrap_interval(figure.statistic(scored), scored.n_documents, samples=samples, seed=seed),
            figure.support(scored),
        )
        for figure in (HEADLINE if figures is None else figures)
    )


def _of_counts(
    counts: Callable[[Scored], Tally | Sequence[PRF]], score: Callable[[Counts], float]
) -> Callable[[Scored], Statistic]:
    return lambda scored: count_statistic(counts(scored), score)


def _exact_set(scored: Scored) -> Statistic:
    exact = np.array(scored.types.exact, dtype=float)
    return lambda indices: float(exact[indices].mean())


def _of_probabilities(error: Callable[[Calibration], float]) -> Callable[[Scored], Statistic]:
    def make(scored: Scored) -> Statistic:
        def statistic(indices: Indices) -> float:
            return error(calibration(scored.probabilities[indices].ravel(), scored.present[indices].ravel()))

        return statistic

    return make


def _accuracy_at(coverage: float, judgement: Callable[[Scored], Judgement]) -> Callable[[Scored], Statistic]:
    """Build what `risk_coverage(...).at(coverage).accuracy` says of the documents drawn, without the whole curve."""

    def make(scored: Scored) -> Statistic:
        answers = judgement(scored)

        def statistic(indices: Indices) -> float:
            sure, right = answers.confidence[indices], answers.correct[indices]
            n = max(1, math.ceil(coverage * len(sure) - 1e-9))
            threshold = np.partition(sure, len(sure) - n)[len(sure) - n]
            above, level = sure > threshold, sure == threshold
            return float((right[above].sum() + (n - above.sum()) * right[level].mean()) / n)

        return statistic

    return make


_SCORES: tuple[tuple[str, str, Callable[[Counts], float]], ...] = (
    ("precision", "precision", bootstrap.precision),
    ("recall", "recall", bootstrap.recall),
    ("f1", "F1", bootstrap.f1),
)


def _three(
    name: str, group: str, label: str, meaning: str, counts: Callable[[Scored], Tally | Sequence[PRF]]
) -> tuple[Figure, ...]:
    """Build precision, recall and F1 of the same counts."""
    return tuple(
        Figure(
            f"{name}_{key}",
            group,
            f"{label}: {word}",
            meaning,
            _of_counts(counts, score),
            lambda scored: _gold(counts(scored)),
        )
        for key, word, score in _SCORES
    )


def _gold(counts: Tally | Sequence[PRF]) -> int:
    return sum(count.n_gold for count in (counts.by_document if isinstance(counts, Tally) else counts))


def _documents(scored: Scored) -> int:
    return scored.n_documents


def _questions(scored: Scored) -> int:
    return int(scored.present.size)


_TYPES = "Event types"
_PEOPLE = "Participants"
_EVENTS = "Events"
_TRUST = "Probabilities"

HEADLINE: tuple[Figure, ...] = (
    *_three(
        "types",
        _TYPES,
        "all types together (micro)",
        "Every event type of every article counts once.",
        lambda scored: scored.types,
    ),
    Figure(
        "types_macro_f1",
        _TYPES,
        "mean over types (macro): F1",
        "Rare types weigh as much as frequent ones; types that occur nowhere are left out.",
        _of_counts(lambda scored: scored.types, bootstrap.macro_f1),
        lambda scored: _gold(scored.types),
    ),
    Figure(
        "types_exact_set",
        _TYPES,
        "exactly the right set: share of articles",
        "An article without any event is right if none is reported.",
        _exact_set,
        _documents,
    ),
    *_three(
        "event",
        _TYPES,
        "reports some event",
        "Whatever the type: is the article about an event at all?",
        lambda scored: scored.types.event_documents,
    ),
    *_three(
        "no_event",
        _TYPES,
        "reports no event",
        "The same question, seen from the articles without any event.",
        lambda scored: scored.types.no_event_documents,
    ),
    *_three(
        "roles_overlap",
        _PEOPLE,
        "in their roles, by overlap",
        "CEAF-REE in which a head word or a telling word in common is enough.",
        lambda scored: scored.roles["overlap"],
    ),
    *_three(
        "roles_strict",
        _PEOPLE,
        "in their roles, strict",
        "CEAF-REE as published: every string given for a participant must be one of its strings in gold.",
        lambda scored: scored.roles["strict"],
    ),
    *_three(
        "mentions",
        _PEOPLE,
        "mentions, exact boundaries",
        "Every mention in the text: role, first and last character must be right.",
        lambda scored: scored.spans,
    ),
    *_three(
        "events",
        _EVENTS,
        "type and someone who took part",
        "An event is right if its type is, and if victims or perpetrators share a participant.",
        lambda scored: scored.events,
    ),
    Figure(
        "event_accuracy_at_80",
        _TRUST,
        "event or no event, surest 80 % of articles: accuracy",
        "What is right if the least sure fifth is left to people.",
        _accuracy_at(0.8, lambda scored: scored.some_event),
        _documents,
    ),
    Figure(
        "event_accuracy_at_90",
        _TRUST,
        "event or no event, surest 90 % of articles: accuracy",
        "What is right if the least sure tenth is left to people.",
        _accuracy_at(0.9, lambda scored: scored.some_event),
        _documents,
    ),
    Figure(
        "types_exact_set_at_80",
        _TRUST,
        "exactly the right set, surest 80 % of articles: accuracy",
        "The same for the whole set of types.",
        _accuracy_at(0.8, lambda scored: scored.type_set),
        _documents,
    ),
    Figure(
        "types_exact_set_at_90",
        _TRUST,
        "exactly the right set, surest 90 % of articles: accuracy",
        "The same for the whole set of types.",
        _accuracy_at(0.9, lambda scored: scored.type_set),
        _documents,
    ),
    Figure(
        "types_ece",
        _TRUST,
        "expected calibration error (less is better)",
        "How far the probabilities of types are from what happens, on average; 0 is best. Resampling adds noise to it, "
        "so its interval lies a little high.",
        _of_probabilities(lambda result: result.ece),
        _questions,
        less_is_better=True,
    ),
    Figure(
        "types_brier",
        _TRUST,
        "Brier score (less is better)",
        "Mean squared error of the probabilities of types; 0 is best.",
        _of_probabilities(lambda result: result.brier),
        _questions,
        less_is_better=True,
    ),
)
"""Every headline figure, in the order of reports."""
