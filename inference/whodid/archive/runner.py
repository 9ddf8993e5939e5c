"""A run over an archive: rows in, one JSON line per article out, bad rows set aside, and a summary of what happened.

The output appears under its own name only when it is complete; until then, and after an interruption, the articles
done so far stand in a `.part` file beside it.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TextIO

from whodid.archive.rows import BadRow, Row
from whodid.errors import ArchiveError
from whodid.types import Prediction

__all__ = ["Predictor", "Summary", "check_output", "part_path", "predict_archive", "rejected_path"]


class Predictor(Protocol):
    """What a run needs of a model."""

    def predict_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Prediction]:
        """Read a stream of articles and yield one prediction for each, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did."""

    articles: int
    """Articles read and written."""
    with_events: int
    """Articles with at least one event."""
    abstained: int
    """Articles about which the model claims neither "event" nor "no event"."""
    rejected: int
    """Entries that could not be used."""
    seconds: float
    """How long it took."""
    by_type: Mapping[str, int]
    """Number of articles with each event type, most frequent first; types that never occur are left out."""
    output: Path
    """File with one line per article, in the order of the archive."""
    rejected_output: Path | None
    """File with one line per rejected entry, or None if there was none."""


def rejected_path(output: str | Path) -> Path:
    """Return where the rejected entries of a run go: the output's name with ".rejected.jsonl" after it."""
    return Path(f"{output}.rejected.jsonl")


def part_path(output: str | Path) -> Path:
    """Return where the results of a run stand until it is complete."""
    return Path(f"{output}.part")


def predict_archive(
    rows: Iterable[Row | BadRow],
    model: Predictor,
    *,
    output: str | Path,
    batch_size: int = 32,
    force: bool = False,
    on_article: Callable[[], None] | None = None,
) -> Summary:
    """Predict every article and write the results to `output`, one JSON object per line.

    Each line has "id", "source", "line", "title" where the article has one, and `Prediction.to_dict`. Offsets count in
    `Row.text`.

    Args:
        rows: as `read_archive` yields them.
        model: see `Predictor`; it may read ahead.
        output: the file to write.
        batch_size: articles handed to the encoder together.
        force: replace an existing output.
        on_article: called after each article written.

    Raises:
        ArchiveError: the output exists and `force` is off, or it cannot be written.
    """
    check_output(output, force=force)
    started = time.monotonic()
    target, rejects = Path(output), rejected_path(output)
    count: Counter[str] = Counter()
    by_type: Counter[str] = Counter()
    with ExitStack() as files:
        good = files.enter_context(_JsonLines(target))
        bad = files.enter_context(_JsonLines(rejects))
        for row, prediction in _predictions(rows, model, batch_size, bad):
            good.write(_line(row, prediction))
            count.update(articles=1, events=int(bool(prediction.events)), abstained=int(prediction.abstained))
            by_type.update(set(prediction.event_types))
            if on_article is not None:
                on_article()
        good.finish()
        bad.finish(keep=bad.lines > 0)
    return Summary(
        articles=count["articles"],
        with_events=count["events"],
        abstained=count["abstained"],
        rejected=bad.lines,
        seconds=time.monotonic() - started,
        by_type=dict(sorted(by_type.items(), key=lambda pair: (-pair[1], pair[0]))),
        output=target,
        rejected_output=rejects if bad.lines else None,
    )


def check_output(output: str | Path, *, force: bool) -> None:
    """Make sure that a run may write its output, before it starts.

    Raises:
        ArchiveError: it exists and `force` is off, or its folder is missing, or it is a folder.
    """
    target = Path(output)
    if target.is_dir():
        raise ArchiveError(f"output {str(target)!r} is a folder; name a file: -o {target / 'events.jsonl'}")
    if not target.parent.is_dir():
        raise ArchiveError(f"the folder of output {str(target)!r} is missing; make it first: mkdir -p {target.parent}")
    for path in (target, rejected_path(target)):
        if path.exists() and not force:
            raise ArchiveError(f"{str(path)!r} exists; choose another output, or replace it with --force")


def _predictions(
    rows: Iterable[Row | BadRow], model: Predictor, batch_size: int, bad: _JsonLines
) -> Iterator[tuple[Row, Prediction]]:
    waiting: deque[Row] = deque()  # rows that the model has taken and not yet answered

    def texts() -> Iterator[str]:
        for row in rows:
            if isinstance(row, BadRow):
                bad.write(asdict(row))
            else:
                waiting.append(row)
                yield row.text

    for prediction in model.predict_many(texts(), batch_size=batch_size):
        yield waiting.popleft(), prediction
    if waiting:
        raise RuntimeError(f"the model gave no prediction for {len(waiting)} articles, from {waiting[0].id} on")


def _line(row: Row, prediction: Prediction) -> dict[str, Any]:
    title = {} if row.title is None else {"title": row.title}
    return {"id": row.id, "source": row.source, "line": row.line, **title, **prediction.to_dict()}


class _JsonLines:
    """JSON lines written to "NAME.part" and renamed to "NAME" by `finish`; without it the part stays."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._part = part_path(target)
        self._stream: TextIO
        self.lines = 0

    def __enter__(self) -> _JsonLines:
        self._try(self._open)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._try(self._stream.close)
        if kind is not None and not self.lines:
            self._part.unlink(missing_ok=True)

    def write(self, entry: Mapping[str, Any]) -> None:
        line = json.dumps(entry, ensure_ascii=False, allow_nan=False) + "\n"
        self._try(lambda: self._stream.write(line))
        self.lines += 1

    def finish(self, *, keep: bool = True) -> None:
        self._try(self._stream.close)
        self._try(lambda: os.replace(self._part, self._target))
        if not keep:  # replaced first: an empty list from now on, not that of an earlier run
            self._try(self._target.unlink)

    def _open(self) -> None:
        self._stream = self._part.open("w", encoding="utf-8", newline="\n")

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError as error:
            raise ArchiveError(f"{str(self._target)!r} cannot be written: {error.strerror or error}") from error
