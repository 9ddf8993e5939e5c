"""`whodid fit`, as a user types it: the same weights with other decisions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from whodid.cli.exits import Exits, Guarded
from whodid.folder import read_folder
from whodid_training.commands.fit import fit
from whodid_training.recipe import Recipe

pytestmark = pytest.mark.usefixtures("quick_figures")


def typed(*arguments: object) -> Result:
    app = typer.Typer(cls=Guarded, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    app.command()(fit)
    return CliRunner().invoke(app, ["fit", *map(str, arguments), "--device", "cpu"])


def test_decisions_are_fitted_again_and_everything_else_stays(
    tiny_folder: Path, news_root: Path, short_recipe: Recipe, tmp_path: Path
) -> None:
    source, out = tmp_path / "model", tmp_path / "out"
    source.mkdir()
    for path in tiny_folder.iterdir():
        (source / path.name).write_bytes(path.read_bytes())
    training = {
        "articles": {"own": 10},
        "lost_mentions": {},
        "training_minutes": 1.0,
        "device": "an abacus",
        "development": {"own": "stale"},
    }
    (source / "metrics.json").write_text(json.dumps(training), encoding="utf-8")
    (source / "recipe.toml").write_text(short_recipe.to_toml(), encoding="utf-8")
    result = typed(source, "--develop", "own", "--root", news_root, "-o", out)
    assert result.exit_code == Exits.GOOD, result.output
    assert f"model written to {out}" in result.stderr
    for name in ("model.safetensors", "config.json", "ontology.json", "tokenizer.json", "recipe.toml"):
        assert (out / name).read_bytes() == (source / name).read_bytes()
    decisions = read_folder(out).decisions
    assert set(decisions.preferences) == {"balanced", "precision", "recall"}
    metrics = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["development"]["own"]["documents"] == 4
    assert metrics["device"] == "an abacus"
    assert f"{decisions.event_types['attack']:.2f}" in (out / "README.md").read_text(encoding="utf-8")


def test_a_folder_without_recipe_gets_no_card(tiny_folder: Path, news_root: Path, tmp_path: Path) -> None:
    result = typed(tiny_folder, "--develop", "own", "--root", news_root, "-o", tmp_path / "out")
    assert result.exit_code == Exits.GOOD, result.output
    assert not (tmp_path / "out" / "README.md").exists()


def test_a_folder_that_exists_is_not_written_to(tiny_folder: Path, news_root: Path, tmp_path: Path) -> None:
    result = typed(tiny_folder, "--develop", "own", "--root", news_root, "-o", tmp_path)
    assert result.exit_code == Exits.INPUT
    assert "exists; choose another folder" in result.stderr


def test_an_unknown_corpus_is_named(tiny_folder: Path, news_root: Path, tmp_path: Path) -> None:
    result = typed(tiny_folder, "--develop", "nothing", "--root", news_root, "-o", tmp_path / "out")
    assert result.exit_code == Exits.INPUT
    assert "corpus 'nothing' is unknown" in result.stderr
