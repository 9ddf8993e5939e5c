"""Recall by where in the article the evidence stands: what lies within a first stretch against what lies beyond.

The caller says where each gold item begins and whether it was found (for entities, `ceaf.found` tells); here they are
only counted. Positions and boundary are in the same unit, characters or word pieces. An item whose place is not known,
because its string does not occur in the text, is counted as "unplaced" and not dropped. With labels that join event
type and role, such as "attack/victim", the same table breaks recall down by both. Recall of nothing is 0.

>>> items = [Evidence("victim", 40, True), Evidence("victim", 512, False), Evidence("weapon", 600, True)]
>>> table = recall_by_position(items, boundary=512, labels=("victim", "weapon"))
>>> table.total.within
Recall(found=1, n_gold=1)
>>> table.total.beyond.share
0.5
>>> table.rows[1]
PositionRow(label='weapon', within=Recall(found=0, n_gold=0), beyond=Recall(found=1, n_gold=1), \
unplaced=Recall(found=0, n_gold=0))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from whodid.errors import DataError
from whodid_training.metrics.documents import check_labels

__all__ = ["Evidence", "PositionRow", "PositionTable", "Recall", "recall_by_position"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One gold item, its place and its fate."""

    label: str
    """What recall is broken down by: an event type, a role or both."""
    position: int | None
    """Where its first mention begins, counted from 0; None if it is not in the text."""
    found: bool
    """Whether the prediction has it."""


@dataclass(frozen=True, slots=True)
class Recall:
    """How many of the gold items were found."""

    found: int
    """Gold items that the prediction has."""
    n_gold: int
    """Gold items."""

    @property
    def share(self) -> float:
        """Share of the gold items that were found; 0 if there are none."""
        return self.found / self.n_gold if self.n_gold else 0.0


@dataclass(frozen=True, slots=True)
class PositionRow:
    """Recall of one label, by position."""

    label: str
    """As in `Evidence`; "all" for the total."""
    within: Recall
    """Items that begin before the boundary."""
    beyond: Recall
    """Items that begin at the boundary or later."""
    unplaced: Recall
    """Items whose place is not known."""

    @property
    def overall(self) -> Recall:
        """All items of the label."""
        parts = (self.within, self.beyond, self.unplaced)
        return Recall(sum(part.found for part in parts), sum(part.n_gold for part in parts))


@dataclass(frozen=True, slots=True)
class PositionTable:
    """Recall by label and position."""

    boundary: int
    """First position that counts as beyond."""
    rows: tuple[PositionRow, ...]
    """One per label, in the order asked for."""
    total: PositionRow
    """All labels together."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON, by label."""
        return {"boundary": self.boundary, "rows": {row.label: _plain(row) for row in (*self.rows, self.total)}}


def recall_by_position(evidence: Sequence[Evidence], *, boundary: int, labels: Sequence[str]) -> PositionTable:
    """Count found and missed gold items before and after `boundary`.

    Args:
        evidence: the gold items of all documents.
        boundary: first position that counts as beyond, such as 512 word pieces.
        labels: the rows of the table; items must not have other labels.

    Raises:
        DataError: a label is not in `labels`, or the boundary or a position is negative.
    """
    check_labels([[item.label] for item in evidence], labels, what="label", side="gold", may_be_none=True)
    negative = [item for item in evidence if item.position is not None and item.position < 0]
    if boundary < 0 or negative:
        raise DataError(f"boundary={boundary} and {len(negative)} negative positions: both count from 0")
    return PositionTable(
        boundary=boundary,
        rows=tuple(_row(label, [item for item in evidence if item.label == label], boundary) for label in labels),
        total=_row("all", evidence, boundary),
    )


def _plain(row: PositionRow) -> dict[str, dict[str, Any]]:
    parts = {"within": row.within, "beyond": row.beyond, "unplaced": row.unplaced}
    return {name: {"found": part.found, "gold": part.n_gold, "recall": part.share} for name, part in parts.items()}


def _row(label: str, items: Sequence[Evidence], boundary: int) -> PositionRow:
    return PositionRow(
        label=label,
        within=_recall([item for item in items if item.position is not None and item.position < boundary]),
        beyond=_recall([item for item in items if item.position is not None and item.position >= boundary]),
        unplaced=_recall([item for item in items if item.position is None]),
    )


def _recall(items: Sequence[Evidence]) -> Recall:
    return Recall(found=sum(item.found for item in items), n_gold=len(items))
