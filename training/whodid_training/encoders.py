"""Where training starts: any Hugging Face encoder, as weights for our network and a tokenizer that cuts nothing."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from tokenizers import Tokenizer
from torch import Tensor

from whodid.errors import DataError

__all__ = ["StartingEncoder", "load_encoder", "locate", "with_dropout"]

_LOG = logging.getLogger(__name__)
_PACKAGE = "package:"
_USABLE = "give an encoder such as a BERT, RoBERTa, DeBERTa or ModernBERT"
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
    heads: Mapping[str, Tensor] = field(default_factory=dict)
    """Letter shapes and heads that are taken over with it, named as in the network; the others start fresh."""
    fingerprint: str = ""
    """Of the model folder that it was taken from; empty for a plain encoder."""


def load_encoder(name: str, *, dropout: float) -> StartingEncoder:
    """Load an encoder.

    Args:
        name: a folder, a Hugging Face model name, or "package:NAME/FOLDER".
        dropout: on residual branches during training.

    Raises:
        DataError: it cannot be found or read, or is no encoder that the heads fit on.
    """
    from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415 - seconds to import

    source = locate(name)
    try:
        model = AutoModel.from_pretrained(source, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False, use_fast=True)
    except (OSError, RuntimeError, ValueError, SafetensorError) as error:
        raise DataError(
            f"no encoder {name!r}: {str(error).splitlines()[0]} Give a folder with config.json and weights, a Hugging "
            "Face name (needs a network), or package:NAME/FOLDER of an installed package"
        ) from error
    _check_architecture(name, model)
    backend = _fast_tokenizer(name, tokenizer, pieces=model.get_input_embeddings().num_embeddings)
    config = model.config.to_dict() | {"hidden_size": model.config.hidden_size}  # DistilBERT calls it "dim"
    weights = {key: value.float() for key, value in model.state_dict().items()}
    return StartingEncoder(_plain(with_dropout(config, dropout)), weights, backend)


def with_dropout(config: Mapping[str, Any], rate: float) -> dict[str, Any]:
    """Set an encoder configuration's dropout: `rate` on residual branches, none in attention."""
    rates = (("hidden", rate), ("attention", 0.0))
    return {**config, **{name: value for what, value in rates for name in _DROPOUTS[what] if name in config}}


def locate(name: str) -> str:
    """Return the folder of a "package:NAME/FOLDER"; another name as it is.

    Raises:
        DataError: the package is not installed, or has no such folder.
    """
    if not name.startswith(_PACKAGE):
        return name
    package, _, folder = name.removeprefix(_PACKAGE).partition("/")
    try:
        spec = importlib.util.find_spec(package)
    except (ModuleNotFoundError, ValueError):  # the parent of a.b is not there; no name at all
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise DataError(
            f"encoder {name!r}: no package {package!r} is installed. Type: pip install {package.replace('_', '-')}"
        )
    path = Path(spec.submodule_search_locations[0]) / folder
    if not path.is_dir():
        raise DataError(f"encoder {name!r}: package {package!r} is installed, but has no folder {folder!r}")
    return str(path)


def _check_architecture(name: str, model: Any) -> None:
    """Refuse what the heads cannot be put on."""
    config, embeddings = model.config, model.get_input_embeddings()
    if config.is_encoder_decoder:
        raise DataError(f"encoder {name!r} is of type {config.model_type!r}, an encoder with a decoder; {_USABLE}")
    width, hidden = getattr(embeddings, "embedding_dim", None), getattr(config, "hidden_size", None)
    if width is None or width != hidden:  # letter shapes are added to the embeddings
        raise DataError(
            f"encoder {name!r} is of type {config.model_type!r}, with embeddings of width {width} and hidden states of "
            f"width {hidden}, which must be equal; {_USABLE}"
        )


def _fast_tokenizer(name: str, tokenizer: Any, *, pieces: int) -> Tokenizer:
    """Take out the tokenizer that keeps offsets, if it is the one that this encoder was made with."""
    backend: Tokenizer | None = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise DataError(f"encoder {name!r} has no fast tokenizer, and only those keep offsets into the text")
    backend.no_truncation()
    backend.no_padding()
    known = set(backend.encode("the police said", add_special_tokens=False).ids) - {tokenizer.unk_token_id}
    if not known or max(backend.get_vocab().values()) >= pieces:  # transformers makes up a tokenizer where none is
        raise DataError(
            f"encoder {name!r} has embeddings for {pieces} pieces, and no tokenizer that fits them and reads English; "
            "put its tokenizer.json into the folder"
        )
    return backend


def _plain(config: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what JSON can hold and what shapes the network."""
    drop = {"_name_or_path", "transformers_version", "architectures", "dtype", "torch_dtype"}
    return {key: value for key, value in config.items() if key not in drop and not key.startswith("_")}
