"""A tiny encoder and a tiny model, made here in a second, seeded: no test needs a download or the shipped weights."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from whodid.decisions import Decisions
from whodid.folder import ModelConfig, ModelFolder, read_folder, write_folder
from whodid.model import Model
from whodid.network import Network, NetworkShape
from whodid.ontology import DEFAULT
from whodid.types import Entity, Event, Mention, Prediction
from whodid_training import develop
from whodid_training.align import occurrences
from whodid_training.article import Article, GoldEvent
from whodid_training.fitting import events, tables, thresholds
from whodid_training.recipe import Recipe

os.environ["HF_HUB_OFFLINE"] = "1"  # before the hub's client is imported; a name that is no folder is refused at once

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
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
GUNMEN = {"kind": "individual", "mentions": ["gunmen"]}
NEWS: dict[str, list[dict[str, Any]]] = {
    "gunmen killed a teacher in the village": [{"type": "attack", "perpetrators": [GUNMEN], "victims": ["teacher"]}],
    "a bomb exploded in a bank": [{"type": "bombing", "targets": ["bank"], "weapons": ["bomb"]}],
    "gunmen kidnapped two villagers": [{"type": "kidnapping", "perpetrators": [GUNMEN], "victims": ["two villagers"]}],
    "the police detained a journalist": [{"type": "detention", "victims": ["journalist"]}],
    "a bus was robbed by gunmen": [{"type": "robbery", "perpetrators": [GUNMEN], "targets": ["bus"]}],
    "gunmen shot a villager and a bomb exploded on a bus": [
        {"type": "attack", "perpetrators": [GUNMEN], "victims": ["villager"]},
        {"type": "bombing", "targets": ["bus"], "weapons": ["bomb"]},
    ],
    "people in the city said who was in a bus": [],
    "the village was on the bus": [],
    "the army and the people " * 12: [],
    "the city and the village " * 12 + "soldiers burned a bank": [{"type": "arson", "targets": ["bank"]}],
}


def write_news(folder: Path) -> Path:
    """Write the articles as gold files of the corpus `own`; return the root of the corpora."""
    (folder / "own").mkdir(parents=True)
    records = [
        {"id": f"a{i}", "text": text.strip(), "events": [_event(event) for event in events]}
        for i, (text, events) in enumerate(NEWS.items())
    ]
    for split, part in (("train", records), ("dev", records[:2] + records[-2:])):
        lines = "".join(json.dumps(record) + "\n" for record in part)
        (folder / "own" / f"{split}.jsonl").write_text(lines, encoding="utf-8")
    return folder


def _event(event: dict[str, Any]) -> dict[str, Any]:
    return {
        key: [{"mentions": [item]} if isinstance(item, str) else item for item in value]
        if isinstance(value, list)
        else value
        for key, value in event.items()
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
    torch.manual_seed(13)
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
def sparing_folder(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model with higher thresholds: it finds people here and there, as real ones do, not in every line."""
    folder = read_folder(tiny_folder)
    decisions = replace(folder.decisions, roles=dict.fromkeys(DEFAULT.role_names, 0.9))
    path = tmp_path_factory.mktemp("sparing") / "model"
    write_folder(path, replace(folder, decisions=decisions))
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
        tuple(
            Event(event.type, 1.0, _oracle_entities(article, event, taken), main=bool(event.main))
            for event in article.events
        ),
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
def quick_figures() -> Iterator[None]:
    """Let training measure and fit in a moment: intervals from 100 resamples, which are wider, and coarse grids."""
    words = (0.3, 0.5, 0.7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(develop, "Setting", partial(develop.Setting, resamples=100))
        patch.setattr(tables, "WORD_THRESHOLDS", words)
        patch.setattr(thresholds, "WORD_THRESHOLDS", words)
        patch.setattr(events, "_GRIDS", {"incident": (0.01, 0.5), "joining": (0.5, 0.9), "lone": (0.4, 1.0)})
        patch.setattr(events, "_MAINS", (0.3, 0.5))
        yield


@pytest.fixture(scope="session")
def news_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Corpora to train on: ten articles of the corpus `own`, four of them for development."""
    return write_news(tmp_path_factory.mktemp("corpora"))


@pytest.fixture(scope="session")
def short_recipe(tiny_encoder: Path) -> Recipe:
    """A short run with everything random that there is."""
    return Recipe(
        corpora={"own": 1.5},
        develop=("own",),
        encoder=str(tiny_encoder),
        epochs=3,
        window_size=32,
        window_overlap=8,
        batch_pieces=96,
        dropout=0.2,
        uppercase_share=0.3,
        eventless_share=0.7,
        average=0.9,
        evaluate_every=1,
        checkpoint_minutes=0.0,  # after every step
    )


@pytest.fixture(scope="session")
def benchmark() -> Callable[[str], ModuleType]:
    """Import a script of the folder benchmarks by name."""

    def imported(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"benchmark_{name}", BENCHMARKS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return imported


class NamesModel:
    """Finds a kidnapping of "Ada" wherever that stands, and reads ahead like a real model."""

    fingerprint = "0123456789abcdef"
    device = "cpu"
    dtype = "float32"

    def predict(self, text: str) -> Prediction:
        at = text.find("Ada")
        if at < 0:
            return Prediction(text, (), {"kidnapping": 0.1}, 1, abstained=False)
        ada = Entity("Ada", "victim", "victims", None, True, 0.9, (Mention(at, at + 3, "Ada"),))
        return Prediction(text, (Event("kidnapping", 0.9, (ada,)),), {"kidnapping": 0.9}, 1, abstained=False)

    def predict_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Prediction]:
        batch: list[str] = []
        for text in texts:
            batch.append(text)
            if len(batch) == batch_size:
                yield from map(self.predict, batch)
                batch = []
        yield from map(self.predict, batch)


@pytest.fixture
def names_model() -> NamesModel:
    """A model that takes no time: it knows one name."""
    return NamesModel()
