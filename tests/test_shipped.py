"""The shipped model on the project's own development articles; slow, because it reads them several times."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import whodid
from whodid.model import Model
from whodid.types import Prediction
from whodid_training.gold import read_gold

pytestmark = pytest.mark.slow
ARTICLES = read_gold(Path(__file__).parents[1] / "data" / "newswire" / "dev.jsonl")


@pytest.fixture(scope="module")
def model() -> Model:
    return whodid.load()


@pytest.fixture(scope="module")
def predictions(model: Model) -> list[Prediction]:
    return list(model.predict_many(article.text for article in ARTICLES))


def test_every_mention_is_the_text_between_its_offsets(predictions: list[Prediction]) -> None:
    mentions = [(p.text, m) for p in predictions for e in p.entities for m in e.mentions]
    assert len(mentions) > 300
    assert all(text[m.start : m.end] == m.text for text, m in mentions)


@pytest.mark.parametrize(("dtype", "batch_size"), [("float32", 1), ("float32", 7), ("auto", 7)])
def test_the_size_of_a_batch_changes_no_answer(dtype: str, batch_size: int) -> None:
    model = whodid.load(dtype=dtype)
    texts = [article.text for article in ARTICLES]
    for left, right in zip(model.predict_many(texts), model.predict_many(texts, batch_size=batch_size), strict=True):
        assert left.event_types == right.event_types
        assert [e.text for e in left.entities] == [e.text for e in right.entities]
        assert all(math.isclose(left.scores[name], right.scores[name], abs_tol=1e-4) for name in left.scores)


def test_windows_one_by_one_change_scores_by_no_more_than_rounding(model: Model, predictions: list[Prediction]) -> None:
    again = model.predict_many((article.text for article in ARTICLES), batch_size=1)
    for left, right in zip(predictions, again, strict=True):
        assert all(math.isclose(left.scores[name], right.scores[name], abs_tol=0.01) for name in left.scores)


def test_an_article_in_capitals_is_read_much_like_any_other(model: Model, predictions: list[Prediction]) -> None:
    capitals = model.predict_many(article.text.upper() for article in ARTICLES)
    same = sum(
        set(left.event_types) == set(right.event_types) for left, right in zip(predictions, capitals, strict=True)
    )
    assert same >= len(ARTICLES) / 2
