"""Continued masked-language pre-training: unlabelled news and an encoder in, an encoder folder out.

`transformers` does the work: its masked-language model, its collator that hides pieces, its trainer with checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datasets
import torch

from whodid.errors import DataError
from whodid_training.encoders import locate

__all__ = ["Pretraining", "pretrain"]

_ENCODER = "encoder"
"""Folder that is written, below the run's."""


@dataclass(frozen=True, slots=True)
class Pretraining:
    """What decides which encoder comes out, beside the texts."""

    encoder: str
    """To go on from: a folder, a Hugging Face name, or package:NAME/FOLDER."""
    epochs: float = 3.0
    """Passes over the texts."""
    learning_rate: float = 1e-4
    """Peak; linear warm-up over 6 % of the steps, linear decay."""
    window_size: int = 256
    """Pieces per window, special tokens included. An article is cut into windows that do not overlap."""
    batch_windows: int = 32
    """Windows per step."""
    mask_share: float = 0.15
    """Share of the pieces to guess."""
    seed: int = 13
    """Of shuffling, hiding, dropout and the new head."""
    save_steps: int = 200
    """Steps between checkpoints."""

    def __post_init__(self) -> None:
        """Check ranges."""
        for name in ("epochs", "learning_rate", "batch_windows", "save_steps"):
            if not getattr(self, name) > 0:
                raise DataError(f"pre-training: {name} is {getattr(self, name)}; it must be above 0")
        if not 0.0 < self.mask_share < 1.0:
            raise DataError(f"pre-training: mask_share is {self.mask_share}; it must lie between 0 and 1")


def pretrain(settings: Pretraining, texts: Iterable[str], folder: Path) -> Path:
    """Train on texts, or go on from the last checkpoint in the folder.

    Args:
        settings: hyperparameters.
        texts: articles; short last windows are kept.
        folder: checkpoints go here.

    Returns:
        The encoder's folder, which a recipe takes as `encoder`.

    Raises:
        DataError: the encoder cannot be loaded, hides no pieces, or there is no text.
    """
    from transformers import (  # noqa: PLC0415 - seconds to import
        DataCollatorForLanguageModeling,
        Trainer,
        TrainingArguments,
        set_seed,
    )
    from transformers.trainer_utils import get_last_checkpoint  # noqa: PLC0415

    set_seed(settings.seed)
    model, tokenizer = _load(settings)
    windows = datasets.Dataset.from_list(list(_windows(texts, tokenizer, settings.window_size)))
    if not len(windows):
        raise DataError("there is no text to pre-train on; check the names of the texts")
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        warmup_steps=_warmup(len(windows), settings),
        per_device_train_batch_size=settings.batch_windows,
        save_steps=settings.save_steps,
        save_total_limit=1,
        seed=settings.seed,
        logging_steps=50,
        use_cpu=not torch.cuda.is_available(),
        bf16=torch.cuda.is_available() or torch.ops.mkldnn._is_mkldnn_bf16_supported(),  # the only way that torch tells
        report_to="none",
        disable_tqdm=True,
    )
    collator = DataCollatorForLanguageModeling(tokenizer, mlm_probability=settings.mask_share)
    trainer = Trainer(model, arguments, data_collator=collator, train_dataset=windows, processing_class=tokenizer)
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(folder)) if folder.is_dir() else None)
    model.base_model.save_pretrained(folder / _ENCODER)
    tokenizer.save_pretrained(folder / _ENCODER)
    return folder / _ENCODER


def _load(settings: Pretraining) -> tuple[Any, Any]:
    from transformers import AutoModelForMaskedLM, AutoTokenizer  # noqa: PLC0415

    source = locate(settings.encoder)
    try:
        model = AutoModelForMaskedLM.from_pretrained(source, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False, use_fast=True)
    except (OSError, ValueError) as error:
        raise DataError(
            f"no encoder {settings.encoder!r} that can guess hidden pieces: {str(error).splitlines()[0]} "
            "Give a folder, a Hugging Face name, or package:NAME/FOLDER"
        ) from error
    if tokenizer.mask_token is None:
        raise DataError(f"the tokenizer of encoder {settings.encoder!r} has no mask token, behind which to hide pieces")
    longest = getattr(model.config, "max_position_embeddings", None) or settings.window_size
    if settings.window_size > longest:
        raise DataError(
            f"pre-training: window_size is {settings.window_size}, and the encoder reads {longest} pieces at most"
        )
    return model, tokenizer


def _windows(texts: Iterable[str], tokenizer: Any, size: int) -> Iterator[dict[str, list[int]]]:
    for text in texts:
        cut = tokenizer(
            text, truncation=True, max_length=size, return_overflowing_tokens=True, return_special_tokens_mask=True
        )
        for ids, special in zip(cut["input_ids"], cut["special_tokens_mask"], strict=True):
            yield {"input_ids": ids, "special_tokens_mask": special}


def _warmup(windows: int, settings: Pretraining) -> int:
    return round(0.06 * settings.epochs * windows / settings.batch_windows)
