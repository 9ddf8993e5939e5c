"""Cross-validation of decisions: every article is judged by thresholds that were fitted on others.

Thresholds that were fitted on the articles on which they are scored look better than they are. Here the articles of
each corpus are dealt into parts; all decisions are fitted on the other parts and applied to this one. The figures are
what to expect of new articles of the same kind, of a model that learnt from the training split alone. Only how mentions
are grouped is not held out: the tables are made with three numbers (`whodid.calibration.Coreference`) fitted on all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whodid.calibration import Line
from whodid_training.fitting.search import Answers, answers, search
from whodid_training.fitting.tables import Tables
from whodid_training.metrics.calibration import calibration
from whodid_training.metrics.counts import PRF

__all__ = ["Held", "cross_validate", "figures", "folds", "reached"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]

_PARTS = 5
_SEED = 0


@dataclass(frozen=True)
class Held:
    """Answers to articles that were held out, with the probabilities of links that go with them."""

    kept: BoolArray
    """Which articles, (articles,)."""
    answers: Mapping[str, Answers]
    """To all articles, by preference."""
    links: Line
    """Calibration of links."""


def folds(tables: Tables) -> IntArray:
    """Deal the articles of every corpus into parts: the part of each, (articles,)."""
    random = np.random.default_rng(_SEED)
    part = np.zeros(len(tables.corpus), np.intp)
    for corpus in range(len(tables.corpora)):
        members = np.flatnonzero(tables.corpus == corpus)
        part[random.permutation(members)] = np.arange(len(members)) % _PARTS
    return part


def cross_validate(tables: Tables) -> list[Held]:
    """Fit on all parts but one and answer that one, for every part; nothing if a corpus has too few articles."""
    if not len(tables.corpus) or min(np.bincount(tables.corpus)) < _PARTS:
        return []
    part = folds(tables)
    held = []
    for number in range(_PARTS):
        decisions = search(tables, tables.weights(part != number))
        chosen = {name: answers(tables, decisions.preferring(name)) for name in decisions.preferences}
        held.append(Held(part == number, chosen, decisions.calibration.links))
    return held


def reached(tables: Tables, held: list[Held], preference: str) -> dict[str, dict[str, float]]:
    """Mean over corpora of precision and recall, of event types and of participants."""
    if not held:
        return {}
    found: dict[str, dict[str, float]] = {}
    for what, count in (("event_types", _types), ("participants", _participants)):
        counts = [count(tables, held, preference, corpus) for corpus in range(len(tables.corpora))]
        found[what] = {
            "precision": round(float(np.mean([one.precision for one in counts])), 4),
            "recall": round(float(np.mean([one.recall for one in counts])), 4),
        }
    return found


def figures(tables: Tables, held: list[Held], preference: str = "balanced") -> dict[str, Any]:
    """Figures of each corpus, for `metrics.json`; empty if nothing was held out."""
    if not held:
        return {}
    return {
        name: {
            "event_types": {
                **_shares(_types(tables, held, preference, corpus)),
                **_type_errors(tables, held, preference, corpus),
            },
            "event_or_not": _claims(tables, held, preference, corpus),
            "participants": {
                **_shares(_participants(tables, held, preference, corpus)),
                "ece": _entity_error(tables, held, preference, corpus),
            },
            "links": {"ece": _link_error(tables, held, corpus)},
        }
        for corpus, name in enumerate(tables.corpora)
    }


def _of(tables: Tables, one: Held, corpus: int) -> BoolArray:
    return np.asarray(one.kept & (tables.corpus == corpus), bool)


def _types(tables: Tables, held: list[Held], preference: str, corpus: int) -> PRF:
    total = PRF()
    for one in held:
        rows = _of(tables, one, corpus)
        reported, gold = (
            part[rows] & tables.types.known[rows] for part in (one.answers[preference].reported, tables.types.gold)
        )
        total += PRF(int((reported & gold).sum()), int(reported.sum()), int(gold.sum()))
    return total


def _participants(tables: Tables, held: list[Held], preference: str, corpus: int) -> PRF:
    total = PRF()
    for one in held:
        rows, answer = _of(tables, one, corpus), one.answers[preference]
        mine = rows[answer.article]
        gold = int(tables.participants[rows].sum())
        total += PRF(int(answer.right[mine].sum()), int(mine.sum()), gold)
    return total


def _type_errors(tables: Tables, held: list[Held], preference: str, corpus: int) -> dict[str, float]:
    said, was = [], []
    for one in held:
        rows = _of(tables, one, corpus)
        known = tables.types.known[rows]
        said.append(one.answers[preference].probabilities[rows][known])
        was.append(tables.types.gold[rows][known])
    probabilities, outcomes = np.concatenate(said), np.concatenate(was)
    if not len(probabilities):
        return {}
    chance = np.clip(np.where(outcomes, probabilities, 1.0 - probabilities), 1e-9, 1.0)
    return {"ece": _ece(probabilities, outcomes), "log_loss": round(float(-np.log(chance).mean()), 4)}


def _claims(tables: Tables, held: list[Held], preference: str, corpus: int) -> dict[str, float]:
    """Share of wrong claims if all articles are answered, share answered, and share of wrong ones among these."""
    rows = [(_of(tables, one, corpus), one.answers[preference]) for one in held]
    wrong = np.concatenate([answer.wrong[kept] for kept, answer in rows])
    answered = ~np.concatenate([answer.abstained[kept] for kept, answer in rows])
    return {
        "wrong_of_all": round(float(wrong.mean()), 4),
        "answered": round(float(answered.mean()), 4),
        "wrong_of_answered": round(float(wrong[answered].mean()), 4) if answered.any() else 0.0,
    }


def _entity_error(tables: Tables, held: list[Held], preference: str, corpus: int) -> float | None:
    pairs = [(_of(tables, one, corpus), one.answers[preference]) for one in held]
    said = np.concatenate([answer.confidence[rows[answer.article]] for rows, answer in pairs])
    was = np.concatenate([answer.right[rows[answer.article]] for rows, answer in pairs])
    return _ece(said, was) if len(said) else None


def _link_error(tables: Tables, held: list[Held], corpus: int) -> float | None:
    table = tables.links
    parts = [(_of(tables, one, corpus)[table.article], one.links) for one in held]
    said = np.concatenate([line(table.evidence[mine]) for mine, line in parts])
    was = np.concatenate([table.linked[mine] for mine, _ in parts])
    return _ece(said, was) if len(said) else None


def _ece(said: FloatArray, was: BoolArray) -> float:
    return round(calibration(said, was).ece, 4)


def _shares(counts: PRF) -> dict[str, float]:
    return {name: round(getattr(counts, name), 4) for name in ("precision", "recall", "f1")}
