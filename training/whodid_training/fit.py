"""Fitting `Decisions` on development data: temperature, thresholds of event types and roles, the band of abstention.

Each number is the best of a short grid for one plain objective, so that it can be checked by hand and does not follow
the noise of a few hundred articles too closely. Corpora count alike, whatever their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from whodid.assemble import calibrated
from whodid.decisions import Decisions
from whodid.model import Model, Reading
from whodid.ontology import Ontology
from whodid_training.develop import CorpusScore, DevelopmentSet, evaluate_in_full, score
from whodid_training.evaluation.evaluation import System

__all__ = ["Rehearsal", "evaluate_all", "fit_decisions", "rehearse", "score_all"]

_TEMPERATURES = np.geomspace(0.25, 8.0, 31)
_THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(3, 18))
_FEWEST = 8
"""Event types with fewer gold articles share the threshold of all types together."""
_ABSTAIN = 0.1
"""Share of the development articles on which the model may abstain: those nearest to the line."""
_KEPT = ("articles", "documents", "seed", "resamples", "convention", "figures", "event_types", "roles", "selective")
"""Parts of an evaluation that `metrics.json` keeps."""

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rehearsal:
    """A model's readings of one development set: scored once, judged as often as fitting needs."""

    development: DevelopmentSet
    readings: tuple[Reading, ...]


def rehearse(model: Model, development: Sequence[DevelopmentSet]) -> list[Rehearsal]:
    """Read all development sets."""
    return [Rehearsal(one, tuple(model.read_many(one.texts))) for one in development]


def score_all(model: Model, rehearsals: Sequence[Rehearsal], decisions: Decisions) -> list[CorpusScore]:
    """Score every development set under these decisions."""
    return [
        score(one.development, [model.decide(reading, decisions=decisions) for reading in one.readings])
        for one in rehearsals
    ]


def evaluate_all(
    model: Model, rehearsals: Sequence[Rehearsal], decisions: Decisions, *, seed: int
) -> dict[str, dict[str, Any]]:
    """Evaluate every development set: what `whodid evaluate` says of the exported model, without its largest tables."""
    system = System("model", "the model of this folder")
    found = {}
    for one in rehearsals:
        answers = [model.decide(reading, decisions=decisions) for reading in one.readings]
        evaluation = evaluate_in_full(one.development, answers, system=system, seed=seed)
        everything = {**evaluation.setting.to_dict(), **evaluation.to_dict()}
        found[one.development.corpus.name] = {key: everything[key] for key in _KEPT}
    return found


def fit_decisions(model: Model, rehearsals: Sequence[Rehearsal]) -> Decisions:
    """Fit all decisions: first those on event types, then, with these, those on roles."""
    ontology = model.ontology
    evidence, gold, known, weight = _type_table(rehearsals, ontology)
    decisions = replace(Decisions.neutral(ontology), temperature=_fit_temperature(evidence, gold, known, weight))
    probabilities = np.array([calibrated(row, decisions) for row in evidence.astype(np.float32)])
    decisions = replace(decisions, event_types=_fit_types(probabilities, gold, known, weight, ontology))
    decisions = _fit_band(probabilities, decisions)
    return _fit_roles(model, rehearsals, decisions)


def _type_table(
    rehearsals: Sequence[Rehearsal], ontology: Ontology
) -> tuple[FloatArray, BoolArray, BoolArray, FloatArray]:
    """Evidence, presence and whether presence is known, (articles, event types) each; weight, (articles,)."""
    evidence, gold, known, weight = [], [], [], []
    for one in rehearsals:
        for article, reading in zip(one.development.articles, one.readings, strict=True):
            evidence.append(reading.scores.event_types)
            gold.append([name in article.event_types for name in ontology.type_names])
            known.append([name in one.development.corpus.event_types for name in ontology.type_names])
            weight.append(1.0 / len(one.readings))
    return np.array(evidence, float), np.array(gold), np.array(known), np.array(weight)


def _fit_temperature(evidence: FloatArray, gold: BoolArray, known: BoolArray, weight: FloatArray) -> float:
    """Minimise the negative log-likelihood of the known labels."""
    signed = np.where(gold, evidence, -evidence)

    def loss(temperature: float) -> float:
        return float((np.logaddexp(0.0, -signed / temperature) * known * weight[:, None]).sum())

    return round(float(min(_TEMPERATURES, key=loss)), 3)


def _fit_types(
    probabilities: FloatArray, gold: BoolArray, known: BoolArray, weight: FloatArray, ontology: Ontology
) -> dict[str, float]:
    """Maximise F1, of each type that is frequent enough and of all together for the rest."""

    def best(columns: Sequence[int]) -> float:
        def f1(threshold: float) -> float:
            chosen = (probabilities[:, columns] >= threshold) & known[:, columns]
            present = gold[:, columns] & known[:, columns]
            found = ((chosen & present) * weight[:, None]).sum()
            return float(2 * found / max(1e-12, ((chosen.astype(int) + present) * weight[:, None]).sum()))

        return max(_THRESHOLDS, key=lambda threshold: (round(f1(threshold), 4), -abs(threshold - 0.5)))

    together = best(range(len(ontology.event_types)))
    support = (gold & known).sum(axis=0)
    return {
        name: best([column]) if support[column] >= _FEWEST else together
        for column, name in enumerate(ontology.type_names)
    }


def _fit_band(probabilities: FloatArray, decisions: Decisions) -> Decisions:
    """Abstain where the surest type is nearest to the mean threshold, on `_ABSTAIN` of the articles."""
    surest, line = probabilities.max(axis=1), float(np.mean(list(decisions.event_types.values())))
    reach = float(np.quantile(np.abs(surest - line), _ABSTAIN))
    return replace(
        decisions,
        abstain_above=round(max(0.0, line - reach), 4),
        abstain_below=round(min(1.0, line + reach), 4),
    )


def _fit_roles(model: Model, rehearsals: Sequence[Rehearsal], decisions: Decisions) -> Decisions:
    """Maximise the mean over corpora of each role's entity F1. Roles are independent, so one sweep fits all."""
    names = model.ontology.role_names
    sweep = {
        threshold: score_all(model, rehearsals, replace(decisions, roles=dict.fromkeys(names, threshold)))
        for threshold in _THRESHOLDS
    }

    def mean_f1(role: str, threshold: float) -> float:
        marked = [one.roles.of(role).f1 for one in sweep[threshold] if role in one.roles.labels]
        return round(sum(marked) / max(1, len(marked)), 4)

    best = {role: max(_THRESHOLDS, key=lambda t: (mean_f1(role, t), -abs(t - 0.5))) for role in names}
    return replace(decisions, roles=best)
