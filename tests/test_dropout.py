"""Dropout that numpy draws: what torch's own does, from torch's random state."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from whodid_training.dropout import Dropout, with_cheap_dropout


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.999])
def test_values_are_dropped_at_the_rate_and_the_mean_stays(rate: float) -> None:
    torch.manual_seed(0)
    found = Dropout(rate)(torch.ones(1000, 1000))
    assert (found == 0).float().mean().item() == pytest.approx(rate, abs=0.002)
    assert found.max().item() == pytest.approx(1 / (1 - rate), rel=0.02)
    assert len(found.unique()) == 2


def test_each_value_is_drawn_by_itself() -> None:
    torch.manual_seed(0)
    kept = Dropout(0.5)(torch.ones(2000, 50)) != 0
    of_row, of_column = kept.float().mean(dim=1), kept.float().mean(dim=0)
    assert of_row.std().item() == pytest.approx(0.5 / 50**0.5, rel=0.1)
    assert of_column.std().item() == pytest.approx(0.5 / 2000**0.5, rel=0.3)


def test_gradients_are_those_of_the_values_that_were_kept() -> None:
    values = torch.randn(30, 30, requires_grad=True)
    found = Dropout(0.25)(values)
    found.sum().backward()  # type: ignore[no-untyped-call]
    assert values.grad is not None
    assert torch.equal(values.grad, (found != 0) / 0.75)


def test_the_random_state_of_torch_decides() -> None:
    values = torch.ones(20, 20)
    draws = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        draws.append(Dropout(0.5)(values))
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])
    assert not torch.equal(draws[2], Dropout(0.5)(values))  # and goes on


def test_half_precision_stays() -> None:
    assert Dropout(0.5)(torch.ones(4, dtype=torch.bfloat16)).dtype == torch.bfloat16


@pytest.mark.parametrize(("rate", "training"), [(0.0, True), (0.5, False)])
def test_nothing_is_dropped_at_no_rate_or_outside_training(rate: float, training: bool) -> None:
    values = torch.randn(10)
    assert torch.equal(Dropout(rate).train(training)(values), values)


def test_all_is_dropped_at_rate_one() -> None:
    assert not Dropout(1.0)(torch.ones(10)).any()


def test_every_plain_dropout_of_a_network_is_replaced_and_nothing_else() -> None:
    network = nn.Sequential(nn.Dropout(0.3), nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.1)), nn.Dropout1d(0.2))
    names = list(network.state_dict())
    with_cheap_dropout(network)
    found = [(type(module), getattr(module, "p", None)) for module in network.modules()]
    assert found[1:] == [
        (Dropout, 0.3),
        (nn.Sequential, None),
        (nn.Linear, None),
        (Dropout, 0.1),
        (nn.Dropout1d, 0.2),
    ]
    assert list(network.state_dict()) == names
