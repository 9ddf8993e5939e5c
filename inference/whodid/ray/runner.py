"""A run on a cluster: prepared and finished here, done by Ray Data in between."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whodid.archive import durable
from whodid.archive.prepare import Engine, Options, Run, prepare, rejected_path
from whodid.archive.runner import begin, summarize
from whodid.archive.tally import Progress, Summary, Tally
from whodid.errors import ClusterError, ClusterFailedError, OutputError, WhodidError
from whodid.extras import require
from whodid.ray.choices import Cut, ModelChoice, check_folder, check_options, folder_format
from whodid.ray.entries import key, pieces
from whodid.ray.work import Work, flaw

__all__ = ["ENGINE", "predict_archive"]

ENGINE = Engine("ray", check_folder, folder_format, reads_stdin=False)
"""What a run must know beforehand of a cluster."""

_LOOKED_AT = 2.0
"""Seconds between two looks at how far the cluster is."""


def predict_archive(
    paths: Iterable[str | Path],
    *,
    output: str | Path,
    model: ModelChoice | None = None,
    options: Options | None = None,
    cut: Cut | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Summary:
    """Predict every article of an archive on a Ray cluster, and write the results to a folder of files.

    Where Ray is initialized, it is used as it is. Otherwise `ray.init()` looks for a cluster as it always does: that of
    RAY_ADDRESS, else one that runs on this machine, else it starts one here. All nodes must see archive and output
    under the same paths, and have this version of whodid.

    Args:
        paths: files, folders, zip archives and patterns; see `whodid.archive.find_sources`.
        output: folder to write; rows are in no particular order, and each says which file and row it is from.
        model: how each worker loads the model.
        options: as for one machine; `limits.rows` are those of a part at least, which is what an interruption costs.
        cut: how the work is cut.
        on_progress: called from another thread, every few seconds.

    Raises:
        ArchiveError: as for one machine.
        ClusterError: there is no cluster, or it cannot do what an option says.
        ClusterFailedError: it gave up; what is done stays, and the run can be resumed.
        MissingExtraError: Ray is not installed.
        OutputError: the results cannot be written; what is done stays, and the run can be resumed.
    """
    options = options or Options()
    check_options(options)
    require("ray.data", what="the ray engine", extra="ray")
    with prepare(paths, output=output, options=options, engine=ENGINE) as run:
        _perform(run, model or ModelChoice(), cut or Cut(), on_progress)
        summary = summarize(run)
        if not options.keep_run:
            durable.remove(run.folder.manifest_path)
    return summary


def _perform(run: Run, choice: ModelChoice, cut: Cut, on_progress: Callable[[Progress], None]) -> None:
    if run.recovered.complete:  # only its delivery was interrupted
        work = Work.last(run.folder.chunks_path)
        run.progress.tally.add(_total(work))
        run.progress.resumed = run.progress.tally.articles
    else:
        work = _predict(run, choice, cut, on_progress)
    check_folder(run.output)  # again: something else may have come into it since the run began
    work.deliver(run.output, rejected_path(run.output))


def _predict(run: Run, choice: ModelChoice, cut: Cut, on_progress: Callable[[Progress], None]) -> Work:
    from whodid.ray import stages  # noqa: PLC0415 - imports Ray

    parts = list(pieces(run.folder.inputs(), most_bytes=cut.piece_bytes, most_files=cut.piece_files))
    with _connected():
        with _explained():
            model = stages.describe(choice)
        begin(run, model)
        work = Work.begin(run.folder.chunks_path)
        run.progress.resumed = _total(work).articles
        with _watched(run, work, on_progress), _explained(writing=True):
            stages.run_stages(
                parts,
                work=work,
                choice=choice,
                model=model,
                cut=cut,
                kind=run.description["options"]["output_format"],
                batch_size=run.options.batch_size,
                rows=run.options.limits.rows,
            )
    wrong = flaw(work.read_notes(), sum(len(part.inputs) for part in parts))
    if wrong is not None:
        raise ClusterFailedError(f"the results in {str(work.parts)!r} are not whole: {wrong}. Start over: --force")
    run.folder.complete(0)
    return work


def _total(work: Work) -> Tally:
    total = Tally()
    for note in work.read_notes():
        total.add(note.tally)
    return total


@contextmanager
def _connected() -> Iterator[None]:
    """Use the cluster that is there, or have Ray look for one; leave it as it was found."""
    ray = require("ray", what="the ray engine", extra="ray")
    if ray.is_initialized():
        yield
        return
    try:
        ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.WARNING)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ClusterError(
            f"Ray cannot be reached: {error}. Check RAY_ADDRESS, or unset it to work on this machine alone"
        ) from error
    talk = logging.getLogger("ray.data")
    level = talk.level
    talk.setLevel(logging.CRITICAL)  # what it says of its stages is not for users of ours, and its errors are raised
    try:
        yield
    finally:
        talk.setLevel(level)
        ray.shutdown()


@contextmanager
def _explained(*, writing: bool = False) -> Iterator[None]:
    """Raise what whodid raised on some node as if it had been raised here; Ray wraps it several times.

    Args:
        writing: whether Ray writes its checkpoint meanwhile; whodid has errors of its own for what it reads and writes.
    """
    ray = require("ray", what="the ray engine", extra="ray")
    timeout = require("ray.data.exceptions", what="the ray engine", extra="ray").ExecutionTimeoutError
    try:
        yield
    except (ray.exceptions.RayError, timeout) as error:
        causes = list(_causes(error))
        ours = next((cause for cause in causes if type(cause).__module__.startswith("whodid.")), None)
        if isinstance(ours, WhodidError):
            raise ours from error
        if any(isinstance(cause, ray.exceptions.RayTaskError) for cause in causes):
            disk = next((cause for cause in causes if type(cause).__module__ == "builtins"), None)
            if writing and isinstance(disk, OSError):
                raise OutputError(f"the run folder cannot be written: {disk}; when it can: --resume") from error
            raise  # a defect: its traceback says more
        raise ClusterFailedError(f"the cluster failed: {error}; when it is well again: --resume") from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        inner: Any = getattr(error, "cause", None)
        error = inner if isinstance(inner, BaseException) else error.__cause__


@contextmanager
def _watched(run: Run, work: Work, on_progress: Callable[[Progress], None]) -> Iterator[None]:
    """Keep the progress of a run up to date by looking at the notes of its parts, in a thread."""
    weights = {key(number, 0): item.weight for number, item in enumerate(run.folder.inputs())}
    known: set[str] = set()
    over = threading.Event()

    def look() -> None:
        for note in work.read_notes(known=known):
            run.progress.tally.add(note.tally)
            run.progress.read_bytes += sum(weights[place] for place in note.ends)
        on_progress(run.progress)

    def watch() -> None:
        while not over.wait(_LOOKED_AT):
            look()

    look()
    run.progress.resumed_bytes = run.progress.read_bytes
    thread = threading.Thread(target=watch, name="whodid-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    look()
