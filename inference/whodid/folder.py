"""A model folder on disk: everything that a model is, and how it was made. Nothing in it is executed or unpickled.

    config.json        layout version, encoder configuration, window sizes, library versions
    model.safetensors  weights
    tokenizer.json     tokenizer
    ontology.json      event types and roles with their definitions
    decisions.json     thresholds and calibration

Training adds `recipe.toml`, `metrics.json` and the card `README.md`, which are read by people.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from whodid.decisions import Decisions
from whodid.errors import CorruptWeightsError, ModelFolderError, SchemaVersionError
from whodid.ontology import Ontology

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["FOLDER_SCHEMA_VERSION", "ModelConfig", "ModelFolder", "default_folder", "read_folder", "write_folder"]

FOLDER_SCHEMA_VERSION = 3
"""Version of the layout above. Folders of another version are refused, never guessed at."""

_FILES = ("config.json", "model.safetensors", "tokenizer.json", "ontology.json", "decisions.json")


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What `config.json` holds."""

    encoder: Mapping[str, Any]
    """Hugging Face configuration of the encoder."""
    window_size: int
    """Pieces per window, special tokens included."""
    window_overlap: int
    """Pieces that neighbouring windows share at least."""
    versions: Mapping[str, str]
    """Versions of the libraries with which the weights were made."""

    def __post_init__(self) -> None:
        """Check the window against the encoder and against the overlap."""
        longest = self.encoder.get("max_position_embeddings") or self.window_size
        if not 8 <= self.window_size <= longest:
            raise ModelFolderError(f"window size {self.window_size} must lie between 8 and the encoder's {longest}")
        if not 0 <= self.window_overlap < self.window_size - 4:
            raise ModelFolderError(f"window overlap {self.window_overlap} must be below {self.window_size - 4}")


@dataclass(frozen=True)
class ModelFolder:
    """A model folder in memory."""

    config: ModelConfig
    ontology: Ontology
    decisions: Decisions
    tokenizer: Tokenizer
    weights: Mapping[str, Tensor]
    """Parameters of `whodid.network.Network` by name."""
    fingerprint: str = ""
    """First 16 hex digits of the SHA-256 of the files: same digits, same answers."""


def default_folder() -> Path:
    """Find the shipped model: inside the installed package, or in the checkout of an editable install.

    Raises:
        ModelFolderError: it is in neither place.
    """
    packaged = Path(__file__).parent / "_model"
    checkout = Path(__file__).parents[2] / "models" / "default"
    for folder in (packaged, checkout):
        if (folder / "config.json").is_file():
            return folder
    raise ModelFolderError(
        f"the shipped model is neither at {packaged} nor at {checkout}. Reinstall whodid, or name a folder: "
        "load('path/to/model')"
    )


def read_folder(path: Path) -> ModelFolder:
    """Read a model folder.

    Raises:
        ModelFolderError: the folder or one of its files is missing, or its parts do not fit together.
        SchemaVersionError: it has another layout.
        CorruptWeightsError: the weights cannot be read.
    """
    if not path.is_dir():
        raise ModelFolderError(
            f"no model folder at {path}. Give a folder that `whodid train` wrote, such as runs/my-run"
        )
    missing = [name for name in _FILES if not (path / name).is_file()]
    if missing:
        raise ModelFolderError(
            f"{path} is not a complete model folder: {', '.join(missing)} missing of {', '.join(_FILES)}"
        )
    config = _read_json(path / "config.json")
    version = config.get("schema_version")
    if version != FOLDER_SCHEMA_VERSION:
        raise SchemaVersionError(
            f"{path} has model layout {version!r}; this version of whodid reads layout {FOLDER_SCHEMA_VERSION}. "
            "Install the whodid that made it (see 'versions' in its config.json), or train it again"
        )
    ontology = Ontology.from_dict(_read_json(path / "ontology.json"))
    return ModelFolder(
        config=_config(config, path),
        ontology=ontology,
        decisions=Decisions.from_dict(_read_json(path / "decisions.json"), ontology),
        tokenizer=_read_tokenizer(path / "tokenizer.json"),
        weights=_read_weights(path / "model.safetensors"),
        fingerprint=_fingerprint(path),
    )


def write_folder(path: Path, folder: ModelFolder) -> None:
    """Write a model folder; weights are stored in half precision, which halves the file and moves no answer."""
    import torch  # noqa: PLC0415 - only for a model that is in memory already
    from safetensors.torch import save  # noqa: PLC0415

    path.mkdir(parents=True, exist_ok=True)
    config = {
        "schema_version": FOLDER_SCHEMA_VERSION,
        "encoder": dict(folder.config.encoder),
        "window_size": folder.config.window_size,
        "window_overlap": folder.config.window_overlap,
        "versions": dict(folder.config.versions),
    }
    _write_json(path / "config.json", config)
    _write_json(path / "ontology.json", folder.ontology.to_dict())
    _write_json(path / "decisions.json", folder.decisions.to_dict())
    folder.tokenizer.save(str(path / "tokenizer.json"), pretty=False)
    halves = {name: tensor.detach().cpu().to(torch.float16).contiguous() for name, tensor in folder.weights.items()}
    (path / "model.safetensors").write_bytes(save(halves, metadata={"format": "pt"}))


def _config(data: Mapping[str, Any], path: Path) -> ModelConfig:
    try:
        return ModelConfig(**{key: value for key, value in data.items() if key != "schema_version"})
    except TypeError as error:
        raise ModelFolderError(f"{path / 'config.json'} does not have the expected keys: {error}") from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelFolderError(f"{path} cannot be read as JSON: {error}. Copy the model folder again") from error
    if not isinstance(data, dict):
        raise ModelFolderError(f"{path} must hold a JSON object, not {type(data).__name__}")
    return data


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _read_tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises a bare Exception
        raise ModelFolderError(f"{path} is not a tokenizer: {error}. Copy the model folder again") from error
    tokenizer.no_truncation()  # published tokenizers cut at 128 pieces or so; nothing is cut here
    tokenizer.no_padding()
    return tokenizer


def _read_weights(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError  # noqa: PLC0415 - needs torch, as all below
    from safetensors.torch import load_file  # noqa: PLC0415

    try:
        return {name: tensor.float() for name, tensor in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise CorruptWeightsError(
            f"{path} cannot be read: {error}. It is damaged or incomplete; copy the model folder again"
        ) from error


def _fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((path / name).read_bytes())
    return digest.hexdigest()[:16]
