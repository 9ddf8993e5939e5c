"""Two articles worked through by hand: a kidnapping with or without a bombing, and two robberies by one gang."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer

from whodid.assemble import assemble
from whodid.calibration import Calibration, EntityModel, Line, log_odds
from whodid.decisions import Decisions
from whodid.decode import ArticleScores
from whodid.incidents import BUCKETS
from whodid.ontology import DEFAULT
from whodid.tokens import tokenize
from whodid.types import Prediction

TEXT = "Gunmen abducted Ana Ruiz. Ruiz"
WORDS = ["Gunmen", "abducted", "Ana", "Ruiz", ".", "Ruiz"]
INDIVIDUAL, VICTIM = DEFAULT.role_names.index("perpetrator_individual"), DEFAULT.role_names.index("victim")
KIDNAPPING, BOMBING, ROBBERY = (DEFAULT.type_names.index(name) for name in ("kidnapping", "bombing", "robbery"))

ROBBERIES = "A gang robbed Ada. Then the gang robbed Eva."
GANG, ADA, EVA = (1, 7), 3, 9
"""Words at which they stand."""


def blank(words: int) -> ArticleScores:
    """Scores that find nothing."""
    roles = np.full((words, 5, 3), -4.0, np.float32)
    roles[..., 0] = 4.0
    return ArticleScores(
        roles=roles,
        event_types=np.full(8, -3.0, np.float32),
        links=np.full((words, 5, 8), -3.0, np.float32),
        names=np.full(words, -3.0, np.float32),
        incidents=np.zeros((words, 5, 2), np.float16),
        entities=np.zeros((words, 1, 2), np.float16),
        carried=np.zeros((words, 8), np.float16),
        mains=np.full(8, -3.0, np.float32),
        distance=np.zeros(BUCKETS, np.float32),
    )


def tag(scores: ArticleScores, word: int, role: int, tag: int = 1) -> None:
    scores.roles[word, role] = -4.0
    scores.roles[word, role, tag] = 4.0


@pytest.fixture
def scores() -> ArticleScores:
    found = blank(6)
    for word, role, number in ((0, INDIVIDUAL, 1), (2, VICTIM, 1), (3, VICTIM, 2), (5, VICTIM, 1)):
        tag(found, word, role, number)
    found.links[..., KIDNAPPING] = 3.0
    found.names[[2, 3, 5]] = 3.0
    found.event_types[KIDNAPPING] = 2.0
    return found


@pytest.fixture
def robberies() -> ArticleScores:
    """Ada and Eva were not robbed together; the gang is likely to be of both incidents."""
    found = blank(11)
    for word, role, vector in ((ADA, VICTIM, (3, 0)), (EVA, VICTIM, (-1, 3)), *((w, INDIVIDUAL, (1, 2)) for w in GANG)):
        tag(found, word, role)
        found.incidents[word, role] = vector
    found.links[..., ROBBERY] = 3.0
    found.names[[ADA, EVA]] = 3.0
    found.event_types[ROBBERY] = 2.0
    return found


def judged(
    scores: ArticleScores, tokenizer: Tokenizer, decisions: Decisions | None = None, *, text: str = TEXT
) -> Prediction:
    decisions = decisions or Decisions.neutral(DEFAULT)
    tokens = tokenize(text, tokenizer)
    return assemble(text, tokens, scores, ontology=DEFAULT, decisions=decisions, windows=1)


def names(prediction: Prediction) -> list[list[str]]:
    return [[entity.text for entity in event.entities] for event in prediction.events]


def test_names_are_grouped_and_put_on_their_event(scores: ArticleScores, tokenizer: Tokenizer) -> None:
    prediction = judged(scores, tokenizer)
    assert prediction.event_types == ("kidnapping",)
    (victim,) = prediction.victims
    assert (victim.text, victim.named, [m.text for m in victim.mentions]) == ("Ana Ruiz", True, ["Ana Ruiz", "Ruiz"])
    (gunmen,) = prediction.events[0].perpetrators
    assert (gunmen.text, gunmen.kind, gunmen.named) == ("Gunmen", "individual", False)


def test_a_second_event_gets_only_those_who_are_linked_to_it(scores: ArticleScores, tokenizer: Tokenizer) -> None:
    scores.event_types[BOMBING] = 3.0
    scores.links[[2, 3, 5], VICTIM, BOMBING] = 2.0
    kidnapping, bombing = reversed(judged(scores, tokenizer).events)
    assert (bombing.type, [e.text for e in bombing.entities]) == ("bombing", ["Ana Ruiz"])
    assert (kidnapping.type, [e.text for e in kidnapping.entities]) == ("kidnapping", ["Gunmen", "Ana Ruiz"])


def test_everybody_is_on_the_only_event_even_if_weakly_linked(scores: ArticleScores, tokenizer: Tokenizer) -> None:
    scores.links[:] = -3.0
    assert len(judged(scores, tokenizer).events[0].entities) == 2


@pytest.mark.parametrize(
    ("lone", "on_bombing"),
    [
        (1.0, []),
        (0.3, ["Gunmen", "Ana Ruiz"]),  # 0.38 and 0.31
        (0.35, ["Gunmen"]),
        (0.4, []),
    ],
)
def test_an_event_without_a_victim_or_a_perpetrator_gets_the_likeliest(
    scores: ArticleScores, tokenizer: Tokenizer, lone: float, on_bombing: list[str]
) -> None:
    scores.event_types[BOMBING] = 1.0
    scores.links[:, INDIVIDUAL, BOMBING], scores.links[:, VICTIM, BOMBING] = -0.5, -0.8
    prediction = judged(scores, tokenizer, replace(Decisions.neutral(DEFAULT), lone=lone))
    assert [event.type for event in prediction.events] == ["kidnapping", "bombing"]
    assert names(prediction) == [["Gunmen", "Ana Ruiz"], on_bombing]
    assert all(link < 0.5 for link in prediction.events[1].links)  # and says how likely it is


def test_of_two_likely_ones_a_lone_event_gets_one(scores: ArticleScores, tokenizer: Tokenizer) -> None:
    tag(scores, 0, VICTIM)
    scores.event_types[BOMBING] = 1.0
    scores.links[:, VICTIM, BOMBING] = -0.5
    scores.links[0, VICTIM, BOMBING] = -0.4
    prediction = judged(scores, tokenizer, replace(Decisions.neutral(DEFAULT), lone=0.3))
    assert [entity.text for entity in prediction.events[0].victims] == ["Gunmen", "Ana Ruiz"]
    assert [entity.text for entity in prediction.events[1].entities] == ["Gunmen"]


def test_without_an_event_nobody_is_accused(scores: ArticleScores, tokenizer: Tokenizer) -> None:
    scores.event_types[:] = -2.0
    prediction = judged(scores, tokenizer)
    assert prediction.events == ()
    assert prediction.entities == ()


def test_calibration_softens_probabilities(scores: ArticleScores, tokenizer: Tokenizer) -> None:
    calibration = Calibration(event_types={"kidnapping": Line(scale=0.5)}, links=Line(scale=0.5))
    soft = judged(scores, tokenizer, replace(Decisions.neutral(DEFAULT), calibration=calibration))
    assert soft.scores["kidnapping"] == pytest.approx(1 / (1 + np.exp(-1.0)))
    assert soft.scores["bombing"] == pytest.approx(1 / (1 + np.exp(3.0)))  # has no line of its own
    assert soft.events[0].links == pytest.approx([1 / (1 + np.exp(-1.5))] * 2)


def test_entities_get_their_calibrated_probability_and_need_to_reach_their_threshold(
    scores: ArticleScores, tokenizer: Tokenizer
) -> None:
    model = EntityModel(weights={"mentions": 1.0})  # 1/2 for one mention, 2/3 for two
    decisions = replace(Decisions.neutral(DEFAULT), calibration=Calibration(entities=model))
    gunmen, ruiz = judged(scores, tokenizer, decisions).entities
    assert (gunmen.confidence, ruiz.confidence) == (pytest.approx(1 / 2), pytest.approx(2 / 3))
    strict = replace(decisions, entities=dict.fromkeys(DEFAULT.role_names, 0.6))
    prediction = judged(scores, tokenizer, strict)
    assert [entity.text for entity in prediction.entities] == ["Ana Ruiz"]
    assert prediction.event_types == ("kidnapping",)  # an event needs nobody


@pytest.mark.parametrize(("band", "abstained"), [((0.8, 0.95), True), ((0.2, 0.3), False), ((0.0, 0.0), False)])
def test_the_model_abstains_inside_the_band(
    scores: ArticleScores, tokenizer: Tokenizer, band: tuple[float, float], abstained: bool
) -> None:
    decisions = replace(Decisions.neutral(DEFAULT), abstain_above=band[0], abstain_below=band[1])
    assert judged(scores, tokenizer, decisions).abstained is abstained  # kidnapping has 0.88


def test_the_band_is_of_any_event_and_not_of_the_surest_type(scores: ArticleScores, tokenizer: Tokenizer) -> None:
    scores.event_types[:] = -0.4  # 0.4 for each of eight types: some event is nearly sure
    decisions = replace(Decisions.neutral(DEFAULT), abstain_above=0.2, abstain_below=0.6)
    prediction = judged(scores, tokenizer, decisions)
    assert max(prediction.scores.values()) == pytest.approx(0.4, abs=0.01)
    assert not prediction.abstained
    assert judged(scores, tokenizer, replace(decisions, abstain_below=0.99)).abstained


def test_a_mention_keeps_the_accent_that_combines_with_its_last_letter(tokenizer: Tokenizer) -> None:
    text = "Rene\u0301"
    tokens = tokenize(text, tokenizer)
    scores = blank(1)
    tag(scores, 0, VICTIM)
    scores.event_types[:] = 3.0
    found = assemble(text, tokens, scores, ontology=DEFAULT, decisions=Decisions.neutral(DEFAULT), windows=1)
    assert found.victims[0].text == text


def test_a_mention_that_ends_in_a_hyphen_goes_on_to_the_end_of_the_word(tokenizer: Tokenizer) -> None:
    tokens = tokenize("al-Qaeda came", tokenizer)
    scores = blank(len(tokens.first_pieces))
    tag(scores, 0, INDIVIDUAL)  # "al"
    tag(scores, 1, INDIVIDUAL, 2)  # "-"
    scores.event_types[:] = 8.0
    answer = assemble(
        "al-Qaeda came", tokens, scores, ontology=DEFAULT, decisions=Decisions.neutral(DEFAULT), windows=1
    )
    assert [entity.text for entity in answer.perpetrators] == ["al-Qaeda"]


def test_two_events_of_one_type_have_their_own_victims_and_share_a_gang(
    robberies: ArticleScores, tokenizer: Tokenizer
) -> None:
    prediction = judged(robberies, tokenizer, text=ROBBERIES)
    assert [event.type for event in prediction.events] == ["robbery", "robbery"]
    assert prediction.event_types == ("robbery",)
    assert names(prediction) == [["gang", "Ada"], ["gang", "Eva"]]
    assert [entity.text for entity in prediction.entities] == ["gang", "Ada", "Eva"]
    link, *shared = (1 / (1 + np.exp(-odds)) for odds in (3, 3, 5))
    assert prediction.events[0].links == pytest.approx([link * shared[0], link])  # the gang's is the product
    assert prediction.events[1].links == pytest.approx([link * shared[1], link])


def test_links_to_events_are_calibrated(robberies: ArticleScores, tokenizer: Tokenizer) -> None:
    neutral = Decisions.neutral(DEFAULT)
    softer = replace(neutral, calibration=replace(neutral.calibration, members=Line(scale=0.5, offset=-0.25)))
    plain, soft = (judged(robberies, tokenizer, one, text=ROBBERIES) for one in (neutral, softer))
    assert names(plain) == names(soft)
    for before, after in zip(plain.events, soft.events, strict=True):
        odds = 0.5 * log_odds(before.links) - 0.25
        assert after.links == pytest.approx(1 / (1 + np.exp(-odds)))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"incident": 0.01}, [["gang", "Ada", "Eva"]]),
        ({"joining": 0.01}, [["gang", "Eva"], ["gang", "Ada"]]),  # log-odds 5 with Eva and 3 with Ada
        ({"joining": 0.99}, [["gang", "Eva"], ["Ada"]]),
    ],
)
def test_thresholds_decide_who_is_on_which_incident(
    robberies: ArticleScores, tokenizer: Tokenizer, changes: dict[str, float], expected: list[list[str]]
) -> None:
    robberies.links[list(GANG), INDIVIDUAL, ROBBERY] = 4.0
    decisions = replace(Decisions.neutral(DEFAULT), **changes)  # type: ignore[arg-type]
    assert names(judged(robberies, tokenizer, decisions, text=ROBBERIES)) == expected


def test_the_surest_incident_has_the_confidence_of_its_type_and_the_others_less(
    robberies: ArticleScores, tokenizer: Tokenizer
) -> None:
    robberies.links[ADA, VICTIM, ROBBERY] = 1.0
    robberies.incidents[list(GANG), INDIVIDUAL] = (-1, 3)  # of Eva's robbery alone
    prediction = judged(robberies, tokenizer, text=ROBBERIES)
    assert names(prediction) == [["gang", "Eva"], ["Ada"]]
    sure, weaker = (event.confidence for event in prediction.events)
    assert sure == prediction.scores["robbery"]
    assert weaker == pytest.approx(sure * (1 + np.exp(-3)) / (1 + np.exp(-1)))


def test_the_main_event_is_marked_once_on_the_incident_that_is_told_first(
    robberies: ArticleScores, tokenizer: Tokenizer
) -> None:
    robberies.mains[ROBBERY] = 1.0
    robberies.links[EVA, VICTIM, ROBBERY] = 5.0  # Eva's is the surer one
    prediction = judged(robberies, tokenizer, text=ROBBERIES)
    assert names(prediction) == [["gang", "Eva"], ["gang", "Ada"]]
    assert [event.main for event in prediction.events] == [False, True]
    assert prediction.main is prediction.events[1]


def test_an_article_may_be_about_no_single_event(robberies: ArticleScores, tokenizer: Tokenizer) -> None:
    assert judged(robberies, tokenizer, text=ROBBERIES).main is None
    robberies.mains[KIDNAPPING] = 9.0  # which is not reported
    assert judged(robberies, tokenizer, text=ROBBERIES).main is None
    lenient = replace(Decisions.neutral(DEFAULT), main=0.04)
    assert judged(robberies, tokenizer, lenient, text=ROBBERIES).main is not None


def test_the_main_event_is_of_the_likeliest_type_and_not_of_the_surest(
    scores: ArticleScores, tokenizer: Tokenizer
) -> None:
    scores.event_types[BOMBING] = 9.0
    scores.mains[[KIDNAPPING, BOMBING]] = 3.0, 2.0
    prediction = judged(scores, tokenizer)
    assert prediction.event_types == ("bombing", "kidnapping")
    assert prediction.main is prediction.events[1]


def test_each_incident_points_at_its_own_sentences(robberies: ArticleScores, tokenizer: Tokenizer) -> None:
    ada, eva = judged(robberies, tokenizer, text=ROBBERIES).events
    assert (ada.evidence[0].text, eva.evidence[0].text) == ("A gang robbed Ada.", "Then the gang robbed Eva.")
    robberies.carried[8, ROBBERY] = 9.0  # the second "robbed"
    robberies.carried[2, KIDNAPPING] = 99.0
    for event in judged(robberies, tokenizer, text=ROBBERIES).events:
        assert event.evidence[0].text == "Then the gang robbed Eva."
        assert all(ROBBERIES[one.start : one.end] == one.text for one in event.evidence)


def test_an_event_without_anybody_has_the_confidence_of_its_type_and_evidence(tokenizer: Tokenizer) -> None:
    scores = blank(6)
    scores.event_types[BOMBING] = 2.0
    (event,) = judged(scores, tokenizer).events
    assert (event.entities, event.links) == ((), ())
    assert event.confidence == pytest.approx(1 / (1 + np.exp(-2.0)))
    assert event.evidence[0].text == "Gunmen abducted Ana Ruiz."
