"""Rulers: how far into an article something stands, in word pieces of a model or in words where there is no model.

>>> WORDS.position("He said: run", 9)  # He, said, the colon, run
3
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

__all__ = ["WORDS", "Ruler", "word_pieces"]

_UNIT = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Ruler:
    """A way to count positions."""

    unit: str
    """What is counted, in the plural."""
    starts: Callable[[str], Sequence[int]]
    """Character offsets at which the units of a text begin, in order."""
    boundary: int = 512
    """First position that counts as beyond: what an encoder of the usual size would not see."""

    def position(self, text: str, offset: int) -> int:
        """Return the number, from 0, of the unit in which a character stands."""
        return max(0, int(np.searchsorted(self.starts(text), offset, side="right")) - 1)


def word_pieces(folder: Path) -> Ruler:
    """Count in the word pieces of a model folder's tokenizer; its weights are not read.

    Raises:
        DataError: the folder has no tokenizer.
    """
    from tokenizers import Tokenizer  # noqa: PLC0415 - only where there is a model

    from whodid.errors import DataError  # noqa: PLC0415
    from whodid.tokens import tokenize  # noqa: PLC0415

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise DataError(f"no model folder at {folder}: it has no tokenizer.json; name one that `whodid train` wrote")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Ruler("word pieces", lambda text: tokenize(text, tokenizer).starts.tolist())


WORDS = Ruler("words and punctuation marks", lambda text: [match.start() for match in _UNIT.finditer(text)])
"""The ruler that needs no model; a word is one or more word pieces."""
