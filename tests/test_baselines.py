"""Baselines: each answers with predictions like a model's, from examples that a reader can check."""

from __future__ import annotations

import doctest

import pytest

from whodid.errors import DataError
from whodid.ontology import DEFAULT
from whodid_training.article import Article, GoldEvent
from whodid_training.evaluation.baselines import keywords, nothing, tfidf
from whodid_training.evaluation.baselines.floors import run_floors
from whodid_training.evaluation.convention import convention_for

TYPES = DEFAULT.type_names


@pytest.mark.parametrize("module", [keywords, nothing, tfidf])
def test_the_worked_examples_of_the_docstrings_run(module: object) -> None:
    results = doctest.testmod(module)  # type: ignore[arg-type]
    assert results.attempted > 0
    assert results.failed == 0


def test_the_lexicon_covers_the_ontology() -> None:
    assert set(keywords.STEMS) == set(TYPES)


def test_keywords_find_people_with_all_their_mentions_at_their_places() -> None:
    text = "GUNMEN came. The gunmen shot dead two; Ana Ruiz was killed with a car bomb."
    found = keywords.read_keywords(text, event_types=TYPES, roles=DEFAULT.role_names)
    assert found.event_types == ("attack", "bombing")
    assert [len(entity.mentions) for entity in found.perpetrators] == [2]
    assert [entity.text for entity in found.victims] == ["Ana Ruiz"]
    assert [entity.text for entity in found.weapons] == ["car bomb"]
    for entity in found.entities:
        for mention in entity.mentions:
            assert text[mention.start : mention.end] == mention.text


def test_keywords_answer_only_what_is_asked_for() -> None:
    found = keywords.read_keywords("Gunmen bombed a bank.", event_types=("bombing",), roles=("weapon",))
    assert set(found.scores) == {"bombing"}
    assert found.entities == ()
    assert keywords.read_keywords("", event_types=TYPES, roles=()).windows == 0


def articles(number: int) -> list[Article]:
    return [
        Article(str(i), f"The rebels abducted a priest in town {i % 3}.", (GoldEvent("kidnapping"),))
        if i % 2
        else Article(str(i), f"The team won the cup in town {i % 3}.")
        for i in range(number)
    ]


def test_tfidf_learns_types_and_never_reports_one_that_it_has_not_seen() -> None:
    fitted = tfidf.fit_tfidf(articles(40), event_types=TYPES, seed=0)
    taken, won = fitted.predict_many(["A priest was abducted.", "They won the cup."])
    assert taken.event_types == ("kidnapping",)
    assert won.event_types == ()
    assert set(taken.scores) == set(TYPES)
    assert taken.scores["arson"] == 0.0
    assert taken.entities == ()


def test_tfidf_needs_enough_articles() -> None:
    with pytest.raises(DataError, match="4 articles to train TF-IDF on; give at least 5"):
        tfidf.fit_tfidf(articles(4), event_types=TYPES, seed=0)


def test_all_floors_answer_every_article_and_tfidf_only_if_it_has_been_taught() -> None:
    convention = convention_for(None)
    taught = run_floors(articles(6), convention=convention, train=articles(20), seed=0)
    assert [floor.system.name for floor in taught] == ["nothing", "keywords", "TF-IDF"]
    assert {len(floor.predictions) for floor in taught} == {6}
    assert len(run_floors(articles(6), convention=convention, train=None, seed=0)) == 2
