"""The headline metrics as `evaluate.Metric`, for those who score with Hugging Face tools. They work offline.

Make them by their class, not by `evaluate.load`, which asks the network even for metrics that it has. `evaluate` keeps
examples in Arrow tables, so entities are lists of {"role", "mentions"} and spans lists of {"role", "start", "end"};
every figure is computed by the functions of this package. Like all of `evaluate`, a metric makes a folder below
`cache_dir` (by default in the user's cache) and holds its examples in a file there until `compute` has read them.
Importing this module imports `evaluate`, which takes seconds; nothing else in this package needs it.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     metric = CeafRee(cache_dir=folder)
...     scores = metric.compute(
...         predictions=[[{"role": "victim", "mentions": ["Ruiz"]}, {"role": "weapon", "mentions": ["bomb"]}]],
...         references=[[{"role": "victim", "mentions": ["Ana Ruiz", "Ruiz"]}]],
...         roles=["victim", "weapon"],
...     )
>>> scores["precision"], scores["recall"], scores["per_label"][0]["f1"]
(0.5, 1.0, 1.0)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import datasets
import evaluate

from whodid.ontology import DEFAULT
from whodid_training.metrics.calibration import calibration
from whodid_training.metrics.ceaf import ceaf_ree
from whodid_training.metrics.counts import PRF, Tally
from whodid_training.metrics.documents import Entities, Entity
from whodid_training.metrics.event_types import event_types
from whodid_training.metrics.events import EventRecord, event_f1
from whodid_training.metrics.selective import risk_coverage
from whodid_training.metrics.spans import Span, span_f1

__all__ = ["CeafRee", "EventF1", "EventTypes", "ExpectedCalibrationError", "RiskCoverageArea", "SpanF1"]

_TEXT = datasets.Value("string")
_NUMBER = datasets.Value("float64")
_OFFSET = datasets.Value("int64")


class CeafRee(evaluate.Metric):  # type: ignore[misc]
    """CEAF-REE of role-filler entities: see `ceaf`. `compute` takes `roles` and `match` ("strict" or "overlap")."""

    def _info(self) -> evaluate.MetricInfo:
        entity = {"role": _TEXT, "mentions": [_TEXT]}
        return _metric_info("CEAF-REE over role-filler entities.", [entity], [entity])

    def _compute(
        self,
        predictions: Sequence[Any],
        references: Sequence[Any],
        roles: Sequence[str] = DEFAULT.role_names,
        match: str = "strict",
    ) -> dict[str, Any]:
        predicted, gold = ([_entities(document) for document in side] for side in (predictions, references))
        return _scores(ceaf_ree(predicted, gold, roles=roles, match=match))


class SpanF1(evaluate.Metric):  # type: ignore[misc]
    """Strict mention-level span F1: see `spans`. `compute` takes `roles`."""

    def _info(self) -> evaluate.MetricInfo:
        span = {"role": _TEXT, "start": _OFFSET, "end": _OFFSET}
        return _metric_info("Strict F1 over mention spans.", [span], [span])

    def _compute(
        self, predictions: Sequence[Any], references: Sequence[Any], roles: Sequence[str] = DEFAULT.role_names
    ) -> dict[str, Any]:
        predicted, gold = ([_spans(document) for document in side] for side in (predictions, references))
        return _scores(span_f1(predicted, gold, roles=roles))


class EventTypes(evaluate.Metric):  # type: ignore[misc]
    """Sets of event types: see `event_types`. `compute` takes `types`."""

    def _info(self) -> evaluate.MetricInfo:
        return _metric_info("Event types of articles, as sets.", [_TEXT], [_TEXT])

    def _compute(
        self, predictions: Sequence[Any], references: Sequence[Any], types: Sequence[str] = DEFAULT.type_names
    ) -> dict[str, Any]:
        result = event_types(predictions, references, types=types)
        return {
            **_scores(result),
            "exact_set_accuracy": result.exact_set_accuracy,
            "event": _prf(result.event),
            "no_event": _prf(result.no_event),
        }


class EventF1(evaluate.Metric):  # type: ignore[misc]
    """Event-level F1: see `events`. `compute` takes `types`."""

    def _info(self) -> evaluate.MetricInfo:
        event = {"type": _TEXT, "victims": [[_TEXT]], "perpetrators": [[_TEXT]]}
        return _metric_info("F1 over events that share a type and a participant.", [event], [event])

    def _compute(
        self, predictions: Sequence[Any], references: Sequence[Any], types: Sequence[str] = DEFAULT.type_names
    ) -> dict[str, Any]:
        predicted, gold = ([_events(document) for document in side] for side in (predictions, references))
        return _scores(event_f1(predicted, gold, types=types))


class ExpectedCalibrationError(evaluate.Metric):  # type: ignore[misc]
    """ECE and Brier score of probabilities: see `calibration`. `compute` takes `bins`."""

    def _info(self) -> evaluate.MetricInfo:
        return _metric_info("Calibration of yes-or-no probabilities.", _NUMBER, _NUMBER)

    def _compute(self, predictions: Sequence[float], references: Sequence[float], bins: int = 10) -> dict[str, Any]:
        result = calibration(predictions, references, bins=bins)
        return {"ece": result.ece, "brier": result.brier}


class RiskCoverageArea(evaluate.Metric):  # type: ignore[misc]
    """Selective prediction: see `selective`. Predictions are confidences, references whether the answer is right."""

    def _info(self) -> evaluate.MetricInfo:
        return _metric_info("Accuracy of the surest answers.", _NUMBER, _NUMBER)

    def _compute(self, predictions: Sequence[float], references: Sequence[float]) -> dict[str, Any]:
        curve = risk_coverage(predictions, references)
        return {
            "area": curve.area,
            "accuracy_at_80": curve.at(0.8).accuracy,
            "accuracy_at_90": curve.at(0.9).accuracy,
        }


def _metric_info(description: str, prediction: Any, reference: Any) -> evaluate.MetricInfo:
    return evaluate.MetricInfo(
        description=description,
        citation="",
        inputs_description="Predictions and references of the same documents, in the same order.",
        features=datasets.Features({"predictions": prediction, "references": reference}),
    )


def _scores(tally: Tally) -> dict[str, Any]:
    per_label = [{"label": score.label, **_prf(score.prf)} for score in tally.per_label]
    return {**_prf(tally.micro), "macro_f1": tally.macro_f1, "per_label": per_label}


def _prf(counts: PRF) -> dict[str, float]:
    return {
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
        "matched": counts.matched,
        "n_predicted": counts.n_predicted,
        "n_gold": counts.n_gold,
    }


def _entities(document: Iterable[Mapping[str, Any]]) -> Entities:
    by_role: dict[str, list[Entity]] = {}
    for entity in document:
        by_role.setdefault(entity["role"], []).append(tuple(entity["mentions"]))
    return by_role


def _spans(document: Iterable[Mapping[str, Any]]) -> list[Span]:
    return [(span["role"], span["start"], span["end"]) for span in document]


def _events(document: Iterable[Mapping[str, Any]]) -> list[EventRecord]:
    return [
        EventRecord(event["type"], tuple(map(tuple, event["victims"])), tuple(map(tuple, event["perpetrators"])))
        for event in document
    ]
