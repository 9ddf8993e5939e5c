"""Which mentions are one participant: grouping by names alone, a pure function without a model.

Two mentions of one role are the same participant if they are the same words in any case, if one is a part of the other
name ("Vargas", "Mario Vargas"), if one is the acronym of the other ("JNIM"), or if one stands in brackets right behind
the other ("Popular Front [FPLN]"). A short form that fits two longer names joins neither. Descriptions ("gunmen", "the
teacher") are joined only with descriptions of the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["NamedSpan", "canonical", "group_mentions"]

_WORD = re.compile(r"\w+")
_LINKING = frozenset(  # words that no name is known by
    "a al and at by da de del di do dos du e el for in la las le los of on the to van von y".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A mention as grouping needs it."""

    text: str
    """The words as printed."""
    named: bool
    """Whether it is a proper name."""
    start: int = 0
    """Character offset in the article."""


def group_mentions(mentions: Sequence[NamedSpan], *, article: str = "") -> list[list[int]]:
    """Group the mentions of one role in one article.

    >>> names = [NamedSpan(t, True) for t in ("Mario Vargas", "Vargas", "VARGAS", "Ana Ruiz")]
    >>> group_mentions(names)
    [[0, 1, 2], [3]]

    Args:
        mentions: in the order of the article.
        article: the text in which they start, for names with another in brackets behind them.

    Returns:
        Indices into `mentions`, each in exactly one group, groups and members in order of appearance.
    """
    keys = [tuple(_WORD.findall(mention.text.casefold())) or (mention.text,) for mention in mentions]
    named = {key for key, mention in zip(keys, mentions, strict=True) if mention.named}
    parent = {key: _longer_form(key, named) if key in named else key for key in keys}
    for outer, inner in _bracketed(mentions, article):
        outer_root, inner_root = _root(keys[outer], parent), _root(keys[inner], parent)
        parent[inner_root] = outer_root
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, key in enumerate(keys):
        groups.setdefault(_root(key, parent), []).append(index)
    return list(groups.values())


def canonical(mentions: Sequence[NamedSpan]) -> str:
    """Choose the mention that says most: a name before a description, then the longest, then the first.

    >>> canonical([NamedSpan("JNIM", True), NamedSpan("Jama'at Nusrat al-Islam wal-Muslimin", True)])
    "Jama'at Nusrat al-Islam wal-Muslimin"
    """
    return max(mentions, key=lambda mention: (mention.named, len(_WORD.findall(mention.text)), len(mention.text))).text


def _longer_form(key: tuple[str, ...], names: set[tuple[str, ...]]) -> tuple[str, ...]:
    longer = [name for name in names if len(name) > len(key) and (_is_part(key, name) or _is_acronym(key, name))]
    tops = [name for name in longer if not any(_is_part(name, other) for other in longer if other != name)]
    return tops[0] if len(tops) == 1 else key


def _is_part(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether `short` begins or ends `long`, by words that carry a name."""
    if all(word in _LINKING for word in short):
        return False
    return long[: len(short)] == short or long[-len(short) :] == short


def _is_acronym(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    if len(short) != 1 or len(short[0]) < 2:
        return False
    initials = ("".join(word[0] for word in long), "".join(word[0] for word in long if word not in _LINKING))
    return short[0] in initials


def _bracketed(mentions: Sequence[NamedSpan], article: str) -> Iterator[tuple[int, int]]:
    """Find neighbours of which the second stands alone in brackets behind the first."""
    for index in range(len(mentions) - 1):
        outer, inner = mentions[index], mentions[index + 1]
        end = inner.start + len(inner.text)
        between = article[outer.start + len(outer.text) : inner.start].strip()
        if (between, article[end : end + 1]) in (("(", ")"), ("[", "]")):
            yield index, index + 1


def _root(key: tuple[str, ...], parent: dict[tuple[str, ...], tuple[str, ...]]) -> tuple[str, ...]:
    while parent[key] != key:
        key = parent[key]
    return key
