"""Work spread over threads in order, with a bounded number of tasks under way, and torch kept to one core in each.

One batch per core is faster than one batch on all cores: nobody waits for the slower half of every product, and cutting
text into pieces goes on beside the arithmetic. And it makes answers independent of the number of threads.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

import torch

__all__ = ["Workers", "default_threads", "torch_threads"]

Task = TypeVar("Task")
Result = TypeVar("Result")

_MOST = 16
"""Threads by default at most: each takes up to 40 MB, and beyond this Python itself is in the way."""


def default_threads() -> int:
    """Return as many threads as torch would use, at most 16: one for each core that this process may use."""
    return min(torch.get_num_threads(), _MOST)


class _Limit:
    """How many cores torch may use is a setting of the whole process: it is lent, and given back by the last."""

    def __init__(self) -> None:
        self._lock, self._lent = Lock(), [0]

    @contextmanager
    def __call__(self, threads: int) -> Iterator[None]:
        with self._lock:
            if len(self._lent) == 1:
                self._lent[0] = torch.get_num_threads()
            self._lent.append(threads)
            torch.set_num_threads(threads)
        try:
            yield
        finally:
            with self._lock:
                self._lent.remove(threads) if threads != self._lent[0] else self._lent.pop()
                torch.set_num_threads(self._lent[-1])


torch_threads = _Limit()
"""Context in which torch uses so many cores."""


class Workers:
    """Threads that do tasks for one model; they start with the first task and survive a fork of the process."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0

    def ahead(
        self, function: Callable[[Task], Result], tasks: Iterable[Task], *, depth: int
    ) -> Iterator[tuple[Task, Result]]:
        """Do tasks, `depth` of them ahead of the caller, and yield each with its result, in order."""
        waiting: deque[tuple[Task, Future[Result]]] = deque()
        try:
            for task in tasks:
                waiting.append((task, self._submit(function, task)))
                if len(waiting) > depth:
                    yield _done(waiting)
            while waiting:
                yield _done(waiting)
        finally:
            for _, future in waiting:
                future.cancel()

    def _submit(self, function: Callable[[Task], Result], task: Task) -> Future[Result]:
        if self._pool is None or self._process != os.getpid():
            self._process = os.getpid()
            self._pool = ThreadPoolExecutor(self.threads, "whodid", initializer=torch.set_num_threads, initargs=(1,))
        return self._pool.submit(function, task)


def _done(waiting: deque[tuple[Task, Future[Result]]]) -> tuple[Task, Result]:
    task, future = waiting[0]
    result = future.result()
    waiting.popleft()
    return task, result
