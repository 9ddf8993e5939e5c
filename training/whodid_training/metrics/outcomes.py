"""Which single answers are right: participants one by one, in the order in which a system is sure of them.

Whether an answer is right decides how good its probability is (`calibration`), and what a threshold on that probability
would keep. Each answer may stand for one gold participant and the other way round. The surest answer comes first and
keeps its match for good; a less sure one is right if all answers so far can still be matched. So the number of right
answers among the k surest is, for every k, the number of matches that `ceaf` finds for those k answers alone.

>>> right([0.9, 0.8, 0.7], [[True, True], [True, False], [True, False]])
[True, True, False]
>>> right([0.9, 0.7, 0.8], [[True, True], [True, False], [True, False]])  # now the third is surer than the second
[True, False, True]
"""

from __future__ import annotations

from collections.abc import Sequence

from whodid_training.metrics.ceaf import MATCHES, normalise
from whodid_training.metrics.documents import Entity, check_aligned

__all__ = ["matching", "right"]


def matching(predicted: Sequence[Entity], gold: Sequence[Entity], *, match: str) -> list[list[bool]]:
    """Compare every predicted participant of one role and article with every gold one: rows are predicted.

    Args:
        predicted: their mention strings.
        gold: the same for gold.
        match: one of `ceaf.MATCHES`.
    """
    ours, theirs = ([tuple(map(normalise, entity)) for entity in side] for side in (predicted, gold))
    return [[MATCHES[match](one, other) for other in theirs] for one in ours]


def right(confidences: Sequence[float], matches: Sequence[Sequence[bool]]) -> list[bool]:
    """Tell for each answer whether it is right.

    Args:
        confidences: how sure the system is of each answer; of equally sure ones, the first comes first.
        matches: for each answer, whether it matches each gold item.

    Raises:
        DataError: there is not one row for each answer, or there are no answers.
    """
    check_aligned(confidences, matches, what="answers")
    holder: dict[int, int] = {}

    def place(answer: int, tried: set[int]) -> bool:
        """Find a gold item for an answer, moving others to another of theirs if need be."""
        for item, fits in enumerate(matches[answer]):
            if fits and item not in tried:
                tried.add(item)
                if item not in holder or place(holder[item], tried):
                    holder[item] = answer
                    return True
        return False

    found = [False] * len(matches)
    for answer in sorted(range(len(matches)), key=lambda index: -confidences[index]):
        found[answer] = place(answer, set())
    return found
