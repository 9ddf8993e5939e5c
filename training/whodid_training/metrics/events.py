"""Event-level F1: whether the article's incidents were found, each with someone who took part in it.

A predicted event matches a gold one if the type is the same and their victims share an entity, or their perpetrators
do (by the overlap match of `ceaf`), or neither of the two has any victims or perpetrators. An event with people does
not match one without. Events of a document are aligned one to one, with as many matches as possible.
Empty sets: see `counts`.

>>> gold = [[EventRecord("attack", victims=(("Ana Ruiz", "a nun"),)), EventRecord("arson")]]
>>> predicted = [[EventRecord("attack", victims=(("Ruiz",),)), EventRecord("attack"), EventRecord("arson")]]
>>> result = event_f1(predicted, gold, types=("attack", "arson"))
>>> result.micro  # the second attack has no one in it, so it is not the attack on Ana Ruiz
PRF(matched=2, n_predicted=3, n_gold=2)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from whodid_training.metrics.ceaf import align, normalise, overlaps
from whodid_training.metrics.counts import PRF, Tally
from whodid_training.metrics.documents import Entity, check_aligned, check_entities, check_labels

__all__ = ["EventRecord", "event_f1", "same_events"]

_SIDES = ("victims", "perpetrators")


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One incident as far as this metric looks at it."""

    type: str
    """Name of its event type."""
    victims: tuple[Entity, ...] = ()
    """Those who suffered it; an entity is the tuple of its mention strings."""
    perpetrators: tuple[Entity, ...] = ()
    """Those who did it, individuals and organizations alike."""


def event_f1(
    predicted: Sequence[Sequence[EventRecord]], gold: Sequence[Sequence[EventRecord]], *, types: Sequence[str]
) -> Tally:
    """Score predicted events; `micro` is the headline, `per_label` has the event types.

    Args:
        predicted: events of each document.
        gold: the same for gold, in the same order.
        types: the event types to score; documents must not have others.

    Raises:
        DataError: the documents do not align, a type is not in `types`, or an entity has no mentions.
    """
    check_aligned(predicted, gold)
    for side, documents in (("predicted", predicted), ("gold", gold)):
        check_labels([[event.type for event in events] for events in documents], types, what="event type", side=side)
        people = [
            {name: [e for event in events for e in getattr(event, name)] for name in _SIDES} for events in documents
        ]
        check_entities(people, _SIDES, side=side)
    ours, theirs = ([[_normalised(event) for event in events] for events in side] for side in (predicted, gold))
    rows = tuple(tuple(_count(p, g, name) for name in types) for p, g in zip(ours, theirs, strict=True))
    return Tally(tuple(types), rows)


def same_events(predicted: Sequence[EventRecord], gold: Sequence[EventRecord]) -> tuple[tuple[int, int], ...]:
    """Align the events of one document: indices of predicted and gold ones that match, each in at most one pair."""
    ours, theirs = ([_normalised(event) for event in events] for events in (predicted, gold))
    return align([[p.type == g.type and _same(p, g) for g in theirs] for p in ours])


def _count(predicted: Sequence[EventRecord], gold: Sequence[EventRecord], name: str) -> PRF:
    # Events of different types never match, so aligning type by type is aligning the whole document.
    ours = [event for event in predicted if event.type == name]
    theirs = [event for event in gold if event.type == name]
    return PRF(len(align([[_same(p, g) for g in theirs] for p in ours])), len(ours), len(theirs))


def _same(one: EventRecord, other: EventRecord) -> bool:
    if not any((one.victims, one.perpetrators, other.victims, other.perpetrators)):
        return True
    return _share(one.victims, other.victims) or _share(one.perpetrators, other.perpetrators)


def _share(some: Sequence[Entity], others: Sequence[Entity]) -> bool:
    return any(overlaps(one, other) for one in some for other in others)


def _normalised(event: EventRecord) -> EventRecord:
    victims, perpetrators = (
        tuple(tuple(normalise(mention) for mention in entity) for entity in side)
        for side in (event.victims, event.perpetrators)
    )
    return EventRecord(event.type, victims, perpetrators)
