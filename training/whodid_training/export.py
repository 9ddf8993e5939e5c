"""What a finished run leaves: a model folder that explains itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from whodid.folder import write_folder
from whodid_training.card import card
from whodid_training.recipe import Recipe
from whodid_training.train import Trained

__all__ = ["export"]


def export(trained: Trained, recipe: Recipe, folder: Path) -> None:
    """Write the model, the recipe that made it, its development figures and its card."""
    write_folder(folder, trained.folder)
    recipe = replace(recipe, start=recipe.start and _relative(recipe.start))
    (folder / "recipe.toml").write_text(recipe.to_toml(), encoding="utf-8")
    (folder / "metrics.json").write_text(json.dumps(trained.metrics, indent=2) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(card(trained.folder, recipe, trained.metrics), encoding="utf-8")


def _relative(name: str) -> str:
    """Name a folder as others may know it: from the current folder if it lies there, else by its last part."""
    path = Path(name).resolve()
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.name
