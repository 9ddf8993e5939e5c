"""whodid: who did what to whom, in news archives.

    >>> from whodid import predict
    >>> predict("...").event_types  # doctest: +SKIP
    ('kidnapping',)

Importing this package loads no torch; the first model does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from whodid.errors import WhodidError
from whodid.ontology import EventType, Ontology, Role
from whodid.types import Entity, Event, Mention, Prediction

if TYPE_CHECKING:
    from whodid.model import Model

__all__ = [
    "Entity",
    "Event",
    "EventType",
    "Mention",
    "Ontology",
    "Prediction",
    "Role",
    "WhodidError",
    "load",
    "predict",
    "predict_many",
]

try:
    __version__ = version("whodid")
except PackageNotFoundError:  # a source tree on the path, not installed
    __version__ = "0+unknown"


def load(
    path: str | Path | None = None,
    *,
    device: str | None = None,
    dtype: str = "auto",
    threads: int | None = None,
    prefer: str = "balanced",
) -> Model:
    """Load a model.

    Args:
        path: a model folder; the shipped model by default.
        device: a torch device such as "cpu" or "cuda:1"; by default a GPU if there is one.
        dtype: what the network computes in. "float32" is the most exact; "auto" takes "bfloat16" on processors where
            it is fast, else "int8" where there are VNNI instructions for it. `Model.dtype` says which it became.
        threads: processor cores to use; by default all that this process may use, at most 16. Changes no answer of
            `predict_many`.
        prefer: "precision" to be right more often, "recall" to find more, "balanced" to weigh the two alike.

    Raises:
        DtypeError: the dtype is unknown, or this machine or model does not have it.
        ModelFolderError: the folder is missing, incomplete, of another layout or damaged.
        UnknownPreferenceError: there is no such preference, or the model records no thresholds for it.
    """
    from whodid.model import Model  # noqa: PLC0415 - imports torch

    return Model.load(path, device=device, dtype=dtype, threads=threads, prefer=prefer)


def predict(text: str) -> Prediction:
    """Read one article with the shipped model, which is loaded once.

    Raises:
        InputTypeError: `text` is not a string.
    """
    return _shipped().predict(text)


def predict_many(texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Prediction]:
    """Read many articles with the shipped model: streaming, in order, with constant memory."""
    return _shipped().predict_many(texts, batch_size=batch_size)


@lru_cache(maxsize=1)
def _shipped() -> Model:
    return load()
