"""Full names of invented people, and in which articles they come back.

A model that has seen "Mario Vargas" as a victim in training knows the answer when he comes back in the test, and is
misled if he comes back as a witness: a name is looked for in whole texts, whatever its role there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from whodid_training.annotation.articles import GoldArticle

__all__ = ["connected", "full_names", "is_full_name", "shared_names"]

_ROLES = ("perpetrator_individual", "victim")
_PARTICLES = frozenset(
    ("al", "bin", "da", "das", "de", "del", "den", "der", "di", "dos", "du", "e", "el", "ibn", "la", "le", "van", "von")
) | {"y"}
_NO_FIRST_NAMES = frozenset(
    ("North", "South", "East", "West", "Central", "New", "Sri", "Saudi", "Sierra", "Costa", "World", "United")
)
"""They begin demonyms such as "South African", and organizations such as "World Food Programme"."""
_WORD = re.compile(r"\w+")


def is_full_name(mention: str) -> bool:
    """Tell whether a mention looks like a first and last name: two or more capitalised words, particles between.

    >>> [is_full_name(m) for m in ("Ana Ruiz", "Ana de la Cruz", "Ruiz", "Boko Haram militants", "World Bank")]
    [True, True, False, False, False]
    """
    words = mention.split()
    if len(words) < 2 or words[0] in _NO_FIRST_NAMES:
        return False
    inner = [word for word in words[1:-1] if word not in _PARTICLES]
    return all(word[0].isupper() for word in (words[0], *inner, words[-1]))


def full_names(article: GoldArticle) -> frozenset[str]:
    """Full names of an article's individual perpetrators and victims, white space as single spaces."""
    return frozenset(
        " ".join(mention.split())
        for event in article.events
        for entity in event.entities
        if entity.role in _ROLES
        for mention in entity.mentions
        if is_full_name(mention)
    )


def shared_names(articles: Iterable[GoldArticle]) -> Mapping[str, tuple[str, ...]]:
    """Return the full names of one article that stand in the text of others, each with the articles' ids, in order."""
    articles = tuple(articles)
    names = {tuple(_WORD.findall(name)): name for article in articles for name in sorted(full_names(article))}
    sizes = sorted({len(words) for words in names})
    where: dict[str, list[str]] = defaultdict(list)
    for article in articles:
        words = _WORD.findall(article.text)
        runs = {tuple(words[i : i + size]) for size in sizes for i in range(len(words) - size + 1)}
        for run in sorted(runs & names.keys()):
            where[names[run]].append(article.id)
    return {name: tuple(ids) for name, ids in where.items() if len(ids) > 1}


def connected(articles: Iterable[GoldArticle]) -> tuple[tuple[GoldArticle, ...], ...]:
    """Group articles so that no full name is in two groups; groups and members in the order given."""
    articles = tuple(articles)
    head = {article.id: article.id for article in articles}

    def find(key: str) -> str:
        while head[key] != key:
            key = head[key]
        return key

    for ids in shared_names(articles).values():
        for other in ids[1:]:
            one, two = find(ids[0]), find(other)
            head[two] = one
    groups: dict[str, list[GoldArticle]] = defaultdict(list)
    for article in articles:
        groups[find(article.id)].append(article)
    return tuple(map(tuple, groups.values()))
