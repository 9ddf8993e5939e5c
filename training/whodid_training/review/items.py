"""What gold and a prediction say about one article, in the same shape, so that the two can be held against each other.

Gold participants with a mention in common are one, as in the scores, and stand wherever their strings occur as whole
words. What lies beyond where the annotators stopped reading, or is not scored by the convention, is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from whodid.render.segments import spoken
from whodid.types import Prediction
from whodid_training.align import mention_spans
from whodid_training.article import Article, GoldEntity, add_participant
from whodid_training.evaluation.convention import Convention

__all__ = ["Item", "Place", "Reading", "gold_reading", "predicted_reading", "shared"]

Place = tuple[int, int]
"""Character offsets into the article: of the first character, and after the last."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is said about an article: that it reports a type of event, or that somebody plays a role."""

    what: Literal["event", "participant"]
    """Which of the two."""
    label: str
    """The event type or the role."""
    slot: str | None
    """Which list of an event a participant is on; None for an event."""
    strings: tuple[str, ...]
    """A participant's mentions as strings, the most informative first; for an event, its type in words."""
    places: tuple[Place, ...]
    """Where its mentions stand, in the order of the article; for an event, those of its participants."""
    types: tuple[str, ...]
    """Types of the events that it takes part in; for an event, its own."""

    @property
    def text(self) -> str:
        """How to call it."""
        return self.strings[0]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one side says about an article."""

    events: tuple[Item, ...]
    """One for each event type reported; several incidents of a type are one."""
    participants: tuple[Item, ...]
    """One for each participant and role."""


def gold_reading(article: Article, convention: Convention) -> Reading:
    """Return what gold says about an article (cut where its annotators stopped, if they did)."""
    participants: list[Item] = []
    for event in article.events:
        for entity in event.entities if event.type in convention.event_types else ():
            places = _gold_places(entity, article.text)
            if places and entity.role in convention.roles:
                slot = convention.slots[entity.role]
                new = Item("participant", entity.role, slot, entity.mentions, places, (event.type,))
                participants = add_participant(participants, new, same=_same, join=_joined)
    return _reading(convention.gold_types(article), participants)


def predicted_reading(prediction: Prediction, convention: Convention, *, until: int) -> Reading:
    """Return what a prediction says about the first `until` characters of its article."""
    found: dict[tuple[str, tuple[Place, ...]], Item] = {}
    for event in prediction.events:
        for entity in event.entities if event.type in convention.event_types else ():
            mentions = [mention for mention in entity.mentions if mention.end <= until]
            if not mentions or entity.role not in convention.roles:
                continue
            places = tuple((mention.start, mention.end) for mention in mentions)
            strings = tuple(dict.fromkeys((entity.text, *(mention.text for mention in mentions))))
            new = Item("participant", entity.role, entity.slot, strings, places, ())
            item = found.setdefault((entity.role, places), new)
            found[entity.role, places] = replace(item, types=(*item.types, event.type))
    return _reading(convention.predicted_types(prediction), list(found.values()))


def shared(one: Iterable[Place], other: Sequence[Place]) -> int:
    """Count the characters that two sets of places have in common.

    >>> shared([(0, 5), (10, 20)], [(3, 12)])
    4
    """
    return sum(max(0, min(end, e) - max(start, s)) for start, end in one for s, e in other)


def _reading(types: Sequence[str], participants: list[Item]) -> Reading:
    participants.sort(key=lambda item: (item.places[0], item.label))
    events = []
    for name in types:
        places = sorted({place for item in participants if name in item.types for place in item.places})
        events.append(Item("event", name, None, (spoken(name),), tuple(places), (name,)))
    return Reading(tuple(events), tuple(participants))


def _gold_places(entity: GoldEntity, text: str) -> tuple[Place, ...]:
    return _longest(mention_spans(entity, text))


def _longest(places: Iterable[Place]) -> tuple[Place, ...]:
    """Keep the longest of those that overlap: "solar plant" is not looked for inside "Farakoro solar plant"."""
    kept: list[Place] = []
    for place in sorted(set(places), key=lambda place: (place[0] - place[1], place)):
        if not shared([place], kept):
            kept.append(place)
    return tuple(sorted(kept))


def _same(one: Item, other: Item) -> bool:
    return one.label == other.label and not set(one.strings).isdisjoint(other.strings)


def _joined(one: Item, other: Item) -> Item:
    return replace(
        one,
        strings=tuple(dict.fromkeys((*one.strings, *other.strings))),
        places=_longest((*one.places, *other.places)),
        types=tuple(dict.fromkeys((*one.types, *other.types))),
    )
