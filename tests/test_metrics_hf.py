from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from whodid.errors import DataError
from whodid_training.metrics import hf

ANA = {"role": "victim", "mentions": ["Ana Ruiz", "Ruiz"]}
BOMB = {"role": "weapon", "mentions": ["car bomb"]}
ATTACK = {"type": "attack", "victims": [["Ana Ruiz"]], "perpetrators": []}

CASES = {
    "CeafRee": ([[{"role": "victim", "mentions": ["Ruiz"]}, BOMB], []], [[ANA], [BOMB]], {"f1": 0.5}),
    "SpanF1": (
        [[{"role": "victim", "start": 0, "end": 4}], []],
        [[{"role": "victim", "start": 0, "end": 4}], [{"role": "weapon", "start": 2, "end": 3}]],
        {"precision": 1.0, "recall": 0.5},
    ),
    "EventTypes": ([["attack"], []], [["attack", "arson"], []], {"recall": 0.5, "exact_set_accuracy": 0.5}),
    "EventF1": ([[ATTACK], []], [[ATTACK], [ATTACK]], {"precision": 1.0, "recall": 0.5}),
    "ExpectedCalibrationError": ([0.75, 0.25], [1, 0], {"ece": 0.25, "brier": 0.0625}),
    "RiskCoverageArea": ([0.9, 0.1], [1, 0], {"area": 0.25, "accuracy_at_90": 0.5}),
}


class Watch:
    """Notes every write and every network call of this process while it is on."""

    def __init__(self) -> None:
        self.on = False
        self.written: list[str] = []
        self.network: list[str] = []
        sys.addaudithook(self.hear)

    def hear(self, event: str, args: tuple) -> None:
        if not self.on:
            return
        if event.startswith("socket."):
            self.network.append(event)
        elif event == "os.mkdir" or (event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
            self.written.append(str(args[0]))


WATCH = Watch()  # audit hooks cannot be taken off again, so there is one for all tests


@pytest.fixture
def watch() -> Iterator[Watch]:
    WATCH.written, WATCH.network, WATCH.on = [], [], True
    yield WATCH
    WATCH.on = False


@pytest.mark.parametrize("name", CASES)
def test_a_metric_computes_offline_and_writes_only_below_its_cache_folder(
    name: str, tmp_path: Path, watch: Watch
) -> None:
    predictions, references, expected = CASES[name]
    scores = getattr(hf, name)(cache_dir=str(tmp_path)).compute(predictions=predictions, references=references)
    watch.on = False
    assert {key: scores[key] for key in expected} == pytest.approx(expected)
    assert watch.network == []
    assert watch.written  # the watch sees something
    assert [path for path in watch.written if not path.startswith(str(tmp_path))] == []
    assert [path for path in tmp_path.rglob("*") if path.suffix == ".arrow"] == []


def test_every_metric_has_a_case_above() -> None:
    assert sorted(CASES) == sorted(hf.__all__)


def test_documents_may_be_added_in_batches(tmp_path: Path) -> None:
    metric = hf.CeafRee(cache_dir=str(tmp_path))
    metric.add_batch(predictions=[[ANA]], references=[[ANA]])
    metric.add_batch(predictions=[[]], references=[[BOMB]])
    assert metric.compute(match="overlap")["recall"] == 0.5


def test_a_document_without_anything_still_counts(tmp_path: Path) -> None:
    scores = hf.EventTypes(cache_dir=str(tmp_path)).compute(predictions=[[]], references=[[]])
    assert scores["exact_set_accuracy"] == 1.0
    assert scores["no_event"]["f1"] == 1.0


def test_an_entity_without_mentions_is_an_error_here_too(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="at least one mention"):
        hf.CeafRee(cache_dir=str(tmp_path)).compute(
            predictions=[[{"role": "victim", "mentions": []}]], references=[[ANA]]
        )
