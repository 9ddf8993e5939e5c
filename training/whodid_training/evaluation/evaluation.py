"""One system's figures on one set of articles, all of them: what `metrics.json` holds and what reports show.

Scored counts come from `scoring`; here they become figures with 95 % intervals, tables and curves. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.evaluation.convention import Convention
from whodid_training.evaluation.figures import Measured, measure
from whodid_training.evaluation.ruler import WORDS, Ruler
from whodid_training.evaluation.scoring import Judgement, Scored, score_predictions
from whodid_training.metrics.bootstrap import Interval, bootstrap_interval, count_statistic
from whodid_training.metrics.calibration import Calibration, calibration
from whodid_training.metrics.confusion import Confusion, confusion
from whodid_training.metrics.counts import PRF, Credit, CreditTally, Tally
from whodid_training.metrics.event_types import EventTypeResult
from whodid_training.metrics.selective import RiskCoverage, risk_coverage

__all__ = ["Evaluation", "Labelled", "Setting", "System", "evaluate"]

_COVERAGES = tuple(n / 10 for n in range(1, 11))


@dataclass(frozen=True)
class Setting:
    """What systems are scored on, and by which rules."""

    articles: str
    """What was scored, for headings: "hrdsattack, split dev" or the name of a gold file."""
    documents: int
    """How many articles."""
    convention: Convention
    """What of them is scored."""
    corpus: str | None = None
    """Corpus of the registry that was loaded; None for a gold file."""
    split: str | None = None
    """Its split; None for a gold file."""
    seed: int = 0
    """Fixes the resamples."""
    resamples: int = 1000
    """Resamples of the documents from which intervals come."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON."""
        return {
            "articles": self.articles,
            "corpus": self.corpus,
            "split": self.split,
            "documents": self.documents,
            "seed": self.seed,
            "resamples": self.resamples,
            "convention": {
                "name": self.convention.name,
                "event_types": list(self.convention.event_types),
                "roles": list(self.convention.roles),
                "role_fillers": self.convention.role_fillers,
            },
        }


@dataclass(frozen=True, slots=True)
class System:
    """Who answered."""

    name: str
    """Short, for the head of a column."""
    about: str
    """What it is, in one sentence."""
    fingerprint: str | None = None
    """Of the model, if one ran."""
    seconds: float | None = None
    """How long it read, if it ran."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """The counts of one label, with the interval of its F1."""

    label: str
    """A role, an event type or a slot."""
    prf: PRF | Credit
    """Its counts over all documents."""
    f1: Interval
    """F1 with its 95 % interval."""


@dataclass(frozen=True)
class Evaluation:
    """One system on one set of articles."""

    setting: Setting
    """What it was scored on."""
    system: System
    """Who answered."""
    scored: Scored
    """Every count behind the figures."""
    figures: tuple[Measured, ...]
    """The headline figures that apply, in the order of `HEADLINE`."""
    types: tuple[Labelled, ...]
    """Articles by event type."""
    roles: Mapping[str, tuple[Labelled, ...]]
    """Participants by role, for each way to match."""
    mentions: tuple[Labelled, ...]
    """Mentions with exact boundaries, by role."""
    grouping: Mapping[str, tuple[Labelled, ...]]
    """How mentions are grouped, by role, for each name in `GROUPINGS`."""
    events: tuple[Labelled, ...]
    """Events with someone who took part, by type."""
    templates: tuple[Labelled, ...]
    """Template filling, by slot; empty where role fillers are not scored."""
    confusion: Confusion
    """Which types are taken for which."""
    type_calibration: Calibration
    """Of the probability of every type of every article."""
    answer_calibration: Calibration
    """Of how sure it is of its "some event" or "no event"."""
    entity_calibration: Calibration | None
    """Of the probability of predicted participants; None if none can be scored."""
    link_calibration: Calibration | None
    """Of the probability that right participants are on an event; None if there are none."""
    type_set_curve: RiskCoverage
    """Selective prediction of exactly the right set of types."""
    some_event_curve: RiskCoverage
    """Selective prediction of "some event" or "no event"."""

    def figure(self, name: str) -> Measured:
        """Return a headline figure by its name in `HEADLINE`.

        Raises:
            KeyError: there is none, or it does not apply.
        """
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Measured]:
        return {measured.figure.name: measured for measured in self.figures}

    def has(self, name: str) -> bool:
        """Tell whether a headline figure applies."""
        return name in self._by_name

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON; without the setting, which all systems of a report share."""
        return {
            "system": asdict(self.system),
            "figures": {m.figure.name: {**asdict(m.interval), "support": m.support} for m in self.figures},
            "event_types": _labelled(self.types),
            "roles": {match: _labelled(rows) for match, rows in self.roles.items()},
            "mentions": _labelled(self.mentions),
            "grouping": {name: _labelled(rows) for name, rows in self.grouping.items()},
            "events": _labelled(self.events),
            "templates": _labelled(self.templates),
            "confusion": asdict(self.confusion),
            "calibration": {
                "types": asdict(self.type_calibration),
                "event_or_not": asdict(self.answer_calibration),
                "entities": asdict(self.entity_calibration) if self.entity_calibration else None,
                "links": asdict(self.link_calibration) if self.link_calibration else None,
            },
            "selective": {
                "type_set": _curve(self.type_set_curve),
                "event_or_not": _curve(self.some_event_curve),
                "abstained": int(self.scored.abstained.sum()),
                "by_rule": _by_rule(self.scored),
            },
            "recall_by_position": {
                "unit": self.scored.positions.unit,
                "match": self.scored.positions.match,
                "by_role": self.scored.positions.by_role.to_dict(),
                "by_type_and_role": self.scored.positions.by_type_and_role.to_dict(),
                "by_type": self.scored.positions.by_type.to_dict(),
            },
            "left_out": dict(self.scored.left_out),
        }


def evaluate(
    articles: Sequence[Article],
    predictions: Sequence[Prediction],
    *,
    setting: Setting,
    system: System,
    ruler: Ruler = WORDS,
) -> Evaluation:
    """Score predictions for these articles, in their order.

    Args:
        articles: gold.
        predictions: one for each article, of its text or of the part that was annotated.
        setting: by which rules; its `documents` is the number of articles.
        system: who predicted.
        ruler: how positions in an article are counted.

    Raises:
        DataError: there are no articles, or a prediction is of another text.
    """
    scored = score_predictions(articles, predictions, convention=setting.convention, ruler=ruler)

    def labelled(tally: Tally | CreditTally) -> tuple[Labelled, ...]:
        return _with_intervals(tally, samples=setting.resamples, seed=setting.seed)

    return Evaluation(
        setting=setting,
        system=system,
        scored=scored,
        figures=measure(scored, samples=setting.resamples, seed=setting.seed),
        types=labelled(scored.types),
        roles={match: labelled(result) for match, result in scored.roles.items()},
        mentions=labelled(scored.spans),
        grouping={name: labelled(tally) for name, tally in scored.grouping.items()},
        events=labelled(scored.events),
        templates=labelled(scored.templates.filling) if scored.templates else (),
        confusion=_confusion(scored.types),
        type_calibration=calibration(scored.probabilities.ravel(), scored.present.ravel()),
        answer_calibration=calibration(scored.some_event.confidence, scored.some_event.correct),
        entity_calibration=_calibrated(scored.entities),
        link_calibration=_calibrated(scored.links),
        type_set_curve=_selective(scored.type_set),
        some_event_curve=_selective(scored.some_event),
    )


def _with_intervals(tally: Tally | CreditTally, *, samples: int, seed: int) -> tuple[Labelled, ...]:
    columns = [[row[column] for row in tally.documents] for column in range(len(tally.labels))]
    return tuple(
        Labelled(
            label,
            tally.of(label),
            bootstrap_interval(count_statistic(rows), len(rows), samples=samples, seed=seed),
        )
        for label, rows in zip(tally.labels, columns, strict=True)
    )


def _confusion(types: EventTypeResult) -> Confusion:
    predicted, gold = (
        [
            {name for name, count in zip(types.labels, row, strict=True) if getattr(count, side)}
            for row in types.documents
        ]
        for side in ("n_predicted", "n_gold")
    )
    return confusion(predicted, gold, types=types.labels)


def _selective(judgement: Judgement) -> RiskCoverage:
    return risk_coverage(judgement.confidence, judgement.correct)


def _calibrated(judgement: Judgement) -> Calibration | None:
    return calibration(judgement.confidence, judgement.correct) if len(judgement.confidence) else None


def _by_rule(scored: Scored) -> dict[str, Any]:
    """What the rule of abstention comes to: share of articles answered, and share of wrong answers among these."""
    answered = ~scored.abstained
    wrong = ~scored.some_event.correct[answered]
    return {"coverage": float(answered.mean()), "risk": float(wrong.mean()) if len(wrong) else None}


def _labelled(rows: Sequence[Labelled]) -> dict[str, Any]:
    return {
        row.label: {
            "precision": row.prf.precision,
            "recall": row.prf.recall,
            "f1": row.prf.f1,
            "f1_low": row.f1.low,
            "f1_high": row.f1.high,
            **({"matched": row.prf.matched} if isinstance(row.prf, PRF) else {}),
            "predicted": row.prf.n_predicted,
            "gold": row.prf.n_gold,
        }
        for row in rows
    }


def _curve(curve: RiskCoverage) -> dict[str, Any]:
    points = [
        {"coverage": coverage, "accuracy": point.accuracy, "risk": point.risk}
        for coverage in _COVERAGES
        for point in (curve.at(coverage),)
    ]
    return {"risk_coverage_area": curve.area, "points": points}
