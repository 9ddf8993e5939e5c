"""Average-link clustering: the two groups that are likeliest one are joined, until no two are likely enough.

Pairs without a score count with a low one; so each item may be compared with a few others only, and thousands of items
cost no more than in proportion.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

__all__ = ["average_link"]


def average_link(
    groups: Sequence[Sequence[int]],
    scores: Mapping[tuple[int, int], float],
    *,
    threshold: float,
    unseen: float,
    apart: Sequence[bool],
) -> list[list[int]]:
    """Join groups while the mean score over all pairs of their items is at least `threshold`.

    >>> average_link([[0], [1], [2]], {(0, 1): 2.0, (0, 2): -3.0, (1, 2): 0.5}, threshold=0.0, unseen=-4.0,
    ...              apart=[False] * 3)
    [[0, 1], [2]]

    Args:
        groups: of items, to begin with; none empty, none sharing an item.
        scores: of pairs of items, the lower first.
        threshold: mean score from which two groups are joined.
        unseen: score of a pair that is not in `scores`.
        apart: for each group; two for which it is True are never joined, nor what they have become.

    Returns:
        The groups that are left, each sorted, in the order of their first items.
    """
    state = _State(groups, scores, unseen, apart)
    waiting = [(-state.mean(a, b), a, b) for a in state.near for b in state.near[a] if a < b]
    waiting = [entry for entry in waiting if -entry[0] >= threshold]
    heapq.heapify(waiting)
    while waiting:
        _, a, b = heapq.heappop(waiting)
        if not state.may_join(a, b):
            continue
        joined = state.join(a, b)
        for other in state.near[joined]:
            mean = state.mean(joined, other)
            if mean >= threshold:
                heapq.heappush(waiting, (-mean, joined, other))
    return sorted(sorted(group) for group in state.members.values())


class _State:
    """Groups that are left, numbered, and the sums of what the scores between them exceed `unseen` by."""

    def __init__(
        self,
        groups: Sequence[Sequence[int]],
        scores: Mapping[tuple[int, int], float],
        unseen: float,
        apart: Sequence[bool],
    ) -> None:
        self.members = {index: list(group) for index, group in enumerate(groups)}
        self.near: dict[int, dict[int, float]] = {index: {} for index in self.members}
        self._unseen = unseen
        self._apart = {index for index, flag in enumerate(apart) if flag}
        self._next = len(self.members)
        of_item = {item: index for index, group in self.members.items() for item in group}
        for (one, other), score in scores.items():
            a, b = of_item[one], of_item[other]
            if a != b:
                self.near[a][b] = self.near[b][a] = self.near[a].get(b, 0.0) + score - unseen

    def mean(self, a: int, b: int) -> float:
        return self.near[a][b] / (len(self.members[a]) * len(self.members[b])) + self._unseen

    def may_join(self, a: int, b: int) -> bool:
        """Whether both are still there, and not to be kept apart."""
        return a in self.members and b in self.members and not {a, b} <= self._apart

    def join(self, a: int, b: int) -> int:
        """Make two groups one, under a new number."""
        joined, self._next = self._next, self._next + 1
        if not self._apart.isdisjoint((a, b)):
            self._apart.add(joined)
        sums: dict[int, float] = {}
        for old in (a, b):
            for other, total in self.near.pop(old).items():
                if other not in (a, b):
                    del self.near[other][old]
                    sums[other] = sums.get(other, 0.0) + total
        self.members[joined] = self.members.pop(a) + self.members.pop(b)
        self.near[joined] = sums
        for other, total in sums.items():
            self.near[other][joined] = total
        return joined
