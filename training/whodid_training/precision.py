"""In which precision a network is trained: bfloat16 where the device is faster at it, else float32."""

from __future__ import annotations

import time
from functools import lru_cache

import torch

__all__ = ["autocast"]

_SHAPES = ((2048, 384), (384, 1536))
"""Of the product that is timed: the largest layer of a small encoder."""


def autocast(device: torch.device) -> torch.autocast:
    """Return the context in which the forward pass runs."""
    return torch.autocast(device.type, torch.bfloat16, enabled=_bfloat16_is_faster(device))


@lru_cache(maxsize=4)
def _bfloat16_is_faster(device: torch.device) -> bool:
    """GPUs are; processors are timed, since some have the instructions and are slower for them."""
    if device.type != "cpu":
        return device.type == "cuda"
    return _seconds(torch.bfloat16) < _seconds(torch.float32)


def _seconds(kind: torch.dtype) -> float:
    left, right = (torch.ones(shape, dtype=kind) for shape in _SHAPES)
    times = []
    for _ in range(8):
        began = time.perf_counter()
        left @ right
        times.append(time.perf_counter() - began)
    return min(times)
