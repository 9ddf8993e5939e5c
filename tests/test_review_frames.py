"""Archives as tables: every article is counted, dates are found by id, and no cell runs in a spreadsheet."""

from __future__ import annotations

import csv
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from whodid.archive import predict_archive
from whodid.errors import ArchiveError, DataError, MissingExtraError
from whodid.ontology import DEFAULT
from whodid.types import Entity, Event, Mention, Prediction
from whodid_training.review.browser import review
from whodid_training.review.frames import (
    article_frame,
    event_frame,
    frequent_perpetrators,
    months,
    participant_frame,
    read_dates,
    safe_cell,
    write_csv,
)
from whodid_training.review.tables import error_counts, error_table


def accused(name: str, *, named: bool = True, kind: str = "organization") -> Entity:
    return Entity(name, f"perpetrator_{kind}", "perpetrators", kind, named, 0.75, (Mention(0, 1, "x"),))


VICTIM = Entity("Ana Ruiz", "victim", "victims", None, True, 0.9, (Mention(0, 1, "x"), Mention(2, 3, "x")))

ARTICLES: dict[str, list[Event]] = {
    "a": [Event("kidnapping", 0.91, (accused("The Red Front"), VICTIM)), Event("arson", 0.4, (accused("Mob"),))],
    "b": [Event("kidnapping", 0.8, (accused("Red Front"), accused("gunmen", named=False, kind="individual")))],
    "c": [Event("kidnapping", 0.7, (accused("Red Front"), accused("=cmd")))],
    "d": [],
}
DATES = {"a": "2024-01-30", "b": "2024-03", "c": "30 January 2024", "d": "2024-03-02T10:00"}


@pytest.fixture
def events_file(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        for name, events in ARTICLES.items():
            scores = {**dict.fromkeys(DEFAULT.type_names, 0.01), **{event.type: event.confidence for event in events}}
            prediction = Prediction("x x", tuple(events), scores, 1, abstained=name == "d")
            lines.write(json.dumps({"id": name, "source": "x", "line": 1, **prediction.to_dict()}) + "\n")
    return path


def test_one_row_for_each_article_with_or_without_events(events_file: Path) -> None:
    table = article_frame(events_file, dates=DATES)
    assert table["id"].tolist() == ["a", "b", "c", "d"]
    assert table["event_types"].tolist() == ["kidnapping; arson", "kidnapping", "kidnapping", ""]
    assert table["month"].tolist() == ["2024-01", "2024-03", "no date", "2024-03"]
    assert table["any_event"].tolist() == pytest.approx([0.9492, 0.8136, 0.7204, 0.0773], abs=1e-4)
    assert table["undecided"].tolist() == [False, False, False, True]


def test_one_row_for_each_event(events_file: Path) -> None:
    table = event_frame(events_file, dates=DATES)
    assert table[["id", "type", "perpetrators", "victims"]].to_numpy().tolist() == [
        ["a", "kidnapping", "The Red Front", "Ana Ruiz"],
        ["a", "arson", "Mob", ""],
        ["b", "kidnapping", "Red Front; gunmen", ""],
        ["c", "kidnapping", "Red Front; =cmd", ""],
    ]


def test_one_row_for_each_participant_of_an_event(events_file: Path) -> None:
    table = participant_frame(events_file)
    assert len(table) == 7
    assert table[table["name"] == "Ana Ruiz"][["slot", "kind", "mentions"]].to_numpy().tolist() == [["victims", "", 2]]
    assert set(table["month"]) == {"no date"}


def test_months_count_articles_with_gaps_and_without_dates(events_file: Path) -> None:
    events, articles = event_frame(events_file, dates=DATES), article_frame(events_file, dates=DATES)
    table = months(events, articles)
    assert table.index.tolist() == ["2024-01", "2024-02", "2024-03", "no date"]
    assert table.columns.tolist() == ["all articles", "arson", "kidnapping"]
    assert table.to_numpy().tolist() == [[1, 1, 1], [0, 0, 0], [2, 0, 1], [1, 0, 1]]
    assert months(events, articles, gaps=False).index.tolist() == ["2024-01", "2024-03", "no date"]


def test_perpetrators_are_named_ones_grouped_by_their_letters(events_file: Path) -> None:
    table = frequent_perpetrators(participant_frame(events_file))
    assert table[["name", "articles", "event_types", "also_written"]].to_numpy().tolist() == [
        ["Red Front", 3, "kidnapping", "The Red Front"],
        ["=cmd", 1, "kidnapping", ""],
        ["Mob", 1, "arson", ""],
    ]
    assert len(frequent_perpetrators(participant_frame(events_file), top=1)) == 1


def test_an_archive_without_any_event_gives_empty_tables(tmp_path: Path) -> None:
    prediction = Prediction("x", (), dict.fromkeys(DEFAULT.type_names, 0.0), 1, abstained=False)
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps({"id": "a", **prediction.to_dict()}) + "\n", encoding="utf-8")
    assert months(event_frame(path), article_frame(path)).to_numpy().tolist() == [[1]]
    assert frequent_perpetrators(participant_frame(path)).empty


class _Nothing:
    fingerprint = "0000"

    def predict_many(self, texts: Any, *, batch_size: int = 32) -> Any:
        return (Prediction(text, (), {"attack": 0.0}, 1, abstained=False) for text in texts)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("news.jsonl", '{"id": "n1", "date": "2024-05-14", "text": "x"}\n{"date": "2023", "text": "y"}\n',
         ["2024-05-14", "2023"]),
        ("news.csv", "url,published,text\nhttp://a,2020-01-02,x\n,2020-01-03,y\n", ["2020-01-02", "2020-01-03"]),
    ],
)  # fmt: skip
def test_dates_are_found_by_the_ids_of_the_predictions(
    tmp_path: Path, name: str, content: str, expected: list[str]
) -> None:
    archive = tmp_path / name
    archive.write_text(content, encoding="utf-8")
    output = tmp_path / "events.jsonl"
    predict_archive([archive], _Nothing(), output=output)
    assert article_frame(output, dates=read_dates([archive]))["date"].tolist() == expected


def test_an_archive_without_dates_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "news.jsonl"
    archive.write_text('{"id": "n1", "when": "2024", "text": "x"}\n', encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"news.jsonl has a date; columns tried: 'date'.*date_column='...'"):
        read_dates([archive])
    assert read_dates([archive], date_column="when")["n1"] == "2024"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "a"}', "schema_version is None, not '2.0'"),
        ('{"id": "a", "schema_version": "2.0"}', "'events' is missing; give a file as `whodid predict` wrote it"),
        ("", "is empty"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(f"{line}\n" if line else "", encoding="utf-8")
    with pytest.raises(DataError, match=said):
        article_frame(path)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t1", "\r=1", "＝1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ana Ruiz", "a=b", "1-2", -1, 0.5, True])
def test_other_cells_stay_as_they_are(cell: object) -> None:
    assert safe_cell(cell) is cell or safe_cell(cell) == cell


def test_a_table_is_written_for_spreadsheets(tmp_path: Path) -> None:
    table = pd.DataFrame({"=name": ["@a", 'Çelik, "M."\n'], "n": [-1, 2]}, index=pd.Index(["-x", "y"], name="month"))
    path = tmp_path / "new" / "table.csv"
    write_csv(table, path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows == [["month", "'=name", "n"], ["'-x", "'@a", "-1"], ["y", 'Çelik, "M."\n', "2"]]


def test_a_table_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be written"):
        write_csv(pd.DataFrame(), tmp_path)


def test_errors_as_tables() -> None:
    from whodid_training.article import Article, GoldEntity, GoldEvent

    text = "Gunmen seized Ana Ruiz."
    gold = Article("a1", text, (GoldEvent("kidnapping", (GoldEntity("victim", ("Ana Ruiz",)),)),))
    browser = review([gold], [Prediction(text, (), {}, 1, abstained=False)])
    assert error_counts(browser).loc["missed", ["events", "participants"]].tolist() == [1, 1]
    table = error_table(browser)
    assert table["gold"].tolist() == ["kidnapping", "Ana Ruiz"]
    assert table.iloc[1][["about", "start", "end"]].tolist() == ["victim", 14, 22]
    assert table.iloc[1]["in the text"] == "…Gunmen seized [Ana Ruiz].…"
    assert error_table(browser.only("spurious")).columns.tolist() == table.columns.tolist()


@pytest.mark.parametrize(("module", "package"), [("frames", "pandas"), ("tables", "pandas"), ("plot", "matplotlib")])
def test_without_the_extra_the_error_says_what_to_type(
    monkeypatch: pytest.MonkeyPatch, module: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"whodid_training.review.{module}", raising=False)
    monkeypatch.delitem(sys.modules, "whodid_training.review.frames", raising=False)
    with pytest.raises(MissingExtraError, match=rf"need {package}. Type: pip install 'whodid\[notebooks\]'"):
        importlib.import_module(f"whodid_training.review.{module}")
