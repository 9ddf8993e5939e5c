from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from whodid.errors import DataError
from whodid_training.corpora.gun_violence_archive import load_gun_violence_archive, variants

TEXT = "Luz Paz shot Ana Ruiz, police said."


def participant(kind: str, name: str = "", **fields: str) -> dict[str, str]:
    return {"Type": kind, **({"Name": name} if name else {}), **fields}


SUSPECT = participant("Subject-Suspect", "Luz Maria Paz", Status="Unharmed, Arrested")
VICTIM = participant("Victim", "Ana Ruiz", Status="Killed")


def record(key: str = "gva-1-0", *participants: dict[str, str], **fields: Any) -> dict[str, Any]:
    defaults = {"id": key, "incident": key.split("-")[1], "date": "May 1, 2014", "title": "Shooting", "text": TEXT}
    return {**defaults, "participants": list(participants or (SUSPECT, VICTIM)), **fields}


def write(folder: Path, *records: dict[str, Any]) -> Path:
    with gzip.open(folder / "articles.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\n" for one in records)
    return folder


def dropped(folder: Path, *records: dict[str, Any]) -> dict[str, int]:
    return dict(load_gun_violence_archive(write(folder, *records), "train").dropped)


def test_participants_are_found_as_a_newspaper_writes_them(tmp_path: Path) -> None:
    (article,) = load_gun_violence_archive(write(tmp_path, record()), "train").articles
    assert article.text == f"Shooting\n\n{TEXT}"
    (event,) = article.events
    assert event.type == "attack"
    assert [(entity.role, entity.mentions) for entity in event.entities] == [
        ("perpetrator_individual", ("Luz Paz",)),
        ("victim", ("Ana Ruiz",)),
    ]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ana Ruiz", ["Ana Ruiz"]),
        ("Ana Ruiz, Jr.", ["Ana Ruiz"]),
        ("Ana M. Ruiz", ["Ana M. Ruiz", "Ana Ruiz"]),
        ("Ana Maria del Ruiz", ["Ana Maria del Ruiz", "Ana Ruiz"]),
        ("Ruiz", []),
    ],
)
def test_a_name_of_the_register_may_be_written_shorter(name: str, written: list[str]) -> None:
    assert list(variants(name)) == written


def test_words_are_unsure_unless_they_are_known(tmp_path: Path) -> None:
    (article,) = load_gun_violence_archive(write(tmp_path, record()), "train").articles
    unsure = " ".join(article.text[start:end] for start, end in article.unsure)
    assert "police" in unsure
    assert "shot" not in unsure


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"date": "February 2, 2016"}, "articles without a date, or of the months of another corpus's test half"),
        ({"date": "December 9, 2015"}, "articles without a date, or of the months of another corpus's test half"),
        ({"date": None}, "articles without a date, or of the months of another corpus's test half"),
        ({"text": TEXT + " It was an accident."}, "articles that speak of an accident or a suicide"),
        ({"participants": [{**VICTIM, "Relationship": "Armed Robbery"}]}, "articles about armed robberies"),
        ({"participants": [participant("Victim")]}, "articles without the name of a participant"),
        ({"text": "Nobody was named."}, "articles without the name of a participant"),
    ],
)
def test_articles_that_cannot_be_used_are_left_out_and_counted(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    assert dropped(tmp_path, record(**changes)) == {reason: 1}


def test_one_article_of_an_incident_is_kept(tmp_path: Path) -> None:
    counts = dropped(
        tmp_path, record("gva-1-0", text="No name."), record("gva-1-1"), record("gva-1-2"), record("gva-2-0")
    )
    assert counts == {
        "articles without the name of a participant": 1,
        "further articles about the same incident": 1,
    }


def test_participants_that_cannot_be_placed_are_counted_with_the_reason(tmp_path: Path) -> None:
    absent = participant("Victim", "Eva Vega")
    nameless = participant("Victim", Age="30")
    arrested = participant("Victim", "Eva Vega", Status="Injured, Arrested")
    assert dropped(tmp_path, record("gva-1-0", VICTIM, absent, nameless)) == {
        "participants whose name is not in the article": 1,
        "participants without a full name": 1,
    }
    assert dropped(tmp_path, record("gva-1-0", VICTIM, arrested)) == {"participants whose part is not clear": 1}


def test_a_record_without_participants_is_an_error_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 1: 'participants' is None; it is a list of objects"):
        load_gun_violence_archive(write(tmp_path, record(participants=None)), "train")
    with pytest.raises(DataError, match="line 1: 'incident' is 7; it is a string"):
        load_gun_violence_archive(write(tmp_path, record(incident=7)), "train")
