"""The neural network: an encoder, and linear heads that read its hidden states.

It computes scores and decides nothing. Everything that turns scores into answers is in `whodid.decode`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from whodid.bert import BertConfig, BertEncoder
from whodid.errors import ModelFolderError
from whodid.incidents import BUCKETS
from whodid.tokens import SHAPES

__all__ = [
    "BEGIN",
    "ENTITY_SIZE",
    "INCIDENT_SIZE",
    "INSIDE",
    "OUTSIDE",
    "Network",
    "NetworkShape",
    "Scores",
    "build_encoder",
]

OUTSIDE, BEGIN, INSIDE = 0, 1, 2
"""Tags of a word for one role: not in a mention, its first word, a further word."""

INCIDENT_SIZE = 16
"""Width of the vectors by which participants are compared. Enough for the few incidents of one article."""

ENTITY_SIZE = 32
"""Width of the vectors by which mentions are compared: an article has more participants than incidents."""


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """What fixes the size of every weight, beside the encoder's own configuration."""

    roles: int
    """Number of roles in the ontology; may be 0."""
    event_types: int
    """Number of event types in the ontology."""


class Scores(NamedTuple):
    """Raw scores (logits) of a batch of windows."""

    roles: Tensor
    """Tag of each piece for each role: (windows, pieces, roles, 3), in the order OUTSIDE, BEGIN, INSIDE."""
    event_types: Tensor
    """Evidence of each window for each event type: (windows, event types)."""
    links: Tensor
    """Whether a participant in this role belongs to an event of this type: (windows, pieces, roles, event types)."""
    names: Tensor
    """Whether a mention at this piece is a proper name: (windows, pieces)."""
    incidents: Tensor
    """Vectors of participants; the likelier two belong to one incident, the larger their product:
    (windows, pieces, roles, `INCIDENT_SIZE`)."""
    mains: Tensor
    """Evidence of each window that its article is mainly about an event of this type: (windows, event types)."""
    entities: Tensor
    """Vectors of mentions; the likelier two are one participant, the larger their product:
    (windows, pieces, `ENTITY_SIZE`)."""
    carried: Tensor
    """What each piece adds to `event_types`: (windows, pieces, event types)."""


class Network(nn.Module):
    """Encoder, letter-shape embedding, and heads for roles, event types, links, names, incidents and entities."""

    def __init__(self, encoder_config: Mapping[str, Any], shape: NetworkShape) -> None:
        super().__init__()
        hidden = int(encoder_config["hidden_size"])
        self.shape = shape
        self.encoder = build_encoder(encoder_config)
        self.shape_embedding = nn.Embedding(len(SHAPES), hidden)
        nn.init.zeros_(self.shape_embedding.weight)  # training starts from the encoder exactly as published
        self.role_head = _Head(hidden, shape.roles * 3)
        self.link_head = _Head(hidden, shape.roles * shape.event_types)
        self.name_head = nn.Linear(hidden, 1)
        self.evidence_weight = nn.Linear(hidden, shape.event_types)
        self.evidence_value = nn.Linear(hidden, shape.event_types)
        self.main_weight = nn.Linear(hidden, shape.event_types)
        self.main_value = nn.Linear(hidden, shape.event_types)
        self.incident_head = _Head(hidden, shape.roles * INCIDENT_SIZE)
        self.incident_distance = nn.Parameter(torch.zeros(BUCKETS))
        self.entity_head = nn.Linear(hidden, ENTITY_SIZE)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor | None) -> Scores:
        """Score windows.

        Args:
            ids: word pieces, special tokens included, (windows, pieces).
            shapes: their letter shapes, (windows, pieces).
            mask: True where there is a piece, (windows, pieces); None where every window is full.
        """
        return self.score(self.encode(ids, shapes, mask), mask)

    def encode(self, ids: Tensor, shapes: Tensor, mask: Tensor | None) -> Tensor:
        """Run the encoder alone; arguments as for `forward`. Returns hidden states, (windows, pieces, hidden)."""
        embedded = self.encoder.get_input_embeddings()(ids) + self.shape_embedding(shapes)
        output = self.encoder(inputs_embeds=embedded, attention_mask=mask)
        hidden: Tensor = output if isinstance(output, Tensor) else output.last_hidden_state
        return hidden

    def score(self, hidden: Tensor, mask: Tensor | None) -> Scores:
        """Run the heads alone.

        Args:
            hidden: of the encoder, (windows, pieces, hidden).
            mask: as for `forward`.
        """
        windows, pieces, _ = hidden.shape
        roles, types = self.shape.roles, self.shape.event_types
        carried = _attended(self.evidence_weight(hidden), self.evidence_value(hidden), mask)
        return Scores(
            roles=self.role_head(hidden).view(windows, pieces, roles, 3).float(),
            event_types=carried.sum(dim=1),
            links=self.link_head(hidden).view(windows, pieces, roles, types).float(),
            names=self.name_head(hidden).squeeze(-1).float(),
            incidents=self.incident_head(hidden).view(windows, pieces, roles, INCIDENT_SIZE).float(),
            mains=_attended(self.main_weight(hidden), self.main_value(hidden), mask).sum(dim=1),
            entities=self.entity_head(hidden).float(),
            carried=carried,
        )


def _attended(weights: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
    """Weigh the pieces' evidence for each type, each type with its own attention: a few words decide."""
    weights = weights.float()
    if mask is not None:
        weights = weights.masked_fill(~mask.bool()[..., None], torch.finfo(weights.dtype).min)
    return weights.softmax(dim=1) * values.float()


class _Head(nn.Linear):
    """A linear layer; one without outputs, for an ontology without roles, has no weights to draw."""

    def reset_parameters(self) -> None:
        if self.out_features:
            super().reset_parameters()


def build_encoder(config: Mapping[str, Any]) -> Any:
    """Make an encoder with random weights from a Hugging Face configuration.

    Raises:
        ModelFolderError: transformers does not know the architecture, or its code would have to be downloaded.
    """
    bert = BertConfig.from_dict(config)
    if bert is not None:
        return BertEncoder(bert)
    from transformers import AutoConfig, AutoModel  # noqa: PLC0415 - seconds to import, and BERT needs none of it

    try:
        options = {key: value for key, value in config.items() if key != "model_type"}
        return AutoModel.from_config(AutoConfig.for_model(config["model_type"], **options), trust_remote_code=False)
    except (KeyError, ValueError) as error:
        raise ModelFolderError(
            f"no encoder of type {config.get('model_type')!r} can be built: {error}. "
            "Use an architecture that your version of transformers has built in."
        ) from error
