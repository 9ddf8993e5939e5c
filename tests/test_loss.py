from __future__ import annotations

import math

import pytest
import torch

from whodid.network import Scores
from whodid_training.batches import Batch
from whodid_training.examples import IGNORE
from whodid_training.loss import LossWeights, article_evidence, masked_losses

WINDOWS, PIECES, ROLES, TYPES = 2, 3, 2, 4


def scores(value: float = 0.0) -> Scores:
    def full(*shape: int) -> torch.Tensor:
        return torch.full(shape, value, requires_grad=True)

    return Scores(
        full(WINDOWS, PIECES, ROLES, 3),
        full(WINDOWS, TYPES),
        full(WINDOWS, PIECES, ROLES, TYPES),
        full(WINDOWS, PIECES),
    )


def batch() -> Batch:
    """One article in two windows in which nothing is known."""
    return Batch(
        ids=torch.zeros(WINDOWS, PIECES, dtype=torch.long),
        shapes=torch.zeros(WINDOWS, PIECES, dtype=torch.long),
        mask=None,
        article=torch.tensor([0, 0]),
        tags=torch.full((WINDOWS, PIECES, ROLES), IGNORE),
        links=torch.full((WINDOWS, PIECES, ROLES), IGNORE),
        names=torch.full((WINDOWS, PIECES), IGNORE),
        types=torch.full((1, TYPES), IGNORE),
    )


def test_what_is_unknown_costs_nothing_and_moves_nothing() -> None:
    given = scores()
    total = masked_losses(given, batch()).total(LossWeights(1.0, 1.0, 1.0))
    total.backward()
    assert total.item() == 0.0
    assert all(part.grad is None or not part.grad.any() for part in given)


def test_only_labelled_places_are_moved() -> None:
    given, known = scores(), batch()
    known.tags[0, 1, 1] = 2
    masked_losses(given, known).roles.backward()
    assert given.roles.grad is not None
    moved = given.roles.grad.abs().sum(-1).nonzero().tolist()
    assert moved == [[0, 1, 1]]


def test_the_losses_of_a_model_that_knows_nothing_are_those_of_chance() -> None:
    known = batch()
    known.tags[0, 0] = torch.tensor([0, 1])
    known.types[0, :2] = torch.tensor([0, 1])
    known.links[0, 0, 1] = 0b0110
    known.names[0, 0] = 1
    losses = masked_losses(scores(), known)
    assert losses.roles.item() == pytest.approx(2 * math.log(3))  # summed over roles
    for loss in (losses.types, losses.links, losses.names):
        assert loss.item() == pytest.approx(math.log(2))


def test_the_bits_of_a_link_name_the_types_that_the_participant_belongs_to() -> None:
    known = batch()
    known.links[1, 2, 0] = 0b1010
    right = scores()
    with torch.no_grad():
        right.links[1, 2, 0] = torch.tensor([-20.0, 20.0, -20.0, 20.0])
    assert masked_losses(right, known).links.item() == pytest.approx(0.0, abs=1e-6)


def test_an_article_has_the_evidence_of_its_best_window() -> None:
    windows = torch.tensor([[1.0, -2.0], [0.0, 3.0], [-5.0, -6.0]])
    assert article_evidence(windows, torch.tensor([0, 0, 1]), articles=2).tolist() == [[1.0, 3.0], [-5.0, -6.0]]
