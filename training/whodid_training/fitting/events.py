"""Fitting the decisions on events: where incidents part, who is on several, and which one is the main event.

Each number is the best of a short grid, one after the other, for the mean over corpora of two figures: event-level F1,
which asks for one right person on each event, and template filling, which asks for all and nobody else. The last
threshold is the best for the share of articles whose main event is right. Event types, participants and the types of
event that a participant is linked to stay: these links are calibrated, so one half is where they are right most often.
The links to the events that come out of all this are calibrated last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from whodid.calibration import Line, log_odds
from whodid.decisions import Decisions
from whodid.model import Model
from whodid.types import Prediction
from whodid_training.evaluation.main_event import main_event_right
from whodid_training.evaluation.sureness import link_outcomes
from whodid_training.evaluation.views import gold_records, gold_templates, predicted_records, predicted_templates
from whodid_training.fitting.calibrate import fit_line
from whodid_training.fitting.tables import Rehearsal
from whodid_training.metrics.events import event_f1
from whodid_training.metrics.templates import template_filling

__all__ = ["fit_events"]

_GRIDS: Mapping[str, tuple[float, ...]] = {
    "incident": (0.01, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9),
    "joining": (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    "lone": (0.3, 0.4, 0.5, 1.0),  # lower ones would gain more event-level F1, with names that are mostly wrong
}
_MAINS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)

Score = Callable[[Rehearsal, Sequence[Prediction]], float | None]


def fit_events(model: Model, rehearsals: Sequence[Rehearsal], decisions: Decisions) -> Decisions:
    """Fit `incident`, `joining`, `lone`, `main` and the calibration of links to events; the rest stays as it is."""
    for name, grid in _GRIDS.items():
        decisions = _best(model, rehearsals, decisions, name, grid, _whole_events)
    return _with_members(model, rehearsals, _best(model, rehearsals, decisions, "main", _MAINS, _main_accuracy))


def _with_members(model: Model, rehearsals: Sequence[Rehearsal], decisions: Decisions) -> Decisions:
    """Calibrate how likely a participant is to be on its event, by the events that these decisions find."""
    plain = replace(decisions, calibration=replace(decisions.calibration, members=Line()))
    rows = [
        (corpus, *pair)
        for corpus, one in enumerate(rehearsals)
        for article, reading in zip(one.development.articles, one.readings, strict=True)
        for pair in link_outcomes(model.decide(reading, decisions=plain), article, one.development.convention)
    ]
    corpora, probabilities, right = (np.array([row[column] for row in rows]) for column in range(3))
    members = fit_line(log_odds(probabilities), right.astype(bool), corpora.astype(np.intp))
    return replace(decisions, calibration=replace(decisions.calibration, members=members))


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


def _whole_events(one: Rehearsal, predictions: Sequence[Prediction]) -> float | None:
    convention, articles = one.development.convention, one.development.articles
    gold = [gold_records(article, convention) for article in articles]
    if not any(gold):
        return None
    predicted = [predicted_records(prediction, convention) for prediction in predictions]
    filled = template_filling(
        [predicted_templates(prediction, convention) for prediction in predictions],
        [gold_templates(article, convention) for article in articles],
        roles=convention.roles,
    )
    return (event_f1(predicted, gold, types=convention.event_types).micro.f1 + filled.micro.f1) / 2


def _main_accuracy(one: Rehearsal, predictions: Sequence[Prediction]) -> float | None:
    convention = one.development.convention
    verdicts = main_event_right(one.development.articles, predictions, convention)
    asked = [verdict for verdict in verdicts if verdict is not None]
    return sum(asked) / len(asked) if asked else None
