"""`whodid show`: one article, in the terminal, as JSON or as a page."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from whodid.archive.formats import format_of
from whodid.cli.options import Device, Dtype, Force, ModelPath, Prefer, Threads, load_model
from whodid.errors import ArchiveError
from whodid.render import html, terminal

__all__ = ["show"]


def show(  # noqa: PLR0913 - one parameter per option
    file: Annotated[Path, typer.Argument(help='Text file with one article, UTF-8; "-" reads standard input.')],
    *,
    html_path: Annotated[Path | None, typer.Option("--html", help="Write a page with the article highlighted.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the prediction as JSON.")] = False,
    model: ModelPath = None,
    device: Device = None,
    dtype: Dtype = "auto",
    threads: Threads = None,
    prefer: Prefer = "balanced",
    force: Force = False,
) -> None:
    """Read one article and show the events it reports, with its participants highlighted."""
    if html_path is not None:
        _check_page(html_path, force=force)
    text = _read(file)
    prediction = load_model(model, device, dtype=dtype, threads=threads, prefer=prefer).predict(text)
    if html_path is not None:
        _write(html_path, html.page(prediction, title=None if str(file) == "-" else file.stem))
        typer.echo(f"page -> {html_path}", err=True)
    if as_json:
        typer.echo(json.dumps(prediction.to_dict(), ensure_ascii=False, indent=2))
    elif html_path is None:
        terminal.render(prediction, Console())


def _read(file: Path) -> str:
    if str(file) == "-":
        data, name = sys.stdin.buffer.read(), "standard input"
    else:
        layout = format_of(file)
        if layout is not None and layout.columns:
            raise ArchiveError(
                f"show reads one article of plain text; for {str(file)!r} use: whodid predict {file} -o OUT"
            )
        name = repr(str(file))
        try:
            data = file.read_bytes()
        except OSError as error:
            raise ArchiveError(f"{name} cannot be read: {error.strerror}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArchiveError(f"{name} is not UTF-8 at byte {error.start}; convert it: iconv -t UTF-8") from error


def _check_page(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise ArchiveError(f"{str(path)!r} exists; choose another page, or replace it with --force")


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ArchiveError(f"{str(path)!r} cannot be written: {error.strerror}") from error
