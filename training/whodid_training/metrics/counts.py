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

Some metrics give partial credit, or let several predicted items share a gold one; then precision and recall have
numerators of their own, and `Credit` stands in for `PRF`.

>>> Credit(right=2.0, n_predicted=2, found=1.0, n_gold=2)  # two predicted strings, both of the one participant found
Credit(right=2.0, n_predicted=2, found=1.0, n_gold=2)
>>> f"{Credit(2.0, 2, 1.0, 2).f1:.3f}"
'0.667'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whodid.errors import DataError, one_of

__all__ = ["PRF", "Credit", "CreditTally", "LabelScore", "Tally", "total", "total_credit"]


_ROUNDING = 1e-6
"""By how much a sum of fractions may exceed the whole number that it is."""


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
class Credit:
    """Credit given to predicted and to gold items, where the two need not be the same."""

    right: float = 0.0
    """Credit of the predicted items: the numerator of precision."""
    n_predicted: int = 0
    """Predicted items."""
    found: float = 0.0
    """Credit of the gold items: the numerator of recall."""
    n_gold: int = 0
    """Gold items."""

    def __post_init__(self) -> None:
        """Check that no item has more than full credit."""
        if not (0 <= self.right <= self.n_predicted + _ROUNDING and 0 <= self.found <= self.n_gold + _ROUNDING):
            raise DataError(
                f"credit {self.right} for {self.n_predicted} predicted and {self.found} for {self.n_gold} gold items: "
                "each must lie between 0 and the number of items"
            )

    def __add__(self, other: Credit) -> Credit:
        """Credit of both together: micro-averaging."""
        return Credit(
            self.right + other.right,
            self.n_predicted + other.n_predicted,
            self.found + other.found,
            self.n_gold + other.n_gold,
        )

    @property
    def precision(self) -> float:
        """Mean credit of the predicted items; 0 if nothing was predicted."""
        return self.right / self.n_predicted if self.n_predicted else 0.0

    @property
    def recall(self) -> float:
        """Mean credit of the gold items; 0 if there is no gold."""
        return self.found / self.n_gold if self.n_gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 if either is 0."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p and r else 0.0


def total_credit(parts: Iterable[Credit]) -> Credit:
    """Add up credit; `Credit()` if there is none."""
    return sum(parts, Credit())


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
        column = _column(label, self.labels)
        return total(row[column] for row in self.documents)

    def to_array(self) -> npt.NDArray[np.int64]:
        """Counts as an array of shape (documents, labels, 3): matched, predicted, gold."""
        rows = [[(c.matched, c.n_predicted, c.n_gold) for c in row] for row in self.documents]
        return np.array(rows, dtype=np.int64).reshape(len(self.documents), len(self.labels), 3)


@dataclass(frozen=True)
class CreditTally:
    """Credit of every document and label: what `Tally` is to `PRF`.

    >>> tally = CreditTally(("victim", "weapon"), ((Credit(0.5, 1, 0.5, 1), Credit(1.0, 1, 1.0, 2)),))
    >>> tally.micro
    Credit(right=1.5, n_predicted=2, found=1.5, n_gold=3)
    >>> tally.of("weapon").recall
    0.5
    """

    labels: tuple[str, ...]
    """Roles or slots, in the order asked for."""
    documents: tuple[tuple[Credit, ...], ...]
    """One row per document, with one credit per label."""

    @property
    def by_document(self) -> tuple[Credit, ...]:
        """Credit of each document over all labels."""
        return tuple(total_credit(row) for row in self.documents)

    @property
    def micro(self) -> Credit:
        """Credit over all documents and labels."""
        return total_credit(self.by_document)

    def of(self, label: str) -> Credit:
        """Credit of one label over all documents.

        Raises:
            DataError: the label was not scored.
        """
        return total_credit(row[_column(label, self.labels)] for row in self.documents)


def _column(label: str, labels: tuple[str, ...]) -> int:
    if label not in labels:
        raise DataError(f"{label!r} was not scored; allowed: {one_of(labels)}")
    return labels.index(label)
