"""Words that grouping knows: a table of what kind of participant a noun stands for, and closed classes of small words.

The table is small on purpose: nouns that news uses for perpetrators, victims, targets and weapons, in the singular.
Everything else is judged by its letters alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

__all__ = [
    "COLLECTIVE",
    "COUNTS",
    "FEMALE",
    "LIGHT",
    "LINKING",
    "MALE",
    "NEW",
    "NOUN_KINDS",
    "ORGANIZED",
    "TITLES",
    "WORD",
    "singular",
    "words_of",
]

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


LINKING = _set("a al and at by da de del di do dos du e el for in la las le los of on the to van von y")
"""Words that no name is known by."""

LIGHT = _set(
    """
    a an the this that these those some several many few dozens hundreds thousands scores dozen hundred
    thousand one two three four five six seven eight nine ten eleven twelve at least about more than around
    nearly over up to all both other another his her their its our my of no unidentified unknown suspected
    alleged
"""
)
"""Words before a noun that do not tell one participant from another."""

COUNTS: Mapping[str, int] = {
    word: value
    for value, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)  # noqa: SIM905
}
"""Number words from two on."""

NEW = _set("another second third other fourth more further additional separate")
"""Words that announce somebody else."""

COLLECTIVE = _set(
    """
    police army military family group gang crew crowd mob government regime junta authorities forces force
    troops team squad staff personnel couple pair public community militia party movement front cartel
    organization organisation union unit service council company court security
"""
)
"""Nouns that are neither one nor many."""

TITLES = _set(
    """
    mr mrs ms miss dr prof professor sir lord lady gen general col colonel lt lieutenant capt captain maj
    major sgt sergeant cpl corporal pvt private president minister senator sen rep gov governor mayor judge
    justice msgr monsignor bishop archbishop father fr rev reverend pastor sheikh sheik imam ayatollah mullah
    maulana king queen prince princess don dona doctor engineer deputy officer constable inspector commander
    chief sister brother leader brigadier
"""
)
"""Words before a name that are no part of it."""

MALE = _set(
    """
    man boy father husband son brother gunman policeman businessman salesman schoolboy uncle grandfather
    nephew king prince male priest knifeman
"""
)
FEMALE = _set(
    """
    woman girl mother wife daughter sister policewoman schoolgirl aunt grandmother niece nun queen princess
    female girlfriend housewife
"""
)

ORGANIZED = _set(
    "group organization organisation gang militia movement cartel front party wing mafia army force police government"
)
"""Nouns that end the names of organizations: "Polisario Front"."""

_KINDS: Mapping[str, str] = {
    "agent": """
        attacker assailant gunman shooter suspect militant fighter terrorist rebel guerrilla bandit kidnapper
        captor abductor bomber robber intruder killer assassin insurgent jihadist extremist perpetrator
        offender criminal murderer cadre raider defendant accused thug gang mob miscreant hijacker sniper
        hooligan rioter gangster mercenary militiaman fugitive culprit group member operative pirate boarder
        burglar thief mastermind ringleader accomplice trafficker islamist maoist separatist executioner
        convict commando paramilitary hitman arsonist rapist abuser predator knifeman driver trooper
    """,
    "person": """
        man person individual woman people male female other youth national citizen resident boy girl teenager
        teen adult
    """,
    "affected": """
        victim hostage captive prisoner detainee inmate abductee casualty survivor dead deceased injured
        wounded complainant
    """,
    "force": """
        police officer policeman policewoman cop force troop soldier army military personnel constable guard
        serviceman gendarme trooper security marine official agent
    """,
    "state": "government authority authorities regime junta administration state official military police",
    "child": """
        girl boy child schoolgirl schoolboy schoolchild student pupil teen teenager daughter son minor youth
        infant baby toddler kid
    """,
    "press": """
        journalist reporter photojournalist photographer editor correspondent blogger cameraman broadcaster
        anchor writer columnist
    """,
    "crowd": "protester protestor demonstrator crowd activist supporter dissident people rioter marcher",
    "worker": "worker employee staff labourer laborer personnel engineer driver miner crew aid",
    "held": "hostage captive prisoner detainee inmate passenger missionary",
    "group": """
        group organization organisation gang militia outfit faction movement cartel front syndicate cell
        network ring sect militant rebel insurgent guerrilla extremist terrorist jihadist fighter party wing
        affiliate mafia clan
    """,
    "home": "house home residence apartment flat compound dwelling",
    "building": """
        building office headquarters station factory school store shop market hotel bank church mosque
        hospital plant premise facility
    """,
    "vehicle": "car van bus truck vehicle lorry minibus taxi convoy motorcycle tanker pickup jeep coach train",
    "craft": "aircraft plane jet airliner jetliner helicopter boat ship vessel tanker trawler barge ferry",
    "gun": "gun rifle pistol handgun firearm weapon shotgun revolver",
    "bomb": "bomb device explosive ied charge dynamite grenade mine",
    "blade": "knife machete blade cleaver sword dagger weapon",
}

NOUN_KINDS: Mapping[str, frozenset[str]] = {
    noun: frozenset(kind for kind, nouns in _KINDS.items() if noun in nouns.split())
    for noun in sorted({noun for nouns in _KINDS.values() for noun in nouns.split()})
}
"""Noun in the singular -> kinds of participant that it may stand for."""

_IRREGULAR: Mapping[str, str] = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "wives": "wife",
    "knives": "knife",
    "lives": "life",
    "thieves": "thief",
}


def words_of(text: str) -> list[str]:
    """Split into words without case, accents or a possessive ending.

    >>> words_of("The Mayor's two AIDES"), words_of("José")
    (['the', 'mayor', 'two', 'aides'], ['jose'])
    """
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    words = (word.casefold() for word in WORD.findall(text))
    return [word[:-2] if word.endswith(("'s", "’s")) else word for word in words]


def singular(noun: str) -> tuple[str, bool]:
    """Return the singular of an English noun, and whether it was a plural.

    >>> [singular(noun) for noun in ("gunmen", "bodies", "buses", "police", "boss")]
    [('gunman', True), ('body', True), ('bus', True), ('police', False), ('boss', False)]
    """
    if noun in _IRREGULAR:
        return _IRREGULAR[noun], True
    for ending, instead, shortest in (("men", "man", 5), ("children", "child", 9), ("ies", "y", 5)):
        if noun.endswith(ending) and len(noun) >= shortest:
            return noun[: -len(ending)] + instead, True
    if noun.endswith(("ches", "shes", "xes", "sses", "buses", "gases")):
        return noun[:-2], True
    if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) and len(noun) > 3:
        return noun[:-1], True
    return noun, False
