"""Checkpoints: what is saved is restored to the bit, nothing else is accepted, and a file is whole or not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from whodid.errors import DataError
from whodid_training.state import Position, RunningAverage, load_checkpoint, optimizer_for, save_checkpoint

RECIPE: dict[str, Any] = {"seed": 13, "corpora": {"muc4": 1.0}, "develop": ("muc4",), "ontology": None}


class Tiny(nn.Module):
    """Two parts, named as in the real network, with dropout that draws random numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Linear(3, 3)
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(3, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.encoder(x))  # type: ignore[no-any-return]


def state(seed: int) -> dict[str, Any]:
    torch.manual_seed(seed)
    network = Tiny()
    optimizer = optimizer_for(network, learning_rate=0.1, head_learning_rate=0.2, weight_decay=0.5)
    average, inputs = RunningAverage(network, 0.9), {"the articles": "d1ce"}
    return {"network": network, "average": average, "optimizer": optimizer, "recipe": RECIPE, "inputs": inputs}


def train(run: dict[str, Any], *, steps: range) -> list[list[float]]:
    """Train on the inputs 1, 2, 3, ...; return all weights and all averages."""
    for step in steps:
        run["network"](torch.full((2, 3), float(step + 1))).square().mean().backward()
        run["optimizer"].step()
        run["optimizer"].zero_grad()
        run["average"].update(run["network"], steps=step + 1)
    weights = [*run["network"].state_dict().values(), *run["average"].weights.values()]
    return [tensor.flatten().tolist() for tensor in weights]


def test_a_run_that_is_resumed_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    run = state(seed=1)
    train(run, steps=range(3))
    save_checkpoint(tmp_path / "checkpoint.pt", position=Position(1, 2, 3, 4.5), **run)
    expected = train(run, steps=range(3, 6))
    resumed = state(seed=2)  # other weights, another random state
    position = load_checkpoint(tmp_path / "checkpoint.pt", **resumed)
    assert position == Position(epoch=1, step=2, total=3, seconds=4.5)
    assert train(resumed, steps=range(3, 6)) == expected


def test_what_the_schedule_notes_on_the_optimizer_is_restored(tmp_path: Path) -> None:
    run, resumed = state(seed=1), state(seed=1)
    for group in run["optimizer"].param_groups:
        group["peak"], group["lr"] = group["lr"], 0.01
    save_checkpoint(tmp_path / "checkpoint.pt", position=Position(0, 0, 0, 0.0), **run)
    load_checkpoint(tmp_path / "checkpoint.pt", **resumed)
    assert [(group["peak"], group["lr"]) for group in resumed["optimizer"].param_groups] == [
        (0.1, 0.01), (0.1, 0.01), (0.2, 0.01), (0.2, 0.01),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"seed": 14}, "seed changed"),
        ({"corpora": {"muc4": 2.0}}, "corpora changed"),
        ({"seed": 14, "develop": ()}, "develop, seed changed"),
        ({"of a later version": 1}, "of a later version changed"),
    ],
)
def test_a_checkpoint_of_another_recipe_is_refused_and_changes_nothing(
    tmp_path: Path, changes: dict[str, Any], named: str
) -> None:
    save_checkpoint(tmp_path / "checkpoint.pt", position=Position(0, 0, 0, 0.0), **state(seed=1))
    other = {**state(seed=2), "recipe": {**RECIPE, **changes}}
    before = train(other, steps=range(0))
    with pytest.raises(DataError, match=f"under another recipe: {named}.*--output"):
        load_checkpoint(tmp_path / "checkpoint.pt", **other)
    assert train(other, steps=range(0)) == before


def test_a_checkpoint_from_other_inputs_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "checkpoint.pt", position=Position(0, 0, 0, 0.0), **state(seed=1))
    other = {**state(seed=2), "inputs": {"the articles": "d1cf"}}
    before = train(other, steps=range(0))
    with pytest.raises(DataError, match=r"before a change of the articles; .*--output"):
        load_checkpoint(tmp_path / "checkpoint.pt", **other)
    assert train(other, steps=range(0)) == before


def test_a_checkpoint_is_read_without_running_anything_from_it(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "checkpoint.pt", position=Position(0, 0, 0, 0.0), **state(seed=1))
    torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    torch.save({"network": Path("x")}, tmp_path / "checkpoint.pt")  # an object that is neither tensor nor plain data
    with pytest.raises(DataError, match="cannot be read"):
        load_checkpoint(tmp_path / "checkpoint.pt", **state(seed=1))


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 a broken archive"])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(DataError, match=r"checkpoint.pt cannot be read: (.|\n)*Remove it to start the run again"):
        load_checkpoint(tmp_path / "checkpoint.pt", **state(seed=1))


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, position=Position(0, 0, 0, 0.0), **state(seed=1))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="cannot be read"):
        load_checkpoint(path, **state(seed=1))


@pytest.mark.parametrize("content", [{"weights": torch.zeros(1)}, [1, 2]])
def test_another_file_of_torch_is_refused(tmp_path: Path, content: Any) -> None:
    torch.save(content, tmp_path / "checkpoint.pt")
    with pytest.raises(DataError, match="not a checkpoint of a training run"):
        load_checkpoint(tmp_path / "checkpoint.pt", **state(seed=1))


def test_writing_that_is_interrupted_leaves_the_last_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, run = tmp_path / "checkpoint.pt", state(seed=1)
    save_checkpoint(path, position=Position(1, 0, 5, 1.0), **run)

    def half(content: Any, target: Path) -> None:
        target.write_bytes(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(path, position=Position(2, 0, 10, 2.0), **run)
    assert load_checkpoint(path, **run).epoch == 1


def test_a_checkpoint_takes_its_place_in_one_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moves: list[tuple[Path, Path]] = []
    move = os.replace
    monkeypatch.setattr(os, "replace", lambda source, target: (moves.append((source, target)), move(source, target)))
    save_checkpoint(tmp_path / "checkpoint.pt", position=Position(0, 0, 0, 0.0), **state(seed=1))
    ((source, target),) = moves
    assert source.parent == target.parent == tmp_path  # one file system: a move cannot be half done
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_the_average_follows_fast_at_first_and_slowly_later() -> None:
    network = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        network.weight.fill_(0.0)
    average = RunningAverage(network, decay=0.5)
    with torch.no_grad():
        network.weight.fill_(1.0)
    average.update(network, steps=1)  # keeps 1/11 of what it was
    assert average.weights["weight"].item() == pytest.approx(10 / 11)
    with torch.no_grad():
        network.weight.fill_(0.0)
    average.update(network, steps=1000)  # keeps half of it
    assert average.weights["weight"].item() == pytest.approx(5 / 11)


def test_an_average_without_decay_keeps_the_last_weights_and_shares_no_memory() -> None:
    network = nn.Linear(2, 2)
    average = RunningAverage(network, decay=0.0)
    with torch.no_grad():
        network.weight.add_(1.0)
    assert not torch.equal(average.weights["weight"], network.weight)
    average.update(network, steps=7)
    assert torch.equal(average.weights["weight"], network.weight)


def test_encoder_and_heads_have_rates_of_their_own_and_only_matrices_decay() -> None:
    network = Tiny()
    groups = optimizer_for(network, learning_rate=0.1, head_learning_rate=0.2, weight_decay=0.5).param_groups
    assert [(group["lr"], group["weight_decay"], [p.shape for p in group["params"]]) for group in groups] == [
        (0.1, 0.5, [(3, 3)]),
        (0.1, 0.0, [(3,)]),
        (0.2, 0.5, [(1, 3)]),
        (0.2, 0.0, [(1,)]),
    ]
