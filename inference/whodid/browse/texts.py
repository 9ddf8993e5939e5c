"""Which article an answer is about: answers joined to the archive by file, line and id, and checked by their offsets.

An article is only accepted if every mention stands in it where the answer says, so a wrong text is never highlighted.
"""

from __future__ import annotations

import os.path
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath

from whodid.archive import ColumnChoice, Reading, Row, read_archive
from whodid.browse.records import Answer
from whodid.errors import ArchiveError

__all__ = ["Places", "find_texts", "fits"]


def find_texts(
    archive: Sequence[str | Path],
    *,
    text_column: str | None = None,
    title_column: str | None = None,
    id_column: str | None = None,
    date_column: str | None = None,
) -> Iterator[Row]:
    """Stream the articles of an archive, as `whodid.archive.read_archive` does; entries that are none are passed over.

    Args:
        archive: files, folders, zip archives and patterns.
        text_column: column of the body; by default the first of the usual names.
        title_column: column of the title; likewise, and "" for none.
        id_column: column of the id; likewise.
        date_column: column of the date; likewise.

    Raises:
        ArchiveError: a path is missing, unreadable or of an unknown format.
        ColumnError: a file lacks a named column.
    """
    if any(str(path) == "-" for path in archive):
        raise ArchiveError("articles cannot come from standard input, they are read more than once; name files")
    rows = read_archive(archive, Reading(ColumnChoice(text_column, title_column, id_column, date_column)))
    return (row for row in rows if isinstance(row, Row))


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
