"""The rules that turn probabilities into answers: thresholds, temperature, the band of abstention. Data, no code paths.

They are fitted on development data after training and stored in the model folder, so that a score never changes
meaning without the folder saying so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from whodid.errors import ModelFolderError
from whodid.ontology import Ontology

__all__ = ["Decisions"]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Thresholds of one model."""

    event_types: Mapping[str, float]
    """Calibrated probability from which an event type is reported, for each type."""
    roles: Mapping[str, float]
    """Probability from which a word is in a mention, for each role."""
    temperature: float = 1.0
    """By which event-type scores are divided before the sigmoid, so that probabilities mean what they say."""
    link: float = 0.5
    """Probability from which a participant is put on an event; the likeliest event always gets it."""
    incident: float = 0.5
    """Probability from which a victim is put on an incident that others have founded; else it founds a new one."""
    joining: float = 0.5
    """Probability from which a perpetrator or weapon is put on an incident; the likeliest always gets it."""
    main: float = 0.5
    """Probability from which an event is marked as the one that the article is mainly about."""
    abstain_below: float = 0.0
    """The model abstains if its surest event type has a probability of at least `abstain_above` ..."""
    abstain_above: float = 0.0
    """... and less than `abstain_below`. Equal values: it never abstains."""

    def __post_init__(self) -> None:
        """Check that every number is a usable one."""
        single = {name: getattr(self, name) for name in ("link", "incident", "joining", "main")}
        probabilities = {**self.event_types, **self.roles, **single}
        for name, value in probabilities.items():
            if not 0.0 < value <= 1.0:
                raise ModelFolderError(f"threshold of {name!r} is {value}; it must be above 0 and at most 1")
        if not self.temperature > 0.0:
            raise ModelFolderError(f"temperature is {self.temperature}; it must be above 0")
        if not 0.0 <= self.abstain_above <= self.abstain_below <= 1.0:
            raise ModelFolderError(
                f"band of abstention [{self.abstain_above}, {self.abstain_below}) must lie in order between 0 and 1"
            )

    @classmethod
    def neutral(cls, ontology: Ontology) -> Decisions:
        """Return thresholds of one half, for a model on which none were fitted."""
        return cls(dict.fromkeys(ontology.type_names, 0.5), dict.fromkeys(ontology.role_names, 0.5))

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], ontology: Ontology) -> Decisions:
        """Read what `to_dict` wrote, for a model with this ontology.

        Raises:
            ModelFolderError: a key is unknown, or a type or role has no threshold.
        """
        try:
            decisions = cls(**data)
        except TypeError as error:
            raise ModelFolderError(f"decisions.json does not have the expected keys: {error}") from error
        for what, given, wanted in (
            ("event type", decisions.event_types, ontology.type_names),
            ("role", decisions.roles, ontology.role_names),
        ):
            if set(given) != set(wanted):
                raise ModelFolderError(
                    f"decisions.json has {what} thresholds for {sorted(given)}, but the ontology has {sorted(wanted)}"
                )
        return decisions
