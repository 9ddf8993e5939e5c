"""Mention-level strict span F1: a predicted span is right if role, start and end are those of a gold span.

This is the strict mode of seqeval for IOB2 tags, computed on the spans themselves: boundaries one character off are
wrong, a right span with the wrong role is wrong, there is no partial credit. Unlike tags, spans may nest or overlap;
a span listed twice for a document counts once, since tags could not hold it twice. Empty sets: see `counts`.

>>> gold = [{("victim", 0, 8), ("weapon", 20, 25)}]
>>> predicted = [{("victim", 0, 8), ("weapon", 18, 25), ("target", 0, 8)}]
>>> result = span_f1(predicted, gold, roles=("victim", "weapon", "target"))
>>> result.micro  # the second starts too early, the third has the wrong role
PRF(matched=1, n_predicted=3, n_gold=2)
>>> result.of("victim").f1
1.0
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from whodid.errors import DataError
from whodid_training.metrics.counts import PRF, Tally
from whodid_training.metrics.documents import check_aligned, check_labels

__all__ = ["Span", "span_f1"]

Span = tuple[str, int, int]
"""Role, and character offsets: start inclusive, end exclusive."""

_SHOWN = 3


def span_f1(predicted: Sequence[Collection[Span]], gold: Sequence[Collection[Span]], *, roles: Sequence[str]) -> Tally:
    """Score predicted spans; `micro` is the headline, `per_label` has the roles.

    Args:
        predicted: spans of each document.
        gold: the same for gold, in the same order.
        roles: the roles to score; documents must not have others.

    Raises:
        DataError: the documents do not align, a role is not in `roles`, or a span is empty or negative.
    """
    check_aligned(predicted, gold)
    for side, documents in (("predicted", predicted), ("gold", gold)):
        check_labels(
            [[role for role, _, _ in spans] for spans in documents], roles, what="role", side=side, may_be_none=True
        )
        _check_offsets(documents, side=side)
    pairs = [(frozenset(p), frozenset(g)) for p, g in zip(predicted, gold, strict=True)]
    return Tally(tuple(roles), tuple(tuple(_count(p, g, role) for role in roles) for p, g in pairs))


def _count(predicted: frozenset[Span], gold: frozenset[Span], role: str) -> PRF:
    ours = {span for span in predicted if span[0] == role}
    theirs = {span for span in gold if span[0] == role}
    return PRF(len(ours & theirs), len(ours), len(theirs))


def _check_offsets(documents: Sequence[Collection[Span]], *, side: str) -> None:
    bad = [(i, span) for i, spans in enumerate(documents) for span in spans if not 0 <= span[1] < span[2]]
    if bad:
        shown = ", ".join(f"{span!r} in document {i}" for i, span in bad[:_SHOWN])
        raise DataError(f"{len(bad)} {side} spans break 0 <= start < end: {shown}")
