"""Windows of several articles laid end to end, so that the network computes on pieces and never on padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from whodid.tokens import SPECIAL_SHAPE, Tokens
from whodid.windows import Window

__all__ = ["Batch", "SpecialTokens"]

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """What a tokenizer puts around a text, fills up with, and hides a piece behind."""

    prefix: tuple[int, ...]
    suffix: tuple[int, ...]
    padding: int
    mask: int = 0

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> SpecialTokens:
        """Ask the tokenizer by example."""
        encoding = tokenizer.encode("a", add_special_tokens=True)
        text = [index for index, special in enumerate(encoding.special_tokens_mask) if not special]
        padding, mask = (
            next((i for name in names if (i := tokenizer.token_to_id(name)) is not None), 0)
            for names in (("[PAD]", "<pad>"), ("[MASK]", "<mask>", "[UNK]", "<unk>"))
        )
        return cls(tuple(encoding.ids[: text[0]]), tuple(encoding.ids[text[-1] + 1 :]), padding, mask)

    @property
    def count(self) -> int:
        """How many of a window's pieces they take."""
        return len(self.prefix) + len(self.suffix)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows end to end, special tokens included."""

    ids: IntArray
    """Word pieces of all windows: (pieces,)."""
    shapes: IntArray
    """Their letter shapes: (pieces,)."""
    lengths: tuple[int, ...]
    """How many of the pieces each window has."""

    @classmethod
    def of(cls, windows: Sequence[tuple[Tokens, Window]], special: SpecialTokens) -> Batch:
        """Lay windows end to end."""
        ids, shapes = [], []
        before, after = (np.full(len(part), SPECIAL_SHAPE) for part in (special.prefix, special.suffix))
        for tokens, window in windows:
            read = slice(window.start, window.stop)
            ids += [np.array(special.prefix, np.int64), tokens.ids[read], np.array(special.suffix, np.int64)]
            shapes += [before, tokens.shapes[read], after]
        lengths = tuple(window.stop - window.start + special.count for _, window in windows)
        return cls(np.concatenate(ids), np.concatenate(shapes), lengths)

    @property
    def positions(self) -> IntArray:
        """Where in its window each piece stands: (pieces,)."""
        return np.concatenate([np.arange(length) for length in self.lengths])

    def runs(self) -> Iterator[tuple[int, int]]:
        """Go through neighbours of equal length: how many they are and how long each is."""
        return ((len(list(same)), length) for length, same in groupby(self.lengths))

    def filled(self, multiple: int) -> Batch:
        """Add windows of one piece that means nothing, so that the number of pieces is a multiple."""
        missing = -len(self.ids) % multiple
        if not missing:
            return self
        nothing = np.zeros(missing, np.int64)
        ids, shapes = np.concatenate([self.ids, nothing]), np.concatenate([self.shapes, nothing + SPECIAL_SHAPE])
        return Batch(ids, shapes, (*self.lengths, *[1] * missing))

    def padded(self, padding: int) -> tuple[IntArray, IntArray, npt.NDArray[np.bool_]]:
        """Lay the windows under each other, filled up to the longest: ids, shapes and mask, (windows, pieces) each."""
        mask = np.arange(max(self.lengths)) < np.array(self.lengths)[:, None]
        ids, shapes = np.full(mask.shape, padding, np.int64), np.full(mask.shape, SPECIAL_SHAPE, np.int64)
        ids[mask], shapes[mask] = self.ids, self.shapes
        return ids, shapes, mask
