"""The run folder: what an unfinished run has done, on disk, so that another process can go on where it stopped.

    lock                     held by the process that works here; it goes with the process
    manifest.json            what the run is: model, library, options, inputs; a run has begun once this is there
    inputs.jsonl             the inputs, one a line, with size, SHA-256, encoding and columns
    chunks/000000.jsonl      results of the first chunk; 000000.rejected.jsonl what could not be used in it
    journal.jsonl            a line for each committed chunk: its rows, counts, size and SHA-256; one more at the end
    stdin                    what came from standard input

A chunk counts once its line stands in the journal; it is written, flushed and renamed before that.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from whodid.archive import durable
from whodid.archive.sources import RUN_SUFFIX
from whodid.archive.survey import START, Input, Position
from whodid.archive.tally import Tally
from whodid.errors import ArchiveError

__all__ = ["Chunk", "Recovered", "RunFolder", "read_list", "run_path"]

_PIECE = 2**20


def run_path(output: str | Path) -> Path:
    """Return the folder in which a run works until its output is complete: the output's name with ".run" after it."""
    return Path(f"{output}{RUN_SUFFIX}")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A line of the journal: a stretch of the archive whose results are on disk."""

    number: int
    """From 0."""
    first: Position
    """Where it begins."""
    next: Position
    """Where the chunk after it begins."""
    tally: Tally
    """Counts of what is in it."""
    size: int
    """Bytes of its results."""
    sha256: str
    """Of its results."""
    rejected_size: int = 0
    """Bytes of its rejected entries; without any, there is no file."""
    rejected_sha256: str = ""
    """Of its rejected entries."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        return {**plain, "first": asdict(self.first), "next": asdict(self.next), "tally": self.tally.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Chunk:
        """Read what `to_dict` wrote."""
        places = {key: Position(**data[key]) for key in ("first", "next")}
        return cls(**{**data, **places, "tally": Tally.from_dict(data["tally"])})


@dataclass(frozen=True, slots=True)
class Recovered:
    """What an earlier process left that can be built on."""

    chunks: int = 0
    """Number of committed chunks."""
    position: Position = START
    """Where the next chunk begins."""
    complete: bool = False
    """Whether the end of the archive was reached."""
    tally: Tally = field(default_factory=Tally)
    """Counts over the committed chunks."""


class RunFolder:
    """The folder of one run, locked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest_path = path / "manifest.json"
        self.inputs_path = path / "inputs.jsonl"
        self.journal_path = path / "journal.jsonl"
        self.stdin_path = path / "stdin"
        self.chunks_path = path / "chunks"

    @classmethod
    @contextmanager
    def locked(cls, path: Path) -> Iterator[RunFolder]:
        """Take hold of a run's folder, making it if need be. One in which no run has begun goes again at the end.

        Raises:
            ArchiveError: another process works in it.
            OutputError: it cannot be made.
        """
        held = durable.lock(path / "lock")
        folder = cls(path)
        try:
            yield folder
        finally:
            if not folder.manifest_path.exists():
                shutil.rmtree(path, ignore_errors=True)
            held.close()

    def manifest(self) -> dict[str, Any] | None:
        """Return what the run is that has begun here, or None.

        Raises:
            ArchiveError: it cannot be read.
        """
        try:
            found = json.loads(self.manifest_path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise ArchiveError(f"{str(self.manifest_path)!r} cannot be read: {error}; start over: --force") from error
        if not isinstance(found, dict):
            raise ArchiveError(f"{str(self.manifest_path)!r} is not the manifest of a run; start over: --force")
        return found

    def begin(self, manifest: Mapping[str, Any]) -> None:
        """Begin a run."""
        durable.make_folder(self.chunks_path)
        with durable.Draft(self.manifest_path) as draft:
            draft.write((json.dumps(manifest, indent=2) + "\n").encode())
            draft.commit()

    def forget(self) -> None:
        """Drop a run, whatever it has done. The manifest goes first: what is left without it is no run."""
        durable.remove(self.manifest_path)
        shutil.rmtree(self.chunks_path, ignore_errors=True)
        for path in (self.inputs_path, self.journal_path, self.stdin_path):
            durable.remove(path)

    def inputs(self) -> Iterator[Input]:
        """Stream the inputs as surveyed."""
        return read_list(self.inputs_path)

    def chunk_path(self, number: int, *, rejected: bool = False) -> Path:
        """Return where the results of a chunk stand, or its rejected entries."""
        return self.chunks_path / f"{number:06d}{'.rejected' if rejected else ''}.jsonl"

    def commit(self, chunk: Chunk) -> None:
        """Make a chunk count whose files are on disk."""
        durable.append(self.journal_path, (json.dumps(chunk.to_dict()) + "\n").encode())

    def complete(self, chunks: int) -> None:
        """Note that the end of the archive was reached."""
        durable.append(self.journal_path, (json.dumps({"complete": chunks}) + "\n").encode())

    def chunks(self) -> Iterator[Chunk]:
        """Stream the committed chunks."""
        yield from (Chunk.from_dict(entry) for entry, _ in self._journal() if "complete" not in entry)

    def recover(self) -> Recovered:
        """Find what can be built on: all chunks up to the first that is not on disk as it was written.

        What comes after them in the journal is cut off; it will be done again.
        """
        tally, position, number, size = Tally(), START, 0, 0
        complete = False
        for entry, end in self._journal():
            if "complete" in entry:
                complete = entry["complete"] == number
            else:
                chunk = Chunk.from_dict(entry)
                if chunk.number != number or not self._intact(chunk):
                    break
                tally.add(chunk.tally)
                position, number = chunk.next, number + 1
            size = end
        if self.journal_path.exists():
            durable.cut(self.journal_path, size)
        return Recovered(number, position, complete, tally)

    def lines(self, *, rejected: bool = False) -> Iterator[bytes]:
        """Stream the lines of all chunks, and check each chunk on the way.

        Raises:
            ArchiveError: a chunk is not on disk as it was written.
        """
        for chunk in self.chunks():
            size, sha256 = (chunk.rejected_size, chunk.rejected_sha256) if rejected else (chunk.size, chunk.sha256)
            if size:
                yield from _checked(self.chunk_path(chunk.number, rejected=rejected), sha256)

    def _journal(self) -> Iterator[tuple[dict[str, Any], int]]:
        """Yield the lines of the journal, each with the place where it ends; a line that was cut off ends it."""
        if not self.journal_path.exists():
            return
        end = 0
        with self.journal_path.open("rb") as lines:
            for line in lines:
                end += len(line)
                try:
                    entry = json.loads(line) if line.endswith(b"\n") else None
                except ValueError:
                    return
                if not isinstance(entry, dict):
                    return
                yield entry, end

    def _intact(self, chunk: Chunk) -> bool:
        files = (
            (self.chunk_path(chunk.number), chunk.size, chunk.sha256),
            (self.chunk_path(chunk.number, rejected=True), chunk.rejected_size, chunk.rejected_sha256),
        )
        return all(_has(path, sha256) for path, size, sha256 in files if size)


def read_list(path: Path) -> Iterator[Input]:
    """Stream a list of inputs."""
    with path.open("rb") as lines:
        yield from (Input.from_dict(json.loads(line)) for line in lines)


def _has(path: Path, sha256: str) -> bool:
    digest = hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError:
        return False
    return digest.hexdigest() == sha256


def _checked(path: Path, sha256: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with suppress(FileNotFoundError), path.open("rb") as lines:
        for line in lines:
            digest.update(line)
            yield line
    if digest.hexdigest() != sha256:
        raise ArchiveError(f"{str(path)!r} is damaged; type the same command with --resume to make it again")
