"""Victim names: the rules of the authors' scorer, one by one."""

from __future__ import annotations

import random

import pytest

from whodid.errors import DataError
from whodid_training.metrics.counts import PRF, Credit
from whodid_training.metrics.victim_names import victim_names


@pytest.mark.parametrize(
    ("predicted", "gold", "exact", "fuzzy"),
    [
        (["Ana Ruiz"], ["Ana Ruiz"], PRF(1, 1, 1), Credit(1, 1, 1, 1)),
        (["ana ruiz"], ["Ana Ruiz"], PRF(0, 1, 1), Credit(0, 1, 0, 1)),
        (["Dr Ana Ruiz"], ["Ana Ruiz"], PRF(0, 1, 1), Credit(1, 1, 1, 1)),
        (["Ana Ruiz", "Ana Ruiz", "Ruiz"], ["Ana Ruiz"], PRF(1, 1, 1), Credit(1, 1, 1, 1)),
        (["Ruiz", "Ana Ruiz"], ["Ana Ruiz", "Ruiz"], PRF(1, 2, 2), Credit(1, 2, 1, 2)),  # "Ruiz" counts, and is lost
        (["Ana", "Ruiz"], ["Ana Ruiz"], PRF(0, 2, 1), Credit(2, 2, 1, 1)),
        (["Eva Paz"], [], PRF(0, 1, 0), Credit(0, 1, 0, 0)),
        ([], ["Eva Paz", "Eva Paz"], PRF(0, 0, 2), Credit(0, 0, 0, 2)),
        ([" Eva Paz ", ""], ["Eva Paz ", " "], PRF(1, 1, 1), Credit(1, 1, 1, 1)),
    ],
)
def test_names_are_compared_as_the_authors_do(predicted, gold, exact: PRF, fuzzy: Credit) -> None:
    assert victim_names([predicted], [gold]) == ((exact,), (fuzzy,))


def published(predicted: list[str], gold: list[str]) -> tuple[int, int, int]:
    """Predicted names, exact matches and fuzzy matches, step by step as the paper's code goes."""
    names: list[str] = []
    for name in predicted:
        if not [other for other in names if name in other]:
            names.append(name)
    count = len(names)
    kept: list[str] = []
    for name in reversed(names):
        if not [other for other in kept if name in other]:
            kept.append(name)
    exact = len([name for name in kept if name in gold])
    fuzzy = len([name for name in kept if [g for g in gold if name in g or g in name]])
    return count, exact, fuzzy


def test_the_counts_are_those_of_the_published_steps() -> None:
    rng = random.Random(4)
    words = ["Ana", "Ruiz", "Ana Ruiz", "Luis Vega", "Vega", "An", "Eva"]
    for _ in range(500):
        predicted, gold = ([rng.choice(words) for _ in range(rng.randint(0, 5))] for _ in range(2))
        (exact,), (fuzzy,) = victim_names([predicted], [gold])
        assert (exact.n_predicted, exact.matched, fuzzy.right) == published(predicted, gold)
        assert fuzzy.found == min(fuzzy.right, len(gold))


def test_documents_must_align() -> None:
    with pytest.raises(DataError, match="1 predicted but 2 gold"):
        victim_names([[]], [[], []])
