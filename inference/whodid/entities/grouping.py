"""Which mentions are one participant: names by rule, descriptions by what is seen of them and what the network says.

Names are one participant if one is short for the other, its acronym, or stands in brackets behind it; of a surname that
two people have, the network says whose it is. Descriptions ("gunmen", "the teacher") join each other and names by a
fitted score of pairs of wordings and by what the network says of them. Mentions of the same words are always together,
and two different names never are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from whodid.calibration import Coreference
from whodid.entities.clusters import average_link
from whodid.entities.forms import NamedSpan, Wordings, wordings
from whodid.entities.gaps import Relations, between
from whodid.entities.names import join_names
from whodid.entities.pairs import Pair, Weights, log_odds, opposed, weights
from whodid.entities.words import LINKING

__all__ = ["Impression", "PairEvidence", "candidates", "evidence_for_pairs", "group_mentions", "mean_vectors"]

_BACK = 30
"""With how many wordings before it each is compared."""
_UNSEEN = -4.0
"""Log-odds of wordings that are too far apart to be compared."""
_OPPOSED = -1000.0
"""Log-odds of wordings that cannot be one participant, so low that hardly any number of others outweighs it."""


FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Impression:
    """What the network says of the mentions of one role."""

    vectors: FloatArray
    """By which they are compared: (mentions, width)."""
    coreference: Coreference
    """How much that counts beside what is seen."""


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """What there is for two wordings being one participant."""

    first: int
    """Index among the wordings, lower than `second`."""
    second: int
    pair: Pair
    seen: float
    """Log-odds by the table of weights."""
    read: float
    """Product of their vectors; 0 without any."""


def group_mentions(
    mentions: Sequence[NamedSpan],
    *,
    article: str = "",
    fitted: Weights | None = None,
    impression: Impression | None = None,
) -> list[list[int]]:
    """Group the mentions of one role in one article.

    >>> names = [NamedSpan(t, True) for t in ("Mario Vargas", "Vargas", "VARGAS", "Ana Ruiz")]
    >>> group_mentions(names)
    [[0, 1, 2], [3]]

    Args:
        mentions: in the order of the article.
        article: the text in which they start; without it, only their words are compared.
        fitted: another table of weights than the one that comes along.
        impression: what the network says of these mentions; without it, only what is seen in the text counts.

    Returns:
        Indices into `mentions`, each in exactly one group, groups and members in order of appearance.
    """
    fitted = fitted or weights()
    found = wordings(mentions, article)
    group_of = {
        form: number
        for number, group in enumerate(_join(mentions, found, article, fitted, impression))
        for form in group
    }
    groups: dict[int, list[int]] = defaultdict(list)
    for index, form in enumerate(found.of_mention):
        groups[group_of[form]].append(index)
    return list(groups.values())


def candidates(found: Wordings, relations: Relations) -> Iterator[tuple[int, int, Pair]]:
    """Yield the pairs of wordings that are compared: not two names, and not too many others apart."""
    names = sum(form.proper for form in found.forms)
    for second, other in enumerate(found.forms):
        for first in range(max(0, second - _BACK), second):
            one = found.forms[first]
            if not (one.proper and other.proper) and one.head not in LINKING and other.head not in LINKING:
                said = relations.get((first, second), frozenset())
                yield first, second, Pair.of(one, other, said, found, names)


def evidence_for_pairs(
    found: Wordings, relations: Relations, fitted: Weights, means: FloatArray | None
) -> Iterator[PairEvidence]:
    """Weigh the pairs of wordings that are compared.

    Args:
        found: the wordings.
        relations: between them.
        fitted: the table of weights.
        means: their vectors, (wordings, width), if the network is asked.
    """
    for first, second, pair in candidates(found, relations):
        read = 0.0 if means is None else float(means[first] @ means[second])
        yield PairEvidence(first, second, pair, log_odds(pair, fitted), read)


def mean_vectors(found: Wordings, vectors: FloatArray) -> FloatArray:
    """Average the vectors of mentions, (mentions, width), over the places of each wording: (wordings, width)."""
    sums = np.zeros((len(found.forms), vectors.shape[1]), np.float32)
    np.add.at(sums, np.asarray(found.of_mention), vectors)
    counts = np.array([len(form.starts) for form in found.forms], np.float32)
    means: FloatArray = np.divide(sums, counts[:, None], dtype=np.float32)
    return means


def _likeliest(means: FloatArray, short: int, longer: Sequence[int]) -> int | None:
    """Choose the longer name of which the network says most that a short form is of it too, if it says so of any."""
    products = {index: float(means[short] @ means[index]) for index in longer}
    best = max(longer, key=products.__getitem__)
    return best if products[best] > 0.0 else None


def _join(
    mentions: Sequence[NamedSpan], found: Wordings, article: str, fitted: Weights, impression: Impression | None
) -> list[list[int]]:
    """Group wordings."""
    if len(found.forms) < 2:
        return [[index] for index in range(len(found.forms))]
    means = None if impression is None or not impression.coreference.read else mean_vectors(found, impression.vectors)
    leader = join_names(found, None if means is None else partial(_likeliest, means))
    relations = between(mentions, found, article)
    bracketed = {
        leader[second]: leader[first]
        for (first, second), relation in relations.items()
        if "bracket" in relation and leader[first] < leader[second]
    }
    groups: dict[int, list[int]] = defaultdict(list)
    for index, first in enumerate(leader):
        one = first
        while one in bracketed:
            one = bracketed[one]
        groups[one].append(index)
    coreference = Coreference() if impression is None else impression.coreference
    scores = {
        (one.first, one.second): _OPPOSED if opposed(one.pair) else float(coreference(one.seen, one.read))
        for one in evidence_for_pairs(found, relations, fitted, means)
    }
    join = fitted.join_capitals if found.capitals else fitted.join
    return average_link(
        list(groups.values()),
        scores,
        threshold=math.log(join / (1.0 - join)),
        unseen=_UNSEEN,
        apart=[any(found.forms[index].proper for index in group) for group in groups.values()],
    )
