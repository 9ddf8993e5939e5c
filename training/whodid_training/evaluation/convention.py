"""What of an article is scored, and by which rules: the event types and roles a corpus marks, and how roles are listed.

Roles are scored as each corpus's literature does: on MUC-4 against role fillers, victims by name and one string per
predicted entity; on corpora annotated in full, every mention counting. What a corpus does not mark is left out on both
sides. Articles that were read in part are scored up to where the reading stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from whodid.errors import DataError, one_of
from whodid.ontology import DEFAULT, Ontology
from whodid.types import Entity, Prediction
from whodid_training.align import occurrences
from whodid_training.article import Article, GoldEntity
from whodid_training.corpora.muc4 import role_fillers
from whodid_training.corpora.registry import CORPORA, Corpus
from whodid_training.metrics.documents import Entities

__all__ = ["Convention", "all_entities", "as_read", "convention_for", "filler"]


@dataclass(frozen=True, slots=True)
class Convention:
    """What is scored on a set of articles, and how."""

    name: str
    """The corpus that it belongs to, or "full"."""
    event_types: tuple[str, ...]
    """Event types that are scored."""
    roles: tuple[str, ...]
    """Roles that are scored."""
    slots: Mapping[str, str]
    """Role -> the list of an event that it fills, for every role of the ontology."""
    role_fillers: bool = False
    """Whether roles are listed as in the MUC-4 literature."""

    @classmethod
    def full(cls, ontology: Ontology = DEFAULT) -> Convention:
        """Everything that an ontology has, for articles annotated in full."""
        return cls("full", ontology.type_names, ontology.role_names, _slots(ontology))

    @classmethod
    def of(cls, corpus: Corpus) -> Convention:
        """As the literature of a corpus has it."""
        return cls(corpus.name, corpus.event_types, corpus.roles, _slots(DEFAULT), corpus.role_fillers)

    @property
    def match(self) -> str:
        """How entities are compared by default: one of the names in `ceaf.MATCHES`."""
        return "strict" if self.role_fillers else "overlap"

    def gold_entities(self, article: Article) -> Entities:
        """Entities of the scored roles over a whole article."""
        found = role_fillers(article) if self.role_fillers else all_entities(article)
        return {role: found[role] for role in self.roles if role in found}

    def predicted_entities(self, prediction: Prediction) -> Entities:
        """Entities of the scored roles in a prediction, as `ceaf_ree` scores them."""
        found: dict[str, list[tuple[str, ...]]] = {role: [] for role in self.roles}
        for entity in filter(self.scores, prediction.entities):
            every = tuple(dict.fromkeys(mention.text for mention in entity.mentions))
            found[entity.role].append(filler(entity) if self.role_fillers else every)
        return found

    def scores(self, entity: Entity) -> bool:
        """Tell whether a predicted entity is scored: its role is, and with `role_fillers` a victim has a name."""
        return entity.role in self.roles and (entity.named or entity.role != "victim" or not self.role_fillers)

    def gold_types(self, article: Article) -> list[str]:
        """Scored event types of an article, in the order of `event_types`."""
        return [name for name in self.event_types if name in article.event_types]

    def predicted_types(self, prediction: Prediction) -> list[str]:
        """Scored event types of a prediction, surest first."""
        return [name for name in prediction.event_types if name in self.event_types]


def convention_for(corpus: str | None, *, ontology: Ontology = DEFAULT) -> Convention:
    """Return the convention of a corpus of the registry, or of articles annotated in full if none is named.

    Raises:
        DataError: the registry has no such corpus.
    """
    if corpus is None:
        return Convention.full(ontology)
    if corpus not in CORPORA:
        raise DataError(f"corpus {corpus!r} is unknown; allowed: {one_of(CORPORA)}")
    return Convention.of(CORPORA[corpus])


def as_read(article: Article) -> Article:
    """Cut an article where its annotators stopped reading."""
    return Article(article.id, article.text[: article.read_until], article.events)


def filler(entity: Entity) -> tuple[str, ...]:
    """Return the one string that stands for a predicted entity where role fillers are scored: its canonical name."""
    return (entity.text,)


def all_entities(article: Article) -> dict[str, list[tuple[str, ...]]]:
    """Entities by role, with the mentions that are in the text; those with a mention in common are one."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for event in article.events:
        for entity in event.entities:
            present = _present(entity, article.text)
            if present:
                _merge(found.setdefault(entity.role, []), present)
    return found


def _present(entity: GoldEntity, text: str) -> tuple[str, ...]:
    return tuple(mention for mention in entity.mentions if occurrences(mention, text))


def _merge(entities: list[tuple[str, ...]], mentions: tuple[str, ...]) -> None:
    for index, other in enumerate(entities):
        if set(other) & set(mentions):
            entities[index] = tuple(dict.fromkeys((*other, *mentions)))
            return
    entities.append(mentions)


def _slots(ontology: Ontology) -> dict[str, str]:
    return {role.name: role.slot for role in ontology.roles}
