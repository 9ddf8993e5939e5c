"""Fitting the band of abstention: in which articles neither "event" nor "no event" is claimed.

An article is left to people if the log-odds that it reports any event lie within some reach of a centre. The reach
leaves a tenth to a fifth of the articles to people: the least that halves the share of wrong claims among the others,
or a fifth where nothing does. The centre is where this leaves fewest wrong claims. Two edges chosen freely did no
better on articles that were held out, and abstained more often.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from whodid.calibration import log_odds, sigmoid

__all__ = ["fit_band"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_COVERAGES = (0.9, 0.875, 0.85, 0.825, 0.8)
"""Shares of the articles that may be answered, the one liked best first."""
_CENTRES = np.linspace(-3.0, 3.0, 25)
"""Log-odds tried as the centre: probabilities from 0.05 to 0.95."""
_HALF = 0.5
"""Share of the errors at full coverage that may be left."""


def fit_band(chances: FloatArray, wrong: BoolArray, weight: FloatArray) -> tuple[float, float]:
    """Choose the band; return its lower edge, which is in it, and its upper edge, which is not.

    Args:
        chances: probability that the article reports any event, (articles,).
        wrong: whether "event" or "no event", as the thresholds have it, is wrong, (articles,).
        weight: of each article, (articles,).
    """
    kept = weight > 0
    evidence, errors, mass = log_odds(chances[kept]), (weight * wrong)[kept], weight[kept]
    if not errors.any():
        return 0.0, 0.0
    risk, lower, upper = 0.0, 0.0, 0.0
    for coverage in _COVERAGES:
        risk, lower, upper = min(_band(evidence, errors, mass, centre, coverage) for centre in _CENTRES)
        if risk <= _HALF * errors.sum() / mass.sum():
            break
    return round(lower, 4), round(upper, 4)


def _band(
    evidence: FloatArray, errors: FloatArray, mass: FloatArray, centre: float, coverage: float
) -> tuple[float, float, float]:
    """Leave out what is nearest to the centre; return the risk of the others, and the edges."""
    distance = np.abs(evidence - centre)
    order = np.argsort(distance)
    left = np.cumsum(mass[order]) <= (1.0 - coverage) * mass.sum() + 1e-9
    if not left.any() or left.all():
        return float(errors.sum() / mass.sum()), 0.0, 0.0
    inside, outside = order[left], order[~left]
    reach = float(distance[inside[-1]] + distance[outside[0]]) / 2.0
    answered = distance >= reach
    risk = float(errors[answered].sum() / max(mass[answered].sum(), 1e-12))
    return risk, float(sigmoid(centre - reach)), float(sigmoid(centre + reach))
