"""What the page knows of every event without opening an article: columns to filter, sort, list and export by.

Names that differ only in case or spaces count as one; the spelling seen most often is the one shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from whodid.browse.records import Answer
from whodid.render.segments import printable
from whodid.types import SLOTS, any_event

__all__ = ["Index", "Names"]

ARTICLE_COLUMNS = ("id", "title", "date", "source", "line", "opening", "undecided", "block", "at")
EVENT_COLUMNS = ("article", "number", "type", "confidence", "main", "evidence", *SLOTS)

UNDECIDED = -1
"""Stands in place of an event type where an answer has no event and claims neither "event" nor "no event"."""


class Names:
    """Names under numbers, in the order in which they were first seen."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._spellings: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def number(self, name: str) -> int:
        """Return the number of a name; a new one gets the next."""
        spelling = " ".join(printable(name).split())
        number = self._numbers.setdefault(spelling.casefold(), len(self._numbers))
        self._spellings[number][spelling] += 1
        return number

    def to_list(self) -> list[str]:
        """Return the names in the order of their numbers, each in its most frequent spelling."""
        return [
            min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
            for _, spellings in sorted(self._spellings.items())
        ]


class Index:
    """The columns, filled article by article.

    Answers without an event are counted and left out, unless they are undecided: those are listed as they are.
    """

    def __init__(self) -> None:
        self.answers = 0
        """Answers seen."""
        self.listed = 0
        """Answers that are on the page, with an event or undecided."""
        self.events = 0
        """Events on the page."""
        self.undecided = 0
        """Answers that are undecided, with or without an event."""
        self._names = Names()
        self._sources: dict[str, int] = {}
        self._types: dict[str, int] = {}
        self._articles: dict[str, list[Any]] = {column: [] for column in ARTICLE_COLUMNS}
        self._events: dict[str, list[Any]] = {column: [] for column in EVENT_COLUMNS}

    def add(self, answer: Answer) -> int | None:
        """Add an answer; return the number of its article on the page, None if it is only counted."""
        self.answers += 1
        self.undecided += answer.abstained
        if not answer.events and not answer.abstained:
            return None
        number, self.listed = self.listed, self.listed + 1
        source = self._sources.setdefault(printable(answer.source), len(self._sources))
        identity = (printable(answer.id), printable(answer.title), "", source, answer.line)
        for column, value in zip(ARTICLE_COLUMNS, (*identity, "", int(answer.abstained), -1, -1), strict=True):
            self._articles[column].append(value)
        self._add_events(number, answer)
        return number

    def _add_events(self, article: int, answer: Answer) -> None:
        self.events += len(answer.events)
        for number, event in enumerate(answer.events):
            people = {slot: [p.text for p in event.participants if p.slot == slot] for slot in SLOTS}
            self._row(
                article=article,
                number=number,
                type=self._types.setdefault(printable(event.type), len(self._types)),
                confidence=round(event.confidence, 4),
                main=event.main,
                evidence=printable(event.evidence[0].text) if event.evidence else "",
                **{slot: list(dict.fromkeys(map(self._names.number, names))) for slot, names in people.items()},
            )
        if not answer.events:
            nobody: dict[str, list[int]] = {slot: [] for slot in SLOTS}
            chance = round(any_event(answer.scores.values()), 4)
            self._row(article=article, number=0, type=UNDECIDED, confidence=chance, main=None, evidence="", **nobody)

    def _row(self, **columns: Any) -> None:
        for column, value in columns.items():
            self._events[column].append(value)

    def place(self, article: int, *, block: int, at: int) -> None:
        """Note in which block of the page an article's details stand, and at which place there."""
        self._articles["block"][article] = block
        self._articles["at"][article] = at

    def date(self, article: int, day: str) -> None:
        """Note the day of an article, as "2024-05-14"."""
        self._articles["date"][article] = day

    def opening(self, article: int, line: str) -> None:
        """Note how an article opens, to tell it by where it has no title."""
        self._articles["opening"][article] = printable(line)

    def to_dict(self) -> dict[str, Any]:
        """Return the columns for JSON; `names`, `sources` and `types` are the lists that numbers point into."""
        return {
            "answers": self.answers,
            "undecided": self.undecided,
            "names": self._names.to_list(),
            "sources": list(self._sources),
            "types": list(self._types),
            "articles": self._articles,
            "events": self._events,
        }
