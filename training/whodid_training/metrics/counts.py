"""Counts of matched, predicted and gold items, and the precision, recall and F1 that follow from them.

Empty sets follow the convention of the field: precision is 0 where nothing was predicted, recall is 0 where there is
no gold, and F1 is 0 where both are 0. So a label that never occurs scores 0, not 1; read its `n_gold`.

>>> one_article = PRF(matched=1, n_predicted=2, n_gold=1)
>>> another = PRF(matched=1, n_predicted=1, n_gold=3)
>>> both = one_article + another
>>> both
PRF(matched=2, n_predicted=3, n_gold=4)
>>> f"{both.precision:.3f} {both.recall:.3f} {both.f1:.3f}"
'0.667 0.500 0.571'
>>> PRF().f1
0.0
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whodid.errors import DataError, one_of

__all__ = ["PRF", "LabelScore", "Tally", "total"]


@dataclass(frozen=True, slots=True)
class PRF:
    """How many items were predicted, how many there are, and how many of the two were matched one to one."""

    matched: int = 0
    """Predicted items that are right; as many gold items are found."""
    n_predicted: int = 0
    """Predicted items, right or wrong."""
    n_gold: int = 0
    """Gold items, found or missed: the support."""

    def __post_init__(self) -> None:
        """Check that no more is matched than there is."""
        if not 0 <= self.matched <= min(self.n_predicted, self.n_gold):
            raise DataError(
                f"{self.matched} matched of {self.n_predicted} predicted and {self.n_gold} gold items: "
                "matches must lie between 0 and the smaller of the two"
            )

    def __add__(self, other: PRF) -> PRF:
        """Counts of both together: micro-averaging."""
        return PRF(self.matched + other.matched, self.n_predicted + other.n_predicted, self.n_gold + other.n_gold)

    @property
    def precision(self) -> float:
        """Share of the predicted items that are right; 0 if nothing was predicted."""
        return self.matched / self.n_predicted if self.n_predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold items that were found; 0 if there is no gold."""
        return self.matched / self.n_gold if self.n_gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 if nothing was matched."""
        return 2 * self.matched / (self.n_predicted + self.n_gold) if self.matched else 0.0


def total(counts: Iterable[PRF]) -> PRF:
    """Add up counts; `PRF()` if there are none."""
    return sum(counts, PRF())


@dataclass(frozen=True, slots=True)
class LabelScore:
    """The counts of one label over all documents."""

    label: str
    """A role or an event type."""
    prf: PRF
    """Its counts."""


@dataclass(frozen=True)
class Tally:
    """Counts of every document and label. Sums over either answer the usual questions; resampling uses the rest.

    >>> tally = Tally(("victim", "weapon"), ((PRF(1, 1, 2), PRF(0, 1, 0)), (PRF(1, 1, 1), PRF(0, 0, 0))))
    >>> tally.micro
    PRF(matched=2, n_predicted=3, n_gold=3)
    >>> tally.of("victim")
    PRF(matched=2, n_predicted=2, n_gold=3)
    >>> tally.by_document
    (PRF(matched=1, n_predicted=2, n_gold=2), PRF(matched=1, n_predicted=1, n_gold=1))
    >>> tally.macro_f1  # the mean of 0.8 and 0
    0.4
    """

    labels: tuple[str, ...]
    """Roles or event types, in the order asked for."""
    documents: tuple[tuple[PRF, ...], ...]
    """One row per document, with one count per label."""

    @property
    def per_label(self) -> tuple[LabelScore, ...]:
        """Counts of each label over all documents, in the order of `labels`."""
        return tuple(LabelScore(label, self.of(label)) for label in self.labels)

    @property
    def by_document(self) -> tuple[PRF, ...]:
        """Counts of each document over all labels."""
        return tuple(total(row) for row in self.documents)

    @property
    def micro(self) -> PRF:
        """Counts over all documents and labels."""
        return total(self.by_document)

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the labels that occur in gold or predictions, each counting the same; 0 if none does."""
        present = [score.prf.f1 for score in self.per_label if score.prf.n_predicted + score.prf.n_gold]
        return sum(present) / len(present) if present else 0.0

    def of(self, label: str) -> PRF:
        """Counts of one label over all documents.

        Raises:
            DataError: the label was not scored.
        """
        if label not in self.labels:
            raise DataError(f"{label!r} was not scored; allowed: {one_of(self.labels)}")
        column = self.labels.index(label)
        return total(row[column] for row in self.documents)

    def to_array(self) -> npt.NDArray[np.int64]:
        """Counts as an array of shape (documents, labels, 3): matched, predicted, gold."""
        rows = [[(c.matched, c.n_predicted, c.n_gold) for c in row] for row in self.documents]
        return np.array(rows, dtype=np.int64).reshape(len(self.documents), len(self.labels), 3)
