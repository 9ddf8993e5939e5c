"""From the strings that annotators list to the words of the article: every whole-word occurrence, and what is lost.

A string is looked for as printed; if it is nowhere, in any case. White space in it matches any white space, since some
corpora are hard-wrapped. An entity with offsets of its own is taken there and nowhere else. What cannot be aligned is
counted with its reason and never disappears in silence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from whodid.tokens import Tokens
from whodid_training.article import Article, GoldEntity

__all__ = ["AlignedMention", "Alignment", "align", "mention_spans", "occurrences", "tag_words"]


@dataclass(frozen=True, slots=True)
class AlignedMention:
    """One occurrence of an entity's string, as a half-open range of words."""

    start: int
    stop: int
    entity: GoldEntity
    event_types: frozenset[str]
    """Types of all events that have this string in this role."""
    incidents: frozenset[int] = frozenset()
    """Indices of those events in the article."""


@dataclass(frozen=True)
class Alignment:
    """All mentions of an article that could be found, and why the others could not."""

    mentions: tuple[AlignedMention, ...]
    lost: Counter[str] = field(default_factory=Counter)
    """Reason to number of strings: "not in the text", "beyond what was read", "not on word boundaries"."""


def occurrences(mention: str, text: str) -> list[tuple[int, int]]:
    r"""Find the character spans at which a mention stands as whole words.

    >>> occurrences("gunmen", "Gunmen fled; the gunmen's car, two gunmen")
    [(17, 23), (35, 41)]
    >>> occurrences("NATIONAL GUARD", "THE NATIONAL\nGUARD")
    [(4, 18)]
    """
    words = [re.escape(word) for word in mention.split()]
    if not words:
        return []
    pattern = r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)"
    exact = [match.span() for match in re.finditer(pattern, text)]
    return exact or [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


def mention_spans(entity: GoldEntity, text: str) -> list[tuple[int, int]]:
    """Character spans of all mentions of an entity: those it has, or wherever its strings stand."""
    if entity.spans is not None:
        return list(entity.spans)
    return [span for mention in entity.mentions for span in occurrences(mention, text)]


def align(article: Article, tokens: Tokens) -> Alignment:
    """Place every entity's mentions on the words of the article.

    Args:
        article: with its gold entities.
        tokens: of exactly `article.text`.
    """
    starts, ends = (offsets.tolist() for offsets in tokens.word_spans())
    word_at = ({offset: index for index, offset in enumerate(starts)}, {end: i + 1 for i, end in enumerate(ends)})
    limit = len(article.text) if article.read_until is None else article.read_until
    found: dict[tuple[int, int, str], tuple[GoldEntity, set[int]]] = {}
    lost: Counter[str] = Counter()
    for incident, entity, mention in _strings(article):
        spans = occurrences(mention, article.text) if entity.spans is None else _given(entity, mention, article.text)
        within = [span for span in spans if span[1] <= limit]
        placed = [(word_at[0][s], word_at[1][e]) for s, e in within if s in word_at[0] and e in word_at[1]]
        if not placed:
            lost[_reason(spans, within)] += 1
        for start, stop in placed:
            found.setdefault((start, stop, entity.role), (entity, set()))[1].add(incident)
    mentions = (
        AlignedMention(s, e, entity, frozenset(article.events[i].type for i in incidents), frozenset(incidents))
        for (s, e, _), (entity, incidents) in found.items()
    )
    return Alignment(tuple(sorted(mentions, key=lambda m: (m.start, -m.stop, m.entity.role))), lost)


def tag_words(
    alignment: Alignment, words: int, roles: Mapping[str, int]
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.int8]], list[AlignedMention]]:
    """Write mentions as tags OUTSIDE 0, BEGIN 1, INSIDE 2; of overlapping ones in a role, the longest.

    Returns:
        Tags, (words, roles), and the mentions that were written.
    """
    tags = np.zeros((words, len(roles)), np.int8)
    written = []
    for mention in sorted(alignment.mentions, key=lambda m: (m.start - m.stop, m.start)):
        column = roles.get(mention.entity.role)
        if column is None or tags[mention.start : mention.stop, column].any():
            continue
        tags[mention.start : mention.stop, column] = 2
        tags[mention.start, column] = 1
        written.append(mention)
    return tags, written


def _strings(article: Article) -> Iterator[tuple[int, GoldEntity, str]]:
    for index, event in enumerate(article.events):
        for entity in event.entities:
            for mention in entity.mentions:
                yield index, entity, mention


def _given(entity: GoldEntity, mention: str, text: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end in entity.spans or () if text[start:end] == mention]


def _reason(spans: list[tuple[int, int]], within: list[tuple[int, int]]) -> str:
    if not spans:
        return "not in the text"
    return "not on word boundaries" if within else "beyond what was read"
