"""The event types and roles that a model knows, with their definitions.

An ontology is data: the shipped one stands below as two tables and travels inside the model folder; users may train on
their own. `SLOTS` of `whodid.types` are fixed, so that every event has the same four lists of participants; a role says
which of them it fills.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from whodid.errors import OntologyError, one_of
from whodid.types import SLOTS

__all__ = ["DEFAULT", "EventType", "Ontology", "Role"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KINDS = ("individual", "organization")


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event, as an annotator would decide it."""

    name: str
    """Lower-case identifier, such as "kidnapping"."""
    definition: str
    """What it covers, in one sentence."""


@dataclass(frozen=True, slots=True)
class Role:
    """A part that someone or something plays in an event."""

    name: str
    """Lower-case identifier, such as "perpetrator_individual"."""
    definition: str
    """Who or what plays it, in one sentence."""
    slot: str
    """Which list of an event it fills: one of `SLOTS`."""
    kind: str | None = None
    """"individual", "organization" or None where the role does not tell them apart."""


@dataclass(frozen=True, slots=True)
class Ontology:
    """Event types and roles, in the order in which a model scores them."""

    event_types: tuple[EventType, ...]
    roles: tuple[Role, ...]
    """May be empty: a model then tells what happened, and nobody who took part."""

    def __post_init__(self) -> None:
        """Check that names are identifiers, unique, and that slots and kinds exist."""
        if not self.event_types:
            raise OntologyError("an ontology needs at least one event type; none was given")
        for what, names in (("event type", self.type_names), ("role", self.role_names)):
            for name in names:
                if not _NAME.fullmatch(name):
                    raise OntologyError(f"{what} {name!r} is not a lower-case identifier such as 'armed_robbery'")
                if names.count(name) > 1:
                    raise OntologyError(f"{what} {name!r} is defined {names.count(name)} times; names must be unique")
        for role in self.roles:
            if role.slot not in SLOTS:
                raise OntologyError(f"role {role.name!r} fills slot {role.slot!r}; allowed: {one_of(SLOTS)}")
            if role.kind is not None and role.kind not in _KINDS:
                raise OntologyError(f"role {role.name!r} has kind {role.kind!r}; allowed: {one_of(_KINDS)} or none")

    @property
    def type_names(self) -> tuple[str, ...]:
        """Names of the event types, in order."""
        return tuple(event_type.name for event_type in self.event_types)

    @property
    def role_names(self) -> tuple[str, ...]:
        """Names of the roles, in order."""
        return tuple(role.name for role in self.roles)

    def role_for(self, slot: str, kind: str | None = None) -> Role | None:
        """Return the role that fills `slot` for participants of `kind`, or None if this ontology has none."""
        return next((role for role in self.roles if role.slot == slot and role.kind in (kind, None)), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON or TOML."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Ontology:
        """Read what `to_dict` wrote.

        Raises:
            OntologyError: a key is missing or unknown, or a rule is broken.
        """
        try:
            return cls(
                event_types=tuple(EventType(**entry) for entry in _tables(data, "event_types")),
                roles=tuple(Role(**entry) for entry in _tables(data, "roles")),
            )
        except TypeError as error:
            raise OntologyError(f"an event type has 'name' and 'definition', a role also 'slot': {error}") from error


def _tables(data: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    entries = data.get(key)
    if not isinstance(entries, Sequence) or not all(isinstance(entry, Mapping) for entry in entries):
        raise OntologyError(f"an ontology has {key!r}, a list of tables; got {entries!r}")
    return entries


DEFAULT = Ontology(
    event_types=(
        EventType(
            "attack",
            "Killing, murder, assassination, shooting, stabbing, beating, torture, armed raid or clash, massacre, "
            "airstrike, drone strike, shelling, rocket fire, vehicle ramming, death threat; violence that fits no "
            "other type.",
        ),
        EventType(
            "bombing",
            "An explosive device planted, thrown, carried or driven: bomb, car bomb, suicide bombing, mine, grenade, "
            "letter bomb; also a defused or failed one. Aerial bombs, shells and rockets are attacks.",
        ),
        EventType(
            "kidnapping", "Abduction, hostage-taking, enforced disappearance, hijacking with people held; with ransom."
        ),
        EventType("arson", "Property set on fire on purpose."),
        EventType("robbery", "Taking property by force or threat: armed robbery, looting, cattle raid, extortion."),
        EventType("sexual_violence", "Rape, sexual assault, sexual abuse."),
        EventType(
            "detention",
            "Arrest or imprisonment reported as something done to someone (journalists, activists, opponents, "
            "protesters, civilians); not the arrest of a suspect for a crime that is itself an event.",
        ),
        EventType(
            "forced_work_stoppage", "Work, transport or business stopped by force or threat; not a labour strike."
        ),
    ),
    roles=(
        Role(
            "perpetrator_individual",
            "A person or unnamed people who did it, are accused or suspected of it, or claimed it.",
            slot="perpetrators",
            kind="individual",
        ),
        Role(
            "perpetrator_organization",
            "The group, force, government or company behind it, named or as an institution.",
            slot="perpetrators",
            kind="organization",
        ),
        Role(
            "victim",
            "People killed, hurt, abducted, detained, robbed, assaulted or threatened, or the intended human target.",
            slot="victims",
        ),
        Role("target", "A thing or place attacked.", slot="targets"),
        Role("weapon", "What was used.", slot="weapons"),
    ),
)
"""The ontology of the shipped model; the annotation guidelines in `data/GUIDELINES.md` say more."""
