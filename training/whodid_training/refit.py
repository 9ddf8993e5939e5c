"""Fitting the decisions of a model folder again, on development data of one's own choice; its weights stay."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from whodid.errors import ModelFolderError
from whodid.folder import read_folder
from whodid.model import Model
from whodid_training.card import card
from whodid_training.develop import DevelopmentSet
from whodid_training.fit import Fitted, evaluate_all, fit_in_full, rehearse
from whodid_training.recipe import read_recipe

__all__ = ["refit"]


def refit(source: Path, development: Sequence[DevelopmentSet], target: Path, *, device: str | None = None) -> Fitted:
    """Copy a model folder, with decisions fitted on these development sets.

    What was measured with the old decisions is measured again; the card is written anew if the folder has the recipe
    and the figures of its training.

    Args:
        source: the model folder.
        development: what to fit on.
        target: folder to write; it must not exist.
        device: torch device; by default a GPU if there is one.

    Raises:
        ModelFolderError: the folder cannot be read, or the target exists.
    """
    if target.exists():
        raise ModelFolderError(f"{str(target)!r} exists; choose another folder for the model with new decisions")
    folder = read_folder(source)
    model = Model(folder, device=device)
    rehearsals = rehearse(model, development)
    fitted = fit_in_full(model, rehearsals)
    recipe = read_recipe(source / "recipe.toml") if (source / "recipe.toml").is_file() else None
    metrics = _metrics(source / "metrics.json")
    metrics["development"] = evaluate_all(model, rehearsals, fitted.decisions, seed=recipe.seed if recipe else 0)
    metrics["cross_validated"] = fitted.cross_validated
    shutil.copytree(source, target)
    _write(target / "decisions.json", fitted.decisions.to_dict(), ensure_ascii=False)
    _write(target / "metrics.json", metrics)
    if recipe and "training_minutes" in metrics:
        text = card(replace(folder, decisions=fitted.decisions), recipe, metrics)
        (target / "README.md").write_text(text, encoding="utf-8")
    else:
        (target / "README.md").unlink(missing_ok=True)  # it would speak of the old decisions
    return fitted


def _metrics(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _write(path: Path, data: Any, *, ensure_ascii: bool = True) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=ensure_ascii) + "\n", encoding="utf-8")
