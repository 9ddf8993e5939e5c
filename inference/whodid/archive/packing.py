"""Packed files: gzip and zstd, unpacked on the way as streams of bytes. A cut file is an error, never just short."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, cast

from whodid.extras import require

__all__ = ["DAMAGE", "PACKINGS"]

DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)
"""What a file raises halfway whose content is cut or damaged; other errors are the disk's or the network's."""

_PIECE = 16 * 2**10
"""Packed bytes taken at once from a zstd file; text unpacks to some ten times as much."""


def _gzip(packed: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", gzip.GzipFile(fileobj=packed))


def _zstd(packed: BinaryIO) -> BinaryIO:
    return io.BufferedReader(_Zstd(packed), 2**16)


class _Zstd(io.RawIOBase):
    """The frames of a zstd file, one after the other; unlike the library's reader it notices when the last is cut."""

    def __init__(self, packed: BinaryIO) -> None:
        self._library = require("zstandard", what="a .zst file", extra="archives")
        self._packed = packed
        self._frame: Any = None
        self._rest = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            piece = self._rest or self._packed.read(_PIECE)
            self._rest = b""
            if not piece:
                if self._frame is not None:
                    raise EOFError("the file ended before the end of its zstd frame")
                return 0
            self._ready = memoryview(self._unpack(piece))
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _unpack(self, piece: bytes) -> bytes:
        if self._frame is None:
            self._frame = self._library.ZstdDecompressor(max_window_size=2**27).decompressobj()
        try:
            data: bytes = self._frame.decompress(piece)
        except self._library.ZstdError as error:
            raise zlib.error(f"damaged zstd data: {error}") from error
        if self._frame.eof:
            self._rest, self._frame = self._frame.unused_data, None
        return data


PACKINGS: Mapping[str, Callable[[BinaryIO], BinaryIO]] = {"": lambda raw: raw, ".gz": _gzip, ".zst": _zstd}
"""How to unpack a file, by the last of its suffixes; "" for one that is not packed."""
