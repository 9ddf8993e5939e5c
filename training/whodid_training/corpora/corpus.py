"""What is known of a corpus before any of it is read: one row of the registry's table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from whodid_training.corpora.loaded import LoadedCorpus

__all__ = ["SOURCE_TREE", "Corpus"]

SOURCE_TREE = Path(__file__).parents[3]
"""The project's folder, if this module is read from a checkout."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """One row of the table."""

    name: str
    """As it is typed in recipes."""
    folder: str
    """Below the corpora root."""
    licence: str
    """Under which its texts and labels may be used."""
    obtain: str
    """How to get it, in a sentence or two; the card data/cards/<name>.md says more."""
    splits: tuple[str, ...]
    """Names of its splits."""
    event_types: tuple[str, ...]
    """Event types that it marks; of the others nothing is known."""
    roles: tuple[str, ...]
    """Roles that it marks; of the others nothing is known."""
    silent: str
    """What it leaves unmarked although it is in the text, in one sentence."""
    load: Callable[..., LoadedCorpus]
    """Reads a split (second argument) from the corpus's folder (first)."""
    shipped: str | None = None
    """Folder of the project's source that is read if there is none below the root; None if it does not come along."""
    mixed_case: bool = True
    """False where the texts are in capitals throughout."""
    role_fillers: bool = False
    """Whether its literature scores role fillers: victims by name, one string per predicted entity."""
    any_labels: bool = False
    """Whether it marks whatever ontology is asked for; `load` then takes it as `ontology`."""
    weight: float = 1.0
    """Rate per epoch to begin with when it is put into a recipe; what a recipe says counts."""
