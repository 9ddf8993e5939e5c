"""Articles over which a model stumbles: found by reading them alone, and set aside like entries that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from whodid.archive.rows import BadRow, Row
from whodid.errors import PredictionError, blames_a_text

__all__ = ["find_unreadable"]

Key = TypeVar("Key")

_PLAIN = Row("A bomb exploded in the village.", None, "plain", "plain", 1)
"""What every model can read that works at all."""
_LONGEST_REASON = 300


def find_unreadable(suspects: Iterable[tuple[Key, Row]], answer: Callable[[Row], object]) -> dict[Key, BadRow]:
    """Read articles one by one, and say of those that cannot be read why.

    Args:
        suspects: articles, each with a key of the caller's.
        answer: reads one alone, and raises on one that cannot be read.

    Raises:
        Exception: the model cannot even read a plain sentence, so that no article is to blame; or what is no article's
            fault happened on the way (see `whodid.errors.blames_a_text`).
    """
    tried = ((key, _tried(row, answer)) for key, row in suspects)
    found = {key: bad for key, bad in tried if bad is not None}
    if found:
        answer(_PLAIN)
    return found


def _tried(row: Row, answer: Callable[[Row], object]) -> BadRow | None:
    try:
        answer(row)
    except BaseException as error:
        if not blames_a_text(error):
            raise
        return _unreadable(row, error)
    return None


def _unreadable(row: Row, error: BaseException) -> BadRow:
    """Make an entry that cannot be used of an article on which a model raised this error."""
    if isinstance(error, PredictionError) and error.__cause__ is not None:
        error = error.__cause__  # which of the texts it was is known
    spoken = f"{type(error).__name__}: {' '.join(str(error).split())}".encode("utf-8", "backslashreplace").decode()
    return BadRow(row.source, row.line, f"the model cannot read it: {spoken:.{_LONGEST_REASON}}", row.row)
