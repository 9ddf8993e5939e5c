"""Words that may belong to a violent or coercive event: a conservative list, meant to find too much.

Whoever widens the ontology widens it.
"""

from __future__ import annotations

__all__ = ["ALARMS", "FIGURATIVE", "STEMS"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STEMS: tuple[str, ...] = tuple(
    sorted(
        _words(
            """
            abduct accus airstrike ambush ammunition anarch apartheid armed arrest arson assail assassin atomic
            atroci bandit beatings behead blackmail blockad bomb brawl brutal bullet burglar carjack casualt chechen
            civilian coerc combat confin conflict convict coroner corps corruption crackdown criminal curfew custod
            cyberattack deadly defendant defraud depor detain detention detonat dictator disappear dissident embargo
            embezzl enslav espionage evict execution exile explod explos extort extradit extremis fatal fraud
            fugitive gangs genocid grenade guerrill gunfire gunm handgun hijack homicid hooligan hostage hostil
            imprison incarcerat indict infiltrat insurgen interrogat intimidat invad invasion iraq islamist israel
            jail jihad kidnap kill knifing lawsuit loot lynch machete massacr mercenar milit missile molest mugg
            mujahid murder napalm nazi occupation offender palestin paramilit penitentiar perpetrat pirac pirate
            plaintiff poison police prison prosecut protest punch racis raided ransom rape rapist rebel refugee
            repress revolt revolution rifle riot rob robb sabot sanction sectarian separatis sexual shell shoot
            slain slaught slay sniper soldier stabb strangl suicid taliban tanker terror theft thief thiev threat
            thug tortur traffick treason troop tsunami tyran vandal venge veteran victim violen warhead warplane
            warship weapon wound wreck
            """
        )
    )
)
"""Beginnings of words that exclude an article."""

ALARMS = _words(
    """
    abuse abused abuser abuses abusing acquitted afghan afghanistan allegation allegations allege alleged allegedly
    alleges ambassador arafat army arsonist baghdad battlefield beaten beslan blasts blaze blood bloodshed bloody
    bosnia burn burned burning burnt cartel ceasefire chaos charged chechnya cia coup court courts crackdown crash
    crashed crime crimes culprit darfur dead death deaths demonstration demonstrations demonstrator demonstrators
    died dies dispute disputes drug drugs eta execute executed fallujah fbi felony fire fired fires firing fled
    frontline fugitives gang gangster gaza gun guns hacker hackers hacking hamas harass harassed harassment
    hezbollah hizbollah hoax hunger hurt illegal illegally injured injuries injuring injury inquest insurgency
    intifada ira iran iranian iraqi judge jury kashmir kgb killer knife knives kosovo kurd kurdish kurds lawyer
    lawyers lebanon legal mafia marines mi5 navy nuclear offence offences officer officers opposition oppress
    oppressed phishing picket pickets pistol pla plo prey probe quds rebels refugees rwanda scandal security
    sentence sentenced serb serbs shia siege smuggle smuggled smuggler smugglers smuggling somalia spies spy spying
    squads stab steal stealing stole stolen stoppage stoppages sudan sue sued sues suing sunni surrender suspect
    suspected suspects suspicion syria tehran trial trials tribunal unrest verdict vigilante virus walkout walkouts
    war warfare warlord warring wars witness witnesses worm yemen zimbabwe
    """
)
"""Words that exclude an article."""

FIGURATIVE = _words(
    """
    accident accidents attack attacked attacker attackers attacking attacks battle battled battles battling beat
    beating bitter blast blasted blow bruise bruising bursts bust captive capture captured capturing clash clashed
    clashes confront confrontation crisis crush crushed damage damaged damages defence defend defended defending
    defense destroy destroyed destroying disappeared disaster dying emergency enemies enemy evacuate evacuated fight
    fighter fighters fighting fights flee fleeing force forced forces forcing fought foul grab grabbed guard guards
    held hit hits hitting holding hunt hunted invade kick militant missing opponent opponents protest raid raids
    rescue rescued rival rivals sacked seize seized shot shots snatch snatched strike striker strikers strikes
    striking struck tackle tackled target targeted targets threw throw thrown torn union unions victory walked wave
    workers
    """
)
"""Words that exclude an article unless it is about sport."""
