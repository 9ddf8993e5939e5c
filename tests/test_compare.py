"""Paired comparison: a system does not differ from itself, a better one is called so, errors count the other way."""

from __future__ import annotations

import json
from collections.abc import Callable

from whodid.ontology import DEFAULT
from whodid.types import Prediction
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.evaluation.compare import Comparison, compare, comparison_table
from whodid_training.evaluation.convention import convention_for
from whodid_training.evaluation.evaluation import Setting
from whodid_training.evaluation.figures import HEADLINE

ARTICLES = tuple(
    Article(str(i), "Gunmen seized Ana Ruiz.", (GoldEvent("kidnapping", (GoldEntity("victim", ("Ana Ruiz",)),)),))
    if i % 2
    else Article(str(i), "The harvest was good.")
    for i in range(20)
)
SETTING = Setting("test", len(ARTICLES), convention_for(None), resamples=200)

Oracle = Callable[[Article], Prediction]


def nothing(article: Article) -> Prediction:
    return Prediction(article.text, (), dict.fromkeys(DEFAULT.type_names, 0.0), 1, abstained=False)


def compared(a: Callable[[Article], Prediction], b: Callable[[Article], Prediction]) -> Comparison:
    return compare(ARTICLES, [a(x) for x in ARTICLES], [b(x) for x in ARTICLES], setting=SETTING, names=("a", "b"))


def test_a_system_does_not_differ_from_itself(oracle: Oracle) -> None:
    for one in compared(oracle, oracle).figures:
        assert (one.difference.difference, one.difference.low, one.difference.high) == (0.0, 0.0, 0.0)
        assert one.difference.p_value == 1.0
        assert one.better is None


def test_perfect_answers_are_better_than_none_and_the_reverse(oracle: Oracle) -> None:
    first, second = compared(oracle, nothing), compared(nothing, oracle)
    assert {one.figure.name for one in first.figures} < {figure.name for figure in HEADLINE}
    assert first.figure("types_f1").difference.difference == 1.0
    assert first.figure("types_exact_set").difference.difference == 0.5
    assert (first.figure("types_f1").better, second.figure("types_f1").better) == ("A", "B")
    assert first.figure("types_f1").difference.p_value < 0.05


def test_the_smaller_error_is_the_better(oracle: Oracle) -> None:
    brier = compared(oracle, nothing).figure("types_brier")
    assert brier.difference.difference < 0
    assert brier.better == "A"


def test_the_table_shows_both_systems_and_how_many_figures_tell_them_apart(oracle: Oracle) -> None:
    text = comparison_table(compared(oracle, nothing))
    row = next(line for line in text.splitlines() if line.startswith("Event types: all types together (micro): F1"))
    assert row.split()[-7:] == ["100.0", "0.0", "+100.0", "[+100.0,", "+100.0]", "0.010", "A"]
    same = compared(oracle, oracle)
    assert f"0 of {len(same.figures)} figures tell" in comparison_table(same)


def test_it_can_be_written_as_json(oracle: Oracle) -> None:
    written = json.loads(json.dumps(compared(oracle, nothing).to_dict(), allow_nan=False))
    assert written["figures"]["types_f1"]["better"] == "A"
    assert written["documents"] == 20
