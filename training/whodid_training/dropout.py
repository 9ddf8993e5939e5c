"""Dropout that is cheap on processors, where torch draws one number after the other: a tenth of a training step."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

__all__ = ["Dropout", "with_cheap_dropout"]

_VALUES = 2**16
"""A value is kept or dropped by 16 random bits, so that rates are met to 1 in 65,536."""


class Dropout(nn.Dropout):
    """`torch.nn.Dropout`, drawn by numpy from a seed that torch draws: its random state alone decides, as ever."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - as torch calls it
        """Drop values, and scale those that are kept, in training only."""
        values, dropped = input, round(self.p * _VALUES)
        if not self.training or dropped == 0:
            return values
        if values.device.type != "cpu" or dropped == _VALUES:
            return super().forward(values)
        seed = int(torch.randint(2**62, ()))
        bits = np.frombuffer(np.random.Generator(np.random.SFC64(seed)).bytes(2 * values.numel()), np.int16)
        kept = torch.from_numpy(bits >= dropped - _VALUES // 2).view(values.shape)
        return values * kept.to(values.dtype).mul_(_VALUES / (_VALUES - dropped))


def with_cheap_dropout(network: nn.Module) -> None:
    """Put `Dropout` in the place of every plain dropout of a network."""
    for module in list(network.modules()):
        for name, child in module.named_children():
            if type(child) is nn.Dropout:
                setattr(module, name, Dropout(child.p))
