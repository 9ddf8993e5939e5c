"""An annotated article: text, and the events that an annotator marked in it.

Most annotators list *strings*, and `whodid_training.align` finds them in the text; some corpora give offsets, which
then count. This module knows nothing of tokens or tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar

__all__ = ["Article", "GoldEntity", "GoldEvent", "add_participant"]

Participant = TypeVar("Participant")


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """One real-world participant of an event."""

    role: str
    """Name of a role in the ontology, such as "victim" or "perpetrator_individual"."""
    mentions: tuple[str, ...]
    """Distinct strings of the article that name or describe it, most informative first; never empty."""
    named: bool | None = None
    """Whether it is given by a proper name; None where the corpus does not say."""
    spans: tuple[tuple[int, int], ...] | None = None
    """Character offsets of all its mentions, if only these places count; None: a mention counts wherever it occurs."""

    def shares_mention(self, other: GoldEntity) -> bool:
        """Whether both are given by the same words, or stand in the same place where places count."""
        if self.spans is not None and other.spans is not None:
            return not set(self.spans).isdisjoint(other.spans)
        return not set(self.mentions).isdisjoint(other.mentions)

    def joined(self, other: GoldEntity) -> GoldEntity:
        """Make one of two that are the same participant."""
        return GoldEntity(
            self.role,
            tuple(dict.fromkeys((*self.mentions, *other.mentions))),
            other.named or self.named,
            None if self.spans is None or other.spans is None else tuple(sorted({*self.spans, *other.spans})),
        )


@dataclass(frozen=True, slots=True)
class GoldEvent:
    """One incident, with its own participants."""

    type: str
    """Name of an event type in the ontology."""
    entities: tuple[GoldEntity, ...] = ()
    main: bool | None = None
    """Whether the article is mainly about it; None where the corpus does not say."""


@dataclass(frozen=True, slots=True)
class Article:
    """One news article and everything that was marked in it."""

    id: str
    """Unique within its corpus."""
    text: str
    """As the model reads it: title, blank line, paragraphs separated by blank lines."""
    events: tuple[GoldEvent, ...] = ()
    read_until: int | None = None
    """Character offset up to which the annotators read; what lies beyond is unknown, not empty. None: all of it."""
    unsure: tuple[tuple[int, int], ...] = ()
    """Character spans in which a word without a mark is unknown, not outside; a word with a mark keeps it."""
    victim_names: tuple[str, ...] | None = None
    """Names of victims by other annotators, those of the corpus's authors, for comparison with their figures; they may
    be misspelled or beyond `read_until`. () where these found none, None where there are no such annotators."""

    @property
    def event_types(self) -> frozenset[str]:
        """Types of its events."""
        return frozenset(event.type for event in self.events)

    def entities(self, role: str) -> Iterator[GoldEntity]:
        """Entities that play `role` in any event, in order; one that is in two events comes twice."""
        return (entity for event in self.events for entity in event.entities if entity.role == role)

    def participants(self, role: str) -> list[GoldEntity]:
        """Entities of a role, in order; those that share a mention, as in different events, are one."""
        found: list[GoldEntity] = []
        for entity in self.entities(role):
            found = add_participant(found, entity, same=GoldEntity.shares_mention, join=GoldEntity.joined)
        return found


def add_participant(
    found: Sequence[Participant],
    new: Participant,
    *,
    same: Callable[[Participant, Participant], bool],
    join: Callable[[Participant, Participant], Participant],
) -> list[Participant]:
    """Add one to those found; all that are the same as it become one with it, in the place of the first of them.

    >>> add_participant(["ab", "c", "bd"], "b", same=lambda one, other: other in one, join=str.__add__)
    ['abbdb', 'c']

    Args:
        found: participants no two of which are the same.
        new: another.
        same: whether two are one.
        join: makes one of two.
    """
    alike = [one for one in found if same(one, new)]
    if not alike:
        return [*found, new]
    whole = reduce(join, [*alike, new])
    return [whole if one is alike[0] else one for one in found if one is alike[0] or one not in alike]
