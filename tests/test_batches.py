from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from whodid.model import SpecialTokens
from whodid.tokens import SHAPES
from whodid_training.batches import BatchMaker, batches, epoch_order, sample_epoch
from whodid_training.examples import IGNORE

MAKER = BatchMaker(SpecialTokens((2,), (3,), 0), window_size=12, window_overlap=4, roles=1)


def row(pieces: int, *, mixed_case: bool = True) -> dict[str, Any]:
    """An article in which piece number i has the id 100 + i, tag i % 3, and every second piece goes on with a word."""
    numbers = np.arange(pieces)
    return {
        "ids": (100 + numbers).tolist(),
        "shapes": [SHAPES.index("lower")] * pieces,
        "tags": np.where(numbers % 2, IGNORE, numbers % 3).tolist(),
        "links": [IGNORE] * pieces,
        "names": [IGNORE] * pieces,
        "types": [1],
        "mixed_case": mixed_case,
    }


def test_every_labelled_piece_is_learned_exactly_once() -> None:
    batch = MAKER.make([row(35), row(7)], random=np.random.default_rng(0))
    learned = torch.nonzero(batch.tags[..., 0] != IGNORE)
    places = sorted((int(batch.article[w]), int(batch.ids[w, p]) - 100) for w, p in learned.tolist())
    assert places == [(0, i) for i in range(0, 35, 2)] + [(1, i) for i in range(0, 7, 2)]
    for window, piece in learned.tolist():
        assert batch.tags[window, piece, 0] == (int(batch.ids[window, piece]) - 100) % 3


def test_windows_stand_between_the_special_tokens_and_padding_is_masked() -> None:
    batch = MAKER.make([row(10), row(3)], random=np.random.default_rng(0))
    assert batch.ids[1].tolist() == [2, 100, 101, 102, 3, *[0] * 7]
    assert batch.mask is not None
    assert batch.mask[1].tolist() == [True] * 5 + [False] * 7
    assert MAKER.make([row(10)], random=np.random.default_rng(0)).mask is None  # nothing to mask


def test_a_share_of_the_mixed_case_articles_is_shown_in_capitals() -> None:
    maker = BatchMaker(MAKER.special, 12, 4, roles=1, uppercase_share=0.5)
    upper = SHAPES.index("upper")
    shown = [maker.make([row(5)], random=np.random.default_rng(seed)).shapes[0, 1] == upper for seed in range(200)]
    assert 70 < sum(map(bool, shown)) < 130
    capitals = maker.make([row(5, mixed_case=False)] * 20, random=np.random.default_rng(0)).shapes
    assert not (capitals == upper).any()


def test_steps_keep_the_budget_and_never_split_an_article() -> None:
    random = np.random.default_rng(3)
    costs = [(int(random.integers(2, 12)), int(random.integers(1, 4))) for _ in range(60)]
    steps = epoch_order(range(60), costs, budget=64, seed=1, epoch=0)
    assert sorted(index for step in steps for index in step) == list(range(60))
    for step in steps:
        cost = max(costs[i][0] for i in step) * sum(costs[i][1] for i in step)
        assert cost <= 64 or len(step) == 1


def test_an_article_above_the_budget_has_a_step_of_its_own() -> None:
    assert sorted(map(len, epoch_order([0, 1], [(10, 50), (10, 1)], budget=100, seed=1, epoch=0))) == [1, 1]


def test_epochs_differ_and_the_same_epoch_does_not() -> None:
    costs = [(10, 1)] * 30
    orders = [epoch_order(range(30), costs, budget=40, seed=1, epoch=epoch) for epoch in (0, 0, 1)]
    assert orders[0] == orders[1] != orders[2]


def test_rates_are_kept_on_average() -> None:
    drawn = [sample_epoch([2.5, 0.3], seed=1, epoch=epoch) for epoch in range(1000)]
    assert np.mean([epoch.count(0) for epoch in drawn]) == pytest.approx(2.5, abs=0.05)
    assert np.mean([epoch.count(1) for epoch in drawn]) == pytest.approx(0.3, abs=0.05)


def test_a_resumed_epoch_goes_on_with_the_same_batches() -> None:
    maker = BatchMaker(MAKER.special, 12, 4, roles=1, uppercase_share=0.5)
    rows, steps = [row(n) for n in range(5, 25)], [[i, i + 1] for i in range(0, 20, 2)]
    whole = list(batches(steps, rows, maker, seed=1, epoch=0))
    rest = list(batches(steps, rows, maker, seed=1, epoch=0, first=6))
    assert len(rest) == 4
    for left, right in zip(whole[6:], rest, strict=True):
        assert torch.equal(left.shapes, right.shapes)
        assert torch.equal(left.ids, right.ids)
