"""Names of victims against the labels of HRDsAttack's authors, as their own scorer compares them.

Ran, Lu, Tetreault, Cahill and Jaimes, "A New Task and Dataset on Detecting Attacks on Human Rights Defenders" (Findings
of EMNLP 2023), by the function evaluate_all of their src/models/utils.py (github.com/dataminr-ai/HRDsAttack). All names
of an article that its annotators listed are gold, also one listed twice or one that is not in the text as spelled.
Predicted names are taken in their order; one that is part of an earlier one is dropped before anything is counted, one
that is part of a later one counts as predicted and cannot match. Case, accents and punctuation count.

- exact: a predicted name is right if it is one of gold's.
- fuzzy: it is right if it is part of a gold name or the other way round, letter by letter. The same numerator is used
  for recall.

Where this differs: where more predicted names than there are gold names are fuzzily right ("Ana", "Ruiz" for "Ana
Ruiz"), the authors' recall exceeds 1; here it stops at the number of gold names in the article.

>>> exact, fuzzy = victim_names([["Ana Ruiz", "Ruiz", "Vega"]], [["Ana Ruiz", "Luis Vega", "Eva Paz"]])
>>> exact  # "Ruiz" is part of "Ana Ruiz"
(PRF(matched=1, n_predicted=2, n_gold=3),)
>>> fuzzy
(Credit(right=2, n_predicted=2, found=2, n_gold=3),)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from whodid_training.metrics.counts import PRF, Credit
from whodid_training.metrics.documents import check_aligned

__all__ = ["victim_names"]


def victim_names(
    predicted: Sequence[Sequence[str]], gold: Sequence[Sequence[str]]
) -> tuple[tuple[PRF, ...], tuple[Credit, ...]]:
    """Score the names of each document's victims; return exact counts and fuzzy credit, by document.

    Args:
        predicted: names in each document, in the order of the article.
        gold: the names that annotators listed, in the same order of documents.

    Raises:
        DataError: the documents do not align.
    """
    check_aligned(predicted, gold)
    pairs = [(_whole(p), [name.strip() for name in g if name.strip()]) for p, g in zip(predicted, gold, strict=True)]
    return tuple(_exact(p, g) for p, g in pairs), tuple(_fuzzy(p, g) for p, g in pairs)


def _whole(names: Iterable[str]) -> list[str]:
    """Leave out empty names and those that are part of an earlier one."""
    kept: list[str] = []
    for name in map(str.strip, names):
        if name and not any(name in other for other in kept):
            kept.append(name)
    return kept


def _longest(names: Sequence[str]) -> list[str]:
    """Leave out those that are part of a later one."""
    return [name for i, name in enumerate(names) if not any(name in other for other in names[i + 1 :])]


def _exact(predicted: Sequence[str], gold: Sequence[str]) -> PRF:
    return PRF(sum(name in gold for name in _longest(predicted)), len(predicted), len(gold))


def _fuzzy(predicted: Sequence[str], gold: Sequence[str]) -> Credit:
    right = sum(any(name in other or other in name for other in gold) for name in _longest(predicted))
    return Credit(right, len(predicted), min(right, len(gold)), len(gold))
