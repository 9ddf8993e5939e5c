"""Standoff annotations: records of the project's format with offsets in place of strings.

Texts that belong to others are not passed on, not even by the phrase. A mention is [start, end) in characters of the
published text, at one of the places where its string stands, and a digest says which text was annotated:

    {"id": "...", "text_sha256": "0123456789abcdef", "events": [{"type": "kidnapping", "main": true,
      "perpetrators": [{"kind": "individual", "mentions": [[0, 9]]}],
      "victims": [{"mentions": [[37, 45], [67, 71]]}], "targets": [], "weapons": []}]}

`from_standoff` returns the record with strings, `to_standoff` takes them out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from whodid.errors import DataError
from whodid.types import SLOTS
from whodid_training.align import occurrences

__all__ = ["from_standoff", "to_standoff"]

_DIGEST = "text_sha256"
_DIGITS = 16
"""Of the digest in hexadecimal: enough to tell a text from a changed one."""


def from_standoff(record: Mapping[str, Any], *, text: str, where: str) -> dict[str, Any]:
    """Put the strings of a published text in the places of their offsets.

    Args:
        record: one line of a standoff file.
        text: the published text with its id.
        where: the line, for errors.

    Raises:
        DataError: the text is not the one that was annotated, or a mention is not a span of it.
    """
    if _DIGEST not in record:
        raise DataError(f"{where}: key {_DIGEST!r} is missing; `to_standoff` writes it")
    if record[_DIGEST] != _digest(text):
        raise DataError(
            f"{where}: the text of {record.get('id')!r} has the digest {_digest(text)}, and the annotated one had "
            f"{record[_DIGEST]!r}; fetch the published file again, and take the annotations of this version of whodid"
        )

    def string(span: Any) -> str:
        whole = isinstance(span, list) and len(span) == 2 and all(type(end) is int for end in span)
        if not whole or not 0 <= span[0] < span[1] <= len(text):
            raise DataError(f"{where}: mention {span!r}; it is [start, end] with 0 <= start < end <= {len(text)}")
        return text[span[0] : span[1]]

    return {key: value for key, value in _mapped(record, string).items() if key != _DIGEST}


def to_standoff(record: Mapping[str, Any], *, text: str) -> dict[str, Any]:
    """Put offsets in the places of strings, for whoever annotates a text that may not be passed on.

    A mention becomes the span of its first occurrence as whole words.

    Raises:
        DataError: a mention does not stand in the text.
    """

    def span(mention: str) -> list[int]:
        found = next((span for span in occurrences(mention, text) if text[slice(*span)] == mention), None)
        if found is None:
            raise DataError(
                f"record {record['id']!r}: {mention!r} is not in the text; copy mentions exactly as printed"
            )
        return list(found)

    return {"id": record["id"], _DIGEST: _digest(text), "events": _mapped(record, span)["events"]}


def _mapped(record: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """Return a record with every mention changed; what is not of the form is left for `parse_events` to refuse."""
    events = record.get("events")
    return {**record, "events": [_event(e, change) for e in events] if isinstance(events, list) else events}


def _event(event: Any, change: Callable[[Any], Any]) -> Any:
    if not isinstance(event, dict):
        return event
    changed = {
        slot: [_entity(entity, change) for entity in event[slot]] for slot in SLOTS if isinstance(event.get(slot), list)
    }
    return {**event, **changed}


def _entity(entity: Any, change: Callable[[Any], Any]) -> Any:
    if not isinstance(entity, dict) or not isinstance(entity.get("mentions"), list):
        return entity
    return {**entity, "mentions": [change(mention) for mention in entity["mentions"]]}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
