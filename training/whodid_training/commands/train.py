"""`whodid train`: a recipe and corpora in, a model folder out."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from whodid.errors import DataError
from whodid_training.commands.extra import needing_extra

if TYPE_CHECKING:
    from whodid_training.recipe import Recipe
    from whodid_training.train import Progress

__all__ = ["train", "train_recipe"]

_LOG = logging.getLogger(__name__)
_LOG_SECONDS = 120


def train(
    recipe: Annotated[Path, typer.Argument(help="Recipe, a TOML file such as training/configs/default.toml.")],
    *,
    root: Annotated[Path, typer.Option("--root", help="Folder that holds the corpora's folders.")],
    out: Annotated[
        Path, typer.Option("--output", "-o", help="Run folder: checkpoint, cache, log; the model in model/.")
    ],
    encoder: Annotated[
        str | None, typer.Option(help="Another starting encoder: a folder or a Hugging Face name.")
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="A model folder of whodid to start from in place of an encoder.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Another number of epochs.")] = None,
    device: Annotated[str | None, typer.Option(help='Torch device such as "cuda:1"; a GPU if there is one.')] = None,
) -> None:
    """Train a model. Typed again after an interruption, it goes on from the last checkpoint."""
    with needing_extra("training"):
        from whodid_training.recipe import read_recipe  # noqa: PLC0415 - needs the extra

        settings = read_recipe(recipe, encoder=encoder, start=start, seed=seed, epochs=epochs)
        if encoder is not None and settings.start is not None:
            raise DataError(
                f"--encoder {encoder} would not be read, as the run starts from the model {settings.start!r}: type "
                "only one of --encoder and --start, and remove `start` from a recipe that is to start from an encoder"
            )
        train_recipe(settings, root, out, device)


def train_recipe(recipe: Recipe, root: Path, out: Path, device: str | None) -> None:
    """Train and export; see `train` for the arguments."""
    import torch  # noqa: PLC0415 - seconds to import

    from whodid_training.develop import load_development  # noqa: PLC0415
    from whodid_training.export import export  # noqa: PLC0415
    from whodid_training.train import Run, load_ontology, mark, train_model  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    ontology = load_ontology(Path(recipe.ontology) if recipe.ontology else None)
    marked = mark(recipe.corpora, root=root, ontology=ontology)
    development = [load_development(name, root=root, ontology=ontology) for name in recipe.develop]
    with _progress() as on_step:
        run = Run(out, torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu")), on_step)
        trained = train_model(recipe, marked, development, run, ontology=ontology)
    export(trained, recipe, out / "model")
    typer.echo(f"model written to {out / 'model'}", err=True)


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """Show a bar on a terminal; elsewhere log a line every few minutes."""
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("epoch {task.fields[epoch]}, loss {task.fields[loss]:.3f}"),
    )
    started = logged = time.monotonic()
    with Bar(*columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None, epoch=1, loss=0.0)

        def on_step(progress: Progress) -> None:
            nonlocal logged
            bar.update(
                task, completed=progress.step, total=progress.steps, epoch=progress.epoch + 1, loss=progress.loss
            )
            if not console.is_terminal and time.monotonic() - logged > _LOG_SECONDS:
                logged = time.monotonic()
                _LOG.info(
                    "epoch %d, step %d of %d, loss %.3f, %d minutes",
                    progress.epoch + 1, progress.step, progress.steps, progress.loss, (logged - started) // 60,
                )  # fmt: skip

        yield on_step
