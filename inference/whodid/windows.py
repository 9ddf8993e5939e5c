"""How a long article is read: in overlapping windows of equal length, each piece answered for by exactly one of them.

Pure arithmetic on piece indices; nothing is ever cut off.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Window", "plan"]


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open range of pieces that the encoder reads at once, and the part of it whose scores are kept."""

    start: int
    """First piece that is read."""
    stop: int
    """Piece after the last one that is read."""
    keep_start: int
    """First piece whose scores come from this window."""
    keep_stop: int
    """Piece after the last one whose scores come from this window."""


def plan(pieces: int, *, size: int, overlap: int) -> tuple[Window, ...]:
    """Cover `pieces` pieces with as few windows of at most `size` as possible, of equal length and spread evenly.

    Neighbours share at least `overlap` pieces and hardly more: what two windows share is computed twice. In a shared
    stretch each piece is kept from the window in which it stands farther from the edge, that is, with more context.

    >>> [(w.start, w.stop, w.keep_start, w.keep_stop) for w in plan(10, size=6, overlap=2)]
    [(0, 6, 0, 5), (4, 10, 5, 10)]
    >>> [(w.start, w.stop, w.keep_start, w.keep_stop) for w in plan(8, size=6, overlap=2)]
    [(0, 5, 0, 4), (3, 8, 4, 8)]
    >>> plan(0, size=6, overlap=2)
    ()

    Raises:
        ValueError: `overlap` is negative or not smaller than `size`.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"overlap {overlap} must be at least 0 and smaller than the window size {size}")
    if pieces == 0:
        return ()
    count = max(1, -(-(pieces - overlap) // (size - overlap)))
    length = -(-(pieces + overlap * (count - 1)) // count)
    starts = [round(index * (pieces - length) / max(1, count - 1)) for index in range(count)]
    stops = [start + length for start in starts]
    edges = [0, *((stop + start) // 2 for stop, start in zip(stops, starts[1:], strict=False)), pieces]
    return tuple(
        Window(start, stop, edges[index], edges[index + 1])
        for index, (start, stop) in enumerate(zip(starts, stops, strict=True))
    )
