"""What the faster dtypes change in the answers of the shipped model, on newswire that it was not trained on; slow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import whodid
from whodid.engine import int8
from whodid.engine.dtypes import processor
from whodid.types import Prediction
from whodid_training.gold import read_gold

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
ARTICLES = read_gold(ROOT / "data" / "newswire" / "test.jsonl")
TEXTS = [article.text for article in ARTICLES]
HAS_INT8 = processor().int8 and int8.available()
needs_int8 = pytest.mark.skipif(not HAS_INT8, reason="this processor has no VNNI instructions")


@pytest.fixture(scope="module")
def exact() -> list[Prediction]:
    return list(whodid.load(dtype="float32").predict_many(TEXTS))


def mentions(prediction: Prediction) -> set[tuple[str, int, int]]:
    return {(e.role, m.start, m.end) for e in prediction.entities for m in e.mentions}


def right(predictions: list[Prediction]) -> float:
    """Return the share of articles whose event types are exactly those that people marked."""
    pairs = zip(predictions, ARTICLES, strict=True)
    return sum(set(prediction.event_types) == set(article.event_types) for prediction, article in pairs) / len(TEXTS)


def agreement(left: list[Prediction], right: list[Prediction]) -> dict[str, float]:
    pairs = list(zip(left, right, strict=True))
    both = sum(len(mentions(a) & mentions(b)) for a, b in pairs)
    return {
        "types": sum(set(a.event_types) == set(b.event_types) for a, b in pairs) / len(pairs),
        "mentions": 2 * both / sum(len(mentions(a)) + len(mentions(b)) for a, b in pairs),
        "probability": max(abs(a.scores[name] - b.scores[name]) for a, b in pairs for name in a.scores),
    }


@pytest.mark.parametrize(
    ("dtype", "types", "shared", "probability"),
    [("bfloat16", 0.97, 0.97, 0.05), pytest.param("int8", 0.95, 0.9, 0.2, marks=needs_int8)],
)
def test_a_faster_dtype_gives_the_same_answers_within_its_tolerance(
    exact: list[Prediction], dtype: str, types: float, shared: float, probability: float
) -> None:
    predictions = list(whodid.load(dtype=dtype).predict_many(TEXTS))
    found = agreement(exact, predictions) | {"right": right(predictions), "right in float32": right(exact)}
    print(dtype, found)  # noqa: T201 - figures for the documentation, shown with -s
    assert found["types"] >= types, found
    assert found["mentions"] >= shared, found
    assert found["probability"] <= probability, found
    assert found["right"] >= found["right in float32"] - 0.03, found


def test_the_order_of_articles_changes_no_answer(exact: list[Prediction]) -> None:
    found = agreement(exact, list(whodid.load(dtype="float32").predict_many(TEXTS[::-1]))[::-1])
    assert found["types"] == found["mentions"] == 1.0
    assert found["probability"] < 1e-5


def test_an_article_of_five_megabytes_takes_less_than_one_and_a_half_gibibytes() -> None:
    code = """
import resource, sys
sys.path.insert(0, "benchmarks")
from systems import long_article
import whodid
prediction = next(whodid.load().predict_many([long_article()]))
print(prediction.windows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    environment = {"PYTHONPATH": f"{ROOT / 'inference'}:{ROOT / 'training'}", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    windows, peak = map(int, done.stdout.split())
    assert windows > 2000
    assert peak * (1 if sys.platform == "darwin" else 2**10) < 1.5 * 2**30
