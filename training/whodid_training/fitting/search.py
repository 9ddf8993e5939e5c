"""From tables to decisions: what is fitted in which order, and what these decisions then say of the same tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from whodid.calibration import FEATURES, Calibration, EntityModel, sigmoid
from whodid.decisions import PREFERENCES, Decisions, Preference
from whodid_training.evaluation.sureness import event_chances
from whodid_training.fitting.abstention import fit_band
from whodid_training.fitting.calibrate import fit_entities, fit_links, fit_types
from whodid_training.fitting.tables import EntityTable, Tables
from whodid_training.fitting.thresholds import best_roles, best_types, role_counts

__all__ = ["Answers", "answers", "search"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]

_START = 0.5
"""Threshold of words with which entities are first looked at."""


@dataclass(frozen=True)
class Answers:
    """What decisions say of the articles of tables, and whether it is right."""

    probabilities: FloatArray
    """Calibrated, (articles, event types)."""
    reported: BoolArray
    """Whether the type is reported, likewise."""
    wrong: BoolArray
    """Whether "event" or "no event" is wrong, (articles,)."""
    abstained: BoolArray
    """Whether neither is claimed, (articles,)."""
    article: IntArray
    """Article of each entity that is reported: (entities,)."""
    confidence: FloatArray
    """Its calibrated probability: (entities,)."""
    right: BoolArray
    """Whether gold has it: (entities,)."""


def search(tables: Tables, weight: FloatArray) -> Decisions:
    """Fit all decisions.

    Args:
        tables: development data.
        weight: of each article, (articles,); those without any are not looked at.
    """
    ontology = tables.ontology
    calibration = Calibration(
        event_types=fit_types(tables, weight),
        entities=fit_entities(tables, weight, tables.entities[_START]),
        coreference=tables.coreference,
        links=fit_links(tables, weight),
    )
    first = _preference(tables, weight, calibration, beta=1.0)
    # Probabilities of entities are to be true of those that these thresholds of words find.
    found = _found(tables, first.roles)
    calibration = replace(calibration, entities=fit_entities(tables, weight, found))
    fitted = {name: _preference(tables, weight, calibration, beta=beta) for name, beta in PREFERENCES.items()}
    decisions = replace(Decisions.neutral(ontology), calibration=calibration, preferences=fitted)
    return decisions.preferring("balanced")


def answers(tables: Tables, decisions: Decisions) -> Answers:
    """Apply decisions to all articles of the tables."""
    names = tables.ontology.type_names
    probabilities = _probabilities(tables, decisions.calibration)
    reported = probabilities >= np.array([decisions.event_types[name] for name in names])
    some, chance = np.asarray(reported.any(axis=1), bool), event_chances(probabilities)
    table = _found(tables, decisions.roles)
    confidence = _chances(table, decisions.calibration.entities, tables)
    least = np.array([decisions.entities.get(name, 0.0) for name in tables.ontology.role_names])
    kept = (confidence >= least[table.role]) & some[table.article]
    return Answers(
        probabilities=probabilities,
        reported=reported,
        wrong=_wrong(tables, reported),
        abstained=(decisions.abstain_above <= chance) & (chance < decisions.abstain_below),
        article=table.article[kept],
        confidence=confidence[kept],
        right=table.right[kept],
    )


def _preference(tables: Tables, weight: FloatArray, calibration: Calibration, *, beta: float) -> Preference:
    probabilities = _probabilities(tables, calibration)
    types = best_types(tables, weight, probabilities, beta=beta)
    reported = probabilities >= np.array(list(types.values()))
    some = np.asarray(reported.any(axis=1), bool)
    chances = {
        threshold: _chances(table, calibration.entities, tables) * some[table.article]
        for threshold, table in tables.entities.items()
    }
    words, entities = best_roles(role_counts(tables, weight, chances), tables.ontology.role_names, beta=beta)
    lower, upper = fit_band(event_chances(probabilities), _wrong(tables, reported), weight)
    return Preference(types, words, entities, abstain_below=upper, abstain_above=lower)


def _probabilities(tables: Tables, calibration: Calibration) -> FloatArray:
    lines = [calibration.event_types[name] for name in tables.ontology.type_names]
    return np.stack([line(column) for line, column in zip(lines, tables.types.evidence.T, strict=True)], axis=1)


def _wrong(tables: Tables, reported: BoolArray) -> BoolArray:
    """Whether some event is claimed where there is none, or none where there is one, as far as a corpus marks them."""
    known = tables.types.known
    return np.asarray((reported & known).any(axis=1) != (tables.types.gold & known).any(axis=1))


def _chances(table: EntityTable, model: EntityModel, tables: Tables) -> FloatArray:
    weights = np.array([model.weights.get(name, 0.0) for name in FEATURES])
    roles = np.array([model.roles.get(name, 0.0) for name in tables.ontology.role_names])
    return sigmoid(table.features @ weights + roles[table.role])


def _found(tables: Tables, words: Mapping[str, float]) -> EntityTable:
    """Put together the entities of each role that its threshold of words finds."""
    parts = []
    for role, name in enumerate(tables.ontology.role_names):
        table = tables.entities[words[name]]
        parts.append((table, table.role == role))
    if not parts:  # an ontology without roles
        return tables.entities[_START]
    columns = ("article", "role", "features", "right")
    return EntityTable(*(np.concatenate([getattr(table, one)[mask] for table, mask in parts]) for one in columns))
