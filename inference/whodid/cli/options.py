"""Options that several commands share, and the loading of the model that they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import whodid

if TYPE_CHECKING:
    from whodid.model import Model

__all__ = [
    "MODEL",
    "OUTPUT",
    "BatchSize",
    "Device",
    "Dtype",
    "Force",
    "ModelPath",
    "Prefer",
    "Threads",
    "load_model",
]

MODEL, OUTPUT = "Model", "What to write"
"""Headings of options in the help."""

ModelPath = Annotated[
    Path | None, typer.Option("--model", help="Model folder; the shipped model by default.", rich_help_panel=MODEL)
]
Device = Annotated[
    str | None,
    typer.Option(
        "--device", help='Torch device such as "cpu" or "cuda:1"; a GPU if there is one.', rich_help_panel=MODEL
    ),
]
BatchSize = Annotated[
    int, typer.Option("--batch-size", min=1, help="Windows of text that are read together.", rich_help_panel=MODEL)
]
Force = Annotated[bool, typer.Option("--force", help="Replace outputs that exist.", rich_help_panel=OUTPUT)]
Dtype = Annotated[
    str,
    typer.Option(
        "--dtype",
        help="What the network computes in: float32, bfloat16, int8, or auto for what this machine is fastest at.",
        rich_help_panel=MODEL,
    ),
]
Threads = Annotated[
    int | None,
    typer.Option("--threads", min=1, help="Processor cores to use; by default all, at most 16.", rich_help_panel=MODEL),
]
Prefer = Annotated[
    str,
    typer.Option(
        "--prefer",
        help="precision: be right more often; recall: find more; balanced: weigh the two alike.",
        rich_help_panel=MODEL,
    ),
]


def load_model(
    path: Path | None, device: str | None, *, dtype: str = "auto", threads: int | None = None, prefer: str = "balanced"
) -> Model:
    """Load the model that the options name; torch is imported here and not before."""
    from whodid.decisions import check_preference  # noqa: PLC0415 - imports numpy

    check_preference(prefer)
    return whodid.load(path, device=device, dtype=dtype, threads=threads, prefer=prefer)
