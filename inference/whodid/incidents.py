"""Which participants belong to which incident: from scores of single mentions to events with their own people.

Pure functions on arrays. Two questions are asked of the network: does a participant belong to an event of this type
(a link), and do two participants belong to one incident (the product of their vectors, and how far apart they stand).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain

import numpy as np
import numpy.typing as npt

__all__ = ["BUCKETS", "Participant", "distance_bucket", "incidents_of", "kinship"]

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

BUCKETS = 12
"""Of distances; 1,024 pieces and more count alike."""

_MOST_MENTIONS = 8
"""Of a participant that are compared; more say the same again."""
_FOUNDERS = ("victims", "targets", "perpetrators", "weapons")
"""Whose incidents are told apart first: people are hit once, while one perpetrator may act in several incidents."""
_DOERS = "perpetrators"
_MOST_COMPARED = 16
"""Incidents of a type that a participant is compared with, and founders of each, nearest first: only lists of dozens of
incidents have more, and a list of thousands must not take hours."""


@dataclass(frozen=True, slots=True)
class Participant:
    """An entity as this module needs it."""

    slot: str
    """Its list on an event."""
    links: FloatArray
    """Probability that it belongs to an event of each type: (event types,)."""
    vectors: FloatArray
    """Of its mentions, in the order of the article: (mentions, width)."""
    positions: IntArray
    """Indices of the pieces at which they begin: (mentions,)."""


def incidents_of(
    participants: Sequence[Participant], distance: FloatArray, *, threshold: float, joining: float, lone: float
) -> list[tuple[tuple[int, float], ...]]:
    """Tell apart the incidents of one type in one article.

    Those who suffered found the incidents, in reading order: each joins the incident whose founders it is likeliest to
    share one with, or founds a new one. The others are then put on every incident that they are likely to share, and
    on the likeliest in any case. An incident that is left without a perpetrator gets the likeliest one.

    Args:
        participants: all that are linked to the type, in reading order.
        distance: what the distance between two mentions adds to their kinship, by bucket.
        threshold: probability of being of one incident from which a founder joins an existing incident.
        joining: the same for the others, who may be on several.
        lone: the same for the likeliest perpetrator of an incident that has none; 1: nobody.

    Returns:
        The members of each incident, as indices in order, each with the probability to be of it if it is on an event of
        the type at all: 1 in a single incident, and for who founds one alone. Incidents are in the order of their first
        founder, at least one.
    """
    if not participants:
        return [()]
    founding = next(slot for slot in _FOUNDERS if any(one.slot == slot for one in participants))
    founders = [index for index, one in enumerate(participants) if one.slot == founding]
    groups = _found(participants, founders, distance, threshold)
    if len(groups) == 1:
        return [tuple((index, 1.0) for index in range(len(participants)))]
    members = [_with_each_other(participants, group, distance) for group in groups]
    others = sorted(set(range(len(participants))) - set(founders))
    shares = {index: _shared(participants, index, groups, distance) for index in others}
    for index, shared in shares.items():
        best = max(shared, key=lambda number: shared[number])
        for number, share in shared.items():
            if number == best or share >= joining:
                members[number][index] = share
    if lone < 1.0 and founding != _DOERS:
        for number, index in _missing_doers(participants, members, shares, lone):
            members[number][index] = shares[index][number]
    return [tuple(sorted(group.items())) for group in members]


def kinship(one: Participant, others: Sequence[Participant], distance: FloatArray) -> FloatArray:
    """Log-odds that a participant is of one incident with each of the others: the mean over pairs of their mentions."""
    vectors = np.concatenate([other.vectors[:_MOST_MENTIONS] for other in others])
    positions = np.concatenate([other.positions[:_MOST_MENTIONS] for other in others])
    apart = np.abs(one.positions[:_MOST_MENTIONS, None] - positions)
    by_mention = (one.vectors[:_MOST_MENTIONS] @ vectors.T + distance[distance_bucket(apart)]).mean(axis=0)
    counts = np.array([len(other.positions[:_MOST_MENTIONS]) for other in others])
    means: FloatArray = np.add.reduceat(by_mention, counts.cumsum() - counts) / counts
    return means


def distance_bucket(apart: IntArray) -> IntArray:
    """Sort distances, in pieces, into buckets that double in width.

    >>> distance_bucket(np.array([0, 1, 2, 3, 4, 7, 8, 5000])).tolist()
    [0, 1, 2, 2, 3, 3, 4, 11]
    """
    bucket: IntArray = np.minimum(np.frexp(apart.astype(np.float64))[1], BUCKETS - 1).astype(np.int64)
    return bucket


def _found(
    participants: Sequence[Participant], founders: Sequence[int], distance: FloatArray, threshold: float
) -> list[list[int]]:
    groups: list[list[int]] = []
    for index in founders:
        shared = _shared(participants, index, groups, distance)
        best = max(shared, key=lambda number: shared[number], default=None)
        if best is not None and shared[best] >= threshold:
            groups[best].append(index)
        else:
            groups.append([index])
    return groups


def _with_each_other(
    participants: Sequence[Participant], founders: Sequence[int], distance: FloatArray
) -> dict[int, float]:
    """Probability of each founder of an incident to be of it, by the others."""
    if len(founders) == 1:
        return {founders[0]: 1.0}
    last = founders[-_MOST_COMPARED - 1 :]  # of which each is compared with others only
    return {
        index: _shared(participants, index, [[other for other in last if other != index]], distance)[0]
        for index in founders
    }


def _missing_doers(
    participants: Sequence[Participant],
    members: Sequence[Mapping[int, float]],
    shares: Mapping[int, Mapping[int, float]],
    lone: float,
) -> list[tuple[int, int]]:
    """Find the likeliest perpetrator of each incident without one: number of the incident, index of the participant."""
    best: dict[int, tuple[float, int]] = {}
    for index, shared in shares.items():
        if participants[index].slot == _DOERS:
            for number, share in shared.items():
                best[number] = max(best.get(number, (0.0, index)), (share, index), key=lambda one: one[0])
    without = (n for n, group in enumerate(members) if not any(participants[i].slot == _DOERS for i in group))
    return [(number, best[number][1]) for number in without if number in best and best[number][0] >= lone]


def _shared(
    participants: Sequence[Participant], index: int, groups: Sequence[Sequence[int]], distance: FloatArray
) -> dict[int, float]:
    """Probability that a participant shares an incident with the founders of each group that is compared."""
    if not groups:
        return {}
    here = int(participants[index].positions[0])
    last = [int(participants[group[-1]].positions[0]) for group in groups]
    near = sorted(nsmallest(_MOST_COMPARED, range(len(groups)), key=lambda number: abs(last[number] - here)))
    founders = [groups[number][-_MOST_COMPARED:] for number in near]
    kin = kinship(participants[index], [participants[other] for other in chain(*founders)], distance)
    by_group = np.split(kin, np.cumsum([len(group) for group in founders])[:-1])
    odds = {number: float(part.mean(dtype=float)) for number, part in zip(near, by_group, strict=True)}
    return {number: 0.5 * (1.0 + float(np.tanh(0.5 * odd))) for number, odd in odds.items()}
