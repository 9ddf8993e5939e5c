"""Fitting the decisions on events: who is put on which, where incidents part, and which one is the main event.

Each number is the best of a short grid, one after the other, for the mean over corpora of event-level F1; the last, for
the share of articles whose main event is right. Nothing here changes event types or participants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from whodid.decisions import Decisions
from whodid.model import Model
from whodid.types import Prediction
from whodid_training.evaluation.main_event import main_event_right
from whodid_training.evaluation.views import gold_records, predicted_records
from whodid_training.fitting.tables import Rehearsal
from whodid_training.metrics.events import event_f1

__all__ = ["fit_events"]

_GRIDS: Mapping[str, tuple[float, ...]] = {
    "incident": (0.01, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    "link": (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "joining": (0.3, 0.5, 0.7, 0.9, 1.0),
}
_MAINS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)

Score = Callable[[Rehearsal, Sequence[Prediction]], float | None]


def fit_events(model: Model, rehearsals: Sequence[Rehearsal], decisions: Decisions) -> Decisions:
    """Fit `incident`, `link`, `joining` and `main`; the rest of `decisions` stays as it is."""
    for name, grid in _GRIDS.items():
        decisions = _best(model, rehearsals, decisions, name, grid, _event_f1)
    return _best(model, rehearsals, decisions, "main", _MAINS, _main_accuracy)


def _best(
    model: Model, rehearsals: Sequence[Rehearsal], decisions: Decisions, name: str, grid: Sequence[float], score: Score
) -> Decisions:
    """Choose the value with the best mean over the corpora that can tell, of equal ones the nearest to one half."""

    def mean(value: float) -> float:
        trial = _with(decisions, name, value)
        answers = ((one, [model.decide(reading, decisions=trial) for reading in one.readings]) for one in rehearsals)
        found = [figure for one, predictions in answers if (figure := score(one, predictions)) is not None]
        return round(sum(found) / max(1, len(found)), 4)

    means = {value: mean(value) for value in grid}
    return _with(decisions, name, max(grid, key=lambda value: (means[value], -abs(value - 0.5))))


def _with(decisions: Decisions, name: str, value: float) -> Decisions:
    changed: dict[str, Any] = {name: value}
    return replace(decisions, **changed)


def _event_f1(one: Rehearsal, predictions: Sequence[Prediction]) -> float | None:
    convention, articles = one.development.convention, one.development.articles
    gold = [gold_records(article, convention) for article in articles]
    predicted = [predicted_records(prediction, convention) for prediction in predictions]
    return event_f1(predicted, gold, types=convention.event_types).micro.f1 if any(gold) else None


def _main_accuracy(one: Rehearsal, predictions: Sequence[Prediction]) -> float | None:
    convention = one.development.convention
    verdicts = main_event_right(one.development.articles, predictions, convention)
    asked = [verdict for verdict in verdicts if verdict is not None]
    return sum(asked) / len(asked) if asked else None
