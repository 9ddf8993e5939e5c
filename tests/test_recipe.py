from __future__ import annotations

from pathlib import Path

import pytest

from whodid.errors import DataError
from whodid_training.corpora.registry import CORPORA
from whodid_training.recipe import Recipe, read_recipe

CONFIGS = Path(__file__).parents[1] / "training" / "configs"
BASE = Recipe(corpora={"muc4": 1.0, "gvdb": 0.5}, develop=("muc4",))


def test_a_recipe_survives_writing_and_reading(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(BASE.to_toml(), encoding="utf-8")
    assert read_recipe(path) == BASE


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.name)
def test_shipped_recipes_are_read_and_name_corpora_that_exist(path: Path) -> None:
    recipe = read_recipe(path)
    assert set(recipe.corpora) | set(recipe.develop) <= set(CORPORA)


def test_the_shipped_model_was_made_by_the_shipped_recipe() -> None:
    model = Path(__file__).parents[1] / "models" / "default"
    assert read_recipe(model / "recipe.toml") == read_recipe(CONFIGS / "default.toml")


def test_what_is_typed_replaces_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(BASE.to_toml(), encoding="utf-8")
    assert read_recipe(path, seed=7, epochs=None).seed == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs = ", "not valid TOML"),
        ("epoch = 3\n[corpora]\nmuc4 = 1", "unknown keys epoch; allowed: .*epochs"),
        ("develop = []", "corpora"),
        ("[corpora]", "is empty"),
        ("epochs = 0\n[corpora]\nmuc4 = 1", "epochs"),
        ("dropout = 1.5\n[corpora]\nmuc4 = 1", "dropout"),
        ("batch_pieces = 64\n[corpora]\nmuc4 = 1", "must hold a window of 512"),
    ],
)
def test_a_recipe_that_cannot_work_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_recipe(path)


def test_a_missing_recipe_says_where_the_shipped_ones_are(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="training/configs"):
        read_recipe(tmp_path / "none.toml")
