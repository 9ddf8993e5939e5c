"""doccano lines: round trips with and without relations, units of offsets, and lines that are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from whodid.errors import DataError
from whodid_training.annotation import doccano
from whodid_training.annotation.articles import GoldArticle
from whodid_training.annotation.graph import labels
from whodid_training.annotation.offsets import lf_positions, positions
from whodid_training.article import GoldEntity, GoldEvent

TAKEN = GoldEvent(
    "kidnapping",
    (GoldEntity("perpetrator_individual", ("Gunmen", "gunmen")), GoldEntity("victim", ("Zoë Ruiz", "Ruiz"))),
    main=True,
)
ARTICLE = GoldArticle(
    id="a1",
    title="Mayor taken 🔥",
    body="Gunmen 😔\r\nseized Zoë\r\nRuiz. The gunmen freed Ruiz.\r\n",
    events=(TAKEN, GoldEvent("attack", (GoldEntity("victim", ("Ruiz",)),), main=False)),
    extra={"date": "2021-03-04", "source": "agency wire"},
)


def read(line: dict[str, Any], **options: Any) -> GoldArticle:
    article = doccano.from_line(line, where="line 5", **options)
    assert article is not None
    return article


def line(*entities: tuple[int, int, str], text: str = "Gunmen took 😔 Ana Ruiz.") -> dict[str, Any]:
    marks = [{"id": i, "start_offset": s, "end_offset": e, "label": label} for i, (s, e, label) in enumerate(entities)]
    return {"id": 5, "text": text, "entities": marks, "relations": []}


@pytest.mark.parametrize("unit", ["utf-16", "code-points"])
def test_an_article_with_emoji_and_crlf_survives_the_round_trip(unit: str, tmp_path: Path) -> None:
    empty = GoldArticle("a2", "It rained.\r\n🌧️")
    doccano.write(tmp_path / "lines.jsonl", [ARTICLE, empty], unit=unit)
    assert doccano.read(tmp_path / "lines.jsonl", unit=unit).articles == (ARTICLE, empty)


def test_lines_carry_lf_and_the_text_as_it_was() -> None:
    written = doccano.to_line(ARTICLE)
    assert "\r" not in written["text"]
    assert written["text_with_crlf"] == ARTICLE.text
    assert "text_with_crlf" not in doccano.to_line(GoldArticle("a", "Rain."))


def test_without_what_doccano_kept_the_text_is_read_with_lf() -> None:
    written = doccano.to_line(ARTICLE)
    del written["text_with_crlf"]
    article = read(written)
    assert article.body == ARTICLE.body.replace("\r\n", "\n")
    assert article.events == ARTICLE.events


def test_emoji_count_as_two_in_utf_16_and_as_one_in_code_points() -> None:
    utf_16 = line((7, 11, "kidnapping"), (15, 23, "victim"))
    code_points = line((7, 11, "kidnapping"), (14, 22, "victim"))
    events = (GoldEvent("kidnapping", (GoldEntity("victim", ("Ana Ruiz",)),), main=False),)
    assert read(utf_16).events == read(code_points, unit="code-points").events == events
    with pytest.raises(DataError, match=r"cuts a word in two; mark whole words, or say in which unit .*--offsets"):
        read(utf_16, unit="code-points")


def test_offsets_convert_by_hand() -> None:
    assert positions("é🔥b", "utf-16") == [0, 1, 3, 4]
    assert positions("é🔥b", "code-points") == [0, 1, 2, 3]
    assert lf_positions("a\r\n\r\nb\r") == [0, 1, 3, 5, 6, 7]


def test_label_triples_keep_one_event_with_one_mark_per_participant(tmp_path: Path) -> None:
    event = GoldEvent("kidnapping", (GoldEntity("victim", ("Ana Ruiz",)),), main=True)
    article = GoldArticle("a1", "Ana Ruiz taken.\r\n", (event,))
    doccano.write(tmp_path / "lines.jsonl", [article], relations=False)
    assert json.loads((tmp_path / "lines.jsonl").read_text(encoding="utf-8"))["label"] == [
        [0, 3, "kidnapping (main)"],
        [0, 8, "victim"],
    ]
    assert doccano.read(tmp_path / "lines.jsonl").articles == (article,)


def test_lines_without_annotation_are_left_out_and_counted(tmp_path: Path) -> None:
    lines = [{"id": 1, "text": "Rain."}, {"id": 2, "text": "Rain.", "label": []}, line(text="Rain.")]
    path = tmp_path / "all.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    imported = doccano.read(path)
    assert [article.id for article in imported.articles] == ["2", "5"]
    assert imported.unannotated == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"id": 5, "data": "Rain."}, "'text' is None; export the project as JSONL"),
        (line((0, 6, "culprit")), "label 'culprit' is unknown"),
        (line((0, 99, "victim")), "mark 0--1 lies outside the text"),
        ({**line(), "relations": [{"id": 1}]}, "not 'entities' and 'relations', nor 'label' triples"),
        ({"text": "Rain.", "label": [[0, 4]]}, "not 'entities' and 'relations', nor 'label' triples"),
        ({**line(), "text_with_crlf": "Another text."}, "'text_with_crlf' is not the text with other line ends"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_place(given: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError) as error:
        read(given)
    assert str(error.value).startswith("line 5: ")
    assert message in str(error.value)


def test_a_missing_file_or_an_id_that_comes_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no file .*; export the project as JSONL and unpack it"):
        doccano.read(tmp_path / "all.jsonl")
    doccano.write(tmp_path / "all.jsonl", [ARTICLE, ARTICLE])
    with pytest.raises(DataError, match="id 'a1' comes twice"):
        doccano.read(tmp_path / "all.jsonl")


def test_the_configuration_has_every_label() -> None:
    assert tuple(one["text"] for one in json.loads(doccano.config())) == labels()
