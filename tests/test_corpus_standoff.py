from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from whodid.errors import DataError
from whodid_training.article import Article
from whodid_training.corpora.annotated import AnnotatedSource, SourceText, load_annotated, parse_events
from whodid_training.corpora.standoff import from_standoff, to_standoff

TEXT = "Armed men of the Red Front (RF) took Ana Ruiz; the armed men freed Ruiz. Réunion."
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
            "victims": [{"mentions": ["Ana Ruiz", "Ruiz"], "named": True}],
        }
    ],
}
SHIPPED = sorted((Path(__file__).parents[1] / "data" / "annotations").glob("*/*.jsonl"))


def test_a_record_survives_being_taken_out_of_its_text_and_put_back() -> None:
    told = to_standoff(RECORD, text=TEXT)
    assert told["events"][0]["victims"] == [{"mentions": [[37, 45], [41, 45]], "named": True}]
    assert from_standoff(told, text=TEXT, where="here") == RECORD


def test_no_word_of_the_text_is_left() -> None:
    told = json.dumps(to_standoff(RECORD, text=TEXT))
    assert not [word for word in ("rmed", "Red", "RF", "Ruiz") if word in told]


def test_a_mention_that_is_not_in_the_text_as_whole_words_is_refused() -> None:
    with pytest.raises(DataError, match="record 'x-1': 'Red Front' is not in the text"):
        to_standoff(RECORD, text=TEXT.replace("Red Front", "Red Fronts"))


def test_another_text_than_the_annotated_one_is_refused_with_both_digests() -> None:
    told = to_standoff(RECORD, text=TEXT)
    with pytest.raises(DataError, match=f"here: .* of 'x-1' has the digest [0-9a-f]+, .*{told['text_sha256']}.*again"):
        from_standoff(told, text=TEXT + " ", where="here")
    del told["text_sha256"]
    with pytest.raises(DataError, match="here: key 'text_sha256' is missing"):
        from_standoff(told, text=TEXT, where="here")


@pytest.mark.parametrize("mention", ["armed men", [5], [5, 5], [-1, 4], [0, 1000], [0.0, 5.0], [True, 5], None])
def test_a_mention_that_is_no_span_is_refused_with_what_is_allowed(mention: Any) -> None:
    told = to_standoff(RECORD, text=TEXT)
    told["events"][0]["victims"][0]["mentions"][0] = mention
    with pytest.raises(DataError, match=r"here: mention .*; it is \[start, end\] with 0 <= start < end <= 81"):
        from_standoff(told, text=TEXT, where="here")


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"events": None}, "'events' is None; it must be a list"),
        ({"events": ["arson"]}, "event 1: 'arson' is not an object"),
        ({"events": [{"type": "arson", "victims": {}}]}, "'victims' is {}; it must be a list"),
        ({"events": [{"type": "arson", "victims": ["a"]}]}, "victims 1: 'a' is not an object"),
        ({"events": [{"type": "arson", "victims": [{"mentions": 3}]}]}, "'mentions' is 3; it must be a list"),
    ],
)
def test_what_breaks_the_form_is_left_for_the_reader_of_records_to_refuse(broken: Any, message: str) -> None:
    told = {**to_standoff(RECORD, text=TEXT), **copy.deepcopy(broken)}
    with pytest.raises(DataError, match=message):
        parse_events(from_standoff(told, text=TEXT, where="here"))


def test_a_corpus_is_read_from_published_texts_and_offsets(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text(json.dumps(to_standoff(RECORD, text=TEXT)) + "\n", encoding="utf-8")
    source = AnnotatedSource("some", str(path), lambda _folder, _split: {"x-1": SourceText(TEXT)}, standoff=True)
    loaded = load_annotated(source, tmp_path / "published", "train")
    assert loaded.articles == (Article("x-1", TEXT, parse_events(RECORD)),)


@pytest.mark.parametrize("path", SHIPPED, ids=[f"{path.parent.name}-{path.stem}" for path in SHIPPED])
def test_what_is_shipped_holds_offsets_and_no_text(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        assert set(record) == {"id", "text_sha256", "events"}
        assert len(record["events"]) <= 8
        assert sum(bool(event.get("main")) for event in record["events"]) <= 1
        for event in record["events"]:
            slots = [entity for key in ("perpetrators", "victims", "targets", "weapons") for entity in event[key]]
            spans = [span for entity in slots for span in entity["mentions"]]
            assert all(type(end) is int for span in spans for end in span)
            assert all(len(span) == 2 and 0 <= span[0] < span[1] for span in spans)
            assert all(set(entity) <= {"mentions", "kind"} for entity in slots)
