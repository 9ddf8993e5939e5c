"""Where a run starts: from a plain encoder under fresh heads, or from a model of ours with the heads that still fit."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Size, Tensor

from whodid.errors import DataError, ModelFolderError
from whodid.folder import ModelFolder, read_folder
from whodid.network import Network, NetworkShape
from whodid.ontology import Ontology
from whodid_training.dropout import with_cheap_dropout
from whodid_training.encoders import StartingEncoder, load_encoder, with_dropout
from whodid_training.recipe import Recipe

__all__ = ["begin", "new_network", "to_mix_in"]

_ENCODER = "encoder."
"""Prefix of the encoder's weights in a network."""


def begin(recipe: Recipe, ontology: Ontology) -> StartingEncoder:
    """Load what the recipe starts from: the model folder `start`, or the encoder if it names none.

    Of a model folder come the encoder, the tokenizer, the letter shapes, and the heads. A head that answers about
    event types or roles is taken over only where the new ontology has the same ones in the same order.

    Raises:
        DataError: there is no such encoder, or no such model folder.
    """
    if recipe.start is None:
        return load_encoder(recipe.encoder, dropout=recipe.dropout)
    try:
        folder = read_folder(Path(recipe.start))
    except ModelFolderError as error:
        raise DataError(f"start {recipe.start!r}, read from the current folder: {error}") from error
    config = with_dropout(folder.config.encoder, recipe.dropout)
    encoder = {
        name.removeprefix(_ENCODER): tensor for name, tensor in folder.weights.items() if name.startswith(_ENCODER)
    }
    return StartingEncoder(config, encoder, folder.tokenizer, _heads(folder, ontology), folder.fingerprint)


def new_network(start: StartingEncoder, ontology: Ontology) -> Network:
    """Build the network of a run, with the weights that it starts from.

    Raises:
        DataError: weights of the encoder are missing.
    """
    network = Network(start.config, NetworkShape(roles=len(ontology.roles), event_types=len(ontology.event_types)))
    loaded = network.encoder.load_state_dict(start.weights, strict=False)
    if loaded.missing_keys:
        raise DataError(f"the encoder lacks weights for {', '.join(loaded.missing_keys[:5])}; is it complete?")
    network.load_state_dict(start.heads, strict=False)
    with_cheap_dropout(network)
    return network


def to_mix_in(start: StartingEncoder, names: Set[str], share: float) -> Mapping[str, Tensor]:
    """Return what is mixed into the weights that a run ends with: those that it starts from; nothing, for no share.

    Raises:
        DataError: some weights are not taken over from the start, so that there is nothing to mix them with.
    """
    if not share:
        return {}
    whole = {**{_ENCODER + name: tensor for name, tensor in start.weights.items()}, **start.heads}
    if missing := names - whole.keys():
        raise DataError(
            f"recipe: start_share is {share}, but {', '.join(sorted(missing)[:3])} did not come from start, because "
            "event types or roles differ; leave start_share out"
        )
    return whole


def _heads(folder: ModelFolder, ontology: Ontology) -> dict[str, Tensor]:
    """Weights beside the encoder that mean the same in a network for `ontology` as they do in the folder's."""
    config, shape = folder.config.encoder, NetworkShape(len(ontology.roles), len(ontology.event_types))
    sizes = _sizes(config, shape)
    changed = set()  # a weight is about roles if one role more changes its size; and so for event types
    if ontology.role_names != folder.ontology.role_names:
        changed |= sizes.items() - _sizes(config, replace(shape, roles=shape.roles + 1)).items()
    if ontology.type_names != folder.ontology.type_names:
        changed |= sizes.items() - _sizes(config, replace(shape, event_types=shape.event_types + 1)).items()
    return {
        name: tensor
        for name, tensor in folder.weights.items()
        if not name.startswith(_ENCODER) and (name, tensor.shape) in sizes.items() - changed
    }


def _sizes(config: Mapping[str, Any], shape: NetworkShape) -> dict[str, Size]:
    with torch.device("meta"):
        return {name: tensor.shape for name, tensor in Network(config, shape).state_dict().items()}
