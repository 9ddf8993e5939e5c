from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whodid.errors import InputTypeError
from whodid.model import Model
from whodid.types import Mention, Prediction

PIECES = (
    *("Gunmen", " killed", "\r\n", "\t", "👩‍🚒", "🇲🇱", "e\u0301", "Cafe\u0301", "مقتل", "\u202eשלום"),
    *("’", "“", "\ud83d", "\u0000", "ﬁre", "İstanbul", "ẞ", " "),
)
NASTY = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
ARTICLES = (
    "Gunmen killed two teachers in the village.",
    "",
    " \r\n\t ",
    "Police arrested a journalist. " * 40,
    "JNIM said it kidnapped people in the city " * 3,
    "The bank was robbed.",
)


def mentions(prediction: Prediction) -> list[Mention]:
    return [mention for entity in prediction.entities for mention in entity.mentions]


@pytest.fixture(scope="module", autouse=True)
def _share(tiny_model: Model) -> None:
    MODEL.append(tiny_model)


MODEL: list[Model] = []


@given(NASTY)
@settings(max_examples=150, deadline=None)
def test_mentions_and_evidence_are_the_text_between_their_offsets(text: str) -> None:
    prediction = MODEL[0].predict(text)
    for mention in mentions(prediction):
        assert text[mention.start : mention.end] == mention.text
        assert mention.text.strip() == mention.text != ""
    assert sum(event.main for event in prediction.events) <= 1
    for event in prediction.events:
        assert 1 <= len(event.evidence) <= 3
        assert all(text[one.start : one.end] == one.text for one in event.evidence)
        assert all(0.0 <= link <= 1.0 for link in event.links)
        assert 0.0 <= event.confidence <= prediction.scores[event.type]


def test_the_random_model_finds_mentions_so_that_the_properties_mean_something(tiny_model: Model) -> None:
    predictions = list(tiny_model.predict_many(ARTICLES))
    found = [mentions(prediction) for prediction in predictions]
    assert [bool(of_article) for of_article in found] == [bool(text.strip()) for text in ARTICLES]
    lengths = {len(mention.text.split()) for of_article in found for mention in of_article}
    assert {1, 2, 3} <= lengths  # words
    assert any(prediction.main for prediction in predictions)


@pytest.mark.parametrize("text", ["", " ", "\r\n\t", "\u200b"])
def test_a_blank_article_has_no_events(tiny_model: Model, text: str) -> None:
    prediction = tiny_model.predict(text)
    assert prediction.events == ()
    if not text.strip():
        assert prediction.windows == 0
        assert set(prediction.scores.values()) == {0.0}


@pytest.mark.parametrize("words", [10_000, pytest.param(50_000, marks=pytest.mark.slow)])
def test_an_article_as_long_as_a_book_is_read_to_the_end(tiny_model: Model, words: int) -> None:
    text = "police arrested people in the city and " * (words // 7) + "gunmen"
    prediction = tiny_model.predict(text)
    assert prediction.windows > words // 25
    assert max(mention.end for mention in mentions(prediction)) > len(text) - 200


def test_the_answer_does_not_depend_on_the_batch(tiny_model: Model) -> None:
    alone = [tiny_model.predict(text) for text in ARTICLES]
    for size in (1, 3, 64):
        together = list(tiny_model.predict_many(ARTICLES, batch_size=size))
        assert [mentions(p) for p in together] == [mentions(p) for p in alone]
        assert [p.event_types for p in together] == [p.event_types for p in alone]
        for one, other in zip(together, alone, strict=True):
            assert one.scores == pytest.approx(other.scores, abs=1e-5)


def test_many_articles_stream_in_order(tiny_model: Model) -> None:
    drawn = 0

    def articles() -> Iterator[str]:
        nonlocal drawn
        for drawn in range(1, 100_001):
            yield f"gunmen {drawn}"

    predictions = tiny_model.predict_many(articles(), batch_size=4)
    first = [next(predictions) for _ in range(50)]
    assert [p.text for p in first] == [f"gunmen {n}" for n in range(1, 51)]
    assert drawn < 150


@pytest.mark.parametrize("wrong", [None, b"bytes", 7, ["a list"]])
def test_what_is_not_a_string_is_refused(tiny_model: Model, wrong: object) -> None:
    with pytest.raises(InputTypeError, match="a text must be a string, got"):
        tiny_model.predict(wrong)  # type: ignore[arg-type]


def test_one_string_is_not_many(tiny_model: Model) -> None:
    with pytest.raises(InputTypeError, match=r"Call predict\(text\)"):
        tiny_model.predict_many("one article")


def test_a_batch_holds_at_least_one_window(tiny_model: Model) -> None:
    with pytest.raises(ValueError, match="batch_size is 0"):
        tiny_model.predict_many(["a"], batch_size=0)
