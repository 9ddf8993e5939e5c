"""Scoring: perfect answers get 1, the counts of a worked example, and what cannot be scored is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from whodid.errors import DataError
from whodid.ontology import DEFAULT
from whodid.types import Prediction
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.evaluation.convention import Convention, convention_for
from whodid_training.evaluation.figures import HEADLINE, Figure, measure
from whodid_training.evaluation.ruler import WORDS, word_pieces
from whodid_training.evaluation.scoring import score_predictions
from whodid_training.gold import read_gold
from whodid_training.metrics.counts import PRF
from whodid_training.metrics.selective import risk_coverage

SAMPLES = Path(__file__).parents[1] / "data" / "samples" / "gold.jsonl"
FULL = convention_for(None)

Oracle = Callable[[Article], Prediction]


def seizure(key: str = "a") -> Article:
    victim = GoldEntity("victim", ("Ana Ruiz",), named=True)
    gunmen = GoldEntity("perpetrator_individual", ("Gunmen",))
    return Article(key, "Gunmen seized Ana Ruiz.", (GoldEvent("kidnapping", (gunmen, victim)),))


def quiet(key: str = "b") -> Article:
    return Article(key, "The harvest was good.")


def figure(name: str) -> Figure:
    return next(figure for figure in HEADLINE if figure.name == name)


def nothing(article: Article) -> Prediction:
    return Prediction(article.text, (), dict.fromkeys(DEFAULT.type_names, 0.0), 1, abstained=False)


def test_perfect_answers_score_one_and_have_no_error(oracle: Oracle) -> None:
    articles = (seizure(), quiet())
    scored = score_predictions(articles, [oracle(article) for article in articles], convention=FULL)
    for measured in measure(scored, samples=100, seed=0):
        expected = 0.0 if measured.figure.less_is_better else 1.0
        assert measured.interval.estimate == expected, measured.figure.name
    assert not scored.left_out


def test_perfect_answers_to_the_samples_find_every_participant(oracle: Oracle) -> None:
    articles = read_gold(SAMPLES)
    scored = score_predictions(articles, [oracle(article) for article in articles], convention=FULL)
    assert scored.types.micro.f1 == scored.events.micro.f1 == scored.spans.micro.f1 == 1.0
    assert scored.roles["strict"].micro.recall > 0.95  # a description within a name may have no place of its own


def test_the_counts_of_a_worked_example(oracle: Oracle) -> None:
    articles = (seizure(), quiet())
    scored = score_predictions(articles, [nothing(articles[0]), nothing(articles[1])], convention=FULL)
    assert scored.types.micro == PRF(0, 0, 1)
    assert scored.types.exact == (False, True)
    assert scored.roles["strict"].micro == scored.spans.micro == PRF(0, 0, 2)
    assert scored.events.micro == PRF(0, 0, 1)
    assert scored.some_event.correct.tolist() == [False, True]
    assert scored.some_event.confidence.tolist() == [1.0, 1.0]
    assert scored.positions.by_role.total.within.n_gold == 2


def test_what_lies_beyond_the_reading_is_counted_and_not_scored(oracle: Oracle) -> None:
    whole = seizure()
    cut = replace(whole, text="No news.\n\n" + whole.text, events=(), read_until=8)
    answer = oracle(replace(whole, text=cut.text))
    scored = score_predictions([cut], [answer], convention=FULL)
    assert scored.roles["overlap"].micro == PRF(0, 0, 0)
    assert list(scored.left_out.values()) == [2]


def test_gold_that_is_not_in_the_text_is_counted(oracle: Oracle) -> None:
    absent = GoldEntity("victim", ("Eva Paz", "the nun"))
    article = Article("a", "Gunmen fled.", (GoldEvent("kidnapping", (absent,)),))
    scored = score_predictions([article], [nothing(article)], convention=FULL)
    assert sorted(scored.left_out.values()) == [1, 2]
    assert scored.roles["overlap"].micro.n_gold == 0


def test_what_a_corpus_does_not_mark_is_left_out_on_both_sides(oracle: Oracle) -> None:
    only_weapons = Convention("weapons", ("bombing",), ("weapon",), FULL.slots)
    scored = score_predictions([seizure()], [oracle(seizure())], convention=only_weapons)
    assert scored.types.micro == PRF() == scored.roles["strict"].micro


def test_role_fillers_are_victims_by_name_and_one_string_per_participant(oracle: Oracle) -> None:
    unnamed = GoldEntity("victim", ("a nun",), named=False)
    article = Article(
        "a",
        "Ana Ruiz and a nun.",
        (GoldEvent("kidnapping", (GoldEntity("victim", ("Ana Ruiz",), named=True), unnamed)),),
    )
    scored = score_predictions([article], [oracle(article)], convention=convention_for("muc4"))
    assert scored.roles["strict"].micro == PRF(1, 1, 1)


def test_an_event_is_as_sure_as_any_of_the_scored_types_together() -> None:
    scores = {**dict.fromkeys(DEFAULT.type_names, 0.0), "attack": 0.4, "arson": 0.5, "detention": 0.9}
    answer = replace(nothing(quiet()), scores=scores)
    everything = score_predictions([quiet()], [answer], convention=FULL)
    assert everything.some_event.confidence.tolist() == pytest.approx([0.6 * 0.5 * 0.1])  # of "no event"
    without_detention = score_predictions([quiet()], [answer], convention=convention_for("muc4"))
    assert without_detention.some_event.confidence.tolist() == pytest.approx([0.6 * 0.5])


def test_a_prediction_of_another_text_is_refused(oracle: Oracle) -> None:
    with pytest.raises(DataError, match="article 'a' is of another text, which begins 'The harvest"):
        score_predictions([seizure()], [oracle(quiet())], convention=FULL)
    with pytest.raises(DataError, match="1 predicted but 2 gold"):
        score_predictions([seizure(), quiet()], [oracle(seizure())], convention=FULL)
    with pytest.raises(DataError, match="nothing to score"):
        score_predictions([], [], convention=FULL)


def test_an_unknown_corpus_has_no_convention() -> None:
    with pytest.raises(DataError, match="corpus 'muc5' is unknown; allowed: 'muc4'"):
        convention_for("muc5")


def test_figures_have_different_names_and_labels() -> None:
    assert len({figure.name for figure in HEADLINE}) == len(HEADLINE)
    assert len({(figure.group, figure.label) for figure in HEADLINE}) == len(HEADLINE)


def test_risks_of_resamples_are_those_of_the_risk_coverage_curve() -> None:
    rng = np.random.default_rng(3)
    articles = [(seizure, quiet)[rng.integers(2)](str(i)) for i in range(37)]
    answers = [
        replace(nothing(a), scores={name: float(rng.integers(5) / 4) for name in DEFAULT.type_names}) for a in articles
    ]
    scored = score_predictions(articles, answers, convention=FULL)
    statistics = [figure(f"event_{name}").statistic(scored) for name in ("risk", "risk_at_80", "aurc")]
    for _ in range(20):
        drawn = rng.integers(37, size=37)
        curve = risk_coverage(scored.some_event.confidence[drawn], scored.some_event.correct[drawn])
        expected = [curve.at(1.0).risk, curve.at(0.8).risk, curve.area]
        assert [statistic(drawn) for statistic in statistics] == pytest.approx(expected)


def test_rulers_count_words_or_word_pieces(tiny_folder: Path) -> None:
    assert WORDS.position("He said: run", 9) == 3
    pieces = word_pieces(tiny_folder)
    assert pieces.unit == "word pieces"
    assert pieces.position("police said run", 12) == 2
    with pytest.raises(DataError, match="no model folder at"):
        word_pieces(tiny_folder / "nowhere")
