"""BERT layers in float32 or bfloat16, weights laid out once for the processor, and what follows a product fused in.

`torch.nn.functional.linear` rearranges the weights at every call, and makes GELU and the residual sum passes of their
own. The operators used here instead are those that `torch.compile` emits; where torch has been built without them, the
plain ones take their place and give the same answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

from whodid.engine.attention import attend

if TYPE_CHECKING:
    from whodid.engine.ranges import Observer

__all__ = ["FloatLayer", "Normalization", "joined_projection"]

_TYPICAL_PIECES = 2048
"""For which the layout of weights is chosen; others work as well."""


class Normalization:
    """Layer normalisation over the last dimension."""

    def __init__(self, module: Any, dtype: torch.dtype) -> None:
        self.shape, self.eps = module.normalized_shape, module.eps
        self.weight, self.bias = module.weight.detach().to(dtype), module.bias.detach().to(dtype)

    def __call__(self, hidden: Tensor) -> Tensor:
        """Normalise each piece."""
        return functional.layer_norm(hidden, self.shape, self.weight, self.bias, self.eps)


class Linear:
    """A product with fixed weights, alone, with GELU after it, or added to something."""

    def __init__(self, weight: Tensor, bias: Tensor, dtype: torch.dtype) -> None:
        self.bias = bias.detach().to(dtype)
        self.weight = weight.detach().to(dtype).contiguous()
        self.fused = _has_fused_linear(dtype)
        if self.fused:
            self.weight = torch.ops.mkldnn._reorder_linear_weight(self.weight, _TYPICAL_PIECES)

    def __call__(self, inputs: Tensor) -> Tensor:
        """Compute the product."""
        if self.fused:
            return _fused(inputs, self.weight, self.bias, "none", [], "")
        return functional.linear(inputs, self.weight, self.bias)

    def gelu(self, inputs: Tensor) -> Tensor:
        """Compute GELU of the product."""
        if self.fused:
            return _fused(inputs, self.weight, self.bias, "gelu", [], "none")
        return functional.gelu(functional.linear(inputs, self.weight, self.bias))

    def plus(self, inputs: Tensor, residual: Tensor) -> Tensor:
        """Compute the product and add it to `residual`."""
        if self.fused:
            total: Tensor = torch.ops.mkldnn._linear_pointwise.binary(inputs, residual, self.weight, self.bias, "add")
            return total
        return functional.linear(inputs, self.weight, self.bias).add_(residual)


class FloatLayer:
    """One transformer layer over windows that lie end to end."""

    def __init__(self, layer: Any, *, heads: int, dtype: torch.dtype) -> None:
        attention, output = layer.attention["output"], layer.output
        self.heads = heads
        self.projection = Linear(*joined_projection(layer), dtype)
        self.mixing = Linear(attention.dense.weight, attention.dense.bias, dtype)
        self.after_attention = Normalization(attention.LayerNorm, dtype)
        self.expansion = Linear(layer.intermediate["dense"].weight, layer.intermediate["dense"].bias, dtype)
        self.contraction = Linear(output.dense.weight, output.dense.bias, dtype)
        self.after_expansion = Normalization(output.LayerNorm, dtype)

    def __call__(self, hidden: Tensor, runs: Sequence[tuple[int, int]], observe: Observer | None = None) -> Tensor:
        """Compute the layer: (pieces, hidden) to the same. `observe` is shown the inputs of the four products."""
        mixed = attend(self.projection(hidden), runs, heads=self.heads)
        attended = self.after_attention(self.mixing.plus(mixed, hidden))
        expanded = self.expansion.gelu(attended)
        if observe is not None:
            observe(hidden, mixed, attended, expanded)
        return self.after_expansion(self.contraction.plus(expanded, attended))


def joined_projection(layer: Any) -> tuple[Tensor, Tensor]:
    """Put the projections to queries, keys and values under each other: weights (3 x hidden, hidden) and biases."""
    parts = [layer.attention["self"].get_submodule(name) for name in ("query", "key", "value")]
    return torch.cat([part.weight for part in parts]), torch.cat([part.bias for part in parts])


def _fused(inputs: Tensor, weight: Tensor, bias: Tensor, attribute: str, scalars: list[float], kind: str) -> Tensor:
    product: Tensor = torch.ops.mkldnn._linear_pointwise(inputs, weight, bias, attribute, scalars, kind)
    return product


@lru_cache
def _has_fused_linear(dtype: torch.dtype) -> bool:
    """Try the operators on a product small enough to be exact: they are torch's own affair, and may change with it."""
    weight, bias, inputs = torch.eye(16, dtype=dtype), torch.ones(16, dtype=dtype), torch.ones(2, 16, dtype=dtype)
    try:
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, _TYPICAL_PIECES)
        plain = _fused(inputs, packed, bias, "none", [], "")
        curved = _fused(inputs, packed, bias, "gelu", [], "none")
        summed = torch.ops.mkldnn._linear_pointwise.binary(inputs, inputs, packed, bias, "add")
    except (AttributeError, RuntimeError):
        return False
    expected = functional.gelu(plain.float())
    return bool((plain == 2).all() and (summed == 3).all() and torch.allclose(curved.float(), expected, atol=1e-2))
