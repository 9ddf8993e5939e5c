"""`whodid predict`: an archive in, JSON lines out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from whodid.archive import Summary, archive_files, check_output, part_path, predict_archive, read_archive, rejected_path
from whodid.archive.rows import ID_COLUMNS, TEXT_COLUMNS, TITLE_COLUMNS
from whodid.cli.exits import Exits
from whodid.cli.options import BatchSize, Device, Dtype, Force, ModelPath, Prefer, Threads, load_model

__all__ = ["predict"]

_TEXT_HELP = f"Column with the article's body; by default the first of {', '.join(TEXT_COLUMNS)}."
_TITLE_HELP = f"Column with the title; by default the first of {', '.join(TITLE_COLUMNS)}, if any; '' for none."
_ID_HELP = f"Column with the id; by default the first of {', '.join(ID_COLUMNS)}, if any; '' for file and line."


def predict(  # noqa: PLR0913 - one parameter per option
    archive: Annotated[
        list[Path],
        typer.Argument(help="Files or folders: .jsonl, .ndjson, .csv, .tsv, .txt (one article), or any of them .gz."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write, one JSON object per article.")],
    *,
    model: ModelPath = None,
    device: Device = None,
    dtype: Dtype = "auto",
    threads: Threads = None,
    prefer: Prefer = "balanced",
    batch_size: BatchSize = 32,
    text_column: Annotated[str | None, typer.Option(help=_TEXT_HELP)] = None,
    title_column: Annotated[str | None, typer.Option(help=_TITLE_HELP)] = None,
    id_column: Annotated[str | None, typer.Option(help=_ID_HELP)] = None,
    force: Force = False,
) -> None:
    """Read every article of an ARCHIVE and write the events it reports, with who did it and who suffered it.

    An article with a title is read as title, blank line, body, and offsets count in that; otherwise in the body.
    Rows that cannot be used are set aside, with the reason, in OUTPUT.rejected.jsonl. Until the run is complete its
    results stand in OUTPUT.part.
    """
    check_output(output, force=force)
    skip = (output, rejected_path(output))
    total = sum(file.stat().st_size for file in archive_files(archive, skip=skip))
    with _progress(total) as (on_bytes, on_article):
        rows = read_archive(
            archive,
            text_column=text_column,
            title_column=title_column,
            id_column=id_column,
            skip=skip,
            on_bytes=on_bytes,
        )
        with _saying_what_is_left(output):
            summary = predict_archive(
                rows,
                load_model(model, device, dtype=dtype, threads=threads, prefer=prefer),
                output=output,
                batch_size=batch_size,
                force=force,
                on_article=on_article,
            )
    _report(summary)


@contextmanager
def _progress(total: int) -> Iterator[tuple[Callable[[int], None], Callable[[], None]]]:
    """Show how much of the archive is read, where somebody is looking."""
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[articles]} articles"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    articles = 0
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total, articles=0)

        def on_article() -> None:
            nonlocal articles
            articles += 1
            progress.update(task, articles=articles)

        yield lambda count: progress.advance(task, count), on_article
        progress.update(task, completed=total)


@contextmanager
def _saying_what_is_left(output: Path) -> Iterator[None]:
    part = part_path(output)
    try:
        yield
    except BaseException:
        if part.exists():
            typer.echo(f"What was done before this stands in {part}", err=True)
        raise


def _report(summary: Summary) -> None:
    types = ", ".join(f"{name} {number}" for name, number in summary.by_type.items())
    speed = summary.articles / summary.seconds if summary.seconds else 0.0
    lines = [
        f"{summary.articles} articles in {summary.seconds:.1f} s ({speed:.1f} a second) -> {summary.output}",
        f"{summary.with_events} with events" + (f": {types}" if types else ""),
    ]
    if summary.abstained:
        lines.append(f"{summary.abstained} undecided")
    if summary.rejected_output is not None:
        lines.append(f"{summary.rejected} rows rejected; reasons -> {summary.rejected_output}")
    for line in lines:
        typer.echo(line, err=True)
    if not summary.articles:
        raise typer.Exit(Exits.NOTHING)
    if summary.rejected:
        raise typer.Exit(Exits.REJECTED)
