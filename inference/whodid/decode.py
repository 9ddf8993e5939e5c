"""From scores to spans: pure functions on arrays, without torch and without text.

A word is inside a mention of a role where P(BEGIN) + P(INSIDE) reaches the role's threshold; a run of such words is one
mention, cut where a word is likelier to begin a new mention than to continue the last one. One threshold per role is
all there is to tune, and moving it trades precision for recall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whodid.candidates import Candidates

__all__ = ["ArticleScores", "RoleSpan", "decode_spans", "tag_probabilities"]

FloatArray = npt.NDArray[np.float32]
HalfArray = npt.NDArray[np.float16]

_BLOCK = 2**16
"""Words that are computed at once: of a long article, all at once would take several times its room."""


@dataclass(frozen=True, slots=True)
class ArticleScores:
    """Scores of one whole article, its windows merged; still logits, nothing decided."""

    roles: FloatArray
    """Tag of each word for each role: (words, roles, 3)."""
    event_types: FloatArray
    """Evidence for each event type, the maximum over windows: (event types,)."""
    links: FloatArray | Candidates
    """Whether a participant in this role belongs to an event of this type: (words, roles, event types)."""
    names: FloatArray
    """Whether a mention at this word is a proper name: (words,)."""
    incidents: HalfArray | Candidates
    """Vectors of participants, for `whodid.incidents`: (words, roles, width)."""
    entities: HalfArray | Candidates
    """Vectors of mentions, by which they are compared: (words, 1, width)."""
    carried: HalfArray
    """What each word adds to the evidence of its window for each event type: (words, event types)."""
    mains: FloatArray
    """Evidence that the article is mainly about an event of each type, the maximum over windows: (event types,)."""
    distance: FloatArray
    """What the distance between two mentions adds to their being of one incident: (buckets,)."""


@dataclass(frozen=True, slots=True, order=True)
class RoleSpan:
    """A mention found: a half-open range of words in one role."""

    start: int
    """First word."""
    stop: int
    """Word after the last one."""
    role: int
    """Index of the role in the ontology."""
    confidence: float
    """Mean probability of its words to be in such a mention."""


def tag_probabilities(logits: FloatArray) -> FloatArray:
    """Softmax over the last axis of scores of tags, (words, roles, 3)."""
    probabilities = np.empty_like(logits)
    for start in range(0, len(logits), _BLOCK):
        block = slice(start, start + _BLOCK)
        shifted = np.exp(logits[block] - logits[block].max(axis=-1, keepdims=True))
        np.divide(shifted, shifted.sum(axis=-1, keepdims=True), out=probabilities[block])
    return probabilities


def decode_spans(probabilities: FloatArray, thresholds: Sequence[float]) -> list[RoleSpan]:
    """Find the mentions of every role.

    Args:
        probabilities: of the tags OUTSIDE, BEGIN and INSIDE for each word and role, (words, roles, 3).
        thresholds: one per role, above 0 and at most 1.

    Returns:
        Spans ordered by start, stop and role. Spans of one role never overlap; spans of two roles may.
    """
    inside = 1.0 - probabilities[..., 0]
    member = inside >= np.asarray(thresholds, dtype=inside.dtype)
    previous = np.zeros_like(member)
    previous[1:] = member[:-1]
    begins = member & (~previous | (probabilities[..., 1] > probabilities[..., 2]))
    spans = []
    for role in range(member.shape[1]):
        for start in np.flatnonzero(begins[:, role]):
            stop = start + 1
            while stop < len(member) and member[stop, role] and not begins[stop, role]:
                stop += 1
            spans.append(RoleSpan(int(start), int(stop), role, float(inside[start:stop, role].mean())))
    return sorted(spans)
