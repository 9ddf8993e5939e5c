"""What a phrase denotes, as far as its words tell: people, a force, a thing or a weapon; and how guidelines cut it.

Some corpora have one role "attacker" or "target" for people, groups and things alike. A table of nouns decides the
clear cases; of the others nothing is claimed. It is data for the loaders, not a parser.
"""

from __future__ import annotations

import re

__all__ = [
    "BACKGROUND",
    "BARE",
    "FORCES",
    "NOT_MENTIONS",
    "PEOPLE",
    "THINGS",
    "TITLES",
    "WEAPONS",
    "bare_phrase",
    "head_of",
    "kind_of",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PEOPLE = _words(
    """
    abductor abductors accomplice accomplices activist activists adult adults agent agents aide aides ambassador
    assailant assailants assassin assassins attacker attackers attendees babies baby bandit bandits blogger bomber
    bombers boss boy boyfriend boys brother brothers burglar burglars businessman businessmen bystander bystanders
    cadre cadres captain captor captors chief child children civilian civilians clerk colleague colleagues colonel
    commander commanders commuters congressman constable cop cops couple crew criminal criminals crowd crowds
    customer customers daughter daughter-in-law daughters defendant defendants demonstrator demonstrators dictator
    diplomat diplomats dissidents doctor driver drivers employee employees engineer engineers executioner extremist
    extremists families family fan fans farmer farmers father female females fighter fighters firefighters fisherman
    fishermen foreigner foreigners fundamentalist fundamentalists gangster gangsters general girl girlfriend girls
    governor guard guards guerrilla guerrillas guest guests gunman gunmen hijacker hijackers hitman hitmen homeowner
    hooligans hostage hostages housewife hunter hunters husband infant inhabitants inmate inmates insurgents
    intruder intruders investigator jihadist jihadists journalist journalists judge kidnapper kidnappers killer
    killers king labourers lady lawyer lawyers leader leaders locals looters lorry-driver loyalists maid male males
    man marines mastermind masterminds men mercenaries mercenary merchant militant militants militiamen minister
    minors mob mobs monk monks mother motorist motorists mourners mugger muggers murderer murderers neighbor
    neighbors neighbour neighbours non-combatants nuns nurse officer officers official officials onlookers operative
    operatives pair parents partner passenger passengers patients peasants pedestrian pedestrians pensioner
    pensioners people perpetrator perpetrators person persons pilgrims pilot pilots pirate pirates policeman
    policemen policewoman politician politicians president priest priests prince prisoner prisoners prosecutor
    protester protesters protestor protestors raider raiders rapist reactionaries rebel rebels recruits refugee
    refugees reporter reporters republicans residents revellers revolutionaries ringleader rioters robber robbers
    sailor sailors schoolboy schoolchildren schoolgirl schoolgirls schoolteacher secretary senator separatists
    serviceman servicemen settlers shooter shooters shopkeeper shoppers sister sniper snipers soldier soldiers son
    son-in-law sons spectators staff student students supporter supporters suspect suspects teacher teachers teen
    teenager teenagers teens terrorist terrorists thief thieves thug thugs tourist tourists trader traders traveler
    travelers travellers tribesmen trooper troopers troops vandals victim victims vigilantes villager villagers
    volunteers walkers widow wife wives woman women worker workers worshippers writer youngster youngsters youth
    youths
    """
)
"""Nouns that name one or several people."""

FORCES = _words(
    """
    administration agencies agency army authorities brigade brigades cartel cartels cell coalition company faction
    factions forces gang gangs government governments group groups guerrillas junta military militia militias
    movement network organisation organisations organization organizations outfit party police regime ring squad
    squads syndicate taliban unit units
    """
)
"""Nouns that name a group, force or institution, and so the organization behind an event."""

THINGS = _words(
    """
    academy aircraft airliner airport ambulance apartment bank banks bar barracks base bases boat boats bridge
    building buildings bungalow bus buses cafe camp camps car cars cathedral centre center checkpoint checkpoints
    church churches city clinic club college compound convoy convoys cottage depot embassies embassy factories
    factory farm ferry flat flats garage gate headquarters helicopter helicopters home homes hospital hospitals
    hotel hotels house houses installations jail jet jetliner jets jewellers library lorry mall market marketplace
    mosque mosques motorbike motorcycle museum nightclub office offices outpost palace parliament pipeline plane
    planes port post prison property pub pubs pylons railway refinery residence restaurant restaurants school
    schools ship ships shop shops shrine station stations store stores supermarket synagogue synagogues tanker
    tankers temple temples terminal theatre tower towers town towns train trains truck trucks tunnel university van
    vans vehicle vehicles vessel vessels village villages warehouse yacht
    """
)
"""Nouns that name a thing or place that can be attacked."""

WEAPONS = _words(
    """
    ammunition arrow arrows artillery axe axes baton batons bayonet bayonets belt blade bomb bombs bottle bottles
    bow brick bricks bullet bullets cane club clubs device devices dynamite explosive explosives firearm firearms
    gas grenade grenades gun guns gunfire hammer handgun handguns efp efps ieds ied knife knives machete machetes
    machine-gun machine-guns mine mines missile missiles mortar mortars musket pistol pistols poison razor revolver
    rifle rifles rocket rockets rope screwdriver semtex shell shells shotgun shotguns sledgehammer spear spears
    stick sticks stone stones sword swords tank tanks tnt torpedo torpedoes vbied vbieds weapon weapons whip whips
    drone drones
    """
)
"""Nouns that name what people are hurt with."""

NOT_MENTIONS = _words(
    """
    i me my mine we us our ours you your yours he him his himself she her hers herself it its itself they them their
    theirs themselves myself ourselves yourself who whom whose which what that this these those one ones other
    others another some someone somebody anyone anybody everyone everybody everything nobody no-one none nothing
    something more many most few fewer several all both each either neither any half dozens hundreds thousands
    scores two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand
    victim's
    """
)
"""Words that are no mention by themselves: pronouns, quantities, numbers."""

_DETERMINERS = _words(
    """
    a an the this that these those my your his her its our their some any no every each all both another other
    others several many most more few dozens hundreds thousands scores two three four five six seven eight nine ten
    eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty
    hundred thousand million at least about around nearly almost over up half
    """
)
_PREPOSITIONS = _words(
    """
    of in on at by with from to for against into onto upon between among after before during towards toward through
    near outside inside behind under over like including without within as
    """
)
_SMALL_WORDS = _words(
    """
    and or but when while where who which that than if because is are was were be been being has have had do did
    does killed killing kills kill injured injuring wounded wounding wound shot hurt hit left leaving murdered
    attacked attacking targeted targeting bombed struck kidnapped abducted said
    """
)
BARE = _DETERMINERS | _PREPOSITIONS | _SMALL_WORDS
"""Words before which a noun phrase begins: a noun that follows one has no adjective or noun in front of it."""

BACKGROUND = _words(
    """
    was were is are be been being am has have had do does did will would can could may might shall should must said
    says say told added according to from at by with for that who whom which when while where after before on in
    into as it he she they him her his hers their them its we us our you your i me my a an this these those not no
    if but or because so than then there here also just about around during until since through very too why how
    what
    """
)
"""Words that stand outside every role wherever they are, and never open a mention."""

TITLES = _words(
    """
    mr mrs ms miss dr sir lord lady general gen colonel col captain capt major sergeant sgt lieutenant lt corporal
    private constable detective inspector officer deputy president professor prof senator rev reverend father
    """
)
"""What stands before a name and is no part of it."""
_STOP = re.compile(r"[,;:()\[\]\"“”]|\b(?:who|whom|whose|which|that|where|when|while|and|or|but)\b|\s[-–—]+\s")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")


def kind_of(phrase: str) -> str | None:
    """Say what a noun phrase denotes by its last word: "people", "force", "thing" or "weapon"; None: not known.

    >>> kind_of("suicide bombers"), kind_of("security forces"), kind_of("London Bridge"), kind_of("Vargas")
    ('people', 'force', 'thing', None)
    """
    head = head_of(phrase)
    for kind, nouns in (("people", PEOPLE), ("force", FORCES), ("weapon", WEAPONS), ("thing", THINGS)):
        if head in nouns:
            return kind
    return None


def head_of(phrase: str) -> str:
    """Return the last word before the first "of", in lower case.

    >>> head_of("members of the Red Front")
    'members'
    """
    words = _WORD.findall(phrase.split(" of ", maxsplit=1)[0].lower())
    return words[-1] if words else ""


def bare_phrase(phrase: str) -> tuple[int, int] | None:
    """Cut a noun or prepositional phrase as the guidelines do; None where a table of words cannot tell how.

    Prepositions, articles, possessives, quantities and titles before it go, and so does a relative clause or whatever
    follows a comma or a later preposition; two people joined by "and" are not told apart.

    Returns:
        Offsets of what is left.

    >>> phrase = "by the two unidentified gunmen who fled"
    >>> phrase[slice(*bare_phrase(phrase))]
    'unidentified gunmen'
    >>> bare_phrase("Ana and Luz Ruiz"), bare_phrase("some of them")
    (None, None)
    """
    stop = _STOP.search(phrase)
    if stop and stop.group().lower() in ("and", "or", "but", "(", '"', "“"):
        return None
    words = list(_WORD.finditer(phrase, 0, stop.start() if stop else len(phrase)))
    while words and _skipped_before(words[0].group()):
        words.pop(0)
    for index, word in enumerate(words):
        if word.group().lower() in _PREPOSITIONS:
            if word.group().lower() == "of":
                return None
            words = words[:index]
            break
    if not words or words[-1].group().lower() in NOT_MENTIONS or len(words) > 5:
        return None
    return words[0].start(), words[-1].end()


def _skipped_before(word: str) -> bool:
    lower = word.lower()
    return lower in _DETERMINERS or lower in _PREPOSITIONS or lower in TITLES or word.isdigit() or lower.endswith("'s")
