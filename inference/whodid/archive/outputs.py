"""Output formats: from the committed JSON lines of a run to the file that the user wants. One row of a table each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whodid.archive.durable import Draft
from whodid.archive.records import flat_columns, flat_rows
from whodid.archive.tables import arrow_schema
from whodid.errors import ArchiveError, one_of
from whodid.extras import require

__all__ = ["OUTPUTS", "Output", "output_format"]

_ROWS_PER_GROUP = 2048
_BYTES_PER_GROUP = 32 * 2**20
"""Lines of JSON, or bytes of them, that make up one row group of a Parquet file: in memory they take ten times that."""


@dataclass(frozen=True, slots=True)
class Output:
    """How results are written in one format."""

    write: Callable[[Iterable[bytes], Draft], None]
    """From lines of JSON, each with its line end, to a file."""
    check: Callable[[], object] = lambda: None
    """Raises if it cannot be written here."""


def _write_jsonl(lines: Iterable[bytes], draft: Draft) -> None:
    for line in lines:
        draft.write(line)


def _write_csv(lines: Iterable[bytes], draft: Draft) -> None:
    draft.write(b"\xef\xbb\xbf")  # without this mark, spreadsheets take UTF-8 for something else
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, flat_columns(), lineterminator="\n")
    writer.writeheader()
    for line in lines:
        writer.writerows(flat_rows(json.loads(line)))
        draft.write(buffer.getvalue().encode("utf-8"))
        buffer.seek(0)
        buffer.truncate()
    draft.write(buffer.getvalue().encode("utf-8"))


def _write_parquet(lines: Iterable[bytes], draft: Draft) -> None:
    arrow = require("pyarrow", what="Parquet output", extra="archives")
    parquet = require("pyarrow.parquet", what="Parquet output", extra="archives")
    columns = arrow_schema()
    with parquet.ParquetWriter(_KeptOpen(draft), columns, compression="zstd") as writer:
        for group in _groups(lines):
            unknown = sorted({name for record in group for name in record} - set(columns.names))
            assert not unknown, f"fields {unknown} are not in the schema of predictions"
            writer.write_table(arrow.Table.from_pylist(group, schema=columns))


def _groups(lines: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    size = 0
    for line in lines:
        group.append(json.loads(line))
        size += len(line)
        if len(group) >= _ROWS_PER_GROUP or size >= _BYTES_PER_GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group


class _KeptOpen:
    """A draft as Arrow sees it: closing it does not end it, since a file counts only once it is committed."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.closed = False

    def write(self, data: Any) -> int:
        return self._draft.write(bytes(data))

    def tell(self) -> int:
        return self._draft.tell()

    def flush(self) -> None:
        self._draft.flush()

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


OUTPUTS: Mapping[str, Output] = {
    "jsonl": Output(_write_jsonl),
    "csv": Output(_write_csv),
    "parquet": Output(_write_parquet, check=arrow_schema),
}
"""How to write results, by the name of the format."""


def output_format(output: Path, named: str | None) -> str:
    """Return the format of an output: the one that is named, else that of its ending, else JSON lines.

    Raises:
        ArchiveError: there is no such format.
        MissingExtraError: a package is needed to write it.
    """
    name = named or output.suffix.lower().removeprefix(".")
    if named is not None and named not in OUTPUTS:
        raise ArchiveError(f"there is no output format {named!r}; choose {one_of(OUTPUTS)}")
    if name not in OUTPUTS:
        name = "jsonl"
    OUTPUTS[name].check()
    return name
