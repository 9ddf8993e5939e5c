"""BERT on a processor: windows of any lengths end to end, in float32, bfloat16 or int8."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor

from whodid.bert import BertConfig, BertEncoder
from whodid.engine.batch import Batch, SpecialTokens
from whodid.engine.floats import FloatLayer, Normalization
from whodid.engine.int8 import Int8Layer
from whodid.engine.ranges import CALIBRATION_TEXT, Ranges
from whodid.network import Network, Scores
from whodid.tokens import tokenize
from whodid.windows import plan

__all__ = ["PackedBert"]


_FILL = 128
"""Pieces. Batches are filled up to a multiple of it, because oneDNN keeps up to 1,024 products that it has compiled,
each for one number of rows: were all numbers to occur, they would take a gigabyte. It costs 3 % of the pieces."""


class PackedBert:
    """Scores batches of windows with a network whose encoder is a BERT."""

    pieces = 2048
    """Pieces in a batch: enough that calling the operators costs nothing, few enough to stay near the cores."""
    sorts = False
    """Whether speed depends on the windows of a batch having like lengths."""

    def __init__(self, network: Network, config: BertConfig, *, dtype: str, tokenizer: Tokenizer) -> None:
        encoder = network.encoder
        if not isinstance(encoder, BertEncoder):
            raise TypeError(f"a PackedBert computes BERT encoders, not {type(encoder).__name__}")
        self._network, self._heads = network, config.num_attention_heads
        self._dtype = torch.bfloat16 if dtype == "bfloat16" else torch.float32
        self._embeddings = encoder.embeddings
        self._normalize = Normalization(encoder.embeddings.LayerNorm, torch.float32)
        floats = [FloatLayer(layer, heads=self._heads, dtype=self._dtype) for layer in encoder.encoder.layer]
        self._layers: Sequence[FloatLayer | Int8Layer] = floats
        if dtype == "int8":
            ranges = self._calibrate(floats, _calibration(tokenizer, config.max_position_embeddings))
            self._layers = [
                Int8Layer(layer, heads=self._heads, ranges=bounds)
                for layer, bounds in zip(encoder.encoder.layer, ranges, strict=True)
            ]

    @torch.inference_mode()
    def __call__(self, batch: Batch) -> list[Scores]:
        """Score windows.

        Returns:
            Scores of each window as numpy arrays, without the dimension of windows.
        """
        return [found for run in self._score(self.encode(batch), list(batch.runs())) for found in run]

    @torch.inference_mode()
    def encode(self, batch: Batch) -> Tensor:
        """Run the encoder alone: hidden states of the last layer in float32, (pieces, hidden)."""
        filled = batch.filled(_FILL)
        runs = list(filled.runs())
        hidden = self._embed(filled).to(self._dtype)
        for layer in self._layers:
            hidden = layer(hidden, runs)
        return hidden[: len(batch.ids)].float()

    def _embed(self, batch: Batch) -> Tensor:
        tables = self._embeddings
        ids, shapes, positions = (torch.from_numpy(part) for part in (batch.ids, batch.shapes, batch.positions))
        summed = tables.word_embeddings.weight[ids] + self._network.shape_embedding.weight[shapes]
        summed += tables.position_embeddings.weight[positions]
        return self._normalize(summed.add_(tables.token_type_embeddings.weight[0]))

    def _score(self, hidden: Tensor, runs: Sequence[tuple[int, int]]) -> list[list[Scores]]:
        scored, start = [], 0
        for windows, length in runs:
            run = hidden[start : start + windows * length].view(windows, length, -1)
            parts = [part.numpy() for part in self._network.score(run, None)]
            scored.append([Scores(*(part[row] for part in parts)) for row in range(windows)])
            start += windows * length
        return scored

    @torch.inference_mode()
    def _calibrate(self, layers: Sequence[FloatLayer], batches: Sequence[Batch]) -> list[Ranges]:
        ranges = [Ranges() for _ in layers]
        for batch in batches:
            hidden, runs = self._embed(batch), list(batch.runs())
            for layer, bounds in zip(layers, ranges, strict=True):
                hidden = layer(hidden, runs, bounds)
        return ranges


def _calibration(tokenizer: Tokenizer, longest: int) -> list[Batch]:
    """Read the calibration text article by article, as articles are read."""
    special = SpecialTokens.of(tokenizer)
    articles = CALIBRATION_TEXT.read_text(encoding="utf-8").split("\n\n\n")
    batches = []
    for tokens in (tokenize(article, tokenizer) for article in articles):
        windows = plan(len(tokens), size=longest - special.count, overlap=0)
        if windows:
            batches.append(Batch.of([(tokens, window) for window in windows], special))
    return batches
