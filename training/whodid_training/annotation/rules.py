"""What must hold of one line of a gold file: its form, and that its mentions stand in its text. A table of rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from whodid.errors import DataError, one_of
from whodid.types import SLOTS
from whodid_training.align import occurrences
from whodid_training.annotation.articles import GoldArticle, from_record

__all__ = ["MAX_EVENTS", "mention_problems", "record_problems"]

MAX_EVENTS = 8
"""The guidelines' limit of events per article."""

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def record_problems(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what is wrong with the form of a line; empty if nothing is.

    The rules are those of `whodid.schema.gold()`; that types and kinds are of the shipped ontology; and, by the
    guidelines, "main" in every event and at most `MAX_EVENTS`.
    """
    try:
        from_record(record)
    except DataError as error:
        return (str(error),)
    return tuple(problem for rule in _RULES for problem in rule(record))


def mention_problems(article: GoldArticle) -> tuple[str, ...]:
    """Say which mentions do not stand in the title or text as printed, as whole words."""
    text = article.text[: article.read_until]
    return tuple(
        f"{entity.role} {mention!r} is not in the article as whole words, in this case and spelling"
        for event in article.events
        for entity in event.entities
        for mention in entity.mentions
        if not any(text[start:end].split() == mention.split() for start, end in occurrences(mention, text))
    )


def _too_many_events(record: Mapping[str, Any]) -> Iterator[str]:
    if len(record["events"]) > MAX_EVENTS:
        yield f"{len(record['events'])} events; keep the {MAX_EVENTS} most prominent"


def _several_main(record: Mapping[str, Any]) -> Iterator[str]:
    main = sum(event.get("main") is True for event in record["events"])
    if main > 1:
        yield f"{main} events are the main one; at most one is"


def _incomplete_event(record: Mapping[str, Any]) -> Iterator[str]:
    for number, event in enumerate(record["events"], start=1):
        missing = [slot for slot in SLOTS if slot not in event]
        if missing:
            yield f"event {number} has no key {missing[0]!r}; every event has {one_of(SLOTS)}, if only as empty lists"
        if not isinstance(event.get("main"), bool):
            yield f"event {number}: 'main' is {event.get('main')!r}; it is true or false"


def _odd_date(record: Mapping[str, Any]) -> Iterator[str]:
    if "date" in record and not _DATE.fullmatch(record["date"]):
        yield f"date {record['date']!r} is none; write 2023, 2023-05 or 2023-05-17"


def _repeated_mention(record: Mapping[str, Any]) -> Iterator[str]:
    for event in record["events"]:
        for slot in SLOTS:
            for entity in event.get(slot, ()):
                mentions = entity["mentions"]
                yield from (f"{slot}: mention {m!r} comes twice" for m in set(mentions) if mentions.count(m) > 1)


_RULES: tuple[Callable[[Mapping[str, Any]], Iterator[str]], ...] = (
    _too_many_events,
    _several_main,
    _incomplete_event,
    _odd_date,
    _repeated_mention,
)
