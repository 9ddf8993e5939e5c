"""Texts of which only some words are labelled: what is known of them, turned into `Article.unsure`.

A loader says where it knows something; the rest of the text is unsure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["Span", "unsure_besides", "words_of"]

Span = tuple[int, int]
"""Character offsets, end exclusive."""

_WORD = re.compile(r"\w+|[^\w\s]")


def words_of(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the offsets of words and punctuation marks.

    >>> words_of("Ana fled.")
    [(0, 3), (4, 8), (8, 9)]
    """
    return [match.span() for match in _WORD.finditer(text, start, len(text) if end is None else end)]


def unsure_besides(known: Iterable[Span], *, text: str) -> tuple[Span, ...]:
    """Return the spans of a text that lie between those that are known and hold more than white space.

    >>> unsure_besides([(4, 7), (0, 3), (12, 15)], text="she saw the man")
    ((7, 12),)
    """
    gaps, position = [], 0
    for start, end in sorted((*known, (len(text), len(text)))):
        if text[position:start].strip():
            gaps.append((position, start))
        position = max(position, end)
    return tuple(gaps)
