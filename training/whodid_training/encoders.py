"""Where training starts: any Hugging Face encoder, as weights for our network and a tokenizer that cuts nothing."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from torch import Tensor

from whodid.errors import DataError

__all__ = ["StartingEncoder", "load_encoder"]

_LOG = logging.getLogger(__name__)
_PACKAGE = "package:"
_DROPOUTS = {  # names that architectures give to the two dropouts that every transformer has
    "hidden": ("hidden_dropout_prob", "hidden_dropout", "mlp_dropout", "embedding_dropout", "dropout", "resid_pdrop"),
    "attention": ("attention_probs_dropout_prob", "attention_dropout", "attn_pdrop"),
}


@dataclass(frozen=True)
class StartingEncoder:
    """A pretrained encoder."""

    config: Mapping[str, Any]
    """Its Hugging Face configuration, attention dropout off."""
    weights: Mapping[str, Tensor]
    """Its parameters."""
    tokenizer: Tokenizer
    """Its tokenizer."""


def load_encoder(name: str, *, dropout: float) -> StartingEncoder:
    """Load an encoder.

    Args:
        name: a folder, a Hugging Face model name, or "package:NAME/FOLDER".
        dropout: on residual branches during training.

    Raises:
        DataError: it cannot be found or read.
    """
    from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415 - seconds to import

    source = _locate(name)
    try:
        model = AutoModel.from_pretrained(source, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False, use_fast=True)
    except (OSError, ValueError) as error:
        raise DataError(
            f"no encoder {name!r}: {str(error).splitlines()[0]} Give a folder with config.json and weights, a Hugging "
            "Face name (needs a network), or package:NAME/FOLDER of an installed package"
        ) from error
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise DataError(f"encoder {name!r} has no fast tokenizer, and only those keep offsets into the text")
    backend.no_truncation()
    backend.no_padding()
    config = model.config.to_dict()
    for field_name in _DROPOUTS["hidden"]:
        if field_name in config:
            config[field_name] = dropout
    for field_name in _DROPOUTS["attention"]:
        if field_name in config:
            config[field_name] = 0.0
    weights = {key: value.float() for key, value in model.state_dict().items() if not key.startswith("pooler.")}
    return StartingEncoder(_plain(config), weights, backend)


def _locate(name: str) -> str:
    if not name.startswith(_PACKAGE):
        return name
    package, _, folder = name.removeprefix(_PACKAGE).partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise DataError(
            f"encoder {name!r}: no package {package!r} is installed. Type: pip install {package.replace('_', '-')}"
        )
    return str(Path(spec.submodule_search_locations[0]) / folder)


def _plain(config: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what JSON can hold and what shapes the network."""
    drop = {"_name_or_path", "transformers_version", "architectures", "dtype", "torch_dtype"}
    return {key: value for key, value in config.items() if key not in drop and not key.startswith("_")}
