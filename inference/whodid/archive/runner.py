"""A run over an archive: sources become rows, rows predictions, predictions committed chunks, and these the output.

It works in a folder beside the output, which appears under its own name only when it is complete. Whatever happens in
between, a run that is resumed ends with the same bytes as one that was left alone.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from whodid.archive import durable
from whodid.archive.chunks import Predictor, write_chunk
from whodid.archive.manifest import describe_model, refuse_changes
from whodid.archive.opening import Opener
from whodid.archive.outputs import OUTPUTS
from whodid.archive.prepare import Options, Run, prepare, rejected_path
from whodid.archive.rows import BadRow, Row
from whodid.archive.survey import read_inputs
from whodid.archive.tally import Progress, Summary, Tally
from whodid.errors import TooManyBadRowsError
from whodid.types import Prediction

__all__ = ["OnProgress", "begin", "perform", "predict_archive", "summarize"]

OnProgress = Callable[[Progress], None]
"""Who is told how far a run is."""


def predict_archive(
    paths: Iterable[str | Path],
    model: Predictor,
    *,
    output: str | Path,
    options: Options | None = None,
    stdin: BinaryIO | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Summary:
    """Predict every article of an archive and write the results to `output`; see `prepare` and `perform`."""
    with prepare(paths, output=output, options=options, stdin=stdin) as run:
        return perform(run, model, on_progress=on_progress)


def perform(run: Run, model: Predictor, *, on_progress: Callable[[Progress], None] = lambda _: None) -> Summary:
    """Do what is left of a run, and put its output together.

    Args:
        run: as `prepare` yields it.
        model: reads the articles; it may read ahead.
        on_progress: called after each article and each rejected entry.

    Raises:
        ArchiveError: the model is not the one with which the run began, or a file cannot be read any more.
        OutputError: the results cannot be written; what is done stays, and the run can be resumed.
        TooManyBadRowsError: more entries are bad than `MaxBad` allows.
    """
    begin(run, describe_model(model))
    if not run.recovered.complete:
        _predict(run, model, on_progress)
    _assemble(run)
    return summarize(run)


def begin(run: Run, model: Mapping[str, str]) -> None:
    """Note with which model a run begins; one that goes on must have the same.

    Args:
        run: as `prepare` yields it.
        model: as `describe_model` returns it.

    Raises:
        ArchiveError: the run began with another model.
        OutputError: it cannot be noted.
    """
    description = {**run.description, "model": dict(model)}
    manifest = run.folder.manifest()
    if manifest is None:
        run.folder.begin({**description, "replaces": run.options.force})
    else:
        refuse_changes(manifest, description, where=str(run.folder.path))
    run.progress.started = time.monotonic()


class _Watch:
    """Counts what happens, and tells whoever looks on."""

    def __init__(self, progress: Progress, on_progress: OnProgress) -> None:
        self._progress = progress
        self._on_progress = on_progress
        self.example: BadRow | None = None
        """An entry that could not be used."""

    def read(self, count: int) -> None:
        self._progress.read_bytes += count

    def article(self, prediction: Prediction) -> None:
        self._progress.tally.count(prediction)
        self._on_progress(self._progress)

    def bad(self, row: BadRow) -> None:
        self._progress.tally.rejected += 1
        self.example = self.example or row
        self._on_progress(self._progress)

    def forget(self, tally: Tally) -> None:
        self._progress.tally.subtract(tally)

    def begun(self, entries: Iterator[tuple[int, Row | BadRow]]) -> Iterator[tuple[int, Row | BadRow]]:
        """Pass entries on, and note when the first comes: what was passed over before it is not this process's work."""
        for index, entry in enumerate(entries):
            if index == 0 and self._progress.resumed:
                self._progress.resumed_bytes = self._progress.read_bytes
                self._progress.started = time.monotonic()
            yield entry


def _predict(run: Run, model: Predictor, on_progress: OnProgress) -> None:
    """Commit chunk after chunk to the end of the archive."""
    number, position = run.recovered.chunks, run.recovered.position
    watch = _Watch(run.progress, on_progress)
    with closing(Opener()) as opener:
        entries = watch.begun(read_inputs(run.folder.inputs(), opener, start=position, on_bytes=watch.read))
        while chunk := write_chunk(
            entries, model, run.folder, number=number, first=position, options=run.options, watch=watch
        ):
            run.folder.commit(chunk)
            number, position = number + 1, chunk.next
            _check_bad(run, watch.example, at_end=False)
    _check_bad(run, watch.example, at_end=True)
    run.folder.complete(number)


def _check_bad(run: Run, example: BadRow | None, *, at_end: bool) -> None:
    tally = run.progress.tally
    if run.options.max_bad.exceeded(tally, at_end=at_end):
        such = "" if example is None else f", such as {example.source}:{example.line}: {example.reason}"
        raise TooManyBadRowsError(
            f"{tally.rejected:,} of {tally.entries:,} rows so far cannot be used{such}. Their reasons are in "
            f"{run.folder.chunks_path}/*.rejected.jsonl. To go on nevertheless: --resume with a higher --max-bad; "
            "to start over, with other columns or another encoding: --force"
        )


def _assemble(run: Run) -> None:
    """Put the committed chunks together; the output comes last, since with it the run is complete."""
    rejects = rejected_path(run.output)
    if run.progress.tally.rejected:
        with durable.Draft(rejects, part=run.folder.path / "rejected.tmp") as draft:
            for line in run.folder.lines(rejected=True):
                draft.write(line)
            draft.commit()
    else:
        durable.remove(rejects)
    kind = run.description["options"]["output_format"]
    with durable.Draft(run.output, part=run.folder.path / "output.tmp") as draft:
        OUTPUTS[kind].write(run.folder.lines(), draft)
        draft.commit()
    if not run.options.keep_run:
        durable.remove(run.folder.manifest_path)
        shutil.rmtree(run.folder.chunks_path, ignore_errors=True)


def summarize(run: Run) -> Summary:
    """Say what a run did that is complete."""
    tally = run.progress.tally
    return Summary(
        articles=tally.articles,
        with_events=tally.with_events,
        abstained=tally.abstained,
        rejected=tally.rejected,
        seconds=run.progress.seconds,
        rate=run.progress.rate,
        resumed=run.progress.resumed,
        by_type=tally.to_dict()["by_type"],
        encodings=dict(run.encodings.most_common()),
        output=run.output,
        rejected_output=rejected_path(run.output) if tally.rejected else None,
    )
