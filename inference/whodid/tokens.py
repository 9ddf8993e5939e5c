"""An article as word pieces: ids, offsets into the text as given, words, and the letter shape of each word.

Shapes exist because the starting encoder is uncased: "Brown" and "brown" are one piece to it, but a monitor needs the
person and not the colour. Each piece carries the shape of its whole word, as an index into `SHAPES`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

__all__ = ["SHAPES", "SPECIAL_SHAPE", "Tokens", "shape_of", "tokenize"]

SHAPES = ("special", "punctuation", "digits", "lower", "capitalized", "upper", "single_upper", "mixed", "caseless")
"""Letter shapes. "special" is for tokens that stand for no text; "caseless" for scripts without capitals."""
SPECIAL_SHAPE = SHAPES.index("special")

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The word pieces of one article, without special tokens. All arrays have one entry per piece."""

    ids: IntArray
    """Indices into the tokenizer's vocabulary."""
    starts: IntArray
    """Character offset of the piece's first character."""
    ends: IntArray
    """Character offset after its last character."""
    shapes: IntArray
    """Letter shape of the word that the piece belongs to, an index into `SHAPES`."""
    words: IntArray
    """Index of the word that the piece belongs to, counting from 0 without gaps."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def first_pieces(self) -> IntArray:
        """Indices of the pieces that begin a word: (words,)."""
        return np.flatnonzero(np.diff(self.words, prepend=-1))

    def word_spans(self) -> tuple[IntArray, IntArray]:
        """Character offsets of all words: their starts and their ends, (words,) each."""
        first = self.first_pieces
        last = np.append(first[1:], len(self)) - 1 if len(self) else first
        return self.starts[first], self.ends[last]


def tokenize(text: str, tokenizer: Tokenizer) -> Tokens:
    """Cut an article of any length into word pieces.

    Lone surrogates, which scrapers leave behind from broken emoji and no tokenizer accepts, are read as U+FFFD; the
    offsets still point into `text`.
    """
    encoding = tokenizer.encode(_LONE_SURROGATE.sub("�", text), add_special_tokens=False)
    starts, ends, words = [], [], []
    previous: tuple[object, int] = (None, -1)
    for (start, end), word in zip(encoding.offsets, encoding.word_ids, strict=True):
        while start < end and text[start].isspace():  # byte-level tokenizers keep the space before a word
            start += 1  # noqa: PLW2901 - trimming the loop's own offset
        index = previous[1] + (word is None or word != previous[0])
        previous = (word, index)
        starts.append(start)
        ends.append(end)
        words.append(index)
    return Tokens(
        ids=np.array(encoding.ids, dtype=np.int64),
        starts=np.array(starts, dtype=np.int64),
        ends=np.array(ends, dtype=np.int64),
        shapes=_shapes(text, starts, ends, words),
        words=np.array(words, dtype=np.int64),
    )


def _shapes(text: str, starts: list[int], ends: list[int], words: list[int]) -> IntArray:
    spans: dict[int, tuple[int, int]] = {}
    for start, end, word in zip(starts, ends, words, strict=True):
        spans[word] = (spans[word][0] if word in spans else start, end)
    of_word = [shape_of(text[start:end]) for start, end in spans.values()]
    return np.array([of_word[word] for word in words], dtype=np.int64)


@lru_cache(maxsize=65536)
def shape_of(word: str) -> int:
    """Classify a word by its letters' case.

    >>> [SHAPES[shape_of(word)] for word in ("Boko", "FMLN", "militants", "AK", "McDonald", "A", "47", "—", "مقتل")]
    ['capitalized', 'upper', 'lower', 'upper', 'mixed', 'single_upper', 'digits', 'punctuation', 'caseless']
    """
    letters = [char for char in word if char.isalpha()]
    if not letters:
        return SHAPES.index("digits" if any(char.isdigit() for char in word) else "punctuation")
    uppers = [char.isupper() or unicodedata.category(char) == "Lt" for char in letters]
    if not any(uppers):
        return SHAPES.index("lower" if any(char.islower() for char in letters) else "caseless")
    if all(uppers):
        return SHAPES.index("upper" if len(letters) > 1 else "single_upper")
    return SHAPES.index("capitalized" if uppers[0] and not any(uppers[1:]) else "mixed")
