"""The lowest floor: no article reports any event."""

from __future__ import annotations

from collections.abc import Sequence

from whodid.types import Prediction

__all__ = ["predict_nothing"]


def predict_nothing(text: str, *, event_types: Sequence[str]) -> Prediction:
    """Report nothing, and be sure of it.

    >>> predict_nothing("Gunmen seized Ana Ruiz.", event_types=("kidnapping",)).scores
    {'kidnapping': 0.0}
    """
    return Prediction(text, (), dict.fromkeys(event_types, 0.0), windows=int(bool(text.strip())), abstained=False)
