from __future__ import annotations

import pytest

from whodid.errors import DataError
from whodid_training.metrics.counts import PRF, Credit, CreditTally, Tally, total, total_credit


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


def test_credit_has_numerators_of_its_own_for_precision_and_recall() -> None:
    credit = Credit(right=3.0, n_predicted=4, found=1.0, n_gold=4)
    assert (credit.precision, credit.recall) == (0.75, 0.25)
    assert credit.f1 == pytest.approx(2 * 0.75 * 0.25)
    assert (Credit().precision, Credit().recall, Credit().f1) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("counts", [(1.5, 1, 0.0, 2), (0.0, 1, 2.5, 2), (-0.5, 1, 0.0, 2)])
def test_impossible_credit_is_an_error(counts: tuple[float, int, float, int]) -> None:
    with pytest.raises(DataError, match="between 0 and the number of items"):
        Credit(*counts)


def test_a_credit_tally_adds_up_over_documents_and_labels() -> None:
    tally = CreditTally(("a", "b"), ((Credit(1, 1, 0.5, 1), Credit()), (Credit(0, 2, 0, 1), Credit(1, 1, 1, 1))))
    assert tally.of("a") == Credit(1, 3, 0.5, 2)
    assert tally.micro == total_credit(tally.by_document) == Credit(2, 4, 1.5, 3)
    with pytest.raises(DataError, match="'c' was not scored; allowed: 'a' or 'b'"):
        tally.of("c")
