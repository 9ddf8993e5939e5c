"""From the scores of one article to its `Prediction`: spans become mentions, mentions entities, entities join events.

Pure functions; the rules they apply are `Decisions`, the arithmetic on scores is in `whodid.decode`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from whodid.calibration import Coreference, sigmoid
from whodid.decisions import Decisions
from whodid.decode import ArticleScores
from whodid.entities import canonical, group_mentions, recurrences
from whodid.evidence import evidence_of, sentences_of
from whodid.incidents import Participant, incidents_of
from whodid.mentions import Found, find_mentions, impression_of
from whodid.ontology import Ontology, Role
from whodid.tokens import Tokens
from whodid.types import SLOTS, Entity, Event, Mention, Prediction, any_event

__all__ = ["assemble"]

FloatArray = npt.NDArray[np.float32]

_SIDES = ("victims", "perpetrators")
"""Without whom an event says little."""


@dataclass(frozen=True, slots=True)
class _Person:
    """An entity with what is needed to put it on events."""

    entity: Entity
    participant: Participant


def assemble(
    text: str, tokens: Tokens, scores: ArticleScores, *, ontology: Ontology, decisions: Decisions, windows: int
) -> Prediction:
    """Decide what an article says.

    Args:
        text: the article as given.
        tokens: its word pieces.
        scores: of its words and event types.
        ontology: names of the columns in `scores`.
        decisions: thresholds to apply.
        windows: in how many windows it was read.
    """
    probabilities = decisions.calibration.of_types(scores.event_types, ontology.type_names)
    if windows == 0:
        probabilities = dict.fromkeys(ontology.type_names, 0.0)
    reported = sorted(
        (name for name in ontology.type_names if probabilities[name] >= decisions.event_types[name]),
        key=lambda name: -probabilities[name],
    )
    people = _sure_enough(_participants(text, tokens, scores, ontology, decisions), decisions) if reported else []
    events = _events(reported, people, probabilities, scores.distance, ontology, decisions)
    events = _with_main(events, scores, ontology, decisions)
    return Prediction(
        text=text,
        events=_with_evidence(events, text, tokens, scores, ontology) if events else (),
        scores=probabilities,
        windows=windows,
        abstained=decisions.abstain_above <= any_event(probabilities.values()) < decisions.abstain_below,
    )


def _participants(
    text: str, tokens: Tokens, scores: ArticleScores, ontology: Ontology, decisions: Decisions
) -> list[_Person]:
    """Find the entities of an article, each with its probability to belong to each event type."""
    found = find_mentions(text, tokens, scores, [decisions.roles[name] for name in ontology.role_names])
    taken = [(one.mention.start, one.mention.end) for ones in found.values() for one in ones]
    coreference = decisions.calibration.coreference
    people = [
        person
        for role in sorted(found)
        for person in _of_role(text, found[role], ontology.roles[role], taken, coreference)
    ]
    return sorted(people, key=lambda person: (person.entity.mentions[0], person.entity.role))


def _of_role(
    text: str, found: Sequence[Found], role: Role, taken: Sequence[tuple[int, int]], coreference: Coreference
) -> list[_Person]:
    """Group the mentions of one role into entities; names count wherever they stand."""
    spans = [one.span for one in found]
    groups = group_mentions(spans, article=text, impression=impression_of(found, coreference))
    again = recurrences([[spans[index] for index in group] for group in groups], article=text, taken=taken)
    return [
        _person([found[index] for index in group], [Mention(s, e, text[s:e]) for s, e in more], role)
        for group, more in zip(groups, again, strict=True)
    ]


def _person(members: Sequence[Found], again: Sequence[Mention], role: Role) -> _Person:
    entity = Entity(
        text=canonical([one.span for one in members]),
        role=role.name,
        slot=role.slot,
        kind=role.kind,
        named=any(one.named for one in members),
        confidence=max(one.confidence for one in members),
        mentions=tuple(sorted([*(one.mention for one in members), *again])),
    )
    participant = Participant(
        slot=role.slot,
        links=np.max([one.links for one in members], axis=0),
        vectors=np.stack([one.incident for one in members]),
        positions=np.array([one.position for one in members]),
    )
    return _Person(entity, participant)


def _sure_enough(people: Sequence[_Person], decisions: Decisions) -> list[_Person]:
    """Calibrate what is said of the entities of an article, and leave out those below the threshold of their role."""
    calibration = decisions.calibration
    probabilities = calibration.entities([person.entity for person in people])
    return [
        _Person(
            replace(person.entity, confidence=float(probability)),
            replace(person.participant, links=calibration.of_links(person.participant.links).astype(np.float32)),
        )
        for person, probability in zip(people, probabilities, strict=True)
        if probability >= decisions.entities.get(person.entity.role, 0.0)
    ]


def _events(
    reported: Sequence[str],
    people: Sequence[_Person],
    probabilities: Mapping[str, float],
    distance: FloatArray,
    ontology: Ontology,
    decisions: Decisions,
) -> list[Event]:
    """Put participants on event types, and tell the incidents of each type apart."""
    columns = {name: ontology.type_names.index(name) for name in reported}
    events = []
    for name, indices in _by_type(people, columns, decisions).items():
        there = [people[index] for index in sorted(indices)]
        incidents = incidents_of(
            [one.participant for one in there],
            distance,
            threshold=decisions.incident,
            joining=decisions.joining,
            lone=decisions.lone,
        )
        of_type = [
            _event(name, [(there[index], share) for index, share in members], columns[name], decisions)
            for members in incidents
        ]
        surest = max(event.confidence for event in of_type) or 1.0
        events += [replace(event, confidence=probabilities[name] * (event.confidence / surest)) for event in of_type]
    return sorted(events, key=lambda event: -event.confidence)


def _by_type(people: Sequence[_Person], columns: Mapping[str, int], decisions: Decisions) -> dict[str, list[int]]:
    """Say who is on an event of each reported type, as indices of `people`.

    Everybody is on the likeliest type and on those of which the link is likely enough. A type on which this leaves no
    victim, or no perpetrator, gets the likeliest one.
    """
    on_type: dict[str, list[int]] = {name: [] for name in columns}
    for index, person in enumerate(people):
        links = person.participant.links
        likeliest = max(columns, key=lambda name: links[columns[name]])
        for name, column in columns.items():
            if name == likeliest or links[column] >= decisions.link:
                on_type[name].append(index)
    for slot in _SIDES:
        of_side = [index for index, person in enumerate(people) if person.entity.slot == slot]
        for name, column in columns.items():
            if of_side and not set(of_side) & set(on_type[name]):
                best = max(of_side, key=lambda index: people[index].participant.links[column])
                if people[best].participant.links[column] >= decisions.lone:
                    on_type[name].append(best)
    return on_type


def _event(name: str, members: Sequence[tuple[_Person, float]], column: int, decisions: Decisions) -> Event:
    """Make an event; its confidence is for now that of its surest participant, one without anybody.

    Args:
        name: its type.
        members: those who are on it, each with the probability to be of this incident.
        column: of the type.
        decisions: for their calibration.
    """
    ordered = sorted(members, key=lambda one: _place(one[0].entity))
    entities = tuple(person.entity for person, _ in ordered)
    chances = np.array([person.participant.links[column] * share for person, share in ordered])
    links = tuple(map(float, decisions.calibration.of_members(chances)))
    sure = (entity.confidence * link for entity, link in zip(entities, links, strict=True))
    return Event(name, max(sure, default=1.0), entities, links)


def _place(entity: Entity) -> tuple[int, Mention, str]:
    return SLOTS.index(entity.slot), entity.mentions[0], entity.role


def _with_main(events: Sequence[Event], scores: ArticleScores, ontology: Ontology, decisions: Decisions) -> list[Event]:
    """Mark the event that the article is mainly about: of the likeliest type, the incident that is told first."""
    if not events:
        return []
    mains = dict(zip(ontology.type_names, map(float, sigmoid(scores.mains)), strict=True))
    likeliest = max((event.type for event in events), key=mains.__getitem__)
    if mains[likeliest] < decisions.main:
        return list(events)
    main = min((event for event in events if event.type == likeliest), key=_first_told)
    return [replace(event, main=event is main) for event in events]


def _first_told(event: Event) -> list[int]:
    """Where its participants enter the article, in order: somebody who is on two incidents does not decide."""
    return sorted(entity.mentions[0].start for entity in event.entities)


def _with_evidence(
    events: Sequence[Event], text: str, tokens: Tokens, scores: ArticleScores, ontology: Ontology
) -> tuple[Event, ...]:
    choose = partial(evidence_of, text, sentences_of(text), tokens.word_spans()[0])
    carried = {
        name: scores.carried[:, ontology.type_names.index(name)].astype(np.float32)
        for name in {event.type for event in events}
    }
    return tuple(replace(event, evidence=choose(carried[event.type], event.entities)) for event in events)
