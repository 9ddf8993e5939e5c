from __future__ import annotations

import pytest

from whodid.errors import DataError
from whodid_training.metrics.counts import PRF
from whodid_training.metrics.events import EventRecord, event_f1

TYPES = ("attack", "kidnapping")
ANA, LUIS, GANG = (("Ana Ruiz",),), (("Luis Vega",),), (("a gang",), ("the Falcons",))


def micro(predicted: list[EventRecord], gold: list[EventRecord]) -> PRF:
    return event_f1([predicted], [gold], types=TYPES).micro


@pytest.mark.parametrize(
    ("predicted", "gold", "matched"),
    [
        (EventRecord("attack", ANA), EventRecord("attack", (("Ruiz", "the nun"),)), 1),
        (EventRecord("attack", ANA, GANG), EventRecord("attack", LUIS, (("Falcons",),)), 1),  # perpetrators are enough
        (EventRecord("attack", ANA), EventRecord("kidnapping", ANA), 0),
        (EventRecord("attack", ANA), EventRecord("attack", LUIS), 0),
        (EventRecord("attack", ANA), EventRecord("attack", (), ANA), 0),  # a victim is no perpetrator
        (EventRecord("attack"), EventRecord("attack"), 1),
        (EventRecord("attack"), EventRecord("attack", ANA), 0),
        (EventRecord("attack", ANA), EventRecord("attack"), 0),
    ],
)
def test_events_match_by_type_and_a_shared_participant(predicted, gold, matched: int) -> None:
    assert micro([predicted], [gold]) == PRF(matched, 1, 1)


def test_one_predicted_event_finds_one_gold_event_only() -> None:
    both = EventRecord("attack", (*ANA, *LUIS))
    assert micro([both], [EventRecord("attack", ANA), EventRecord("attack", LUIS)]) == PRF(1, 1, 2)


def test_the_alignment_leaves_the_harder_match_to_the_event_that_has_no_other() -> None:
    both, only_ana = EventRecord("attack", (*ANA, *LUIS)), EventRecord("attack", ANA)
    assert micro([both, only_ana], [EventRecord("attack", ANA), EventRecord("attack", LUIS)]) == PRF(2, 2, 2)


def test_counts_are_kept_by_type() -> None:
    result = event_f1([[EventRecord("attack")]], [[EventRecord("kidnapping")]], types=TYPES)
    assert result.of("attack") == PRF(0, 1, 0)
    assert result.of("kidnapping") == PRF(0, 0, 1)


def test_bad_events_are_errors() -> None:
    with pytest.raises(DataError, match="'riot' in document 0"):
        micro([EventRecord("riot")], [])
    with pytest.raises(DataError, match="1 gold entities are not a tuple"):
        micro([], [EventRecord("attack", ((),))])
