"""One chunk: the next rows of an archive go through the model, and their results to disk, in full or not at all.

Where a chunk ends depends on the rows alone, and each is given to the model on its own. So a chunk that is done again
after an interruption goes through the network in the same batches, and comes out the same to the last bit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from whodid.archive.durable import Draft
from whodid.archive.journal import Chunk, RunFolder
from whodid.archive.records import Stamp, json_line, make_record, rejected_record
from whodid.archive.rows import BadRow, Row
from whodid.archive.survey import Position
from whodid.archive.tally import Tally
from whodid.archive.unreadable import find_unreadable
from whodid.errors import blames_a_text
from whodid.types import Prediction

__all__ = ["ChunkOptions", "Limits", "Predictor", "Watch", "write_chunk"]

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

    def forget(self, tally: Tally) -> None:
        """Take back so much of it: a chunk is done again."""
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

    Where the model fails, the articles on which it also fails alone are set aside, and the chunk is done again without
    them: the others come out as if those had never been there.

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
        Exception: the model failed, and no article on its own makes it fail again.
    """
    intake = _Intake(entries, options.limits)
    while True:
        attempt = _Attempt(intake, model, options.batch_size, watch)
        try:
            return _written(attempt, folder, number, first)
        except _ModelError as error:
            found = find_unreadable(attempt.waiting, attempt.answer_alone)
            if not found:
                raise error.cause from error.cause.__cause__
            intake.set_aside(found)
            watch.forget(attempt.tally)


def _written(attempt: _Attempt, folder: RunFolder, number: int, first: Position) -> Chunk | None:
    with Draft(folder.chunk_path(number)) as good, Draft(folder.chunk_path(number, rejected=True)) as bad:
        attempt.write(good, bad)
        if attempt.next is None:
            return None
        files = (good.size, good.sha256, bad.size, bad.sha256)
        for draft in (good, bad):
            if draft.size:
                draft.commit()
    return Chunk(number, first, attempt.next, attempt.tally, *files)


class _ModelError(Exception):
    """The model failed, and it may be a text's fault."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


class _Intake:
    """The entries of one chunk, as often as they are asked for. How many they are depends on the archive alone."""

    def __init__(self, entries: Entries, limits: Limits) -> None:
        self._entries = entries
        self._limits = limits
        self._taken: list[tuple[int, Row | BadRow]] = []
        self._aside: dict[int, BadRow] = {}
        self.next: Position | None = None
        """After the last entry that was taken."""

    def rows(self) -> Iterator[tuple[int, Row | BadRow]]:
        """Go through them from the first on, each with its index in the chunk."""
        characters = index = 0
        while index < self._limits.rows and characters < self._limits.characters:
            if index == len(self._taken):
                entry = next(self._entries, None)
                if entry is None:
                    return
                self._taken.append(entry)
            number, row = self._taken[index]
            self.next = Position(number, row.row)
            characters += len(row.text) if isinstance(row, Row) else 0
            yield index, self._aside.get(index, row)
            index += 1

    def set_aside(self, found: Mapping[int, BadRow]) -> None:
        """From now on give these in place of the articles that stand there."""
        self._aside.update(found)


class _Attempt:
    """Gives the model the texts of one chunk, and keeps the rows that it has taken and not yet answered."""

    def __init__(self, intake: _Intake, model: Predictor, batch_size: int, watch: Watch) -> None:
        self._intake, self._model, self._batch_size, self._watch = intake, model, batch_size, watch
        self._stamp = Stamp(model.fingerprint)
        self._not_the_model: BaseException | None = None
        self.tally = Tally()
        self.waiting: deque[tuple[int, Row]] = deque()

    @property
    def next(self) -> Position | None:
        """After the last entry that was taken."""
        return self._intake.next

    def write(self, good: Draft, bad: Draft) -> None:
        """Write what becomes of the entries.

        Raises:
            _ModelError: the model failed.
        """
        for prediction, line in self._answers(bad):
            good.write(line)
            self.tally.count(prediction)
            self._watch.article(prediction)
        if self.waiting:
            first = self.waiting[0][1]
            raise RuntimeError(f"the model gave no prediction for {len(self.waiting)} articles, from {first.id} on")

    def answer_alone(self, row: Row) -> list[bytes]:
        """Read one article by itself, as far as its line of the output."""
        predictions = self._model.predict_many([row.text], batch_size=self._batch_size)
        return [self._line(row, prediction) for prediction in predictions]

    def _answers(self, bad: Draft) -> Iterator[tuple[Prediction, bytes]]:
        """Yield each prediction with its line; a number that is not finite cannot be written, and is an error too."""
        try:
            for prediction in self._model.predict_many(self._texts(bad), batch_size=self._batch_size):
                line = self._line(self.waiting[0][1], prediction)
                self.waiting.popleft()
                yield prediction, line
        except BaseException as error:
            if self._not_the_model is not None or not blames_a_text(error):
                raise
            raise _ModelError(error) from error

    def _line(self, row: Row, prediction: Prediction) -> bytes:
        return json_line(make_record(row, prediction, self._stamp))

    def _texts(self, bad: Draft) -> Iterator[str]:
        try:
            for index, row in self._intake.rows():
                if isinstance(row, BadRow):
                    bad.write(json_line(rejected_record(row)))
                    self.tally.rejected += 1
                    self._watch.bad(row)
                else:
                    self.waiting.append((index, row))
                    yield row.text
        except GeneratorExit:
            raise  # the model is done with it
        except BaseException as error:
            self._not_the_model = error
            raise
