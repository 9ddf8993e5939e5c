"""Articles become windows, windows batches, batches scores, and scores articles again: a stream, in order.

Memory depends on the articles under way, a few batches' worth, and never on the archive. A long article goes through in
many batches. Which windows share a batch follows from the texts and `batch_size` alone, not from time or threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from whodid.candidates import may_be_inside
from whodid.decode import ArticleScores, tag_probabilities
from whodid.engine import Engine
from whodid.engine.batch import Batch, SpecialTokens
from whodid.engine.threads import Workers, torch_threads
from whodid.errors import InputTypeError, PredictionError, blames_a_text
from whodid.network import Scores
from whodid.tokens import Tokens
from whodid.windows import Window

__all__ = ["Reader", "Reading", "naming"]

Given = TypeVar("Given")
Made = TypeVar("Made")

_CHARACTERS_PER_PIECE = 4
"""A guess for English, by which texts are grouped before they are cut into pieces."""
_BATCHES_PER_GROUP = {False: 2, True: 8}
"""More makes batches of more equal length, where the engine needs them, and a later first result."""


_OF_WORDS = ("roles", "names")
"""Scores of which each word has those of its first piece."""
_OF_CANDIDATES = ("links", "incidents")
"""Likewise, if it may be in a mention."""
_OF_MENTIONS = ("entities",)
"""Likewise, whatever the role."""
_OF_ARTICLES = ("event_types", "mains")
"""Scores of which an article has the largest of its windows."""


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
class _Group:
    """Articles that are laid out in batches together."""

    first: int
    """Index of the first of them among all texts."""
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Work:
    """A batch of windows of the articles of a group."""

    jobs: Sequence[_Job]
    first: int
    """Index of the group's first article among all texts."""
    readings: Sequence[Reading]
    """Of the whole group."""
    last: bool
    """Whether the group is complete with it."""


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
            for work in self._batches(0, [reading], 32):
                _write(work, self._score(work.jobs), before=len(self._special.prefix))
        return reading

    def many(self, texts: Iterable[str], batch_size: int) -> Iterator[Reading]:
        """Read texts in order, each batch of windows on one thread.

        Raises:
            PredictionError: one of them cannot be read.
        """
        with torch_threads(1):
            ahead = self._workers.ahead
            prepared = ahead(self._prepare_all, self._groups(texts, batch_size), depth=2)
            works = (work for group, readings in prepared for work in self._batches(group.first, readings, batch_size))
            for work, scored in ahead(self._score_naming, works, depth=self.threads):
                _write(work, scored, before=len(self._special.prefix))
                if work.last:
                    yield from work.readings

    def _prepare_all(self, group: _Group) -> list[Reading]:
        return [naming(self._prepare, text, index) for index, text in enumerate(group.texts, group.first)]

    def _groups(self, texts: Iterable[str], batch_size: int) -> Iterator[_Group]:
        """Put texts together until they fill some batches."""
        most = _BATCHES_PER_GROUP[self._engine.sorts]
        group: list[str] = []
        first = pieces = 0
        for index, text in enumerate(texts):
            group.append(_checked(text, index))
            pieces += len(text) // _CHARACTERS_PER_PIECE
            if len(group) >= most * batch_size or pieces >= most * self._engine.pieces:
                yield _Group(first, group)
                group, first, pieces = [], index + 1, 0
        if group:
            yield _Group(first, group)

    def _batches(self, first: int, readings: Sequence[Reading], batch_size: int) -> Iterator[_Work]:
        """Lay out the windows of some articles in batches of at most `batch_size`."""
        jobs = [job for reading in readings for job in _jobs(reading)]
        if self._engine.sorts:
            jobs.sort(key=_length)
        batch: list[_Job] = []
        pieces = 0
        for job in jobs:
            length = _length(job) + self._special.count
            if batch and (len(batch) == batch_size or pieces + length > self._engine.pieces):
                yield _Work(sorted(batch, key=_length), first, readings, last=False)
                batch, pieces = [], 0
            batch.append(job)
            pieces += length
        yield _Work(sorted(batch, key=_length), first, readings, last=True)

    def _score(self, jobs: Sequence[_Job]) -> list[Scores]:
        if not jobs:
            return []
        return self._engine(Batch.of([(job.reading.tokens, job.window) for job in jobs], self._special))

    def _score_naming(self, work: _Work) -> list[Scores]:
        """Score a batch; where that fails, find out by which article."""
        try:
            return self._score(work.jobs)
        except BaseException as error:
            if blames_a_text(error):
                for index, reading in enumerate(work.readings, work.first):
                    naming(self._score, [job for job in work.jobs if job.reading is reading], index)
            raise


def naming(function: Callable[[Given], Made], given: Given, index: int) -> Made:
    """Call a function on a text, or on what became of it; if that fails, say which one it was.

    Raises:
        PredictionError: the function stumbled over it.
    """
    try:
        return function(given)
    except BaseException as error:
        if not blames_a_text(error):
            raise
        reason = f"{type(error).__name__}: {error}"
        raise PredictionError(f"text {index} (counted from 0) cannot be read: {reason}") from error


def _checked(text: object, index: int | None = None) -> str:
    if not isinstance(text, str):
        which = "" if index is None else f" (text {index}, counted from 0)"
        raise InputTypeError(f"a text must be a string, got {type(text).__name__}: {text!r:.80}{which}")
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
        for name in _OF_WORDS:
            getattr(into, name)[words] = getattr(found, name)[columns]
        kept = may_be_inside(tag_probabilities(into.roles[words]))
        for name in _OF_CANDIDATES:
            getattr(into, name).write(words, kept, getattr(found, name)[columns])
        in_some = kept.any(axis=1, keepdims=True)
        for name in _OF_MENTIONS:
            getattr(into, name).write(words, in_some, getattr(found, name)[columns][:, None])
        for name in _OF_ARTICLES:
            np.maximum(getattr(into, name), getattr(found, name), out=getattr(into, name))
        pieces = np.arange(window.keep_start, window.keep_stop)
        np.add.at(into.carried, job.reading.tokens.words[pieces], found.carried[pieces - window.start + before])
