"""Options that several commands share, and the loading of the model that they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import whodid

if TYPE_CHECKING:
    from whodid.model import Model

__all__ = ["MODEL", "OUTPUT", "BatchSize", "Device", "Force", "ModelPath", "load_model"]

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


def load_model(path: Path | None, device: str | None) -> Model:
    """Load the model that the options name; torch is imported here and not before."""
    return whodid.load(path, device=device)
