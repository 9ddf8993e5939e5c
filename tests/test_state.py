from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from whodid.errors import DataError
from whodid_training.state import Position, RunningAverage, load_checkpoint, optimizer_for, save_checkpoint


def parts(seed: int) -> dict[str, object]:
    torch.manual_seed(seed)
    network = nn.ModuleDict({"encoder": nn.Linear(2, 2), "head": nn.Linear(2, 1)})
    optimizer = optimizer_for(network, learning_rate=0.1, head_learning_rate=0.2, weight_decay=0.01)
    return {"network": network, "average": RunningAverage(network, 0.9), "optimizer": optimizer}


def step(state: dict[str, object]) -> None:
    network, optimizer = state["network"], state["optimizer"]
    network["head"](network["encoder"](torch.ones(1, 2))).sum().backward()  # type: ignore[index]
    optimizer.step()  # type: ignore[attr-defined]
    optimizer.zero_grad()  # type: ignore[attr-defined]
    state["average"].update(network, steps=5)  # type: ignore[attr-defined]


def test_a_checkpoint_brings_everything_back(tmp_path: Path) -> None:
    before, after = parts(1), parts(2)
    step(before)
    save_checkpoint(tmp_path / "c.pt", **before, position=Position(1, 2, 3, 4.5), recipe={"seed": 1})  # type: ignore[arg-type]
    assert load_checkpoint(tmp_path / "c.pt", **after, recipe={"seed": 1}) == Position(1, 2, 3, 4.5)  # type: ignore[arg-type]
    step(before)
    step(after)
    for left, right in zip(before["network"].parameters(), after["network"].parameters(), strict=True):  # type: ignore[attr-defined]
        assert torch.equal(left, right)
    assert [path.name for path in tmp_path.iterdir()] == ["c.pt"]


def test_a_checkpoint_of_another_recipe_is_refused_by_the_key_that_changed(tmp_path: Path) -> None:
    state = parts(1)
    save_checkpoint(tmp_path / "c.pt", **state, position=Position(0, 0, 0, 0.0), recipe={"seed": 1})  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"seed changed.*--output"):
        load_checkpoint(tmp_path / "c.pt", **state, recipe={"seed": 2})  # type: ignore[arg-type]


def test_a_damaged_checkpoint_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "c.pt").write_bytes(b"half a file")
    with pytest.raises(DataError, match="Remove it to start the run again"):
        load_checkpoint(tmp_path / "c.pt", **parts(1), recipe={})  # type: ignore[arg-type]


def test_the_average_follows_the_weights_and_forgets_the_start() -> None:
    network = nn.Linear(1, 1, bias=False)
    average = RunningAverage(network, 0.5)
    with torch.no_grad():
        network.weight.fill_(1.0)
    for steps in range(1, 60):
        average.update(network, steps=steps)
    assert average.weights["weight"].item() == pytest.approx(1.0, abs=1e-6)


def test_biases_have_no_weight_decay_and_heads_their_own_rate() -> None:
    groups = parts(1)["optimizer"].param_groups  # type: ignore[attr-defined]
    assert [(group["lr"], group["weight_decay"]) for group in groups] == [(0.1, 0.01), (0.1, 0), (0.2, 0.01), (0.2, 0)]
