from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from whodid.ontology import DEFAULT
from whodid.tokens import tokenize
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.examples import IGNORE, Marked, build_examples, example, looks_named

TEXT = "gunmen killed the teacher"
ARTICLE = Article(
    "a",
    TEXT,
    (
        GoldEvent(
            "attack", (GoldEntity("perpetrator_individual", ("gunmen",)), GoldEntity("victim", ("teacher", "nobody")))
        ),
    ),
)
FULL = Marked("corpus", (ARTICLE,), frozenset(DEFAULT.type_names), frozenset(DEFAULT.role_names))
VICTIM = DEFAULT.role_names.index("victim")
WEAPON = DEFAULT.role_names.index("weapon")


def tags(marked: Marked, tokenizer: Tokenizer) -> np.ndarray:
    found = example(
        marked.articles[0], marked, tokens=tokenize(TEXT, tokenizer), ontology=DEFAULT, lost=Counter()
    )  # fmt: skip
    return np.asarray(found["tags"]).reshape(-1, len(DEFAULT.roles))


def test_words_are_tagged_and_the_rest_is_outside(tokenizer: Tokenizer) -> None:
    assert tags(FULL, tokenizer)[-1, VICTIM] == 1
    assert set(tags(FULL, tokenizer)[:, WEAPON]) <= {0, IGNORE}


def test_only_the_first_piece_of_a_word_is_labelled(tokenizer: Tokenizer) -> None:
    first = tokenize(TEXT, tokenizer).first_pieces
    labelled = np.flatnonzero(tags(FULL, tokenizer)[:, VICTIM] != IGNORE)
    assert labelled.tolist() == first.tolist()


def test_a_corpus_that_is_silent_about_a_role_or_a_type_says_nothing_of_it(tokenizer: Tokenizer) -> None:
    silent = replace(FULL, roles=frozenset({"victim"}), event_types=frozenset({"bombing"}))
    found = tags(silent, tokenizer)
    assert (found[:, WEAPON] == IGNORE).all()
    row = example(ARTICLE, silent, tokens=tokenize(TEXT, tokenizer), ontology=DEFAULT, lost=Counter())
    types = dict(zip(DEFAULT.type_names, row["types"], strict=True))
    assert (types["attack"], types["bombing"], types["arson"]) == (1, 0, IGNORE)


def test_what_lies_beyond_the_point_of_reading_is_no_part_of_the_example(tokenizer: Tokenizer, tmp_path: Path) -> None:
    cut = replace(FULL, articles=(replace(ARTICLE, read_until=13),))
    rows, lost = build_examples([cut], tokenizer=tokenizer, ontology=DEFAULT, cache=tmp_path)
    assert rows[0]["ids"] == tokenize(TEXT[:13], tokenizer).ids.tolist()
    assert sum(lost.values()) == 2


def test_the_cache_is_used_again_and_made_anew_when_an_article_changes(tokenizer: Tokenizer, tmp_path: Path) -> None:
    def build(marked: Marked) -> tuple[list[int], Counter[str]]:
        rows, lost = build_examples([marked], tokenizer=tokenizer, ontology=DEFAULT, cache=tmp_path)
        assert rows.cache_files  # memory-mapped from disk
        return rows[0]["ids"], lost

    first = build(FULL)
    folders = set(tmp_path.iterdir())
    assert build(FULL) == first
    assert set(tmp_path.iterdir()) == folders
    assert first[1] == {"corpus: not in the text": 1}
    changed = replace(FULL, articles=(replace(ARTICLE, text="gunmen killed a teacher"),))
    assert build(changed) != first
    assert set(tmp_path.iterdir()) > folders


def test_names_are_told_from_descriptions_by_their_capitals() -> None:
    text = "The Islamic State said. Gunmen fled; the gunmen met Omar."
    assert [looks_named(mention, text) for mention in ("Islamic State", "Gunmen", "Omar", "gunmen")] == [
        True, False, True, False,
    ]  # fmt: skip
