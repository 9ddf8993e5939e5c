"""How far the network is to be trusted on who is whom, fitted on mentions made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from whodid.calibration import Coreference
from whodid.mentions import Found
from whodid.model import Model
from whodid.network import ENTITY_SIZE
from whodid.ontology import DEFAULT
from whodid.types import Mention
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.registry import CORPORA
from whodid_training.develop import DevelopmentSet
from whodid_training.fitting import coreference
from whodid_training.fitting.coreference import fit_coreference, pair_outcomes
from whodid_training.fitting.tables import Rehearsal

TEXT = "The teacher, a farmer, a nurse and a clerk fell. The farmer died."
ARTICLE = Article(
    "a",
    TEXT,
    (
        GoldEvent("attack", (GoldEntity("victim", ("teacher", "farmer")), GoldEntity("victim", ("nurse",)))),
        GoldEvent("bombing", (GoldEntity("victim", ("nurse",)), GoldEntity("perpetrator_individual", ("clerk",)))),
    ),
)


def found(word: str, vector: tuple[float, float], *, last: bool = False) -> Found:
    start = TEXT.rindex(word) if last else TEXT.index(word)
    links = np.zeros(8, np.float32)
    mention = Mention(start, start + len(word), word)
    return Found(mention, False, 0.9, links, np.zeros(2, np.float32), np.array(vector, np.float32), start)


def test_pairs_of_wordings_that_are_gold_are_told_apart() -> None:
    mentions = [
        found("teacher", (1, 0)),
        found("farmer", (3, 1)),
        found("nurse", (0, 5)),
        found("clerk", (7, 7)),  # no victim
        found("farmer", (1, 3), last=True),
    ]
    pairs = [(read, same) for _, read, same in pair_outcomes(mentions, ARTICLE, "victim")]
    assert pairs == [(2.0, True), (0.0, False), (10.0, False)]  # the farmer's vector is (2, 2), the mean of its places


@pytest.mark.parametrize(("says", "trusted"), [(3.0, True), (-3.0, False)], ids=["right", "always wrong"])
def test_a_network_counts_as_far_as_it_was_right(
    tiny_model: Model, monkeypatch: pytest.MonkeyPatch, says: float, trusted: bool
) -> None:
    random = np.random.default_rng(2)
    pairs = [
        (random.normal(2 * same - 1), says * (2 * same - 1) + random.normal(), same) for same in [True, False] * 200
    ]
    monkeypatch.setattr(coreference, "pair_outcomes", lambda *_: pairs)
    monkeypatch.setattr(coreference, "find_mentions", lambda *_: {0: []})
    fitted = fit_coreference(tiny_model, [rehearsal(tiny_model)])
    assert (fitted.read > 0.5) is trusted
    assert fitted.read >= 0.0
    assert fitted.seen > 0.5


def test_pairs_are_those_of_the_mentions_that_the_model_finds(tiny_model: Model) -> None:
    reading = next(iter(tiny_model.read_many([TEXT])))
    roles, words = np.zeros_like(reading.scores.roles), TEXT.replace(",", " ,").replace(".", " .").split()
    roles[..., 0] = 9.0
    vectors = np.zeros((len(words), 1, ENTITY_SIZE), np.float16)
    for word, vector in (("teacher", 3.0), ("farmer", 3.0), ("nurse", -3.0)):
        roles[words.index(word), DEFAULT.role_names.index("victim")] = (-9.0, 9.0, -9.0)
        vectors[words.index(word), 0, 0] = vector
    scores = replace(reading.scores, roles=roles, entities=vectors)
    readings = (replace(reading, scores=scores),) * 30
    fitted = fit_coreference(tiny_model, [Rehearsal(development((ARTICLE,) * 30), readings)])
    assert fitted.read > 0.1


def test_where_no_mention_is_found_nothing_is_fitted(tiny_model: Model) -> None:
    reading = next(iter(tiny_model.read_many([TEXT])))
    roles = np.zeros_like(reading.scores.roles)
    roles[..., 0] = 9.0
    nothing = replace(reading, scores=replace(reading.scores, roles=roles))
    assert fit_coreference(tiny_model, [Rehearsal(development((ARTICLE,)), (nothing,))]) == Coreference()


def rehearsal(model: Model) -> Rehearsal:
    return Rehearsal(development((ARTICLE,)), tuple(model.read_many([TEXT])))


def development(articles: tuple[Article, ...]) -> DevelopmentSet:
    return DevelopmentSet(CORPORA["newswire"], articles, tuple({} for _ in articles))
