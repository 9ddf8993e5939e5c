"""What `whodid predict` says while it works: a bar where somebody looks on, JSON lines for schedulers, or nothing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Protocol

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from whodid.archive import Progress as Run
from whodid.archive import Summary

__all__ = ["Reporter", "json_lines", "log", "reporter", "summary_table"]

_REDRAWN = 0.2
_LOGGED = 5.0
"""Seconds between two drawings of the bar, and between two lines of the log."""


class Reporter(Protocol):
    """Who tells the user how far a run is."""

    def update(self, run: Run) -> None:
        """Take note of how far it is."""
        ...

    def end(self, summary: Summary) -> None:
        """Tell what it did."""
        ...


@contextmanager
def reporter() -> Iterator[Reporter]:
    """Report to people: with a bar on a terminal, elsewhere with the summary alone."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Table(Console(stderr=True, width=200))
        return
    columns = (
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with _Bar(*columns, console=console, transient=True) as bar:
        yield _Terminal(bar)


@contextmanager
def json_lines() -> Iterator[Reporter]:
    """Report to programs: a JSON object a line on standard error, every few seconds and at the end."""
    yield _JsonLog()


class _Table:
    """Says nothing until the end."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def update(self, run: Run) -> None:
        pass

    def end(self, summary: Summary) -> None:
        self._console.print(summary_table(summary))


class _Bar(Progress):
    """A bar with a line below it."""

    below = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return what is drawn."""
        yield from super().get_renderables()
        yield Text(self.below, style="dim")


class _Terminal:
    """Keeps a bar up to date, with the events found so far below it."""

    def __init__(self, bar: _Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None, said="looking at the archive", left="")
        self._next = 0.0

    def update(self, run: Run) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _REDRAWN
        left = run.seconds_left
        self._bar.below = _counts(dict(run.tally.by_type.most_common())) or "no event yet"
        self._bar.update(
            self._task,
            total=max(1, run.total_bytes),
            completed=run.read_bytes,
            said=f"{run.tally.articles:,} articles, {run.rate:.1f} a second",
            left="" if left is None else f"about {_spoken(left)} left",
        )

    def end(self, summary: Summary) -> None:
        self._bar.stop()
        self._bar.console.print(summary_table(summary))


class _JsonLog:
    def __init__(self) -> None:
        self._next = 0.0

    def update(self, run: Run) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _LOGGED
            left = run.seconds_left
            log(
                "progress",
                **run.tally.to_dict(),
                share=round(run.share, 4),
                seconds=round(run.seconds, 1),
                rate=round(run.rate, 2),
                seconds_left=None if left is None else round(left),
            )

    def end(self, summary: Summary) -> None:
        fields = asdict(summary)
        paths = {key: None if fields[key] is None else str(fields[key]) for key in ("output", "rejected_output")}
        log("done", **{**fields, **paths, "seconds": round(summary.seconds, 1), "rate": round(summary.rate, 2)})


def log(what: str, **fields: Any) -> None:
    """Write a line of the log for programs."""
    sys.stderr.write(json.dumps({"event": what, **fields}) + "\n")
    sys.stderr.flush()


def summary_table(summary: Summary) -> Table:
    """Put what a run did into a small table."""
    table = Table.grid(padding=(0, 2))
    earlier = f", {summary.resumed:,} of them before this" if summary.resumed else ""
    rows = {
        "articles": f"{summary.articles:,}{earlier}",
        "with events": f"{summary.with_events:,}",
        "": _counts(summary.by_type),
        "undecided": f"{summary.abstained:,}",
        "rejected": f"{summary.rejected:,}"
        + (f", reasons in {summary.rejected_output}" if summary.rejected_output else ""),
        "encodings": ", ".join(f"{name} {number:,}" for name, number in summary.encodings.items()),
        "time": f"{_spoken(summary.seconds)}, {summary.rate:.1f} articles a second",
        "output": str(summary.output),
    }
    for name, value in rows.items():
        if value:
            table.add_row(Text(name, style="bold"), Text(value, overflow="fold"))
    return table


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts.items())


def _spoken(seconds: float) -> str:
    """Say how long something takes.

    >>> _spoken(4.2), _spoken(300), _spoken(100_000)
    ('4.2 s', '5 min', '27 h 47 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60:,} h {minutes % 60} min"
