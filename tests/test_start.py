"""Starting from a model of one's own: what means the same is taken over, the rest is new, the card says so."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from whodid.errors import DataError
from whodid.folder import read_folder
from whodid.ontology import DEFAULT, EventType, Ontology
from whodid_training.export import export
from whodid_training.recipe import Recipe, read_recipe
from whodid_training.start import begin, new_network, to_mix_in
from whodid_training.train import Progress, Run, Trained, mark, train_model

ROLES = {"role_head.weight", "role_head.bias"}
TYPES = {f"evidence_{part}.{kind}" for part in ("weight", "value") for kind in ("weight", "bias")}
LINKS = {"link_head.weight", "link_head.bias"}
NEITHER = {
    "shape_embedding.weight",
    *(f"{head}_head.{part}" for head in ("name", "entity") for part in ("weight", "bias")),
}
SWAPPED = Ontology((DEFAULT.event_types[1], DEFAULT.event_types[0], *DEFAULT.event_types[2:]), DEFAULT.roles)
THREE = Ontology(DEFAULT.event_types[:3], DEFAULT.roles)
OTHER = Ontology((EventType("match", "A game that was played."),), DEFAULT.roles[:2])


@pytest.fixture
def recipe(short_recipe: Recipe, tiny_folder: Path) -> Recipe:
    return replace(short_recipe, start=str(tiny_folder), encoder="no such encoder, which is not looked for")


@pytest.mark.parametrize(
    ("ontology", "kept"),
    [
        (DEFAULT, ROLES | TYPES | LINKS | NEITHER),
        (SWAPPED, ROLES | NEITHER),  # all shapes fit, and would answer for the wrong type
        (THREE, ROLES | NEITHER),
        (replace(DEFAULT, roles=DEFAULT.roles[::-1]), TYPES | NEITHER),
        (OTHER, NEITHER),
    ],
)
def test_a_head_is_taken_over_where_its_labels_are_the_same(
    recipe: Recipe, tiny_folder: Path, ontology: Ontology, kept: set[str]
) -> None:
    weights = read_folder(tiny_folder).weights
    start = begin(recipe, ontology)
    assert kept <= set(start.heads)
    assert not set(start.heads) & ((ROLES | TYPES | LINKS | NEITHER) - kept)
    network = new_network(start, ontology).state_dict()
    encoder = {name for name in weights if name.startswith("encoder.")}
    assert encoder
    assert all(torch.equal(network[name], weights[name]) for name in encoder | kept)
    fresh = (ROLES | TYPES | LINKS | NEITHER) - kept
    assert not any(
        network[name].shape == weights[name].shape and torch.equal(network[name], weights[name]) for name in fresh
    )


def test_the_tokenizer_comes_along_and_the_dropout_is_the_recipes(recipe: Recipe, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(str(recipe.start), tmp_path / "model"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["encoder"] |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.5}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    start = begin(replace(recipe, start=str(folder), dropout=0.37), DEFAULT)
    assert (start.config["hidden_dropout_prob"], start.config["attention_probs_dropout_prob"]) == (0.37, 0.0)
    assert start.tokenizer.to_str() == read_folder(folder).tokenizer.to_str()
    assert start.fingerprint == read_folder(folder).fingerprint


def train(recipe: Recipe, root: Path, folder: Path, *, stop_at: int | None = None) -> Trained:
    steps = 0

    def on_step(_: Progress) -> None:
        nonlocal steps
        steps += 1
        if steps == stop_at:
            raise KeyboardInterrupt

    run = Run(folder, torch.device("cpu"), on_step)
    return train_model(recipe, mark(recipe.corpora, root=root), [], run)


def test_with_no_learning_the_model_comes_out_as_it_went_in(recipe: Recipe, news_root: Path, tmp_path: Path) -> None:
    still = replace(recipe, learning_rate=1e-30, head_learning_rate=1e-30, average=0.0, epochs=1)
    trained = train(still, news_root, tmp_path)
    before = read_folder(Path(str(recipe.start))).weights
    assert before.keys() == trained.folder.weights.keys()
    for name, tensor in trained.folder.weights.items():
        torch.testing.assert_close(tensor, before[name])


def test_a_share_of_the_start_is_mixed_in_once(recipe: Recipe, news_root: Path, tmp_path: Path) -> None:
    learnt = train(recipe, news_root, tmp_path / "learnt").folder.weights
    mixing = replace(recipe, start_share=0.25)
    with pytest.raises(KeyboardInterrupt):
        train(mixing, news_root, tmp_path / "mixed", stop_at=3)
    before = read_folder(Path(str(recipe.start))).weights
    for _ in range(2):  # a finished run that is typed again comes to the same
        mixed = train(mixing, news_root, tmp_path / "mixed").folder.weights
        for name, tensor in mixed.items():
            torch.testing.assert_close(tensor, 0.75 * learnt[name] + 0.25 * before[name], atol=1e-3, rtol=1e-2)
    assert any(not torch.allclose(mixed[name], learnt[name]) for name in mixed)


def test_nothing_is_mixed_in_that_answers_for_other_labels(recipe: Recipe, tmp_path: Path) -> None:
    start = begin(recipe, THREE)
    names = new_network(start, THREE).state_dict().keys()
    with pytest.raises(DataError, match=r"start_share is 0.2, but evidence_value.bias, .* event types or roles differ"):
        to_mix_in(start, names, 0.2)
    assert to_mix_in(start, names, 0.0) == {}


def test_a_share_that_cannot_be_mixed_in_is_refused_before_training(
    recipe: Recipe, news_root: Path, tmp_path: Path
) -> None:
    marked = mark(recipe.corpora, root=news_root)
    with pytest.raises(DataError, match=r"start_share is 0.2, but .* did not come from start"):
        train_model(replace(recipe, start_share=0.2), marked, [], Run(tmp_path, torch.device("cpu")), ontology=THREE)
    assert not list(tmp_path.iterdir())


def test_an_interrupted_run_goes_on_to_the_same_weights(recipe: Recipe, news_root: Path, tmp_path: Path) -> None:
    whole = train(recipe, news_root, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(recipe, news_root, tmp_path / "broken", stop_at=3)
    resumed = train(recipe, news_root, tmp_path / "broken")
    assert all(torch.equal(tensor, resumed.folder.weights[name]) for name, tensor in whole.folder.weights.items())


def test_a_run_is_not_resumed_from_another_model(recipe: Recipe, news_root: Path, tmp_path: Path) -> None:
    moving = replace(recipe, start=str(shutil.copytree(str(recipe.start), tmp_path / "model")))
    with pytest.raises(KeyboardInterrupt):
        train(moving, news_root, tmp_path / "run", stop_at=3)
    decisions = tmp_path / "model" / "decisions.json"
    decisions.write_text(decisions.read_text(encoding="utf-8").replace("0.6", "0.5"), encoding="utf-8")
    with pytest.raises(DataError, match="before a change of the model in `start`"):
        train(moving, news_root, tmp_path / "run")


def test_the_model_says_where_it_started_without_paths_of_a_machine(
    recipe: Recipe, news_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = read_folder(Path(str(recipe.start))).fingerprint
    trained = train(recipe, news_root, tmp_path / "run")
    export(trained, recipe, tmp_path / "outside")
    assert read_recipe(tmp_path / "outside" / "recipe.toml").start == "model"
    monkeypatch.chdir(Path(str(recipe.start)).parents[1])
    export(trained, recipe, tmp_path / "inside")
    name = Path(str(recipe.start)).relative_to(Path.cwd()).as_posix()
    assert read_recipe(tmp_path / "inside" / "recipe.toml").start == name
    assert f"the model `{name}` (fingerprint {fingerprint})" in (tmp_path / "inside" / "README.md").read_text("utf-8")
    assert json.loads((tmp_path / "inside" / "metrics.json").read_text("utf-8"))["start_fingerprint"] == fingerprint


def test_a_folder_that_is_no_model_is_refused(short_recipe: Recipe, tmp_path: Path) -> None:
    for name, words in ((tmp_path / "nowhere", "no model folder at"), (tmp_path, "is not a complete model folder")):
        with pytest.raises(DataError, match=f"start '{name}', read from the current folder: .*{words}"):
            begin(replace(short_recipe, start=str(name)), DEFAULT)
