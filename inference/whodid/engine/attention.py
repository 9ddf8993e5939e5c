"""Attention over windows that lie end to end: each run of windows of equal length goes through the fused kernel as one.

A padding mask would cost what it hides (the kernel computes the padding too) and a pass over every score to hide it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["attend"]


def attend(projected: Tensor, runs: Sequence[tuple[int, int]], *, heads: int, to_bytes: bool = False) -> Tensor:
    """Let every piece attend to the pieces of its own window.

    Args:
        projected: queries, keys and values side by side, (pieces, 3 x hidden).
        runs: how many windows of which length, in order; their lengths add up to `pieces`.
        heads: number of attention heads.
        to_bytes: cut the mixed values off to whole numbers from 0 to 255.

    Returns:
        Mixed values, (pieces, hidden), in bytes or in what was given.
    """
    dtype = torch.uint8 if to_bytes else projected.dtype
    mixed, start = projected.new_empty(len(projected), projected.shape[1] // 3, dtype=dtype), 0
    for windows, length in runs:
        run = projected[start : start + windows * length].view(windows, length, 3, heads, -1)
        query, key, value = run.permute(2, 0, 3, 1, 4)
        read = functional.scaled_dot_product_attention(query, key, value)
        whole = read.transpose(1, 2).reshape(windows * length, -1)
        mixed[start : start + windows * length] = whole.clamp_(0, 255) if to_bytes else whole
        start += windows * length
    return mixed
