"""The check of gold files: each rule with something that breaks it, and the quotas."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from whodid.errors import DataError, ModelFolderError
from whodid_training.annotation.articles import GoldArticle, from_record
from whodid_training.annotation.check import Report, check_folder, check_records
from whodid_training.annotation.duplicates import near_duplicates
from whodid_training.annotation.measures import WINDOW_PIECES, measure
from whodid_training.annotation.names import full_names, shared_names
from whodid_training.annotation.pieces import ESTIMATE, find_pieces
from whodid_training.annotation.quotas import NEWSWIRE, Quota, required
from whodid_training.annotation.rules import mention_problems, record_problems

TEXT = "Gunmen of the Red Front took Ana Ruiz from her shop in Quito on Monday, and the police looked on."
OTHER = "A storm tore the roofs off forty houses in the north of the island, but nobody came to any harm."


def event(**changes: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"perpetrators": [], "victims": [], "targets": [], "weapons": []}
    return {"type": "kidnapping", "main": True, **empty, **changes}


TAKEN = event(victims=[{"mentions": ["Ana Ruiz"]}])


def line(key: str = "a1", text: str = TEXT, *events: dict[str, Any]) -> dict[str, Any]:
    return {"id": key, "text": text, "events": list(copy.deepcopy(events))}


def broken(report: Report) -> dict[str, tuple[str, ...]]:
    return {finding.rule.partition(" (")[0]: finding.offenders for finding in report.findings if not finding.passed}


# --- one line


def test_a_good_line_has_no_problems() -> None:
    assert record_problems(line("a1", TEXT, TAKEN)) == ()
    assert mention_problems(from_record(line("a1", TEXT, TAKEN))) == ()


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({"id": "a1", "events": []}, "'text' is None"),
        (line("a1", TEXT, *[{**TAKEN, "main": False}] * 9), "9 events; keep the 8 most prominent"),
        (line("a1", TEXT, TAKEN, TAKEN), "2 events are the main one; at most one is"),
        (line("a1", TEXT, {**TAKEN, "main": None}), "event 1: 'main' is None; it is true or false"),
        (line("a1", TEXT, {"type": "arson", "main": True}), "event 1 has no key 'perpetrators'"),
        ({**line(), "date": "4 May 2021"}, "date '4 May 2021' is none; write 2023, 2023-05 or 2023-05-17"),
        (line("a1", TEXT, event(weapons=[{"mentions": ["gun", "gun"]}])), "weapons: mention 'gun' comes twice"),
    ],
)
def test_each_rule_of_form_names_what_breaks_it(record: dict[str, Any], problem: str) -> None:
    (found,) = record_problems(record)
    assert problem in found


@pytest.mark.parametrize("mention", ["Ana", "Gunmen", "Red Front", "Ana  Ruiz"])
def test_a_mention_that_stands_in_the_text_is_good(mention: str) -> None:
    assert not mention_problems(from_record(line("a1", TEXT, event(victims=[{"mentions": [mention]}]))))


@pytest.mark.parametrize("mention", ["gunmen", "An", "Ana Ruiz’s", "Quito Monday"])
def test_a_mention_in_another_case_or_spelling_or_within_a_word_is_named(mention: str) -> None:
    (problem,) = mention_problems(from_record(line("a1", TEXT, event(victims=[{"mentions": [mention]}]))))
    assert problem == f"victim {mention!r} is not in the article as whole words, in this case and spelling"


def test_a_mention_may_stand_in_the_title_but_not_after_what_was_read() -> None:
    record = {**line("a1", TEXT, TAKEN), "title": "Ana Ruiz taken"}
    assert not mention_problems(from_record({**record, "read_until": 20}))
    assert mention_problems(from_record({**record, "read_until": 7}))


# --- a folder


def test_nothing_is_found_in_good_files(tmp_path: Path) -> None:
    for split, record in {"train": line("a1", TEXT, TAKEN), "test": line("a2", OTHER)}.items():
        (tmp_path / f"{split}.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    report = check_folder(tmp_path)
    assert report.passed
    assert [facts.split for facts in report.facts] == ["train", "test"]


def test_a_folder_without_gold_files_or_with_broken_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no gold file in .*; give a folder with files such as train.jsonl"):
        check_folder(tmp_path)
    (tmp_path / "train.jsonl").write_text("{\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"train.jsonl, line 1: not JSON"):
        check_folder(tmp_path)


def test_a_broken_line_is_named_and_the_others_are_still_looked_at() -> None:
    report = check_records({"train": [{**line("a1"), "colour": "red"}, line("a2", OTHER)]})
    (offender,) = broken(report)["form"]
    assert offender.startswith("train, 'a1': record 'a1': key 'colour' is unknown")
    assert len(report.facts) == 1


def test_an_id_may_come_once_in_all_splits_together() -> None:
    report = check_records({"train": [line("a1")], "test": [line("a1", OTHER)]})
    assert broken(report) == {"ids that come twice": ("'a1': 2 times",)}


def test_a_misplaced_mention_is_named_with_its_article() -> None:
    report = check_records({"dev": [line("a1", OTHER, TAKEN)]})
    (offender,) = broken(report)["mentions in the article"]
    assert offender.startswith("dev, 'a1': victim 'Ana Ruiz' is not in the article")


def test_a_filled_in_template_is_a_near_duplicate_within_and_across_splits() -> None:
    again = TEXT.replace("Quito", "Lima")
    within = check_records({"train": [line("a1"), line("a2", again)], "test": [line("a3", OTHER)]})
    across = check_records({"train": [line("a1")], "test": [line("a2", again)]})
    assert broken(within) == {"near-duplicates within a split": ("train a1 and train a2: similarity 0.52",)}
    assert broken(across) == {"near-duplicates across splits": ("train a1 and test a2: similarity 0.52",)}


def test_similarity_is_the_share_of_common_runs_of_five_words() -> None:
    (pair,) = near_duplicates({"a": "One two three four five six.", "b": "one two three four five seven"})
    assert (pair.first, pair.second, pair.similarity) == ("a", "b", 1 / 3)
    assert not near_duplicates({"a": "", "b": ""})


def test_a_victims_name_may_not_come_back_in_another_split_even_as_a_witness() -> None:
    witness = f"{OTHER} “We slept in the church,” said Ana Ruiz’s mother."
    report = check_records({"train": [line("a1", TEXT, TAKEN)], "test": [line("a2", witness)]})
    assert broken(report) == {"full names of people in two splits": ("'Ana Ruiz' in train a1, test a2",)}
    assert check_records({"train": [line("a1", TEXT, TAKEN), line("a2", witness)]}).passed


def test_only_full_names_of_people_count_as_names() -> None:
    people = [{"kind": "individual", "mentions": ["Gunmen"]}, {"kind": "organization", "mentions": ["Red Front"]}]
    article = from_record(line("a1", TEXT, event(perpetrators=people, victims=[{"mentions": ["Ana Ruiz", "Ruiz"]}])))
    assert full_names(article) == {"Ana Ruiz"}
    assert shared_names([article]) == {}


# --- counts


def test_an_article_is_long_and_its_victim_late_beyond_512_pieces() -> None:
    filler = "rain " * WINDOW_PIECES
    late, early = (
        from_record(line("a1", text, event(victims=[{"mentions": ["Ruiz"]}])))
        for text in (f"{filler}Ruiz", f"Ruiz {filler}")
    )
    assert [(f.long, f.late) for f in (measure(a, split="dev", pieces=ESTIMATE) for a in (late, early))] == [
        (True, True),
        (True, False),
    ]
    short = from_record(line("a1", filler))
    assert not measure(short, split="dev", pieces=ESTIMATE).long


def test_pieces_are_counted_by_the_models_tokenizer_and_estimated_without(
    tiny_folder: Path, tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = find_pieces(tiny_folder)
    assert list(counted.starts("Police arrested Zoe")) == [0, 7, 16, 17, 18]  # z, ##o, ##e
    assert "tokenizer" in counted.described
    with pytest.raises(ModelFolderError, match=r"no .*tokenizer.json; give --model"):
        find_pieces(tmp_path)

    def nowhere() -> Path:
        raise ModelFolderError("none")

    monkeypatch.setattr("whodid_training.annotation.pieces.default_folder", nowhere)
    assert find_pieces() is ESTIMATE


def test_a_quota_is_a_number_a_share_or_the_larger_of_both() -> None:
    facts = [measure(GoldArticle(str(i), "Rain."), split="train", pieces=ESTIMATE) for i in range(10)]
    quota = Quota("without event", lambda one: not one.types, minimum=2, share=0.25)
    assert required(quota, facts) == 3
    assert required(quota, facts[:4]) == 2


def test_articles_are_held_to_the_quotas_that_are_named() -> None:
    records = {"train": [line("a1", TEXT, TAKEN), line("a2", OTHER)]}
    short = check_records(records, quotas=NEWSWIRE)
    assert not short.passed
    found = {finding.rule: (finding.found, finding.wanted, finding.passed) for finding in short.findings}
    assert found["articles in train"] == ("2", "420 or more", False)
    assert found["120 to 900 words"] == ("0", "2 or more, 100%", False)
    assert found["without event"] == ("1", "1 or more, 25%", True)
    assert found["with kidnapping"] == ("1", "40 or more", False)
