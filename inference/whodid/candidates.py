"""What is kept of the words that may be in a mention, and of no others.

A network says of every word, in every role, to which events it would belong, were it a participant. Hardly any word is
one: of an article of a million words that would be half a gigabyte about nobody.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["LEAST", "Candidates", "may_be_inside"]

LEAST = 0.01
"""The lowest threshold that a role may have: words with a lower probability to be in a mention are never in one."""
_KEPT_FROM = 0.9 * LEAST  # not the same number: probabilities are computed again when they are judged

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float32]
HalfArray = npt.NDArray[np.float16]


def may_be_inside(probabilities: FloatArray) -> BoolArray:
    """Tell which words are kept in which roles.

    Args:
        probabilities: of the tags of words, OUTSIDE first, (words, roles, 3).

    Returns:
        True where a word may be in a mention of that role under some threshold: (words, roles).
    """
    kept: BoolArray = probabilities[..., 0] <= 1.0 - _KEPT_FROM
    return kept


class Candidates:
    """Vectors of some pairs of word and role, filled in window by window; those of all others are zeros.

    It is read like an array: `vectors[3:5, 1]` are those of two words in one role, (2, width). What does not depend
    on the role are kept as those of a single one.
    """

    def __init__(self, words: int, roles: int, width: int) -> None:
        self._rows = np.zeros((words, roles), np.int32)
        self._vectors = np.zeros((1, width), np.float16)  # the first row is everybody else's
        self._count = 1

    def write(self, words: slice, kept: BoolArray, vectors: FloatArray) -> None:
        """Keep the vectors of some words in those roles that they are kept in.

        Args:
            words: which; none twice.
            kept: see `may_be_inside`, (words, roles).
            vectors: of all of them, (words, roles, width).
        """
        new = vectors[kept]
        first, stop = self._count, self._count + len(new)
        if stop > len(self._vectors):
            grown = np.zeros((2 * stop, self._vectors.shape[1]), np.float16)
            grown[:first] = self._vectors[:first]
            self._vectors = grown
        self._vectors[first:stop] = new
        self._rows[words][kept] = np.arange(first, stop)
        self._count = stop

    def __getitem__(self, place: Any) -> HalfArray:
        vectors: HalfArray = self._vectors[self._rows[place]]
        return vectors

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Return them all: (words, roles, width)."""
        return np.asarray(self[:], dtype)
