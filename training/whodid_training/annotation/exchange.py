"""What reading another program's file gives: articles, and a count of what nobody has annotated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from whodid.errors import DataError
from whodid_training.annotation.articles import GoldArticle
from whodid_training.corpora.loaded import by_id

__all__ = ["Imported", "collect"]


@dataclass(frozen=True, slots=True)
class Imported:
    """The content of one file of an annotation program."""

    articles: tuple[GoldArticle, ...]
    """Annotated ones, in the order of the file; one without events was read and found to report none."""
    unannotated: int = 0
    """How many were left out because they have no annotation."""


def collect(items: Iterable[GoldArticle | None]) -> Imported:
    """Gather articles; None stands for one without annotation.

    Raises:
        DataError: an id comes twice, or there is nothing at all.
    """
    found = tuple(items)
    if not found:
        raise DataError("the file holds no article; export the project again")
    articles = tuple(article for article in found if article is not None)
    by_id(((article.id, article) for article in articles), where="imported articles")
    return Imported(articles, len(found) - len(articles))
