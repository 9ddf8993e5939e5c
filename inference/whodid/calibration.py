"""From scores to probabilities that mean what they say: in ten answers given with 70 %, seven are right.

Pure functions of scores and stored numbers. The numbers are fitted on development data (`whodid_training.fitting`) and
lie in the model folder; the ones here by default leave every probability as the network has it.

>>> bool(Line()(np.array([0.0]))[0] == 0.5)
True
>>> f"{Line(scale=0.5, offset=-1.0)(np.array([2.0]))[0]:.2f}"  # evidence that was too sure
'0.50'
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from whodid.errors import ModelFolderError
from whodid.types import Entity

__all__ = ["FEATURES", "Calibration", "Coreference", "EntityModel", "Line", "entity_features", "log_odds", "sigmoid"]

FloatArray = npt.NDArray[np.float64]

FEATURES = ("confidence", "mentions", "named", "surer", "shared")
"""What an entity's probability depends on besides its role:

- confidence: log-odds of its surest mention;
- mentions: logarithm of their number;
- named: 1 if it has a name, else 0;
- surer: logarithm of one more than the entities of its role in the article that are surer. Of many, few are right;
- shared: 1 if one of those has a telling word in common with it, so that both may be one participant, else 0.
"""

_SUREST = 8.0
"""Log-odds of coreference are kept within this: one pair must not outweigh the many others of two groups."""
_LEAST = 1e-4
"""Probabilities are kept this far from 0 and 1 when log-odds are taken."""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line on the scale of log-odds (Platt scaling)."""

    scale: float = 1.0
    """By which evidence is multiplied; above 0, so that more evidence is never less probable."""
    offset: float = 0.0
    """Added to it."""

    def __post_init__(self) -> None:
        """Check that the line rises."""
        if not (math.isfinite(self.scale) and self.scale > 0.0 and math.isfinite(self.offset)):
            raise ModelFolderError(
                f"calibration has scale {self.scale} and offset {self.offset}; the scale must be above 0, both finite"
            )

    def __call__(self, evidence: npt.ArrayLike) -> FloatArray:
        """Turn evidence (log-odds, any shape) into probabilities."""
        return sigmoid(np.asarray(evidence, dtype=float) * self.scale + self.offset)


@dataclass(frozen=True, slots=True)
class EntityModel:
    """A logistic model of whether an entity that was found is right."""

    weights: Mapping[str, float] = field(default_factory=lambda: {"confidence": 1.0})
    """One for each of `FEATURES`; features that are not there weigh nothing."""
    roles: Mapping[str, float] = field(default_factory=dict)
    """Added for entities of each role; nothing for roles that are not there."""

    def __post_init__(self) -> None:
        """Check names and numbers."""
        unknown = sorted(set(self.weights) - set(FEATURES))
        if unknown:
            raise ModelFolderError(f"entity calibration has weights for {unknown}; known are {list(FEATURES)}")
        for name, value in {**self.weights, **self.roles}.items():
            if not math.isfinite(value):
                raise ModelFolderError(f"entity calibration has {value} for {name!r}; it must be finite")

    def __call__(self, entities: Sequence[Entity]) -> FloatArray:
        """Compute the probability of each entity of one article: (entities,).

        Args:
            entities: all that were found in the article, each with the confidence of its surest mention.
        """
        weights = np.array([self.weights.get(name, 0.0) for name in FEATURES])
        roles = np.array([self.roles.get(entity.role, 0.0) for entity in entities])
        return sigmoid(entity_features(entities) @ weights + roles)


@dataclass(frozen=True, slots=True)
class Coreference:
    """How likely two wordings are one participant: what is seen of them and what the network says of them, added up."""

    seen: float = 1.0
    """Weight of the log-odds by `whodid.entities.pairs`; at least 0."""
    read: float = 0.0
    """Weight of the product of their vectors, at least 0; 0: the network is not asked."""
    offset: float = 0.0
    """Added."""

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name in ("seen", "read", "offset"):
            value = getattr(self, name)
            if not math.isfinite(value) or (value < 0.0 and name != "offset"):
                raise ModelFolderError(
                    f"calibration of coreference has {name} {value}; all must be finite, and weights at least 0"
                )

    def __call__(self, seen: npt.ArrayLike, read: npt.ArrayLike) -> FloatArray:
        """Log-odds that two wordings are one participant, any shape."""
        added = np.asarray(seen, dtype=float) * self.seen + np.asarray(read, dtype=float) * self.read + self.offset
        return np.asarray(added.clip(-_SUREST, _SUREST))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the scores of one model become probabilities."""

    event_types: Mapping[str, Line] = field(default_factory=dict)
    """For the evidence of each event type; a type that is not there is left as it is."""
    entities: EntityModel = field(default_factory=EntityModel)
    """For the participants of an article."""
    links: Line = field(default_factory=Line)
    """For the log-odds of a participant to be on an event of a type."""
    members: Line = field(default_factory=Line)
    """For the log-odds of a participant to be on one event: of its type, and of several of the type this one."""
    coreference: Coreference = field(default_factory=Coreference)
    """For two wordings to be one participant."""

    def of_types(self, evidence: npt.ArrayLike, names: Sequence[str]) -> dict[str, float]:
        """Probability of each event type, by name.

        Args:
            evidence: for the types, in the order of `names`: (event types,).
            names: event types of the ontology.
        """
        scores = np.asarray(evidence, dtype=float)
        lines = [self.event_types.get(name, Line()) for name in names]
        return {name: float(line(score)) for name, line, score in zip(names, lines, scores, strict=True)}

    def of_links(self, probabilities: npt.ArrayLike) -> FloatArray:
        """Probability of links, from what the network says of them, any shape."""
        return self.links(log_odds(probabilities))

    def of_members(self, probabilities: npt.ArrayLike) -> FloatArray:
        """Probability of being on one event, from the product of the link and of being of the incident, any shape."""
        return self.members(log_odds(probabilities))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """Read what `dataclasses.asdict` made of one.

        Raises:
            ModelFolderError: a key is missing or unknown, or a number cannot be used.
        """
        try:
            return cls(
                {name: Line(**line) for name, line in data["event_types"].items()},
                EntityModel(**data["entities"]),
                Line(**data["links"]),
                Line(**data["members"]),
                Coreference(**data["coreference"]),
            )
        except (TypeError, KeyError, AttributeError) as error:
            raise ModelFolderError(f"decisions.json: calibration does not have the expected keys: {error}") from error


def entity_features(entities: Sequence[Entity]) -> FloatArray:
    """Describe the entities of one article by `FEATURES`: (entities, features)."""
    words = [_telling_words(entity.text) for entity in entities]
    rows = []
    for index, entity in enumerate(entities):
        surer = [
            other
            for other, rival in enumerate(entities)
            if rival.role == entity.role and rival.confidence > entity.confidence
        ]
        rows.append(
            (
                float(log_odds(entity.confidence)),
                math.log(len(entity.mentions)),
                float(entity.named),
                math.log1p(len(surer)),
                float(any(not words[index].isdisjoint(words[other]) for other in surer)),
            )
        )
    return np.array(rows, dtype=float).reshape(len(entities), len(FEATURES))


def log_odds(probabilities: npt.ArrayLike) -> FloatArray:
    """Logarithm of p / (1 - p), any shape; finite also for 0 and 1."""
    kept = np.clip(np.asarray(probabilities, dtype=float), _LEAST, 1.0 - _LEAST)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def sigmoid(evidence: npt.ArrayLike) -> FloatArray:
    """Inverse of `log_odds`; it does not overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * np.asarray(evidence, dtype=float))))


def _telling_words(text: str) -> set[str]:
    """Words of more than three letters, and the last one whatever its length, in small letters."""
    words = re.findall(r"\w+", text.casefold())
    return {word for word in words if len(word) > 3} | set(words[-1:])
