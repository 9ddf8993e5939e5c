"""`whodid data`: check gold files, compare annotators, split, and exchange gold files with annotation programs."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whodid.cli.exits import Exits
from whodid.cli.options import Force
from whodid.errors import DataError, one_of
from whodid_training.commands.outputs import refuse_existing

if TYPE_CHECKING:
    from whodid_training.annotation.quotas import Quota

__all__ = ["app"]

_MARKDOWN_WIDTH = 400
"""Wide enough that no cell of a Markdown table is wrapped."""

app = typer.Typer(
    help="Check annotated articles, compare annotators, split, and exchange with annotation programs.",
    no_args_is_help=True,
)


class Format(str, Enum):
    """Programs whose files can be written and read, as in `whodid_training.annotation.programs`."""

    label_studio = "label-studio"
    doccano = "doccano"
    doccano_spans = "doccano-spans"


class Unit(str, Enum):
    """In what doccano's offsets count."""

    utf_16 = "utf-16"
    code_points = "code-points"


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
        Path | None,
        typer.Option(help="Folder with the tokenizer.json that counts word pieces; the shipped model's by default."),
    ] = None,
    quotas: Annotated[
        str | None,
        typer.Option(help='Hold the folder to these quotas: "newswire" or "none"; by default those of its name.'),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a card.")] = False,
) -> None:
    """Check form, mentions, ids, near-duplicates, names in two splits, and quotas. Exit code 1 if a rule is broken."""
    from rich.console import Console  # noqa: PLC0415 - here and below: the program starts without these

    from whodid_training.annotation.check import check_folder  # noqa: PLC0415
    from whodid_training.annotation.pieces import find_pieces  # noqa: PLC0415
    from whodid_training.annotation.table import counts_table, findings_table, offender_lines  # noqa: PLC0415

    report = check_folder(folder, pieces=find_pieces(model), quotas=_quotas(quotas, folder))
    console = Console(width=_MARKDOWN_WIDTH, file=sys.stdout) if markdown else Console()
    console.print(counts_table(report, markdown=markdown))
    console.print(findings_table(report, markdown=markdown))
    typer.echo(f"\nWord pieces were {report.pieces}.")
    for finding in report.findings:
        for line in offender_lines(finding):
            typer.echo(line)
    if not report.passed:
        raise typer.Exit(Exits.REJECTED)


@app.command()
def agree(
    first: Annotated[Path, typer.Argument(help="Gold file, .jsonl.")],
    second: Annotated[Path, typer.Argument(help="The same articles, annotated by somebody else.")],
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a card.")] = False,
) -> None:
    """Compare two annotations of the same articles: F1 of the one against the other."""
    from rich.console import Console  # noqa: PLC0415

    from whodid_training.annotation.agreement import agreement  # noqa: PLC0415
    from whodid_training.annotation.table import agreement_table  # noqa: PLC0415
    from whodid_training.gold import read_gold  # noqa: PLC0415

    rows = agreement(read_gold(first), read_gold(second))
    console = Console(width=_MARKDOWN_WIDTH, file=sys.stdout) if markdown else Console()
    console.print(agreement_table(rows, markdown=markdown))


@app.command()
def split(
    gold: Annotated[Path, typer.Argument(help="Gold file, .jsonl.")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for train.jsonl, dev.jsonl and test.jsonl.")],
    seed: Annotated[int, typer.Option(help="Another seed, another split.")] = 0,
    force: Force = False,
) -> None:
    """Split a gold file 68 : 13 : 19, keeping articles that share a person's name together."""
    from whodid_training.annotation.articles import read_articles, write_articles  # noqa: PLC0415
    from whodid_training.annotation.splits import SHARES, split_articles, split_sizes  # noqa: PLC0415

    paths = {name: output / f"{name}.jsonl" for name in SHARES}
    refuse_existing(paths.values(), force=force)
    articles = read_articles(gold)
    parts = split_articles(articles, sizes=split_sizes(len(articles)), seed=seed)
    output.mkdir(parents=True, exist_ok=True)
    for name, part in parts.items():
        write_articles(paths[name], part)
        typer.echo(f"{len(part)} articles -> {paths[name]}", err=True)


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
    from whodid_training.annotation.articles import read_articles  # noqa: PLC0415
    from whodid_training.annotation.programs import PROGRAMS  # noqa: PLC0415

    refuse_existing([output], force=force)
    articles = read_articles(gold)
    PROGRAMS[format_.value].write(output, articles, offsets.value)
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
    from whodid_training.annotation.articles import write_articles  # noqa: PLC0415
    from whodid_training.annotation.programs import PROGRAMS  # noqa: PLC0415

    refuse_existing([output], force=force)
    imported = PROGRAMS[format_.value].read(file, offsets.value)
    write_articles(output, imported.articles)
    typer.echo(f"{len(imported.articles)} articles -> {output}", err=True)
    if imported.unannotated:
        typer.echo(f"{imported.unannotated} left out: they have no annotation", err=True)


@app.command()
def config(*, format_: _FormatOption) -> None:
    """Print the labels that a project of the program needs."""
    from whodid_training.annotation.programs import PROGRAMS  # noqa: PLC0415

    typer.echo(PROGRAMS[format_.value].config(), nl=False)


def _quotas(name: str | None, folder: Path) -> tuple[Quota, ...]:
    """Return the quotas that are named, or those that have the folder's name, or none."""
    from whodid_training.annotation.quotas import QUOTAS  # noqa: PLC0415

    if name is None:
        return QUOTAS.get(folder.resolve().name, ())
    if name not in QUOTAS:
        raise DataError(f"quotas {name!r} are unknown; allowed: {one_of(QUOTAS)}")
    return QUOTAS[name]
