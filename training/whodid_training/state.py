"""What a training run must not lose: weights, their running average, optimizer, position. Written whole or not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor, nn

from whodid.errors import DataError

__all__ = ["Position", "RunningAverage", "load_checkpoint", "optimizer_for", "save_checkpoint"]

_PARTS = frozenset({"network", "average", "optimizer", "position", "random", "recipe", "inputs"})
"""What a checkpoint holds."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands."""

    epoch: int
    """Epochs completed."""
    step: int
    """Steps completed in the epoch under way."""
    total: int
    """Steps completed in all."""
    seconds: float
    """Time spent in training, over all interruptions."""


class RunningAverage:
    """Exponential running average of a network's weights: a free ensemble over the end of a run."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.weights = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module, *, steps: int) -> None:
        """Move towards the network's weights; faster in the first steps, so that the start is forgotten."""
        decay = min(self.decay, steps / (steps + 10))
        for name, tensor in network.state_dict().items():
            self.weights[name].lerp_(tensor.to(self.weights[name].dtype), 1.0 - decay)

    @torch.no_grad()
    def mix(self, weights: Mapping[str, Tensor], share: float) -> None:
        """Move towards other weights of the same network: from 0, not at all, to 1, all the way."""
        for name, tensor in weights.items():
            self.weights[name].lerp_(tensor.to(self.weights[name]), share)


def optimizer_for(
    network: nn.Module, *, learning_rate: float, head_learning_rate: float, weight_decay: float
) -> torch.optim.AdamW:
    """AdamW with four groups: encoder or heads, with weight decay (matrices) or without."""

    def group(part: Iterator[tuple[str, nn.Parameter]], rate: float) -> list[dict[str, Any]]:
        parameters = [parameter for _, parameter in part if parameter.requires_grad]
        return [
            {"params": [p for p in parameters if p.ndim > 1], "lr": rate, "weight_decay": weight_decay},
            {"params": [p for p in parameters if p.ndim < 2], "lr": rate, "weight_decay": 0.0},
        ]

    encoder = ((n, p) for n, p in network.named_parameters() if n.startswith("encoder."))
    heads = ((n, p) for n, p in network.named_parameters() if not n.startswith("encoder."))
    groups = [*group(encoder, learning_rate), *group(heads, head_learning_rate)]
    return torch.optim.AdamW(groups, fused=True)  # one pass over the weights in place of ten


def save_checkpoint(
    path: Path,
    *,
    network: nn.Module,
    average: RunningAverage,
    optimizer: torch.optim.Optimizer,
    position: Position,
    recipe: Mapping[str, Any],
    inputs: Mapping[str, str],
) -> None:
    """Write a checkpoint beside the old one and put it in its place in one move.

    Args:
        path: of the checkpoint.
        network: being trained.
        average: of its weights.
        optimizer: of the network.
        position: where the run stands.
        recipe: that the run follows.
        inputs: what the run reads beside the recipe, in words for an error, and a digest of each.
    """
    state = {
        "network": network.state_dict(),
        "average": average.weights,
        "optimizer": optimizer.state_dict(),
        "position": [position.epoch, position.step, position.total, position.seconds],
        "random": torch.get_rng_state(),
        "recipe": dict(recipe),
        "inputs": dict(inputs),
    }
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


def load_checkpoint(
    path: Path,
    *,
    network: nn.Module,
    average: RunningAverage,
    optimizer: torch.optim.Optimizer,
    recipe: Mapping[str, Any],
    inputs: Mapping[str, str],
) -> Position:
    """Put a run back to where a checkpoint left it.

    Raises:
        DataError: the checkpoint is damaged, or was written under another recipe or from other inputs.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)  # tensors and plain data only
    except (OSError, RuntimeError, EOFError, UnpicklingError) as error:
        raise DataError(f"{path} cannot be read: {error}. Remove it to start the run again") from error
    if not isinstance(state, dict) or set(state) != _PARTS:
        raise DataError(f"{path} is not a checkpoint of a training run. Remove it to start the run again")
    changed = sorted(key for key, value in recipe.items() if state["recipe"].get(key) != value)
    if changed:
        raise DataError(
            f"{path} was written under another recipe: {', '.join(changed)} changed. "
            "Restore the recipe, or give another --output to start afresh"
        )
    others = [what for what, digest in inputs.items() if state["inputs"].get(what) != digest]
    if others:
        raise DataError(
            f"{path} was written before a change of {' and '.join(others)}; half a run on each would be neither. "
            "Put back what was changed, or give another --output to start afresh"
        )
    network.load_state_dict(state["network"])
    weights: dict[str, Tensor] = state["average"]
    for name, tensor in weights.items():
        average.weights[name].copy_(tensor)
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["random"])
    epoch, step, total, seconds = state["position"]
    return Position(epoch, step, total, seconds)
