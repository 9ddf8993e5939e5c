"""A tiny encoder and a tiny model, made here in a second, seeded: no test needs a download or the shipped weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from whodid.decisions import Decisions
from whodid.folder import ModelConfig, ModelFolder, write_folder
from whodid.model import Model
from whodid.network import Network, NetworkShape
from whodid.ontology import DEFAULT
from whodid.types import Entity, Event, Mention, Prediction
from whodid_training import develop
from whodid_training.align import occurrences
from whodid_training.article import Article, GoldEvent

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


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Let torch compute alone: on models this small, handing work to threads takes longer than the work."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return tiny_tokenizer()


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with random weights, windows of 32 pieces, and a seed that finds something in every article."""
    torch.manual_seed(6)
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


@pytest.fixture(scope="session")
def oracle() -> Callable[[Article], Prediction]:
    """Answers exactly what gold says, with a score of 1 for its types and 0 for the others."""
    return _oracle


def _oracle(article: Article) -> Prediction:
    taken: dict[str, list[tuple[int, int]]] = {role: [] for role in DEFAULT.role_names}
    strings = {(e.role, m) for event in article.events for e in event.entities for m in e.mentions}
    for role, mention in sorted(strings, key=lambda pair: (-len(pair[1]), pair)):
        taken[role] += [
            (start, end)
            for start, end in occurrences(mention, article.text[: article.read_until])
            if all(end <= s or e <= start for s, e in taken[role])
        ]
    return Prediction(
        article.text,
        tuple(Event(event.type, 1.0, _oracle_entities(article, event, taken)) for event in article.events),
        {name: float(name in article.event_types) for name in DEFAULT.type_names},
        windows=1,
        abstained=False,
    )


def _oracle_entities(article: Article, event: GoldEvent, taken: dict[str, list[tuple[int, int]]]) -> tuple[Entity, ...]:
    roles = {role.name: role for role in DEFAULT.roles}
    found = []
    for entity in event.entities:
        places = sorted({p for m in entity.mentions for p in occurrences(m, article.text)} & set(taken[entity.role]))
        mentions = tuple(Mention(start, end, article.text[start:end]) for start, end in places)
        if mentions:
            role = roles[entity.role]
            named = entity.named is not False
            found.append(Entity(mentions[0].text, role.name, role.slot, role.kind, named, 1.0, mentions))
    return tuple(found)


@pytest.fixture(scope="module")
def few_resamples() -> Iterator[None]:
    """Let intervals come from 100 resamples where training measures: they are wider for it, and there in a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(develop, "Setting", partial(develop.Setting, resamples=100))
        yield
