"""Lines of gold files with everything that they say: read, written, and put together again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from whodid.errors import DataError
from whodid_training.annotation.articles import (
    GoldArticle,
    about,
    from_parts,
    from_record,
    gold_record,
    read_articles,
    write_articles,
)
from whodid_training.article import GoldEntity, GoldEvent
from whodid_training.gold import read_gold

LINE: dict[str, Any] = {
    "id": "a1",
    "title": "Two held",
    "date": "2021-03-04",
    "source": "agency wire",
    "region": "West Africa",
    "text": "Gunmen seized Ana Ruiz. 😔\r\nNo more is known.",
    "events": [
        {
            "type": "kidnapping",
            "main": True,
            "perpetrators": [{"kind": "individual", "mentions": ["Gunmen"]}],
            "victims": [{"mentions": ["Ana Ruiz"]}],
            "targets": [],
            "weapons": [],
        }
    ],
}


def test_a_line_survives_being_read_and_written() -> None:
    assert gold_record(from_record(LINE)) == LINE
    named = {**LINE, "victim_names": ["Ana Ruiz"]}
    assert gold_record(from_record(named)) == named
    assert gold_record(from_record({"id": "b", "text": "Rain.", "events": []})) == {
        "id": "b",
        "text": "Rain.",
        "events": [],
    }


def test_the_text_is_title_blank_line_and_body() -> None:
    assert from_record(LINE).text == f"Two held\n\n{LINE['text']}"
    assert from_record({**LINE, "title": ""}).text == LINE["text"]


def test_a_file_survives_being_written_and_read_and_scoring_reads_the_same_articles(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    articles = (from_record(LINE), from_record({**LINE, "id": "a2", "read_until": 35}))
    write_articles(path, articles)
    assert read_articles(path) == articles
    assert [(a.id, a.text, a.events, a.read_until) for a in read_gold(path)] == [
        (a.id, a.text, a.events, a.read_until) for a in articles
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "record 'a1': key 'colour' is unknown; allowed: 'id', 'title'"),
        ({"id": 7}, "'id' is 7; it is a string"),
        ({"text": " "}, "'text' is ' '; a gold file holds its texts"),
        ({"date": 2021}, "'date' is 2021; it is a string, or absent"),
        ({"read_until": True}, "'read_until' is True; it counts characters"),
        ({"events": [{"type": "picnic"}]}, "type 'picnic' is unknown"),
    ],
)
def test_a_broken_line_is_refused_with_what_is_allowed(change: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError) as error:
        from_record({**LINE, **change})
    assert message in str(error.value)


def test_a_broken_file_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "text": "Rain.", "events": []}\n{"id": "b", "events": []}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"gold.jsonl, line 2: 'text' is None"):
        read_articles(path)


def test_an_article_is_put_together_from_its_whole_text_and_what_was_kept() -> None:
    article = from_record(LINE)
    assert from_parts(article.id, article.text, article.events, about(article)) == article


def test_a_title_that_the_text_does_not_begin_with_is_not_believed() -> None:
    events = (GoldEvent("arson", (GoldEntity("weapon", ("torch",)),), main=False),)
    assert from_parts("x", "A torch.", events, {"title": "Fire", "date": 7}) == GoldArticle("x", "A torch.", events)
