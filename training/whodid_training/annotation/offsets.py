"""Offsets as other programs count them, to and from the project's own: code points of the text as given.

Programs written in JavaScript count UTF-16 code units, in which an emoji is two; browsers may read CR LF as one
character. Nothing here guesses which; its callers say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate

__all__ = ["UNITS", "lf_positions", "positions"]

UNITS: Mapping[str, Callable[[str], int]] = {
    "code-points": lambda char: 1,  # noqa: ARG005 - every character counts as one
    "utf-16": lambda char: 2 if ord(char) > 0xFFFF else 1,
}
"""Name of a way of counting -> how much one character counts."""


def positions(text: str, unit: str) -> list[int]:
    """Return the offset of every character, and of the end, in one of `UNITS`.

    >>> positions("a🔥b", "utf-16")
    [0, 1, 3, 4]
    """
    return [0, *accumulate(map(UNITS[unit], text))]


def lf_positions(text: str) -> list[int]:
    r"""Return, for every character of the text with CR LF turned into LF, and for its end, the offset in the text.

    >>> lf_positions("a\r\nb")
    [0, 1, 3, 4]
    """
    kept = [i for i, char in enumerate(text) if not (char == "\n" and i and text[i - 1] == "\r")]
    return [*kept, len(text)]
