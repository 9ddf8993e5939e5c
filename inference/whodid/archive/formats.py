"""File formats: how the bytes of one file become records of named cells. One row of a table per suffix.

A format knows nothing of which column holds the text; `whodid.archive.rows` decides that. Undecodable bytes pass
through here as lone surrogates, so that only the rows that need them are rejected.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from whodid.archive.encodings import ERRORS
from whodid.archive.packing import PACKINGS

__all__ = ["ENDINGS", "FORMATS", "Broken", "Feed", "Format", "Record", "ending_of", "format_of"]

MAX_CELL = 64 * 2**20
"""Characters after which a line or cell is taken for one that never ends; Python's own limit for csv is 131,072."""


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a file, before anyone asks which cell is the text."""

    line: int
    """Number of the line on which it starts, from 1; in a file without lines, of the row."""
    cells: Mapping[str, Any]
    """Its cells by column name."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that could not be taken apart."""

    line: int
    """Number of the line on which it starts, from 1."""
    reason: str
    """What is wrong with it."""


@dataclass(slots=True)
class Feed:
    """An open file, as a format sees it."""

    data: BinaryIO
    """Its bytes, unpacked."""
    encoding: str
    """Of its text."""
    stem: str
    """Its name without folder and suffixes."""
    path: str | None = None
    """Where it stands on disk, if it does so unpacked."""
    columns: tuple[str, ...] | None = None
    """Columns that are wanted, if that is known; others may be left out."""
    share: float | None = None
    """How much of it has been read, from 0 to 1, where the format knows better than the position in the file."""

    stream: TextIO | None = None
    """Its text. Kept here since it closes the file when it is gone."""

    def text(self, newline: str) -> TextIO:
        """Decode it; `newline` as in `open`."""
        codec = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        self.stream = io.TextIOWrapper(self.data, codec, ERRORS, newline=newline)
        return self.stream


Read = Callable[[Feed], Iterator[Record | Broken]]


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one suffix are read."""

    read: Read
    """From an open file to its records."""
    columns: bool = True
    """False where a file is one article and has no columns to choose from."""
    text: bool = True
    """False where the format itself says how its text is encoded; such a file is never packed, and read at random."""


def _jsonl(feed: Feed) -> Iterator[Record | Broken]:
    stream = feed.text("\n")  # a lone "\r" ends no line of JSON
    for line, source in _lines(stream):
        if source is None:
            yield Broken(line, f"a line of more than {MAX_CELL:,} characters; this may be no JSON lines file")
        elif source.strip():
            yield _json_record(line, source)


def _lines(stream: TextIO) -> Iterator[tuple[int, str | None]]:
    """Number the lines; one that is too long for memory is passed over and gives None."""
    line = 0
    while source := stream.readline(MAX_CELL):
        line += 1
        if len(source) < MAX_CELL:
            yield line, source
        else:
            while source and not source.endswith("\n"):
                source = stream.readline(MAX_CELL)
            yield line, None


def _json_record(line: int, source: str) -> Record | Broken:
    try:
        value = json.loads(source)
    except (ValueError, RecursionError) as error:
        return Broken(line, f"not JSON: {error}")
    if not isinstance(value, dict):
        return Broken(line, f"a line must hold a JSON object, got {type(value).__name__}")
    return Record(line, value)


def _delimited(delimiter: str) -> Read:
    def read(feed: Feed) -> Iterator[Record | Broken]:
        # The limit is one number for the whole process; it is only ever raised, so that readers may be interleaved.
        csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
        header: list[str] | None = None
        for row in _csv_rows(feed.text(""), delimiter):
            if isinstance(row, Broken):
                yield row
                if header is None:
                    return  # without a header no row can be understood
            elif header is None:
                header = _unique(row[1])
            elif len(row[1]) != len(header):
                yield Broken(row[0], f"{len(row[1])} cells, but the header has {len(header)}")
            else:
                yield Record(row[0], dict(zip(header, row[1], strict=True)))

    return read


def _unique(names: list[str]) -> list[str]:
    """Tell columns of one name apart: the first keeps it, the others become "name.1", "name.2"."""
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        unique.append(f"{name}.{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return unique


def _csv_rows(stream: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]] | Broken]:
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        start = lines.count + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield Broken(start, f"not a {'tsv' if delimiter == chr(9) else 'csv'} row: {error}")
            continue
        if row is None:
            return
        if lines.ended:  # the reader asks for another line only inside a row: this one was still open
            yield Broken(start, "a quote opened in this row never closes; what follows it was not read")
        elif row:
            yield start, row


class _Lines:
    """Lines of a stream, counted; `ended` once the reader has asked for one too many."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.count = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(2 * MAX_CELL)
        if not line:
            self.ended = True
            raise StopIteration
        self.count += 1
        return line


def _plain(feed: Feed) -> Iterator[Record | Broken]:
    text = feed.text("").read(MAX_CELL)
    if len(text) < MAX_CELL:
        yield Record(1, {"text": text, "id": feed.stem})
    else:
        yield Broken(1, f"a text of {MAX_CELL:,} characters or more is not read as one article; split it")


def _parquet(feed: Feed) -> Iterator[Record | Broken]:
    from whodid.archive.parquet import read  # noqa: PLC0415 - builds on this module, and needs an extra

    return read(feed)


FORMATS: Mapping[str, Format] = {
    ".jsonl": Format(_jsonl),
    ".ndjson": Format(_jsonl),
    ".csv": Format(_delimited(",")),
    ".tsv": Format(_delimited("\t")),
    ".parquet": Format(_parquet, text=False),
    ".txt": Format(_plain, columns=False),
}
"""How to read a file, by suffix."""

ENDINGS: Mapping[str, Format] = {
    suffix + packed: layout for packed in PACKINGS for suffix, layout in FORMATS.items() if layout.text or not packed
}
"""The same by whole ending: ".csv", ".csv.gz"."""


def ending_of(name: str) -> str | None:
    """Return which of `ENDINGS` a file's name has, or None if it has none of them.

    >>> ending_of("1990/News.CSV.gz"), ending_of("readme.md")
    ('.csv.gz', None)
    """
    return next((ending for ending in ENDINGS if name.lower().endswith(ending)), None)


def format_of(path: Path) -> Format | None:
    """Return the format that the file's name stands for, or None if it is not one of `ENDINGS`."""
    ending = ending_of(path.name)
    return None if ending is None else ENDINGS[ending]
