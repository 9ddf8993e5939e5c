"""A BERT encoder in plain torch, with the parameter names of `transformers.BertModel`, so that weights fit both.

It exists for one reason: a model folder with a BERT encoder then loads in half the time, without importing the
modelling code of transformers. Every other architecture goes through transformers (see `whodid.network.build_encoder`);
a test holds the two implementations against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

__all__ = ["BertConfig", "BertEncoder"]


@dataclass(frozen=True, slots=True)
class BertConfig:
    """The fields of a Hugging Face BERT configuration that shape the computation."""

    vocab_size: int
    """Number of word pieces."""
    hidden_size: int
    """Width of the residual stream."""
    num_hidden_layers: int
    """Number of transformer layers."""
    num_attention_heads: int
    """Heads per layer; divides `hidden_size`."""
    intermediate_size: int
    """Width of the feed-forward layers."""
    max_position_embeddings: int = 512
    """Longest window, special tokens included."""
    type_vocab_size: int = 2
    """Segment types; only the first is used."""
    layer_norm_eps: float = 1e-12
    """Added to the variance in layer normalisation."""
    hidden_dropout_prob: float = 0.1
    """Dropout on the residual branches during training. Attention has none: it would leave the fused kernel."""

    @classmethod
    def from_dict(cls, config: Mapping[str, Any]) -> BertConfig | None:
        """Read a Hugging Face configuration; None if it asks for something that this encoder does not compute."""
        plain = (
            config.get("model_type") == "bert"
            and config.get("hidden_act", "gelu") == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
            and not config.get("is_decoder", False)
        )
        if not plain:
            return None
        return cls(**{name: config[name] for name in cls.__slots__ if name in config})


class BertEncoder(nn.Module):
    """Token ids to hidden states, as `transformers.BertModel` without its pooler."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.embeddings = _Embeddings(config)
        self.encoder = _Stack(config)

    def get_input_embeddings(self) -> nn.Embedding:
        """Return the table of word-piece embeddings."""
        table: nn.Embedding = self.embeddings.word_embeddings
        return table

    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor | None) -> Tensor:
        """Encode windows.

        Args:
            inputs_embeds: word-piece embeddings, (windows, pieces, hidden).
            attention_mask: True where there is a piece, (windows, pieces); None where every window is full.

        Returns:
            Hidden states of the last layer, (windows, pieces, hidden).
        """
        hidden = self.embeddings(inputs_embeds)
        mask = None if attention_mask is None else attention_mask.bool()[:, None, None, :]
        encoded: Tensor = self.encoder(hidden, mask)
        return encoded


class _Embeddings(nn.Module):
    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size, padding_idx=0)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, inputs_embeds: Tensor) -> Tensor:
        positions = self.position_embeddings.weight[: inputs_embeds.shape[1]]
        summed = inputs_embeds + positions + self.token_type_embeddings.weight[0]
        hidden: Tensor = self.dropout(self.LayerNorm(summed))
        return hidden


class _SelfAttention(nn.Module):
    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.heads = config.num_attention_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        windows, pieces, width = hidden.shape
        query, key, value = (
            projection(hidden).view(windows, pieces, self.heads, -1).transpose(1, 2)
            for projection in (self.query, self.key, self.value)
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return mixed.transpose(1, 2).reshape(windows, pieces, width)


class _Residual(nn.Module):
    """Project, drop out, add to the residual stream, normalise: the end of both halves of a layer."""

    def __init__(self, inputs: int, config: BertConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(inputs, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, branch: Tensor, residual: Tensor) -> Tensor:
        hidden: Tensor = self.LayerNorm(self.dropout(self.dense(branch)) + residual)
        return hidden


class _Stack(nn.Module):
    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.layer = nn.ModuleList(_Layer(config) for _ in range(config.num_hidden_layers))

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        for layer in self.layer:
            hidden = layer(hidden, mask)
        return hidden


class _Layer(nn.Module):
    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.attention = nn.ModuleDict(
            {"self": _SelfAttention(config), "output": _Residual(config.hidden_size, config)}
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(config.hidden_size, config.intermediate_size)})
        self.output = _Residual(config.intermediate_size, config)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        hidden = self.attention["output"](self.attention["self"](hidden, mask), hidden)
        expanded = functional.gelu(self.intermediate["dense"](hidden))
        output: Tensor = self.output(expanded, hidden)
        return output
