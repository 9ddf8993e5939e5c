"""What the metrics take as a document, and the checks made before anything is scored.

A document is what was predicted for, or marked in, one article: for roles a mapping from role to entities, each a tuple
of its mention strings. Position decides which prediction belongs to which gold; a role that is absent has no entities.

>>> predicted = [{"victim": [("Ana Ruiz",)], "weapon": [("rifle",)]}]
>>> only(predicted, ("victim",))
({'victim': [('Ana Ruiz',)]},)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Sized

from whodid.errors import DataError, one_of

__all__ = ["Entities", "Entity", "check_aligned", "check_entities", "check_labels", "only"]

Entity = tuple[str, ...]
"""One participant: its mention strings, at least one."""

Entities = Mapping[str, Sequence[Entity]]
"""The participants of one document, by role."""

_SHOWN = 3


def only(documents: Iterable[Entities], roles: Collection[str]) -> tuple[Entities, ...]:
    """Keep the entities of `roles` and leave out all others, for corpora that mark only some roles."""
    return tuple({role: document[role] for role in document if role in roles} for document in documents)


def check_aligned(predicted: Sized, gold: Sized, *, what: str = "documents") -> None:
    """Check that both have the same number of documents (or of whatever is scored), and at least one.

    Raises:
        DataError: they do not.
    """
    if len(predicted) != len(gold):
        raise DataError(
            f"{len(predicted)} predicted but {len(gold)} gold {what}: both must list the same {what} in the same "
            "order, with an entry even where there is nothing"
        )
    if not len(gold):
        raise DataError(f"0 {what}: there is nothing to score; give at least one")


def check_labels(
    documents: Sequence[Iterable[str]], labels: Sequence[str], *, what: str, side: str, may_be_none: bool = False
) -> None:
    """Check that documents use no label outside `labels`, so that none is left out of a score unnoticed.

    Args:
        documents: the labels of each document.
        labels: those that are scored.
        what: "role" or "event type", for the message.
        side: "predicted" or "gold", for the message.
        may_be_none: whether there may be no labels; models that only classify have no roles.

    Raises:
        DataError: no labels, a label given twice, or a label in a document that is not scored.
    """
    if (not labels and not may_be_none) or len(set(labels)) != len(labels):
        raise DataError(f"the scored {what}s must be different names, at least one; got {list(labels)!r}")
    known = set(labels)
    unknown = [(i, label) for i, document in enumerate(documents) for label in document if label not in known]
    if unknown:
        shown = ", ".join(f"{label!r} in document {i}" for i, label in unknown[:_SHOWN])
        raise DataError(
            f"{len(unknown)} {side} {what}(s) are not among those scored: {shown}; allowed: {one_of(labels)}. "
            f"Score them too, or leave them out on purpose"
        )


def check_entities(documents: Sequence[Entities], roles: Sequence[str], *, side: str) -> None:
    """Check that every entity is a tuple of at least one string, under a role that is scored.

    Raises:
        DataError: one is not; the first offenders are named.
    """
    check_labels(documents, roles, what="role", side=side, may_be_none=True)
    bad = [
        (i, role, entity)
        for i, document in enumerate(documents)
        for role, entities in document.items()
        for entity in entities
        if not isinstance(entity, tuple) or not entity or not all(isinstance(mention, str) for mention in entity)
    ]
    if bad:
        shown = ", ".join(f"{entity!r} ({role}, document {i})" for i, role, entity in bad[:_SHOWN])
        raise DataError(
            f"{len(bad)} {side} entities are not a tuple of at least one mention string: {shown}; "
            "write ('car bomb',) for an entity with one mention"
        )
