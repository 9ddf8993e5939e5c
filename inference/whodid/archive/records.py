"""What a run writes of an article: one record with its origin, what read it, and the whole prediction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import whodid
from whodid import schema
from whodid.archive.rows import BadRow, Row
from whodid.render.segments import printable
from whodid.types import SLOTS, Prediction

__all__ = ["Record", "Stamp", "flat_columns", "flat_rows", "json_line", "make_record", "rejected_record", "safe_cell"]

Record = Mapping[str, Any]

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
"""How a cell begins that a spreadsheet may run as a formula; full-width signs count in some of them."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every record says of the run that made it."""

    model_fingerprint: str
    """Of the model: same digits, same answers."""
    whodid_version: str = whodid.__version__
    """Of this library."""


def make_record(row: Row, prediction: Prediction, stamp: Stamp) -> dict[str, Any]:
    """Return the record of one article, as described by `whodid.schema.prediction()`."""
    origin = {"id": row.id, "source": row.source, "row": row.row, "line": row.line}
    optional = {"title": row.title, "date": row.date}
    return {
        **origin,
        **{name: value for name, value in optional.items() if value is not None},
        "model_fingerprint": stamp.model_fingerprint,
        "whodid_version": stamp.whodid_version,
        **prediction.to_dict(),
    }


def rejected_record(row: BadRow) -> dict[str, Any]:
    """Return the record of one entry that could not be used."""
    fields = asdict(row)
    return {name: fields[name] for name in ("source", "row", "line", "reason")}


def json_line(record: Record) -> bytes:
    """Write a record as one line of JSON.

    Raises:
        ValueError: a number in it is not finite.
    """
    return (json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")


@lru_cache(maxsize=1)
def flat_columns() -> tuple[str, ...]:
    """Return the columns of the flat table, one row of which is one event of one article."""
    event = schema.prediction()["$defs"]["event"]["properties"]
    main = ("main",) if "main" in event else ()
    origin, run = ("id", "source", "row", "date", "title"), ("model_fingerprint", "whodid_version")
    return (*origin, "type", *main, "confidence", *SLOTS, *run)


def flat_rows(record: Record) -> Iterator[dict[str, Any]]:
    """Flatten a record: one row for each event, participants joined by semicolons; none for an article without events.

    Every cell is safe for spreadsheets; see `safe_cell`.
    """
    for event in record["events"]:
        participants = {slot: "; ".join(entity["text"] for entity in event[slot]) for slot in SLOTS}
        row = {**record, **event, **participants, "confidence": round(event["confidence"], 4)}
        yield {column: safe_cell(row.get(column, "")) for column in flat_columns()}


def safe_cell(value: Any) -> Any:
    """Keep a spreadsheet from running text as a formula: what begins like one gets an apostrophe in front.

    Control characters become replacement characters, as everywhere.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("- 5 held"), safe_cell("Ana Ruiz"), safe_cell(-5)
    ("'=HYPERLINK(1)", "'- 5 held", 'Ana Ruiz', -5)
    """
    if not isinstance(value, str):
        return value
    return f"'{printable(value)}" if _FORMULA.match(value) else printable(value)
