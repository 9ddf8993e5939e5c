"""One chunk: the next rows of an archive go through the model, and their results to disk, in full or not at all.

Where a chunk ends depends on the rows alone, and each is given to the model on its own. So a chunk that is done again
after an interruption goes through the network in the same batches, and comes out the same to the last bit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from whodid.archive.durable import Draft
from whodid.archive.journal import Chunk, RunFolder
from whodid.archive.records import Stamp, json_line, make_record, rejected_record
from whodid.archive.rows import BadRow, Row
from whodid.archive.survey import Position
from whodid.archive.tally import Tally
from whodid.types import Prediction

__all__ = ["ChunkOptions", "Limits", "Predictor", "Watch", "answered", "write_chunk"]

Entries = Iterator[tuple[int, Row | BadRow]]


class Predictor(Protocol):
    """What a run needs of a model."""

    @property
    def fingerprint(self) -> str:
        """Same digits, same answers."""
        ...

    def predict_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Prediction]:
        """Read a stream of articles and yield one prediction for each, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a chunk ends: whatever is reached first."""

    rows: int = 1024
    """Entries. More lose more of the work in an interruption; fewer make batches less equal in length."""
    characters: int = 8 * 2**20
    """Characters of text: a few huge articles are a chunk too."""


class ChunkOptions(Protocol):
    """What a chunk needs to know of a run."""

    @property
    def limits(self) -> Limits:
        """Where a chunk ends."""
        ...

    @property
    def batch_size(self) -> int:
        """Windows of text that go through the network together."""
        ...


class Watch(Protocol):
    """Who is told of what happens."""

    def article(self, prediction: Prediction) -> None:
        """Take note of an article."""
        ...

    def bad(self, row: BadRow) -> None:
        """Take note of an entry that cannot be used."""
        ...


def write_chunk(
    entries: Entries,
    model: Predictor,
    folder: RunFolder,
    *,
    number: int,
    first: Position,
    options: ChunkOptions,
    watch: Watch,
) -> Chunk | None:
    """Read the next entries and write what comes out; the caller commits the chunk.

    Args:
        entries: rows of the archive with the number of their input; as many are taken as the chunk has.
        model: reads them.
        folder: where to write.
        number: of the chunk.
        first: where it begins.
        options: where it ends, and how the model is called.
        watch: told of everything that happens.

    Returns:
        The chunk, or None if there are no more entries.

    Raises:
        OutputError: it cannot be written.
    """
    with Draft(folder.chunk_path(number)) as good, Draft(folder.chunk_path(number, rejected=True)) as bad:
        intake = _Intake(entries, options.limits, bad, watch)
        tally, stamp = intake.tally, Stamp(model.fingerprint)
        for row, prediction in answered(intake.rows(), model, batch_size=options.batch_size):
            good.write(json_line(make_record(row, prediction, stamp)))
            tally.count(prediction)
            watch.article(prediction)
        if intake.next is None:
            return None
        files = (good.size, good.sha256, bad.size, bad.sha256)
        for draft in (good, bad):
            if draft.size:
                draft.commit()
    return Chunk(number, first, intake.next, tally, *files)


def answered(rows: Iterable[Row], model: Predictor, *, batch_size: int) -> Iterator[tuple[Row, Prediction]]:
    """Give a model the texts of rows, and yield each row with what the model says of it, in order."""
    waiting: deque[Row] = deque()

    def texts() -> Iterator[str]:
        for row in rows:
            waiting.append(row)
            yield row.text

    for prediction in model.predict_many(texts(), batch_size=batch_size):
        yield waiting.popleft(), prediction
    if waiting:
        raise RuntimeError(f"the model gave no prediction for {len(waiting)} articles, from {waiting[0].id} on")


class _Intake:
    """Takes the entries of one chunk: the good ones on to the model, the bad ones to their file."""

    def __init__(self, entries: Entries, limits: Limits, bad: Draft, watch: Watch) -> None:
        self._entries = entries
        self._limits = limits
        self._bad = bad
        self._watch = watch
        self.tally = Tally()
        self.next: Position | None = None
        """After the last entry that was taken."""

    def rows(self) -> Iterator[Row]:
        """Yield articles until the chunk is full."""
        characters = 0
        for rows, (number, row) in enumerate(self._entries, 1):
            self.next = Position(number, row.row)
            if isinstance(row, BadRow):
                self._bad.write(json_line(rejected_record(row)))
                self.tally.rejected += 1
                self._watch.bad(row)
            else:
                characters += len(row.text)
                yield row
            if rows >= self._limits.rows or characters >= self._limits.characters:
                return
