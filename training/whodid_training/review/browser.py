"""Articles with what went wrong in them, to look through in a notebook: narrow it down with `only`, show it as it is.

    browser = review(articles, predictions)
    browser.only("missed", label="victim")  # the articles in which a victim was missed

How it looks is up to `browser_html`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from whodid.errors import DataError, one_of
from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.evaluation.convention import Convention
from whodid_training.metrics.documents import check_aligned
from whodid_training.review.browser_html import listing
from whodid_training.review.errors import KINDS, Comparison, ReviewError, compare

__all__ = ["ErrorBrowser", "review"]


@dataclass(frozen=True)
class ErrorBrowser:
    """Articles, both readings of each, and the errors that are being looked at."""

    articles: tuple[Comparison, ...]
    """In the order of the gold file; once narrowed down, those with errors that are being looked at."""
    read: int
    """How many articles were held against gold, with or without errors."""
    shown: int = 20
    """How many articles are written out; the rest is counted."""

    @property
    def errors(self) -> tuple[ReviewError, ...]:
        """The errors that are being looked at, article by article."""
        return tuple(error for article in self.articles for error in article.errors)

    @property
    def by_kind(self) -> dict[str, int]:
        """How many errors there are of each kind; all of `KINDS`, in its order."""
        return {kind: sum(error.kind == kind for error in self.errors) for kind in KINDS}

    def only(
        self, *kinds: str, label: str | None = None, what: str | None = None, article: str | None = None
    ) -> ErrorBrowser:
        """Narrow down to some errors, and to the articles that have any of them.

        Args:
            kinds: of `KINDS`; all by default.
            label: only errors about this event type or role.
            what: only those about an "event" or a "participant".
            article: only those in the article of this id.

        Raises:
            DataError: a kind, or what it is about, is not one that there is, or no article has this id.
        """
        _check("kind of error", kinds, KINDS)
        _check("what", () if what is None else (what,), ("event", "participant"))
        if article is not None:
            _check("article", (article,), [one.article.id for one in self.articles])

        def wanted(error: ReviewError) -> bool:
            return (
                (not kinds or error.kind in kinds)
                and label in (None, error.label)
                and what in (None, error.what)
                and article in (None, error.article_id)
            )

        narrowed = (replace(one, errors=tuple(filter(wanted, one.errors))) for one in self.articles)
        return replace(self, articles=tuple(one for one in narrowed if one.errors))

    def first(self, number: int) -> ErrorBrowser:
        """Write out no more than this many articles."""
        return replace(self, shown=number)

    def __repr__(self) -> str:
        return f"<ErrorBrowser: {len(self.errors)} errors in {len(self.articles)} of {self.read} articles>"

    def _repr_html_(self) -> str:
        return listing(self.articles, self.by_kind, read=self.read, shown=self.shown)


def review(
    articles: Sequence[Article], predictions: Sequence[Prediction], *, convention: Convention | None = None
) -> ErrorBrowser:
    """Hold predictions against gold.

    Args:
        articles: gold.
        predictions: one for each, in the same order.
        convention: which event types and roles count; all of the shipped ontology by default.

    Raises:
        DataError: there are no articles, or a prediction is of another text.
    """
    check_aligned(predictions, articles)
    pairs = zip(articles, predictions, strict=True)
    return ErrorBrowser(tuple(compare(a, p, convention=convention) for a, p in pairs), read=len(articles))


def _check(what: str, given: Iterable[str], allowed: Iterable[str]) -> None:
    known = list(allowed)
    for name in given:
        if name not in known:
            raise DataError(f"{what} {name!r} is not there; allowed: {one_of(known) if known else 'none is left'}")
