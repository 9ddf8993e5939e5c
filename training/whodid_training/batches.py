"""Which articles go into which training step, and the tensors they become.

An article's windows stay together, because the event types are labels of the whole article. Articles of one step have
about the same length, so that little is lost to padding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from whodid.model import SpecialTokens
from whodid.tokens import SHAPES, SPECIAL_SHAPE
from whodid.windows import Window, plan
from whodid_training.examples import IGNORE

__all__ = ["Batch", "BatchMaker", "batches", "epoch_order", "sample_epoch"]

_PER_ROLE = ("tags", "links", "incidents", "entities")
"""Columns with one entry for each piece and role."""
_JITTER = (0.97, 1.03)
"""Factors on lengths before articles are sorted by them: steps differ from epoch to epoch, and hold little padding."""
_UPPER = {SHAPES.index(name): SHAPES.index("upper") for name in ("lower", "capitalized", "mixed")}
_TO_UPPER = np.array([_UPPER.get(index, index) for index in range(len(SHAPES))])


@dataclass(frozen=True)
class Batch:
    """One training step's windows and labels."""

    ids: Tensor
    """(windows, pieces)."""
    shapes: Tensor
    """(windows, pieces)."""
    mask: Tensor | None
    """True where there is a piece, (windows, pieces); None where every window is full."""
    article: Tensor
    """Which article of the batch a window belongs to, (windows,)."""
    tags: Tensor
    """(windows, pieces, roles)."""
    links: Tensor
    """Bit sets of event types, (windows, pieces, roles)."""
    incidents: Tensor
    """Bit sets of the article's events where a mention begins, (windows, pieces, roles)."""
    entities: Tensor
    """Number of the participant, among those of its role and article, in whose mention a piece is:
    (windows, pieces, roles)."""
    positions: Tensor
    """Index of each piece in its article, (windows, pieces); 0 where there is none."""
    names: Tensor
    """(windows, pieces)."""
    types: Tensor
    """(articles, event types)."""
    mains: Tensor
    """Whether an event of this type is the main one, (articles, event types)."""

    def to(self, device: torch.device) -> Batch:
        """Move all tensors."""
        moved = {name: value.to(device) for name, value in vars(self).items() if value is not None}
        return Batch(**{"mask": None, **moved})


def sample_epoch(rates: Sequence[float], *, seed: int, epoch: int) -> list[int]:
    """Draw which articles an epoch sees: rate 1 means once, 2.5 twice or three times, 0.3 in three epochs of ten.

    >>> sample_epoch([1.0, 2.0, 0.0], seed=1, epoch=0)
    [0, 1, 1]
    """
    chance = np.random.default_rng([seed, epoch]).random(len(rates))
    return [index for index, rate in enumerate(rates) for _ in range(int(rate) + int(chance[index] < rate % 1))]


def epoch_order(
    drawn: Sequence[int], costs: Sequence[Sequence[int]], *, budget: int, seed: int, epoch: int
) -> list[list[int]]:
    """Group articles into steps.

    Args:
        drawn: indices of articles, possibly several times.
        costs: for each article its (longest window, number of windows).
        budget: most pieces in a step, padding included; a longer article gets a step of its own.
        seed: with `epoch`, fixes the order.
        epoch: counted from 0.

    Returns:
        Indices of articles for each step, in random order.
    """
    random = np.random.default_rng([seed, epoch, 1])
    jitter = random.uniform(*_JITTER, len(drawn))
    by_length = sorted(range(len(drawn)), key=lambda i: costs[drawn[i]][0] * jitter[i])
    steps: list[list[int]] = []
    longest = windows = 0
    for index in (drawn[i] for i in by_length):
        longest, windows = max(longest, costs[index][0]), windows + costs[index][1]
        if not steps or longest * windows > budget:
            steps.append([])
            longest, windows = costs[index]
        steps[-1].append(index)
    random.shuffle(steps)
    return steps


@dataclass(frozen=True)
class BatchMaker:
    """Turns rows of `whodid_training.examples` into batches."""

    special: SpecialTokens
    window_size: int
    window_overlap: int
    roles: int
    uppercase_share: float = 0.0
    """Share of the mixed-case articles that are shown as if in capitals."""
    mask_share: float = 0.0
    """Share of the pieces that are hidden from the network; their letter shapes stay."""

    def windows(self, pieces: int) -> tuple[Window, ...]:
        """Plan an article's windows, as inference does."""
        return plan(pieces, size=self.window_size - self.special.count, overlap=self.window_overlap)

    def cost(self, pieces: int) -> tuple[int, int]:
        """Return an article's longest window, in pieces, and its number of windows."""
        windows = self.windows(pieces)
        return max((w.stop - w.start for w in windows), default=0) + self.special.count, len(windows)

    def make(self, rows: Sequence[Mapping[str, Any]], *, random: np.random.Generator) -> Batch:
        """Cut rows into windows and pad them.

        Raises:
            ValueError: no row has any text.
        """
        jobs = [(index, window) for index, row in enumerate(rows) for window in self.windows(len(row["ids"]))]
        pieces = max(window.stop - window.start for _, window in jobs) + self.special.count
        shape = (len(jobs), pieces)
        ids, shapes = np.full(shape, self.special.padding), np.full(shape, SPECIAL_SHAPE)
        mask, names = np.zeros(shape, bool), np.full(shape, IGNORE)
        positions = np.zeros(shape, np.int64)
        by_role = {name: np.full((*shape, self.roles), IGNORE) for name in _PER_ROLE}
        views = [self._arrays(row, random) for row in rows]
        for number, (index, window) in enumerate(jobs):
            view, before = views[index], len(self.special.prefix)
            read = [*self.special.prefix, *view["ids"][window.start : window.stop], *self.special.suffix]
            ids[number, : len(read)], mask[number, : len(read)] = read, True
            shapes[number, before : before + window.stop - window.start] = view["shapes"][window.start : window.stop]
            kept = slice(window.keep_start, window.keep_stop)  # a piece is learned where inference would keep it
            there = slice(window.keep_start - window.start + before, window.keep_stop - window.start + before)
            for name, labels in by_role.items():
                labels[number, there] = view[name][kept]
            names[number, there] = view["names"][kept]
            positions[number, there] = np.arange(window.keep_start, window.keep_stop)
        return Batch(
            ids=torch.from_numpy(ids),
            shapes=torch.from_numpy(shapes),
            mask=None if mask.all() else torch.from_numpy(mask),
            article=torch.tensor([index for index, _ in jobs]),
            **{name: torch.from_numpy(labels) for name, labels in by_role.items()},
            positions=torch.from_numpy(positions),
            names=torch.from_numpy(names),
            types=torch.from_numpy(np.stack([view["types"] for view in views])),
            mains=torch.from_numpy(np.stack([view["mains"] for view in views])),
        )

    def _arrays(self, row: Mapping[str, Any], random: np.random.Generator) -> dict[str, np.ndarray[Any, Any]]:
        shapes = np.asarray(row["shapes"], np.int64)
        if row["mixed_case"] and random.random() < self.uppercase_share:
            shapes = _TO_UPPER[shapes]
        ids = np.asarray(row["ids"], np.int64)
        if self.mask_share:
            ids = np.where(random.random(len(ids)) < self.mask_share, self.special.mask, ids)
        return {
            "ids": ids,
            "shapes": shapes,
            "names": np.asarray(row["names"], np.int64),
            "types": np.asarray(row["types"], np.int64),
            "mains": np.asarray(row["mains"], np.int64),
            **{name: np.asarray(row[name], np.int64).reshape(len(ids), self.roles) for name in _PER_ROLE},
        }


def batches(
    steps: Sequence[Sequence[int]], rows: Any, maker: BatchMaker, *, seed: int, epoch: int, first: int = 0
) -> Iterator[Batch]:
    """Make an epoch's batches from step `first` on; each depends on its number alone, so that training can resume."""
    for number in range(first, len(steps)):
        random = np.random.default_rng([seed, epoch, 2, number])
        yield maker.make([rows[index] for index in steps[number]], random=random)
