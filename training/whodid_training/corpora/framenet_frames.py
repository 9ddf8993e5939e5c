"""What FrameNet's violent frames mean in the ontology: a table of frames with their roles and the words that are read.

A frame is read only for words that mean the event in most sentences: a bruise is no attack, and lighting a fire no
arson.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from whodid_training.corpora.nouns import FORCES, kind_of

__all__ = ["FRAMES", "Frame", "played"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame."""

    type: str
    """Event type of the ontology."""
    elements: Mapping[str, str]
    """Frame element -> "perpetrator", "victim", "hit" (people or things), "thing" or "weapon"."""
    words: frozenset[str]
    """Lexical units that are read."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FRAMES: Mapping[str, Frame] = {
    "Kidnapping": Frame(
        "kidnapping",
        {"Perpetrator": "perpetrator", "Victim": "victim"},
        _words("abduct.v kidnap.v snatch.v abduction.n kidnapping.n"),
    ),
    "Attack": Frame(
        "attack",
        {"Assailant": "perpetrator", "Victim": "hit", "Weapon": "weapon"},
        _words("attack.n attack.v ambush.n ambush.v assault.n assault.v raid.n raid.v airstrike.n bombard.v storm.v"),
    ),
    "Killing": Frame(
        "attack",
        {"Killer": "perpetrator", "Victim": "victim", "Instrument": "weapon"},
        _words(
            "assassinate.v behead.v kill.v lynch.v massacre.v murder.v slaughter.v slay.v assassination.n beheading.n "
            "killing.n massacre.n murder.n shooting.n slaying.n"
        ),
    ),
    "Execution": Frame(
        "attack",
        {"Executioner": "perpetrator", "Executed": "victim", "Instrument": "weapon"},
        _words("execute.v guillotine.v hang.v execution.n"),
    ),
    "Cause_harm": Frame(
        "attack",
        {"Agent": "perpetrator", "Victim": "victim", "Instrument": "weapon"},
        _words("batter.v beat.v bludgeon.v flog.v knife.v lash.v punch.v stab.v stone.v torture.v whip.v wound.v"),
    ),
    "Hit_target": Frame("attack", {"Agent": "perpetrator", "Target": "hit"}, _words("shoot.v")),
    "Suicide_attack": Frame(
        "bombing",
        {"Assailant": "perpetrator", "Victim": "hit"},
        frozenset({"suicide attack.n", "suicide attacker.n", "suicide bomber.n", "suicide bombing.n"}),
    ),
    "Detonate_explosive": Frame(
        "bombing", {"Agent": "perpetrator", "Explosive": "weapon", "Victim": "hit"}, _words("detonate.v")
    ),
    "Robbery": Frame(
        "robbery",
        {"Perpetrator": "perpetrator", "Victim": "hit", "Source": "hit"},
        _words("mug.v rob.v hold-up.n mugging.n robbery.n"),
    ),
    "Arson": Frame("arson", {"Perpetrator": "perpetrator", "Victim": "thing"}, _words("arson.n")),
    "Setting_fire": Frame(
        "arson",
        {"Kindler": "perpetrator", "Flammables": "thing"},
        frozenset({"set alight.idio", "set fire.v", "set on fire.v"}),
    ),
    "Rape": Frame("sexual_violence", {"Perpetrator": "perpetrator", "Victim": "victim"}, _words("rape.v rape.n")),
    "Detaining": Frame(
        "detention", {"Authorities": "perpetrator", "Suspect": "victim"}, _words("detain.v intern.v internment.n")
    ),
}
"""Frames that are read."""

_ROLES: Mapping[tuple[str, str], str] = {
    ("perpetrator", "people"): "perpetrator_individual",
    ("perpetrator", "force"): "perpetrator_organization",
    ("victim", "people"): "victim",
    ("victim", "name"): "victim",
    ("hit", "people"): "victim",
    ("hit", "thing"): "target",
    ("thing", "thing"): "target",
    ("weapon", "weapon"): "weapon",
    ("weapon", "thing"): "weapon",
}
"""What a frame element plays, and what its phrase denotes -> role; of other pairs nothing is claimed."""


def played(part: str, phrase: str) -> str | None:
    """Return the role of the ontology that a phrase plays; None if it is not known.

    >>> played("hit", "Jewish settlers"), played("hit", "police station"), played("hit", "Quito")
    ('victim', 'target', None)
    """
    kind = kind_of(phrase)
    words = phrase.split()
    if kind is None and words[0][0].isupper() and words[-1][0].isupper() and not FORCES & {w.lower() for w in words}:
        kind = "name"
    return _ROLES.get((part, kind or ""))
