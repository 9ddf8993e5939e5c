"""What stands between two neighbouring mentions of a role: whether it says that they are one, or two.

"Ana Ruiz, a teacher" and "Popular Front (FPLN)" are one participant, "teachers and pupils" are two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from whodid.entities.forms import NamedSpan, Wordings
from whodid.entities.words import TITLES, words_of

__all__ = ["Relations", "between", "relation"]

Relations = Mapping[tuple[int, int], frozenset[str]]
"""Pairs of wordings, the earlier first -> what stands between their mentions."""

_LONGEST = 60
_RELATIONS = (
    ("bracket", re.compile(r"\s*[(\[]\s*[\"“'‘]?")),
    ("comma", re.compile(r"\s*,\s*(?:\d{1,2}\s*,\s*)?")),
    (
        "apposition",
        re.compile(
            r"\s*,\s*(?:(?:aged\s+)?\d{1,2}\s*,\s*)?(?:an?|the|his|her|their|its|who (?:is|was)|a former|former)?\s*",
            re.I,
        ),
    ),
    (
        "is",
        re.compile(
            r"\s*,?\s*(?:who\s+)?(?:is|was|were|are|named|called|identified (?:only )?as|known as|nicknamed|alias|aka"
            r"|also known as|dubbed|being|became)\s+(?:an?|the|one of the)?\s*(?:[\w-]+\s+){0,2}",
            re.I,
        ),
    ),
)
_AND_END = re.compile(r"(?:^|\W)(?:and|or|y)\s+(?:[\w'’-]+\s+){0,3}$", re.I)
_AND_START = re.compile(r"\s*,?\s*(?:and|or|as well as|along with|with)\W", re.I)


def relation(gap: str) -> str | None:
    """Name what the characters between two mentions mean.

    >>> [relation(gap) for gap in (" (", ", 34, a ", " and ", " was a ", " Dr. ", " fled before ")]
    ['bracket', 'apposition', 'and', 'is', 'adjacent', None]
    """
    if len(gap) > _LONGEST or "\n" in gap:
        return None
    if not gap.strip():
        return "adjacent"
    for name, pattern in _RELATIONS:
        if pattern.fullmatch(gap):
            return name
    words = words_of(gap)
    if len(words) <= 2 and all(word in TITLES for word in words):
        return "adjacent"
    return "and" if _AND_START.match(gap) or _AND_END.search(gap) else None


def between(mentions: Sequence[NamedSpan], found: Wordings, article: str) -> Relations:
    """Collect the relations between neighbouring mentions, by their wordings."""
    relations: dict[tuple[int, int], frozenset[str]] = {}
    for index in range(len(mentions) - 1):
        one, other = found.of_mention[index : index + 2]
        end, start = _end(mentions[index]), mentions[index + 1].start
        if one == other or not 0 <= start - end <= _LONGEST or not article:
            continue
        named = relation(article[end:start])
        after = article[_end(mentions[index + 1]) : _end(mentions[index + 1]) + 2].lstrip("\"”'’")
        if named and (named != "bracket" or after[:1] in (")", "]")):
            pair = (min(one, other), max(one, other))
            relations[pair] = relations.get(pair, frozenset()) | {named}
    return relations


def _end(mention: NamedSpan) -> int:
    return mention.start + len(mention.text)
