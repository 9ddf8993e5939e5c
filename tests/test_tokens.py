from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

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


_TOKENIZER: list[Tokenizer] = []


@pytest.fixture(autouse=True, scope="module")
def _share(tokenizer: Tokenizer) -> None:
    _TOKENIZER.append(tokenizer)
