"""All baselines on the same articles: a table of what they are and how each is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.evaluation.baselines.keywords import read_keywords
from whodid_training.evaluation.baselines.nothing import predict_nothing
from whodid_training.evaluation.baselines.tfidf import fit_tfidf
from whodid_training.evaluation.convention import Convention, as_read
from whodid_training.evaluation.evaluation import System

__all__ = ["Floor", "run_floors"]


@dataclass(frozen=True)
class Floor:
    """One baseline's answers."""

    system: System
    """What it is."""
    predictions: tuple[Prediction, ...]
    """One for each article."""


_UNTAUGHT: tuple[tuple[System, Callable[[str, Convention], Prediction]], ...] = (
    (
        System("nothing", "reports no event for any article"),
        lambda text, convention: predict_nothing(text, event_types=convention.event_types),
    ),
    (
        System("keywords", "a lexicon: event types by word stems, participants by a few nouns and one pattern"),
        lambda text, convention: read_keywords(text, event_types=convention.event_types, roles=convention.roles),
    ),
)
"""Baselines that learn nothing."""


def run_floors(
    articles: Iterable[Article], *, convention: Convention, train: Sequence[Article] | None, seed: int
) -> tuple[Floor, ...]:
    """Run every baseline on what was read of the articles.

    Args:
        articles: gold; only their texts are looked at.
        convention: which event types and roles to answer.
        train: annotated articles for those that learn; None leaves them out.
        seed: fixes how those choose their thresholds.

    Raises:
        DataError: there are too few training articles.
    """
    texts = [as_read(article).text for article in articles]
    floors = [Floor(system, tuple(answer(text, convention) for text in texts)) for system, answer in _UNTAUGHT]
    if train is not None:
        fitted = fit_tfidf([as_read(article) for article in train], event_types=convention.event_types, seed=seed)
        about = f"logistic regression on TF-IDF, event types only, trained on {len(train)} articles"
        floors.append(Floor(System("TF-IDF", about), tuple(fitted.predict_many(texts))))
    return tuple(floors)
