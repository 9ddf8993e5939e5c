"""TF-IDF and logistic regression (scikit-learn): event types from bags of words, one classifier for each type.

Thresholds are those that do best (F1) on held-out fifths of the training articles; probabilities are the classifiers'
own. It knows nothing of participants, so its events have none.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whodid.errors import DataError
from whodid.types import Event, Prediction
from whodid_training.article import Article
from whodid_training.metrics.counts import PRF

__all__ = ["TfidfTypes", "best_threshold", "fit_tfidf"]

_FOLDS = 5
_STRENGTH = 10.0
"""Inverse of the penalty: text with many rare words is best fitted with little of it."""

_LEAST = 0.1
"""No type is reported below it: the best F1 of a rare type may well be that of reporting it always."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TfidfTypes:
    """The fitted classifiers."""

    event_types: tuple[str, ...]
    """In the order of columns."""
    thresholds: Mapping[str, float]
    """From which probability on a type is reported."""
    pipeline: Any
    """Of scikit-learn: from texts to a probability of each type."""

    def predict_many(self, texts: Sequence[str]) -> Iterator[Prediction]:
        """Score texts, in order."""
        for text, row in zip(texts, self.pipeline.predict_proba(texts), strict=True):
            scores = {name: float(value) for name, value in zip(self.event_types, row, strict=True)}
            reported = sorted(
                (name for name in self.event_types if scores[name] >= self.thresholds[name]), key=lambda n: -scores[n]
            )
            yield Prediction(
                text,
                events=tuple(Event(name, scores[name]) for name in reported),
                scores=scores,
                windows=int(bool(text.strip())),
                abstained=False,
            )


def fit_tfidf(articles: Sequence[Article], *, event_types: Sequence[str], seed: int) -> TfidfTypes:
    """Learn event types from annotated articles.

    Args:
        articles: cut at the point up to which they were annotated.
        event_types: what to learn; a type without any article is never reported.
        seed: fixes the folds on which thresholds are chosen.

    Raises:
        DataError: there are fewer articles than folds.
    """
    from sklearn.model_selection import KFold  # noqa: PLC0415 - seconds to import, needs the extra

    if len(articles) < _FOLDS:
        raise DataError(f"{len(articles)} articles to train TF-IDF on; give at least {_FOLDS}")
    texts = np.array([article.text for article in articles], dtype=object)
    present = np.array([[name in article.event_types for name in event_types] for article in articles], dtype=int)
    held_out = np.zeros(present.shape)
    for rest, fold in KFold(_FOLDS, shuffle=True, random_state=seed).split(texts):
        held_out[fold] = _fitted(texts[rest], present[rest]).predict_proba(texts[fold])
    thresholds = {
        name: best_threshold(held_out[:, column], present[:, column].astype(bool))
        for column, name in enumerate(event_types)
    }
    return TfidfTypes(tuple(event_types), thresholds, _fitted(texts, present))


def best_threshold(probabilities: Array, present: npt.NDArray[np.bool_]) -> float:
    """Return the threshold with the best F1 on these items, halfway to the next item below it; 0.1 at least.

    Half if no item with the type reaches that.

    >>> best_threshold(np.array([0.9, 0.6, 0.2]), np.array([True, True, False]))
    0.4
    """
    candidates = np.unique(probabilities[present & (probabilities >= _LEAST)])
    if not len(candidates):
        return 0.5

    def f1(threshold: float) -> float:
        said = probabilities >= threshold
        return PRF(int((said & present).sum()), int(said.sum()), int(present.sum())).f1

    best = max(candidates[::-1], key=f1)
    below = probabilities[probabilities < best]
    return max(_LEAST, float(best + (below.max() if len(below) else 0.0)) / 2)


def _fitted(texts: npt.NDArray[np.object_], present: npt.NDArray[np.int_]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.multiclass import OneVsRestClassifier  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    pipeline = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2, max_features=100_000),
        OneVsRestClassifier(LogisticRegression(C=_STRENGTH, solver="liblinear")),
    )
    with warnings.catch_warnings():
        # A type that all or no articles of a fold have needs no classifier; that is as it should be.
        warnings.filterwarnings("ignore", message="Label .* is present in all training examples")
        warnings.filterwarnings("ignore", message="Label not .* is present in all training examples")
        return pipeline.fit(texts, present)
