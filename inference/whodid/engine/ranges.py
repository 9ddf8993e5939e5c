"""Within which bounds the inputs of every product lie: measured on a text, and turned into 8-bit scales.

The text is `calibration.txt`, written for this: news of every event type and of none, with what strains a tokenizer. A
value outside the bounds is clipped, not lost track of. Scales are rounded, so that machines whose float32 differs in
the last bit agree on them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

__all__ = ["CALIBRATION_TEXT", "Observer", "Range", "Ranges", "Scale"]

CALIBRATION_TEXT = Path(__file__).with_name("calibration.txt")

Observer = Callable[[Tensor, Tensor, Tensor, Tensor], None]
"""Is shown what goes into the four products of a layer, (pieces, channels) each."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How numbers are told in 8 bits: `value = step * (byte - zero)`."""

    step: float
    zero: int

    @classmethod
    def of(cls, low: float, high: float) -> Scale:
        """Cover [low, high], and 0 in any case."""
        step = _rounded_up((max(high, 0.0) - min(low, 0.0)) / 255) or 1.0
        return cls(step, min(255, round(-min(low, 0.0) / step)))


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of the input of one product."""

    low: Tensor
    """Least value of each channel: (channels,)."""
    high: Tensor
    """Greatest value of each channel: (channels,)."""

    @property
    def reach(self) -> Tensor:
        """Greatest distance of each channel from 0: (channels,)."""
        return torch.maximum(self.low.abs(), self.high.abs())

    def divided(self, factors: Tensor) -> Range:
        """Return the bounds after each channel has been divided by its factor."""
        return Range(self.low / factors, self.high / factors)

    def scale(self) -> Scale:
        """Return the scale that covers all channels."""
        return Scale.of(float(self.low.min()), float(self.high.max()))


class Ranges:
    """Bounds of the four products of one layer, widened by everything that is shown to it."""

    def __init__(self) -> None:
        self.of: list[Range] = []

    def __call__(self, *inputs: Tensor) -> None:
        """Take in what goes into the four products."""
        seen = [Range(one.amin(0), one.amax(0)) for one in inputs]
        known = self.of or seen
        self.of = [
            Range(torch.minimum(old.low, new.low), torch.maximum(old.high, new.high))
            for old, new in zip(known, seen, strict=True)
        ]


def _rounded_up(value: float) -> float:
    """Round up to three significant digits."""
    if value <= 0.0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(value)) - 2)
    return math.ceil(value / unit) * unit
