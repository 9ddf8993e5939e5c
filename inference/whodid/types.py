"""What a prediction is made of: mentions, entities, events. Frozen, small, and free of torch.

One offset convention holds everywhere: character offsets into the text as given, start inclusive, end exclusive,
so that `text[mention.start:mention.end] == mention.text`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["RESULT_SCHEMA_VERSION", "SLOTS", "Entity", "Event", "Mention", "Prediction", "Sentence", "any_event"]

RESULT_SCHEMA_VERSION = "2.0"
"""Version of the dictionaries made by `Prediction.to_dict`; described by `whodid.schema`."""

SLOTS = ("perpetrators", "victims", "targets", "weapons")
"""The four lists of participants that every event has, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A stretch of the article."""

    start: int
    """Offset of the first character in the text as given."""
    end: int
    """Offset after the last character."""
    text: str
    """The characters between the two, exactly as they stand in the article."""


@dataclass(frozen=True, slots=True, order=True)
class Mention(Stretch):
    """One stretch of the article that names or describes a participant."""


@dataclass(frozen=True, slots=True, order=True)
class Sentence(Stretch):
    """One sentence of the article."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One participant of the reported events, with every mention found of it."""

    text: str
    """The canonical name: the most informative mention."""
    role: str
    """Name of the role in the ontology, such as "victim" or "perpetrator_individual"."""
    slot: str
    """Which list of an event it belongs to: one of `SLOTS`."""
    kind: str | None
    """"individual" or "organization" where the role tells them apart, else None."""
    named: bool
    """True if a mention is judged to be a proper name rather than a description."""
    confidence: float
    """Calibrated probability between 0 and 1 that such a participant is there, once and in this role."""
    mentions: tuple[Mention, ...]
    """In the order of the article; never empty."""


@dataclass(frozen=True, slots=True)
class Event:
    """One incident that the article reports, with the people and things on it."""

    type: str
    """Name of the event type in the ontology."""
    confidence: float
    """Calibrated probability between 0 and 1 that the article reports such an event; of several incidents of one type,
    the others have it in proportion to their surest participant."""
    entities: tuple[Entity, ...] = ()
    """Its participants, in the order of `SLOTS` and then of the article."""
    links: tuple[float, ...] = ()
    """Calibrated probability between 0 and 1 that each participant, in their order, belongs to this event."""
    main: bool = False
    """Whether the article is mainly about this event; true of one at most."""
    evidence: tuple[Sentence, ...] = ()
    """The sentences that carry it, the one that says most first."""

    def __post_init__(self) -> None:
        """Link everybody for sure where no links are given."""
        if not self.links:
            object.__setattr__(self, "links", (1.0,) * len(self.entities))
        if len(self.links) != len(self.entities):
            raise ValueError(f"{len(self.entities)} participants have {len(self.links)} links; give one for each")

    @property
    def perpetrators(self) -> tuple[Entity, ...]:
        """Those who did it, are accused or suspected of it, or claimed it."""
        return _in_slot(self.entities, "perpetrators")

    @property
    def victims(self) -> tuple[Entity, ...]:
        """Those who suffered it."""
        return _in_slot(self.entities, "victims")

    @property
    def targets(self) -> tuple[Entity, ...]:
        """The things and places that were hit."""
        return _in_slot(self.entities, "targets")

    @property
    def weapons(self) -> tuple[Entity, ...]:
        """What it was done with."""
        return _in_slot(self.entities, "weapons")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model reads in one article. An article without events has `events == ()`."""

    text: str = field(repr=False)
    """The article, as given."""
    events: tuple[Event, ...]
    """Surest first; every type at or above its threshold, once for each of its incidents."""
    scores: Mapping[str, float]
    """Calibrated probability of every event type of the ontology."""
    windows: int
    """In how many overlapping windows the article was read (0 for a blank one). Nothing is cut."""
    abstained: bool
    """True when `event_probability` lies in the band in which the model claims neither "event" nor "no event"."""

    @property
    def event_probability(self) -> float:
        """How likely the article is to report an event of any type, if none made another likelier."""
        return any_event(self.scores.values())

    @property
    def event_types(self) -> tuple[str, ...]:
        """Types of the events, each once, surest first; empty if the article reports none."""
        return tuple(dict.fromkeys(event.type for event in self.events))

    @property
    def main(self) -> Event | None:
        """The event that the article is mainly about; None if it is about no single one."""
        return next((event for event in self.events if event.main), None)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Participants over the whole article, each once, in the order of `SLOTS` and then of the article."""
        found = dict.fromkeys(entity for event in self.events for entity in event.entities)
        return tuple(sorted(found, key=lambda e: (SLOTS.index(e.slot), e.mentions[0], e.role)))

    @property
    def perpetrators(self) -> tuple[Entity, ...]:
        """Perpetrators over the whole article, each once."""
        return _in_slot(self.entities, "perpetrators")

    @property
    def victims(self) -> tuple[Entity, ...]:
        """Victims over the whole article, each once."""
        return _in_slot(self.entities, "victims")

    @property
    def targets(self) -> tuple[Entity, ...]:
        """Targets over the whole article, each once."""
        return _in_slot(self.entities, "targets")

    @property
    def weapons(self) -> tuple[Entity, ...]:
        """Weapons over the whole article, each once."""
        return _in_slot(self.entities, "weapons")

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON, as described by `whodid.schema.prediction()`; without the article's text."""
        return {
            "schema_version": RESULT_SCHEMA_VERSION,
            "event_types": list(self.event_types),
            "events": [_event_dict(event) for event in self.events],
            **{slot: [_entity_dict(entity) for entity in _in_slot(self.entities, slot)] for slot in SLOTS},
            "scores": dict(self.scores),
            "windows": self.windows,
            "abstained": self.abstained,
        }

    def to_html(self, title: str | None = None) -> str:
        """Return a self-contained HTML page that shows the article with its participants highlighted."""
        from whodid.render.html import page  # noqa: PLC0415 - the page template is read only when asked for

        return page(self, title=title)


def any_event(probabilities: Iterable[float]) -> float:
    """Combine the probabilities of an article's event types: that of any event, if none made another likelier.

    Two types at one half say more than one: it is nearer to the truth than the surest type is.

    >>> any_event([0.5, 0.5]), any_event([0.5, 0.0]), any_event([])
    (0.75, 0.5, 0.0)
    """
    return 1.0 - math.prod(1.0 - probability for probability in probabilities)


def _in_slot(entities: Iterable[Entity], slot: str) -> tuple[Entity, ...]:
    return tuple(entity for entity in entities if entity.slot == slot)


def _entity_dict(entity: Entity) -> dict[str, Any]:
    return {
        "text": entity.text,
        "role": entity.role,
        "kind": entity.kind,
        "named": entity.named,
        "confidence": entity.confidence,
        "mentions": [{"start": m.start, "end": m.end, "text": m.text} for m in entity.mentions],
    }


def _event_dict(event: Event) -> dict[str, Any]:
    linked = list(zip(event.entities, event.links, strict=True))
    return {
        "type": event.type,
        "confidence": event.confidence,
        "main": event.main,
        **{
            slot: [{**_entity_dict(entity), "link": link} for entity, link in linked if entity.slot == slot]
            for slot in SLOTS
        },
        "evidence": [{"start": s.start, "end": s.end, "text": s.text} for s in event.evidence],
    }
