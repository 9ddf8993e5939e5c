"""`whodid browse`: the answers of a run as a page to filter, sort and read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whodid.archive.rows import DATE_COLUMNS, ID_COLUMNS, TEXT_COLUMNS, TITLE_COLUMNS
from whodid.browse import PageSummary, check_page, find_texts, write_page
from whodid.cli.options import Force

__all__ = ["browse"]

_TEXT_HELP = f"As for predict; by default the first of {', '.join(TEXT_COLUMNS)}."
_TITLE_HELP = f"As for predict; by default the first of {', '.join(TITLE_COLUMNS)}, if any; '' for none."
_ID_HELP = f"As for predict; by default the first of {', '.join(ID_COLUMNS)}, if any."
_DATE_HELP = f"Column with the date; by default the first of {', '.join(DATE_COLUMNS)}, if any; '' for none."


def browse(  # noqa: PLR0913 - one parameter per option
    events: Annotated[Path, typer.Argument(help="What whodid predict wrote: JSON lines, also .gz.")],
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="[ARCHIVE]...", help="More of --articles.", show_default=False)
    ] = None,
    *,
    articles: Annotated[
        list[Path] | None,
        typer.Option("--articles", help="Files or folders that the events were read from, to show their text."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Page to write; by default EVENTS with .html for .jsonl.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Heading of the page; by default the name of EVENTS.")] = None,
    text_column: Annotated[str | None, typer.Option(help=_TEXT_HELP)] = None,
    title_column: Annotated[str | None, typer.Option(help=_TITLE_HELP)] = None,
    id_column: Annotated[str | None, typer.Option(help=_ID_HELP)] = None,
    date_column: Annotated[str | None, typer.Option(help=_DATE_HELP)] = None,
    force: Force = False,
) -> None:
    """Write one page, without a network, to filter EVENTS by type, date and people and to read their articles.

    Predictions do not hold the text of the articles: name the archive again, with the same columns as for predict.
    Without it the page has names, mentions and evidence only. The page opens in any browser of 2023 or later.
    """
    page = output or _beside(events)
    check_page(page, force=force)
    archive = [*(articles or ()), *(more or ())]
    columns = {
        "text_column": text_column,
        "title_column": title_column,
        "id_column": id_column,
        "date_column": date_column,
    }
    texts = find_texts(archive, **columns) if archive else ()
    summary = write_page(events, page, articles=texts, archive=archive, title=title)
    for line in _report(summary, page, asked=bool(archive)):
        typer.echo(line, err=True)


def _beside(events: Path) -> Path:
    return events.with_name(f"{events.name.removesuffix('.gz').removesuffix('.jsonl')}.html")


def _report(summary: PageSummary, page: Path, *, asked: bool) -> list[str]:
    lines = [
        f"{summary.events} events in {summary.articles} of {summary.answers} articles -> {page} "
        f"({summary.bytes / 2**20:.1f} MB)"
    ]
    missing = summary.articles - summary.found
    if not asked and summary.articles:
        lines.append(
            f"Without the articles' text; to read them on the page: whodid browse ... {page} --articles ARCHIVE"
        )
    elif missing:
        lines.append(f"The text of {missing} of {summary.articles} articles was not found in the archive")
    if summary.misfits:
        lines.append(
            f"in {summary.misfits} of these the mentions are not where the events say; has the archive changed, or do "
            "--text-column and --title-column differ from those of predict?"
        )
    if summary.unread_dates:
        examples = ", ".join(repr(date) for date in summary.unread_dates)
        lines.append(f"Some dates cannot be read, such as {examples}; write them as 2024-05-14")
    return lines
