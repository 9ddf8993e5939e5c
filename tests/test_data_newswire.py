"""The project's own newswire and sample articles, as they lie in the repository."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import datasets
import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from whodid import schema
from whodid_training.annotation.agreement import agreement
from whodid_training.annotation.articles import gold_record, read_articles
from whodid_training.annotation.check import Report, check_folder
from whodid_training.annotation.duplicates import near_duplicates
from whodid_training.annotation.names import shared_names
from whodid_training.annotation.pieces import find_pieces
from whodid_training.annotation.quotas import NEWSWIRE
from whodid_training.annotation.table import agreement_table, counts_table
from whodid_training.corpora.registry import load_corpus
from whodid_training.gold import read_gold

DATA = Path(__file__).parents[1] / "data"
SPLITS = ("train", "dev", "test")


@pytest.fixture(scope="module")
def report() -> Report:
    return check_folder(DATA / "newswire", pieces=find_pieces(), quotas=NEWSWIRE)


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_newswire_breaks_no_rule_and_meets_its_quotas(report: Report) -> None:
    assert [(finding.rule, finding.found, finding.offenders) for finding in report.findings if not finding.passed] == []


def test_every_event_type_and_kind_of_outlet_is_in_every_split(report: Report) -> None:
    for split in SPLITS:
        here = [facts for facts in report.facts if facts.split == split]
        assert {name for facts in here for name in facts.types} == {name for one in report.facts for name in one.types}
        assert {facts.source for facts in here} == {facts.source for facts in report.facts}


def test_the_readme_counts_what_is_in_the_files(report: Report) -> None:
    console = Console(width=400, file=StringIO(), record=True)
    console.print(counts_table(report, markdown=True))
    rows = [row.strip() for row in console.export_text().splitlines() if "word pieces" not in row]
    readme = (DATA / "README.md").read_text(encoding="utf-8").splitlines()
    assert [row for row in rows if row and row not in readme] == []


def test_the_card_counts_what_is_in_the_files(report: Report) -> None:
    card = (DATA / "cards" / "newswire.md").read_text(encoding="utf-8")
    for split in SPLITS:
        here = [facts for facts in report.facts if facts.split == split]
        sums = (
            len(here),
            sum(facts.words for facts in here),
            sum(bool(facts.types) for facts in here),
            sum(len(facts.types) for facts in here),
            sum(facts.main for facts in here),
        )
        assert f"| {' | '.join((split, *(f'{number:,}' for number in sums)))} |\n" in card


def test_the_readme_says_how_far_two_annotators_agree() -> None:
    rows = agreement(*(read_gold(DATA / path) for path in ("newswire/dev.jsonl", "agreement/newswire-dev.jsonl")))
    console = Console(width=400, file=StringIO(), record=True)
    console.print(agreement_table(rows, markdown=True))
    table = "\n".join(line.strip() for line in console.export_text().splitlines() if line.strip())
    assert table in (DATA / "README.md").read_text(encoding="utf-8")
    card = (DATA / "cards" / "newswire.md").read_text(encoding="utf-8")
    for name, what in (("sets of event types", "sets of event types"), ("participants, by overlap", "participants")):
        assert f"{100 * dict(rows)[name].f1:.1f} ({what})" in card


FILES = (*(f"newswire/{split}.jsonl" for split in SPLITS), "samples/gold.jsonl", "agreement/newswire-dev.jsonl")


@pytest.mark.parametrize("path", FILES)
def test_every_line_is_as_the_schema_says_and_is_written_as_it_is_read(path: str) -> None:
    validator = Draft202012Validator(schema.gold())
    lines = records(DATA / path)
    assert [error.message for line in lines for error in validator.iter_errors(line)] == []
    assert [gold_record(article) for article in read_articles(DATA / path)] == lines


@pytest.mark.parametrize("split", SPLITS)
def test_the_newswire_is_loaded_for_training_and_for_scoring(split: str, tmp_path: Path) -> None:
    path = DATA / "newswire" / f"{split}.jsonl"
    loaded = load_corpus("newswire", root=tmp_path, split=split)
    assert loaded.articles == read_gold(path)
    assert not loaded.dropped


def test_datasets_reads_the_files_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    files = {split: str(DATA / "newswire" / f"{split}.jsonl") for split in SPLITS}
    loaded = datasets.load_dataset("json", data_files=files, cache_dir=str(tmp_path))
    for split in SPLITS:
        lines = records(DATA / "newswire" / f"{split}.jsonl")
        for key in ("id", "title", "source", "region", "text", "events"):
            assert list(loaded[split][key]) == [line[key] for line in lines]


def test_the_samples_share_no_text_and_no_name_with_the_newswire() -> None:
    paths = [*(DATA / "newswire" / f"{split}.jsonl" for split in SPLITS), DATA / "samples" / "gold.jsonl"]
    articles = [article for path in paths for article in read_articles(path)]
    samples = {article.id for article in read_articles(DATA / "samples" / "gold.jsonl")}
    pairs = [(pair.first, pair.second) for pair in near_duplicates({one.id: one.text for one in articles})]
    assert [pair for pair in pairs if samples & set(pair)] == []
    assert {name: ids for name, ids in shared_names(articles).items() if samples & set(ids)} == {}


def test_the_samples_readme_lists_every_article_with_its_events() -> None:
    readme = (DATA / "samples" / "README.md").read_text(encoding="utf-8")
    for one in records(DATA / "samples" / "gold.jsonl"):
        types = ", ".join(event["type"] for event in one["events"]) or "no event"
        row = f"| [{one['id']}]({one['id']}.txt) | {one['date']} | {one['source']} | {one['region']} | {types} |"
        assert row in readme
        assert (DATA / "samples" / f"{one['id']}.txt").read_text(encoding="utf-8").strip() == (
            f"{one['title']}\n\n{one['text']}".strip()
        )
