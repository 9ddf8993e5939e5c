"""What a corpus loader returns: articles, and a count of all that was left out.

Knows nothing of files; the registry says which loaders there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from whodid.errors import DataError
from whodid_training.article import Article

__all__ = ["LoadedCorpus", "by_id"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class LoadedCorpus:
    """One split of one corpus."""

    name: str
    """Of the corpus, as in the registry."""
    split: str
    """Of its splits, the one that was read."""
    articles: tuple[Article, ...]
    """In the order of the published files."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Reason -> how many items were left out or simplified for it; empty if none."""


def by_id(pairs: Iterable[tuple[str, _T]], *, where: str) -> dict[str, _T]:
    """Index items by id.

    Args:
        pairs: ids and items.
        where: what is being read, for the error.

    Raises:
        DataError: an id comes twice.
    """
    found: dict[str, _T] = {}
    for key, item in pairs:
        if key in found:
            raise DataError(f"{where}: id {key!r} comes twice; ids are unique, remove or rename one of the two")
        found[key] = item
    return found
