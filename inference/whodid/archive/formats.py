"""File formats: how the bytes of one file become records of named cells. One row of a table per suffix.

A format knows nothing of which column holds the text; `whodid.archive.rows` decides that. Undecodable bytes pass
through here as lone surrogates, so that only the rows that need them are rejected.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, TextIO

__all__ = ["FORMATS", "Broken", "Format", "Record", "format_of", "read_records"]

MAX_CSV_CELL = 64 * 2**20
"""Characters after which a csv cell is taken for a quote that never closes; Python's own limit is 131,072."""

_READ_ERRORS = (OSError, EOFError, zlib.error)
"""What a file that opened well may still raise halfway: a failing disk, a cut or damaged .gz."""


_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a file, before anyone asks which cell is the text."""

    line: int
    """Number of the line on which it starts, from 1."""
    cells: Mapping[str, Any]
    """Its cells by column name."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that could not be taken apart."""

    line: int
    """Number of the line on which it starts, from 1."""
    reason: str
    """What is wrong with it."""


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one suffix are read."""

    read: Callable[[TextIO, Path], Iterator[Record | Broken]]
    """From an open file to its records; the path is for naming only."""
    newline: str
    """As in `open`: "" keeps every line ending as it is, "\\n" also does not split lines at a lone "\\r"."""
    columns: bool = True
    """False where a file is one article and has no columns to choose from."""


def _jsonl(stream: TextIO, _path: Path) -> Iterator[Record | Broken]:
    for line, source in enumerate(stream, 1):
        if source.strip():
            yield _json_record(line, source)


def _json_record(line: int, source: str) -> Record | Broken:
    try:
        value = json.loads(source)
    except (ValueError, RecursionError) as error:
        return Broken(line, f"not JSON: {error}")
    if not isinstance(value, dict):
        return Broken(line, f"a line must hold a JSON object, got {type(value).__name__}")
    return Record(line, value)


def _delimited(delimiter: str) -> Callable[[TextIO, Path], Iterator[Record | Broken]]:
    def read(stream: TextIO, _path: Path) -> Iterator[Record | Broken]:
        # The limit is one number for the whole process; it is only ever raised, so that readers may be interleaved.
        csv.field_size_limit(max(csv.field_size_limit(), MAX_CSV_CELL))
        header: list[str] | None = None
        for row in _csv_rows(stream, delimiter):
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

    def __init__(self, stream: Iterable[str]) -> None:
        self._lines = iter(stream)
        self.count = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.count += 1
        return line


def _plain(stream: TextIO, path: Path) -> Iterator[Record | Broken]:
    yield Record(1, {"text": stream.read(), "id": path.name.removesuffix(".gz").removesuffix(".txt")})


_JSONL = Format(_jsonl, newline="\n")

FORMATS: Mapping[str, Format] = {
    ".jsonl": _JSONL,
    ".ndjson": _JSONL,
    ".csv": Format(_delimited(","), newline=""),
    ".tsv": Format(_delimited("\t"), newline=""),
    ".txt": Format(_plain, newline="", columns=False),
}
"""How to read a file, by suffix; a further ".gz" is unpacked on the way."""


def format_of(path: Path) -> Format | None:
    """Return the format that the file's name stands for, or None if it is not one of `FORMATS`."""
    name = path.name.lower().removesuffix(".gz")
    return next((entry for suffix, entry in FORMATS.items() if name.endswith(suffix)), None)


def read_records(path: Path, *, on_bytes: Callable[[int], None] | None = None) -> Iterator[Record | Broken]:
    """Stream the records of one file, UTF-8 with or without a byte order mark.

    A file that breaks off halfway ends with a `Broken`; what was read of it stands.

    Args:
        path: a file for which `format_of` knows a format.
        on_bytes: called with the number of bytes read from disk since its last call.

    Raises:
        OSError: the file cannot be opened.
    """
    layout = format_of(path)
    assert layout is not None, path
    line, seen = 0, 0
    with path.open("rb") as raw:
        try:
            for entry in _entries(raw, path, layout):
                line = entry.line
                if on_bytes is not None:
                    on_bytes(raw.tell() - seen)
                    seen = raw.tell()
                yield entry
        except _READ_ERRORS as error:
            yield Broken(line + 1, f"the file cannot be read any further: {error}")


def _entries(raw: BufferedReader, path: Path, layout: Format) -> Iterator[Record | Broken]:
    data: Any = gzip.GzipFile(fileobj=raw) if path.name.lower().endswith(".gz") else raw
    if data.peek(2)[:2] in _UTF16:
        yield Broken(1, "the file is UTF-16; turn it into UTF-8 first: iconv -f UTF-16 -t UTF-8")
        return
    yield from layout.read(io.TextIOWrapper(data, "utf-8-sig", "surrogateescape", newline=layout.newline), path)
