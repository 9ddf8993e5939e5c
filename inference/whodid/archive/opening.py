"""Opening a source and streaming its records, whatever it is packed in."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from whodid.archive.encodings import SAMPLE, detect
from whodid.archive.formats import ENDINGS, Broken, Feed, Record
from whodid.archive.packing import DAMAGE, PACKINGS
from whodid.archive.sources import Source
from whodid.errors import ArchiveError

__all__ = ["Opener"]

_TOLD_EVERY = 16
"""Entries after which it is told how many bytes were read: asking a file for its position takes as long as a row."""


@dataclass(frozen=True, slots=True)
class _Opened:
    data: BinaryIO
    """Unpacked."""
    size: int
    """Bytes that it takes on disk."""
    position: Callable[[], int]
    """How many of them have been read."""


class Opener:
    """Opens sources. The zip archive used last stays open, since it may have a million members."""

    def __init__(self) -> None:
        self._zip: zipfile.ZipFile | None = None

    def close(self) -> None:
        """Close what is open."""
        if self._zip is not None:
            self._zip.close()
            self._zip = None

    def size(self, source: Source) -> int:
        """Return how many bytes a source takes on disk.

        Raises:
            OSError: it is not there.
        """
        if source.member is None:
            return os.stat(source.path).st_size
        return self._archive(source).getinfo(source.member).compress_size

    def encoding(self, source: Source) -> str:
        """Tell the encoding of a source's text, by a sample.

        Raises:
            ArchiveError: it cannot be told, or the file cannot be opened.
            MissingExtraError: a package is needed for it.
        """
        if not ENDINGS[source.ending].text:
            return "utf-8"
        with self._open(source) as opened:
            sample = b""
            try:
                while len(sample) < SAMPLE and (piece := opened.data.read(SAMPLE - len(sample))):
                    sample += piece
            except DAMAGE:
                pass  # told when it is read for good
        return detect(sample, name=source.name)

    def records(
        self,
        source: Source,
        *,
        encoding: str | None = None,
        columns: tuple[str, ...] | None = None,
        on_bytes: Callable[[int], None] | None = None,
    ) -> Iterator[Record | Broken]:
        """Stream the records of a source.

        A file whose content is cut or damaged ends with a `Broken`; what was read of it stands.

        Args:
            source: what to read.
            encoding: of its text; told by a sample if None.
            columns: those that are wanted; formats that can leave out others do.
            on_bytes: called with the number of bytes read from disk since its last call.

        Raises:
            ArchiveError: the file cannot be opened, or a disk or network fails.
        """
        encoding = encoding or self.encoding(source)
        line, seen = 0, 0
        with self._open(source) as opened:
            path = source.path if source.member is None else None
            feed = Feed(opened.data, encoding, source.stem, path=path, columns=columns)
            try:
                for number, entry in enumerate(ENDINGS[source.ending].read(feed)):
                    line = entry.line
                    if on_bytes is not None and number % _TOLD_EVERY == 0:
                        done = opened.position() if feed.share is None else int(feed.share * opened.size)
                        on_bytes(done - seen)
                        seen = done
                    yield entry
                if on_bytes is not None:
                    on_bytes(opened.size - seen)
            except DAMAGE as error:
                yield Broken(line + 1, f"the file cannot be read any further: {error}")
            except OSError as error:
                raise ArchiveError(f"{source.name!r} cannot be read any more: {error}") from error

    @contextmanager
    def _open(self, source: Source) -> Iterator[_Opened]:
        with ExitStack() as stack:
            try:
                raw, size, position = self._raw(source, stack)
            except DAMAGE as error:
                raise ArchiveError(f"{source.name!r} cannot be read: {error}") from error
            except OSError as error:
                raise ArchiveError(
                    f"{source.name!r} cannot be read: {error.strerror or error}; check its permissions"
                ) from error
            packed = next(packed for packed in (".gz", ".zst", "") if source.ending.endswith(packed))
            yield _Opened(PACKINGS[packed](raw), size, position)

    def _raw(self, source: Source, stack: ExitStack) -> tuple[BinaryIO, int, Callable[[], int]]:
        if source.member is None:
            file = stack.enter_context(Path(source.path).open("rb"))  # noqa: SIM115 - as below
            return file, os.fstat(file.fileno()).st_size, file.tell
        archive = self._archive(source)
        info = archive.getinfo(source.member)
        member = stack.enter_context(archive.open(info))
        if not ENDINGS[source.ending].text:  # read at random, which would unpack the member again and again
            spooled = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
            shutil.copyfileobj(member, spooled, 2**20)
            spooled.seek(0)
            return cast("BinaryIO", spooled), info.compress_size, spooled.tell
        ratio = info.compress_size / max(1, info.file_size)
        return cast("BinaryIO", member), info.compress_size, lambda: int(member.tell() * ratio)

    def _archive(self, source: Source) -> zipfile.ZipFile:
        if self._zip is None or self._zip.filename != source.path:
            self.close()
            self._zip = zipfile.ZipFile(source.path)
        return self._zip
