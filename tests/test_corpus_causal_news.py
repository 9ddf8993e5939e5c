"""Strikes and protests as contrast: one absence is known of each sentence that is kept, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from whodid.errors import DataError
from whodid_training.article import Article
from whodid_training.corpora.causal_news import load_causal_news
from whodid_training.corpora.registry import CORPORA


def write(folder: Path, *texts: str, head: str = "index,text,label") -> Path:
    lines = [head, *(f'train_{i},"{text}",0' for i, text in enumerate(texts))]
    (folder / "train_subtask1.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    return folder


def test_a_sentence_about_a_strike_becomes_an_article_without_an_event(tmp_path: Path) -> None:
    (article,) = load_causal_news(write(tmp_path, "Nurses went on strike , the union said ."), "train").articles
    assert article == Article("causal-news-train_0", "Nurses went on strike, the union said.")


def test_only_the_absence_of_a_forced_stoppage_is_known() -> None:
    row = CORPORA["causal_news"]
    assert (row.event_types, row.roles) == (("forced_work_stoppage",), ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The bridge opened .", "sentences that name no strike or protest"),
        ("Rebels enforced a strike in the north .", "sentences with a word of force, threat or closing"),
        ("Shops closed as workers marched .", "sentences with a word of force, threat or closing"),
        ("The party called a protest bandh .", "sentences with a word of force, threat or closing"),
        ("Nurses went on strike .", "sentences that come again"),
    ],
)
def test_what_is_not_certain_is_left_out_and_counted(tmp_path: Path, text: str, reason: str) -> None:
    loaded = load_causal_news(write(tmp_path, "Nurses went on strike .", text), "train")
    assert len(loaded.articles) == 1
    assert loaded.dropped == {reason: 1}


def test_a_file_without_the_columns_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train_subtask1.csv: no column 'text' in \['index', 'label'\]"):
        load_causal_news(write(tmp_path, head="index,label"), "train")
