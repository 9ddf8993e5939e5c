"""A list of annotated articles into train, dev and test: names apart, kinds of article spread evenly, always the same.

Rarest kind first: of the kinds of article that are left, the rarest is dealt to the split that lacks most of it
(iterative stratification; Sechidis, Tsoumakas and Vlahavas 2011). What shares a person's full name is dealt as one.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from whodid.errors import DataError
from whodid_training.annotation.articles import GoldArticle
from whodid_training.annotation.names import connected

__all__ = ["MINIMUMS", "SHARES", "kinds_of", "split_articles", "split_sizes"]

SHARES: Mapping[str, float] = {"train": 0.68, "dev": 0.13, "test": 0.19}
"""Share of each split."""
MINIMUMS: Mapping[str, int] = {"train": 420, "dev": 80, "test": 100}
"""Articles that each split of the project's newswire has at least."""

_LONG_WORDS = 400
_Group = tuple[GoldArticle, ...]


def split_sizes(
    number: int, *, shares: Mapping[str, float] = SHARES, minimums: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Round shares to whole articles; what a minimum adds to one split is taken from the largest surpluses.

    >>> split_sizes(100)
    {'train': 68, 'dev': 13, 'test': 19}
    >>> split_sizes(612, minimums={"train": 420, "dev": 80})
    {'train': 420, 'dev': 80, 'test': 112}

    Raises:
        DataError: there are fewer articles than the minimums ask for.
    """
    least = minimums or {}
    if number < sum(least.values()):
        raise DataError(f"{number} articles; the splits need {sum(least.values())}: {dict(least)}")
    sizes = {name: max(round(number * share), least.get(name, 0)) for name, share in shares.items()}
    while sum(sizes.values()) > number:
        sizes[max(sizes, key=lambda name: sizes[name] - least.get(name, 0))] -= 1
    while sum(sizes.values()) < number:
        sizes[min(sizes, key=lambda name: sizes[name] - number * shares[name])] += 1
    return sizes


def kinds_of(article: GoldArticle) -> frozenset[str]:
    """Name the kinds of article that must be spread evenly: its event types, how many events, how long, where from."""
    types = {event.type for event in article.events}
    number = "no event" if not article.events else "three or more events" if len(article.events) > 2 else "few events"
    origin = {f"{key} {article.extra[key]}" for key in ("source", "region") if key in article.extra}
    return frozenset({*types, *origin, number, "long" if len(article.text.split()) > _LONG_WORDS else "short"})


def split_articles(
    articles: Sequence[GoldArticle], *, sizes: Mapping[str, int], seed: int = 0
) -> dict[str, tuple[GoldArticle, ...]]:
    """Deal articles to splits, each split in the order given.

    Args:
        articles: with unique ids.
        sizes: articles per split; exact unless a group of articles with shared names does not fit.
        seed: decides between equals.

    Raises:
        DataError: the sizes do not add up.
    """
    if sum(sizes.values()) != len(articles):
        raise DataError(f"sizes {dict(sizes)} add up to {sum(sizes.values())}; there are {len(articles)} articles")
    groups = list(connected(articles))
    random.Random(seed).shuffle(groups)
    groups.sort(key=len, reverse=True)  # stable: the shuffle decides among groups of a size
    room = dict(sizes)
    total = Counter(kind for article in articles for kind in kinds_of(article))
    lack = {split: {kind: total[kind] * size / len(articles) for kind in total} for split, size in sizes.items()}
    home: dict[str, str] = {}
    while groups:
        kind = _rarest(groups)
        for group in [group for group in groups if any(kind in kinds_of(article) for article in group)]:
            split = _neediest(kind, len(group), room, lack)
            home.update({article.id: split for article in group})
            room[split] -= len(group)
            for other, number in Counter(k for article in group for k in kinds_of(article)).items():
                lack[split][other] -= number
        groups = [group for group in groups if group[0].id not in home]
    return {split: tuple(article for article in articles if home[article.id] == split) for split in sizes}


def _rarest(groups: Sequence[_Group]) -> str:
    left = Counter(kind for group in groups for article in group for kind in kinds_of(article))
    return min(left, key=lambda kind: (left[kind], kind))


def _neediest(kind: str, size: int, room: Mapping[str, int], lack: Mapping[str, Mapping[str, float]]) -> str:
    """Of the splits with room, the one that lacks most of this kind."""
    fitting = [split for split in room if room[split] >= size] or [max(room, key=lambda split: room[split])]
    return max(fitting, key=lambda split: (lack[split][kind], room[split]))
