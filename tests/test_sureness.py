"""How sure, and whether right: participants and links that can be judged, and those that cannot."""

from __future__ import annotations

import pytest

from whodid.types import Entity, Event, Mention, Prediction
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.registry import CORPORA
from whodid_training.evaluation.convention import Convention
from whodid_training.evaluation.evaluation import Setting, System, evaluate
from whodid_training.evaluation.sureness import entity_outcomes, link_outcomes, type_link_outcomes

TEXT = "gunmen shot Ana Ruiz, the nun; rebels bombed a bank"
FULL, MUC4 = Convention.full(), Convention.of(CORPORA["muc4"])
GOLD = Article(
    "a",
    TEXT,
    (
        GoldEvent(
            "attack",
            (GoldEntity("perpetrator_individual", ("gunmen",)), GoldEntity("victim", ("Ana Ruiz", "the nun"))),
        ),
        GoldEvent("bombing", (GoldEntity("perpetrator_individual", ("rebels",)), GoldEntity("target", ("a bank",)))),
    ),
)


def entity(text: str, role: str, confidence: float, *, named: bool = False) -> Entity:
    slot = {"victim": "victims", "target": "targets"}.get(role, "perpetrators")
    start = TEXT.index(text)
    return Entity(text, role, slot, None, named, confidence, (Mention(start, start + len(text), text),))


GUNMEN, REBELS = (entity(text, "perpetrator_individual", 0.8) for text in ("gunmen", "rebels"))
RUIZ, NUN = entity("Ana Ruiz", "victim", 0.9, named=True), entity("the nun", "victim", 0.6)


def answer(*events: Event) -> Prediction:
    scores = dict.fromkeys(FULL.event_types, 0.3)
    return Prediction(TEXT, events, {**scores, "attack": 0.9}, windows=1, abstained=False)


def test_of_two_answers_for_one_participant_the_surer_is_right() -> None:
    found = entity_outcomes([NUN, RUIZ, GUNMEN], FULL.gold_entities(GOLD), FULL)
    assert found == [(0.6, False), (0.9, True), (0.8, True)]


def test_victims_without_a_name_are_not_judged_where_names_are_scored() -> None:
    assert [sure for sure, _ in entity_outcomes([NUN, RUIZ], MUC4.gold_entities(GOLD), MUC4)] == [0.9]


def test_a_link_is_judged_if_type_and_participant_are_right() -> None:
    bank = entity("bank", "victim", 0.9)  # gold has it in another role
    prediction = answer(
        Event("attack", 0.9, (GUNMEN, REBELS, bank), (0.7, 0.6, 0.5)),
        Event("bombing", 0.8, (GUNMEN,), (0.4,)),
        Event("arson", 0.5, (GUNMEN,), (0.9,)),
    )
    assert sorted(type_link_outcomes(prediction, GOLD, FULL)) == [(0.4, False), (0.6, False), (0.7, True)]
    assert sorted(link_outcomes(prediction, GOLD, FULL)) == [(0.6, False), (0.7, True)]  # of that bombing all is wrong


def test_each_link_is_judged_on_the_gold_event_that_its_event_is() -> None:
    second = GoldEvent("attack", (GoldEntity("victim", ("Eve",)), GoldEntity("perpetrator_individual", ("rebels",))))
    twice = Article("a", TEXT + " and Eve", (*GOLD.events, second))
    prediction = answer(
        Event("attack", 0.9, (REBELS, RUIZ), (0.2, 0.9)),  # Ana Ruiz tells which it is
        Event("attack", 0.8, (REBELS,), (0.7,)),
    )
    assert sorted(link_outcomes(prediction, twice, FULL)) == [(0.2, False), (0.7, True), (0.9, True)]


def test_two_events_of_one_type_ask_for_one_link_to_the_type() -> None:
    prediction = answer(Event("attack", 0.9, (GUNMEN,), (0.2,)), Event("attack", 0.8, (GUNMEN,), (0.7,)))
    assert type_link_outcomes(prediction, GOLD, FULL) == [(0.7, True)]
    assert len(link_outcomes(prediction, GOLD, FULL)) == 1  # the other is no event of gold


def test_an_evaluation_measures_calibration_of_both_and_the_rule_of_abstention() -> None:
    prediction = answer(Event("attack", 0.9, (GUNMEN, RUIZ), (0.7, 0.9)))
    setting = Setting("by hand", 1, FULL, resamples=100)
    found = evaluate([GOLD], [prediction], setting=setting, system=System("me", "made by hand")).to_dict()
    assert found["calibration"]["entities"]["ece"] == pytest.approx(0.15)  # 0.8 and 0.9, both right
    assert found["calibration"]["links"]["ece"] == pytest.approx(0.2)
    assert found["selective"]["by_rule"] == {"coverage": 1.0, "risk": 0.0}
    nobody = evaluate([GOLD], [answer()], setting=setting, system=System("me", "made by hand")).to_dict()
    assert (nobody["calibration"]["entities"], nobody["calibration"]["links"]) == (None, None)
