"""A figure: how it is called, what it means, how it is computed from counts; and builders of figures that go together.

The table of the headline figures is in `figures`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from whodid_training.evaluation.scoring import Judgement, Scored
from whodid_training.evaluation.statistics import AnyCounts, Make, area, items, of_counts, risk_at
from whodid_training.metrics import bootstrap
from whodid_training.metrics.bootstrap import Counts, Interval

__all__ = ["Figure", "Measured", "always", "documents", "selective", "three"]


def documents(scored: Scored) -> int:
    """Number of articles: the support of figures about each of them."""
    return scored.n_documents


def always(scored: Scored) -> bool:  # noqa: ARG001 - as `Figure.applies`
    """Figures apply everywhere unless something else is said."""
    return True


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
    statistic: Make
    """Makes the function of document indices that is resampled."""
    support: Callable[[Scored], int]
    """How many items it is computed on."""
    less_is_better: bool = False
    """Whether 0 is best: errors rather than successes."""
    percent: bool = True
    """Whether it is a share, to be read in percent."""
    applies: Callable[[Scored], bool] = always
    """Whether these articles and this system have what it is about; where not, it is not shown."""

    def shown(self, value: float, *, signed: bool = False) -> str:
        """Write a value for reading: shares in percent, other figures as they are."""
        sign = "+" if signed else ""
        return f"{100 * value:{sign}.1f}" if self.percent else f"{value:{sign}.3f}"


@dataclass(frozen=True, slots=True)
class Measured:
    """A headline figure of one system."""

    figure: Figure
    """Which."""
    interval: Interval
    """Its value and 95 % interval."""
    support: int
    """How many items it is computed on."""


_SCORES: tuple[tuple[str, str, Callable[[Counts], float]], ...] = (
    ("precision", "precision", bootstrap.precision),
    ("recall", "recall", bootstrap.recall),
    ("f1", "F1", bootstrap.f1),
)


def three(
    name: str,
    group: str,
    label: str,
    meaning: str,
    counts: Callable[[Scored], AnyCounts],
    applies: Callable[[Scored], bool] = always,
) -> tuple[Figure, ...]:
    """Build precision, recall and F1 of the same counts."""
    return tuple(
        Figure(
            f"{name}_{key}",
            group,
            f"{label}: {word}",
            meaning,
            of_counts(counts, score),
            lambda scored: items(counts(scored)),
            applies=applies,
        )
        for key, word, score in _SCORES
    )


def selective(
    name: str, group: str, label: str, whole: str, judgement: Callable[[Scored], Judgement]
) -> tuple[Figure, ...]:
    """Build the risk at full coverage and at 80 %, and the area under the curve."""
    rows = (
        (f"{name}_risk", "all articles: wrong", whole, risk_at(1.0, judgement), True),
        (
            f"{name}_risk_at_80",
            "surest 80 %: wrong",
            "What is wrong if the least sure fifth of the articles is left to people.",
            risk_at(0.8, judgement),
            True,
        ),
        (
            f"{name}_aurc",
            "area under the risk-coverage curve",
            "The share of wrong answers, averaged over every number of articles that may be answered, surest first: "
            "how few errors there are, and how well sureness tells them. 0 is best.",
            area(judgement),
            False,
        ),
    )
    return tuple(
        Figure(key, group, f"{label}, {word} (less is better)", meaning, make, documents, True, percent)
        for key, word, meaning, make, percent in rows
    )
