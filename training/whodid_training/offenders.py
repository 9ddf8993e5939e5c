"""Refusing input that breaks a rule in several places: the error names the first offenders and their number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from whodid.errors import DataError

__all__ = ["refuse", "repeated"]

_SHOWN = 3


def refuse(offenders: Sequence[str], *, what: str, remedy: str) -> None:
    """Raise an error if there are any offenders.

    >>> refuse([], what="ids", remedy="remove them")
    >>> refuse(["'a'", "'b'", "'c'", "'d'"], what="gold.jsonl: 4 ids come twice", remedy="remove one of each")
    Traceback (most recent call last):
        ...
    whodid.errors.DataError: gold.jsonl: 4 ids come twice: 'a', 'b', 'c' and 1 more; remove one of each

    Args:
        offenders: how each of them is named.
        what: which rule they break, with their number.
        remedy: what to do about it.

    Raises:
        DataError: there are offenders.
    """
    if offenders:
        rest = len(offenders) - _SHOWN
        shown = ", ".join(offenders[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
        raise DataError(f"{what}: {shown}; {remedy}")


def repeated(ids: Iterable[str]) -> list[str]:
    """Return the ids that come more than once, each once, quoted.

    >>> repeated(["a", "b", "a", "a"])
    ["'a'"]
    """
    seen: set[str] = set()
    again: dict[str, None] = {}
    for key in ids:
        if key in seen:
            again[repr(key)] = None
        seen.add(key)
    return list(again)
