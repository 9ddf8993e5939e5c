"""How an article and a prediction look to each metric: spans, events, templates, clusters of mentions, names.

Everything follows the convention of the corpus, and what it does not mark is left out on both sides. Functions come in
pairs, one for gold and one for predictions, which a metric then compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from whodid.types import Event, Prediction
from whodid_training.align import occurrences
from whodid_training.article import Article, GoldEvent
from whodid_training.corpora.muc4 import present
from whodid_training.evaluation.convention import Convention, filler
from whodid_training.metrics.documents import Entities, Entity
from whodid_training.metrics.events import EventRecord
from whodid_training.metrics.grouping import Clusters
from whodid_training.metrics.spans import Span
from whodid_training.metrics.templates import Template

__all__ = [
    "gold_clusters",
    "gold_events",
    "gold_records",
    "gold_spans",
    "gold_templates",
    "predicted_clusters",
    "predicted_events",
    "predicted_names",
    "predicted_records",
    "predicted_spans",
    "predicted_templates",
]

_PEOPLE = ("victims", "perpetrators")


def gold_spans(article: Article, convention: Convention) -> tuple[set[Span], int]:
    """Return every place of every mention, and how many mentions have none.

    Of those of one role that overlap, the longest is kept, as tags could hold only one.
    """
    found: set[Span] = set()
    absent = 0
    for event in article.events:
        for entity in event.entities:
            for mention in entity.mentions if entity.role in convention.roles else ():
                places = occurrences(mention, article.text)
                absent += not places
                found.update((entity.role, start, end) for start, end in places)
    return set(_longest(found)), absent


def predicted_spans(prediction: Prediction, convention: Convention) -> set[Span]:
    """Return the places of all mentions."""
    return {
        (entity.role, mention.start, mention.end)
        for entity in prediction.entities
        for mention in entity.mentions
        if entity.role in convention.roles
    }


def gold_clusters(article: Article, convention: Convention) -> dict[str, Clusters]:
    """Return each entity of `convention.gold_entities` as the places of its mentions, which count wherever they occur.

    A place within a longer mention of the role is none: the "Ruiz" of "Pedro Ruiz" is no mention of Ana Ruiz.
    """
    places: dict[str, list[set[Span]]] = {
        role: [
            {(role, start, end) for mention in entity for start, end in occurrences(mention, article.text)}
            for entity in entities
        ]
        for role, entities in convention.gold_entities(article).items()
    }
    kept = {span for entities in places.values() for span in _longest(set().union(*entities))}
    return {role: [entity & kept for entity in entities] for role, entities in places.items()}


def predicted_clusters(prediction: Prediction, convention: Convention) -> dict[str, Clusters]:
    """Return each entity that the convention scores as the places of all its mentions."""
    found: dict[str, list[set[Span]]] = {role: [] for role in convention.roles}
    for entity in filter(convention.scores, prediction.entities):
        found[entity.role].append({(entity.role, mention.start, mention.end) for mention in entity.mentions})
    return dict(found)


def gold_records(article: Article, convention: Convention) -> list[EventRecord]:
    """Return the events of scored types with those who took part."""
    return [
        EventRecord(
            event.type,
            *(
                tuple(
                    entity.mentions
                    for entity in event.entities
                    if entity.role in convention.roles and convention.slots[entity.role] == slot
                )
                for slot in _PEOPLE
            ),
        )
        for event in gold_events(article, convention)
    ]


def predicted_records(prediction: Prediction, convention: Convention) -> list[EventRecord]:
    """Return the predicted events of scored types with those who took part."""
    return [
        EventRecord(
            event.type,
            *(
                tuple(
                    tuple(dict.fromkeys(mention.text for mention in entity.mentions))
                    for entity in getattr(event, slot)
                    if entity.role in convention.roles
                )
                for slot in _PEOPLE
            ),
        )
        for event in predicted_events(prediction, convention)
    ]


def gold_templates(article: Article, convention: Convention) -> list[Template]:
    """Return the incidents of scored types with the entities of scored roles, as the literature on MUC-4 reads keys.

    Mentions that do not occur in the text go, and entities without any left; victims are those given by name. A
    template without entities stays.
    """
    text = article.text.lower()
    return [
        Template(
            event.type,
            _by_role(
                (entity.role, present(entity.mentions, text))
                for entity in event.entities
                if entity.role in convention.roles and (entity.role != "victim" or entity.named)
            ),
        )
        for event in gold_events(article, convention)
    ]


def predicted_templates(prediction: Prediction, convention: Convention) -> list[Template]:
    """Return the predicted events of scored types as templates, with one string for each entity."""
    return [
        Template(
            event.type,
            _by_role((entity.role, filler(entity)) for entity in event.entities if convention.scores(entity)),
        )
        for event in predicted_events(prediction, convention)
    ]


def predicted_names(prediction: Prediction) -> list[str]:
    """Return the canonical name of every named victim of any event that is a full name, in the order of the article.

    HRDsAttack's authors list people, by full name, where a victim by name may be a people or an organization too. So a
    name has two words or more, and the first and the last begin with a capital.

    >>> [_is_full_name(name) for name in ("Ana Ruiz", "Luis de la Vega", "Uyghurs", "local journalists")]
    [True, True, False, False]
    """
    return [entity.text for entity in prediction.victims if entity.named and _is_full_name(entity.text)]


def _is_full_name(name: str) -> bool:
    words = name.split()
    return len(words) > 1 and words[0][:1].isupper() and words[-1][:1].isupper()


def gold_events(article: Article, convention: Convention) -> Sequence[GoldEvent]:
    """Return the events of scored types, in order."""
    return [event for event in article.events if event.type in convention.event_types]


def predicted_events(prediction: Prediction, convention: Convention) -> Sequence[Event]:
    """Return the predicted events of scored types, in order."""
    return [event for event in prediction.events if event.type in convention.event_types]


def _by_role(pairs: Iterable[tuple[str, Entity]]) -> Entities:
    found: dict[str, list[Entity]] = {}
    for role, mentions in pairs:
        if mentions:
            found.setdefault(role, []).append(mentions)
    return found


def _longest(spans: set[Span]) -> Iterator[Span]:
    """Yield spans, the longest first, that do not overlap a longer one of their role."""
    kept: list[Span] = []
    for role, start, end in sorted(spans, key=lambda span: (span[1] - span[2], span)):
        if all(role != other or end <= s or e <= start for other, s, e in kept):
            kept.append((role, start, end))
            yield role, start, end
