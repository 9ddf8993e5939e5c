"""Which event types an article reports: per type, over the set, and event against no event.

Every article has a set of types, which may be empty. What happens on empty sets: an article with no gold and no
predicted type adds nothing to the counts of any type, counts as right in `exact_set_accuracy` and as a matched item of
`no_event`. A type that never occurs has F1 0 and is left out of `macro_f1`. Further conventions: see `counts`.

>>> gold = [{"attack"}, {"attack", "kidnapping"}, set(), {"bombing"}]
>>> predicted = [{"attack"}, {"kidnapping"}, set(), set()]
>>> result = event_types(predicted, gold, types=("attack", "bombing", "kidnapping", "arson"))
>>> result.of("attack")
PRF(matched=1, n_predicted=1, n_gold=2)
>>> result.micro  # precision 1, recall 1/2
PRF(matched=2, n_predicted=2, n_gold=4)
>>> f"{result.macro_f1:.3f}"  # the mean of 2/3, 0 and 1: arson does not occur
'0.556'
>>> result.exact_set_accuracy  # the first and the third
0.5
>>> result.event
PRF(matched=2, n_predicted=2, n_gold=3)
>>> result.no_event
PRF(matched=1, n_predicted=2, n_gold=1)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from whodid_training.metrics.counts import PRF, LabelScore, Tally, total
from whodid_training.metrics.documents import check_aligned, check_labels

__all__ = ["EventTypeResult", "event_types"]


@dataclass(frozen=True)
class EventTypeResult(Tally):
    """Counts per document and type; `micro` is the type-set micro-average, `n_gold` the support."""

    exact: tuple[bool, ...] = ()
    """For each document, whether the predicted set is the gold set."""
    event_documents: tuple[PRF, ...] = ()
    """For each document, the counts of "reports some event"."""
    no_event_documents: tuple[PRF, ...] = ()
    """For each document, the counts of "reports no event"."""

    @property
    def per_type(self) -> tuple[LabelScore, ...]:
        """Counts of each type over all documents, in the order asked for."""
        return self.per_label

    @property
    def exact_set_accuracy(self) -> float:
        """Share of the documents whose predicted set is the gold set; two empty sets agree."""
        return sum(self.exact) / len(self.exact)

    @property
    def event(self) -> PRF:
        """Documents that report some event, of whatever type."""
        return total(self.event_documents)

    @property
    def no_event(self) -> PRF:
        """Documents that report no event."""
        return total(self.no_event_documents)


def event_types(
    predicted: Sequence[Collection[str]], gold: Sequence[Collection[str]], *, types: Sequence[str]
) -> EventTypeResult:
    """Score the sets of event types; a type listed twice for a document counts once.

    Args:
        predicted: event types of each document.
        gold: the same for gold, in the same order.
        types: the event types to score; documents must not have others.

    Raises:
        DataError: the documents do not align, or an event type is not in `types`.
    """
    check_aligned(predicted, gold)
    check_labels(predicted, types, what="event type", side="predicted")
    check_labels(gold, types, what="event type", side="gold")
    pairs = [(frozenset(p), frozenset(g)) for p, g in zip(predicted, gold, strict=True)]
    return EventTypeResult(
        labels=tuple(types),
        documents=tuple(tuple(_one(name in p, name in g) for name in types) for p, g in pairs),
        exact=tuple(p == g for p, g in pairs),
        event_documents=tuple(_one(bool(p), bool(g)) for p, g in pairs),
        no_event_documents=tuple(_one(not p, not g) for p, g in pairs),
    )


def _one(predicted: bool, gold: bool) -> PRF:
    return PRF(matched=int(predicted and gold), n_predicted=int(predicted), n_gold=int(gold))
