from __future__ import annotations

from collections import Counter

import numpy as np
from tokenizers import Tokenizer

from whodid.ontology import DEFAULT
from whodid.tokens import tokenize
from whodid_training.align import align
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.partial import unsure_besides
from whodid_training.examples import IGNORE, Marked, example

TEXT = "the gunmen shot the teacher and the gunmen fled"
ROLES = frozenset(DEFAULT.role_names)


def tags(article: Article, tokenizer: Tokenizer, role: str, *, roles: frozenset[str] = ROLES) -> list[int]:
    """Return one tag per word of the text: 0 outside, 1 begin, 2 inside, IGNORE."""
    tokens = tokenize(article.text, tokenizer)
    marked = Marked("tiny", (article,), frozenset(), roles)
    row = example(article, marked, tokens=tokens, ontology=DEFAULT, lost=Counter())
    labels = np.asarray(row["tags"]).reshape(len(tokens), -1)[:, DEFAULT.role_names.index(role)]
    return [int(label) for label in labels[tokens.first_pieces]]


def attack(*entities: GoldEntity, unsure: tuple[tuple[int, int], ...] = ()) -> Article:
    return Article("a", TEXT, (GoldEvent("attack", entities),), unsure=unsure)


def test_an_entity_with_offsets_is_marked_there_and_nowhere_else(tokenizer: Tokenizer) -> None:
    anywhere = GoldEntity("perpetrator_individual", ("gunmen",))
    here = GoldEntity("perpetrator_individual", ("gunmen",), spans=((4, 10),))
    assert tags(attack(anywhere), tokenizer, "perpetrator_individual") == [0, 1, 0, 0, 0, 0, 0, 1, 0]
    assert tags(attack(here), tokenizer, "perpetrator_individual") == [0, 1, 0, 0, 0, 0, 0, 0, 0]


def test_offsets_that_do_not_hold_the_mention_are_counted_as_lost(tokenizer: Tokenizer) -> None:
    wrong = GoldEntity("victim", ("teacher",), spans=((3, 10),))
    inside = GoldEntity("weapon", ("unm",), spans=((5, 8),))
    assert align(attack(wrong, inside), tokenize(TEXT, tokenizer)).lost == {
        "not in the text": 1,
        "not on word boundaries": 1,
    }


def test_words_in_an_unsure_span_are_ignored_unless_they_are_marked(tokenizer: Tokenizer) -> None:
    gunmen = GoldEntity("perpetrator_individual", ("gunmen",), spans=((4, 10),))
    article = attack(gunmen, unsure=((0, 16),))
    assert TEXT[0:16] == "the gunmen shot "
    assert tags(article, tokenizer, "perpetrator_individual") == [IGNORE, 1, IGNORE, 0, 0, 0, 0, 0, 0]


def test_a_marked_word_is_known_to_be_outside_the_other_roles(tokenizer: Tokenizer) -> None:
    gunmen = GoldEntity("perpetrator_individual", ("gunmen",), spans=((4, 10),))
    article = attack(gunmen, unsure=((0, len(TEXT)),))
    assert tags(article, tokenizer, "victim") == [IGNORE, 0, *[IGNORE] * 7]


def test_a_word_that_an_unsure_span_only_touches_is_ignored_too(tokenizer: Tokenizer) -> None:
    assert tags(attack(unsure=((9, 12),)), tokenizer, "victim") == [0, IGNORE, IGNORE, 0, 0, 0, 0, 0, 0]
    assert tags(attack(unsure=((10, 11),)), tokenizer, "victim") == [0] * 9


def test_what_a_loader_knows_leaves_the_rest_unsure(tokenizer: Tokenizer) -> None:
    unsure = unsure_besides([(11, 15), (0, 3)], text=TEXT)
    assert unsure == ((3, 11), (15, len(TEXT)))
    assert tags(attack(unsure=unsure), tokenizer, "victim") == [0, IGNORE, 0, *[IGNORE] * 6]
    assert unsure_besides([], text="five") == ((0, 4),)
    assert unsure_besides([(0, 3), (4, 8)], text="two four") == ()


def test_a_role_that_the_corpus_does_not_mark_stays_unknown_everywhere(tokenizer: Tokenizer) -> None:
    assert tags(attack(), tokenizer, "weapon", roles=frozenset({"victim"})) == [IGNORE] * 9
