"""An article as word pieces: ids, offsets into the text as given, words, and the letter shape of each word.

Shapes exist because the starting encoder is uncased: "Brown" and "brown" are one piece to it, but a monitor needs the
person and not the colour. Each piece carries the shape of its whole word, as an index into `SHAPES`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
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
_STRETCH = 2**16
"""Characters. Longer than nearly every article, so that a cut is rare; short enough to take no room to speak of."""
_GAP = re.compile(r"(?<=\w)\s(?=\w)")
_SPACES = np.array([code for code in range(0x3001) if chr(code).isspace()], dtype=np.uint32)

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
    offsets still point into `text`. A text of more than `_STRETCH` characters goes through the tokenizer in stretches,
    cut between words: what a tokenizer keeps of a text takes a hundred times the room of the text.
    """
    cuts = list(_cuts(text))
    parts = [_stretch(text, start, stop, tokenizer) for start, stop in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    if len(parts) == 1:
        return parts[0]
    words = np.cumsum([0, *(part.words[-1] + 1 if len(part) else 0 for part in parts)])
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in ("ids", "starts", "ends", "shapes")
    }
    numbered = [part.words + before for part, before in zip(parts, words[:-1], strict=True)]
    return Tokens(**joined, words=np.concatenate(numbered))


def _cuts(text: str) -> Iterator[int]:
    """Find where a long text is cut: before a space between two words, so that no word and no accent is torn."""
    cut = 0
    while len(text) - cut > _STRETCH:
        gap = _GAP.search(text, cut + _STRETCH)
        if gap is None:
            return
        cut = gap.start()
        yield cut


def _stretch(text: str, start: int, stop: int, tokenizer: Tokenizer) -> Tokens:
    """Tokenize `text[start:stop]`, with offsets into `text` and words counted from 0."""
    part = text[start:stop]
    encoding = tokenizer.encode(_LONE_SURROGATE.sub("�", part), add_special_tokens=False)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    starts, ends = _without_leading_spaces(part, offsets[:, 0], offsets[:, 1]), offsets[:, 1]
    words = _numbered(encoding.word_ids)
    return Tokens(
        ids=np.array(encoding.ids, dtype=np.int64),
        starts=starts + start,
        ends=ends + start,
        shapes=_shapes(part, starts, ends, words),
        words=words,
    )


def _without_leading_spaces(text: str, starts: IntArray, ends: IntArray) -> IntArray:
    """Move starts past the space that byte-level tokenizers keep before a word."""
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    candidates = np.flatnonzero(starts < ends)
    starts = starts.copy()
    for piece in candidates[np.isin(characters[starts[candidates]], _SPACES)]:
        kept = text[starts[piece] : ends[piece]].lstrip()
        starts[piece] = ends[piece] - len(kept)
    return starts


def _numbered(word_ids: Sequence[int | None]) -> IntArray:
    """Number the words from 0 without gaps; a piece that the tokenizer puts into no word is one by itself."""
    ids = np.array([-1 if word is None else word for word in word_ids], dtype=np.int64)
    begins = np.ones(len(ids), np.int64)
    begins[1:] = (ids[1:] != ids[:-1]) | (ids[1:] == -1)
    return np.cumsum(begins) - 1


def _shapes(text: str, starts: IntArray, ends: IntArray, words: IntArray) -> IntArray:
    first = np.flatnonzero(np.diff(words, prepend=-1))
    last = np.append(first[1:], len(words)) - 1 if len(words) else first
    spans = zip(starts[first].tolist(), ends[last].tolist(), strict=True)
    of_word = np.array([shape_of(text[start:end]) for start, end in spans], dtype=np.int64)
    return of_word[words]


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
