"""Where a mention begins and ends: what a tagger leaves ragged, made whole or cut off."""

from __future__ import annotations

import re

__all__ = ["tidy"]

_SMALL = "of|in|the|an?|by|and|to|on|from|for|with|or|that|his|her|their|its|our|my|this|these|those"
_MARKS = r"\s,;:!?/*…–—\-"
_LEADING = re.compile(rf"(?:[{_MARKS}.]|(?:{_SMALL})(?![\w'’-]))+", re.IGNORECASE)
_TRAILING = re.compile(rf"(?:[{_MARKS}]|(?<![\w'’-])(?:{_SMALL})(?!\w))+$", re.IGNORECASE)
_EMPTY = re.compile(rf"(?:{_SMALL}|mrs?|ms|dr|msgr|gen|col|sgt|lt)\.?", re.IGNORECASE)
_NOBODY = frozenset(("is", "it", "he", "she", "they", "who", "him", "them", "was"))
_POSSESSIVE = re.compile(r"s(?!\w)\s*")
_REST_OF_NAME = re.compile(r"['’](?!s\b)[^\W\d_]+", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\s*\n\s*\n\s*")
_COMPOUND = re.compile(r"(?<![\w-])[\w-]*\Z")


def tidy(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where a mention really begins and ends, or None if it says nothing.

    It gets the rest of a word of which only a part was marked, up to a hyphen or an apostrophe, keeps to one paragraph,
    and loses small words, punctuation and halves of a possessive at its ends.

    >>> text = "A 42-year-old man of the Tarok tribe, Babu -"
    >>> [text[slice(*tidy(text, *span))] for span in ((4, 17), (18, 36), (38, 44))]
    ['42-year-old man', 'Tarok tribe', 'Babu']
    >>> tidy(text, 18, 24) is None  # "of the"
    True
    >>> ["the baker’s son"[slice(*tidy("the baker’s son", *span))] for span in ((10, 15), (4, 10))]
    ['son', 'baker']
    >>> ["Jama’at"[slice(*tidy("Jama’at", 0, end))] for end in (4, 5)]
    ['Jama’at', 'Jama’at']

    Args:
        text: the article.
        start: offset of the mention's first character.
        end: offset after its last one.
    """
    if text[start] == "-" and (begun := _COMPOUND.search(text, max(0, start - 30), start)):
        start = begun.start()
    last = end - text[start:end].endswith(("'", "’"))
    if last > start and (rest := _REST_OF_NAME.match(text, last)):
        end = rest.end()
    start, end = _longest_paragraph(text, start, end)
    if text[start - 1 : start] in ("'", "’") and (half := _POSSESSIVE.match(text, start, end)):
        start = half.end()
    if text[end - 2 : end - 1].lower() != "s":  # "drivers’" is whole
        end -= text[start:end].endswith(("'", "’"))
    if leading := _LEADING.match(text, start, end):
        start = leading.end()
    if trailing := _TRAILING.search(text[start:end]):
        end = start + trailing.start()
    said = text[start:end]
    if not said or _EMPTY.fullmatch(said) or (said.lower() in _NOBODY and not said.isupper()):
        return None
    return start, end


def _longest_paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    if "\n" not in text[start:end]:
        return start, end
    breaks = [match.span() for match in _PARAGRAPH.finditer(text, start, end)]
    begins, ends = [start, *(stop for _, stop in breaks)], [*(at for at, _ in breaks), end]
    return max(zip(begins, ends, strict=True), key=lambda part: part[1] - part[0])
