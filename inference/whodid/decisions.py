"""The rules that turn scores into answers: calibration, thresholds, the band of abstention. Data, no code paths.

They are fitted on development data after training and stored in the model folder, so that a score never changes
meaning without the folder saying so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from whodid.calibration import Calibration
from whodid.candidates import LEAST
from whodid.errors import ModelFolderError, UnknownPreferenceError, one_of
from whodid.ontology import Ontology

__all__ = ["PREFERENCES", "Decisions", "Preference", "check_preference"]

PREFERENCES: Mapping[str, float] = {"balanced": 1.0, "precision": 0.5, "recall": 2.0}
"""What a user may prefer, each with the beta of the F measure that its thresholds maximise: 1 weighs precision and
recall alike, with 0.5 precision counts twice as much, with 2 recall does (van Rijsbergen's F)."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Thresholds for one preference, and what they reached. Meanings as in `Decisions`."""

    event_types: Mapping[str, float]
    roles: Mapping[str, float]
    entities: Mapping[str, float]
    abstain_below: float
    abstain_above: float
    reached: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """"event_types" and "participants" -> "precision" and "recall": means over the development corpora, each article
    judged by thresholds that were fitted on others. Empty where there are too few articles to tell."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Calibration and thresholds of one model."""

    event_types: Mapping[str, float]
    """Calibrated probability from which an event type is reported, for each type."""
    roles: Mapping[str, float]
    """Probability from which a word is in a mention, for each role; at least `whodid.candidates.LEAST`."""
    entities: Mapping[str, float] = field(default_factory=dict)
    """Calibrated probability from which an entity is reported, for each role; empty: all are."""
    calibration: Calibration = field(default_factory=Calibration)
    """How scores become probabilities."""
    link: float = 0.5
    """Calibrated probability from which a participant is put on an event; the likeliest event always gets it."""
    incident: float = 0.5
    """Probability from which a victim is put on an incident that others have founded; else it founds a new one."""
    joining: float = 0.5
    """Probability from which a perpetrator or weapon is put on an incident; the likeliest always gets it."""
    lone: float = 1.0
    """Probability from which the likeliest victim, or perpetrator, is put on an event that would have none: of the link
    where an event type has none, of being of one incident where an incident has none. 1: nobody is."""
    main: float = 0.5
    """Probability from which an event is marked as the one that the article is mainly about."""
    abstain_below: float = 0.0
    """The model abstains if the probability of any event, `Prediction.event_probability`, is at least this ..."""
    abstain_above: float = 0.0
    """... and less than `abstain_below`. Equal values: it never abstains."""
    preferences: Mapping[str, Preference] = field(default_factory=dict)
    """Thresholds for each of `PREFERENCES`, of which those above are one; empty where none were fitted."""

    def __post_init__(self) -> None:
        """Check that every number is a usable one."""
        _check_thresholds(self)
        for name in ("link", "incident", "joining", "lone", "main"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ModelFolderError(
                    f"threshold of {name!r} is {getattr(self, name)}; it must be above 0 and at most 1"
                )
        for preference in self.preferences.values():
            _check_thresholds(preference)

    @classmethod
    def neutral(cls, ontology: Ontology) -> Decisions:
        """Return thresholds of one half, for a model on which none were fitted."""
        return cls(dict.fromkeys(ontology.type_names, 0.5), dict.fromkeys(ontology.role_names, 0.5))

    def preferring(self, name: str) -> Decisions:
        """Return the thresholds that were fitted for a preference, one of `PREFERENCES`.

        Raises:
            UnknownPreferenceError: there is no such preference, or the model records no thresholds for it.
        """
        check_preference(name)
        chosen = self.preferences.get(name)
        if chosen is None:
            if name == "balanced":
                return self
            raise UnknownPreferenceError(
                f"the model records no thresholds for the preference {name!r}, only balanced ones. "
                "Leave the preference out, or fit it with development data: whodid fit MODEL --help"
            )
        return replace(
            self,
            event_types=chosen.event_types,
            roles=chosen.roles,
            entities=chosen.entities,
            abstain_below=chosen.abstain_below,
            abstain_above=chosen.abstain_above,
        )

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
            read = {
                **data,
                "calibration": Calibration.from_dict(data["calibration"]),
                "preferences": {name: Preference(**one) for name, one in data.get("preferences", {}).items()},
            }
            decisions = cls(**read)
        except (TypeError, KeyError, AttributeError) as error:
            raise ModelFolderError(f"decisions.json does not have the expected keys: {error}") from error
        every: list[Decisions | Preference] = [decisions, *decisions.preferences.values()]
        for one in every:
            _check_labels("event type", one.event_types, ontology.type_names)
            _check_labels("role", one.roles, ontology.role_names)
            if one.entities:
                _check_labels("entity", one.entities, ontology.role_names)
        return decisions


def check_preference(name: str) -> None:
    """Check that there is such a preference.

    Raises:
        UnknownPreferenceError: there is not.
    """
    if name not in PREFERENCES:
        raise UnknownPreferenceError(f"preference {name!r} is unknown; allowed: {one_of(PREFERENCES)}")


def _check_thresholds(thresholds: Decisions | Preference) -> None:
    for name, value in thresholds.event_types.items():
        if not 0.0 < value <= 1.0:
            raise ModelFolderError(f"threshold of {name!r} is {value}; it must be above 0 and at most 1")
    for name, value in thresholds.roles.items():
        if not LEAST <= value <= 1.0:
            raise ModelFolderError(f"threshold of {name!r} is {value}; it must be at least {LEAST} and at most 1")
    for name, value in thresholds.entities.items():
        if not 0.0 <= value <= 1.0:
            raise ModelFolderError(f"threshold of entities in role {name!r} is {value}; it must lie between 0 and 1")
    if not 0.0 <= thresholds.abstain_above <= thresholds.abstain_below <= 1.0:
        raise ModelFolderError(
            f"band of abstention [{thresholds.abstain_above}, {thresholds.abstain_below}) must lie in order between "
            "0 and 1"
        )


def _check_labels(what: str, given: Mapping[str, float], wanted: tuple[str, ...]) -> None:
    if set(given) != set(wanted):
        raise ModelFolderError(
            f"decisions.json has {what} thresholds for {sorted(given)}, but the ontology has {sorted(wanted)}"
        )
