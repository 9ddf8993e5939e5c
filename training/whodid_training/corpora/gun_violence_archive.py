"""Gun Violence Archive: articles joined to the archive's table of participants, which gives weak labels.

A participant's name is looked for in the article; `whodid_training.corpora.people` says what is known of the rest. A
register has names that a newspaper writes otherwise, and its parts ("victim", "suspect") are those of the incident.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from whodid.errors import DataError
from whodid_training.article import Article, GoldEvent
from whodid_training.corpora.annotated import read_jsonl
from whodid_training.corpora.loaded import LoadedCorpus, by_id
from whodid_training.corpora.people import Person, mark_people

__all__ = ["load_gun_violence_archive", "variants"]

_ROLES: Mapping[tuple[str, bool], str] = {
    ("Victim", False): "victim",
    ("Subject-Suspect", False): "perpetrator_individual",
    ("Subject-Suspect", True): "perpetrator_individual",
}
"""Type, and whether the person was arrested -> role; an arrested victim may have shot too."""

_HELD_OUT = re.compile(r"December \d+, 2015|2016$")
"""Dates of incidents of the time from which the test half of the Gun Violence Database comes, and a little before."""

_NOT_AN_ATTACK = re.compile(r"\b(?:accident\w*|unintention\w*|suicid\w*|negligent\w*)\b", re.IGNORECASE)
_SUFFIX = re.compile(r",? (?:Jr|Sr|II|III|IV)\.?$")

_DATE = "articles without a date, or of the months of another corpus's test half"
_ROBBERY = "articles about armed robberies"
_ACCIDENT = "articles that speak of an accident or a suicide"
_NOBODY = "articles without the name of a participant"
_AGAIN = "further articles about the same incident"
_UNCLEAR = "participants whose part is not clear"
_ABSENT = "participants whose name is not in the article"
_NAMELESS = "participants without a full name"


def load_gun_violence_archive(folder: Path, split: str) -> LoadedCorpus:
    """Read articles.jsonl.gz; of each incident the first article that names a participant.

    Args:
        folder: holds the file.
        split: "train".

    Raises:
        DataError: the file breaks its format, or an id comes twice.
        FileNotFoundError: it is missing.
    """
    dropped: Counter[str] = Counter()
    articles: dict[str, Article] = {}
    for where, record in read_jsonl(folder / "articles.jsonl.gz"):
        key, incident, title, text = (_string(record, part, where) for part in ("id", "incident", "title", "text"))
        whole = f"{title}\n\n{text}"
        participants = _participants(record, where)
        reason = _AGAIN if incident in articles else _reason(record, participants, whole)
        article = None if reason else _article(key, whole, participants, dropped)
        if article is None:
            dropped[reason or _NOBODY] += 1
        else:
            articles[incident] = article
    by_id(((article.id, article) for article in articles.values()), where=str(folder))
    return LoadedCorpus("gun_violence_archive", split, tuple(articles.values()), +dropped)


def variants(name: str) -> Iterator[str]:
    """Yield the ways in which a newspaper may write a name of the register, the fullest first.

    >>> list(variants("Ana Maria Ruiz Jr"))
    ['Ana Maria Ruiz', 'Ana M. Ruiz', 'Ana Ruiz']
    """
    words = _SUFFIX.sub("", name.strip()).split()
    if len(words) < 2:
        return
    yield " ".join(words)
    if len(words) == 3 and len(words[1].rstrip(".")) > 1:
        yield f"{words[0]} {words[1][0]}. {words[2]}"
    if len(words) > 2:
        yield f"{words[0]} {words[-1]}"


def _article(key: str, text: str, participants: Sequence[Mapping[str, Any]], dropped: Counter[str]) -> Article | None:
    people: dict[str, Person] = {}
    others: list[str] = []
    lost: Counter[str] = Counter()
    for participant in participants:
        name = str(participant.get("Name") or "")
        role = _ROLES.get((str(participant.get("Type")), "Arrested" in str(participant.get("Status"))))
        written = next((variant for variant in variants(name) if variant in text), None)
        clash = written in people and people[written].role != role if written else False
        if role is None or clash or written is None:
            others.append(name)
            lost[_UNCLEAR if role is None or clash else _ABSENT if " " in name.strip() else _NAMELESS] += 1
        if clash and written:
            del people[written]
        elif role and written:
            people[written] = Person(role, written)
    found = mark_people(text, tuple(people.values()), others=others)
    if not found.entities:
        return None
    lost[_ABSENT] += len(found.missing)
    dropped.update(lost)
    return Article(key, text, (GoldEvent("attack", found.entities),), unsure=found.unsure)


def _reason(record: Mapping[str, Any], participants: Sequence[Mapping[str, Any]], text: str) -> str | None:
    """Say why an article is left out; None if it is not."""
    date = record.get("date")
    if not date or _HELD_OUT.search(str(date)):
        return _DATE
    if any("Robbery" in str(participant.get("Relationship")) for participant in participants):
        return _ROBBERY
    return _ACCIDENT if _NOT_AN_ATTACK.search(text) else None


def _participants(record: Mapping[str, Any], where: str) -> Sequence[Mapping[str, Any]]:
    participants = record.get("participants")
    if not isinstance(participants, list) or not all(isinstance(participant, dict) for participant in participants):
        raise DataError(f"{where}: 'participants' is {participants!r}; it is a list of objects with 'Type' and 'Name'")
    return participants


def _string(record: Mapping[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise DataError(f"{where}: {key!r} is {value!r}; it is a string")
    return value
