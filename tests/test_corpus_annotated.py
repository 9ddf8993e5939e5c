from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from whodid.errors import DataError
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.annotated import load_annotated, parse_events, to_record
from whodid_training.corpora.sources import FNC1, GVDB, HRDSATTACK, NEWSWIRE, SATP, html_article

RECORD: dict[str, Any] = {
    "id": "x-1",
    "events": [
        {
            "type": "kidnapping",
            "main": True,
            "perpetrators": [
                {"kind": "individual", "mentions": ["armed men"]},
                {"kind": "organization", "mentions": ["Red Front", "RF"]},
            ],
            "victims": [{"mentions": ["Ana Ruiz", "Ruiz"]}],
            "targets": [],
            "weapons": [],
        }
    ],
}
EVENT = GoldEvent(
    type="kidnapping",
    main=True,
    entities=(
        GoldEntity("perpetrator_individual", ("armed men",)),
        GoldEntity("perpetrator_organization", ("Red Front", "RF")),
        GoldEntity("victim", ("Ana Ruiz", "Ruiz")),
    ),
)
TEXT = "Armed men of the Red Front (RF) took Ana Ruiz; the armed men freed Ruiz."


def with_event(**changes: Any) -> dict[str, Any]:
    record = copy.deepcopy(RECORD)
    record["events"][0].update(changes)
    return record


def write_jsonl(path: Path, *records: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def named(key: str) -> dict[str, Any]:
    return {**RECORD, "id": key}


# --- the format


def test_a_record_becomes_events_with_roles_of_the_ontology() -> None:
    assert parse_events(RECORD) == (EVENT,)


def test_an_article_without_events_has_an_empty_list() -> None:
    assert parse_events({"id": "x", "events": []}) == ()


def test_an_article_survives_being_written_and_read() -> None:
    assert to_record(Article("x-1", TEXT, (EVENT,))) == RECORD
    unsure = GoldEvent("arson", (GoldEntity("victim", ("GUARDS",), named=False), GoldEntity("weapon", ("torch",))))
    assert parse_events(to_record(Article("x", "", (unsure,)))) == (unsure,)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"id": "x-1"}, "record 'x-1': 'events' is None; it must be a list"),
        (with_event(type="picnic"), "record 'x-1', event 1: type 'picnic' is unknown; allowed: 'attack', "),
        (with_event(place="Quito"), "event 1: key 'place' is unknown; allowed: "),
        (with_event(main="yes"), "event 1: 'main' is 'yes'; allowed: true, false or nothing"),
        (with_event(victims={"mentions": ["a"]}), "event 1: 'victims' is .*; it must be a list"),
        (with_event(victims=["Ana Ruiz"]), "victims 1: 'Ana Ruiz' is not an object"),
        (with_event(victims=[{"mentions": []}]), r"victims 1: mentions \[\]; an entity has at least one"),
        (with_event(victims=[{"mentions": ["Ruiz", " "]}]), "victims 1: mentions .*; an entity has at least one"),
        (with_event(victims=[{"kind": "individual", "mentions": ["a"]}]), "victims 1: key 'kind' is unknown"),
        (with_event(perpetrators=[{"mentions": ["a"]}]), "perpetrators 1: kind None is unknown; allowed: 'individual'"),
        (with_event(perpetrators=[{"kind": "state", "mentions": ["a"]}]), "perpetrators 1: kind 'state' is unknown"),
    ],
)
def test_a_broken_record_is_refused_with_its_place_and_what_is_allowed(record: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_events(record)


# --- joining annotations and texts


def newswire(folder: Path, *records: dict[str, Any]) -> Path:
    defaults = {"title": "Mayor taken", "date": "2024-01-01", "source": "s", "region": "r", "text": TEXT}
    write_jsonl(folder / "train.jsonl", *({**defaults, **record} for record in records))
    return folder


def test_the_projects_own_articles_carry_text_and_events_in_one_record(tmp_path: Path) -> None:
    loaded = load_annotated(NEWSWIRE, newswire(tmp_path, RECORD), "train")
    assert loaded.articles == (Article("x-1", f"Mayor taken\n\n{TEXT}", (EVENT,)),)
    assert not loaded.dropped


def test_an_article_given_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="id 'x-1' comes twice"):
        load_annotated(NEWSWIRE, newswire(tmp_path, RECORD, RECORD), "train")


def test_a_missing_text_or_a_line_that_is_not_json_is_an_error_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train.jsonl, line 2: 'text' is ''"):
        load_annotated(NEWSWIRE, newswire(tmp_path, RECORD, {**named("x-2"), "text": ""}), "train")
    (tmp_path / "train.jsonl").write_text("{\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"train.jsonl, line 1: not JSON"):
        load_annotated(NEWSWIRE, tmp_path, "train")


def test_texts_without_an_annotation_are_left_out_and_counted(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bodies.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": f"fnc-train-{i}", "text": TEXT}) + "\n" for i in range(3))
    write_jsonl(tmp_path / "annotations.jsonl", named("fnc-train-1"))
    loaded = load_annotated(FNC1, tmp_path, "train")
    assert loaded.articles == (Article("fnc-train-1", TEXT, (EVENT,)),)
    assert dict(loaded.dropped) == {"published texts without an annotation": 2}


def test_an_annotation_without_a_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "train.tsv").write_text("One.\t0\t0\t0\t0\n", encoding="utf-8")
    write_jsonl(tmp_path / "annotations.jsonl", named("satp-train-7"))
    with pytest.raises(DataError, match="no published text has the id 'satp-train-7'; ids look like 'satp-train-0'"):
        load_annotated(SATP, tmp_path, "train")


# --- published formats


def test_satp_ids_are_rows_counted_from_zero_and_quotes_are_plain_characters(tmp_path: Path) -> None:
    (tmp_path / "train.tsv").write_text('One.\t0\t0\t0\t0\n"Two" and "three.\t1\t0\t0\t0\n', encoding="utf-8")
    write_jsonl(tmp_path / "annotations.jsonl", named("satp-train-1"))
    assert [a.text for a in load_annotated(SATP, tmp_path, "train").articles] == ['"Two" and "three.']


def test_gvdb_texts_are_found_by_article_id_in_the_column_full_text(tmp_path: Path) -> None:
    rows = "Article id\tArticle title\tFull text\tJson\n46\tTitle\tTwo shot.\t{}\n"
    (tmp_path / "dev.tsv").write_text(rows, encoding="utf-8")
    write_jsonl(tmp_path / "annotations.jsonl", named("gvdb-46"))
    assert [(a.id, a.text) for a in load_annotated(GVDB, tmp_path, "train").articles] == [("gvdb-46", "Two shot.")]
    (tmp_path / "dev.tsv").write_text(rows.replace("Full text", "Body"), encoding="utf-8")
    with pytest.raises(DataError, match="no column 'Full text'"):
        load_annotated(GVDB, tmp_path, "train")


def test_hrdsattack_articles_are_numbered_by_their_place_in_the_published_file(tmp_path: Path) -> None:
    samples = [{"Input.title": f"Title {i}", "Input.article_interface": "<p>One.</p> <p>Two.</p>"} for i in range(2)]
    victims = [{"victim_name": name} for name in (" Ana Ruiz", None, "Eva Paz", "")]
    records = [{"sample": sample, "merged_sample": {"victims": victims}} for sample in samples]
    (tmp_path / "dev.json").write_text(json.dumps(records), encoding="utf-8")
    write_jsonl(tmp_path / "annotations" / "dev.jsonl", named("hrds-dev-001"))
    (article,) = load_annotated(HRDSATTACK, tmp_path, "dev").articles
    assert (article.id, article.text, article.read_until) == ("hrds-dev-001", "Title 1\n\nOne.\n\nTwo.", None)
    assert article.victim_names == ("Ana Ruiz", "Eva Paz")


def test_a_file_that_is_not_hrdsattack_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text('[{"text": "One."}]', encoding="utf-8")
    with pytest.raises(DataError, match="not the published list of records with 'sample'"):
        load_annotated(HRDSATTACK, tmp_path, "dev")


def test_tags_and_entities_of_an_html_article_are_resolved() -> None:
    source = html_article("Fire &amp; fury", "<p>Ana <b>Ruiz</b> &amp; sons.</p> <p> </p> <p>Done.</p>")
    assert source.text == "Fire &amp; fury\n\nAna Ruiz & sons.\n\nDone."


@pytest.mark.parametrize(
    ("read_words", "read"),
    [
        (6, "T\n\none two\n\nthree four five\n\nsix"),
        (5, "T\n\none two\n\nthree four five"),
        (4, "T\n\none two"),
        (1, "T\n\none two"),
    ],
)
def test_reading_stops_at_the_last_paragraph_end_within_the_limit_not_counting_the_title(
    read_words: int, read: str
) -> None:
    body = "<p>one two</p><p>three four five</p><p>six</p>"
    source = html_article("T", body, read_words=read_words)
    assert source.text[: source.read_until] == read
    assert (source.read_until is None) == (read == source.text)
