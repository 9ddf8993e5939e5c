"""Entries of an archive as rows of Arrow tables, which is how they travel between nodes.

Every entry has a key, one whole number, by which Ray's checkpoint knows it. And every input ends in an entry of its own
that says how many there were: so it can be proved afterwards that none was lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from itertools import islice
from typing import Any

from whodid.archive.chunks import Predictor
from whodid.archive.opening import Opener
from whodid.archive.records import Stamp, json_line, make_record, rejected_record
from whodid.archive.rows import BadRow, Row
from whodid.archive.survey import Input, read_inputs
from whodid.archive.unreadable import find_unreadable
from whodid.errors import blames_a_text
from whodid.extras import require

__all__ = ["KEY", "End", "Entry", "Piece", "answer", "key", "pieces", "tables"]

KEY = "key"
"""Column by which Ray's checkpoint knows an entry."""

_ROW_BITS = 40
_ROWS_PER_TABLE = 256


@dataclass(frozen=True, slots=True)
class End:
    """The end of an input."""

    row: int
    """Number of entries that it has."""


Entry = Row | BadRow | End

KINDS: Mapping[str, type[Row] | type[BadRow] | type[End]] = {"article": Row, "rejected": BadRow, "end": End}
"""What an entry can be, by the name that stands in a table."""

_NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Piece:
    """What one task reads: inputs that stand one after the other in the archive."""

    first: int
    """Number of the first of them, from 0."""
    inputs: tuple[Input, ...]
    """They themselves."""


def key(number: int, row: int) -> int:
    """Return the key of an entry: they grow in the order of the archive, and the end of an input has row 0.

    >>> key(0, 2) + 1 == key(0, 3) < key(1, 0)
    True
    """
    return number << _ROW_BITS | row


def pieces(inputs: Iterable[Input], *, most_bytes: int, most_files: int) -> Iterator[Piece]:
    """Put inputs together that one task is to read; a large one stands alone."""
    first, size = 0, 0
    piece: list[Input] = []
    for number, item in enumerate(inputs):
        if piece and (size + item.weight > most_bytes or len(piece) >= most_files):
            yield Piece(first, tuple(piece))
            first, size, piece = number, 0, []
        piece.append(item)
        size += item.weight
    if piece:
        yield Piece(first, tuple(piece))


def tables(piece: Piece, *, most_bytes: int) -> Iterator[Any]:
    """Read a piece, as Arrow tables (`pyarrow.Table`) of at most so many characters, or one article.

    Raises:
        ArchiveError: a file cannot be read, or has changed since the survey.
    """
    arrow, columns = require("pyarrow", what="the ray engine", extra="ray"), _columns()
    entries = _entries(piece)
    while group := list(_group(entries, most_bytes)):
        yield arrow.Table.from_pylist(group, schema=columns)


def answer(table: Any, model: Predictor, *, batch_size: int) -> Any:
    """Read the articles of a table with a model.

    Args:
        table: as `tables` yields it.
        model: reads them.
        batch_size: windows that go through the network together.

    Returns:
        `pyarrow.Table` with a row for each row of `table`, in another order: `key`, `kind`, and `line`, which is the
        record of an article or of a rejected entry as one line of JSON, or the number of entries of an input.
    """
    arrow = require("pyarrow", what="the ray engine", extra="ray")
    entries = [(record[KEY], _from_record(record)) for record in table.to_pylist()]
    lines = _answers([(place, entry) for place, entry in entries if isinstance(entry, Row)], model, batch_size)
    lines += [
        (place, "rejected", json_line(rejected_record(entry))) for place, entry in entries if isinstance(entry, BadRow)
    ]
    lines += [(place, "end", b"%d\n" % entry.row) for place, entry in entries if isinstance(entry, End)]
    types = arrow.schema([(KEY, arrow.int64()), ("kind", arrow.string()), ("line", arrow.large_binary())])
    columns = zip(*lines, strict=True) if lines else ((), (), ())
    return arrow.table([arrow.array(column, kind.type) for column, kind in zip(columns, types, strict=True)], types)


def _answers(articles: Sequence[tuple[int, Row]], model: Predictor, batch_size: int) -> list[tuple[int, str, bytes]]:
    """Read articles; those over which the model stumbles are set aside, and the others read again without them."""
    stamp = Stamp(model.fingerprint)

    def lines(rows: Sequence[tuple[int, Row]]) -> list[tuple[int, str, bytes]]:
        predictions = model.predict_many((row.text for _, row in rows), batch_size=batch_size)
        return [
            (place, "article", json_line(make_record(row, prediction, stamp)))
            for (place, row), prediction in zip(rows, predictions, strict=True)
        ]

    try:
        return lines(articles)
    except BaseException as error:
        if not blames_a_text(error):
            raise
        found = find_unreadable(articles, lambda row: lines([(0, row)]))
        if not found:
            raise
    aside = [(place, "rejected", json_line(rejected_record(bad))) for place, bad in found.items()]
    return lines([one for one in articles if one[0] not in found]) + aside


def _entries(piece: Piece) -> Iterator[tuple[int, Entry]]:
    with closing(Opener()) as opener:
        for number, item in enumerate(piece.inputs, piece.first):
            count = 0
            for _, row in read_inputs([item], opener):
                count = row.row
                yield key(number, count), row
            yield key(number, 0), End(count)


def _group(entries: Iterator[tuple[int, Entry]], most_bytes: int) -> Iterator[dict[str, Any]]:
    size = 0
    for place, entry in islice(entries, _ROWS_PER_TABLE):
        yield {KEY: place, "kind": _NAMES[type(entry)], **asdict(entry)}
        size += len(entry.text) if isinstance(entry, Row) else 0
        if size >= most_bytes:
            return


def _from_record(record: Mapping[str, Any]) -> Entry:
    kind = KINDS[record["kind"]]
    return kind(**{item.name: record[item.name] for item in fields(kind)})


def _columns() -> Any:
    arrow = require("pyarrow", what="the ray engine", extra="ray")
    numbers = {KEY, "row", "line"}
    names = dict.fromkeys([KEY, "kind", *(item.name for kind in KINDS.values() for item in fields(kind))])
    return arrow.schema([(name, arrow.int64() if name in numbers else arrow.string()) for name in names])
