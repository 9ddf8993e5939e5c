"""Gold files: annotated articles with their texts, one JSON object per line, as `whodid.schema.gold()` describes.

    {"id": "a1", "title": "Two held", "text": "Gunmen seized Ana Ruiz.", "read_until": 33,
     "events": [{"type": "kidnapping", "main": true,
       "perpetrators": [{"kind": "individual", "mentions": ["Gunmen"]}],
       "victims": [{"mentions": ["Ana Ruiz"], "named": true}], "targets": [], "weapons": []}]}

The article is the title, a blank line and the text, or the text alone; `read_until` (optional) counts its characters
up to where the annotator read, and every mention stands before that as whole words. "victim_names" (optional) lists
victims by name as annotators of another project did, for comparison with its figures. "date", "source" and "region" may
be there, as strings, and are not kept (`whodid_training.annotation.articles` keeps them). A file that breaks a rule is
refused as a whole: nothing is skipped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from whodid.errors import DataError, one_of
from whodid.ontology import DEFAULT, Ontology
from whodid_training.align import occurrences
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.annotated import parse_events, read_jsonl, to_record
from whodid_training.offenders import refuse, repeated

__all__ = ["EXTRA_KEYS", "parse_article", "placeable", "read_gold", "records_of", "write_gold"]

EXTRA_KEYS = ("date", "source", "region")
"""What a line may say about the article besides its id, title, text and events; all are strings."""

_KEYS = ("id", "title", *EXTRA_KEYS, "text", "read_until", "victim_names", "events")

LOST_MENTIONS = "mentions that are not in the text as whole words"
LOST_ENTITIES = "participants without any mention in the text"


def read_gold(path: Path, *, ontology: Ontology = DEFAULT) -> tuple[Article, ...]:
    """Read a gold file (or .gz of one), in its order.

    Args:
        path: the file.
        ontology: which event types and roles are allowed.

    Raises:
        DataError: the file is missing or empty, a line breaks the format, an id comes twice, an event type is unknown,
            or a mention is not in its article.
    """
    records = records_of(path)
    refuse_unknown_types(records, path, ontology)
    articles = tuple(parse_article(record, where=where, ontology=ontology) for where, record in records)
    missing = [
        f"{mention!r} ({entity.role}, article {article.id!r})"
        for article in articles
        for entity, mention in _unplaced(article)
    ]
    refuse(
        missing,
        what=f"{path}: {len(missing)} mentions do not occur in their article as whole words",
        remedy="copy each as printed, from what was read",
    )
    return articles


def write_gold(path: Path, articles: Iterable[Article], *, ontology: Ontology = DEFAULT) -> Counter[str]:
    """Write articles as a gold file, their whole text under "text".

    Returns:
        What the format has no place for and was left out, with how many: mentions that are not in the text, and
        participants that had no other. Empty if everything was written.
    """
    left_out: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        for article in articles:
            kept, lost = placeable(article)
            left_out += lost
            lines.write(json.dumps(_record(kept, ontology), ensure_ascii=False) + "\n")
    return left_out


def placeable(article: Article) -> tuple[Article, Counter[str]]:
    """Keep the mentions that stand in the text that was read; count the others and the participants that they leave."""
    count: Counter[str] = Counter()
    events = tuple(_placed_event(event, _read_text(article), count) for event in article.events)
    return replace(article, events=events), +count


def records_of(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """Read the records of a JSON lines file with their places.

    Raises:
        DataError: the file is missing or empty, a line is not an object with an id, or an id comes twice.
    """
    try:
        records = list(read_jsonl(path))
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise DataError(f"{path} cannot be read: {error}; give a JSON lines file, UTF-8") from error
    if not records:
        raise DataError(f"{path} is empty; there is nothing to score, give a file with at least one article")
    nameless = [where for where, record in records if not isinstance(record.get("id"), str) or not record["id"]]
    refuse(
        nameless,
        what=f"{len(nameless)} records have no id",
        remedy="every record has an 'id', a string that is not empty",
    )
    twice = repeated(record["id"] for _, record in records)
    refuse(twice, what=f"{path}: {len(twice)} ids come more than once", remedy="ids are unique, remove or rename")
    return records


def refuse_unknown_types(records: Iterable[tuple[str, Mapping[str, Any]]], path: Path, ontology: Ontology) -> None:
    """Refuse a file with event types that the ontology lacks, naming the first.

    Raises:
        DataError: there are some.
    """
    unknown = [
        f"{event['type']!r} (article {record['id']!r})"
        for _, record in records
        if isinstance(record.get("events"), list)
        for event in record["events"]
        if isinstance(event, dict) and "type" in event and event["type"] not in ontology.type_names
    ]
    refuse(
        unknown,
        what=f"{path}: {len(unknown)} events have an unknown type",
        remedy=f"allowed: {one_of(ontology.type_names)}",
    )


def parse_article(record: Mapping[str, Any], *, where: str, ontology: Ontology = DEFAULT) -> Article:
    """Read one line of a gold file; whether its mentions stand in the text is not looked at.

    Args:
        record: the line.
        where: its place, for errors.
        ontology: which event types and roles are allowed.

    Raises:
        DataError: a key is missing or unknown, or has the wrong type.
    """
    unknown = sorted(set(record) - set(_KEYS))
    if unknown:
        raise DataError(f"{where}: key {unknown[0]!r} is unknown; allowed: {one_of(_KEYS)}")
    key, text = record.get("id"), record.get("text")
    if not isinstance(key, str) or not key:
        raise DataError(f"{where}: 'id' is {key!r}; it is a string that is not empty")
    if not isinstance(text, str) or not text.strip():
        raise DataError(f"{where}: 'text' is {text!r}; a gold file holds its texts, as strings that are not empty")
    for name in ("title", *EXTRA_KEYS):
        if not isinstance(record.get(name, ""), str):
            raise DataError(f"{where}: {name!r} is {record[name]!r}; it is a string, or absent")
    title = record.get("title")
    whole = f"{title}\n\n{text}" if title else text
    until = record.get("read_until")
    if until is not None and (isinstance(until, bool) or not isinstance(until, int) or not 0 <= until <= len(whole)):
        raise DataError(f"{where}: 'read_until' is {until!r}; it counts characters, from 0 to {len(whole)}")
    return Article(
        key, whole, parse_events(record, ontology=ontology), until, victim_names=_victim_names(record, where)
    )


def _victim_names(record: Mapping[str, Any], where: str) -> tuple[str, ...] | None:
    names = record.get("victim_names")
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
        raise DataError(f"{where}: 'victim_names' is {names!r}; it is a list of names, or absent")
    return tuple(names)


def _record(article: Article, ontology: Ontology) -> dict[str, Any]:
    cut = {} if article.read_until is None else {"read_until": article.read_until}
    names = {} if article.victim_names is None else {"victim_names": list(article.victim_names)}
    events = to_record(article, ontology=ontology)["events"]
    return {"id": article.id, "text": article.text, **cut, **names, "events": events}


def _read_text(article: Article) -> str:
    return article.text[: article.read_until]


def _unplaced(article: Article) -> list[tuple[GoldEntity, str]]:
    text = _read_text(article)
    return [
        (entity, mention)
        for event in article.events
        for entity in event.entities
        for mention in entity.mentions
        if not occurrences(mention, text)
    ]


def _placed_event(event: GoldEvent, text: str, count: Counter[str]) -> GoldEvent:
    entities = []
    for entity in event.entities:
        kept = tuple(mention for mention in entity.mentions if occurrences(mention, text))
        count.update({LOST_MENTIONS: len(entity.mentions) - len(kept), LOST_ENTITIES: int(not kept)})
        if kept:
            entities.append(replace(entity, mentions=kept))
    return replace(event, entities=tuple(entities))
