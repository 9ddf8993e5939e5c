from __future__ import annotations

import pytest

from whodid.errors import DataError
from whodid_training.metrics.counts import PRF, Tally, total


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    counts = PRF(matched=3, n_predicted=4, n_gold=6)
    assert (counts.precision, counts.recall) == (0.75, 0.5)
    assert counts.f1 == pytest.approx(2 * 0.75 * 0.5 / 1.25)


@pytest.mark.parametrize("counts", [PRF(), PRF(0, 2, 0), PRF(0, 0, 2), PRF(0, 2, 2)])
def test_figures_of_empty_sets_are_zero(counts: PRF) -> None:
    assert (counts.precision, counts.recall, counts.f1) == (0.0, 0.0, 0.0)


def test_counts_add_up() -> None:
    assert total([PRF(1, 2, 3), PRF(1, 1, 1)]) == PRF(2, 3, 4)
    assert total([]) == PRF()


@pytest.mark.parametrize("counts", [(2, 1, 3), (2, 3, 1), (-1, 0, 0)])
def test_impossible_counts_are_an_error(counts: tuple[int, int, int]) -> None:
    with pytest.raises(DataError, match="between 0 and the smaller"):
        PRF(*counts)


def test_a_label_that_was_not_scored_is_an_error() -> None:
    with pytest.raises(DataError, match="'weapon' was not scored; allowed: 'victim'"):
        Tally(("victim",), ((PRF(),),)).of("weapon")


def test_the_array_of_a_tally_holds_documents_by_labels_by_counts() -> None:
    tally = Tally(("victim", "weapon"), ((PRF(1, 2, 3), PRF(0, 1, 0)),))
    assert tally.to_array().tolist() == [[[1, 2, 3], [0, 1, 0]]]
