"""A keyword lexicon: event types by counting word stems, participants by a few nouns and one pattern.

It is what an analyst would write in an afternoon. One word of a type is enough to report it; its "probability" is
1 - 0.5 ** (different words found), which is no more than an order of sureness.

>>> found = read_keywords("Gunmen abducted the editor for ransom.", event_types=("kidnapping",), roles=ROLE_NAMES)
>>> found.event_types, [entity.text for entity in found.perpetrators]
(('kidnapping',), ['Gunmen'])
>>> [(entity.text, entity.named) for entity in read_keywords(
...     "Ana Ruiz was kidnapped; no ransom.", event_types=("kidnapping",), roles=ROLE_NAMES).victims]
[('Ana Ruiz', True)]
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from whodid.ontology import DEFAULT
from whodid.types import SLOTS, Entity, Event, Mention, Prediction

__all__ = ["ROLE_NAMES", "STEMS", "read_keywords"]

ROLE_NAMES = DEFAULT.role_names
"""Roles that the lexicon knows."""

STEMS: Mapping[str, tuple[str, ...]] = {
    "attack": (
        "kill", "murder", "assassinat", "shot dead", "gunned down", "opened fire", "stabb", "massacre", "behead",
        "lynch", "airstrike", "air strike", "shelling", "ambush", "tortur", "beaten", "death threat", "gunm", "wounded",
    ),
    "bombing": ("bomb", "explosive", "detonat", "blast", "grenade", "landmine", "dynamite"),
    "kidnapping": ("kidnap", "abduct", "hostage", "ransom", "captor", "forcibly disappeared", "hijack", "in captivity"),
    "arson": ("arson", "torched", "set fire", "set on fire", "set ablaze", "burned down", "firebomb"),
    "robbery": ("robb", "loot", "stole", "extort", "heist", "cattle raid"),
    "sexual_violence": ("rape", "raping", "rapist", "sexual assault", "sexually", "sexual abuse", "sexual violence"),
    "detention": ("detain", "detention", "imprison", "jailed", "arrested", "behind bars", "custody", "sentenced to"),
    "forced_work_stoppage": ("armed strike", "forced to close", "roadblock", "transport strike", "curfew", "shut down"),
}  # fmt: skip
"""Beginnings of words or phrases, by event type."""

_NOUNS: Mapping[str, str] = {
    "perpetrator_individual": "gunm[ae]n|militants|rebels|guerrillas|terrorists|assailants?|attackers?|kidnappers|"
    "suspects?|soldiers|insurgents|(?:armed|masked) men|(?:suicide )?bombers?",
    "perpetrator_organization": "police|army|military|security forces|taliban|islamic state|isis|boko haram|"
    "al[- ]shabaab|al[- ]qaeda|farc|eln|fmln|shining path|authorities",
    "weapon": "(?:car |roadside |suicide )?bombs?|grenades?|explosives?|dynamite|(?:assault )?rifles?|pistols?|guns?|"
    "kni(?:fe|ves)|machetes?|machine ?guns?",
}
"""Nouns that fill a role wherever they stand."""

_HARM = (
    "killed|murdered|assassinated|shot|stabbed|wounded|injured|kidnapped|abducted|seized|detained|arrested|jailed|"
    "imprisoned|raped|beaten|tortured|robbed"
)
_VICTIM = re.compile(rf"(?:([\w’'-]+) )?([\w’'-]+) (?:was|were|has been|have been) (?:{_HARM})\b", re.IGNORECASE)
_STEM_PATTERNS = {
    name: tuple(re.compile(rf"\b{re.escape(stem)}", re.IGNORECASE) for stem in stems) for name, stems in STEMS.items()
}
_NOUN_PATTERNS = {role: re.compile(rf"\b(?:{nouns})\b", re.IGNORECASE) for role, nouns in _NOUNS.items()}
_DULL = frozenset("he she they it we i who that which people and the a an of in by at were was".split())  # noqa: SIM905
"""Words that are no victim's name or description by themselves."""


def read_keywords(text: str, *, event_types: Sequence[str], roles: Collection[str]) -> Prediction:
    """Look for the words of the lexicon.

    Args:
        text: the article.
        event_types: types to score; those that the lexicon lacks get 0.
        roles: roles to fill, of those in `ROLE_NAMES`.
    """
    counts = {name: _different(text, name) for name in event_types}
    entities = tuple(_entities(text, roles))
    reported = sorted((name for name in event_types if counts[name]), key=lambda name: -counts[name])
    return Prediction(
        text,
        events=tuple(Event(name, _sureness(counts[name]), entities) for name in reported),
        scores={name: _sureness(count) for name, count in counts.items()},
        windows=int(bool(text.strip())),
        abstained=False,
    )


def _different(text: str, event_type: str) -> int:
    return sum(pattern.search(text) is not None for pattern in _STEM_PATTERNS.get(event_type, ()))


def _sureness(count: int) -> float:
    return 1.0 - 0.5**count


def _entities(text: str, roles: Collection[str]) -> Iterator[Entity]:
    """One participant for each different string in a role, whatever its case, in the order of `SLOTS` and the text."""
    found: dict[tuple[str, str], Entity] = {}
    for role, mention, named in _mentions(text):
        if role in roles:
            key = (role, mention.text.lower())
            known = found.get(key)
            found[key] = (
                replace(known, mentions=(*known.mentions, mention)) if known else _entity(role, mention, named=named)
            )
    yield from sorted(found.values(), key=lambda entity: (SLOTS.index(entity.slot), entity.mentions[0]))


def _mentions(text: str) -> Iterator[tuple[str, Mention, bool]]:
    for role, pattern in _NOUN_PATTERNS.items():
        for match in pattern.finditer(text):
            yield role, Mention(match.start(), match.end(), match.group()), False
    for match in _VICTIM.finditer(text):
        first, last = match.group(1), match.group(2)
        named = last.istitle() and bool(first) and first.istitle()
        start = match.start(1) if named else match.start(2)
        if last.lower() not in _DULL:
            yield "victim", Mention(start, match.end(2), text[start : match.end(2)]), named


def _entity(role: str, mention: Mention, *, named: bool) -> Entity:
    row = next(one for one in DEFAULT.roles if one.name == role)
    return Entity(mention.text, role, row.slot, row.kind, named=named, confidence=0.5, mentions=(mention,))
