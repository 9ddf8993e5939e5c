"""Fitting `Decisions` on development data, and what they reach there. How is in `whodid_training.fitting`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from whodid.decisions import Decisions
from whodid.model import Model
from whodid_training.develop import CorpusScore, DevelopmentSet, evaluate_in_full, score
from whodid_training.evaluation.evaluation import System
from whodid_training.fitting.coreference import fit_coreference
from whodid_training.fitting.cross import cross_validate, figures, reached
from whodid_training.fitting.events import fit_events
from whodid_training.fitting.search import search
from whodid_training.fitting.tables import Rehearsal, tabulate

__all__ = ["Fitted", "Rehearsal", "evaluate_all", "fit_decisions", "fit_in_full", "rehearse", "score_all"]

_KEPT = ("articles", "documents", "seed", "resamples", "convention", "figures", "event_types", "roles", "selective")
"""Parts of an evaluation that `metrics.json` keeps; of calibration it keeps the errors, without the bins."""
_ERRORS = ("ece", "brier")


@dataclass(frozen=True)
class Fitted:
    """Decisions, and what to expect of them."""

    decisions: Decisions
    """Fitted on all development articles."""
    cross_validated: Mapping[str, Any]
    """Figures of each corpus, each article judged by decisions fitted on others; empty where there are too few."""


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
        calibration = {
            what: {error: result[error] for error in _ERRORS} if result else None
            for what, result in everything["calibration"].items()
        }
        found[one.development.corpus.name] = {**{key: everything[key] for key in _KEPT}, "calibration": calibration}
    return found


def fit_decisions(model: Model, rehearsals: Sequence[Rehearsal]) -> Decisions:
    """Fit all decisions: neutral ones where there is no development data."""
    if not any(one.readings for one in rehearsals):
        return Decisions.neutral(model.ontology)
    tables = tabulate(model, rehearsals, fit_coreference(model, rehearsals))
    return fit_events(model, rehearsals, search(tables, tables.weights()))


def fit_in_full(model: Model, rehearsals: Sequence[Rehearsal]) -> Fitted:
    """Fit all decisions, and measure by cross-validation what to expect of them."""
    if not any(one.readings for one in rehearsals):
        return Fitted(Decisions.neutral(model.ontology), {})
    tables = tabulate(model, rehearsals, fit_coreference(model, rehearsals))
    held = cross_validate(tables)
    decisions = fit_events(model, rehearsals, search(tables, tables.weights()))
    preferences = {
        name: replace(one, reached=reached(tables, held, name)) for name, one in decisions.preferences.items()
    }
    return Fitted(replace(decisions, preferences=preferences), figures(tables, held))
