"""What is counted of one article: the facts on which quotas and the table of counts are built."""

from __future__ import annotations

from dataclasses import dataclass

from whodid_training.align import occurrences
from whodid_training.annotation.articles import GoldArticle
from whodid_training.annotation.pieces import Pieces

__all__ = ["WINDOW_PIECES", "Facts", "measure"]

WINDOW_PIECES = 512
"""Word pieces that a reader of one window sees, special tokens not counted."""

_PEOPLE = ("perpetrator_individual", "perpetrator_organization", "victim")


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts of one article."""

    split: str
    """Name of its file, without the suffix."""
    source: str
    """Kind of outlet, "" if it is not said."""
    region: str
    """Part of the world, "" if it is not said."""
    words: int
    """Words of its body, by white space."""
    types: tuple[str, ...]
    """Type of each event."""
    roles: tuple[str, ...]
    """Role of each entity, an entity that is in two events twice."""
    main: bool
    """Whether one event is the main one."""
    long: bool
    """More than `WINDOW_PIECES` word pieces, title included."""
    late: bool
    """A perpetrator or victim is first mentioned after those."""


def measure(article: GoldArticle, *, split: str, pieces: Pieces) -> Facts:
    """Count one article."""
    cut = _cut(article.text, pieces)
    return Facts(
        split=split,
        source=article.extra.get("source", ""),
        region=article.extra.get("region", ""),
        words=len(article.body.split()),
        types=tuple(event.type for event in article.events),
        roles=tuple(entity.role for event in article.events for entity in event.entities),
        main=any(event.main for event in article.events),
        long=cut < len(article.text),
        late=any(first >= cut for first in _firsts(article)),
    )


def _cut(text: str, pieces: Pieces) -> int:
    """Offset at which the first piece beyond the window begins; the text's length if there is none."""
    starts = pieces.starts(text)
    return starts[WINDOW_PIECES] if len(starts) > WINDOW_PIECES else len(text)


def _firsts(article: GoldArticle) -> list[int]:
    """Offset of the first mention of every perpetrator and victim."""
    found = []
    for event in article.events:
        for entity in event.entities:
            starts = [start for mention in entity.mentions for start, _ in occurrences(mention, article.text)]
            if entity.role in _PEOPLE and starts:
                found.append(min(starts))
    return found
