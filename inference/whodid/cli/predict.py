"""`whodid predict`: an archive in, one record per article out, and an unfinished run taken up where it stopped."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from whodid.archive import ColumnChoice, Limits, MaxBad, Options, Reading, Summary, run_path
from whodid.archive.formats import FORMATS
from whodid.archive.outputs import OUTPUTS
from whodid.archive.rows import DATE_COLUMNS, ID_COLUMNS, TEXT_COLUMNS, TITLE_COLUMNS
from whodid.cli.engines import ENGINES, Job
from whodid.cli.exits import Exits, exit_code
from whodid.cli.options import OUTPUT, BatchSize, Device, Dtype, Force, ModelPath, Prefer, Threads
from whodid.cli.progress import json_lines, log, reporter
from whodid.errors import one_of

__all__ = ["predict"]

_INPUT, _RUN = "How to read the archive", "How to run"
_KNOWN = ", ".join(FORMATS)


def _column(what: str, tried: tuple[str, ...], otherwise: str = "") -> Any:
    return typer.Option(
        help=f"Column with the {what}; by default the first of {', '.join(tried)}{otherwise}.", rich_help_panel=_INPUT
    )


def predict(  # noqa: PLR0913 - one parameter per option
    archive: Annotated[
        list[Path],
        typer.Argument(
            help=f'Files, folders, quoted patterns, or "-" for standard input: {_KNOWN} (one article), all but Parquet '
            "also with .gz or .zst, and .zip of them."
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="File to write; .parquet and .csv say the format.", rich_help_panel=OUTPUT),
    ],
    *,
    text_column: Annotated[str | None, _column("article's body", TEXT_COLUMNS)] = None,
    title_column: Annotated[str | None, _column("title", TITLE_COLUMNS, ", if any; '' for none")] = None,
    id_column: Annotated[str | None, _column("id", ID_COLUMNS, ", if any; '' for file and line")] = None,
    date_column: Annotated[
        str | None, _column("date, which is copied to the output", DATE_COLUMNS, ", if any; '' for none")
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="Encoding of all files of text; by default told for each.", rich_help_panel=_INPUT),
    ] = None,
    given_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="How to read standard input, and named files of no known ending: csv, jsonl.gz; by default jsonl.",
            rich_help_panel=_INPUT,
        ),
    ] = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join(OUTPUTS)}; by default what the output's name says, else jsonl. csv has a row per event, "
            "and cells that no spreadsheet runs as formulas.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    force: Force = False,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with the unfinished run of this output, if any.", rich_help_panel=_RUN),
    ] = False,
    max_bad: Annotated[
        str | None,
        typer.Option(
            help="Stop when more rows than this cannot be used: 1000, or 5%. By default any number may be bad.",
            rich_help_panel=_RUN,
        ),
    ] = None,
    chunk_rows: Annotated[
        int,
        typer.Option(
            min=1, help="Rows that are committed together; an interruption costs no more.", rich_help_panel=_RUN
        ),
    ] = Limits().rows,
    keep_run: Annotated[
        bool,
        typer.Option("--keep-run", help="Leave OUTPUT.run with the run's manifest in place.", rich_help_panel=_RUN),
    ] = False,
    engine: Annotated[
        str,
        typer.Option(
            help="local: this process. ray: a Ray cluster, or all cores of this machine; OUTPUT is then a folder of "
            "Parquet files. See docs/cluster.md.",
            rich_help_panel=_RUN,
        ),
    ] = "local",
    log_json: Annotated[
        bool,
        typer.Option(
            "--log-json", help="Report in JSON lines on standard error, for schedulers.", rich_help_panel=_RUN
        ),
    ] = False,
    model: ModelPath = None,
    device: Device = None,
    dtype: Dtype = "auto",
    threads: Threads = None,
    prefer: Prefer = "balanced",
    batch_size: BatchSize = 32,
) -> None:
    """Read every article of an ARCHIVE and write the events it reports, with who did it and who suffered it.

    An article with a title is read as title, blank line, body, and offsets count in that; otherwise in the body.
    Rows that cannot be used are set aside, with the reason, in OUTPUT.rejected.jsonl.

    Until OUTPUT is complete the run works in OUTPUT.run. After an interruption of any kind the same command with
    --resume goes on, and ends with the same bytes.
    """
    if engine not in ENGINES:
        raise typer.BadParameter(f"there is no engine {engine!r}; choose {one_of(ENGINES)}", param_hint="--engine")
    options = Options(
        reading=Reading(ColumnChoice(text_column, title_column, id_column, date_column), encoding, given_format),
        output_format=output_format,
        batch_size=batch_size,
        limits=Limits(rows=chunk_rows),
        max_bad=_max_bad(max_bad),
        resume=resume,
        force=force,
        keep_run=keep_run,
    )
    job = Job(archive, output, options, model, device, dtype, threads, prefer)
    with _explaining(output, log_json=log_json), json_lines() if log_json else reporter() as report:
        summary = ENGINES[engine](job, report.update)
        report.end(summary)
    _exit(summary)


def _max_bad(text: str | None) -> MaxBad:
    try:
        return MaxBad() if text is None else MaxBad.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--max-bad") from error


@contextmanager
def _explaining(output: Path, *, log_json: bool) -> Iterator[None]:
    """Say after an error how to go on; for programs, say all of it in the log's last line."""
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        kept = (run_path(output) / "manifest.json").exists()
        if not log_json:
            if kept and exit_code(error) in (Exits.OUTPUT, Exits.DEFECT, Exits.INTERRUPTED):
                typer.echo(
                    f"What was done stays in {run_path(output)}; to go on: the same command and --resume", err=True
                )
            raise
        fields = {"error": str(error) or type(error).__name__, "exit_code": int(exit_code(error)), "resumable": kept}
        if exit_code(error) is Exits.DEFECT:
            fields["traceback"] = traceback.format_exc()
        log("failed", **fields)
        raise typer.Exit(exit_code(error)) from error


def _exit(summary: Summary) -> None:
    if not summary.articles:
        raise typer.Exit(Exits.NOTHING)
    if summary.rejected:
        raise typer.Exit(Exits.REJECTED)
