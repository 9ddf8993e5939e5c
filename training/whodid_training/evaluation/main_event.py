"""Two questions about events that no count of events answers: which is the main one, and is everybody on the one event.

Both are asked of articles, and only of those where the question has an answer; the others are None.
"""

from __future__ import annotations

from collections.abc import Sequence

from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.evaluation.convention import Convention
from whodid_training.evaluation.views import (
    gold_events,
    gold_records,
    predicted_events,
    predicted_records,
)
from whodid_training.metrics.events import same_events

__all__ = ["everyone_on_the_one_event", "main_event_right"]


def main_event_right(
    articles: Sequence[Article], predictions: Sequence[Prediction], convention: Convention
) -> tuple[bool | None, ...]:
    """Tell for each article whether its main event is the predicted main event, or neither has one.

    Two main events are the same if they match as for event-level F1: the type, and a victim or perpetrator. The
    question is open for articles without events, or with one of which gold does not say whether it is the main one.
    """
    return tuple(_main_right(a, p, convention) for a, p in zip(articles, predictions, strict=True))


def everyone_on_the_one_event(predictions: Sequence[Prediction]) -> tuple[bool | None, ...]:
    """Tell for each article with one predicted event whether every predicted entity is on it."""
    return tuple(
        set(one.entities) <= set(one.events[0].entities) if len(one.events) == 1 else None for one in predictions
    )


def _main_right(article: Article, prediction: Prediction, convention: Convention) -> bool | None:
    events = gold_events(article, convention)
    if not events or any(event.main is None for event in events):
        return None
    gold = [record for event, record in zip(events, gold_records(article, convention), strict=True) if event.main]
    said = predicted_events(prediction, convention)
    predicted = [
        record for event, record in zip(said, predicted_records(prediction, convention), strict=True) if event.main
    ]
    return len(same_events(predicted, gold)) == len(predicted) == len(gold)
