"""How sure a system is of an event, of each participant and of each link, and whether it is right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from whodid.types import Entity, Prediction, any_event
from whodid_training.article import Article, GoldEvent
from whodid_training.evaluation.convention import Convention, filler
from whodid_training.evaluation.views import gold_events, gold_records, predicted_events, predicted_records
from whodid_training.metrics.documents import Entities
from whodid_training.metrics.documents import Entity as Strings
from whodid_training.metrics.events import same_events
from whodid_training.metrics.outcomes import matching, right

__all__ = ["answered", "entity_outcomes", "event_chances", "link_outcomes", "type_link_outcomes"]


def event_chances(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probability of any event in each article, (articles,), from those of the types, (articles, event types)."""
    return np.array([any_event(article) for article in probabilities.tolist()])


def answered(entities: Sequence[Entity], convention: Convention) -> dict[str, list[tuple[int, Strings]]]:
    """List the entities that a convention scores, by role: the index of each and the strings that are compared."""
    found: dict[str, list[tuple[int, Strings]]] = {}
    for index, entity in enumerate(entities):
        if convention.scores(entity):
            found.setdefault(entity.role, []).append((index, _strings(entity, convention)))
    return found


def entity_outcomes(entities: Sequence[Entity], gold: Entities, convention: Convention) -> list[tuple[float, bool]]:
    """Give the confidence in each entity that is scored, and whether gold has it."""
    outcomes: list[tuple[float, bool]] = []
    for role, indices in answered(entities, convention).items():
        sure = [entities[index].confidence for index, _ in indices]
        matches = matching([strings for _, strings in indices], gold.get(role, ()), match=convention.match)
        outcomes += zip(sure, right(sure, matches), strict=True)
    return outcomes


def link_outcomes(prediction: Prediction, article: Article, convention: Convention) -> list[tuple[float, bool]]:
    """Give the probability of each link that can be judged, and whether gold has it.

    A link can be judged if its event is one of gold, as event-level F1 finds them, and gold has a participant in this
    role that matches by overlap on any event. It is right if that one is on the event.
    """
    ours, theirs = predicted_events(prediction, convention), gold_events(article, convention)
    pairs = same_events(predicted_records(prediction, convention), gold_records(article, convention))
    outcomes = []
    for event, gold in ((ours[i], theirs[j]) for i, j in pairs):
        for entity, link in zip(event.entities, event.links, strict=True):
            if convention.scores(entity):
                strings = _strings(entity, convention)
                if any(_takes_part(entity.role, strings, other) for other in article.events):
                    outcomes.append((link, _takes_part(entity.role, strings, gold)))
    return outcomes


def type_link_outcomes(prediction: Prediction, article: Article, convention: Convention) -> list[tuple[float, bool]]:
    """Give the probability of each link to an event type that can be judged, and whether gold has it.

    Args:
        prediction: with one event of each type, so that its links are to the type.
        article: with gold events. A link can be judged if it has an event of this type, and a participant in this role
            that matches by overlap on any event.
        convention: what is scored.
    """
    sure: dict[tuple[str, Entity], float] = {}
    for event in prediction.events:
        if event.type in convention.event_types:
            for entity, link in zip(event.entities, event.links, strict=True):
                sure[event.type, entity] = max(link, sure.get((event.type, entity), 0.0))
    outcomes = []
    for (name, entity), link in sure.items():
        if convention.scores(entity) and name in article.event_types:
            strings = _strings(entity, convention)
            there = {event.type for event in article.events if _takes_part(entity.role, strings, event)}
            if there:
                outcomes.append((link, name in there))
    return outcomes


def _strings(entity: Entity, convention: Convention) -> Strings:
    return filler(entity) if convention.role_fillers else tuple(dict.fromkeys(m.text for m in entity.mentions))


def _takes_part(role: str, strings: Strings, event: GoldEvent) -> bool:
    gold = [tuple(entity.mentions) for entity in event.entities if entity.role == role]
    return any(map(any, matching([strings], gold, match="overlap")))
