"""What a run on a cluster has on disk, in the folder `chunks` of its run folder, which all nodes share.

    go-0000/checkpoint       Ray's: the keys of the entries whose part is complete
    go-0000/parts/events     the output to be, a file for each part; it becomes the output when the run is complete
    go-0000/parts/rejected   what could not be used, by part
    go-0000/parts/notes      for each part, which entries it has and what was found in them

Each go of a run works under a name of its own, and takes over what the last one did by renaming its folder. So what may
still be running of the last go, on a node that has not noticed its end, writes into the void.

Ray renames the files of its checkpoint without flushing them to disk, so after a power failure a name may stand without
its content. Ray would fail over such a file; here it counts as absent, and its part is done again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whodid.archive import durable
from whodid.archive.tally import Tally
from whodid.errors import OutputError
from whodid.extras import require
from whodid.ray.entries import key

__all__ = ["Note", "Work", "flaw", "ranges"]

_GO = "go-"
_PENDING = ".pending.parquet"
"""How files of Ray's checkpoint end whose part is still being written."""


@dataclass(frozen=True, slots=True)
class Note:
    """What one part holds."""

    ranges: tuple[tuple[int, int], ...]
    """First and last key of each run of entries that follow each other."""
    ends: Mapping[int, int] = field(default_factory=dict)
    """Inputs whose end is in it: how many entries they have, by the key of the end."""
    tally: Tally = field(default_factory=Tally)
    """What was found."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON."""
        return {"ranges": self.ranges, "ends": list(self.ends.items()), "tally": self.tally.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Note:
        """Read what `to_dict` wrote."""
        return cls(tuple(map(tuple, data["ranges"])), dict(data["ends"]), Tally.from_dict(data["tally"]))


class Work:
    """The folder of one go."""

    def __init__(self, path: Path) -> None:
        self.checkpoint = path / "checkpoint"
        self.parts = path / "parts"
        self.events = self.parts / "events"
        self.rejected = self.parts / "rejected"
        self.notes = self.parts / "notes"

    @classmethod
    def begin(cls, run: Path) -> Work:
        """Begin a go, on what the last one did, if there was one: what Ray has not noted as complete is dropped.

        Args:
            run: the folder in which all goes of the run stand.

        Raises:
            OutputError: it cannot be written.
        """
        try:
            last = max(run.glob(f"{_GO}*"), default=None)
            number = 0 if last is None else int(last.name.removeprefix(_GO)) + 1
            path = run / f"{_GO}{number:04}"
            if last is not None:
                last.rename(path)
            work = cls(path)
            for folder in (work.events, work.rejected, work.notes, work.checkpoint):
                folder.mkdir(parents=True, exist_ok=True)
            done = work.drop_incomplete()
            for file in work.files():
                if file.name.split(".")[0] not in done:
                    file.unlink()
        except OSError as error:
            raise OutputError(f"{str(run)!r} cannot be written: {error.strerror or error}") from error
        return work

    @classmethod
    def last(cls, run: Path) -> Work:
        """Return the last go, which must be there, as it is."""
        return cls(max(run.glob(f"{_GO}*")))

    def drop_incomplete(self) -> set[str]:
        """Remove files of the checkpoint that do not stand for a complete part; return the names of the parts that do.

        Pending ones are among them: Ray would remove what it finds under their names, also if the part is complete, as
        it is where a second attempt at writing it was cut off.
        """
        done = set()
        for file in self.checkpoint.glob("*.parquet"):
            if file.name.endswith(_PENDING) or not _is_whole(file):
                file.unlink()
            else:
                done.add(file.stem)
        return done

    def files(self) -> Iterator[Path]:
        """Stream the files of all parts."""
        for folder in (self.events, self.rejected, self.notes):
            yield from folder.iterdir()

    def read_notes(self, *, known: set[str] | None = None) -> Iterator[Note]:
        """Stream the notes of parts, in the order of their names.

        Args:
            known: names to pass over; those that were read are added.
        """
        for path in sorted(self.notes.glob("*.json")):
            if known is not None:
                if path.name in known:
                    continue
                known.add(path.name)
            yield Note.from_dict(json.loads(path.read_bytes()))

    def deliver(self, output: Path, rejects: Path) -> None:
        """Give the results their names: rejected entries first, since with the output the run is complete.

        It can be done again after an interruption.

        Raises:
            OutputError: they cannot be written, or were delivered before and have been removed since.
        """
        delivered = not self.events.is_dir()
        if delivered and not output.is_dir():
            raise OutputError(f"{str(output)!r} was delivered and is gone; start over: --force")
        parts = sorted(self.rejected.iterdir())
        if parts:
            with durable.Draft(rejects, part=self.parts / "rejected.tmp") as draft:
                for part in parts:
                    draft.write(part.read_bytes())
                draft.commit()
        else:
            durable.remove(rejects)
        if delivered:
            return
        try:
            if output.exists():
                shutil.rmtree(output)
            self.events.rename(output)
            durable.sync_folder(output.parent)
        except OSError as error:
            raise OutputError(f"{str(output)!r} cannot be written: {error.strerror or error}") from error


def _is_whole(path: Path) -> bool:
    """Tell whether a file of the checkpoint has its content. Raises OSError if the disk fails."""
    arrow = require("pyarrow", what="the ray engine", extra="ray")
    parquet = require("pyarrow.parquet", what="the ray engine", extra="ray")
    data = path.read_bytes()
    try:
        parquet.read_table(arrow.BufferReader(data))
    except (arrow.ArrowException, OSError):  # the latter of the format too: these bytes are in memory
        return False
    return True


def ranges(keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Put keys, in growing order, together to runs.

    >>> list(ranges([1, 2, 3, 7, 8]))
    [(1, 3), (7, 8)]
    """
    first = last = None
    for place in keys:
        if last is not None and first is not None and place != last + 1:
            yield first, last
            first = None
        first = place if first is None else first
        last = place
    if first is not None and last is not None:
        yield first, last


def flaw(notes: Iterable[Note], inputs: int) -> str | None:
    """Say what is wrong if the parts of a run do not hold every entry of its archive exactly once; None if all is well.

    Args:
        notes: of all parts.
        inputs: how many the archive has.
    """
    found: list[tuple[int, int]] = []
    ends: dict[int, int] = {}
    for note in notes:
        found += note.ranges
        for place, count in note.ends.items():
            if place in ends:
                return f"the end of an input (key {place}) is there twice"
            ends[place] = count
    stretches = iter(sorted(found))
    for number in range(inputs):
        count = ends.pop(key(number, 0), -1)
        if count < 0:
            return f"the end of input {number} is missing"
        expected, last = key(number, 1), key(number, count)
        while expected <= last:
            first, stop = next(stretches, (-1, -1))
            if first != expected:
                return f"an entry of input {number} is missing or there twice (key {expected}; found {first})"
            expected = stop + 1
    over = [first for first, _ in stretches] + list(ends)
    return f"there is more than the archive has (key {over[0]})" if over else None
