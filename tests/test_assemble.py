"""One article worked through by hand: "Gunmen abducted Ana Ruiz. Ruiz" with events kidnapping and bombing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer

from whodid.assemble import assemble
from whodid.calibration import Calibration, EntityModel, Line
from whodid.decisions import Decisions
from whodid.decode import ArticleScores
from whodid.ontology import DEFAULT
from whodid.tokens import tokenize
from whodid.types import Prediction

TEXT = "Gunmen abducted Ana Ruiz. Ruiz"
WORDS = ["Gunmen", "abducted", "Ana", "Ruiz", ".", "Ruiz"]
INDIVIDUAL, VICTIM = DEFAULT.role_names.index("perpetrator_individual"), DEFAULT.role_names.index("victim")
KIDNAPPING, BOMBING = DEFAULT.type_names.index("kidnapping"), DEFAULT.type_names.index("bombing")


@pytest.fixture
def scores() -> ArticleScores:
    roles = np.full((6, 5, 3), -4.0, np.float32)
    roles[..., 0] = 4.0
    for word, role, tag in ((0, INDIVIDUAL, 1), (2, VICTIM, 1), (3, VICTIM, 2), (5, VICTIM, 1)):
        roles[word, role] = [-4.0, -4.0, -4.0]
        roles[word, role, tag] = 4.0
    links = np.full((6, 5, 8), -3.0, np.float32)
    links[..., KIDNAPPING] = 3.0
    names = np.array([-3, -3, 3, 3, -3, 3], np.float32)
    event_types = np.full(8, -3.0, np.float32)
    event_types[KIDNAPPING] = 2.0
    return ArticleScores(roles, event_types, links, names)


def judged(scores: ArticleScores, tokenizer: Tokenizer, decisions: Decisions | None = None) -> Prediction:
    decisions = decisions or Decisions.neutral(DEFAULT)
    tokens = tokenize(TEXT, tokenizer)
    return assemble(TEXT, tokens, scores, ontology=DEFAULT, decisions=decisions, windows=1)


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


def test_a_mention_keeps_the_accent_that_combines_with_its_last_letter(tokenizer: Tokenizer) -> None:
    text = "Rene\u0301"
    tokens = tokenize(text, tokenizer)
    roles = np.zeros((1, 5, 3), np.float32)
    roles[0, VICTIM, 1] = 9.0
    roles[0, :VICTIM, 0] = roles[0, VICTIM + 1 :, 0] = 9.0
    scores = ArticleScores(roles, np.full(8, 3.0, np.float32), np.zeros((1, 5, 8), np.float32), np.ones(1, np.float32))
    found = assemble(text, tokens, scores, ontology=DEFAULT, decisions=Decisions.neutral(DEFAULT), windows=1)
    assert found.victims[0].text == text


def test_a_mention_that_ends_in_a_hyphen_goes_on_to_the_end_of_the_word(tokenizer: Tokenizer) -> None:
    tokens = tokenize("al-Qaeda came", tokenizer)
    roles = np.zeros((len(tokens.first_pieces), 5, 3), np.float32)
    roles[..., 0] = 8.0
    roles[:2, INDIVIDUAL] = [[0.0, 8.0, 0.0], [0.0, 0.0, 8.0]]  # "al" and "-"
    evidence, links = np.full(8, 8.0, np.float32), np.zeros((len(roles), 5, 8), np.float32)
    scores = ArticleScores(roles, evidence, links, np.zeros(len(roles), np.float32))
    answer = assemble(
        "al-Qaeda came", tokens, scores, ontology=DEFAULT, decisions=Decisions.neutral(DEFAULT), windows=1
    )
    assert [entity.text for entity in answer.perpetrators] == ["al-Qaeda"]
