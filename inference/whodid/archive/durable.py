"""Writing so that it lasts: a file is there in full or not at all, whatever happens to the program or the machine.

A draft is written beside its target, flushed to disk, and renamed; then the folder is flushed, which makes the renaming
last. Nothing else in the package writes what a run depends on.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from whodid.errors import ArchiveError, OutputError

__all__ = ["Draft", "append", "cut", "lock", "make_folder", "remove", "sync_folder"]

_BUFFER = 2**20
_NO_FOLDERS = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EBADF)
"""What some network drives say to the flushing of a folder: they do it on their own, or nobody can."""
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends

# Each call by which a disk can fail, by a name of its own: tests let every one of them fail, and lose power after it.
_open = os.open
_write = os.write
_sync = os.fsync
_rename = os.replace
_unlink = os.unlink
_truncate = os.ftruncate


class Draft:
    """A file in the making. It gets its name by `commit`; until then it stands under another, or is discarded."""

    def __init__(self, target: Path, *, part: Path | None = None) -> None:
        self.target = target
        self.size = 0
        """Bytes written so far."""
        self._part = part or target.with_name(f"{target.name}.tmp")
        self._digest = hashlib.sha256()
        self._waiting = bytearray()
        with _saying_what(self._part):
            self._file: int | None = _open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666)

    @property
    def closed(self) -> bool:
        """Whether nothing more can be written."""
        return self._file is None

    @property
    def sha256(self) -> str:
        """Of all that was written so far."""
        return self._digest.hexdigest()

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.discard()

    def write(self, data: bytes) -> int:
        """Add to it."""
        self._digest.update(data)
        self._waiting += data
        self.size += len(data)
        if len(self._waiting) >= _BUFFER:
            self.flush()
        return len(data)

    def tell(self) -> int:
        """Bytes written so far."""
        return self.size

    def flush(self) -> None:
        """Hand what was written to the operating system."""
        assert self._file is not None, "committed or discarded"
        with _saying_what(self.target):
            _write_all(self._file, self._waiting)
        self._waiting.clear()

    def commit(self) -> None:
        """Flush it to disk and give it its name, in place of a file that has it already."""
        self.flush()
        assert self._file is not None
        with _saying_what(self.target):
            _sync(self._file)
            self._close()
            _rename(self._part, self.target)
            sync_folder(self.target.parent)

    def discard(self) -> None:
        """Drop it, unless it was committed."""
        if self._file is not None:
            with suppress(OSError):  # what went wrong before says more
                self._close()
                self._part.unlink(missing_ok=True)

    def _close(self) -> None:
        assert self._file is not None
        file, self._file = self._file, None
        os.close(file)


def append(path: Path, line: bytes) -> None:
    """Add a line to a file and flush it to disk. If that fails, nothing of it stays, as far as the disk allows."""
    with _saying_what(path):
        file = _open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, 0o666)
        try:
            before = os.fstat(file).st_size
            try:
                _write_all(file, line)
                _sync(file)
            except OSError:
                _truncate(file, before)
                raise
        finally:
            os.close(file)
        if before == 0:
            sync_folder(path.parent)


def cut(path: Path, size: int) -> None:
    """Shorten a file to its first bytes, and flush that to disk."""
    with _saying_what(path):
        file = _open(path, os.O_WRONLY | _BINARY, 0o666)
        try:
            if os.fstat(file).st_size > size:
                _truncate(file, size)
                _sync(file)
        finally:
            os.close(file)


def remove(path: Path) -> None:
    """Remove a file, if it is there, for good."""
    with _saying_what(path):
        if path.exists():
            _unlink(path)
            sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder, if it is not there, for good."""
    with _saying_what(path):
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Flush a folder's list of names to disk, where the system can do that."""
    if os.name == "nt":
        return
    file = _open(path, os.O_RDONLY)
    try:
        _sync(file)
    except OSError as error:
        if error.errno not in _NO_FOLDERS:
            raise
    finally:
        os.close(file)


def lock(path: Path) -> BinaryIO:
    """Lock a file, making it and its folder if need be; the lock goes with the returned file, or with the process.

    Raises:
        ArchiveError: another process holds it, or this file system has no locks.
    """
    while True:
        make_folder(path.parent)
        with _saying_what(path):
            try:
                file = path.open("a+b")
            except FileNotFoundError:
                continue  # the folder was removed in between, by a run that has just ended
        try:
            _lock(file)
            if os.path.exists(path) and os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                return file
        except BlockingIOError as error:
            file.close()
            raise ArchiveError(
                f"another whodid is working in {str(path.parent)!r}; let it finish, or choose another output with -o"
            ) from error
        except OSError as error:
            file.close()
            raise ArchiveError(f"{str(path)!r} cannot be locked: {error}; write to a local disk") from error
        file.close()  # removed in between: what is locked is no longer there for others


def _lock(file: BinaryIO) -> None:
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:  # pragma: no cover
        import msvcrt  # noqa: PLC0415

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError as error:
            raise BlockingIOError(str(error)) from error
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write_all(file: int, data: bytes | bytearray) -> None:
    with memoryview(data) as view:
        done = 0
        while done < len(view):
            done += _write(file, view[done : done + _BUFFER])


@contextmanager
def _saying_what(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{str(path)!r} cannot be written: {error.strerror or error}") from error
