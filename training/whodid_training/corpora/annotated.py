"""The project's one annotation format: events with their participants, as JSON lines.

    {"id": "...", "events": [{"type": "kidnapping", "main": true,
      "perpetrators": [{"kind": "individual", "mentions": ["armed men"]}],
      "victims": [{"mentions": ["Mario Vargas", "Vargas"]}], "targets": [], "weapons": []}]}

`parse_events` reads a record, `to_record` writes one, `load_annotated` joins a file of them with a corpus's published
texts. Mentions are strings here; whether they occur in the text is the business of `whodid_training.align`. Files whose
mentions are offsets are read by way of `whodid_training.corpora.standoff`.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whodid.errors import DataError, one_of
from whodid.ontology import DEFAULT, Ontology
from whodid.types import SLOTS
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.corpus import SOURCE_TREE
from whodid_training.corpora.loaded import LoadedCorpus
from whodid_training.corpora.standoff import from_standoff

__all__ = ["AnnotatedSource", "SourceText", "load_annotated", "parse_events", "read_jsonl", "to_record"]

_NOT_ANNOTATED = "published texts without an annotation"


@dataclass(frozen=True, slots=True)
class SourceText:
    """One published text, as its annotators saw it."""

    text: str
    """The whole article."""
    read_until: int | None = None
    """Character offset up to which it was read; None if all of it was."""
    victim_names: tuple[str, ...] | None = None
    """Names of victims that the corpus's authors published; None if they did not."""


@dataclass(frozen=True, slots=True)
class AnnotatedSource:
    """A corpus whose annotations are in the project's format."""

    name: str
    """As in the registry."""
    annotations: str
    """File of annotations below the corpus's folder, or below the project's with `standoff`; "{split}" stands for the
    split."""
    texts: Callable[[Path, str], Mapping[str, SourceText]]
    """Reads the published texts of a split from the corpus's folder, by annotation id."""
    standoff: bool = False
    """Whether mentions are offsets in the published text, so that the annotations hold no word of it."""


def load_annotated(source: AnnotatedSource, folder: Path, split: str, *, ontology: Ontology = DEFAULT) -> LoadedCorpus:
    """Join a split's annotations with its texts, in the order of the texts; texts without an annotation are left out.

    Args:
        source: which corpus.
        folder: where it lies.
        split: one of its splits.
        ontology: which event types and roles are allowed.

    Raises:
        DataError: a file breaks its format, an id comes twice, or an annotation has no text.
        FileNotFoundError: a file is missing.
    """
    path = (SOURCE_TREE if source.standoff else folder) / source.annotations.format(split=split)
    texts = source.texts(folder, split)
    events: dict[str, tuple[GoldEvent, ...]] = {}
    for where, record in read_jsonl(path):
        key = _id(record, where)
        if key in events:
            raise DataError(f"{where}: id {key!r} comes twice; an article is annotated once, remove one of the two")
        if key not in texts:
            raise DataError(f"{where}: no published text has the id {key!r}; ids look like {next(iter(texts), None)!r}")
        whole = from_standoff(record, text=texts[key].text, where=where) if source.standoff else record
        events[key] = parse_events(whole, ontology=ontology)
    articles = tuple(
        Article(key, found.text, events[key], found.read_until, victim_names=found.victim_names)
        for key, found in texts.items()
        if key in events
    )
    return LoadedCorpus(source.name, split, articles, +Counter({_NOT_ANNOTATED: len(texts) - len(articles)}))


def read_jsonl(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each record of a JSON lines file (or .gz of one) with its place, for errors; blank lines are skipped.

    Raises:
        DataError: a line is not a JSON object.
        FileNotFoundError: there is no such file.
    """
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                where = f"{path}, line {number}"
                yield where, _object(line, where)


def parse_events(record: Mapping[str, Any], *, ontology: Ontology = DEFAULT) -> tuple[GoldEvent, ...]:
    """Read the events of one record; only its keys "id" (for errors) and "events" are looked at.

    "main" may be absent or null (the corpus does not say); an entity may also have "named", true or false.

    Args:
        record: one JSON object.
        ontology: which event types and roles are allowed.

    Raises:
        DataError: a key, type or kind is unknown, or an entity has no mentions.
    """
    where = f"record {record.get('id', '(without id)')!r}"
    events = _list(record, "events", where, required=True)
    return tuple(_event(event, f"{where}, event {i}", ontology) for i, event in enumerate(events, start=1))


def to_record(article: Article, *, ontology: Ontology = DEFAULT) -> dict[str, Any]:
    """Return the record of an article: `parse_events` reads the same events from it.

    Participants are grouped by list, so the events come back with their entities in the order of `SLOTS`.
    """
    return {"id": article.id, "events": [_event_record(event, ontology) for event in article.events]}


def _event(event: Any, where: str, ontology: Ontology) -> GoldEvent:
    _keys(event, {"type", "main", *SLOTS}, where)
    if event.get("type") not in ontology.type_names:
        raise DataError(f"{where}: type {event.get('type')!r} is unknown; allowed: {one_of(ontology.type_names)}")
    main = _flag(event, "main", where)
    entities = tuple(
        _entity(entity, slot, f"{where}, {slot} {i}", ontology)
        for slot in SLOTS
        for i, entity in enumerate(_list(event, slot, where), start=1)
    )
    return GoldEvent(type=event["type"], entities=entities, main=main)


def _entity(entity: Any, slot: str, where: str, ontology: Ontology) -> GoldEntity:
    kinds = tuple(role.kind for role in ontology.roles if role.slot == slot and role.kind is not None)
    _keys(entity, {"mentions", "named", *(["kind"] if kinds else [])}, where)
    kind = entity.get("kind")
    if kinds and kind not in kinds:
        raise DataError(f"{where}: kind {kind!r} is unknown; allowed: {one_of(kinds)}")
    role = ontology.role_for(slot, kind)
    if role is None:
        raise DataError(f"{where}: the ontology has no role for {slot}; its roles: {one_of(ontology.role_names)}")
    mentions = _list(entity, "mentions", where, required=True)
    if not mentions or not all(isinstance(mention, str) and mention.strip() for mention in mentions):
        raise DataError(f"{where}: mentions {mentions!r}; an entity has at least one, each a string of the article")
    return GoldEntity(role=role.name, mentions=tuple(dict.fromkeys(mentions)), named=_flag(entity, "named", where))


def _event_record(event: GoldEvent, ontology: Ontology) -> dict[str, Any]:
    record: dict[str, Any] = {"type": event.type}
    if event.main is not None:
        record["main"] = event.main
    roles = {role.name: role for role in ontology.roles}
    for slot in SLOTS:
        record[slot] = [
            _entity_record(entity, roles[entity.role].kind)
            for entity in event.entities
            if roles[entity.role].slot == slot
        ]
    return record


def _entity_record(entity: GoldEntity, kind: str | None) -> dict[str, Any]:
    optional = {"kind": kind, "named": entity.named}
    return {**{key: value for key, value in optional.items() if value is not None}, "mentions": list(entity.mentions)}


def _id(record: Mapping[str, Any], where: str) -> str:
    key = record.get("id")
    if not isinstance(key, str) or not key:
        raise DataError(f"{where}: id {key!r}; every record has an id, a string that is not empty")
    return key


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"{where}: not JSON ({error}); write one object per line") from error
    if not isinstance(record, dict):
        raise DataError(f"{where}: {line.strip()[:60]!r} is not a JSON object; write one object per line")
    return record


def _keys(item: Any, allowed: set[str], where: str) -> None:
    if not isinstance(item, dict):
        raise DataError(f"{where}: {item!r} is not an object with keys {one_of(sorted(allowed))}")
    unknown = sorted(set(item) - allowed)
    if unknown:
        raise DataError(f"{where}: key {unknown[0]!r} is unknown; allowed: {one_of(sorted(allowed))}")


def _list(item: Mapping[str, Any], key: str, where: str, *, required: bool = False) -> list[Any]:
    value = item.get(key, None if required else [])
    if not isinstance(value, list):
        raise DataError(f"{where}: {key!r} is {value!r}; it must be a list")
    return value


def _flag(item: Mapping[str, Any], key: str, where: str) -> bool | None:
    value = item.get(key)
    if value is not None and not isinstance(value, bool):
        raise DataError(f"{where}: {key!r} is {value!r}; allowed: true, false or nothing")
    return value
