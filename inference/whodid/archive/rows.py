"""Rows of an archive: which cells of a record are the text, the title and the id, and what makes a record unusable.

The string that is given to the model, and that character offsets of its mentions count in, is `Row.text`: the title,
a blank line and the body where the row has a title, else the body alone; nothing is trimmed or normalised.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from whodid.archive.files import archive_files
from whodid.archive.formats import Broken, Record, format_of, read_records
from whodid.errors import ArchiveError, BadRowError, ColumnError

__all__ = ["ID_COLUMNS", "TEXT_COLUMNS", "TITLE_COLUMNS", "BadRow", "Row", "read_archive"]

TEXT_COLUMNS = ("text", "body", "content", "article", "article_text", "full_text")
"""Columns tried for the article's body, in this order, when none is named."""

TITLE_COLUMNS = ("title", "headline")
"""Columns tried for the article's title, in this order, when none is named."""

ID_COLUMNS = ("id", "article_id", "doc_id", "url")
"""Columns tried for the article's id, in this order, when none is named."""

_HEAD = 50
"""Records at the start of a file whose cells tell which columns it has; JSON lines may leave empty cells out."""


@dataclass(frozen=True, slots=True)
class Row:
    """One article of an archive."""

    text: str
    """What the model reads: title, blank line and body, or the body alone if there is no title."""
    title: str | None
    """The title that `text` begins with, or None."""
    id: str
    """The id cell; where there is none, file and line: "news/1990.csv:17"."""
    source: str
    """Path of the file it stands in."""
    line: int
    """Number of the line on which it starts, from 1."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One entry that cannot be used; those around it can."""

    source: str
    """Path of the file it stands in."""
    line: int
    """Number of the line on which it starts, from 1."""
    reason: str
    """What is wrong with it."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Names of the columns of one file."""

    text: str
    title: str | None
    id: str | None


def read_archive(
    paths: Iterable[str | Path],
    *,
    text_column: str | None = None,
    title_column: str | None = None,
    id_column: str | None = None,
    skip: Collection[Path] = (),
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[Row | BadRow]:
    """Stream the articles of files and folders, in constant memory, good and bad rows in the order of the archive.

    Paths and the columns of every file are checked before this returns, so that a night's run does not fail on its
    last file.

    Args:
        paths: files and folders; see `archive_files`.
        text_column: column that holds the body; by default the first of `TEXT_COLUMNS` that the file has.
        title_column: column that holds the title; by default the first of `TITLE_COLUMNS` that the file has, if any;
            "" for no title.
        id_column: column that holds the id; by default the first of `ID_COLUMNS` that the file has, if any; "" for
            file and line.
        skip: files that are about to be written and are not part of the archive.
        on_bytes: called with the number of bytes read from disk since its last call.

    Raises:
        ArchiveError: a path is missing, unreadable or of an unknown format.
        ColumnError: a file lacks a named column, or has none of `TEXT_COLUMNS`.
    """
    wanted = (text_column, title_column, id_column)
    plan = [(file, _columns(file, wanted)) for file in archive_files(paths, skip=skip)]
    return chain.from_iterable(_read_file(file, columns, on_bytes) for file, columns in plan)


def _read_file(file: Path, columns: _Columns, on_bytes: Callable[[int], None] | None) -> Iterator[Row | BadRow]:
    try:
        for entry in read_records(file, on_bytes=on_bytes):
            yield _row(entry, columns, str(file))
    except OSError as error:
        raise ArchiveError(f"{str(file)!r} cannot be read any more: {error}") from error


def _row(entry: Record | Broken, columns: _Columns, source: str) -> Row | BadRow:
    if isinstance(entry, Broken):
        return BadRow(source, entry.line, entry.reason)
    try:
        body = _text_cell(entry, columns.text)
        title = _text_cell(entry, columns.title, optional=True) if columns.title else ""
        name = _id_cell(entry, columns.id) if columns.id else ""
    except BadRowError as error:
        return BadRow(source, entry.line, str(error))
    text = f"{title}\n\n{body}" if title else body
    return Row(text, title or None, name or f"{source}:{entry.line}", source, entry.line)


def _text_cell(entry: Record, column: str, *, optional: bool = False) -> str:
    value = entry.cells.get(column)
    if optional and value is None:
        return ""
    if not isinstance(value, str):
        found = _kind(value) if column in entry.cells else "nothing"
        raise BadRowError(f"column {column!r} must hold a string, got {found}")
    return _decoded(value, column)


def _id_cell(entry: Record, column: str) -> str:
    value = entry.cells.get(column)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise BadRowError(f"column {column!r} must hold a string or a whole number, got {_kind(value)}")
    return _decoded(str(value), column)


def _decoded(value: str, column: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadRowError(f"column {column!r} is not valid UTF-8 at character {error.start}") from error
    return value


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def _columns(file: Path, wanted: tuple[str | None, str | None, str | None]) -> _Columns:
    layout = format_of(file)
    if layout is None or not layout.columns:
        return _Columns("text", None, "id")
    head = islice(read_records(file), _HEAD)
    found = tuple(dict.fromkeys(name for entry in head if isinstance(entry, Record) for name in entry.cells))
    text, title, name = wanted
    return _Columns(
        text=_choose(file, found, text, TEXT_COLUMNS) or _no_text(file, found),
        title=_choose(file, found, title, TITLE_COLUMNS),
        id=_choose(file, found, name, ID_COLUMNS),
    )


def _choose(file: Path, found: tuple[str, ...], named: str | None, defaults: tuple[str, ...]) -> str | None:
    if named is None:
        return next((name for name in defaults if name in found), None)
    if named and found and named not in found:
        raise ColumnError(f"{str(file)!r} has no column {named!r}; it has {_listed(found)}")
    return named or None


def _no_text(file: Path, found: tuple[str, ...]) -> str:
    if found:
        raise ColumnError(
            f"{str(file)!r} has none of the columns {_listed(TEXT_COLUMNS)}; it has {_listed(found)}; "
            "name the one with the text: --text-column NAME"
        )
    return TEXT_COLUMNS[0]  # a file without one usable record: its lines are all reported


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
