"""What a corpus must hold, as a table: of which articles at least how many, or which share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from whodid.ontology import DEFAULT
from whodid_training.annotation.measures import WINDOW_PIECES, Facts
from whodid_training.annotation.splits import MINIMUMS

__all__ = ["NEWSWIRE", "QUOTAS", "WORDS", "Quota", "required"]

WORDS = (120, 900)
"""Fewest and most words of an article of the newswire."""


@dataclass(frozen=True, slots=True)
class Quota:
    """One row: at least so many articles are of this kind."""

    name: str
    """What is counted."""
    counts: Callable[[Facts], bool]
    """Whether an article is of the kind."""
    minimum: int = 0
    """Articles at least."""
    share: float = 0.0
    """Share of all articles at least; the larger of the two holds."""


def required(quota: Quota, facts: Sequence[Facts]) -> int:
    """Articles that a quota asks for.

    >>> required(Quota("no event", lambda facts: not facts.types, share=0.25), [])
    0
    """
    return max(quota.minimum, ceil(quota.share * len(facts)))


def _in_split(split: str) -> Callable[[Facts], bool]:
    return lambda facts: facts.split == split


def _of_type(name: str) -> Callable[[Facts], bool]:
    return lambda facts: name in facts.types


_THIN = {"sexual_violence": 30, "forced_work_stoppage": 30}
_PER_TYPE = 40

NEWSWIRE: tuple[Quota, ...] = (
    Quota("articles", lambda facts: True, minimum=sum(MINIMUMS.values())),  # noqa: ARG005 - every one counts
    *(Quota(f"articles in {split}", _in_split(split), minimum=number) for split, number in MINIMUMS.items()),
    Quota(f"{WORDS[0]} to {WORDS[1]} words", lambda facts: WORDS[0] <= facts.words <= WORDS[1], share=1.0),
    Quota("without event", lambda facts: not facts.types, share=1 / 4),
    Quota("with three or more events", lambda facts: len(facts.types) >= 3, share=1 / 5),
    *(Quota(f"with {name}", _of_type(name), minimum=_THIN.get(name, _PER_TYPE)) for name in DEFAULT.type_names),
    Quota(f"over {WINDOW_PIECES} word pieces", lambda facts: facts.long, minimum=200),
    Quota(f"participant first after {WINDOW_PIECES} word pieces", lambda facts: facts.late, minimum=120),
)
"""The quotas of the project's newswire."""

QUOTAS: Mapping[str, tuple[Quota, ...]] = {"newswire": NEWSWIRE, "none": ()}
"""Name -> quotas. A folder is held to those that have its name."""
