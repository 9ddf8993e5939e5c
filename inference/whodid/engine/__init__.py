"""The network in motion: batches of windows in, their scores out, as fast as the machine can.

`build` picks the way: BERT on a processor has one of its own (`packed`), everything else goes through the network as it
was trained (`padded`). Adding an output to `whodid.network.Network.score` changes nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import torch
from tokenizers import Tokenizer

from whodid.bert import BertConfig
from whodid.engine import int8
from whodid.engine.batch import Batch, SpecialTokens
from whodid.engine.dtypes import choose
from whodid.engine.packed import PackedBert
from whodid.engine.padded import PaddedNetwork
from whodid.network import Network, Scores

__all__ = ["Engine", "build"]


class Engine(Protocol):
    """Scores batches of windows; may be called by several threads at once."""

    @property
    def pieces(self) -> int:
        """How many pieces a batch should have at most."""

    @property
    def sorts(self) -> bool:
        """Whether windows of like length should be in a batch."""

    def __call__(self, batch: Batch) -> list[Scores]:
        """Score windows: numpy arrays without the dimension of windows."""


def build(
    network: Network, encoder: Mapping[str, Any], *, device: torch.device, dtype: str, tokenizer: Tokenizer
) -> tuple[Engine, str]:
    """Make the engine for a network, and say which dtype it computes in.

    Args:
        network: with its weights, on `device`.
        encoder: Hugging Face configuration of its encoder.
        device: where it is.
        dtype: "auto" or one of `whodid.engine.dtypes.DTYPES`.
        tokenizer: of the model.

    Raises:
        DtypeError: the dtype is unknown, or this machine or encoder does not have it.
    """
    bert = BertConfig.from_dict(encoder)
    resolved = choose(dtype, device=device.type, bert=bert is not None, operators=int8.available)
    if bert is not None and device.type == "cpu":
        return PackedBert(network, bert, dtype=resolved, tokenizer=tokenizer), resolved
    padding = SpecialTokens.of(tokenizer).padding
    return PaddedNetwork(network, device=device, dtype=resolved, padding=padding), resolved
