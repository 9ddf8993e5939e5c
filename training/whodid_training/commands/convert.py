"""`whodid convert`: a corpus in, a gold file out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whodid.cli.options import Force
from whodid.errors import DataError
from whodid_training.commands.extra import needing_extra
from whodid_training.commands.outputs import refuse_existing, writing

__all__ = ["convert"]


def convert(
    name: Annotated[str, typer.Argument(help="Corpus, such as muc4 or hrdsattack.")],
    *,
    root: Annotated[Path, typer.Option("--root", help="Folder that holds the corpora's folders.")],
    split: Annotated[str, typer.Option("--split", help="Which of its splits.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Gold file to write, one JSON object per article.")],
    force: Force = False,
) -> None:
    """Write a split of a corpus as a gold file, the format that `whodid evaluate` and annotators use.

    Says on standard error what the format has no place for, with how many.
    """
    with needing_extra("converting"):
        from whodid_training.corpora.registry import load_corpus  # noqa: PLC0415 - needs the extra
        from whodid_training.gold import write_gold  # noqa: PLC0415

    if output.suffix == ".gz":
        raise DataError(f"{str(output)!r}: gold files are written as plain JSON lines; leave out .gz")
    refuse_existing([output], force=force)
    loaded = load_corpus(name, root=root, split=split)
    with writing(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        left_out = write_gold(output, loaded.articles)
    typer.echo(f"{len(loaded.articles)} articles of {name}, split {split} -> {output}", err=True)
    for reason, number in (loaded.dropped + left_out).items():
        typer.echo(f"left out: {number} {reason}", err=True)
