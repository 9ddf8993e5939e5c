"""`whodid fit`: a model folder and development data in, the same model with decisions fitted on these out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whodid_training.commands.extra import needing_extra

if TYPE_CHECKING:
    from whodid_training.fit import Fitted

__all__ = ["fit"]


def fit(
    model: Annotated[Path, typer.Argument(help="Model folder, such as models/default.")],
    *,
    develop: Annotated[list[str], typer.Option("--develop", help="Corpus whose development split to fit on; repeat.")],
    root: Annotated[Path, typer.Option("--root", help="Folder that holds the corpora's folders.")],
    out: Annotated[Path, typer.Option("--output", "-o", help="Model folder to write; it must not exist.")],
    device: Annotated[str | None, typer.Option(help='Torch device such as "cuda:1"; a GPU if there is one.')] = None,
) -> None:
    """Fit calibration, thresholds and abstention of a trained model again; its weights stay as they are."""
    with needing_extra("fitting"):
        from whodid_training.develop import load_development  # noqa: PLC0415 - needs the extra
        from whodid_training.refit import refit  # noqa: PLC0415 - imports torch

        fitted = refit(model, [load_development(name, root=root) for name in develop], out, device=device)
    for line in _lines(fitted):
        typer.echo(line, err=True)
    typer.echo(f"model written to {out}", err=True)


def _lines(fitted: Fitted) -> list[str]:
    return [_line(name, one) for name, one in fitted.cross_validated.items()] or [
        "too few articles to measure on held-out ones"
    ]


def _line(name: str, one: Any) -> str:
    types, people, claims = one["event_types"], one["participants"], one["event_or_not"]
    return (
        f"{name}, on articles held out: event types F1 {types['f1']:.3f}, participants F1 {people['f1']:.3f}; "
        f"event or no event wrong {claims['wrong_of_all']:.3f}, of the {claims['answered']:.2f} not left to people "
        f"{claims['wrong_of_answered']:.3f}"
    )
