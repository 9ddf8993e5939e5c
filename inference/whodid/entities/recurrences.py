"""Places of names that the tagger passed over: the same letters again, elsewhere in the article."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from whodid.entities.forms import NamedSpan, lower_words, wordings
from whodid.entities.words import TITLES

__all__ = ["recurrences"]

Span = tuple[int, int]

_WORD = re.compile(r"\w+")
_BEFORE = re.compile(r"(\w+)\.? \Z")
_AFTER = re.compile(r" (\w+)")


def recurrences(groups: Sequence[Sequence[NamedSpan]], *, article: str, taken: Iterable[Span] = ()) -> list[list[Span]]:
    """Find further places of the names in each group of mentions.

    Only names count, not descriptions: another "teacher" may be another one. A place inside a longer name is
    somebody else ("Ana Ruiz" is not found again in "Ana Ruiz Vega"), and so is one that is taken.

    >>> article = "Ana Ruiz was shot. Ruiz taught. Luis Ruiz mourns Ruiz."
    >>> [[article[slice(*s)] for s in spans] for spans in recurrences([[NamedSpan("Ruiz", True, 19)]], article=article)]
    [['Ruiz']]

    Args:
        groups: the mentions of each participant.
        article: in which they stand.
        taken: the places of all mentions, of other roles too.

    Returns:
        For each group, start and end of its new places, ascending; no two of all these overlap.
    """
    owner: dict[str, int] = {}
    for number, group in enumerate(groups):
        found = wordings(group, article)
        for mention, form in zip(group, found.of_mention, strict=True):
            if found.forms[form].proper and _WORD.search(mention.text):
                owner.setdefault(mention.text, number)
    shapes: dict[str, set[tuple[int, int]]] = defaultdict(set)  # first word -> how far before it, how long
    for name in owner:
        if begun := _WORD.search(name):
            shapes[begun[0]].add((begun.start(), len(name)))
    if not owner:
        return [[] for _ in groups]
    known = sorted({*taken, *((m.start, m.start + len(m.text)) for group in groups for m in group)})
    places: list[list[Span]] = [[] for _ in groups]
    begins = _word_starts(article)
    free_from = 0
    for at, first in sorted((at, word) for word in shapes for at in begins.get(word, ())):
        for before, length in sorted(shapes[first], key=lambda shape: -shape[1]):
            span = (at - before, at - before + length)
            number = owner.get(article[max(0, span[0]) : span[1]], -1)
            if number >= 0 and span[0] >= free_from and not _overlaps(span, known) and _whole(article, span):
                places[number].append(span)
                free_from = span[1]
                break
    return places


@lru_cache(maxsize=8)  # each article is asked about once for every role
def _word_starts(article: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for word in _WORD.finditer(article):
        found[word[0]].append(word.start())
    return found


def _whole(article: str, span: Span) -> bool:
    """Whether a place is a whole name, by the words beside it."""
    start, end = span
    if _WORD.match(article, end) or (
        start and _WORD.match(article[start - 1 : start + 1]) and article[start].isalnum()
    ):
        return False
    if article.isupper():
        return True
    before, after = _BEFORE.search(article, max(0, start - 30), start), _AFTER.match(article, end)
    return not any(beside and _of_a_name(beside[1], article) for beside in (before, after))


def _of_a_name(word: str, article: str) -> bool:
    folded = word.casefold()
    return word[0].isupper() and folded not in TITLES and folded not in lower_words(article)


def _overlaps(span: Span, known: Sequence[Span]) -> bool:
    """Whether a place overlaps one of these, which are sorted and do not overlap much."""
    at = bisect_left(known, (span[1],))
    return any(end > span[0] for _, end in known[max(0, at - 4) : at])
