"""Which single answers are right: for every threshold, as many as the alignment of `ceaf` finds."""

from __future__ import annotations

import numpy as np
import pytest

from whodid.errors import DataError
from whodid_training.metrics.ceaf import align
from whodid_training.metrics.outcomes import matching, right


def test_the_surest_of_two_answers_for_one_participant_is_right() -> None:
    matches = matching([("the teacher", "Ruiz"), ("Ana Ruiz",)], [("Ana Ruiz", "Ruiz")], match="overlap")
    assert matches == [[True], [True]]
    assert right([0.4, 0.8], matches) == [False, True]


def test_strict_matching_needs_every_string() -> None:
    assert matching([("the teacher", "Ruiz")], [("Ruiz",)], match="strict") == [[False]]


def test_for_every_k_as_many_are_right_as_can_be_aligned() -> None:
    random = np.random.default_rng(5)
    for _ in range(300):
        matches = random.random((random.integers(1, 7), random.integers(0, 6))) < 0.4
        sure = random.permutation(len(matches)) / 10  # no ties
        verdicts = right(sure.tolist(), matches.tolist())
        for least in sure:
            kept = np.flatnonzero(sure >= least)
            assert sum(verdicts[i] for i in kept) == len(align(matches[kept].tolist()))


def test_each_answer_needs_its_row() -> None:
    with pytest.raises(DataError, match="1 predicted but 2 gold answers"):
        right([0.5], [[True], [False]])
