"""A tiny encoder and a tiny model, made here in a second, seeded: no test needs a download or the shipped weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from whodid.decisions import Decisions
from whodid.folder import ModelConfig, ModelFolder, write_folder
from whodid.model import Model
from whodid.network import Network, NetworkShape
from whodid.ontology import DEFAULT

WORDS = (
    "the a of in on by and was were who said police army gunmen soldiers militants killed shot kidnapped abducted bomb "
    "exploded village villagers teacher journalist arrested detained fire burned robbed bank bus attack people city"
)
CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,;:!?'\"()[]-_/@#"
ENCODER = {
    "model_type": "bert",
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}


def tiny_tokenizer() -> Tokenizer:
    """Word pieces over a hundred words and the characters that they are made of."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS.split(), *CHARACTERS, *(f"##{c}" for c in CHARACTERS)]
    vocabulary = {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    )
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    return tokenizer


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return tiny_tokenizer()


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with random weights, windows of 32 pieces, and thresholds low enough to find something anywhere."""
    torch.manual_seed(5)
    tokenizer = tiny_tokenizer()
    encoder = {**ENCODER, "vocab_size": tokenizer.get_vocab_size()}
    network = Network(encoder, NetworkShape(roles=len(DEFAULT.roles), event_types=len(DEFAULT.event_types)))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    decisions = Decisions(
        event_types=dict.fromkeys(DEFAULT.type_names, 0.4), roles=dict.fromkeys(DEFAULT.role_names, 0.6)
    )
    path = tmp_path_factory.mktemp("tiny") / "model"
    config = ModelConfig(encoder, window_size=32, window_overlap=8, versions={})
    write_folder(path, ModelFolder(config, DEFAULT, decisions, tokenizer, network.state_dict()))
    return path


@pytest.fixture(scope="session")
def tiny_model(tiny_folder: Path) -> Model:
    return Model.load(tiny_folder, device="cpu")


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT encoder as Hugging Face publishes one, to start training from."""
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(7)
    path = tmp_path_factory.mktemp("encoder")
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tiny_tokenizer(), pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    fast.save_pretrained(path)
    settings = {key: value for key, value in ENCODER.items() if key != "model_type"}
    BertModel(BertConfig(vocab_size=len(fast), **settings)).save_pretrained(path)
    return path
