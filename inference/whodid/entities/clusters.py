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
    members = {index: list(group) for index, group in enumerate(groups)}
    alone = {index for index, flag in enumerate(apart) if flag}
    of_item = {item: index for index, group in members.items() for item in group}
    near: dict[int, dict[int, float]] = {index: {} for index in members}  # sums of (score - unseen)
    for (one, other), score in scores.items():
        a, b = of_item[one], of_item[other]
        if a != b:
            near[a][b] = near[b][a] = near[a].get(b, 0.0) + score - unseen

    def mean(a: int, b: int) -> float:
        return near[a][b] / (len(members[a]) * len(members[b])) + unseen

    waiting = [(-mean(a, b), a, b) for a in near for b in near[a] if a < b and mean(a, b) >= threshold]
    heapq.heapify(waiting)
    latest = len(members)
    while waiting:
        _, a, b = heapq.heappop(waiting)
        if a not in members or b not in members or (a in alone and b in alone):
            continue
        joined, latest = latest, latest + 1
        if a in alone or b in alone:
            alone.add(joined)
        near[joined] = {}
        for old in (a, b):
            for other, total in near.pop(old).items():
                if other not in (a, b):
                    del near[other][old]
                    near[joined][other] = near[joined].get(other, 0.0) + total
        members[joined] = members.pop(a) + members.pop(b)
        for other, total in near[joined].items():
            near[other][joined] = total
            if mean(joined, other) >= threshold:
                heapq.heappush(waiting, (-mean(joined, other), joined, other))
    return sorted(sorted(group) for group in members.values())
