"""What a prediction is made of keeps its own rules."""

from __future__ import annotations

import pytest

from whodid.types import SLOTS, Entity, Event, Mention, Prediction, Sentence

ADA = Entity("Ada", "victim", "victims", None, True, 0.9, (Mention(12, 15, "Ada"),))
GANG = Entity("gang", "perpetrator_individual", "perpetrators", "individual", False, 0.8, (Mention(2, 6, "gang"),))
TEXT = "A gang beat Ada."


@pytest.mark.parametrize("links", [(0.5,), (0.5, 0.5, 0.5)])
def test_an_event_has_one_link_for_each_participant(links: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=f"2 participants have {len(links)} links; give one for each"):
        Event("attack", 0.9, (GANG, ADA), links)


def test_where_no_links_are_given_everybody_is_linked_for_sure() -> None:
    assert Event("attack", 0.9, (GANG, ADA)).links == (1.0, 1.0)
    assert Event("attack", 0.9).links == ()


def test_an_event_knows_its_people_by_slot() -> None:
    event = Event("attack", 0.9, (GANG, ADA), (0.7, 0.6))
    assert (event.perpetrators, event.victims, event.targets, event.weapons) == ((GANG,), (ADA,), (), ())


def test_types_and_people_of_several_incidents_come_once() -> None:
    events = (Event("attack", 0.9, (GANG, ADA)), Event("arson", 0.8, (GANG,)), Event("attack", 0.7, (ADA,), main=True))
    prediction = Prediction(TEXT, events, {"attack": 0.9, "arson": 0.8}, 1, abstained=False)
    assert prediction.event_types == ("attack", "arson")
    assert prediction.entities == (GANG, ADA)
    assert prediction.main is events[2]


def test_two_likely_types_make_an_event_likelier_than_one() -> None:
    both = Prediction(TEXT, (), {"attack": 0.6, "arson": 0.5}, 1, abstained=False)
    assert both.event_probability == pytest.approx(0.8)
    assert Prediction(TEXT, (), {"attack": 0.6, "arson": 0.0}, 1, abstained=False).event_probability == 0.6
    assert Prediction("", (), {}, 0, abstained=False).event_probability == 0.0


def test_the_dictionary_of_an_event_has_its_links_and_its_evidence() -> None:
    event = Event("attack", 0.9, (GANG, ADA), (0.7, 0.6), main=True, evidence=(Sentence(0, 16, TEXT),))
    whole = Prediction(TEXT, (event,), {"attack": 0.9}, 1, abstained=False).to_dict()
    (written,) = whole["events"]
    assert [[one["link"] for one in written[slot]] for slot in SLOTS] == [[0.7], [0.6], [], []]
    assert (written["main"], written["evidence"]) == (True, [{"start": 0, "end": 16, "text": TEXT}])
    assert all("link" not in one for slot in SLOTS for one in whole[slot])  # it would be of no event
