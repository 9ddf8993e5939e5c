"""How likely two wordings are one participant: a logistic model of a few things that can be seen in the text.

Names are joined by rule (`whodid.entities.names`); this is for descriptions, with each other and with names. The
coefficients are in `weights.json`, fitted by benchmarks/grouping.py on annotated articles.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from whodid.entities.forms import Form, Wordings
from whodid.entities.words import LIGHT

__all__ = ["FEATURES", "Pair", "Weights", "features", "log_odds", "opposed", "weights"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wordings, in order of appearance, and what they stand in."""

    one: Form
    other: Form
    relations: frozenset[str]
    """What stands between them where they are neighbours: see `whodid.entities.gaps`."""
    around: Wordings
    names: int
    """How many wordings are names."""
    with_name: bool
    """Whether one of the two is a name."""
    same_head: bool
    """Whether they are about the same noun, be it one or many."""

    @classmethod
    def of(cls, one: Form, other: Form, relations: frozenset[str], around: Wordings, names: int) -> Pair:
        """Put a pair together."""
        return cls(one, other, relations, around, names, one.proper != other.proper, one.lemma == other.lemma)

    @property
    def name(self) -> Form:
        """The name, if one of them is."""
        return self.one if self.one.proper else self.other

    @property
    def description(self) -> Form:
        """The one that is not a name."""
        return self.other if self.one.proper else self.one


def _contained(pair: Pair) -> bool:
    one, other = set(pair.one.key), set(pair.other.key)
    return pair.same_head and (one <= other or other <= one)


def _shares_word(pair: Pair) -> bool:
    return not pair.same_head and any(word in pair.other.key and word not in LIGHT for word in pair.one.key)


def _head_inside(pair: Pair) -> bool:
    return not pair.same_head and (pair.one.head in pair.other.key or pair.other.head in pair.one.key)


def _contradict(pair: Pair) -> bool:
    return pair.same_head and bool(pair.one.rest - pair.other.rest) and bool(pair.other.rest - pair.one.rest)


def _kin(pair: Pair) -> bool:
    return not pair.with_name and not pair.same_head and not pair.one.kinds.isdisjoint(pair.other.kinds)


def _strangers(pair: Pair) -> bool:
    return not pair.with_name and not pair.same_head and pair.one.kinds.isdisjoint(pair.other.kinds)


def _one_and_many(pair: Pair) -> bool:
    return not pair.with_name and {pair.one.plural, pair.other.plural} == {True, False}


def _man_and_woman(pair: Pair) -> bool:
    return {pair.one.female, pair.other.female} == {True, False}


_BESIDE = ("adjacent", "comma", "apposition")

FEATURES: Mapping[str, Callable[[Pair], float]] = {
    "distance": lambda p: min(1.0, math.log1p(p.one.distance(p.other)) / 9.0),
    "same head": lambda p: p.one.head == p.other.head,
    "same head, one and many": lambda p: p.same_head and p.one.head != p.other.head,
    "one wording is in the other": _contained,
    "words that contradict": _contradict,
    "words in common before the head": lambda p: not p.one.rest.isdisjoint(p.other.rest),
    "a word in common, another head": _shares_word,
    "head inside the other": _head_inside,
    "heads of a kind": _kin,
    "heads of no common kind": _strangers,
    "both who do harm": lambda p: "agent" in p.one.kinds and "agent" in p.other.kinds,
    "one and many": _one_and_many,
    "man and woman": _man_and_woman,
    "a name and a description": lambda p: p.with_name,
    "a name and one": lambda p: p.with_name and p.description.plural is False,
    "a name and many": lambda p: p.with_name and p.description.plural is True,
    "a name and many, of several names": lambda p: p.with_name and p.description.plural is True and p.names > 1,
    "a name beside many": lambda p: (
        p.with_name and p.description.plural is True and not p.relations.isdisjoint(_BESIDE)
    ),
    "a name and some who are counted": lambda p: p.with_name and bool(p.description.counts),
    "counts that agree": lambda p: not p.one.counts.isdisjoint(p.other.counts),
    "counts that differ": lambda p: bool(p.one.counts and p.other.counts) and p.one.counts.isdisjoint(p.other.counts),
    "on different events": lambda p: bool(p.one.events and p.other.events) and p.one.events.isdisjoint(p.other.events),
    "a name, by how often": lambda p: math.log1p(len(p.name.starts)) if p.with_name else 0.0,
    "a name, by how many names": lambda p: math.log1p(p.names) if p.with_name else 0.0,
    "descriptions, by how many": lambda p: 0.0 if p.with_name else math.log1p(len(p.around.forms)),
    "known by name, as far as both": lambda p: min(p.one.named, p.other.named),
    "known by name, as far as they differ": lambda p: abs(p.one.named - p.other.named),
    "adjacent": lambda p: "adjacent" in p.relations,
    "bracket": lambda p: "bracket" in p.relations,
    "comma": lambda p: "comma" in p.relations,
    "comma, two descriptions": lambda p: not p.with_name and not p.relations.isdisjoint(("adjacent", "comma")),
    "apposition": lambda p: "apposition" in p.relations,
    "is": lambda p: "is" in p.relations,
    "and": lambda p: "and" in p.relations,
    "only one is in the title": lambda p: p.one.starts[0] < p.around.title_end <= p.other.starts[0],
    "the later comes in with a": lambda p: p.other.introduced == "a",
    "the later comes in with the": lambda p: p.other.introduced == "the",
    "the later comes in as new": lambda p: p.other.introduced == "new",
    "capitals": lambda p: p.around.capitals,
    "capitals, a name": lambda p: p.around.capitals and p.with_name,
    "capitals, same head": lambda p: p.around.capitals and p.same_head,
}
"""What is looked at, by name."""


@dataclass(frozen=True)
class Weights:
    """The fitted model."""

    bias: float
    """Log-odds of two wordings of which nothing is seen."""
    of: Mapping[str, float]
    """Weight of each of `FEATURES`."""
    join: float
    """Mean probability from which two groups of wordings are one participant."""
    join_capitals: float
    """The same where all is printed in capitals: there names cannot be told from descriptions."""


@cache
def weights() -> Weights:
    """Read the coefficients that come with the package."""
    data = json.loads(files("whodid.entities").joinpath("weights.json").read_text(encoding="utf-8"))
    return Weights(**data)


def opposed(pair: Pair) -> bool:
    """Say whether the two cannot be one: a man and a woman, or one and many in different words."""
    return _man_and_woman(pair) or (_one_and_many(pair) and set(pair.one.key).isdisjoint(pair.other.key))


def features(pair: Pair) -> list[float]:
    """Return what is seen of a pair, in the order of `FEATURES`."""
    return [float(look(pair)) for look in FEATURES.values()]


def log_odds(pair: Pair, fitted: Weights) -> float:
    """Return the log-odds that the two are one participant."""
    return fitted.bias + sum(fitted.of[name] * look(pair) for name, look in FEATURES.items())
