"""Interruptions: a run goes on where it stopped and ends with the same weights to the bit; nothing else is accepted."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch

from whodid.errors import DataError
from whodid_training.develop import DevelopmentSet, load_development
from whodid_training.recipe import Recipe
from whodid_training.train import Progress, Run, Trained, mark, train_model

pytestmark = pytest.mark.usefixtures("quick_figures")


class StopError(Exception):
    """The plug was pulled."""


@dataclass
class Trainer:
    """Trains in folders of its own and notes what was reported."""

    recipe: Recipe
    root: Path
    development: tuple[DevelopmentSet, ...] = ()

    def __call__(self, folder: Path, *, stop_at: int | None = None) -> tuple[Trained, list[Progress]]:
        """Train; pull the plug when step number `stop_at` of this call is reported."""
        seen: list[Progress] = []

        def on_step(progress: Progress) -> None:
            seen.append(progress)
            if len(seen) == stop_at:
                raise StopError

        marked = mark(self.recipe.corpora, root=self.root)
        run = Run(folder, torch.device("cpu"), on_step)
        return train_model(self.recipe, marked, self.development, run), seen


@pytest.fixture(scope="module")
def trainer(short_recipe: Recipe, news_root: Path) -> Trainer:
    return Trainer(short_recipe, news_root, (load_development("own", root=news_root),))


@pytest.fixture(scope="module")
def whole(trainer: Trainer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Trained, list[Progress], Path]:
    """A run that nobody interrupted, and its folder."""
    folder = tmp_path_factory.mktemp("whole")
    return *trainer(folder), folder


def same_weights(one: Trained, other: Trained) -> bool:
    names = one.folder.weights.keys() | other.folder.weights.keys()
    return all(torch.equal(one.folder.weights[name], other.folder.weights[name]) for name in names)


def test_a_run_reports_every_step(whole: tuple[Trained, list[Progress], Path], short_recipe: Recipe) -> None:
    _, seen, _ = whole
    assert [progress.epoch for progress in seen] == sorted(progress.epoch for progress in seen)
    for epoch in range(short_recipe.epochs):
        of_epoch = [progress for progress in seen if progress.epoch == epoch]
        assert [progress.step for progress in of_epoch] == list(range(1, len(of_epoch) + 1))
        assert {progress.steps for progress in of_epoch} == {len(of_epoch)}


def test_a_run_leaves_a_checkpoint_a_cache_and_a_log(whole: tuple[Trained, list[Progress], Path]) -> None:
    folder = whole[2]
    assert sorted(path.name for path in folder.iterdir()) == ["cache", "checkpoint.pt", "log.jsonl"]
    log = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [entry["epoch"] for entry in log] == [1, 2]  # the last epoch is in metrics.json
    assert log[0]["own"]["documents"] == 4


def test_the_same_recipe_gives_the_same_model(
    whole: tuple[Trained, list[Progress], Path], trainer: Trainer, tmp_path: Path
) -> None:
    again, seen = trainer(tmp_path)
    assert seen == whole[1]
    assert same_weights(again, whole[0])
    assert again.folder.decisions == whole[0].folder.decisions
    assert again.metrics["development"] == whole[0].metrics["development"]


def test_another_seed_gives_another_model(
    whole: tuple[Trained, list[Progress], Path], trainer: Trainer, tmp_path: Path
) -> None:
    other, _ = replace(trainer, recipe=replace(trainer.recipe, seed=14), development=())(tmp_path)
    assert not same_weights(other, whole[0])


def test_a_run_that_is_interrupted_again_and_again_ends_with_the_same_weights_to_the_bit(
    whole: tuple[Trained, list[Progress], Path], trainer: Trainer, tmp_path: Path
) -> None:
    trained, uninterrupted, _ = whole
    kept: list[Progress] = []
    for _ in uninterrupted[:-1]:  # each time the plug is pulled in the second step: one is kept
        with pytest.raises(StopError):
            trainer(tmp_path, stop_at=2)
        kept.append(uninterrupted[len(kept)])
    resumed, seen = trainer(tmp_path)
    assert [*kept, *seen] == uninterrupted
    assert same_weights(resumed, trained)
    assert resumed.folder.decisions == trained.folder.decisions
    assert resumed.metrics["development"] == trained.metrics["development"]


def test_with_rare_checkpoints_an_interruption_costs_the_epoch_under_way(
    whole: tuple[Trained, list[Progress], Path], trainer: Trainer, tmp_path: Path
) -> None:
    rare = replace(trainer, recipe=replace(trainer.recipe, checkpoint_minutes=5.0), development=())
    steps = whole[1][0].steps
    with pytest.raises(StopError):
        rare(tmp_path, stop_at=steps + 2)
    resumed, seen = rare(tmp_path)
    assert seen == whole[1][steps:]
    assert same_weights(resumed, whole[0])


def test_a_finished_run_typed_again_trains_nothing_and_gives_the_same(trainer: Trainer, tmp_path: Path) -> None:
    quick = replace(trainer, development=())
    first, _ = quick(tmp_path)
    again, seen = quick(tmp_path)
    assert seen == []
    assert same_weights(again, first)
    assert again.metrics["training_minutes"] == first.metrics["training_minutes"]


def test_a_run_folder_of_another_recipe_is_refused(trainer: Trainer, tmp_path: Path) -> None:
    with pytest.raises(StopError):
        trainer(tmp_path, stop_at=2)
    with pytest.raises(DataError, match="learning_rate changed"):
        replace(trainer, recipe=replace(trainer.recipe, learning_rate=1e-3))(tmp_path)


def test_a_run_folder_of_other_articles_is_refused(trainer: Trainer, tmp_path: Path) -> None:
    with pytest.raises(StopError):
        trainer(tmp_path, stop_at=2)
    (part,) = mark(trainer.recipe.corpora, root=trainer.root)
    fewer = replace(part, articles=part.articles[1:])
    with pytest.raises(DataError, match="before a change of the articles"):
        train_model(trainer.recipe, [fewer], [], Run(tmp_path, torch.device("cpu")))


def test_the_average_of_the_weights_is_kept_if_the_recipe_says_so(trainer: Trainer, tmp_path: Path) -> None:
    last, _ = replace(trainer, recipe=replace(trainer.recipe, average=0.0), development=())(tmp_path)
    checkpoint = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    name = "role_head.weight"
    assert torch.equal(last.folder.weights[name], checkpoint["network"][name].half().float())


def test_the_average_moves_with_every_step_and_counts_them_over_all_epochs(trainer: Trainer, tmp_path: Path) -> None:
    states: list[dict[str, Any]] = []

    def on_step(_: Progress) -> None:
        if (tmp_path / "checkpoint.pt").is_file():  # of the step before
            states.append(torch.load(tmp_path / "checkpoint.pt", weights_only=True))

    marked = mark(trainer.recipe.corpora, root=trainer.root)
    train_model(trainer.recipe, marked, [], Run(tmp_path, torch.device("cpu"), on_step))
    name = "role_head.weight"
    assert len(states) > 8
    for step, (before, after) in enumerate(pairwise(states), start=2):
        moved = before["average"][name].lerp(after["network"][name], 1.0 - min(0.9, step / (step + 10)))
        torch.testing.assert_close(after["average"][name], moved)
