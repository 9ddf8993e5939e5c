"""The survey: before a run reads an archive for good, every file is found, told apart and checked, and then held to it.

What the survey learns of a file is an `Input`: its encoding, its columns, its size and the SHA-256 of its bytes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from whodid.archive.encodings import check_encoding
from whodid.archive.formats import ENDINGS, Record
from whodid.archive.opening import Opener
from whodid.archive.rows import BadRow, ColumnChoice, Columns, Row, choose_columns, make_row
from whodid.archive.sources import Source, find_sources
from whodid.errors import ArchiveError

__all__ = ["START", "Input", "Position", "Reading", "read_archive", "read_inputs", "survey"]

_HEAD = 50
"""Records at the start of a file whose cells tell which columns it has; JSON lines may leave empty cells out."""

_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class Reading:
    """How the user wants an archive to be read."""

    columns: ColumnChoice = field(default_factory=ColumnChoice)
    """Which columns to use."""
    encoding: str | None = None
    """Encoding of every file of text; told by a sample of each if None."""
    format: str | None = None
    """How standard input, and named files of no known ending, are read: "csv", "jsonl.gz"; JSON lines if None."""


@dataclass(frozen=True, slots=True)
class Input:
    """One file of an archive, surveyed."""

    source: Source
    """Where it is."""
    encoding: str
    """Of its text."""
    columns: Columns
    """Which of its columns are used."""
    weight: int
    """Bytes that it takes on disk, packed."""
    size: int
    """Bytes of the file, or of the whole zip archive that it is a member of."""
    changed: int
    """When that file was last changed, in nanoseconds since 1970."""
    sha256: str = ""
    """Of that file; "" if it was not asked for."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Input:
        """Read what `to_dict` wrote."""
        return cls(**{**data, "source": Source(**data["source"]), "columns": Columns(**data["columns"])})


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two entries of an archive."""

    input: int
    """Number of the input that is being read, from 0."""
    row: int
    """How many of its entries have been read."""


START = Position(0, 0)
"""Before the first entry."""


def survey(
    paths: Iterable[str | Path],
    reading: Reading,
    *,
    opener: Opener,
    skip: Collection[Path] = (),
    spool: Callable[[], Path] | None = None,
    hashed: bool = True,
) -> Iterator[Input]:
    """Look at every file of an archive.

    Args:
        paths: see `find_sources`, as for `skip` and `spool`.
        reading: how to read them.
        opener: what to open them with.
        skip: files that are about to be written.
        spool: saves standard input.
        hashed: whether to read every file in full, for its SHA-256.

    Raises:
        ArchiveError: a path is missing, unreadable or of an unknown format.
        ColumnError: a file lacks a named column, or has no column of text.
        MissingExtraError: a package is needed to read a file.
    """
    encoding = check_encoding(reading.encoding)
    last = ("", "")  # path and SHA-256: members of one zip archive come one after the other
    for source in find_sources(paths, given_format=reading.format, skip=skip, spool=spool):
        try:
            before = os.stat(source.path)
            if hashed and last[0] != source.path:
                last = (source.path, _sha256(source.path))
            weight = opener.size(source)
        except OSError as error:
            raise ArchiveError(
                f"{source.name!r} cannot be read: {error.strerror or error}; check its permissions"
            ) from error
        known = encoding or opener.encoding(source)
        columns = _columns(source, reading.columns, opener, known)
        yield Input(source, known, columns, weight, before.st_size, before.st_mtime_ns, last[1])


def read_inputs(
    inputs: Iterable[Input],
    opener: Opener,
    *,
    start: Position = START,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[tuple[int, Row | BadRow]]:
    """Stream the entries of surveyed files, each with the number of its input.

    Args:
        inputs: as `survey` yields them.
        opener: what to open them with.
        start: where to begin; inputs before it are not opened.
        on_bytes: called with the number of bytes read from disk since its last call.

    Raises:
        ArchiveError: a file cannot be read, or has changed since the survey.
    """
    for number, item in enumerate(inputs):
        if number < start.input:
            if on_bytes is not None:
                on_bytes(item.weight)
            continue
        done = start.row if number == start.input else 0
        _check_unchanged(item)
        records = opener.records(item.source, encoding=item.encoding, columns=item.columns.names, on_bytes=on_bytes)
        for row, entry in islice(enumerate(records, 1), done, None):
            yield number, make_row(entry, item.columns, source=item.source.name, row=row)
        _check_unchanged(item)


def read_archive(
    paths: Iterable[str | Path],
    reading: Reading | None = None,
    *,
    skip: Collection[Path] = (),
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[Row | BadRow]:
    """Stream the articles of an archive, in constant memory, good and bad rows in their order.

    Paths and the columns of every file are checked before this returns, so that a night's run does not fail on its
    last file.

    Args:
        paths: files, folders, zip archives and patterns; see `find_sources`.
        reading: which columns, encoding and format to use.
        skip: files that are about to be written and are not part of the archive.
        on_bytes: called with the number of bytes read from disk since its last call.

    Raises:
        ArchiveError: a path is missing, unreadable or of an unknown format.
        ColumnError: a file lacks a named column, or has no column of text.
        MissingExtraError: a package is needed to read a file.
    """
    opener = Opener()
    inputs = list(survey(paths, reading or Reading(), opener=opener, skip=skip, hashed=False))
    return _rows(inputs, opener, on_bytes)


def _rows(inputs: Iterable[Input], opener: Opener, on_bytes: Callable[[int], None] | None) -> Iterator[Row | BadRow]:
    with closing(opener):
        for _, row in read_inputs(inputs, opener, on_bytes=on_bytes):
            yield row


def _columns(source: Source, wanted: ColumnChoice, opener: Opener, encoding: str) -> Columns:
    if not ENDINGS[source.ending].columns:
        return Columns("text", id="id")
    head = islice(opener.records(source, encoding=encoding), _HEAD)
    found = tuple(dict.fromkeys(name for entry in head if isinstance(entry, Record) for name in entry.cells))
    return choose_columns(source.name, found, wanted)


def _sha256(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _check_unchanged(item: Input) -> None:
    try:
        now = os.stat(item.source.path)
    except OSError as error:
        raise ArchiveError(f"{item.source.name!r} cannot be read any more: {error}") from error
    if (now.st_size, now.st_mtime_ns) != (item.size, item.changed):
        raise ArchiveError(f"{item.source.name!r} has changed while it was being read; start over: --force")
