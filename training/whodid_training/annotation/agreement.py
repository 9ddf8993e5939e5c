"""How far two annotators of the same articles agree, in the measures by which a system is scored.

F1 of the one against the other, which is the same in both directions. What is far above it is no longer a measure of
systems: two careful people, or a person and a model, differ as much.
"""

from __future__ import annotations

from collections.abc import Sequence

from whodid.errors import DataError
from whodid.ontology import DEFAULT, Ontology
from whodid_training.article import Article
from whodid_training.evaluation.convention import Convention
from whodid_training.evaluation.views import gold_records
from whodid_training.metrics.ceaf import ceaf_ree
from whodid_training.metrics.counts import PRF
from whodid_training.metrics.event_types import event_types
from whodid_training.metrics.events import event_f1

__all__ = ["agreement"]


def agreement(
    first: Sequence[Article], second: Sequence[Article], *, ontology: Ontology = DEFAULT
) -> tuple[tuple[str, PRF], ...]:
    """Compare two annotations.

    Args:
        first: articles as the first annotator has them.
        second: the same articles, in any order, as the second has them.
        ontology: what they were annotated with.

    Returns:
        Name of each measure, with the counts of the second annotator against the first.

    Raises:
        DataError: an article is in one of them only, or has another text there.
    """
    pairs = _paired(first, second)
    convention = Convention.full(ontology)
    ours, theirs = ([pair[side] for pair in pairs] for side in (0, 1))
    types = event_types(
        *([convention.gold_types(one) for one in side] for side in (theirs, ours)), types=convention.event_types
    )
    people = ceaf_ree(
        *([convention.gold_entities(one) for one in side] for side in (theirs, ours)),
        roles=convention.roles,
        match=convention.match,
    )
    events = event_f1(
        *([gold_records(one, convention) for one in side] for side in (theirs, ours)), types=convention.event_types
    )
    return (
        ("sets of event types", types.micro),
        *(
            (f"event type {score.label}", score.prf)
            for score in types.per_type
            if score.prf.n_gold or score.prf.n_predicted
        ),
        ("some event", types.event),
        ("no event", types.no_event),
        ("participants, by overlap", people.micro),
        *((f"role {score.label}", score.prf) for score in people.per_role),
        ("events with their people", events.micro),
    )


def _paired(first: Sequence[Article], second: Sequence[Article]) -> list[tuple[Article, Article]]:
    others = {article.id: article for article in second}
    alone = {article.id for article in first} ^ set(others)
    if alone:
        raise DataError(
            f"{len(alone)} articles are in one of the files only, such as {min(alone)!r}; "
            "give two annotations of the same articles"
        )
    pairs = [(article, others[article.id]) for article in first]
    changed = [one.id for one, other in pairs if one.text != other.text]
    if changed:
        raise DataError(f"article {changed[0]!r} has another text in the second file; annotate the same text")
    return pairs
