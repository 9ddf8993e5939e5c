from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

import whodid.tokens as tokens_module
from whodid.tokens import SHAPES, tokenize

NASTY = st.text(
    st.one_of(
        st.characters(), st.sampled_from("aB .\r\n\t’“é\u0301\u200d👩‍🚒🇲🇱مقتل\ud83d\u0000"), st.sampled_from("gunmen ")
    ),
    max_size=80,
)


def test_words_keep_their_offsets_and_shapes(tokenizer: Tokenizer) -> None:
    text = "Gunmen killed 3 UN\nsoldiers"
    tokens = tokenize(text, tokenizer)
    starts, ends = tokens.word_spans()
    assert [text[s:e] for s, e in zip(starts, ends, strict=True)] == ["Gunmen", "killed", "3", "UN", "soldiers"]
    shapes = [SHAPES[tokens.shapes[piece]] for piece in tokens.first_pieces]
    assert shapes == ["capitalized", "lower", "digits", "upper", "lower"]


def test_all_pieces_of_a_word_have_its_shape(tokenizer: Tokenizer) -> None:
    tokens = tokenize("JNIM", tokenizer)
    assert len(tokens) == 4
    assert {SHAPES[shape] for shape in tokens.shapes} == {"upper"}


@given(NASTY)
@settings(max_examples=300, deadline=None)
def test_word_spans_lie_in_the_text_in_order(text: str) -> None:
    tokens = tokenize(text, _TOKENIZER[0])
    starts, ends = tokens.word_spans()
    assert (starts <= ends).all()
    assert (ends <= len(text)).all()
    assert (np.diff(starts) >= 0).all()
    assert len(starts) == len(tokens.first_pieces)


@given(
    st.lists(
        st.sampled_from(["gunmen", "killed", "U.N.", "12,000", "Cafe\u0301", "-", "\n", "👩‍🚒", "ﬁre"]), max_size=60
    )
)
@settings(max_examples=100, deadline=None)
def test_a_long_text_is_cut_where_it_does_not_show(words: list[str]) -> None:
    text = " ".join(words)
    whole = tokenize(text, _TOKENIZER[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens_module, "_STRETCH", 20)
        in_stretches = tokenize(text, _TOKENIZER[0])
    for field in fields(whole):
        assert np.array_equal(getattr(whole, field.name), getattr(in_stretches, field.name))


def test_a_long_text_is_cut_at_all() -> None:
    text = "gunmen killed people " * 10_000
    assert len(list(tokens_module._cuts(text))) == 3
    assert list(tokens_module._cuts("x" * 200_000)) == []


_TOKENIZER: list[Tokenizer] = []


@pytest.fixture(autouse=True, scope="module")
def _share(tokenizer: Tokenizer) -> None:
    _TOKENIZER.append(tokenizer)
