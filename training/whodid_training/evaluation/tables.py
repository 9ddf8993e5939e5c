"""Rows and tables of precision, recall and F1, one for each label: a role, an event type or a slot."""

from __future__ import annotations

from collections.abc import Sequence

from whodid.render.segments import spoken
from whodid_training.evaluation.blocks import Table
from whodid_training.evaluation.evaluation import Labelled

__all__ = ["occurs", "prf_cells", "prf_head", "prf_row", "prf_table"]


def prf_table(what: str, rows: Sequence[Labelled]) -> Table:
    """Build a table of labels; `what` they are names the first column."""
    return Table(prf_head(what), tuple(map(prf_row, rows)), lead="F1")


def prf_head(what: str) -> tuple[str, ...]:
    """Name the columns of `prf_row`."""
    return (what, "precision", "recall", "F1", "right", "predicted", "gold")


def prf_row(row: Labelled) -> tuple[str, ...]:
    """Write one label with its counts."""
    counts = (round(row.prf.right), row.prf.n_predicted, row.prf.n_gold)
    return (spoken(row.label), *(prf_cells(row) if occurs(row) else ("–",) * 3), *map(str, counts))


def prf_cells(row: Labelled) -> tuple[str, str, str]:
    """Write precision, recall, and F1 with its interval, in percent."""
    low, high = (f"{100 * value:.1f}" for value in (row.f1.low, row.f1.high))
    return (
        f"{100 * row.prf.precision:.1f}",
        f"{100 * row.prf.recall:.1f}",
        f"{100 * row.prf.f1:.1f} [{low}, {high}]",
    )


def occurs(row: Labelled) -> bool:
    """Tell whether gold or the prediction has the label at all."""
    return bool(row.prf.n_gold + row.prf.n_predicted)
