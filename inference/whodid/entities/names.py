"""Which names are one participant's: short forms, acronyms, titles and slips of spelling, by letters alone.

A short form that fits two longer names joins neither, unless somebody else can tell which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from whodid.entities.forms import Wordings
from whodid.entities.words import LINKING, NOUN_KINDS, TITLES

__all__ = ["join_names"]

Name = tuple[str, ...]
Choose = Callable[[int, Sequence[int]], int | None]
"""Given a short form and the names that it may be short for, as indices of wordings, chooses one of these or none."""

_SLIP = 6
"""Letters from which a word may differ in one and still be the same."""
_MANY = 20
"""A short form that fits more names than this is nobody's."""


def join_names(found: Wordings, choose: Choose | None = None) -> list[int]:
    """Say for each wording which one it is a form of; those that are no names are forms of themselves.

    Args:
        found: the wordings.
        choose: decides on a short form that fits several names; without it, such a form is somebody by itself.

    Returns:
        Indices of wordings; equal for the forms of one name.
    """
    cores: dict[Name, int] = {}
    leader = list(range(len(found.forms)))
    for index, form in enumerate(found.forms):
        if form.proper or form.named >= 0.5:
            leader[index] = cores.setdefault(_core(form.key) if form.proper else form.key, index)
    for name, longer in _longer_forms(list(cores)).items():
        index, fits = cores[name], [cores[one] for one in longer]
        chosen = fits[0] if len(fits) == 1 else choose and choose(index, fits)
        leader[index] = index if chosen is None else chosen
    for index in range(len(leader)):
        leader[index] = _root(index, leader)
    return leader


def _root(index: int, leader: Sequence[int]) -> int:
    while leader[index] != index:
        index = leader[index]
    return index


def _core(key: Name) -> Name:
    """Leave out titles before a name: "rightist deputy Juan Vega" is about Juan Vega."""
    last = max((i for i, word in enumerate(key[:-1]) if word in TITLES or word in NOUN_KINDS), default=-1)
    return key[last + 1 :]


def _longer_forms(names: Sequence[Name]) -> dict[Name, list[Name]]:
    """Map names to the longer names that they may be short for; those short for none, to an earlier spelling."""
    longer: dict[Name, set[Name]] = defaultdict(set)
    known = set(names)
    for name in names:
        for short in _short_forms(name):
            if short in known and short != name:
                longer[short].add(name)
    found: dict[Name, list[Name]] = {}
    for short, candidates in longer.items():
        if len(candidates) > _MANY:
            continue
        tops = [one for one in candidates if not any(one in longer and other in longer[one] for other in candidates)]
        found[short] = sorted(tops)
    for name, earlier in _spellings([name for name in names if name not in found]):
        found[name] = [earlier]
    return found


def _short_forms(name: Name) -> Iterator[Name]:
    """List what a name may be shortened to: its beginnings, its ends, its initials."""
    for cut in range(1, len(name)):
        for part in (name[:cut], name[cut:]):
            if not all(word in LINKING for word in part):
                yield part
    for words in (name, tuple(word for word in name if word not in LINKING)):
        initials = "".join(word[0] for word in words)
        if len(initials) > 1:
            yield (initials,)


def _spellings(names: Sequence[Name]) -> Iterator[tuple[Name, Name]]:
    """Pair a name with an earlier one that differs from it by one letter, dropped or changed, in a long word."""
    seen: dict[tuple[Name, str, Name], Name] = {}
    for name in names:
        patterns = [
            (name[:at], pattern, name[at + 1 :])
            for at, word in enumerate(name)
            if len(word) >= _SLIP
            for pattern in _blurred(word)
        ]
        earlier = next((seen[pattern] for pattern in patterns if pattern in seen), None)
        if earlier is not None:
            yield name, earlier
        for pattern in patterns:
            seen.setdefault(pattern, earlier or name)


def _blurred(word: str) -> Iterator[str]:
    """Yield the word, and with each letter but the first left out; two that share one of these differ little."""
    yield word
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
