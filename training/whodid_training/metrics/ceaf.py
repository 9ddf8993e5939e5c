r"""CEAF-REE: role-filler entities, aligned one to one with gold. Strict as the field computes it, or by overlap.

Per document and role, mention strings are normalised, each predicted entity may be aligned with at most one gold entity
and the other way round, the alignment with most matches is taken, and counts are added up over documents and roles
(micro). Two ways to match:

- "strict": every mention of the predicted entity is a mention of the gold entity. This is the published CEAF-REE of
  Du et al. (GRIT, 2021), and the only figure to compare with papers.
- "overlap": some mention of one and some mention of the other have the same head word (taken to be the last word), or
  share a word that is neither a function word nor a number.

An entity that takes part in two events of an article must be listed once. Empty sets: see `counts`.

>>> gold = [{"target": [("the grain cooperative building", "grain cooperative offices"), ("water pipes",)]}]
>>> predicted = [{"target": [("grain cooperative building",), ("grain cooperative offices",), ("pipes",)]}]
>>> ceaf_ree(predicted, gold, roles=("target",)).micro  # both offices match, but only one may; "pipes" is not enough
PRF(matched=1, n_predicted=3, n_gold=2)
>>> ceaf_ree(predicted, gold, roles=("target",), match="overlap").micro
PRF(matched=2, n_predicted=3, n_gold=2)
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from whodid.errors import DataError, one_of
from whodid_training.metrics.counts import PRF, LabelScore, Tally
from whodid_training.metrics.documents import Entities, Entity, check_aligned, check_entities

__all__ = ["MATCHES", "CeafResult", "align", "ceaf_ree", "found", "normalise", "overlaps", "within"]

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")

_LIGHT_WORDS = frozenset(
    """
    about after against all and another any as at before behind both by for from her his in into its least less many
    more most near no of on or other others our over several some than that their these this those through to under
    unidentified unknown was were which who whom whose with within without
    one two three four five six seven eight nine ten eleven twelve dozen dozens hundred hundreds thousand thousands
    """.split()  # noqa: SIM905 - a list literal of sixty words would take sixty lines
)
"""Words that two different participants may well have in common; sharing one is no overlap."""


def normalise(mention: str) -> str:
    """Lower the case, delete ASCII punctuation, delete the articles a, an and the, squeeze white space.

    >>> normalise("The  U.S. Embassy's  car-bomb")
    'us embassys carbomb'
    """
    return " ".join(_ARTICLES.sub(" ", mention.lower().translate(_PUNCTUATION)).split())


def within(predicted: Entity, gold: Entity) -> bool:
    """Tell whether all (normalised) mentions of the predicted entity are mentions of the gold one."""
    return set(predicted) <= set(gold)


def overlaps(one: Entity, other: Entity) -> bool:
    """Tell whether two entities (normalised) have a head word in common, or share a telling word, in any mention.

    >>> overlaps(("leftist rebels",), ("fmln", "rebels of the fmln"))
    True
    >>> overlaps(("two soldiers",), ("two civilians",))
    False
    """
    return not _heads(one).isdisjoint(_heads(other)) or not _telling_words(one).isdisjoint(_telling_words(other))


MATCHES: dict[str, Callable[[Entity, Entity], bool]] = {"strict": within, "overlap": overlaps}
"""The ways to match a predicted entity with a gold one, by name."""


@dataclass(frozen=True)
class CeafResult(Tally):
    """Counts per document and role; `micro` and `per_role` are what is reported."""

    match: str = "strict"
    """How entities were matched: one of `MATCHES`."""

    @property
    def per_role(self) -> tuple[LabelScore, ...]:
        """Counts of each role over all documents, in the order asked for."""
        return self.per_label


def ceaf_ree(
    predicted: Sequence[Entities], gold: Sequence[Entities], *, roles: Sequence[str], match: str = "strict"
) -> CeafResult:
    """Score predicted role-filler entities.

    Args:
        predicted: entities by role of each document.
        gold: the same for gold, in the same order.
        roles: the roles to score. Documents must not have others; drop them with `documents.only`.
        match: "strict" or "overlap", see above.

    Raises:
        DataError: the documents do not align, an entity has no mentions, or a role is not in `roles`.
    """
    aligned = _aligned(predicted, gold, roles, match)
    rows = tuple(
        tuple(
            PRF(matched=len(pairs), n_predicted=len(p.get(role, ())), n_gold=len(g.get(role, ())))
            for role, pairs in zip(roles, row, strict=True)
        )
        for p, g, row in zip(predicted, gold, aligned, strict=True)
    )
    return CeafResult(labels=tuple(roles), documents=rows, match=match)


def found(
    predicted: Sequence[Entities], gold: Sequence[Entities], *, roles: Sequence[str], match: str = "strict"
) -> tuple[tuple[tuple[bool, ...], ...], ...]:
    """Tell for each document, role (in the order of `roles`) and gold entity whether `ceaf_ree` counts it as found.

    >>> found([{"victim": [("Ruiz",)]}], [{"victim": [("a nun",), ("Ana Ruiz", "Ruiz")]}], roles=("victim",))
    (((False, True),),)

    Raises:
        DataError: as for `ceaf_ree`.
    """
    aligned = _aligned(predicted, gold, roles, match)
    return tuple(
        tuple(
            tuple(k in {column for _, column in pairs} for k in range(len(g.get(role, ()))))
            for role, pairs in zip(roles, row, strict=True)
        )
        for g, row in zip(gold, aligned, strict=True)
    )


def align(matches: Sequence[Sequence[bool]]) -> tuple[tuple[int, int], ...]:
    """Pair rows with columns one to one, so that as many pairs as possible match; return the matching pairs.

    >>> align([[True, True], [True, False]])
    ((0, 1), (1, 0))
    """
    if not matches or not matches[0]:
        return ()
    rows, columns = linear_sum_assignment(np.array(matches, dtype=float), maximize=True)
    return tuple((int(i), int(j)) for i, j in zip(rows, columns, strict=True) if matches[i][j])


def _aligned(
    predicted: Sequence[Entities], gold: Sequence[Entities], roles: Sequence[str], match: str
) -> list[list[tuple[tuple[int, int], ...]]]:
    """Check the input; return the aligned pairs of each document and role."""
    if match not in MATCHES:
        raise DataError(f"match={match!r} is not known; allowed: {one_of(MATCHES)}")
    check_aligned(predicted, gold)
    check_entities(predicted, roles, side="predicted")
    check_entities(gold, roles, side="gold")
    return [
        [_pairs(p.get(role, ()), g.get(role, ()), MATCHES[match]) for role in roles]
        for p, g in zip(predicted, gold, strict=True)
    ]


def _pairs(
    predicted: Sequence[Entity], gold: Sequence[Entity], matches: Callable[[Entity, Entity], bool]
) -> tuple[tuple[int, int], ...]:
    ours = [tuple(normalise(mention) for mention in entity) for entity in predicted]
    theirs = [tuple(normalise(mention) for mention in entity) for entity in gold]
    return align([[matches(p, g) for g in theirs] for p in ours])


def _heads(entity: Entity) -> set[str]:
    return {mention.split()[-1] for mention in entity if mention}


def _telling_words(entity: Entity) -> set[str]:
    words = {word for mention in entity for word in mention.split()}
    return {word for word in words if word not in _LIGHT_WORDS and not word.isdigit()}
