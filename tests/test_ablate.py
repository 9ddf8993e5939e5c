"""Ablations: one change at a time, a row of the table for each development set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from whodid.errors import DataError
from whodid_training.ablate import ablate
from whodid_training.recipe import Recipe, read_changed, read_recipe

TABLE = Path(__file__).parents[1] / "training" / "ABLATIONS.md"


@pytest.fixture
def file(short_recipe: Recipe, tmp_path: Path) -> Path:
    recipe = replace(short_recipe, checkpoint_minutes=5.0, corpora={"own": 1.5, "muc4": 1.0})
    (tmp_path / "recipe.toml").write_text(recipe.to_toml(), encoding="utf-8")
    return tmp_path / "recipe.toml"


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ("mask_share=0.3", "mask_share", 0.3),
        ('encoder = "x/y"', "encoder", "x/y"),
        ('develop=["muc4"]', "develop", ("muc4",)),
        ("corpora.muc4=0", "corpora", {"own": 1.5}),
        ("corpora.gvdb=0.5", "corpora", {"own": 1.5, "muc4": 1.0, "gvdb": 0.5}),
        (None, "seed", 13),
    ],
)
def test_a_change_replaces_one_key(file: Path, change: str | None, key: str, value: object) -> None:
    changed = read_changed(file, change, epochs=7)
    assert changed == replace(read_recipe(file), epochs=7, **{key: value})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("mask_share", "is not KEY=VALUE"),
        ("encoder=x", "with strings in quotes"),
        ("mask=0.1", "unknown keys mask; allowed"),
        ("mask_share=3.0", "mask_share is 3.0; it must lie between 0 and 1"),
        ("seed=13", "leaves .* as it is"),
        ("corpora.gvdb=0", "leaves .* as it is"),
    ],
)
def test_a_change_that_is_none_is_refused(file: Path, change: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_changed(file, change)


@pytest.mark.usefixtures("quick_figures")
def test_each_change_adds_a_row_per_development_set(file: Path, news_root: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.md"
    table.write_text(TABLE.read_text(encoding="utf-8"), encoding="utf-8")
    before = table.read_text(encoding="utf-8").splitlines()
    runs = tmp_path / "runs"
    ablate(file, root=news_root, out=runs, change=["corpora.muc4=0"], epochs=1, table=table, device="cpu")
    *same, row = table.read_text(encoding="utf-8").splitlines()
    assert same == before
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    header = next(line for line in before if line.startswith("| change"))
    assert len(cells) == len(header.strip("|").split("|"))
    assert cells[:2] == ["corpora.muc4=0", "own, 4"]
    assert all(cell.endswith("]") for cell in cells[2:6])
    assert cells[6] == "own 1.5"
    assert cells[8].endswith("recipe.toml --epochs 1 --seed 13 --change corpora.muc4=0`")


def test_a_missing_table_is_named_before_anything_is_trained(file: Path, news_root: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no table at .*give --table"):
        ablate(file, root=news_root, out=tmp_path / "runs", table=tmp_path / "no.md")
    assert not (tmp_path / "runs").exists()
