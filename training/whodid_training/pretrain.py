"""Continued masked-language pre-training: unlabelled news and an encoder in, an encoder folder out.

`transformers` does the work: its masked-language model, its collator that hides pieces, its trainer with checkpoints.
What is left out is what makes a small encoder slow on a processor: comparing pieces that are not hidden with the whole
vocabulary, dropout, and padding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datasets
import torch
from transformers import (
    AutoConfig,
    AutoModelForMaskedLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import get_last_checkpoint

from whodid.errors import DataError
from whodid_training.encoders import locate, with_dropout
from whodid_training.examples import IGNORE

__all__ = ["Pretraining", "pretrain"]

_ENCODER = "encoder"
"""Folder that is written, below the run's."""

_FRAME = 2
"""Pieces of a window that are not of its text: the first and the last."""


@dataclass(frozen=True, slots=True)
class Pretraining:
    """What decides which encoder comes out, beside the texts."""

    encoder: str
    """To go on from: a folder, a Hugging Face name, or package:NAME/FOLDER."""
    epochs: float = 1.0
    """Passes over the texts."""
    learning_rate: float = 5e-4
    """Peak; linear warm-up over 6 % of the steps, linear decay."""
    window_size: int = 256
    """Pieces per window, special tokens included. Articles follow each other and are cut where a window is full."""
    batch_windows: int = 16
    """Windows per step."""
    mask_share: float = 0.15
    """Share of the pieces to guess."""
    seed: int = 13
    """Of shuffling, hiding, and the new head."""
    save_steps: int = 200
    """Steps between checkpoints."""

    def __post_init__(self) -> None:
        """Check ranges."""
        for name in ("epochs", "learning_rate", "batch_windows", "save_steps"):
            if not getattr(self, name) > 0:
                raise DataError(f"pre-training: {name} is {getattr(self, name)}; it must be above 0")
        if self.window_size <= _FRAME:
            raise DataError(f"pre-training: window_size is {self.window_size}; it must be above {_FRAME}")
        if not 0.0 < self.mask_share < 1.0:
            raise DataError(f"pre-training: mask_share is {self.mask_share}; it must lie between 0 and 1")


def pretrain(settings: Pretraining, texts: Iterable[str], folder: Path) -> Path:
    """Train on texts, or go on from the last checkpoint in the folder: with other hidden pieces for the rest of a pass.

    Args:
        settings: hyperparameters.
        texts: articles; the last window may be short, no piece is left out.
        folder: checkpoints go here.

    Returns:
        The encoder's folder, which a recipe takes as `encoder`.

    Raises:
        DataError: the encoder cannot be loaded, hides no pieces, or there is no text.
    """
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
    trainer = _Trainer(model, arguments, data_collator=collator, train_dataset=windows, processing_class=tokenizer)
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(folder)) if folder.is_dir() else None)
    model.base_model.save_pretrained(folder / _ENCODER)
    tokenizer.save_pretrained(folder / _ENCODER)
    return folder / _ENCODER


class _Trainer(Trainer):  # type: ignore[misc]  # transformers has no types
    """Asks for a guess where a piece is hidden, and nowhere else."""

    def compute_loss(self, model: Any, inputs: dict[str, torch.Tensor], *_: Any, **__: Any) -> torch.Tensor:
        """Mean cross entropy of the hidden pieces of a batch."""
        labels = inputs.pop("labels")
        hidden = labels != IGNORE  # which torch and the collator mean by it too

        def keep(_module: Any, _inputs: Any, output: Any) -> Any:
            output.last_hidden_state = output.last_hidden_state[hidden][None]
            return output

        hook = model.base_model.register_forward_hook(keep)  # between the encoder and the head that guesses
        try:
            guesses = model(**inputs).logits[0]
        finally:
            hook.remove()
        return torch.nn.functional.cross_entropy(guesses.float(), labels[hidden])


def _load(settings: Pretraining) -> tuple[Any, Any]:
    source = locate(settings.encoder)
    try:
        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        config.update(with_dropout(config.to_dict(), 0.0))
        model = AutoModelForMaskedLM.from_pretrained(source, config=config, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False, use_fast=True)
    except (OSError, ValueError) as error:
        raise DataError(
            f"no encoder {settings.encoder!r} that can guess hidden pieces: {str(error).splitlines()[0]} "
            "Give a folder, a Hugging Face name, or package:NAME/FOLDER"
        ) from error
    missing = [f"{name} token" for name in ("mask", "cls", "sep") if getattr(tokenizer, f"{name}_token") is None]
    if missing:
        raise DataError(
            f"the tokenizer of encoder {settings.encoder!r} has no {' and no '.join(missing)}, which pre-training "
            "needs to hide pieces and to frame windows; give a masked-language model, such as a BERT"
        )
    longest = getattr(model.config, "max_position_embeddings", None) or settings.window_size
    if settings.window_size > longest:
        raise DataError(
            f"pre-training: window_size is {settings.window_size}, and the encoder reads {longest} pieces at most"
        )
    return model, tokenizer


def _windows(texts: Iterable[str], tokenizer: Any, size: int) -> Iterator[dict[str, list[int]]]:
    first, last = tokenizer.cls_token_id, tokenizer.sep_token_id
    pieces: list[int] = []
    for text in texts:
        pieces += [*tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"], last]
    room = size - _FRAME
    for start in range(0, len(pieces), room):
        yield {"input_ids": [first, *pieces[start : start + room], last]}


def _warmup(windows: int, settings: Pretraining) -> int:
    return round(0.06 * settings.epochs * windows / settings.batch_windows)
