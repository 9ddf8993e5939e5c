"""Fitting thresholds: the mean over corpora of F-beta, on a grid, smoothed so that they do not follow single articles.

Event types are fitted first. Then, in the articles that report an event under these, every role gets a threshold of
words and one of entities, both together, one role after the other until none moves: participants of all roles are
scored as one (micro-averaged) in each corpus.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from whodid_training.fitting.tables import WORD_THRESHOLDS, Tables

__all__ = ["ENTITY_THRESHOLDS", "TYPE_THRESHOLDS", "RoleCounts", "best_roles", "best_types", "f_beta", "role_counts"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

TYPE_THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(2, 19))
"""Tried for event types: 0.10, 0.15 ... 0.90."""
ENTITY_THRESHOLDS = (0.0, *(round(0.05 * step, 2) for step in range(2, 18)))
"""Tried for entities: none at all, 0.10, 0.15 ... 0.85."""
_SMOOTHING = 1.0
"""Standard deviation, in steps of the grid, of the bell by which neighbours are averaged."""
_FEW = 60.0
"""With so many gold articles, an event type's own F counts half, and that of all types together the other half."""
_ROUNDS = 8
"""Sweeps over the roles after which the search ends in any case."""


@dataclass(frozen=True)
class RoleCounts:
    """Weighted counts of participants for every pair of thresholds."""

    matched: FloatArray
    """Right ones: (corpora, roles, thresholds of words, thresholds of entities)."""
    predicted: FloatArray
    """All that are answered, likewise."""
    gold: FloatArray
    """All that there are: (corpora, roles)."""


def f_beta(matched: FloatArray, predicted: FloatArray, gold: FloatArray, beta: float) -> FloatArray:
    """F measure in which recall counts beta times as much as precision, of any shape; 0 where nothing is matched."""
    squared = beta * beta
    return (1.0 + squared) * matched / np.maximum(1e-12, predicted + squared * gold)


def best_types(tables: Tables, weight: FloatArray, probabilities: FloatArray, *, beta: float) -> dict[str, float]:
    """Choose a threshold for each event type.

    Args:
        tables: development data.
        weight: of each article, (articles,).
        probabilities: calibrated, (articles, event types).
        beta: of the F measure.
    """
    counts = _type_counts(tables, weight, probabilities)
    matched, predicted, gold = (part.sum(axis=1) for part in counts)
    together = _smooth(f_beta(matched, predicted, gold, beta).mean(axis=0))
    names = tables.ontology.type_names
    best = {}
    for column, name in enumerate(names):
        matched, predicted, gold = (part[:, column] for part in counts)
        marked = gold[:, 0] > 0
        own = _smooth(f_beta(matched, predicted, gold, beta)[marked].mean(axis=0)) if marked.any() else 0.0
        support = int((tables.types.gold & tables.types.known)[weight > 0, column].sum())
        share = support / (support + _FEW)
        best[name] = TYPE_THRESHOLDS[_peak(share * own + (1.0 - share) * together, TYPE_THRESHOLDS)]
    return best


def role_counts(tables: Tables, weight: FloatArray, chances: Mapping[float, FloatArray]) -> RoleCounts:
    """Count participants for every pair of thresholds.

    Args:
        tables: development data.
        weight: of each article, (articles,).
        chances: for each threshold of words, the calibrated probability of every entity of its table; 0 where it is
            not reported whatever the threshold, because its article reports no event.
    """
    shape = (len(tables.corpora), len(tables.ontology.roles), len(WORD_THRESHOLDS), len(ENTITY_THRESHOLDS))
    matched, predicted = np.zeros(shape), np.zeros(shape)
    for index, threshold in enumerate(WORD_THRESHOLDS):
        table, chance = tables.entities[threshold], chances[threshold]
        reported = chance > 0
        article, role = table.article[reported], table.role[reported]
        # How many thresholds an entity reaches; it is reported under each of these.
        reach = np.searchsorted(ENTITY_THRESHOLDS, chance[reported], side="right") - 1
        where = (tables.corpus[article], role, np.full(len(article), index), reach)
        np.add.at(predicted, where, weight[article])
        np.add.at(matched, where, weight[article] * table.right[reported])
    backwards = (slice(None), slice(None), slice(None), slice(None, None, -1))
    matched, predicted = (part[backwards].cumsum(axis=3)[backwards] for part in (matched, predicted))
    gold = np.zeros(shape[:2])
    np.add.at(gold, tables.corpus, weight[:, None] * tables.participants)
    return RoleCounts(matched, predicted, gold)


def best_roles(counts: RoleCounts, names: Sequence[str], *, beta: float) -> tuple[dict[str, float], dict[str, float]]:
    """Choose thresholds of words and of entities for each role; return both.

    Args:
        counts: of participants.
        names: the roles, in the order of `counts`.
        beta: of the F measure.
    """
    start = (WORD_THRESHOLDS.index(0.5), 0)
    chosen = [start] * len(names)
    for _ in range(_ROUNDS):
        before = list(chosen)
        for role in range(len(names)):
            chosen[role] = _best_pair(counts, chosen, role, beta)
        if chosen == before:
            break
    words = {name: WORD_THRESHOLDS[word] for name, (word, _) in zip(names, chosen, strict=True)}
    entities = {name: ENTITY_THRESHOLDS[entity] for name, (_, entity) in zip(names, chosen, strict=True)}
    return words, entities


def _best_pair(counts: RoleCounts, chosen: Sequence[tuple[int, int]], role: int, beta: float) -> tuple[int, int]:
    """Choose the pair for one role with those of the others as they are."""
    others = [other for other in range(len(chosen)) if other != role]

    def total(part: FloatArray) -> FloatArray:
        rest = sum((part[(slice(None), other, *chosen[other])] for other in others), np.zeros(len(part)))
        return part[:, role] + rest[:, None, None]

    gold = np.broadcast_to(counts.gold.sum(axis=1)[:, None, None], counts.matched[:, role].shape)
    surface = _smooth(f_beta(total(counts.matched), total(counts.predicted), gold, beta).mean(axis=0))
    if np.ptp(surface) < 1e-9:  # a role that nothing is known of
        return WORD_THRESHOLDS.index(0.5), 0
    word, entity = np.unravel_index(int(surface.argmax()), surface.shape)
    return int(word), int(entity)


def _type_counts(tables: Tables, weight: FloatArray, probabilities: FloatArray) -> tuple[FloatArray, ...]:
    """Weighted matched, predicted and gold articles: (corpora, event types, thresholds) each."""
    known = tables.types.known * weight[:, None]
    reported = probabilities[:, :, None] >= np.array(TYPE_THRESHOLDS)
    gold = np.broadcast_to(tables.types.gold[:, :, None], reported.shape)
    parts = []
    for what in (reported & gold, reported, gold):
        sums = np.zeros((len(tables.corpora), *what.shape[1:]))
        np.add.at(sums, tables.corpus, what * known[:, :, None])
        parts.append(sums)
    return tuple(parts)


def _smooth(surface: FloatArray) -> FloatArray:
    return np.asarray(gaussian_filter(surface, _SMOOTHING, mode="nearest"))


def _peak(values: FloatArray, grid: Sequence[float]) -> int:
    """Index of the largest value; of several, the one nearest to one half."""
    return max(range(len(grid)), key=lambda i: (round(float(values[i]), 6), -abs(grid[i] - 0.5)))
