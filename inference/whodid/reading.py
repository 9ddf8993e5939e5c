"""Articles become windows, windows batches, batches scores, and scores articles again: a stream, in order.

Memory depends on the articles under way, a few batches' worth, and never on the archive. A long article goes through in
many batches. Which windows share a batch follows from the texts and `batch_size` alone, not from time or threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whodid.decode import ArticleScores
from whodid.engine import Engine
from whodid.engine.batch import Batch, SpecialTokens
from whodid.engine.threads import Workers, torch_threads
from whodid.errors import InputTypeError
from whodid.network import Scores
from whodid.tokens import Tokens
from whodid.windows import Window

__all__ = ["Reader", "Reading"]

_CHARACTERS_PER_PIECE = 4
"""A guess for English, by which texts are grouped before they are cut into pieces."""
_BATCHES_PER_GROUP = {False: 2, True: 8}
"""More makes batches of more equal length, where the engine needs them, and a later first result."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An article that has been read but not yet judged: its scores, to which thresholds can be applied at will."""

    text: str
    """As given."""
    tokens: Tokens
    """Its word pieces."""
    windows: tuple[Window, ...]
    """In which it was read."""
    scores: ArticleScores
    """Of its words and event types."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A window to be scored, with what its scores are written into."""

    reading: Reading
    window: Window
    first_pieces: npt.NDArray[np.int64]
    """Index of the first piece of each of the article's words."""


@dataclass(frozen=True, slots=True)
class _Work:
    """A batch of windows; the last one of a group completes its articles."""

    jobs: Sequence[_Job]
    completes: Sequence[Reading]


class Reader:
    """Puts a stream of texts through an engine."""

    def __init__(
        self, engine: Engine, prepare: Callable[[str], Reading], special: SpecialTokens, *, threads: int
    ) -> None:
        self.threads = threads
        self._engine, self._prepare, self._special = engine, prepare, special
        self._workers = Workers(threads)

    def one(self, text: str) -> Reading:
        """Read one text with all threads at work on each batch: soonest done, if not cheapest."""
        with torch_threads(self.threads):
            reading = self._prepare(_checked(text))
            for work in self._batches([reading], 32):
                _write(work, self._score(work), before=len(self._special.prefix))
        return reading

    def many(self, texts: Iterable[str], batch_size: int) -> Iterator[Reading]:
        """Read texts in order, each batch of windows on one thread."""
        with torch_threads(1):
            ahead = self._workers.ahead
            prepared = ahead(self._prepare_all, self._groups(texts, batch_size), depth=2)
            works = (work for _, readings in prepared for work in self._batches(readings, batch_size))
            for work, scored in ahead(self._score, works, depth=self.threads):
                _write(work, scored, before=len(self._special.prefix))
                yield from work.completes

    def _prepare_all(self, texts: Sequence[str]) -> list[Reading]:
        return [self._prepare(text) for text in texts]

    def _groups(self, texts: Iterable[str], batch_size: int) -> Iterator[list[str]]:
        """Put texts together until they fill some batches."""
        most = _BATCHES_PER_GROUP[self._engine.sorts]
        group: list[str] = []
        pieces = 0
        for text in texts:
            group.append(_checked(text))
            pieces += len(text) // _CHARACTERS_PER_PIECE
            if len(group) >= most * batch_size or pieces >= most * self._engine.pieces:
                yield group
                group, pieces = [], 0
        if group:
            yield group

    def _batches(self, group: Sequence[Reading], batch_size: int) -> Iterator[_Work]:
        """Lay out the windows of some articles in batches of at most `batch_size`."""
        jobs = [job for reading in group for job in _jobs(reading)]
        if self._engine.sorts:
            jobs.sort(key=_length)
        batch: list[_Job] = []
        pieces = 0
        for job in jobs:
            length = _length(job) + self._special.count
            if batch and (len(batch) == batch_size or pieces + length > self._engine.pieces):
                yield _Work(sorted(batch, key=_length), ())
                batch, pieces = [], 0
            batch.append(job)
            pieces += length
        yield _Work(sorted(batch, key=_length), group)

    def _score(self, work: _Work) -> list[Scores]:
        if not work.jobs:
            return []
        return self._engine(Batch.of([(job.reading.tokens, job.window) for job in work.jobs], self._special))


def _checked(text: object) -> str:
    if not isinstance(text, str):
        raise InputTypeError(f"a text must be a string, got {type(text).__name__}: {text!r:.80}")
    return text


def _jobs(reading: Reading) -> Iterator[_Job]:
    first_pieces = reading.tokens.first_pieces
    return (_Job(reading, window, first_pieces) for window in reading.windows)


def _length(job: _Job) -> int:
    return job.window.stop - job.window.start


def _write(work: _Work, scored: Sequence[Scores], *, before: int) -> None:
    """Write what each window answers for into its article; its pieces have `before` special tokens in front."""
    for job, found in zip(work.jobs, scored, strict=True):
        window, into = job.window, job.reading.scores
        words = slice(*np.searchsorted(job.first_pieces, (window.keep_start, window.keep_stop)))
        columns = job.first_pieces[words] - window.start + before
        for name in ("roles", "links", "names"):
            getattr(into, name)[words] = getattr(found, name)[columns]
        np.maximum(into.event_types, found.event_types, out=into.event_types)
