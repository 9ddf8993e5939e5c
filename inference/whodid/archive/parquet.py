"""Parquet files: rows streamed in small batches, only the columns that are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whodid.archive.formats import Broken, Feed, Record
from whodid.errors import ArchiveError
from whodid.extras import require

__all__ = ["read"]

_BATCH = 64
"""Rows unpacked at once. Articles may be long, and a row group may hold all of them."""

_BUFFER = 2**20
"""Bytes of a column that are read from disk at once, so that a row group need not fit into memory."""


def read(feed: Feed) -> Iterator[Record | Broken]:
    """Stream the rows of a Parquet file.

    Raises:
        ArchiveError: it is no Parquet file.
        MissingExtraError: pyarrow is not installed.
    """
    library = require("pyarrow.parquet", what="a Parquet file", extra="archives")
    arrow = require("pyarrow", what="a Parquet file", extra="archives")
    options = {"buffer_size": _BUFFER, "pre_buffer": False}
    try:
        file = library.ParquetFile(feed.path or feed.data, **options)
    except arrow.ArrowInvalid as error:
        raise ArchiveError(f"{feed.path or feed.stem!r} is not a Parquet file: {error}") from error
    with file:
        wanted = None if feed.columns is None else [name for name in feed.columns if name in file.schema_arrow.names]
        total, row = file.metadata.num_rows, 0
        try:
            for batch in file.iter_batches(batch_size=_BATCH, columns=wanted, use_threads=False):
                for cells in _cells(batch):
                    row += 1
                    feed.share = row / total
                    yield Record(row, cells)
        except (arrow.ArrowInvalid, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # the disk's; pyarrow's own, for damaged pages, have no number
            raise EOFError(f"damaged Parquet data: {error}") from error


def _cells(batch: Any) -> Iterator[dict[str, Any]]:
    """Yield the cells of each row, undecodable bytes as lone surrogates."""
    names = batch.schema.names
    try:
        columns = [column.to_pylist() for column in batch.columns]
    except UnicodeDecodeError:
        columns = [[_value(cell) for cell in column] for column in batch.columns]
    for row in zip(*columns, strict=True):
        yield dict(zip(names, row, strict=True))


def _value(cell: Any) -> Any:
    try:
        return cell.as_py()
    except UnicodeDecodeError as error:
        return error.object.decode("utf-8", "surrogateescape")
