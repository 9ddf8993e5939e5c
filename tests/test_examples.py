"""Labels of training examples: what is known, what is IGNORE, and a cache that is never stale."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from whodid.ontology import DEFAULT
from whodid.tokens import SHAPES, tokenize
from whodid_training import examples
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.examples import IGNORE, Marked, build_examples, example, looks_named

ALL_TYPES, ALL_ROLES = frozenset(DEFAULT.type_names), frozenset(DEFAULT.role_names)
TEXT = "Gunmen shot Ana Ruiz."  # words: Gunmen shot Ana Ruiz .
EVENT = GoldEvent(
    "attack", (GoldEntity("perpetrator_individual", ("Gunmen",)), GoldEntity("victim", ("Ana Ruiz",), named=True))
)
ARTICLE = Article("a", TEXT, (EVENT,))


def marked(*articles: Article, **changes: Any) -> Marked:
    return Marked("test", articles, **{"event_types": ALL_TYPES, "roles": ALL_ROLES, **changes})


def label(article: Article, tokenizer: Tokenizer, **changes: Any) -> dict[str, Any]:
    """The labels of the first pieces: words by role, without the flattening."""
    tokens = tokenize(article.text, tokenizer)
    row = example(article, marked(article, **changes), tokens=tokens, ontology=DEFAULT, lost=Counter())
    first = tokens.first_pieces
    for name in ("tags", "links", "incidents", "entities"):
        table = np.asarray(row[name]).reshape(len(tokens), len(DEFAULT.roles))
        assert (np.delete(table, first, axis=0) == IGNORE).all()  # only a word's first piece is labelled
        row[name] = {role: table[first, column].tolist() for column, role in enumerate(DEFAULT.role_names)}
    row["names"] = np.asarray(row["names"])[first].tolist()
    for name in ("types", "mains"):
        row[name] = dict(zip(DEFAULT.type_names, row[name], strict=True))
    return row


def test_a_word_is_outside_begins_or_goes_on(tokenizer: Tokenizer) -> None:
    row = label(ARTICLE, tokenizer)
    assert row["tags"]["perpetrator_individual"] == [1, 0, 0, 0, 0]
    assert row["tags"]["victim"] == [0, 0, 1, 2, 0]
    assert row["tags"]["weapon"] == [0, 0, 0, 0, 0]
    assert row["types"] == {name: int(name == "attack") for name in DEFAULT.type_names}
    assert (row["id"], row["corpus"], row["mixed_case"]) == ("a", "test", True)
    assert [SHAPES[shape] for shape in row["shapes"][:2]] == ["capitalized", "lower"]


def test_a_corpus_that_marks_only_some_roles_and_types_is_silent_about_the_others(tokenizer: Tokenizer) -> None:
    row = label(ARTICLE, tokenizer, roles=frozenset({"victim"}), event_types=frozenset({"bombing"}))
    assert row["tags"]["victim"] == [0, 0, 1, 2, 0]
    assert set(row["tags"]["perpetrator_individual"]) == set(row["tags"]["target"]) == {IGNORE}
    assert row["types"] == {**dict.fromkeys(DEFAULT.type_names, IGNORE), "bombing": 0, "attack": 1}  # a mark is a mark


def test_an_article_without_events_says_so_only_of_the_types_that_its_corpus_marks(tokenizer: Tokenizer) -> None:
    row = label(Article("a", TEXT), tokenizer, event_types=frozenset({"arson"}))
    assert row["types"] == {**dict.fromkeys(DEFAULT.type_names, IGNORE), "arson": 0}
    assert set(row["tags"]["victim"]) == {0}


def test_words_of_an_unsure_span_are_unknown_unless_marked(tokenizer: Tokenizer) -> None:
    row = label(replace(ARTICLE, unsure=((8, 14),)), tokenizer)  # "hot An": touches shot and Ana
    assert row["tags"]["victim"] == [0, IGNORE, 1, 2, 0]
    assert row["tags"]["perpetrator_individual"] == [1, IGNORE, 0, 0, 0]


def test_a_link_is_the_set_of_the_types_of_its_events(tokenizer: Tokenizer) -> None:
    second = GoldEvent("kidnapping", (GoldEntity("victim", ("Ana Ruiz",)),))
    row = label(replace(ARTICLE, events=(EVENT, second)), tokenizer)
    attack, kidnapping = (1 << DEFAULT.type_names.index(name) for name in ("attack", "kidnapping"))
    assert row["links"]["perpetrator_individual"] == [attack, *[IGNORE] * 4]
    assert row["links"]["victim"] == [IGNORE, IGNORE, attack + kidnapping, attack + kidnapping, IGNORE]
    assert set(row["links"]["weapon"]) == {IGNORE}


def test_an_incident_stands_where_a_mention_begins_and_is_the_set_of_its_events(tokenizer: Tokenizer) -> None:
    again = GoldEvent("attack", (GoldEntity("victim", ("Ana Ruiz",)),))
    row = label(replace(ARTICLE, events=(EVENT, again)), tokenizer)
    assert row["incidents"]["perpetrator_individual"] == [0b01, *[IGNORE] * 4]
    assert row["incidents"]["victim"] == [IGNORE, IGNORE, 0b11, IGNORE, IGNORE]
    assert set(row["incidents"]["weapon"]) == {IGNORE}


def test_an_incident_that_no_longer_fits_is_unknown(tokenizer: Tokenizer) -> None:
    events = [GoldEvent("attack")] * 61 + [EVENT, GoldEvent("attack", (GoldEntity("victim", ("Ana Ruiz",)),))]
    row = label(replace(ARTICLE, events=tuple(events)), tokenizer)
    assert row["incidents"]["perpetrator_individual"][0] == 1 << 61
    assert set(row["incidents"]["victim"]) == {IGNORE}  # of events 61 and 62; to say that it is of one only were wrong


def test_participants_of_a_role_are_numbered_and_one_that_is_on_two_events_has_one_number(
    tokenizer: Tokenizer,
) -> None:
    text = "Gunmen shot Ana Ruiz and Eva. Ruiz was robbed."  # Gunmen shot Ana Ruiz and Eva . Ruiz was robbed .
    shot = GoldEvent("attack", (GoldEntity("victim", ("Eva",)), GoldEntity("victim", ("Ana Ruiz",))))
    robbed = GoldEvent("robbery", (GoldEntity("victim", ("Ruiz", "Ana Ruiz")),))
    row = label(Article("a", text, (EVENT, shot, robbed)), tokenizer)
    assert row["entities"]["perpetrator_individual"] == [0, *[IGNORE] * 10]
    assert row["entities"]["victim"] == [IGNORE, IGNORE, 0, 0, IGNORE, 1, IGNORE, 0, *[IGNORE] * 3]


@pytest.mark.parametrize(
    ("mains", "known"),
    [
        ((), None),
        ((None, None), None),
        ((True, False), {"attack"}),
        ((False, True), {"arson"}),
        ((False, False), set()),
        ((None, True), {"arson"}),
    ],
)
def test_the_type_of_the_main_event_is_known_where_the_corpus_tells_it(
    tokenizer: Tokenizer, mains: tuple[bool | None, ...], known: set[str] | None
) -> None:
    events = [GoldEvent(name, main=main) for name, main in zip(("attack", "arson"), mains, strict=False)]
    row = label(replace(ARTICLE, events=tuple(events)), tokenizer)
    expected = {name: IGNORE if known is None else int(name in known) for name in DEFAULT.type_names}
    assert row["mains"] == expected


def test_whether_a_mention_is_a_name_is_told_by_the_corpus_or_by_its_letters(tokenizer: Tokenizer) -> None:
    assert label(ARTICLE, tokenizer)["names"] == [0, IGNORE, 1, 1, IGNORE]  # "Gunmen" begins the text
    assert label(ARTICLE, tokenizer, mixed_case=False)["names"] == [
        IGNORE,
        IGNORE,
        1,
        1,
        IGNORE,
    ]  # capitals tell nothing
    unnamed = GoldEvent("attack", (GoldEntity("victim", ("Ana Ruiz",), named=False),))
    assert label(replace(ARTICLE, events=(unnamed,)), tokenizer)["names"] == [IGNORE, IGNORE, 0, 0, IGNORE]


@pytest.mark.parametrize(
    ("mention", "text", "named"),
    [
        ("Ana de Vargas", "Ana de Vargas fell.", True),
        ("JNIM", "It blamed JNIM.", True),
        ("Gunmen", "Gunmen fled.", False),  # one word at the start of a sentence
        ("Police", "He fled. Police came.", False),
        ("Army", "The Army and the army fled.", False),  # also written small
        ("two men", "Then two men fled.", False),
        ("47", "It hit 47 people.", False),
    ],
)
def test_a_name_has_capitals_where_others_have_none(mention: str, text: str, named: bool) -> None:
    assert looks_named(mention, text) is named


def test_rows_come_back_with_what_was_lost(tokenizer: Tokenizer, tmp_path: Path) -> None:
    ghost = GoldEvent("attack", (GoldEntity("victim", ("Eva", "Ana Ruiz")),))
    parts = [marked(replace(ARTICLE, events=(ghost,))), replace(marked(Article("b", "All quiet.")), corpus="other")]
    rows, lost = build_examples(parts, tokenizer=tokenizer, ontology=DEFAULT, cache=tmp_path)
    assert (rows["id"][:], rows["corpus"][:]) == (["a", "b"], ["test", "other"])
    assert lost == Counter({"test: not in the text": 1})
    tokens = tokenize(TEXT, tokenizer)
    assert rows[0]["ids"] == tokens.ids.tolist()
    for name in ("tags", "links", "incidents", "entities"):
        assert len(rows[0][name]) == len(tokens) * len(DEFAULT.roles)
    assert len(rows[0]["types"]) == len(rows[0]["mains"]) == len(DEFAULT.event_types)
    assert len(rows[0]["names"]) == len(tokens)


def test_what_was_not_read_is_not_in_the_row(tokenizer: Tokenizer, tmp_path: Path) -> None:
    cut = replace(ARTICLE, text=f"{TEXT} Ana Ruiz died.", read_until=len(TEXT))
    rows, _ = build_examples([marked(cut)], tokenizer=tokenizer, ontology=DEFAULT, cache=tmp_path)
    assert rows[0]["ids"] == tokenize(TEXT, tokenizer).ids.tolist()
    assert rows[0]["tags"].count(1) == 2


def test_rows_are_mapped_from_disk_and_not_held_in_memory(tokenizer: Tokenizer, tmp_path: Path) -> None:
    from datasets.table import MemoryMappedTable

    rows, _ = build_examples([marked(ARTICLE)], tokenizer=tokenizer, ontology=DEFAULT, cache=tmp_path)
    assert rows.cache_files
    assert all(Path(entry["filename"]).is_relative_to(tmp_path) for entry in rows.cache_files)
    blocks = getattr(rows.data, "blocks", [[rows.data]])
    assert all(isinstance(block, MemoryMappedTable) for row in blocks for block in row)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the articles that were labelled rather than taken from a cache."""
    labelled: list[str] = []
    original = examples.example

    def spy(article: Article, *arguments: Any, **options: Any) -> dict[str, Any]:
        labelled.append(article.id)
        return original(article, *arguments, **options)

    monkeypatch.setattr(examples, "example", spy)
    return labelled


def test_the_cache_is_used_again(tokenizer: Tokenizer, tmp_path: Path, counted: list[str]) -> None:
    ghost = replace(ARTICLE, events=(GoldEvent("attack", (GoldEntity("victim", ("Eva",)),)),))
    first, lost = build_examples([marked(ghost)], tokenizer=tokenizer, ontology=DEFAULT, cache=tmp_path)
    again, lost_again = build_examples([marked(ghost)], tokenizer=tokenizer, ontology=DEFAULT, cache=tmp_path)
    assert counted == ["a"]
    assert again[:] == first[:]
    assert lost_again == lost != Counter()


CHANGES: dict[str, Any] = {
    "the text": marked(replace(ARTICLE, text=TEXT + " Ana Ruiz died.")),
    "an event": marked(replace(ARTICLE, events=(replace(EVENT, type="robbery"),))),
    "a name": marked(replace(ARTICLE, events=(replace(EVENT, entities=EVENT.entities[:1]),))),
    "what was read": marked(replace(ARTICLE, read_until=11)),
    "what is unsure": marked(replace(ARTICLE, unsure=((0, 6),))),
    "one more article": marked(ARTICLE, Article("b", "All quiet.")),
    "the roles": marked(ARTICLE, roles=frozenset({"victim"})),
    "the types": marked(ARTICLE, event_types=frozenset({"attack"})),
    "the letters": marked(ARTICLE, mixed_case=False),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=list(CHANGES))
def test_the_cache_is_not_used_for_what_has_changed(
    changed: Marked, tokenizer: Tokenizer, tmp_path: Path, counted: list[str]
) -> None:
    for part in (marked(ARTICLE), changed):
        rows, _ = build_examples([part], tokenizer=tokenizer, ontology=DEFAULT, cache=tmp_path)
        assert len(rows) == len(part.articles)
    assert counted == ["a", *(article.id for article in changed.articles)]


def test_another_tokenizer_or_ontology_has_a_cache_of_its_own(
    tokenizer: Tokenizer, tmp_path: Path, counted: list[str]
) -> None:
    other = Tokenizer.from_str(tokenizer.to_str())
    other.add_tokens(["ruiz"])
    fewer = replace(DEFAULT, event_types=DEFAULT.event_types[:2])
    for pieces, ontology in ((tokenizer, DEFAULT), (other, DEFAULT), (tokenizer, fewer)):
        rows, _ = build_examples([marked(ARTICLE)], tokenizer=pieces, ontology=ontology, cache=tmp_path)
        assert len(rows[0]["types"]) == len(ontology.event_types)
    assert counted == ["a"] * 3


def test_a_cache_that_was_left_half_written_is_written_again(
    tokenizer: Tokenizer, tmp_path: Path, counted: list[str]
) -> None:
    rows, _ = build_examples([marked(ARTICLE)], tokenizer=tokenizer, ontology=DEFAULT, cache=tmp_path)
    expected = rows[:]
    (folder,) = tmp_path.iterdir()
    (folder / "lost.json").unlink()  # it is written last
    shutil.copy(folder / "dataset_info.json", folder / "state.json")
    rows, _ = build_examples([marked(ARTICLE)], tokenizer=tokenizer, ontology=DEFAULT, cache=tmp_path)
    assert counted == ["a", "a"]
    assert rows[:] == expected
