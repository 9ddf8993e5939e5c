"""Which event types are taken for which: a table of gold against predicted types, for articles that may have several.

A type that gold and prediction share is right and stands on the diagonal. A type that was missed is set against every
type that was reported wrongly in the same article, or against "none" if there was no such type; a type reported wrongly
where nothing was missed stands in the row "none". Cells count articles, so a type missed where two others were
reported wrongly counts in two cells, and a row may add up to more than the type's support. An article with neither
gold nor predicted types counts in the corner of "none" with "none".

>>> gold = [{"attack"}, {"attack", "arson"}, {"bombing"}, set(), set()]
>>> predicted = [{"attack"}, {"attack", "bombing"}, set(), {"arson"}, set()]
>>> table = confusion(predicted, gold, types=("attack", "arson", "bombing"))
>>> for row, cells in zip(table.labels, table.cells):
...     print(f"{row:8}", *cells)
attack   2 0 0 0
arson    0 0 1 0
bombing  0 0 0 1
none     0 1 0 1
>>> table.of("arson", "bombing")  # gold says arson, the prediction bombing
1
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from whodid.errors import DataError, one_of
from whodid_training.metrics.documents import check_aligned, check_labels

__all__ = ["NONE", "Confusion", "confusion"]

NONE = "none"
"""Label of the row and column for "no such type"."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """Articles by gold and predicted type."""

    labels: tuple[str, ...]
    """Event types in the order asked for, then "none"."""
    cells: tuple[tuple[int, ...], ...]
    """Number of articles: a row for each gold label, a column for each predicted one."""

    def of(self, gold: str, predicted: str) -> int:
        """Articles in which `gold` was taken for `predicted`.

        Raises:
            DataError: a label is not in the table.
        """
        for label in (gold, predicted):
            if label not in self.labels:
                raise DataError(f"{label!r} is not in the table; allowed: {one_of(self.labels)}")
        return self.cells[self.labels.index(gold)][self.labels.index(predicted)]


def confusion(
    predicted: Sequence[Collection[str]], gold: Sequence[Collection[str]], *, types: Sequence[str]
) -> Confusion:
    """Count which event types are taken for which.

    Args:
        predicted: event types of each document.
        gold: the same for gold, in the same order.
        types: rows and columns of the table; documents must not have others.

    Raises:
        DataError: the documents do not align, or an event type is not in `types`.
    """
    check_aligned(predicted, gold)
    check_labels(predicted, types, what="event type", side="predicted")
    check_labels(gold, types, what="event type", side="gold")
    count = Counter(pair for p, g in zip(predicted, gold, strict=True) for pair in _pairs(frozenset(p), frozenset(g)))
    labels = (*types, NONE)
    return Confusion(labels, tuple(tuple(count[g, p] for p in labels) for g in labels))


def _pairs(predicted: frozenset[str], gold: frozenset[str]) -> Iterator[tuple[str, str]]:
    yield from ((name, name) for name in predicted & gold)
    missed, wrong = gold - predicted, predicted - gold
    if missed or wrong or not gold:
        yield from ((g, p) for g in missed or {NONE} for p in wrong or {NONE})
