"""Prediction files: JSON lines as `whodid predict` writes them, read back as `Prediction`s of gold articles.

A file answers for exactly the articles of the gold file, in any order; `whodid predict GOLD -o FILE` makes one. Its
offsets count in the gold article: title, blank line and text, or the text alone. A file that breaks a rule is refused
as a whole, so that no prediction is silently left out of a score.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from whodid.errors import DataError, one_of
from whodid.ontology import DEFAULT, Ontology, Role
from whodid.types import RESULT_SCHEMA_VERSION, SLOTS, Entity, Event, Mention, Prediction, Sentence
from whodid_training.article import Article
from whodid_training.gold import records_of, refuse_unknown_types
from whodid_training.offenders import refuse

__all__ = ["read_predictions", "write_predictions"]

Record = Mapping[str, Any]


def read_predictions(
    path: Path, articles: Sequence[Article], *, ontology: Ontology = DEFAULT
) -> tuple[Prediction, ...]:
    """Read the predictions for these articles, in their order.

    Args:
        path: the file (or .gz of one).
        articles: the gold articles, as `read_gold` returns them.
        ontology: which event types and roles are allowed.

    Raises:
        DataError: the file is missing or empty, does not cover the same articles, repeats an id, has an unknown event
            type or role, lacks a score, or has a mention or sentence that does not stand in the article where it says.
    """
    placed = records_of(path)
    records = {record["id"]: (where, record) for where, record in placed}
    _same_articles(records, articles, path)
    refuse_unknown_types(placed, path, ontology)
    _known_roles_and_scores(records, path, ontology)
    predictions = tuple(_prediction(*records[article.id], article, ontology) for article in articles)
    wrong = [
        f"{part.text!r} at {part.start}-{part.end} (article {article.id!r})"
        for article, prediction in zip(articles, predictions, strict=True)
        for event in prediction.events
        for part in (*event.evidence, *(mention for entity in event.entities for mention in entity.mentions))
        if article.text[part.start : part.end] != part.text or not 0 <= part.start < part.end
    ]
    refuse(
        list(dict.fromkeys(wrong)),
        what=f"{path}: {len(set(wrong))} mentions or sentences are not what stands in the article at their offsets",
        remedy="predict on the texts of this gold file, with the same title: whodid predict GOLD -o FILE",
    )
    return predictions


def write_predictions(
    path: Path, articles: Sequence[Article], predictions: Sequence[Prediction], *, source: str
) -> None:
    """Write predictions for articles, as `whodid predict` would.

    Args:
        path: the file to write.
        articles: what was read, in order.
        predictions: one for each.
        source: what the lines give as their origin, such as "muc4 dev".
    """
    with path.open("w", encoding="utf-8", newline="\n") as lines:
        for number, (article, prediction) in enumerate(zip(articles, predictions, strict=True), start=1):
            line = {"id": article.id, "source": source, "line": number, **prediction.to_dict()}
            lines.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")


def _same_articles(records: Mapping[str, Any], articles: Sequence[Article], path: Path) -> None:
    known = {article.id for article in articles}
    for ids, what in (
        ([repr(article.id) for article in articles if article.id not in records], "gold articles have no prediction"),
        ([repr(key) for key in records if key not in known], "predictions have no gold article"),
    ):
        refuse(
            ids,
            what=f"{path} and the gold file do not cover the same articles. {len(ids)} {what}",
            remedy="predict on exactly the gold file: whodid predict GOLD -o FILE",
        )


def _known_roles_and_scores(records: Mapping[str, tuple[str, Record]], path: Path, ontology: Ontology) -> None:
    roles = [
        f"{entity.get('role')!r} (article {key!r})"
        for key, (where, record) in records.items()
        for event in _objects(record, "events", where)
        for slot in SLOTS
        for entity in _objects(event, slot, where)
        if entity.get("role") not in ontology.role_names
    ]
    refuse(
        roles,
        what=f"{path}: {len(roles)} participants have an unknown role",
        remedy=f"allowed: {one_of(ontology.role_names)}",
    )
    wanted = set(ontology.type_names)
    scores = [
        f"{sorted(wanted ^ set(_value(record, 'scores', dict, where)))[0]!r} (article {key!r})"
        for key, (where, record) in records.items()
        if set(_value(record, "scores", dict, where)) != wanted
    ]
    refuse(
        scores,
        what=f"{path}: {len(scores)} predictions lack the score of an event type or have one of an unknown type",
        remedy=f"each has one of {', '.join(ontology.type_names)}",
    )


def _prediction(where: str, record: Record, article: Article, ontology: Ontology) -> Prediction:
    version = record.get("schema_version")
    if version != RESULT_SCHEMA_VERSION:
        raise DataError(
            f"{where}: schema_version is {version!r}; this version of whodid reads {RESULT_SCHEMA_VERSION!r}: "
            "predict again, with the same version"
        )
    roles = {role.name: role for role in ontology.roles}
    events = tuple(_event(event, roles, where) for event in _objects(record, "events", where))
    listed = _value(record, "event_types", list, where)
    if listed != list(dict.fromkeys(event.type for event in events)):
        raise DataError(f"{where}: 'event_types' is {listed!r}, but the events are {[event.type for event in events]}")
    return Prediction(
        text=article.text,
        events=events,
        scores={name: _probability(record["scores"], name, where) for name in ontology.type_names},
        windows=_value(record, "windows", int, where),
        abstained=_value(record, "abstained", bool, where),
    )


def _event(event: Record, roles: Mapping[str, Role], where: str) -> Event:
    linked = [(entity, slot) for slot in SLOTS for entity in _objects(event, slot, where)]
    return Event(
        type=event.get("type", ""),
        confidence=_probability(event, "confidence", where),
        entities=tuple(_entity(entity, roles[entity["role"]], slot, where) for entity, slot in linked),
        links=tuple(_probability(entity, "link", where) for entity, _ in linked),
        main=_value(event, "main", bool, where),
        evidence=tuple(Sentence(*_stretch(sentence, where)) for sentence in _objects(event, "evidence", where)),
    )


def _entity(entity: Record, role: Role, slot: str, where: str) -> Entity:
    if role.slot != slot:
        raise DataError(f"{where}: role {role.name!r} stands under {slot!r}; it belongs under {role.slot!r}")
    mentions = tuple(Mention(*_stretch(mention, where)) for mention in _objects(entity, "mentions", where))
    if not mentions:
        raise DataError(f"{where}: a participant in role {role.name!r} has no mentions; give at least one")
    return Entity(
        text=_value(entity, "text", str, where),
        role=role.name,
        slot=slot,
        kind=role.kind,
        named=_value(entity, "named", bool, where),
        confidence=_probability(entity, "confidence", where),
        mentions=mentions,
    )


def _stretch(record: Record, where: str) -> tuple[int, int, str]:
    return _value(record, "start", int, where), _value(record, "end", int, where), _value(record, "text", str, where)


def _objects(record: Record, key: str, where: str) -> Iterator[Record]:
    for entry in _value(record, key, list, where):
        if not isinstance(entry, dict):
            raise DataError(f"{where}: {key!r} holds {entry!r}; it is a list of objects")
        yield entry


def _value(record: Record, key: str, kind: type, where: str) -> Any:
    value = record.get(key)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise DataError(f"{where}: {key!r} is {value!r}; it must be of type {kind.__name__}")
    return value


def _probability(record: Record, key: str, where: str) -> float:
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise DataError(f"{where}: {key!r} is {value!r}; it is a probability between 0 and 1")
    return float(value)
