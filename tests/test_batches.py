"""Steps and batches: the budget, whole articles, every piece learned once, and the same batch after an interruption."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from whodid.model import SpecialTokens
from whodid.tokens import SHAPES
from whodid_training.batches import Batch, BatchMaker, batches, epoch_order, sample_epoch
from whodid_training.examples import IGNORE

SPECIAL = SpecialTokens(prefix=(1,), suffix=(2,), padding=0)
MAKER = BatchMaker(SPECIAL, window_size=8, window_overlap=2, roles=2)  # six pieces of text in a window
LOWER, UPPER, DIGITS, CAPITALIZED, MIXED = (
    SHAPES.index(name) for name in ("lower", "upper", "digits", "capitalized", "mixed")
)


def row(pieces: int, *, first: int = 100, mixed_case: bool = True) -> dict[str, Any]:
    """Make an article whose piece number i has the id `first` + i, and labels from which i can be read."""
    number = np.arange(pieces)
    return {
        "ids": first + number,
        "shapes": np.full(pieces, LOWER),
        "names": number,
        "tags": np.stack([number, 1000 + number], axis=1).ravel(),
        "links": np.stack([2000 + number, 3000 + number], axis=1).ravel(),
        "incidents": np.stack([4000 + number, 5000 + number], axis=1).ravel(),
        "entities": np.stack([6000 + number, 7000 + number], axis=1).ravel(),
        "types": [1, 0, IGNORE],
        "mains": [0, 1, IGNORE],
        "mixed_case": mixed_case,
    }


def make(*rows: dict[str, Any], maker: BatchMaker = MAKER, seed: int = 0) -> Batch:
    return maker.make(rows, random=np.random.default_rng(seed))


def same(one: Batch, other: Batch) -> bool:
    def equal(a: torch.Tensor | None, b: torch.Tensor | None) -> bool:
        return (a is None and b is None) if a is None or b is None else torch.equal(a, b)

    return all(equal(value, getattr(other, name)) for name, value in vars(one).items())


COSTS = st.lists(st.tuples(st.integers(3, 16), st.integers(1, 5)), min_size=1, max_size=30)


@given(COSTS, st.integers(16, 100), st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_steps_keep_the_budget_and_hold_every_article_drawn(
    costs: list[tuple[int, int]], budget: int, epoch: int
) -> None:
    drawn = sample_epoch([1.0 + index % 2 for index in range(len(costs))], seed=3, epoch=epoch)
    steps = epoch_order(drawn, costs, budget=budget, seed=3, epoch=epoch)
    assert Counter(index for step in steps for index in step) == Counter(drawn)
    for step in steps:
        longest, windows = max(costs[index][0] for index in step), sum(costs[index][1] for index in step)
        assert longest * windows <= budget or len(step) == 1  # a longer article has a step of its own


def test_articles_of_one_step_have_about_the_same_length() -> None:
    costs = [(length, 1) for length in (10, 100, 11, 101, 12, 102)]
    steps = epoch_order(range(6), costs, budget=330, seed=1, epoch=0)
    assert sorted(map(sorted, steps)) == [[0, 2, 4], [1, 3, 5]]


def test_lengths_within_a_step_differ_by_little_more_than_the_order_does() -> None:
    costs = [(length, 1) for length in range(100, 200)]
    steps = epoch_order(range(100), costs, budget=1000, seed=1, epoch=0)
    spread = [max(costs[i][0] for i in step) / min(costs[i][0] for i in step) for step in steps]
    assert max(spread) < 1.15


def test_epochs_differ_and_each_depends_on_its_seed_alone() -> None:
    costs = [(10, 1)] * 12
    orders = [
        epoch_order(range(12), costs, budget=30, seed=seed, epoch=epoch)
        for seed, epoch in ((1, 0), (1, 0), (1, 1), (2, 0))
    ]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2] != orders[3] != orders[0]


def test_a_rate_is_how_often_an_article_is_seen_per_epoch() -> None:
    rates = [1.0, 2.5, 0.3, 0.0]
    seen = Counter(index for epoch in range(1000) for index in sample_epoch(rates, seed=1, epoch=epoch))
    assert seen[0] == 1000
    assert seen[1] == pytest.approx(2500, abs=50)
    assert seen[2] == pytest.approx(300, abs=50)
    assert seen[3] == 0


def test_a_short_article_is_one_padded_window() -> None:
    batch = make(row(2), row(4, first=200))
    assert batch.ids.tolist() == [[1, 100, 101, 2, 0, 0], [1, 200, 201, 202, 203, 2]]
    assert batch.mask is not None
    assert batch.mask.tolist() == [[True] * 4 + [False] * 2, [True] * 6]
    assert batch.names.tolist() == [[IGNORE, 0, 1, IGNORE, IGNORE, IGNORE], [IGNORE, 0, 1, 2, 3, IGNORE]]
    assert batch.tags[0, 1].tolist() == [0, 1000]
    assert batch.links[1, 4].tolist() == [2003, 3003]
    assert batch.incidents[1, 4].tolist() == [4003, 5003]
    assert batch.entities[1, 4].tolist() == [6003, 7003]
    assert batch.positions.tolist() == [[0, 0, 1, 0, 0, 0], [0, 0, 1, 2, 3, 0]]
    assert batch.types.tolist() == [[1, 0, IGNORE]] * 2
    assert batch.mains.tolist() == [[0, 1, IGNORE]] * 2


def test_full_windows_need_no_mask() -> None:
    assert make(row(4), row(4)).mask is None


def test_windows_know_their_article() -> None:
    batch = make(row(10), row(3), row(10))
    assert batch.article.tolist() == [0, 0, 1, 2, 2]
    assert batch.ids[1].tolist() == [1, 104, 105, 106, 107, 108, 109, 2]  # the windows of ten pieces: 0-5 and 4-9


def test_a_piece_in_two_windows_is_learned_in_one() -> None:
    batch = make(row(10))
    assert batch.names.tolist() == [[IGNORE, 0, 1, 2, 3, 4, IGNORE, IGNORE], [IGNORE, IGNORE, 5, 6, 7, 8, 9, IGNORE]]
    assert batch.positions[1].tolist() == [0, 0, 5, 6, 7, 8, 9, 0]  # in the article, not in the window


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(5, 20), st.data())
@settings(max_examples=100, deadline=None)
def test_every_piece_is_learned_exactly_once_where_it_was_read(
    lengths: list[int], size: int, data: st.DataObject
) -> None:
    maker = replace(MAKER, window_size=size, window_overlap=data.draw(st.integers(0, size - 3)))
    batch = make(*(row(pieces, first=100 * (i + 1)) for i, pieces in enumerate(lengths)), maker=maker)
    by_piece = {
        0: batch.names,
        1000: batch.tags[..., 1],
        2000: batch.links[..., 0],
        5000: batch.incidents[..., 1],
        6000: batch.entities[..., 0],
    }
    for offset, labels in by_piece.items():
        window, place = (labels != IGNORE).nonzero(as_tuple=True)
        learned = [(int(batch.article[w]), int(labels[w, p]) - offset) for w, p in zip(window, place, strict=True)]
        assert sorted(learned) == [(i, piece) for i, pieces in enumerate(lengths) for piece in range(pieces)]
        read = [(int(batch.article[w]), int(batch.ids[w, p])) for w, p in zip(window, place, strict=True)]
        assert read == [(i, 100 * (i + 1) + piece) for i, piece in learned]
        assert batch.positions[window, place].tolist() == [piece for _, piece in learned]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(0, 3))
@settings(max_examples=50, deadline=None)
def test_the_windows_of_an_article_are_never_split_over_steps(lengths: list[int], epoch: int) -> None:
    rows = [row(pieces, first=1000 * (i + 1)) for i, pieces in enumerate(lengths)]
    costs = [MAKER.cost(pieces) for pieces in lengths]
    steps = epoch_order(range(len(rows)), costs, budget=40, seed=1, epoch=epoch)
    made = list(batches(steps, rows, MAKER, seed=1, epoch=epoch))
    assert len(made) == len(steps)
    for step, batch in zip(steps, made, strict=True):
        assert batch.article.unique().tolist() == list(range(len(step)))
        assert batch.ids.numel() <= 40 or len(step) == 1
        text = batch.ids[batch.ids >= 1000]
        assert set(text.tolist()) == {1000 * (i + 1) + piece for i in step for piece in range(lengths[i])}


def test_a_batch_is_the_same_after_an_interruption() -> None:
    rows = [row(pieces) for pieces in range(3, 15)]
    maker = replace(MAKER, uppercase_share=0.5)
    steps = epoch_order(range(12), [maker.cost(len(one["ids"])) for one in rows], budget=24, seed=1, epoch=2)
    whole = list(batches(steps, rows, maker, seed=1, epoch=2))
    assert len(whole) > 4
    for first in range(len(steps) + 1):
        resumed = list(batches(steps, rows, maker, seed=1, epoch=2, first=first))
        assert len(resumed) == len(whole) - first
        assert all(map(same, resumed, whole[first:]))
    other = list(batches(steps, rows, maker, seed=1, epoch=3))
    assert not all(map(same, other, whole))  # other articles are shown in capitals


def test_articles_in_capitals_are_shown_so_in_every_word() -> None:
    mixed = row(5) | {"shapes": np.array([LOWER, CAPITALIZED, MIXED, DIGITS, UPPER])}
    batch = make(mixed, maker=replace(MAKER, uppercase_share=1.0))
    assert batch.shapes[0].tolist() == [0, UPPER, UPPER, UPPER, DIGITS, UPPER, 0]
    assert mixed["shapes"][0] == LOWER  # the row itself is left alone


def test_the_share_of_articles_in_capitals_is_the_recipes() -> None:
    maker = replace(MAKER, uppercase_share=0.1)
    batch = make(*[row(4)] * 2000, maker=maker)
    upper = (batch.shapes[:, 1:5] == UPPER).all(dim=1)
    assert (batch.shapes[~upper][:, 1:5] == LOWER).all()  # all of an article or nothing of it
    assert int(upper.sum()) == pytest.approx(200, abs=50)


def test_text_that_is_in_capitals_already_is_left_as_it_is() -> None:
    batch = make(row(4, mixed_case=False), maker=replace(MAKER, uppercase_share=1.0))
    assert batch.shapes[0, 1:5].tolist() == [LOWER] * 4


def test_a_batch_moves_with_and_without_a_mask() -> None:
    for batch in (make(row(4)), make(row(4), row(2))):
        moved = batch.to(torch.device("cpu"))
        assert same(moved, batch)
