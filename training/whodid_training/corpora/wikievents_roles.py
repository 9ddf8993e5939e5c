"""What WikiEvents's types and argument roles mean in the ontology: tables, and the cases that they cannot decide.

Its one type `Conflict.Attack` covers bombs and bullets alike, its "Attacker" and "Target" people, groups and things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whodid_training.corpora.nouns import kind_of

__all__ = ["ROLES", "Argument", "Event", "event_type", "known_people", "role_of"]


@dataclass(frozen=True, slots=True)
class Argument:
    """A participant of an event, as published."""

    role: str
    text: str
    """Tokens separated by spaces."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event, as published; where its trigger stands is not known."""

    type: str
    trigger: str
    """Tokens separated by spaces."""
    arguments: tuple[Argument, ...]


ROLES: Mapping[tuple[str, str], str] = {
    ("Conflict.Attack", "Attacker"): "perpetrator",
    ("Conflict.Attack", "Target"): "target",
    ("Conflict.Attack", "ExplosiveDevice"): "weapon",
    ("Conflict.Attack", "Instrument"): "weapon",
    ("Life.Die", "Killer"): "perpetrator",
    ("Life.Die", "Victim"): "victim",
    ("Life.Injure", "Injurer"): "perpetrator",
    ("Life.Injure", "Victim"): "victim",
    ("Life.Injure", "Instrument"): "weapon",
}
"""Type and role -> what is played, before people, groups and things are told apart; other arguments have no part."""

_TYPES = frozenset(kind for kind, _ in ROLES)
_PERSONAL = frozenset(("Victim", "Detainee", "Defendant"))
"""Roles that only people play; "Victim" of any type."""

_BOMBING = re.compile(
    r"bomb|explo|blast|deton|bl[eo]w|went of|go of|gone of|goes of|going of|set of|setting of|planted|placed", re.I
)
_OTHER_ATTACK = re.compile(
    r"shot|shoot|gun|fire|stab|murder|assassinat|ambush|clash|raid|beat|strike|battle|fight|ram|behead", re.I
)
_BOMBED_BY_HAND = re.compile(r"bomb|explosive|device|ied|mine|grenade|dynamite|semtex|c4|vest", re.I)
_ORGANIZATION = re.compile(
    r"[A-Z]{2,6}s?|.*\b(?:Army|Front|Brigades?|Forces?|Police|Party|Movement|State|Republic|Guards?|Cartel|Council|Navy|"
    r"Air Force|Network|Organization|Union|Federation|Command|Group|Militia|Government|Authority|Ministry|Agency)"
)


def event_type(event: Event, events: Sequence[Event]) -> str | None:
    """Return the event type of the ontology; None if the ontology has none for it.

    A trigger such as "attack" or "killed" says nothing about the means: then it is a bombing where the document's other
    events are, and an attack elsewhere.
    """
    if event.type not in _TYPES:
        return None
    return _cue(event) or ("bombing" if any(_cue(other) == "bombing" for other in events) else "attack")


def known_people(events: Sequence[Event]) -> frozenset[str]:
    """Names that play a role in a document which only people can play, and their last words."""
    names = {
        argument.text
        for event in events
        for argument in event.arguments
        if argument.role in _PERSONAL and argument.text[:1].isupper()
    }
    return frozenset(names | {name.split()[-1] for name in names})


def role_of(argument: Argument, event: Event, *, people: frozenset[str]) -> str | None:
    """Return the role of the ontology that an argument plays; None if it may be one of several or none.

    Args:
        argument: one of the event's.
        event: of a type that `event_type` knows.
        people: from `known_people`.
    """
    played = ROLES.get((event.type, argument.role))
    if played in ("victim", "weapon"):
        return played
    person = argument.text in people or argument.text.split()[-1] in people
    kind = "people" if person else kind_of(argument.text)
    if kind is None and _ORGANIZATION.fullmatch(argument.text):
        kind = "force"
    if played == "perpetrator":
        return {"people": "perpetrator_individual", "force": "perpetrator_organization"}.get(kind or "")
    if played == "target":
        return {"people": "victim", "thing": "target"}.get(kind or "")
    return None


def _cue(event: Event) -> str | None:
    if event.type != "Conflict.Attack":
        return None
    devices = [argument.text for argument in event.arguments if argument.role in ("ExplosiveDevice", "Instrument")]
    if any(_BOMBED_BY_HAND.search(device) for device in devices):
        return "bombing"
    if _OTHER_ATTACK.search(event.trigger) or any(argument.role == "Instrument" for argument in event.arguments):
        return "attack"
    return "bombing" if _BOMBING.search(event.trigger) else None
