from __future__ import annotations

import pytest

from whodid.errors import DataError
from whodid_training.metrics.ceaf import ceaf_ree, found
from whodid_training.metrics.positions import Evidence, Recall, recall_by_position


def test_the_boundary_itself_lies_beyond() -> None:
    total = recall_by_position([Evidence("a", 511, True), Evidence("a", 512, True)], boundary=512, labels=("a",)).total
    assert (total.within, total.beyond) == (Recall(1, 1), Recall(1, 1))


def test_an_item_without_a_place_is_counted_and_not_dropped() -> None:
    table = recall_by_position([Evidence("a", None, True), Evidence("a", 0, False)], boundary=10, labels=("a",))
    assert table.rows[0].unplaced == Recall(1, 1)
    assert table.rows[0].overall == Recall(1, 2)


def test_labels_may_join_event_type_and_role() -> None:
    labels = ("attack/victim", "arson/target")
    table = recall_by_position([Evidence("arson/target", 3, True)], boundary=10, labels=labels)
    assert [row.label for row in table.rows] == list(labels)
    assert [row.overall.share for row in table.rows] == [0.0, 1.0]


def test_what_ceaf_finds_adds_up_to_its_recall() -> None:
    text = "Ana Ruiz was hit. " + "x" * 100 + " Luis Vega was hit."
    gold, predicted = [{"victim": [("Ana Ruiz",), ("Luis Vega",)]}], [{"victim": [("Luis Vega",), ("x",)]}]
    verdicts = found(predicted, gold, roles=("victim",))[0][0]
    evidence = [
        Evidence("victim", text.index(entity[0]), verdict)
        for entity, verdict in zip(gold[0]["victim"], verdicts, strict=True)
    ]
    total = recall_by_position(evidence, boundary=100, labels=("victim",)).total
    assert (total.within.share, total.beyond.share) == (0.0, 1.0)
    assert total.overall.share == ceaf_ree(predicted, gold, roles=("victim",)).micro.recall


def test_bad_input_is_an_error() -> None:
    with pytest.raises(DataError, match="'b' in document 0"):
        recall_by_position([Evidence("b", 0, True)], boundary=1, labels=("a",))
    with pytest.raises(DataError, match="1 negative positions"):
        recall_by_position([Evidence("a", -1, True)], boundary=1, labels=("a",))
