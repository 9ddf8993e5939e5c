from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from whodid.errors import DataError
from whodid_training.article import Article
from whodid_training.corpora import negatives
from whodid_training.corpora.negatives import Source, all_texts, is_alarming, load_negatives

LONG = "The company said that its profit rose again in May because more people bought its bread and its milk than ever"
SPORT = f"The striker shot wide and the attack lost the battle. {LONG}"


def record(key: str, text: str = LONG, title: str = "", **fields: Any) -> dict[str, Any]:
    return {"id": key, "title": title or f"Title of {key}", "text": f"{key} {text}", **fields}


def write(folder: Path, monkeypatch: pytest.MonkeyPatch, *records: dict[str, Any], sample: int = 10) -> Path:
    with gzip.open(folder / "news.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\n" for one in records)
    monkeypatch.setattr(negatives, "SOURCES", (Source("news.jsonl.gz", sample, frozenset({"sport"})),))
    return folder


def loaded_ids(folder: Path) -> list[str]:
    return [article.id for article in load_negatives(folder, "train").articles]


@pytest.mark.parametrize(
    "text",
    [
        "Gunmen fled",
        "He was KILLED",
        "kidnappers",
        "a bombing",
        "the court heard",
        "miners on strike",
        "two arrests",
        "the looters",
        "police said",
        "an arson case",
        "the rapist",
        "a hijacking",
        "a prison term",
        "extortion",
    ],
)
def test_a_word_of_violence_crime_courts_or_strikes_is_alarming(text: str) -> None:
    assert is_alarming(text)


def test_words_that_are_harmless_in_sport_are_alarming_elsewhere(tmp_path: Path) -> None:
    assert [is_alarming(SPORT), is_alarming(SPORT, sport=True)] == [True, False]
    assert is_alarming(f"{SPORT}. He was arrested.", sport=True)


def test_harmless_articles_become_articles_without_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(
        tmp_path,
        monkeypatch,
        record("a", category="business"),
        record("b", SPORT, category="business"),
        record("c", SPORT, category="sport"),
        record("d", "Short."),
    )
    loaded = load_negatives(folder, "train")
    assert loaded.articles == (
        Article("a", f"Title of a\n\na {LONG}"),
        Article("c", f"Title of c\n\nc {SPORT}"),
    )
    assert loaded.dropped == {
        "articles with a word of violence, crime, courts or conflict": 1,
        "articles of fewer than 20 words": 1,
    }


def test_an_article_that_repeats_a_title_or_a_beginning_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same_title = record("b", title="TITLE OF A")
    same_text = {**record("c"), "text": record("a")["text"] + " and more"}
    folder = write(tmp_path, monkeypatch, record("a"), same_title, same_text, record("d"))
    loaded = load_negatives(folder, "train")
    assert [article.id for article in loaded.articles] == ["a", "d"]
    assert loaded.dropped == {"articles that repeat another one's title or beginning": 2}


def test_the_sample_is_the_same_every_time_and_spread_over_categories(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [record(f"{category}-{i}", category=category) for category in ("tech", "food") for i in range(20)]
    first = loaded_ids(write(tmp_path, monkeypatch, *records, sample=6))
    assert set(loaded_ids(write(tmp_path, monkeypatch, *reversed(records), sample=6))) == set(first)
    assert sorted(key.split("-")[0] for key in first) == ["food"] * 3 + ["tech"] * 3
    assert load_negatives(tmp_path, "train").dropped == {"articles that were not drawn": 34}


def test_the_first_topic_stands_for_a_category(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [record(f"{topics[0]}-{i}", topics=topics) for topics in (["corn", "trade"], ["gold"]) for i in range(5)]
    drawn = loaded_ids(write(tmp_path, monkeypatch, *records, sample=2))
    assert sorted(key.split("-")[0] for key in drawn) == ["corn", "gold"]


def test_line_breaks_and_leftovers_of_the_collections_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"bank #39;s earned #36;5\\mln in\nMay &lt;b&gt;now.\n    {LONG}\n Reuter\n\u0003"
    (article,) = load_negatives(write(tmp_path, monkeypatch, record("a", text)), "train").articles
    assert article.text == f"Title of a\n\na bank's earned $5 mln in May now.\n\n{LONG}"


def test_all_texts_are_given_cleaned_whether_they_are_alarming_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path, monkeypatch, record("a", "Gunmen\nfled."), record("b"))
    texts = all_texts(folder, "dev")
    assert {key: found.text for key, found in texts.items()} == {
        "a": "Title of a\n\na Gunmen fled.",
        "b": f"Title of b\n\nb {LONG}",
    }


def test_a_record_without_a_text_is_an_error_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"news.jsonl.gz, line 1: 'text' is None; it is a string"):
        load_negatives(write(tmp_path, monkeypatch, {"id": "a", "title": "T"}), "train")
