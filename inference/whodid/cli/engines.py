"""Who does a run of `whodid predict`: this process, or a cluster. One row of a table each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from whodid.archive import Options, Summary, perform, prepare
from whodid.archive.runner import OnProgress
from whodid.cli.options import load_model

__all__ = ["ENGINES", "Job"]


@dataclass(frozen=True, slots=True)
class Job:
    """What the user asked for; the last five are arguments of `whodid.load`."""

    archive: Sequence[Path]
    output: Path
    options: Options
    model: Path | None
    device: str | None
    dtype: str
    threads: int | None
    prefer: str


def _local(job: Job, on_progress: OnProgress) -> Summary:
    with prepare(job.archive, output=job.output, options=job.options) as run:
        model = load_model(job.model, job.device, dtype=job.dtype, threads=job.threads, prefer=job.prefer)
        return perform(run, model, on_progress=on_progress)


def _on_ray(job: Job, on_progress: OnProgress) -> Summary:
    from whodid.ray import ModelChoice, predict_archive  # noqa: PLC0415 - only who asks for it pays for it

    choice = ModelChoice(job.model, job.device or "cpu", job.dtype, job.threads or 1, job.prefer)
    return predict_archive(job.archive, output=job.output, model=choice, options=job.options, on_progress=on_progress)


ENGINES: Mapping[str, Callable[[Job, OnProgress], Summary]] = {"local": _local, "ray": _on_ray}
"""How to do a job, by the name that the user types."""
