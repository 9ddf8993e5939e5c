"""Ablations: a recipe trained again with one change at a time, and a row of `training/ABLATIONS.md` for each.

    python -m whodid_training.ablate training/configs/default.toml --root CORPORA -o runs/ablations --epochs 2 \
        --change mask_share=0.0 --change corpora.framenet=0

Without `--change` the recipe is trained as it is: the base that the other rows are compared with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from whodid.errors import DataError
from whodid_training.commands.train import train_recipe
from whodid_training.recipe import Recipe, read_changed

__all__ = ["ablate", "rows_of"]

_BASE = "as it is"
_FIGURES = ("types_f1", "event_f1", "roles_strict_f1", "roles_overlap_f1")
"""Columns of the table, in percent with 95 % intervals."""


def ablate(
    recipe: Annotated[Path, typer.Argument(help="Recipe to change.")],
    *,
    root: Annotated[Path, typer.Option("--root", help="Folder that holds the corpora's folders.")],
    out: Annotated[Path, typer.Option("--output", "-o", help="Folder of the runs.")],
    change: Annotated[list[str] | None, typer.Option(help="KEY=VALUE of the recipe, or corpora.NAME=RATE.")] = None,
    epochs: Annotated[int | None, typer.Option(help="A smaller budget, the same for all.")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed.")] = None,
    table: Annotated[Path, typer.Option(help="Table to append to.")] = Path("training/ABLATIONS.md"),
    device: Annotated[str | None, typer.Option(help="Torch device.")] = None,
) -> None:
    """Train a recipe with each change and append the figures of its development data to the table."""
    if not table.is_file():
        raise DataError(f"no table at {table}: give --table, such as training/ABLATIONS.md of a checkout")
    tried = change or [_BASE]
    changed = {
        one: read_changed(recipe, one if change else None, epochs=epochs, seed=seed) for one in tried
    }  # all are read before the first is trained
    for one, settings in changed.items():
        folder = out / re.sub(r"[^\w.=-]+", "-", f"{recipe.stem}-{settings.epochs}-{settings.seed}-{one}")
        train_recipe(settings, root, folder, device)
        metrics = json.loads((folder / "model" / "metrics.json").read_text(encoding="utf-8"))
        command = f"--epochs {settings.epochs} --seed {settings.seed}" + (f" --change {one}" if change else "")
        with table.open("a", encoding="utf-8") as file:
            file.writelines(rows_of(one, settings, metrics, command=f"ablate {recipe.as_posix()} {command}"))


def rows_of(change: str, recipe: Recipe, metrics: Mapping[str, Any], *, command: str) -> list[str]:
    """Write a row for each development set.

    Args:
        change: what was tried.
        recipe: with it.
        metrics: what `metrics.json` of its model holds.
        command: by which it was trained.
    """
    corpora = ", ".join(f"{name} {rate:g}" for name, rate in recipe.corpora.items())
    time = f"{metrics['training_minutes']:g} min, {metrics['device']}"
    rows = []
    for name, one in metrics["development"].items():
        figures = (_cell(one["figures"][key]) for key in _FIGURES)
        cells = (change, f"{name}, {one['documents']}", *figures, corpora, time, f"`{command}`")
        rows.append(f"| {' | '.join(cells)} |\n")
    return rows


def _cell(figure: Mapping[str, float]) -> str:
    if not figure["support"]:
        return "-"
    estimate, low, high = (f"{100 * figure[key]:.1f}" for key in ("estimate", "low", "high"))
    return f"{estimate} [{low}, {high}]"


if __name__ == "__main__":
    typer.run(ablate)
