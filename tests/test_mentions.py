"""Mentions from hand-made scores: whole names, and what the network says of each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from tokenizers import Tokenizer

from whodid.decode import ArticleScores
from whodid.incidents import BUCKETS
from whodid.mentions import Found, find_mentions
from whodid.ontology import DEFAULT
from whodid.tokens import tokenize

VICTIM = DEFAULT.role_names.index("victim")


def blank(words: int) -> ArticleScores:
    """Scores that find nothing."""
    roles = np.full((words, 5, 3), -4.0, np.float32)
    roles[..., 0] = 4.0
    return ArticleScores(
        roles=roles,
        event_types=np.zeros(8, np.float32),
        links=np.zeros((words, 5, 8), np.float32),
        names=np.full(words, 3.0, np.float32),
        incidents=np.zeros((words, 5, 2), np.float16),
        entities=np.zeros((words, 1, 2), np.float16),
        carried=np.zeros((words, 8), np.float16),
        mains=np.zeros(8, np.float32),
        distance=np.zeros(BUCKETS, np.float32),
    )


def found(text: str, begins: Mapping[int, int], tokenizer: Tokenizer, scores: ArticleScores | None = None) -> list[str]:
    return [one.mention.text for one in mentions(text, begins, tokenizer, scores)]


def mentions(
    text: str, begins: Mapping[int, int], tokenizer: Tokenizer, scores: ArticleScores | None = None
) -> list[Found]:
    """Find victims that begin at some words and are so many words long."""
    tokens = tokenize(text, tokenizer)
    scores = scores or blank(len(tokens.first_pieces))
    for first, length in begins.items():
        for word in range(first, first + length):
            scores.roles[word, VICTIM] = -4.0
            scores.roles[word, VICTIM, 1 if word == first else 2] = 4.0
    return find_mentions(text, tokens, scores, [0.5] * 5).get(VICTIM, [])


@pytest.mark.parametrize(
    ("text", "begins", "expected"),
    [
        ("Ana Ruiz fell.", {0: 1, 1: 1}, ["Ana Ruiz"]),
        ("Ana Ruiz Vega fell.", {0: 1, 1: 1, 2: 1}, ["Ana Ruiz Vega"]),
        ("Ana, Ruiz fell.", {0: 1, 2: 1}, ["Ana", "Ruiz"]),
        ("Teacher Ana Ruiz fell.", {0: 1, 1: 2}, ["Teacher Ana Ruiz"]),
        ("teacher Ana Ruiz fell.", {0: 1, 1: 2}, ["teacher", "Ana Ruiz"]),
        ("Ana\nRuiz fell.", {0: 1, 1: 1}, ["Ana", "Ruiz"]),  # of a list of names
        ("ANA RUIZ FELL.", {0: 1, 1: 1}, ["ANA", "RUIZ"]),
    ],
)
def test_a_name_that_was_torn_in_two_is_put_together(
    text: str, begins: Mapping[int, int], expected: list[str], tokenizer: Tokenizer
) -> None:
    assert found(text, begins, tokenizer) == expected


def test_words_that_are_no_names_stay_apart(tokenizer: Tokenizer) -> None:
    scores = blank(4)
    scores.names[:] = -3.0
    assert found("Soldiers Police fell.", {0: 1, 1: 1}, tokenizer, scores) == ["Soldiers", "Police"]


def test_a_name_put_together_is_as_sure_as_its_words_on_average(tokenizer: Tokenizer) -> None:
    text, scores = "Ana Ruiz Vega fell.", blank(5)
    for word, begin, inside in ((0, 0.6, 0.0), (1, 0.9, 0.0), (2, 0.0, 0.9)):
        chances = np.array([1.0 - begin - inside, begin, inside])
        scores.roles[word, VICTIM] = np.log(np.maximum(chances, 1e-9))
    (whole,) = find_mentions(text, tokenize(text, tokenizer), scores, [0.5] * 5)[VICTIM]
    assert whole.mention.text == "Ana Ruiz Vega"
    assert whole.confidence == pytest.approx(0.8)


def test_a_mention_has_the_mean_vector_of_its_words(tokenizer: Tokenizer) -> None:
    scores = blank(4)
    scores.entities[0, 0], scores.entities[1, 0] = (1.0, 3.0), (3.0, -1.0)
    (one,) = mentions("Ana Ruiz fell.", {0: 2}, tokenizer, scores)
    assert one.entity.tolist() == [2.0, 1.0]
