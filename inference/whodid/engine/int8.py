"""BERT layers whose products are of 8-bit integers; sums, attention and normalisation stay in float32.

Sums of integers are exact, so what is said of a window does not depend on its neighbours or on the number of threads.
Weights have a scale for each output, inputs one for each product, fixed beforehand (`whodid.engine.ranges`). Two habits
of BERT would waste the 8 bits, and are met here:

- A few channels of a layer's input are much wider than the rest. Part of each channel's width is moved into the weights
  (SmoothQuant, Xiao et al. 2023, arXiv:2211.10438).
- A few channels behind GELU are much wider than the rest. They get products of their own, with a scale of their own.

What comes out of attention is already in steps of its scale: an average of values stays one when all are stretched and
shifted alike, so both are folded into the projection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from whodid.engine.attention import attend
from whodid.engine.floats import Normalization, joined_projection
from whodid.engine.ranges import Range, Ranges, Scale

__all__ = ["Int8Layer", "available"]

_SMOOTHING = 0.7
"""Share of a channel's width that moves into the weights; between 0.5 and 0.7 the error hardly changes."""
_WIDE_CHANNELS = 64
"""Channels behind GELU with a scale of their own: of 1,536, and a multiple of what a register holds."""
_TYPICAL_PIECES = 2048


class Product:
    """A product of bytes with fixed 8-bit weights."""

    def __init__(self, weight: Tensor, bias: Tensor, inputs: Scale) -> None:
        step = weight.abs().amax(1).clamp(min=1e-12) / 127
        rounded = (weight / step[:, None]).round().to(torch.int8)
        self.inputs, self.step, self.bias = inputs, step, bias.clone()
        self.zeros = torch.zeros(len(step), dtype=torch.int32)
        self.weight = torch.ops.onednn.qlinear_prepack(rounded, [_TYPICAL_PIECES, weight.shape[1]])

    def stretch(self, outputs: slice, factor: float, shift: float) -> None:
        """Multiply some outputs by a factor and shift them, at no cost."""
        self.step[outputs] *= factor
        self.bias[outputs] = self.bias[outputs] * factor + shift

    def __call__(self, inputs: Tensor) -> Tensor:
        """Compute the product in float32."""
        return self._compute(inputs, Scale(1.0, 0), torch.float32, "none", "")

    def gelu(self, inputs: Tensor, scale: Scale) -> Tensor:
        """Compute GELU of the product as bytes of another scale."""
        return self._compute(inputs, scale, torch.uint8, "gelu", "none")

    def add_to(self, total: Tensor, inputs: Tensor) -> Tensor:
        """Add the product to `total` in place, and return it."""
        added: Tensor = torch.ops.onednn.qlinear_pointwise.binary(
            *(inputs, self.inputs.step, self.inputs.zero, self.weight, self.step, self.zeros),
            *(total, self.bias, 1.0, 0, torch.float32, 1.0, 0, "sum", 1.0, "none", [], ""),
        )
        return added

    def _compute(self, inputs: Tensor, outputs: Scale, dtype: torch.dtype, then: str, kind: str) -> Tensor:
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            *(inputs, self.inputs.step, self.inputs.zero, self.weight, self.step, self.zeros, self.bias),
            *(outputs.step, outputs.zero, dtype, then, [], kind),
        )
        return product


@dataclass(frozen=True, slots=True)
class Entry:
    """How float32 with a few wide channels gets into bytes: part of each channel's width is left to the weights."""

    widths: Tensor
    """By which the weights of each channel are to be multiplied: (channels,)."""
    scale: Scale
    """Of the bytes, after division by the widths."""
    factors: Tensor
    """By which each channel is multiplied on its way: (channels,)."""
    shift: Tensor
    """What is added then; half a step is in it, so that cutting off the rest rounds."""

    @classmethod
    def of(cls, weight: Tensor, bounds: Range) -> Entry:
        """Divide the width of each channel between the input and the weights, (outputs, channels)."""
        width = bounds.reach.clamp(min=1e-3) ** _SMOOTHING
        widths = width / weight.abs().amax(0).clamp(min=1e-4) ** (1 - _SMOOTHING)
        scale = bounds.divided(widths).scale()
        return cls(widths, scale, 1 / (widths * scale.step), torch.tensor(scale.zero + 0.5))

    def __call__(self, inputs: Tensor) -> Tensor:
        """Turn float32 into bytes."""
        return torch.addcmul(self.shift, inputs, self.factors).clamp_(0, 255).to(torch.uint8)


class Int8Layer:
    """One transformer layer over windows that lie end to end; float32 in and out."""

    def __init__(self, layer: Any, *, heads: int, ranges: Ranges) -> None:
        attention, output = layer.attention["output"], layer.output
        hidden, mixed, attended, expanded = ranges.of
        self.heads = heads
        weight, bias = (part.detach() for part in joined_projection(layer))
        self.entry = Entry.of(weight, hidden)
        self.projection = Product(weight * self.entry.widths, bias, self.entry.scale)
        self.mixing = Product(attention.dense.weight.detach(), attention.dense.bias.detach(), mixed.scale())
        values = slice(2 * attention.dense.in_features, None)
        self.projection.stretch(values, 1 / self.mixing.inputs.step, self.mixing.inputs.zero + 0.5)
        self.after_attention = Normalization(attention.LayerNorm, torch.float32)
        self.expansion = _Expansion(layer, attended, expanded)
        self.after_expansion = Normalization(output.LayerNorm, torch.float32)

    def __call__(self, hidden: Tensor, runs: Sequence[tuple[int, int]]) -> Tensor:
        """Compute the layer: (pieces, hidden) to the same. `hidden` is overwritten."""
        projected = self.projection(self.entry(hidden))
        mixed = attend(projected, runs, heads=self.heads, to_bytes=True)
        attended = self.after_attention(self.mixing.add_to(hidden, mixed))
        return self.after_expansion(self.expansion(attended))


class _Expansion:
    """The feed-forward half of a layer, its channels sorted into narrow and wide ones."""

    def __init__(self, layer: Any, attended: Range, expanded: Range) -> None:
        inner, inner_bias = layer.intermediate["dense"].weight.detach(), layer.intermediate["dense"].bias.detach()
        outer, outer_bias = layer.output.dense.weight.detach(), layer.output.dense.bias.detach()
        self.entry = Entry.of(inner, attended)
        inner = inner * self.entry.widths
        order = expanded.reach.argsort(stable=True)
        self.parts: list[tuple[Product, Scale, Product]] = []
        for group in (order[:-_WIDE_CHANNELS], order[-_WIDE_CHANNELS:]):
            if len(group):
                scale = Range(expanded.low[group], expanded.high[group]).scale()
                bias = torch.zeros_like(outer_bias) if self.parts else outer_bias
                expansion = Product(inner[group], inner_bias[group], self.entry.scale)
                self.parts.append((expansion, scale, Product(outer[:, group], bias, scale)))

    def __call__(self, attended: Tensor) -> Tensor:
        """Compute both products and add them to their input, in place."""
        inputs = self.entry(attended)
        for expansion, scale, contraction in self.parts:
            attended = contraction.add_to(attended, expansion.gelu(inputs, scale))
        return attended


@lru_cache(maxsize=1)
def available() -> bool:
    """Try the operators on a product small enough to be exact: they are torch's own affair, and may change with it."""
    try:
        product = Product(torch.eye(16) * 127, torch.ones(16), Scale(1.0, 128))
        inputs = torch.arange(32, dtype=torch.uint8).view(2, 16) + 112
        expected = 127 * (inputs.float() - 128) + 1
        total = product.add_to(torch.ones(2, 16), inputs)
        curved = product.gelu(inputs, Scale(127.0, 0))
    except (AttributeError, RuntimeError):
        return False
    right = torch.equal(product(inputs), expected) and torch.equal(total, expected + 1)
    return right and torch.equal(curved.float(), (inputs.float() - 128).clamp(min=0))
