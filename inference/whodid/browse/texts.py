"""Which article an answer is about: answers joined to the archive by file, line and id, and checked by their offsets.

An article is only accepted if every mention stands in it where the answer says, so a wrong text is never highlighted.
"""

from __future__ import annotations

import os.path
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from whodid.archive import BadRow, Row, read_archive
from whodid.browse.records import Answer
from whodid.errors import ArchiveError, ColumnError

__all__ = ["DATE_COLUMNS", "ArticleText", "Places", "find_texts", "fits"]

DATE_COLUMNS = ("date", "published", "published_at", "publication_date", "pub_date")
"""Columns tried for the article's date, in this order, when none is named."""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article of the archive with its date."""

    row: Row
    """The article."""
    date: str
    """Cell of the date column, "" where there is none."""


def find_texts(
    archive: Sequence[str | Path],
    *,
    text_column: str | None = None,
    title_column: str | None = None,
    id_column: str | None = None,
    date_column: str | None = None,
) -> Iterator[ArticleText]:
    """Stream the articles of an archive with their dates, as `whodid.archive.read_archive` does.

    Args:
        archive: files and folders.
        text_column: as in `read_archive`.
        title_column: as in `read_archive`.
        id_column: as in `read_archive`.
        date_column: column that holds the date; by default the first of `DATE_COLUMNS` that every file has, if any;
            "" for no date.

    Raises:
        ArchiveError: a path is missing, unreadable or of an unknown format.
        ColumnError: a file lacks a named column.
    """
    if any(str(path) == "-" for path in archive):
        raise ArchiveError("articles cannot come from standard input, they are read more than once; name files")
    rows = read_archive(archive, text_column=text_column, title_column=title_column, id_column=id_column)
    dates = _dates(archive, date_column)
    if dates is None:
        return (ArticleText(row, "") for row in rows if isinstance(row, Row))
    return (_dated(row, cell) for row, cell in zip(rows, dates, strict=True) if isinstance(row, Row))


def _dates(archive: Sequence[str | Path], named: str | None) -> Iterator[Row | BadRow] | None:
    """The date cells, read as if they were the text: one for each entry of the archive, in the same order."""
    if named == "":
        return None
    if named is not None:
        return _cells(archive, named)
    for column in DATE_COLUMNS:
        with suppress(ColumnError):
            return _cells(archive, column)
    return None


def _cells(archive: Sequence[str | Path], column: str) -> Iterator[Row | BadRow]:
    return read_archive(archive, text_column=column, title_column="", id_column="")


def _dated(row: Row, cell: Row | BadRow) -> ArticleText:
    # A format without columns gives the article itself again, whatever column is asked for.
    date = cell.text if isinstance(cell, Row) and cell.text != row.text else ""
    return ArticleText(row, date)


def fits(answer: Answer, text: str) -> bool:
    """Tell whether everything that the answer quotes stands in `text` at the offsets that it gives."""
    quoted = (
        mention
        for event in answer.events
        for mentions in (event.evidence, *(participant.mentions for participant in event.participants))
        for mention in mentions
    )
    return all(text[mention.start : mention.end] == mention.text for mention in quoted)


class Places:
    """Finds the answers that an article of the archive may belong to.

    An answer whose file lies in the archive belongs to its line there and to no other. The others come from an archive
    that was moved or repacked, and are found by file name and line, or by id.

    Args:
        answers: of each its number, and the source, line and id of its article.
        archive: the files and folders that will be read.
    """

    def __init__(self, answers: Iterable[tuple[int, str, int, str]], archive: Iterable[str | Path]) -> None:
        roots = {os.path.normpath(path) for path in archive}
        self._by_place: dict[tuple[str, int], int] = {}
        self._by_name: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        self._by_id: defaultdict[str, list[int]] = defaultdict(list)
        for number, source, line, name in answers:
            place = os.path.normpath(source)
            if not roots.isdisjoint((place, *map(str, PurePath(place).parents))):
                self._by_place[place, line] = number
            else:
                self._by_name[PurePath(source).name, line].append(number)
                self._by_id[name].append(number)

    def candidates(self, row: Row) -> list[int]:
        """Numbers of the answers that may be about this article, the likeliest first; empty if there are none."""
        place = self._by_place.get((os.path.normpath(row.source), row.line))
        if place is not None:
            return [place]
        named = self._by_name.get((PurePath(row.source).name, row.line), [])
        return list(dict.fromkeys([*named, *self._by_id.get(row.id, [])]))
