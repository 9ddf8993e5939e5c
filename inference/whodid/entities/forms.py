"""The distinct wordings of one role's mentions, taken apart: which word is the head, one or many, a name or not.

"The two gunmen" and "gunmen" are one wording. Whether a wording is a name is judged by its letters and by the network
together: the network marks every mention of somebody whose name it knows ("teacher" as well as "Ana Ruiz"), and letters
alone would take "Gunmen" at the head of a sentence for a name.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from whodid.entities.words import (
    COLLECTIVE,
    COUNTS,
    FEMALE,
    LIGHT,
    MALE,
    NEW,
    NOUN_KINDS,
    ORGANIZED,
    WORD,
    singular,
    words_of,
)

__all__ = ["Form", "NamedSpan", "Wordings", "lower_words", "wordings"]

_HEAD_ENDS = re.compile(  # what follows says more of the head, and is not the head
    r",\s*|\s[-–—]\s|\s+(?:of|in|from|for|with|at|on|to|by|who|which|that|near|aboard|behind|inside|outside|under"
    r"|accused|suspected|wearing|armed|dressed)\s+",
    re.IGNORECASE,
)
_LOWER_WORD = re.compile(r"(?<!\w)[a-z]\w*")
_BEFORE = 30
"""Characters before a mention in which its article or number is looked for."""
_TITLE = 200
"""Characters that a title has at most."""
_YEARS = 1000
"""Numbers from here on may be years, and count nobody."""


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A mention as grouping needs it."""

    text: str
    """The words as printed."""
    named: bool
    """Whether the participant is judged to be known by name, though perhaps not here."""
    start: int = 0
    """Character offset in the article."""
    events: frozenset[Hashable] = frozenset()
    """Event types that it is on, by name or number; empty if that is not known."""


@dataclass(frozen=True, slots=True)
class Form:
    """One wording, with every place where it stands."""

    key: tuple[str, ...]
    """Its words without case, accents and what `LIGHT` words stand before."""
    head: str
    """The noun that it is about, as printed but for case."""
    lemma: str
    """The head in the singular."""
    plural: bool | None
    """True for many, False for one, None for a noun that may be either ("police")."""
    rest: frozenset[str]
    """Its other words, without small ones."""
    kinds: frozenset[str]
    """What the head may stand for: see `words.NOUN_KINDS`."""
    female: bool | None
    """None if nothing is said."""
    capital: bool
    """Whether the head begins with a capital in some place."""
    starts: tuple[int, ...] = ()
    """Offsets, ascending."""
    named: float = 0.0
    """Share of its mentions that are marked `named`."""
    proper: bool = False
    """Whether this wording is a name."""
    introduced: str = ""
    """How it comes in at its first place: "a", "the", "new" or ""."""
    counts: frozenset[int] = frozenset()
    """Numbers, from two on, that stand before it in some place."""
    events: frozenset[Hashable] = frozenset()
    """Events that its mentions are on, as far as that is known."""

    def distance(self, other: Form) -> int:
        """Characters between the beginnings of the nearest two places."""
        few, many = sorted((self.starts, other.starts), key=len)
        nearest = None
        for start in few:
            at = bisect_left(many, start)
            for place in many[max(0, at - 1) : at + 1]:
                apart = abs(place - start)
                nearest = apart if nearest is None else min(nearest, apart)
        return nearest or 0


@dataclass(frozen=True, slots=True)
class Wordings:
    """The mentions of one role in one article by wording."""

    forms: tuple[Form, ...]
    """In order of appearance."""
    of_mention: tuple[int, ...]
    """Index in `forms` of each mention."""
    capitals: bool
    """Whether the article is printed in capitals throughout, so that letters tell no names."""
    title_end: int
    """Offset at which the first paragraph ends if it is as short as a title, else 0."""


def wordings(mentions: Sequence[NamedSpan], article: str) -> Wordings:
    """Sort mentions by wording.

    Args:
        mentions: of one role, in the order of the article.
        article: in which they start; without it nothing is known of their surroundings.
    """
    by_key: dict[tuple[str, ...], int] = {}
    members: list[list[NamedSpan]] = []
    of_mention = []
    for mention in mentions:
        index = by_key.setdefault(_form(mention.text).key, len(members))
        if index == len(members):
            members.append([])
        members[index].append(mention)
        of_mention.append(index)
    forms = tuple(_placed(ones, article) for ones in members)
    title = article.find("\n\n", 0, _TITLE)
    return Wordings(forms, tuple(of_mention), article.isupper(), max(0, title))


def _placed(mentions: Sequence[NamedSpan], article: str) -> Form:
    """Say of the mentions of one wording what depends on where they stand."""
    form, starts = _form(mentions[0].text), tuple(mention.start for mention in mentions)
    form = replace(
        form,
        starts=starts,
        named=sum(mention.named for mention in mentions) / len(mentions),
        capital=any(_form(mention.text).capital for mention in mentions),
        introduced=_introduced(form, article, starts[0]),
        counts=frozenset(filter(None, (_count(mention, article) for mention in mentions))),
        events=frozenset().union(*(mention.events for mention in mentions)),
    )
    proper = form.named >= 0.5 and _printed_as_name(form, lower_words(article))
    return replace(form, proper=proper) if proper else form


@lru_cache(maxsize=8)  # each article is asked about once for every role and every participant
def lower_words(article: str) -> frozenset[str]:
    """Return the words that stand in small letters somewhere in an article."""
    return frozenset(_LOWER_WORD.findall(article))


@lru_cache(maxsize=4096)  # "police", "gunmen": the same wordings come back in every article
def _form(text: str) -> Form:
    key = _without_light(words_of(text)) or [text.casefold()]
    part = _HEAD_ENDS.split(text, maxsplit=1)[0]
    head = (_without_light(words_of(part)) or key)[-1]
    lemma, plural = singular(head)
    printed = WORD.findall(part)
    rest = frozenset(word for word in key if word != head and word not in LIGHT)
    spoken = rest | {lemma}
    return Form(
        key=tuple(key),
        head=head,
        lemma=lemma,
        plural=None if head in COLLECTIVE else plural,
        rest=rest,
        kinds=NOUN_KINDS.get(lemma, frozenset()) | NOUN_KINDS.get(head, frozenset()),
        female=False if spoken & MALE else True if spoken & FEMALE else None,
        capital=bool(printed) and printed[-1][0].isupper(),
    )


def _without_light(words: list[str]) -> list[str]:
    first = 0
    while first < len(words) - 1 and (words[first] in LIGHT or words[first].isdigit()):
        first += 1
    return words[first:]


def _printed_as_name(form: Form, lower: frozenset[str]) -> bool:
    if not form.capital or form.head in lower or form.lemma in lower:
        return False
    return not form.kinds or (form.lemma in ORGANIZED and len(form.key) > 1)


def _introduced(form: Form, article: str, start: int) -> str:
    before = words_of(article[max(0, start - _BEFORE) : start])[-2:]
    if not NEW.isdisjoint(before) or not NEW.isdisjoint(form.key):
        return "new"
    last = before[-1] if before else ""
    if last in ("a", "an"):
        return "a"
    return "the" if last in ("the", "this", "that", "these", "those") else ""


def _count(mention: NamedSpan, article: str) -> int | None:
    said = words_of(article[max(0, mention.start - _BEFORE) : mention.start])[-1:] + words_of(mention.text)[:1]
    return next((number for word in said if (number := COUNTS.get(word) or _digits(word))), None)


def _digits(word: str) -> int | None:
    return int(word) if word.isdecimal() and 1 < int(word) < _YEARS else None
