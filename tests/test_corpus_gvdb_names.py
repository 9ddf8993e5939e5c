from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from whodid.errors import DataError
from whodid_training.article import GoldEntity
from whodid_training.corpora.gvdb_names import load_gvdb_names
from whodid_training.corpora.people import Named, Person, mark_people

ANA = Person("victim", "Ana Ruiz")


def shown(text: str, found: Named) -> str:
    """Return the text with its unsure parts as dots, and marks in square brackets."""
    spans = sorted(span for entity in found.entities for span in entity.spans or ())
    inside = {i for start, end in spans for i in range(start, end)}
    unsure = {i for start, end in found.unsure for i in range(start, end)} - inside
    letters = ["." if i in unsure else letter for i, letter in enumerate(text)]
    for start, end in spans:
        letters[start], letters[end - 1] = "[" + letters[start], letters[end - 1] + "]"
    return "".join(letters)


def marks(text: str, *people: Person, others: tuple[str, ...] = ()) -> str:
    return shown(text, mark_people(text, people, others=others))


# --- which words of a text are known


def test_a_name_what_stands_beside_it_and_function_words_are_known() -> None:
    text = "Yesterday gunmen shot Ana Ruiz dead and they fled."
    assert marks(text, ANA) == ".................shot.[Ana Ruiz].dead.....they......"


def test_all_places_of_a_full_name_and_the_surname_alone_are_marked() -> None:
    text = "Ana Ruiz died. Ruiz, a nurse, lived here. Ana was 40."
    found = mark_people(text, [ANA])
    assert found.entities == (GoldEntity("victim", ("Ana Ruiz", "Ruiz"), named=True, spans=((0, 8), (15, 19))),)
    assert "Ana" not in shown(text, found)[20:]


def test_a_surname_that_somebody_else_has_is_unsure() -> None:
    assert marks("Ana Ruiz died, said Luz Ruiz. Ruiz wept.", ANA).count("[") == 1
    both = (ANA, Person("perpetrator_individual", "Luz Ruiz"))
    assert marks("Luz Ruiz shot Ana Ruiz. Ruiz fled.", *both).count("[") == 2


def test_a_name_within_a_longer_one_is_not_marked_but_titles_and_suffixes_are_no_part_of_it() -> None:
    assert mark_people("Then Maria Ana Ruiz died.", [ANA]).missing == (ANA,)
    assert mark_people("Then Ana Ruiz-Paz died.", [ANA]).missing == (ANA,)
    assert "[Ana Ruiz]" in marks("Then Officer Ana Ruiz died.", ANA)
    assert "[Ana Ruiz Jr]" in marks("Then Ana Ruiz Jr. died.", ANA)


def test_the_names_of_strangers_are_known_to_be_outside() -> None:
    text = "Sheriff Luz Paz met Ana Ruiz in Old Harbor."
    assert marks(text, ANA) == "Sheriff Luz Paz met.[Ana Ruiz].in Old Harbor."


@pytest.mark.parametrize(
    "text",
    [
        "Witness Word Upper SHERIFF Paz",  # capitals throughout
        "A Sad Day For Old Harbor Town",  # a headline
        "near Blue House, a blue house",  # words that are not names
        "the suspect Luz Paz",
        "a Quito Norte man",
        "Luz Paz, 40, was there",
        "Red Front Police",
    ],
)
def test_capitals_that_may_belong_to_a_participant_or_to_no_name_are_unsure(text: str) -> None:
    shown_words = marks(text, ANA).replace(".", " ").split()
    assert not [word for word in shown_words if word[0].isupper()]


def test_words_of_a_participant_whose_part_is_not_known_are_unsure() -> None:
    assert "Luz" not in marks("We met Luz Paz there.", ANA, others=("Luz Maria Vega",))
    assert "Luz" in marks("We met Luz Paz there.", ANA)


# --- the published file

TEXT = "Luz Paz shot Ana Ruiz, police said."


def participant(name: str, text: str = TEXT) -> dict[str, Any]:
    start = text.index(name) if name else -1
    return {"name": {"value": name, "startIndex": start, "endIndex": start + len(name) if name else -1}}


def labels(shooters: tuple[str, ...], victims: tuple[str, ...], **answers: str) -> dict[str, Any]:
    questions = {f"{question.replace('_', ' ')}.": answer for question, answer in answers.items()}
    return {
        "radio3": questions,
        "shooter-section": [participant(name) for name in shooters],
        "victim-section": [participant(name) for name in victims],
    }


def write(folder: Path, *records: dict[str, Any], text: str = TEXT) -> Path:
    rows = [f"{i}\turl\ttitle\t{text}\t{json.dumps(record)}\tworker" for i, record in enumerate(records)]
    header = "Article id\tArticle url\tArticle title\tFull text\tJson\tWorker"
    (folder / "dev.tsv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def test_shooters_and_victims_become_individuals_of_an_attack(tmp_path: Path) -> None:
    (article,) = load_gvdb_names(write(tmp_path, labels(("Luz Paz", ""), ("Ana Ruiz",))), "train").articles
    assert (article.id, article.text) == ("gvdb-0", TEXT)
    (event,) = article.events
    assert event.type == "attack"
    assert [(entity.role, entity.mentions) for entity in event.entities] == [
        ("perpetrator_individual", ("Luz Paz",)),
        ("victim", ("Ana Ruiz",)),
    ]


def test_what_is_no_attack_or_names_nobody_or_is_annotated_in_full_is_left_out(tmp_path: Path) -> None:
    accident = labels((), ("Ana Ruiz",), The_shooting_was_unintentional="Yes")
    plain = labels((), ("Ana Ruiz",), The_shooting_was_unintentional="No")
    write(tmp_path, plain, plain, accident, labels(("",), ()))
    (tmp_path / "annotations.jsonl").write_text('{"id": "gvdb-1", "events": []}\n', encoding="utf-8")
    loaded = load_gvdb_names(tmp_path, "train")
    assert [article.id for article in loaded.articles] == ["gvdb-0"]
    assert loaded.dropped == {
        "articles that are annotated in full": 1,
        "articles about accidents": 1,
        "articles without a name": 1,
    }


def test_a_person_with_two_parts_plays_none(tmp_path: Path) -> None:
    loaded = load_gvdb_names(write(tmp_path, labels(("Ana Ruiz",), ("Ana Ruiz",))), "train")
    assert loaded.articles == ()
    assert loaded.dropped == {
        "people who are shooter and victim": 1,
        "articles without a name that could be marked": 1,
    }


def test_a_broken_file_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"dev.tsv, line 2: 'Ana Ruiz' is not at 13:21, where 'Ana Paz, ' stands|not at"
    ):
        load_gvdb_names(write(tmp_path, labels((), ("Ana Ruiz",)), text="Luz Paz shot Ana Paz, police said."), "train")
    with pytest.raises(DataError, match="line 2: no labels in the column 'Json'"):
        load_gvdb_names(write(tmp_path, {}), "train")
    (tmp_path / "dev.tsv").write_text("Article id\tFull text\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column 'Json' in"):
        load_gvdb_names(tmp_path, "train")
