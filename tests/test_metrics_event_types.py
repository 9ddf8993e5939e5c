from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from whodid.errors import DataError
from whodid_training.metrics.counts import PRF
from whodid_training.metrics.event_types import event_types

TYPES = ("arson", "attack", "bombing", "robbery")


def random_sets(seed: int, n: int = 60) -> list[set[str]]:
    rng = np.random.default_rng(seed)
    return [{name for name, on in zip(TYPES, row, strict=True) if on} for row in rng.random((n, len(TYPES))) < 0.3]


def indicators(sets: list[set[str]]) -> np.ndarray:
    return np.array([[name in document for name in TYPES] for document in sets], dtype=int)


@pytest.mark.parametrize("seed", range(5))
def test_all_figures_agree_with_scikit_learn(seed: int) -> None:
    predicted, gold = random_sets(seed), random_sets(seed + 100)
    y_pred, y_true = indicators(predicted), indicators(gold)
    result = event_types(predicted, gold, types=TYPES)
    expected = precision_recall_fscore_support(y_true, y_pred, zero_division=0)
    got = np.array([(s.prf.precision, s.prf.recall, s.prf.f1, s.prf.n_gold) for s in result.per_type]).T
    np.testing.assert_allclose(got, np.array(expected, dtype=float))
    assert result.micro.f1 == pytest.approx(f1_score(y_true, y_pred, average="micro"))
    assert result.macro_f1 == pytest.approx(f1_score(y_true, y_pred, average="macro"))
    assert result.exact_set_accuracy == pytest.approx(accuracy_score(y_true, y_pred))
    event_true, event_pred = y_true.any(axis=1), y_pred.any(axis=1)
    assert result.event.f1 == pytest.approx(f1_score(event_true, event_pred))
    assert result.no_event.f1 == pytest.approx(f1_score(~event_true, ~event_pred))


def test_articles_without_events_count_only_in_exact_sets_and_no_event() -> None:
    result = event_types([set(), set()], [set(), set()], types=TYPES)
    assert result.micro == PRF(0, 0, 0)
    assert (result.micro.f1, result.macro_f1, result.event.f1) == (0.0, 0.0, 0.0)
    assert result.exact_set_accuracy == 1.0
    assert result.no_event == PRF(2, 2, 2)


def test_a_type_that_never_occurs_does_not_lower_macro_f1_but_a_spurious_one_does() -> None:
    assert event_types([{"arson"}], [{"arson"}], types=TYPES).macro_f1 == 1.0
    assert event_types([{"arson", "attack"}], [{"arson"}], types=TYPES).macro_f1 == 0.5


def test_a_type_listed_twice_counts_once() -> None:
    assert event_types([["arson", "arson"]], [["arson"]], types=TYPES).micro == PRF(1, 1, 1)


def test_an_unknown_type_is_an_error_with_the_count_and_the_allowed_ones() -> None:
    with pytest.raises(
        DataError, match=r"2 gold event type\(s\) .*'coup' in document 0, 'riot' in document 1; allowed"
    ):
        event_types([set(), set()], [["coup"], ["riot"]], types=TYPES)


def test_documents_that_do_not_align_are_an_error() -> None:
    with pytest.raises(DataError, match="1 predicted but 2 gold documents"):
        event_types([set()], [set(), set()], types=TYPES)
