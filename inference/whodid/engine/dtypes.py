"""In which arithmetic the network computes, and what the processor is good at. No arithmetic here.

A processor that understands bfloat16 is not always faster with it: without matrix tiles (AMX), Intel's take twice as
long as in float32, while AMD's take half (`benchmarks/throughput.py` measures it). So "auto" asks for more than the
instruction. Where bfloat16 is fast it comes before int8, which is faster still but moves more answers.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from whodid.errors import DtypeError, one_of

__all__ = ["AUTO", "DTYPES", "Processor", "choose", "processor"]

AUTO = "auto"
DTYPES = ("float32", "bfloat16", "int8")
"""What `choose` returns, slowest and most exact first."""


@dataclass(frozen=True, slots=True)
class Processor:
    """What of a processor decides."""

    vendor: str
    """As the processor names it, such as "GenuineIntel"; empty if the system does not tell."""
    flags: frozenset[str]
    """Instruction sets, as Linux names them; empty if the system does not tell."""

    @property
    def int8(self) -> bool:
        """Whether sums of 8-bit products are one exact instruction (VNNI); without it they overflow or are slow."""
        return bool(self.flags & {"avx512_vnni", "avx_vnni", "amx_int8"})

    @property
    def fast_bfloat16(self) -> bool:
        """Whether products in bfloat16 are an instruction, and one that is faster than those in float32."""
        return "amx_bf16" in self.flags or ("avx512_bf16" in self.flags and self.vendor != "GenuineIntel")


@lru_cache(maxsize=1)
def processor() -> Processor:
    """Ask the system; on others than Linux nothing is known, and float32 is what is left."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return Processor("", frozenset())
    fields = dict(line.split(":", 1) for line in reversed(lines) if ":" in line)
    named = {name.strip(): value.strip() for name, value in fields.items()}
    return Processor(named.get("vendor_id", ""), frozenset(named.get("flags", "").split()))


def choose(
    dtype: str, *, device: str, bert: bool, operators: Callable[[], bool] = lambda: True, cpu: Processor | None = None
) -> str:
    """Settle what a model computes in.

    Args:
        dtype: "auto" or one of `DTYPES`.
        device: type of torch device, "cpu" or "cuda".
        bert: whether the encoder is one that `whodid.bert` computes; others have no int8.
        operators: whether torch has the operators for int8; asked only where it decides.
        cpu: the processor; this machine's by default.

    Raises:
        DtypeError: the dtype is unknown, or int8 and the machine or the encoder does not have it.
    """
    if dtype not in (AUTO, *DTYPES):
        raise DtypeError(f"dtype is {dtype!r}; it must be {one_of((AUTO, *DTYPES))}")
    cpu = processor() if cpu is None else cpu
    if dtype == AUTO and device == "cpu" and cpu.fast_bfloat16:
        return "bfloat16"
    if dtype not in (AUTO, "int8"):
        return dtype
    hindrance = _hindrance(device, bert, cpu, operators)
    if hindrance is None:
        return "int8"
    if dtype == AUTO:
        return "float32"
    raise DtypeError(f"dtype 'int8' is there {hindrance}; use dtype='auto'")


def _hindrance(device: str, bert: bool, cpu: Processor, operators: Callable[[], bool]) -> str | None:
    """Say why int8 is not to be had, if so."""
    if device != "cpu":
        return f"only on a processor, not on {device!r}"
    if not bert:
        return "only for BERT encoders"
    if not cpu.int8:
        return f"only with VNNI instructions, which this {platform.machine()} processor does not have"
    return None if operators() else "only with another version of torch: this one computes it differently"
