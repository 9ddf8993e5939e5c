"""CEAF-RME: incidents aligned one to one with gold by how many of their fillers agree, matching any mention in common.

Chen, Gantt, Gu, Chen, White and Van Durme, "Iterative Document-level Information Extraction via Imitation Learning"
(EACL 2023), by their script ceaf_rme.py (github.com/wanmok/iterx): CEAF-REE made to count per template, with "relaxed
matching of entities". A template is the list of its entities; mentions are normalised as for CEAF-REE, and agree only
within one type and role, so that templates of different types have similarity 0. The type is no slot of its own. The
alignment has the largest sum of similarities; two of them are in use:

- "subset": the number of predicted entities that have any mention in common with an entity of the gold template.
  Precision is the sum over the number of all predicted entities. Recall counts, in the same alignment, the gold
  entities with which they have it (for each predicted entity the first), over the number of all gold entities.
- "phi3": the largest number of mentions in common under any one-to-one alignment of the two templates' entities,
  over the number of all predicted mentions (precision) and of all gold mentions (recall).

Counts are added up over documents. Gold templates of a document that are the same in every slot count once.

Where this differs: among alignments of the same similarity the one with the best recall is taken, where the script
takes any; a mention that stands twice in an entity once normalised counts once in "phi3"; and a gold template has one
type, where the script splits those that accept several.

>>> gold = [Template("attack", {"victim": [("ana ruiz", "ruiz"), ("luis vega",)]})]
>>> predicted = [Template("attack", {"victim": [("Ruiz", "the nun")]}), Template("arson", {"victim": [("Luis Vega",)]})]
>>> ceaf_rme([predicted], [gold], roles=("victim",), similarity="subset")
(Credit(right=1, n_predicted=2, found=1, n_gold=2),)
>>> ceaf_rme([predicted], [gold], roles=("victim",), similarity="phi3")
(Credit(right=1, n_predicted=3, found=1, n_gold=3),)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from whodid.errors import DataError, one_of
from whodid_training.metrics.counts import Credit
from whodid_training.metrics.documents import Entity
from whodid_training.metrics.templates import Template, check_templates, distinct, normalised

__all__ = ["SIMILARITIES", "ceaf_rme"]

_Similarity = Callable[[Template, Template, Sequence[str]], tuple[int, int]]
"""Numerators of precision and recall of two templates of one type."""


def ceaf_rme(
    predicted: Sequence[Sequence[Template]],
    gold: Sequence[Sequence[Template]],
    *,
    roles: Sequence[str],
    similarity: str = "subset",
) -> tuple[Credit, ...]:
    """Score predicted templates; return the credit of each document.

    Args:
        predicted: templates of each document.
        gold: the same for gold, in the same order.
        roles: the roles to score; templates must not have others.
        similarity: "subset" or "phi3", see above.

    Raises:
        DataError: the documents do not align, a role is not in `roles`, an entity has no mentions, or the similarity is
            not known.
    """
    if similarity not in SIMILARITIES:
        raise DataError(f"similarity={similarity!r} is not known; allowed: {one_of(SIMILARITIES)}")
    check_templates(predicted, gold, roles)
    measure, size = SIMILARITIES[similarity]
    return tuple(
        _document(normalised(p), distinct(normalised(g)), roles, measure, size)
        for p, g in zip(predicted, gold, strict=True)
    )


def _document(
    predicted: Sequence[Template],
    gold: Sequence[Template],
    roles: Sequence[str],
    measure: _Similarity,
    size: Callable[[Entity], int],
) -> Credit:
    n_predicted, n_gold = (
        sum(size(entity) for one in side for role in roles for entity in one.entities.get(role, ()))
        for side in (predicted, gold)
    )
    scores = np.array(
        [[measure(p, g, roles) if p.type == g.type else (0, 0) for g in gold] for p in predicted], dtype=int
    ).reshape(len(predicted), len(gold), 2)
    # Recall only tells apart what precision leaves equal: all of it weighs less than one predicted entity.
    rows, columns = linear_sum_assignment(scores[:, :, 0] * (n_gold + 1) + scores[:, :, 1], maximize=True)
    right, found = scores[rows, columns].sum(axis=0).tolist()
    return Credit(right, n_predicted, found, n_gold)


def _subset(predicted: Template, gold: Template, roles: Sequence[str]) -> tuple[int, int]:
    right, found = 0, 0
    for role in roles:
        theirs = gold.entities.get(role, ())
        firsts = [_first(entity, theirs) for entity in predicted.entities.get(role, ())]
        hits = [index for index in firsts if index is not None]
        right, found = right + len(hits), found + len(set(hits))
    return right, found


def _first(entity: Entity, gold: Sequence[Entity]) -> int | None:
    """Return the gold entity that has a mention of this one, the first of the first mention that is in any."""
    return next((index for mention in entity for index, other in enumerate(gold) if mention in other), None)


def _phi3(predicted: Template, gold: Template, roles: Sequence[str]) -> tuple[int, int]:
    common = 0
    for role in roles:
        ours, theirs = (list(map(frozenset, side.entities.get(role, ()))) for side in (predicted, gold))
        shared = np.array([[len(p & g) for g in theirs] for p in ours], dtype=int).reshape(len(ours), len(theirs))
        rows, columns = linear_sum_assignment(shared, maximize=True)
        common += int(shared[rows, columns].sum())
    return common, common


SIMILARITIES: Mapping[str, tuple[_Similarity, Callable[[Entity], int]]] = {
    "subset": (_subset, lambda entity: 1),  # noqa: ARG005 - every entity counts as one
    "phi3": (_phi3, lambda entity: len(set(entity))),
}
"""The ways to compare two templates, and what an entity counts, by name."""
