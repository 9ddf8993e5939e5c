"""Where the evidence for each gold item stands, and whether it was found: what a system gains by reading to the end.

A participant stands where its first mention does, an event type where the first participant of its events does. A
participant that is in events of two types counts under both in `by_type_and_role`, and once in `by_role`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from whodid_training.align import occurrences
from whodid_training.article import Article
from whodid_training.evaluation.convention import Convention
from whodid_training.evaluation.ruler import Ruler
from whodid_training.metrics.ceaf import found
from whodid_training.metrics.documents import Entities
from whodid_training.metrics.event_types import EventTypeResult
from whodid_training.metrics.positions import Evidence, PositionTable, recall_by_position

__all__ = ["Positions", "positions"]


@dataclass(frozen=True)
class Positions:
    """Recall by position, three ways."""

    unit: str
    """In what positions are counted."""
    match: str
    """How participants are matched."""
    by_role: PositionTable
    """Participants by role."""
    by_type_and_role: PositionTable
    """Participants by event type and role, such as "attack/victim"; pairs that occur."""
    by_type: PositionTable
    """Event types of articles."""


def positions(
    articles: Sequence[Article],
    gold: Sequence[Entities],
    predicted: Sequence[Entities],
    types: EventTypeResult,
    *,
    convention: Convention,
    ruler: Ruler,
) -> Positions:
    """Place every gold item of every article.

    Args:
        articles: as far as they were read.
        gold: entities by role of each article, by the convention.
        predicted: the same for predictions.
        types: their event types, scored.
        convention: what is scored.
        ruler: how positions are counted.
    """
    fates = found(predicted, gold, roles=convention.roles, match=convention.match)
    roles: list[Evidence] = []
    pairs: list[Evidence] = []
    kinds: list[Evidence] = []
    for article, entities, fate, counts in zip(articles, gold, fates, types.documents, strict=True):
        starts = np.asarray(ruler.starts(article.text))
        for role, verdicts in zip(convention.roles, fate, strict=True):
            for mentions, hit in zip(entities.get(role, ()), verdicts, strict=True):
                place = _place(mentions, article.text, starts)
                roles.append(Evidence(role, place, hit))
                pairs += [Evidence(f"{name}/{role}", place, hit) for name in _types_of(article, role, mentions)]
        kinds += [
            Evidence(name, _place(_strings(article, name), article.text, starts), bool(count.matched))
            for name, count in zip(convention.event_types, counts, strict=True)
            if count.n_gold
        ]
    labels = sorted({item.label for item in pairs}) or ["none"]
    return Positions(
        unit=ruler.unit,
        match=convention.match,
        by_role=recall_by_position(roles, boundary=ruler.boundary, labels=convention.roles),
        by_type_and_role=recall_by_position(pairs, boundary=ruler.boundary, labels=labels),
        by_type=recall_by_position(kinds, boundary=ruler.boundary, labels=convention.event_types),
    )


def _place(mentions: Iterable[str], text: str, starts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int | None:
    firsts = [spans[0][0] for mention in mentions if (spans := occurrences(mention, text))]
    return max(0, int(np.searchsorted(starts, min(firsts), side="right")) - 1) if firsts else None


def _types_of(article: Article, role: str, mentions: Sequence[str]) -> list[str]:
    wanted = {mention.lower() for mention in mentions}
    types = (
        event.type
        for event in article.events
        for entity in event.entities
        if entity.role == role and wanted & {mention.lower() for mention in entity.mentions}
    )
    return list(dict.fromkeys(types))


def _strings(article: Article, event_type: str) -> list[str]:
    return [
        mention
        for event in article.events
        if event.type == event_type
        for entity in event.entities
        for mention in entity.mentions
    ]
