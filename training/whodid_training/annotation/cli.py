"""`whodid data`: check a folder of gold files, and exchange gold files with annotation programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from tokenizers import Tokenizer

from whodid.cli.exits import Exits
from whodid.cli.options import Force
from whodid.errors import DataError, ModelFolderError
from whodid.folder import default_folder
from whodid_training.annotation import doccano, label_studio
from whodid_training.annotation.articles import GoldArticle, read_gold, write_gold
from whodid_training.annotation.check import check_folder
from whodid_training.annotation.exchange import Imported
from whodid_training.annotation.quotas import NEWSWIRE
from whodid_training.annotation.table import counts_table, findings_table, offender_lines

__all__ = ["app"]

_MARKDOWN_WIDTH = 400
"""Wide enough that no cell of a Markdown table is wrapped."""

app = typer.Typer(help="Check annotated articles, and exchange them with annotation programs.", no_args_is_help=True)


class Format(str, Enum):
    """Programs whose files can be written and read."""

    label_studio = "label-studio"
    doccano = "doccano"
    doccano_spans = "doccano-spans"


class Unit(str, Enum):
    """In what doccano's offsets count."""

    utf_16 = "utf-16"
    code_points = "code-points"


@dataclass(frozen=True, slots=True)
class _Program:
    write: Callable[[Path, tuple[GoldArticle, ...], str], None]
    read: Callable[[Path, str], Imported]
    config: Callable[[], str]


def _write_doccano(path: Path, articles: tuple[GoldArticle, ...], unit: str, *, relations: bool) -> None:
    doccano.write(path, articles, relations=relations, unit=unit)


def _read_doccano(path: Path, unit: str) -> Imported:
    return doccano.read(path, unit=unit)


_PROGRAMS: Mapping[Format, _Program] = {
    Format.label_studio: _Program(
        write=lambda path, articles, _: label_studio.write(path, articles),
        read=lambda path, _: label_studio.read(path),
        config=label_studio.config,
    ),
    Format.doccano: _Program(partial(_write_doccano, relations=True), _read_doccano, doccano.config),
    Format.doccano_spans: _Program(partial(_write_doccano, relations=False), _read_doccano, doccano.config),
}

_FormatOption = Annotated[
    Format, typer.Option("--format", help='Program; "doccano-spans" is doccano without relations.')
]
_UnitOption = Annotated[
    Unit, typer.Option("--offsets", help="In what doccano's offsets count; Label Studio's are found out.")
]
_OutputOption = Annotated[Path, typer.Option("--output", "-o", help="File to write.")]


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder of gold files, one per split, such as data/newswire.")],
    *,
    model: Annotated[
        Path | None, typer.Option(help="Folder with the tokenizer.json that counts word pieces; the shipped model's.")
    ] = None,
    quotas: Annotated[
        bool, typer.Option("--quotas/--no-quotas", help="Hold the folder to the quotas of the project's newswire.")
    ] = True,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a card.")] = False,
) -> None:
    """Check form, mentions, ids, near-duplicates, names in two splits, and quotas. Exit code 1 if a rule is broken."""
    report = check_folder(folder, tokenizer=_tokenizer(model), quotas=NEWSWIRE if quotas else ())
    console = Console(width=_MARKDOWN_WIDTH) if markdown else Console()
    console.print(counts_table(report, markdown=markdown))
    console.print(findings_table(report, markdown=markdown))
    for finding in report.findings:
        for line in offender_lines(finding):
            typer.echo(line)
    if not report.passed:
        raise typer.Exit(Exits.REJECTED)


@app.command("export")
def export_(
    gold: Annotated[Path, typer.Argument(help="Gold file, .jsonl.")],
    *,
    output: _OutputOption,
    format_: _FormatOption,
    offsets: _UnitOption = Unit.utf_16,
    force: Force = False,
) -> None:
    """Write a gold file as tasks of an annotation program, with its annotations."""
    _check_output(output, force=force)
    articles = read_gold(gold)
    _PROGRAMS[format_].write(output, articles, offsets.value)
    typer.echo(f"{len(articles)} articles -> {output}", err=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="File that the program exported: JSON or JSONL.")],
    *,
    output: _OutputOption,
    format_: _FormatOption,
    offsets: _UnitOption = Unit.utf_16,
    force: Force = False,
) -> None:
    """Read what an annotation program exported and write it as a gold file."""
    _check_output(output, force=force)
    imported = _PROGRAMS[format_].read(file, offsets.value)
    write_gold(output, imported.articles)
    typer.echo(f"{len(imported.articles)} articles -> {output}", err=True)
    if imported.unannotated:
        typer.echo(f"{imported.unannotated} left out: they have no annotation", err=True)


@app.command()
def config(*, format_: _FormatOption) -> None:
    """Print the labels that a project of the program needs."""
    typer.echo(_PROGRAMS[format_].config(), nl=False)


def _check_output(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise DataError(f"{path} exists; choose another output with -o, or replace it with --force")


def _tokenizer(folder: Path | None) -> Tokenizer | None:
    """The tokenizer of the model named, or of the shipped one if that is there."""
    if folder is None:
        try:
            folder = default_folder()
        except ModelFolderError:
            return None
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelFolderError(f"no {path}; give --model a model folder, or a folder with a tokenizer.json")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
