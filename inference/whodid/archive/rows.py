"""Rows of an archive: which cells of a record are the text, the title and the id, and what makes a record unusable.

The string that is given to the model, and that character offsets of its mentions count in, is `Row.text`: the title,
a blank line and the body where the row has a title, else the body alone; nothing is trimmed or normalised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from whodid.archive.formats import Broken, Record
from whodid.errors import BadRowError, ColumnError

__all__ = [
    "DATE_COLUMNS",
    "ID_COLUMNS",
    "LONGEST",
    "TEXT_COLUMNS",
    "TITLE_COLUMNS",
    "BadRow",
    "ColumnChoice",
    "Columns",
    "Row",
    "choose_columns",
    "make_row",
]

TEXT_COLUMNS = ("text", "body", "content", "article", "article_text", "full_text")
"""Columns tried for the article's body, in this order, when none is named."""

TITLE_COLUMNS = ("title", "headline")
"""Columns tried for the article's title, in this order, when none is named."""

ID_COLUMNS = ("id", "article_id", "doc_id", "url")
"""Columns tried for the article's id, in this order, when none is named."""

DATE_COLUMNS = ("date", "published", "publication_date", "pub_date", "pubdate", "published_at", "datetime")
"""Columns tried for the article's date, in this order, when none is named."""

LONGEST = 16 * 2**20
"""Characters of an article beyond which it is rejected: several novels, and more than fits the memory of a laptop."""


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
    """The file it stands in: its path as given, and the member's name in a zip archive."""
    line: int
    """Number of the line on which it starts, from 1; in a file without lines, the same as `row`."""
    row: int = 1
    """Number of the entry within its file, from 1, bad ones included; a header and blank lines are none."""
    date: str | None = None
    """The date cell, as it stands there, or None."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One entry that cannot be used; those around it can."""

    source: str
    """The file it stands in."""
    line: int
    """Number of the line on which it starts, from 1."""
    reason: str
    """What is wrong with it."""
    row: int = 1
    """Number of the entry within its file, from 1."""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Columns as the user names them: None for the first of the usual names that a file has, "" for none at all."""

    text: str | None = None
    title: str | None = None
    id: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns of one file."""

    text: str
    title: str | None = None
    id: str | None = None
    date: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(name for name in (self.text, self.title, self.id, self.date) if name)


def make_row(entry: Record | Broken, columns: Columns, *, source: str, row: int) -> Row | BadRow:
    """Take the article out of a record, or say why it cannot be used.

    Args:
        entry: what was read.
        columns: where to look.
        source: name of the file.
        row: number of the entry within it, from 1.
    """
    if isinstance(entry, Broken):
        return BadRow(source, entry.line, entry.reason, row)
    try:
        body = _text_cell(entry, columns.text)
        title = _text_cell(entry, columns.title, optional=True) if columns.title else ""
        name = _id_cell(entry, columns.id) if columns.id else ""
        day = _date_cell(entry, columns.date) if columns.date else ""
    except BadRowError as error:
        return BadRow(source, entry.line, str(error), row)
    text = f"{title}\n\n{body}" if title else body
    if len(text) > LONGEST:
        reason = f"the article has {len(text):,} characters; up to {LONGEST:,} are read as one, split it"
        return BadRow(source, entry.line, reason, row)
    return Row(text, title or None, name or f"{source}:{entry.line}", source, entry.line, row, day or None)


def _text_cell(entry: Record, column: str, *, optional: bool = False) -> str:
    value = entry.cells.get(column)
    if optional and value is None:
        return ""
    if isinstance(value, bytes):  # a binary column of a Parquet file
        value = value.decode("utf-8", "surrogateescape")
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


def _date_cell(entry: Record, column: str) -> str:
    value = entry.cells.get(column)
    if value is None:
        return ""
    if isinstance(value, date):  # a column of dates or timestamps of a Parquet file
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise BadRowError(f"column {column!r} must hold a date as text, got {_kind(value)}")
    return _decoded(str(value), column)


def _decoded(value: str, column: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadRowError(
            f"column {column!r} cannot be decoded at character {error.start}; if the whole file is in another "
            "encoding, name it: --encoding cp1252, say"
        ) from error
    return value


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__


def choose_columns(name: str, found: tuple[str, ...], wanted: ColumnChoice) -> Columns:
    """Choose the columns of one file.

    Args:
        name: of the file, for errors.
        found: columns that it has; none if nothing of it can be read, and then every entry will be reported.
        wanted: as the user names them.

    Raises:
        ColumnError: the file lacks a named column, or has none of `TEXT_COLUMNS`.
    """
    text = _choose(name, found, wanted.text, TEXT_COLUMNS)
    if text is None and found:
        raise ColumnError(
            f"{name!r} has none of the columns {_listed(TEXT_COLUMNS)}; it has {_listed(found)}; "
            "name the one with the text: --text-column NAME"
        )
    return Columns(
        text=text or TEXT_COLUMNS[0],
        title=_choose(name, found, wanted.title, TITLE_COLUMNS),
        id=_choose(name, found, wanted.id, ID_COLUMNS),
        date=_choose(name, found, wanted.date, DATE_COLUMNS),
    )


def _choose(file: str, found: tuple[str, ...], named: str | None, defaults: tuple[str, ...]) -> str | None:
    if named is None:
        return next((name for name in defaults if name in found), None)
    if named and found and named not in found:
        raise ColumnError(f"{file!r} has no column {named!r}; it has {_listed(found)}")
    return named or None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
