"""Which files make up an archive: files, folders, patterns, zip archives and standard input become a stream of sources.

Nothing is read here beyond the lists of names in folders and zip archives.
"""

from __future__ import annotations

import glob
import os
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from whodid.archive.formats import ENDINGS, ending_of
from whodid.errors import ArchiveError, one_of

__all__ = ["RUN_SUFFIX", "STDIN", "ZIP", "Source", "check_format", "find_sources"]

STDIN = "-"
"""Path that stands for standard input."""

ZIP = ".zip"

RUN_SUFFIX = ".run"
"""Ending of the folder in which a run works; folders are not searched for articles if they end in this."""

_WHAT_CAN_BE_READ = f"a file must end in {', '.join(ENDINGS)} or {ZIP}"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read, or one member of a zip archive."""

    path: str
    """Where it stands."""
    ending: str
    """How it is read: one of `ENDINGS`."""
    member: str | None = None
    """Name within the zip archive at `path`."""
    alias: str | None = None
    """Name to go by in place of the path."""

    @property
    def name(self) -> str:
        """What it is called in results: the path as given, followed by the member's name in a zip archive.

        >>> Source("news.zip", ".csv", "1990/may.csv").name
        'news.zip/1990/may.csv'
        """
        path = os.fsencode(self.path).decode("utf-8", "backslashreplace") if self.alias is None else self.alias
        return path if self.member is None else f"{path}/{self.member}"

    @property
    def stem(self) -> str:
        """Its name without folder and endings."""
        base = PurePosixPath(self.member).name if self.member else os.path.basename(self.name)
        return base.removesuffix(base[len(base) - len(self.ending) :]) if base.lower().endswith(self.ending) else base


def find_sources(
    paths: Iterable[str | Path],
    *,
    given_format: str | None = None,
    skip: Collection[Path] = (),
    spool: Callable[[], Path] | None = None,
) -> Iterator[Source]:
    """Find the sources of an archive: files as named, folders and zip archives in sorted order over the known endings.

    Hidden files and folders (a leading dot) are passed over, links to folders are not followed, and a file that is
    named twice is read once. A path with "*", "?" or "[" that is no file is a pattern; "**" stands for any folders.

    Args:
        paths: files, folders, patterns, and "-" for standard input.
        given_format: ending that says how standard input, and named files of no known ending, are read.
        skip: files and folders that are about to be written: left out of folders, and an error if named.
        spool: saves standard input and returns where; without it, standard input cannot be read.

    Raises:
        ArchiveError: a path is missing or unreadable or has an unknown ending, or there is nothing to read.
    """
    given = [str(path) for path in paths]
    ending = check_format(given_format)
    written = {path.resolve() for path in skip}
    seen: set[bytes] = set()
    several = len(given) > 1 or any(map(glob.has_magic, given))
    found = False
    for path in given:
        sources = _standard_input(ending, spool) if path == STDIN else _expand(path, written, ending)
        for source in sources:
            key = blake2b(os.fsencode(f"{os.path.abspath(source.path)}\0{source.member}"), digest_size=16).digest()
            if several and key in seen:
                continue
            if several:  # one path cannot name a file twice, and a million names take room
                seen.add(key)
            found = True
            yield source
    if not found:
        raise ArchiveError(f"nothing to read in {', '.join(given) or '(no path)'}; {_WHAT_CAN_BE_READ}")


def check_format(name: str | None) -> str | None:
    """Return the ending that a format named by the user stands for: "csv" and ".csv" are one.

    Raises:
        ArchiveError: there is no such format.
    """
    if name is None:
        return None
    ending = f".{name.lower().removeprefix('.')}"
    if ending not in ENDINGS:
        known = one_of(ending.removeprefix(".") for ending in ENDINGS)
        raise ArchiveError(f"there is no format {name!r}; choose {known}")
    return ending


def _standard_input(ending: str | None, spool: Callable[[], Path] | None) -> Iterator[Source]:
    if spool is None:
        raise ArchiveError("standard input cannot be read here; save it to a file and name that")
    yield Source(str(spool()), ending or ".jsonl", alias=STDIN)


def _expand(path: str, written: Collection[Path], ending: str | None) -> Iterator[Source]:
    if os.path.lexists(path) and _is_written(path, written):
        raise ArchiveError(f"{path!r} is both to be read and to be written; choose another output with -o")
    if os.path.isdir(path):
        yield from _walk(path, written)
    elif os.path.lexists(path):
        yield from _named(path, ending)
    elif glob.has_magic(path):
        yield from _matching(path, written)
    else:
        raise ArchiveError(f"there is no file or folder {path!r}; name files or folders of articles")


def _named(path: str, ending: str | None) -> Iterator[Source]:
    known = ending_of(path) or ending
    if known is not None:
        yield Source(path, known)
    elif path.lower().endswith(ZIP):
        yield from _members(path)
    else:
        raise ArchiveError(f"{path!r} has an unknown suffix; {_WHAT_CAN_BE_READ}, or say how to read it: --format csv")


def _matching(pattern: str, written: Collection[Path]) -> Iterator[Source]:
    found = sorted(glob.iglob(pattern, recursive=True))
    if not found:
        raise ArchiveError(f"no file matches {pattern!r}; check it, and quote it: '{pattern}'")
    for path in found:
        if _is_written(path, written):
            continue
        yield from _walk(path, written) if os.path.isdir(path) else _known(path)


def _walk(folder: str, written: Collection[Path]) -> Iterator[Source]:
    names = {path.name for path in written}

    def kept(parent: str, name: str) -> bool:
        return not (name in names and _is_written(os.path.join(parent, name), written))

    for parent, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not _passed_over(parent, name) and kept(parent, name))
        for name in sorted(files):
            if not name.startswith(".") and kept(parent, name):
                yield from _known(os.path.join(parent, name))


def _is_written(path: str, written: Collection[Path]) -> bool:
    """Tell whether a path is about to be written, or stands in a folder that is."""
    resolved = Path(path).resolve()
    return resolved in written or any(parent in written for parent in resolved.parents)


def _passed_over(parent: str, name: str) -> bool:
    is_a_run = name.endswith(RUN_SUFFIX) and os.path.exists(os.path.join(parent, name, "lock"))
    return name.startswith(".") or is_a_run


def _known(path: str) -> Iterator[Source]:
    """Yield what a file gives that was found, not named; one of no known ending gives nothing."""
    ending = ending_of(path)
    if ending is not None:
        yield Source(path, ending)
    elif path.lower().endswith(ZIP):
        yield from _members(path)


def _members(path: str) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (OSError, zipfile.BadZipFile) as error:
        raise ArchiveError(f"zip archive {path!r} cannot be read: {error}") from error
    locked = next((info.filename for info in infos if info.flag_bits & 1), None)
    if locked is not None:
        raise ArchiveError(f"member {locked!r} of {path!r} is encrypted; unpack it and name the folder")
    for name in sorted(info.filename for info in infos if not info.is_dir()):
        ending = ending_of(name)
        hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
        if ending is not None and not hidden:
            yield Source(path, ending, name)


def _unreadable(error: OSError) -> None:
    raise ArchiveError(f"folder {error.filename!r} cannot be read: {error.strerror}") from error
