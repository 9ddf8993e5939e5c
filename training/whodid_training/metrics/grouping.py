"""Entity grouping: whether the mentions of one participant are kept together and those of others apart.

A clustering is a collection of entities, each the set of its mentions: places in the text, or whatever is hashable and
the same on both sides. Two scores, each defined for one clustering K of gold and one R of the prediction, and added up
over documents and roles before dividing:

- B-cubed (Bagga and Baldwin 1998): for every gold mention, the share of its gold entity that is in the predicted entity
  it is in (recall); for every predicted mention, the share of its predicted entity that is in its gold entity
  (precision). Summed, recall is sum |K & R|^2 / |K| over sum |K|, precision is sum |K & R|^2 / |R| over sum |R|.
- CEAF-E (Luo 2005): entities are aligned one to one so that the sum of phi4(K, R) = 2 |K & R| / (|K| + |R|) is
  largest; that sum over the number of gold entities is recall, over that of predicted entities precision.

A mention that only one side has earns nothing and is counted on its side: one missed costs recall, one made up costs
precision. This is how Pradhan et al. ("Scoring Coreference Partitions of Predicted Mentions: A Reference
Implementation", ACL 2014) read both definitions, and what the CoNLL scorer computes since version 8. Cai and Strube
("Evaluation Metrics for End-to-End Coreference Resolution Systems", SIGDIAL 2010) would instead put missed mentions
into the prediction as entities of their own, and drop made-up ones that are alone; that rewards mentions nobody
predicted, and is not done here. To see grouping apart from finding, `mentions="shared"` scores only the mentions that
both sides have: what Bagga and Baldwin assume.

>>> gold = [{"victim": [{"Ana Ruiz", "Ruiz", "the nun"}, {"Luis Vega"}]}]
>>> predicted = [{"victim": [{"Ana Ruiz", "Ruiz"}, {"Luis Vega", "Vega"}]}]
>>> result = grouping(predicted, gold, roles=("victim",)).micro
>>> f"{result.precision:.3f} {result.recall:.3f}"  # (2 + 1/2) / 4 and (4/3 + 1) / 4
'0.625 0.583'
>>> f"{grouping(predicted, gold, roles=('victim',), score='ceaf_e').micro.f1:.3f}"  # (4/5 + 2/3) / 2
'0.733'
>>> grouping(predicted, gold, roles=("victim",), mentions="shared").micro.f1
1.0
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from whodid.errors import DataError, one_of
from whodid_training.metrics.counts import Credit, CreditTally
from whodid_training.metrics.documents import check_aligned, check_labels

__all__ = ["MENTIONS", "SCORES", "Clusters", "Partition", "b_cubed", "ceaf_e", "grouping", "partition"]

Clusters = Iterable[Collection[Hashable]]
"""Entities as collections of their mentions."""

Partition = tuple[frozenset[Hashable], ...]
"""Entities that share no mention, none empty."""

MENTIONS = ("all", "shared")
"""Which mentions may be scored: those of either side, or those that both have."""


def partition(clusters: Clusters) -> Partition:
    """Make entities that share a mention one, and leave out those without any.

    >>> [sorted(entity) for entity in partition([{1, 2}, {3}, {4, 3}, set(), {5, 1}])]
    [[1, 2, 5], [3, 4]]
    """
    kept: list[frozenset[Hashable]] = []
    for cluster in filter(None, map(frozenset, clusters)):
        touched = [other for other in kept if other & cluster]
        place = kept.index(touched[0]) if touched else len(kept)
        apart = [other for other in kept if other not in touched]
        kept = [*apart[:place], cluster.union(*touched), *apart[place:]]
    return tuple(kept)


def b_cubed(predicted: Partition, gold: Partition) -> Credit:
    """Score one document's entities of one role; items are mentions."""
    common = [(len(p & g), len(p), len(g)) for p in predicted for g in gold]
    return Credit(
        right=sum(both**2 / size for both, size, _ in common),
        n_predicted=sum(map(len, predicted)),
        found=sum(both**2 / size for both, _, size in common),
        n_gold=sum(map(len, gold)),
    )


def ceaf_e(predicted: Partition, gold: Partition) -> Credit:
    """Score one document's entities of one role; items are entities."""
    phi = np.array([[2 * len(p & g) / (len(p) + len(g)) for g in gold] for p in predicted], dtype=float)
    similarity = 0.0
    if phi.size:
        rows, columns = linear_sum_assignment(phi, maximize=True)
        similarity = float(phi[rows, columns].sum())
    return Credit(similarity, len(predicted), similarity, len(gold))


SCORES: Mapping[str, Callable[[Partition, Partition], Credit]] = {"b_cubed": b_cubed, "ceaf_e": ceaf_e}
"""The scores, by name."""


def grouping(
    predicted: Sequence[Mapping[str, Clusters]],
    gold: Sequence[Mapping[str, Clusters]],
    *,
    roles: Sequence[str],
    score: str = "b_cubed",
    mentions: str = "all",
) -> CreditTally:
    """Score how mentions are grouped into entities; `micro` is the headline.

    Entities of one role that have a mention in common are one entity: neither score is defined otherwise.

    Args:
        predicted: entities by role of each document, each a collection of mentions.
        gold: the same for gold, in the same order.
        roles: the roles to score; documents must not have others.
        score: "b_cubed" or "ceaf_e".
        mentions: "all", or "shared" to leave out those that only one side has.

    Raises:
        DataError: the documents do not align, a role is not in `roles`, or `score` or `mentions` is not known.
    """
    for name, value, known in (("score", score, SCORES), ("mentions", mentions, MENTIONS)):
        if value not in known:
            raise DataError(f"{name}={value!r} is not known; allowed: {one_of(known)}")
    check_aligned(predicted, gold)
    check_labels(predicted, roles, what="role", side="predicted", may_be_none=True)
    check_labels(gold, roles, what="role", side="gold", may_be_none=True)
    rows = tuple(
        tuple(_score(p.get(role, ()), g.get(role, ()), SCORES[score], mentions) for role in roles)
        for p, g in zip(predicted, gold, strict=True)
    )
    return CreditTally(tuple(roles), rows)


def _score(
    predicted: Clusters, gold: Clusters, score: Callable[[Partition, Partition], Credit], mentions: str
) -> Credit:
    ours, theirs = partition(predicted), partition(gold)
    if mentions == "shared":
        shared = frozenset().union(*ours) & frozenset().union(*theirs)
        ours, theirs = (partition(entity & shared for entity in side) for side in (ours, theirs))
    return score(ours, theirs)
