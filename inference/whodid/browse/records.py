"""What `whodid predict` wrote, read again line by line and checked: answers with their events, people and evidence.

Reads the result schemas 1.x and 2.x; the second adds `main` and `evidence` to every event.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from whodid.errors import ArchiveError, DataError, SchemaVersionError
from whodid.types import SLOTS, Mention

__all__ = ["READABLE", "Answer", "EventRecord", "Participant", "parse_answer", "read_answers"]

READABLE = ("1", "2")
"""Major versions of the result schema that can be read."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone or something on an event."""

    text: str
    """The canonical name."""
    slot: str
    """Which list of the event it stands in: one of `SLOTS`."""
    kind: str | None
    """"individual", "organization" or None."""
    confidence: float | None
    """Probability between 0 and 1, where the file gives one."""
    link: float | None
    """Probability between 0 and 1 that it belongs to this event, where the file gives one."""
    mentions: tuple[Mention, ...]
    """In the order of the article."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event of an answer."""

    type: str
    """Name of the event type."""
    confidence: float
    """Probability between 0 and 1."""
    main: bool | None
    """Whether the article is mainly about it; None where the file does not say."""
    participants: tuple[Participant, ...]
    """In the order of `SLOTS`."""
    evidence: tuple[Mention, ...]
    """The sentences that carry it, surest first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the file: what the model read in one article."""

    id: str
    """Id of the article."""
    source: str
    """File of the archive that it came from, "" where the file does not say."""
    line: int
    """Line of `source` on which it starts, 0 where the file does not say."""
    title: str
    """Title of the article, "" if it has none."""
    date: str
    """Date of the article as it was written down, "" if it has none."""
    abstained: bool
    """True if the model claims neither "event" nor "no event"."""
    scores: Mapping[str, float]
    """Probability of every event type."""
    events: tuple[EventRecord, ...]
    """Surest first."""


def read_answers(path: str | Path) -> Iterator[tuple[Answer, bytes]]:
    """Stream the answers of a file, each with the line that it was read from; empty lines are passed over.

    Args:
        path: what `whodid predict` wrote, JSON lines; packed with gzip if its name ends in .gz.

    Raises:
        ArchiveError: the file cannot be opened or read.
        SchemaVersionError: a line has a result schema that is not `READABLE`.
        DataError: a line is broken; the message names it.
    """
    file = Path(path)
    if file.is_dir():
        raise ArchiveError(f"{str(file)!r} is a folder; name the file that whodid predict wrote, such as events.jsonl")
    with _reading(file), _open(file) as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield parse_answer(line, f"{str(file)!r}, line {number}"), line


def parse_answer(line: bytes, where: str) -> Answer:
    """Check one line and turn it into an answer.

    Raises:
        SchemaVersionError: its result schema is not `READABLE`.
        DataError: it is broken; the message begins with `where`.
    """
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: not JSON ({error}); {_ADVICE}") from error
    if not isinstance(data, dict):
        raise DataError(f"{where}: must be a JSON object, got {type(data).__name__}; {_ADVICE}")
    _check_version(data, where)
    try:
        return _answer(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise DataError(f"{where}: does not follow the result schema ({reason}); {_ADVICE}") from error


_ADVICE = "if the run was cut short, finish it with whodid predict; otherwise take the line out"


def _check_version(data: Mapping[str, Any], where: str) -> None:
    version = data.get("schema_version")
    if version is None:
        raise SchemaVersionError(f"{where}: has no schema_version; browse reads files that whodid predict wrote")
    if str(version).split(".")[0] not in READABLE:
        raise SchemaVersionError(
            f"{where}: has result schema {version!r}; this whodid reads {' and '.join(f'{v}.x' for v in READABLE)}; "
            "upgrade whodid, or run whodid predict again"
        )


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ArchiveError(
            f"there is no file {str(file)!r}; make it first: whodid predict ARCHIVE -o {file}"
        ) from error
    except (OSError, EOFError) as error:
        raise ArchiveError(f"{str(file)!r} cannot be read: {error}") from error


def _open(file: Path) -> BinaryIO:
    if file.name.lower().endswith(".gz"):
        return io.BufferedReader(gzip.open(file, "rb"))
    return file.open("rb")


def _answer(data: Mapping[str, Any]) -> Answer:
    return Answer(
        id=_text(data.get("id"), "id"),
        source=_text(data.get("source"), "source"),
        line=int(data.get("line") or 0),
        title=_text(data.get("title"), "title"),
        date=_text(data.get("date"), "date"),
        abstained=bool(data["abstained"]),
        scores={str(name): float(score) for name, score in data["scores"].items()},
        events=tuple(_event(event) for event in data["events"]),
    )


def _event(data: Mapping[str, Any]) -> EventRecord:
    main = data.get("main")
    return EventRecord(
        type=_text(data["type"], "type"),
        confidence=float(data["confidence"]),
        main=None if main is None else bool(main),
        participants=tuple(_participant(entity, slot) for slot in SLOTS for entity in data[slot]),
        evidence=tuple(_mention(sentence) for sentence in data.get("evidence") or ()),
    )


def _participant(data: Mapping[str, Any], slot: str) -> Participant:
    return Participant(
        text=_text(data["text"], "text"),
        slot=slot,
        kind=data.get("kind"),
        confidence=_share(data.get("confidence")),
        link=_share(data.get("link")),
        mentions=tuple(_mention(mention) for mention in data.get("mentions") or ()),
    )


def _share(value: Any) -> float | None:
    return None if value is None else float(value)


def _mention(data: Mapping[str, Any]) -> Mention:
    start, end, text = int(data["start"]), int(data["end"]), _text(data["text"], "text")
    if not 0 <= start < end or end - start != len(text):
        raise ValueError(f"offsets {start} to {end} do not fit the text {text[:40]!r}")
    return Mention(start, end, text)


def _text(value: Any, key: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{key!r} must be a string, got {type(value).__name__}")
    return value
