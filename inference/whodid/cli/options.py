"""Options that several commands share, and the loading of the model that they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import whodid

if TYPE_CHECKING:
    from whodid.model import Model

__all__ = ["BatchSize", "Device", "Force", "ModelPath", "Prefer", "load_model"]

ModelPath = Annotated[Path | None, typer.Option("--model", help="Model folder; the shipped model by default.")]
Device = Annotated[
    str | None, typer.Option("--device", help='Torch device such as "cpu" or "cuda:1"; a GPU if there is one.')
]
BatchSize = Annotated[int, typer.Option("--batch-size", min=1, help="Windows of text that are read together.")]
Force = Annotated[bool, typer.Option("--force", help="Replace outputs that exist.")]
Prefer = Annotated[
    str,
    typer.Option("--prefer", help="precision: be right more often; recall: find more; balanced: weigh the two alike."),
]


def load_model(path: Path | None, device: str | None, prefer: str = "balanced") -> Model:
    """Load the model that the options name; torch is imported here and not before."""
    from whodid.decisions import check_preference  # noqa: PLC0415 - imports numpy, which help does not need

    check_preference(prefer)
    return whodid.load(path, device=device, prefer=prefer)
