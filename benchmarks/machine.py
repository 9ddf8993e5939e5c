"""This machine: what it is, and how fast it can multiply matrices, which is the limit for everything else here."""

from __future__ import annotations

import datetime
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = ("whodid", "torch", "tokenizers", "transformers", "numpy")
SHAPES = ((2048, 384, 1536), (2048, 768, 3072), (2048, 2048, 2048))
"""Rows, inputs and outputs of the products tried: those of the networks compared, and a large one."""


def processor() -> str:
    """Name the processor, as far as the system tells."""
    return _line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()


def facts(seed: int) -> dict[str, Any]:
    """Say where and with what a figure was measured."""
    import torch

    from whodid.engine.dtypes import processor as features

    cpu = features()
    wanted = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "processor": processor(),
        "vendor": cpu.vendor,
        "instructions": [flag for flag in wanted if flag in cpu.flags],
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "torch_threads": torch.get_num_threads(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_before": [round(value, 2) for value in os.getloadavg()],
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in LIBRARIES},
        "seed": seed,
    }


def gemm_peaks(seconds: float = 1.0) -> dict[str, float]:
    """Measure the best rate of matrix products that torch reaches with all cores: GFLOP/s, for int8 GOP/s."""
    import torch

    peaks = {}
    with torch.inference_mode():
        for dtype in (torch.float32, torch.bfloat16, torch.int8):
            rates = [_rate(torch, dtype, shape, seconds / len(SHAPES)) for shape in SHAPES]
            peaks[str(dtype).removeprefix("torch.")] = max(rates)
    return peaks


def _rate(torch: Any, dtype: Any, shape: tuple[int, int, int], seconds: float) -> float:
    rows, inputs, outputs = shape
    product: Callable[[], Any]
    if dtype == torch.int8:
        left, right = (torch.randint(-99, 99, size, dtype=dtype) for size in ((rows, inputs), (inputs, outputs)))
        product = lambda: torch._int_mm(left, right)  # noqa: E731
    else:
        left, right = torch.randn(rows, inputs).to(dtype), torch.randn(outputs, inputs).to(dtype)
        product = lambda: torch.nn.functional.linear(left, right)  # noqa: E731
    return 2 * rows * inputs * outputs / best_seconds(product, seconds) / 1e9


def best_seconds(action: Callable[[], Any], seconds: float) -> float:
    """Repeat an action for some seconds, three times at least, and return its shortest duration."""
    action()
    times: list[float] = []
    stop = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < stop:
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def _line(path: str, name: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(name))
    except (OSError, StopIteration):
        return ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
