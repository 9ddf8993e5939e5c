"""Which files make up an archive: paths and folders become a sorted list of readable files.

Nothing is read here beyond the check that a file opens.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from whodid.archive.formats import FORMATS, format_of
from whodid.errors import ArchiveError

__all__ = ["SUFFIXES", "archive_files"]

SUFFIXES = tuple(suffix + packed for packed in ("", ".gz") for suffix in FORMATS)
"""Endings of the files that can be read."""


def archive_files(paths: Iterable[str | Path], *, skip: Collection[Path] = ()) -> tuple[Path, ...]:
    """Return the files of an archive: files as named, folders walked in sorted order over the known suffixes.

    Hidden files and folders (a leading dot) are passed over, links to folders are not followed, and a file that is
    named twice is read once.

    Args:
        paths: files and folders.
        skip: files that are about to be written: left out of folders, and an error if named.

    Raises:
        ArchiveError: a path is missing, cannot be opened or has an unknown suffix, or nothing is left to read.
    """
    given = [Path(path) for path in paths]
    written = {path.resolve() for path in skip}
    found = dict.fromkeys(file for path in given for file in _expand(path, written))
    for file in found:
        _check_opens(file)
    if not found:
        names = ", ".join(str(path) for path in given) or "(no path)"
        raise ArchiveError(f"nothing to read in {names}; a file must end in {', '.join(SUFFIXES)}")
    return tuple(found)


def _expand(path: Path, written: Collection[Path]) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in _walk(path) if file.resolve() not in written)
        return
    if not path.exists():
        raise ArchiveError(f"there is no file or folder {str(path)!r}; name files or folders of articles")
    if format_of(path) is None:
        raise ArchiveError(f"{str(path)!r} has an unknown suffix; a file must end in {', '.join(SUFFIXES)}")
    if path.resolve() in written:
        raise ArchiveError(f"{str(path)!r} is both to be read and to be written; choose another output with -o")
    yield path


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and format_of(Path(name)) is not None:
                yield Path(parent) / name


def _unreadable(error: OSError) -> None:
    raise ArchiveError(f"folder {error.filename!r} cannot be read: {error.strerror}") from error


def _check_opens(file: Path) -> None:
    try:
        file.open("rb").close()
    except OSError as error:
        raise ArchiveError(f"{str(file)!r} cannot be read: {error.strerror}; check its permissions") from error
