"""Fitting calibration: few numbers, drawn towards "as it is" and towards each other, so that rare labels stay sane.

The strengths of the pull were chosen by log loss on articles that were held out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from whodid.calibration import FEATURES, EntityModel, Line
from whodid_training.fitting.tables import EntityTable, Tables

__all__ = ["fit_entities", "fit_line", "fit_links", "fit_plane", "fit_types"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_SHARED_PULL = 0.05
"""Weight of the squared distance from "as it is", in articles: enough to settle what the data leave open."""
_TYPE_OFFSET_PULL = 2.0
_TYPE_SCALE_PULL = 20.0
"""Likewise for the distance of one event type from all."""
_ENTITY_PULL = 0.5
"""Likewise for the weights of an entity's features in units of their spread, and for roles."""
_PLACES = 4
"""Decimal places that are stored."""


def fit_types(tables: Tables, weight: FloatArray) -> dict[str, Line]:
    """Fit a line for each event type: a common scale and offset, and for each type how far it departs from these."""
    table, number = tables.types, len(tables.ontology.event_types)
    kept = (weight > 0) & np.isfinite(table.evidence).all(axis=1)  # blank articles have no evidence
    evidence, gold, known = table.evidence[kept], table.gold[kept], table.known[kept]
    each = _in_items(weight[kept])[:, None] * known

    def loss(values: FloatArray) -> tuple[float, FloatArray]:
        (scale, offset), scales, offsets = values[:2], values[2 : 2 + number], values[2 + number :]
        factor = np.exp(scale + scales)
        value, slope = _log_loss(evidence * factor + offset + offsets, gold, each)
        of_scales, of_offsets = (slope * evidence * factor).sum(axis=0), slope.sum(axis=0)
        value += _SHARED_PULL * (scale**2 + offset**2)
        value += _TYPE_SCALE_PULL * (scales**2).sum() + _TYPE_OFFSET_PULL * (offsets**2).sum()
        gradient = np.concatenate(
            [
                [of_scales.sum() + 2 * _SHARED_PULL * scale, of_offsets.sum() + 2 * _SHARED_PULL * offset],
                of_scales + 2 * _TYPE_SCALE_PULL * scales,
                of_offsets + 2 * _TYPE_OFFSET_PULL * offsets,
            ]
        )
        return value, gradient

    values = _least(loss, 2 + 2 * number)
    scales, offsets = np.exp(values[0] + values[2 : 2 + number]), values[1] + values[2 + number :]
    return {
        name: _line(scale, offset)
        for name, scale, offset in zip(tables.ontology.type_names, scales, offsets, strict=True)
    }


def fit_entities(tables: Tables, weight: FloatArray, table: EntityTable) -> EntityModel:
    """Fit the logistic model of entities; as it is where nothing is to be learnt from."""
    kept = weight[table.article] > 0
    right, roles = table.right[kept], table.role[kept]
    if right.all() or not right.any():  # also where there are none
        return EntityModel()
    # Articles with many entities would count more; each corpus counts alike, whatever the number of its entities.
    each = _in_items(_alike(tables.corpus[table.article[kept]]))
    middle, spread = table.features[kept].mean(axis=0), table.features[kept].std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    names = tables.ontology.role_names
    columns = np.hstack([(table.features[kept] - middle) / spread, np.eye(len(names))[roles], np.ones((len(right), 1))])
    pull = np.append(np.full(columns.shape[1] - 1, _ENTITY_PULL), 0.0)

    def loss(values: FloatArray) -> tuple[float, FloatArray]:
        value, slope = _log_loss(columns @ values, right, each)
        return value + float((pull * values**2).sum()), columns.T @ slope + 2 * pull * values

    values = _least(loss, columns.shape[1])
    weights = values[: len(FEATURES)] / spread
    shift = values[-1] - float(weights @ middle)
    return EntityModel(
        weights={name: round(float(w), _PLACES) for name, w in zip(FEATURES, weights, strict=True)},
        roles={name: round(float(shift + v), _PLACES) for name, v in zip(names, values[len(FEATURES) :], strict=False)},
    )


def fit_links(tables: Tables, weight: FloatArray) -> Line:
    """Fit one line for all links to event types."""
    table = tables.links
    kept = weight[table.article] > 0
    return fit_line(table.evidence[kept], table.linked[kept], tables.corpus[table.article[kept]])


def fit_line(evidence: FloatArray, truth: BoolArray, corpus: npt.NDArray[np.intp]) -> Line:
    """Fit one line.

    Args:
        evidence: log-odds of each item: (items,).
        truth: whether it is so, likewise.
        corpus: number of the corpus that it is of, likewise; corpora count alike.
    """
    each = _in_items(_alike(corpus))

    def loss(values: FloatArray) -> tuple[float, FloatArray]:
        scale = float(np.exp(values[0]))
        value, slope = _log_loss(evidence * scale + values[1], truth, each)
        gradient = np.array([(slope * evidence * scale).sum(), slope.sum()])
        return value + _SHARED_PULL * float((values**2).sum()), gradient + 2 * _SHARED_PULL * values

    values = _least(loss, 2)
    return _line(np.exp(values[0]), values[1])


def fit_plane(
    evidence: FloatArray, truth: BoolArray, corpus: npt.NDArray[np.intp], start: Sequence[float]
) -> tuple[float, ...]:
    """Fit a weight of at least 0 for each kind of evidence, and an offset.

    Args:
        evidence: on the scale of log-odds, (items, kinds).
        truth: whether it is so: (items,).
        corpus: number of the corpus that an item is of, likewise; corpora count alike.
        start: the weights to which the fit is drawn, the offset being drawn to 0.

    Returns:
        The weights, then the offset.
    """
    each, middle = _in_items(_alike(corpus)), np.append(start, 0.0)
    columns = np.hstack([evidence, np.ones((len(truth), 1))])

    def loss(values: FloatArray) -> tuple[float, FloatArray]:
        value, slope = _log_loss(columns @ (middle + values), truth, each)
        return value + _SHARED_PULL * float((values**2).sum()), columns.T @ slope + 2 * _SHARED_PULL * values

    bounds = [*((-weight, None) for weight in start), (None, None)]
    return tuple(round(float(value), _PLACES) for value in middle + _least(loss, len(middle), bounds))


def _log_loss(evidence: FloatArray, truth: BoolArray, weight: FloatArray) -> tuple[float, FloatArray]:
    """Negative log-likelihood and its slope by the evidence."""
    signed = np.where(truth, evidence, -evidence)
    slope = -np.where(truth, 1.0, -1.0) * weight / (1.0 + np.exp(np.clip(signed, -500.0, 500.0)))
    return float((weight * np.logaddexp(0.0, -signed)).sum()), slope


def _least(
    loss: Callable[[FloatArray], tuple[float, FloatArray]],
    number: int,
    bounds: Sequence[tuple[float | None, float | None]] | None = None,
) -> FloatArray:
    return np.asarray(minimize(loss, np.zeros(number), jac=True, method="L-BFGS-B", bounds=bounds).x)


def _alike(corpus: npt.NDArray[np.intp]) -> FloatArray:
    """Weights with which the items of every corpus add up to the same."""
    return np.asarray(1.0 / np.bincount(corpus)[corpus]) if len(corpus) else np.zeros(0)


def _in_items(weight: FloatArray) -> FloatArray:
    """Scale weights so that they add up to the number of items: the pull is measured against that."""
    return weight * (len(weight) / weight.sum()) if len(weight) else weight


def _line(scale: float, offset: float) -> Line:
    return Line(scale=round(float(scale), _PLACES), offset=round(float(offset), _PLACES))
