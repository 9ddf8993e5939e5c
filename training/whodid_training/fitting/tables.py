"""Development data as tables of numbers: every model is read once, and fitted and judged on these as often as needed.

Articles of all corpora are numbered through. A weight for each article says how much it counts; weights of a corpus
add up to 1, so that corpora count alike, and articles that are held out have none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from whodid.calibration import FEATURES, Calibration, Coreference, Line, entity_features, log_odds
from whodid.decisions import Decisions
from whodid.model import Model, Reading
from whodid.ontology import Ontology
from whodid_training.develop import DevelopmentSet
from whodid_training.evaluation.sureness import answered, type_link_outcomes
from whodid_training.metrics.outcomes import matching, right

__all__ = ["WORD_THRESHOLDS", "EntityTable", "LinkTable", "Rehearsal", "Tables", "TypeTable", "tabulate"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]

WORD_THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(2, 19))
"""Thresholds of words that are tried: 0.10, 0.15 ... 0.90."""
_LINKED_AT = 0.5
"""Threshold of words at which links are looked at."""
_ALL_REPORTED = Line(scale=1e-9, offset=50.0)
"""With it, every event type of every article that is not blank has a probability of nearly 1."""


@dataclass(frozen=True)
class Rehearsal:
    """A model's readings of one development set: scored once, judged as often as fitting needs."""

    development: DevelopmentSet
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class TypeTable:
    """Event types of articles, (articles, event types) each."""

    evidence: FloatArray
    """As the network gives it."""
    gold: BoolArray
    """Whether the article reports the type."""
    known: BoolArray
    """Whether its corpus marks the type."""


@dataclass(frozen=True)
class EntityTable:
    """Entities found with one threshold of words, were no other threshold applied; those that can be scored."""

    article: IntArray
    """Article of each: (entities,)."""
    role: IntArray
    """Index of its role: (entities,)."""
    features: FloatArray
    """What its probability depends on: (entities, features)."""
    right: BoolArray
    """Whether gold has it, by the convention of the corpus: (entities,)."""


@dataclass(frozen=True)
class LinkTable:
    """Pairs of a right entity and an event type that its article reports."""

    article: IntArray
    """Article of each pair: (pairs,)."""
    evidence: FloatArray
    """Log-odds that the network gives to the link: (pairs,)."""
    linked: BoolArray
    """Whether gold has the participant on an event of this type: (pairs,)."""


@dataclass(frozen=True)
class Tables:
    """All development data of one model."""

    ontology: Ontology
    corpora: tuple[str, ...]
    """Names of the development corpora."""
    corpus: IntArray
    """Index of each article's corpus: (articles,)."""
    types: TypeTable
    entities: Mapping[float, EntityTable]
    """For each of `WORD_THRESHOLDS`."""
    participants: IntArray
    """Gold entities of each article and role: (articles, roles)."""
    links: LinkTable
    coreference: Coreference
    """With which the mentions were grouped."""

    def weights(self, kept: BoolArray | None = None) -> FloatArray:
        """Weight of each article, (articles,): corpora alike, 0 for those that are not kept; all are by default."""
        kept = np.ones(len(self.corpus), bool) if kept is None else kept
        sizes = np.bincount(self.corpus[kept], minlength=len(self.corpora))
        return np.asarray(kept / np.maximum(sizes, 1)[self.corpus])


def tabulate(model: Model, rehearsals: Sequence[Rehearsal], coreference: Coreference) -> Tables:
    """Make the tables of a model's readings, mentions being grouped so."""
    ontology, articles = model.ontology, [one for r in rehearsals for one in r.development.articles]
    gold = [one for r in rehearsals for one in r.development.gold]
    known = [r.development.corpus.event_types for r in rehearsals for _ in r.readings]
    return Tables(
        ontology=ontology,
        corpora=tuple(r.development.corpus.name for r in rehearsals),
        corpus=np.repeat(np.arange(len(rehearsals)), [len(r.readings) for r in rehearsals]),
        types=TypeTable(
            np.array([reading.scores.event_types for r in rehearsals for reading in r.readings], float),
            np.array([[name in article.event_types for name in ontology.type_names] for article in articles]),
            np.array([[name in marked for name in ontology.type_names] for marked in known]),
        ),
        entities={t: _entity_table(model, rehearsals, _everything(ontology, t, coreference)) for t in WORD_THRESHOLDS},
        participants=np.array([[len(one.get(name, ())) for name in ontology.role_names] for one in gold]),
        links=_link_table(model, rehearsals, _everything(ontology, _LINKED_AT, coreference)),
        coreference=coreference,
    )


def _everything(ontology: Ontology, threshold: float, coreference: Coreference) -> Decisions:
    """Report one event of each type, every entity and every link, with probabilities as the network has them."""
    calibration = Calibration(event_types=dict.fromkeys(ontology.type_names, _ALL_REPORTED), coreference=coreference)
    return replace(
        Decisions.neutral(ontology),
        roles=dict.fromkeys(ontology.role_names, threshold),
        calibration=calibration,
        link=1e-9,
        incident=1e-9,
    )


def _entity_table(model: Model, rehearsals: Sequence[Rehearsal], decisions: Decisions) -> EntityTable:
    rows: list[tuple[int, int, FloatArray, bool]] = []
    number = 0
    for one in rehearsals:
        for gold, reading in zip(one.development.gold, one.readings, strict=True):
            found = model.decide(reading, decisions=decisions).entities
            features = entity_features(found)
            for role, indices in answered(found, one.development.convention).items():
                # Entities count with the features that all of the article's give them, whether scored or not.
                matches = matching(
                    [mentions for _, mentions in indices], gold.get(role, ()), match=one.development.convention.match
                )
                verdicts = right([found[i].confidence for i, _ in indices], matches)
                column = model.ontology.role_names.index(role)
                rows += [(number, column, features[i], ok) for (i, _), ok in zip(indices, verdicts, strict=True)]
            number += 1
    return EntityTable(
        np.array([row[0] for row in rows], np.intp),
        np.array([row[1] for row in rows], np.intp),
        np.array([row[2] for row in rows], float).reshape(len(rows), len(FEATURES)),
        np.array([row[3] for row in rows], bool),
    )


def _link_table(model: Model, rehearsals: Sequence[Rehearsal], decisions: Decisions) -> LinkTable:
    rows: list[tuple[int, float, bool]] = []
    number = 0
    for one in rehearsals:
        for article, reading in zip(one.development.articles, one.readings, strict=True):
            answer = model.decide(reading, decisions=decisions)
            rows += [(number, *pair) for pair in type_link_outcomes(answer, article, one.development.convention)]
            number += 1
    return LinkTable(
        np.array([row[0] for row in rows], np.intp),
        log_odds([row[1] for row in rows]),
        np.array([row[2] for row in rows], bool),
    )
