"""Getting a run ready: the archive is surveyed, the run folder locked, and what an earlier process did is taken up."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from whodid.archive import durable
from whodid.archive.chunks import Limits
from whodid.archive.formats import ENDINGS
from whodid.archive.journal import Recovered, RunFolder, read_list, run_path
from whodid.archive.manifest import describe_run, refuse_changed_inputs, refuse_changes
from whodid.archive.opening import Opener
from whodid.archive.outputs import output_format
from whodid.archive.survey import Input, Reading, survey
from whodid.archive.tally import MaxBad, Progress
from whodid.errors import ArchiveError

__all__ = ["LOCAL", "Engine", "Options", "Run", "check_output", "prepare", "rejected_path"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a run works and what it does with what is there."""

    reading: Reading = field(default_factory=Reading)
    """Columns, encoding and format of the archive."""
    output_format: str | None = None
    """One of `OUTPUTS`; by default what the output's ending says, else JSON lines."""
    batch_size: int = 32
    """Windows of text that go through the network together."""
    limits: Limits = field(default_factory=Limits)
    """How much goes into one committed chunk."""
    max_bad: MaxBad = field(default_factory=MaxBad)
    """How many entries may be bad; any number by default."""
    resume: bool = False
    """Go on with an unfinished run; begin one if there is none."""
    force: bool = False
    """Replace an output that exists; without `resume`, also drop an unfinished run."""
    keep_run: bool = False
    """Leave the run folder, with its manifest, when the output is complete."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is ready for its model: the archive is surveyed, the run folder locked, the output not yet there."""

    output: Path
    """The file to write."""
    options: Options
    """As given."""
    progress: Progress
    """How far it is; changes as the run goes on."""
    folder: RunFolder
    """Where it works."""
    recovered: Recovered
    """What an earlier process did of it."""
    description: dict[str, Any]
    """Its manifest, without the model."""
    encodings: Counter[str]
    """Number of files of text in each encoding."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What a run must know beforehand of who will do it."""

    name: str
    """As typed by the user."""
    check_output: Callable[[Path], None]
    """Raises if the output cannot be made there."""
    output_format: Callable[[Path, str | None], str]
    """The output's format, from its path and what the user named."""
    reads_stdin: bool
    """Whether standard input can be a part of the archive."""


def rejected_path(output: str | Path) -> Path:
    """Return where the rejected entries of a run go: the output's name with ".rejected.jsonl" after it."""
    return Path(f"{output}.rejected.jsonl")


@contextmanager
def prepare(
    paths: Iterable[str | Path],
    *,
    output: str | Path,
    options: Options | None = None,
    stdin: BinaryIO | None = None,
    engine: Engine | None = None,
) -> Iterator[Run]:
    """Survey an archive and get a run ready, or an unfinished one ready to go on. This needs no model.

    Args:
        paths: files, folders, zip archives, patterns, and "-" for standard input; see `find_sources`.
        output: the file to write.
        options: how.
        stdin: what "-" reads; the standard input of the process by default.
        engine: who will do it; this process by default.

    Raises:
        ArchiveError: the archive cannot be read; the output or an unfinished run is there, and the options do not say
            what to do with it; an unfinished run is another one; or another process works on this output.
        OutputError: the run folder cannot be written.
    """
    options, target, engine = options or Options(), Path(output), engine or LOCAL
    engine.check_output(target)
    kind = engine.output_format(target, options.output_format)
    description = describe_run(
        options.reading, options.limits, batch_size=options.batch_size, output_format=kind, engine=engine.name
    )
    with RunFolder.locked(run_path(target)) as folder, closing(Opener()) as opener:
        manifest = _settle(folder, target, options)
        if manifest is not None:
            refuse_changes(manifest, description, where=str(folder.path))
        skip = (target, rejected_path(target))
        spool = _spool(folder, stdin) if engine.reads_stdin else None
        found = survey(paths, options.reading, opener=opener, skip=skip, spool=spool)
        progress, encodings = _survey(folder, found, resumed=manifest is not None)
        recovered = Recovered() if manifest is None else folder.recover()
        progress.tally.add(recovered.tally)
        progress.resumed = recovered.tally.articles
        yield Run(target, options, progress, folder, recovered, description, encodings)


def check_output(output: Path) -> None:
    """Make sure that an output can be made there, before a run starts.

    Raises:
        ArchiveError: its folder is missing, or it is no plain file.
    """
    if output.is_dir():
        raise ArchiveError(f"output {str(output)!r} is a folder; name a file: -o {output / 'events.jsonl'}")
    if output.exists() and not output.is_file():
        raise ArchiveError(f"output {str(output)!r} is no plain file; name one: -o events.jsonl")
    if not output.parent.is_dir():
        raise ArchiveError(f"the folder of output {str(output)!r} is missing; make it first: mkdir -p {output.parent}")


LOCAL = Engine("local", check_output, output_format, reads_stdin=True)
"""This process, on this machine."""


def _settle(folder: RunFolder, target: Path, options: Options) -> dict[str, Any] | None:
    """Decide between going on, starting over and refusing; return the manifest of a run to go on with."""
    manifest = folder.manifest() if options.resume or not options.force else None
    if manifest is not None and not options.resume:
        raise ArchiveError(
            f"{str(folder.path)!r} holds an unfinished run; go on with it: --resume; or start over: --force"
        )
    may_replace = options.force or (manifest is not None and (manifest.get("replaces") or folder.recover().complete))
    for path in (target, rejected_path(target)):
        if path.exists() and not may_replace:
            nothing = "no unfinished run is there to resume, and " if options.resume and manifest is None else ""
            raise ArchiveError(f"{nothing}{str(path)!r} exists; choose another output, or replace it with --force")
    if manifest is None:
        folder.forget()
    return manifest


def _spool(folder: RunFolder, stdin: BinaryIO | None) -> Callable[[], Path]:
    """Standard input comes only once: it is saved in full before anything is read, and then is a file like others."""

    def spool() -> Path:
        if not folder.stdin_path.exists():
            with durable.Draft(folder.stdin_path) as draft:
                while piece := (stdin or sys.stdin.buffer).read(2**20):
                    draft.write(piece)
                draft.commit()
        return folder.stdin_path

    return spool


def _survey(folder: RunFolder, found: Iterable[Input], *, resumed: bool) -> tuple[Progress, Counter[str]]:
    """Write the inputs of the archive into the run folder; a run that is resumed must find them as they were."""
    total, encodings = 0, Counter[str]()
    now = folder.path / "inputs.tmp"
    with durable.Draft(folder.inputs_path, part=now) as draft:
        for item in found:
            draft.write((json.dumps(item.to_dict()) + "\n").encode())
            total += item.weight
            encodings[item.encoding] += ENDINGS[item.source.ending].text
        draft.flush()
        if resumed:
            refuse_changed_inputs(read_list(folder.inputs_path), read_list(now), where=str(folder.path))
        draft.commit()
    return Progress(total), +encodings
