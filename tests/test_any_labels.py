"""One command for any encoder and any labels: three architectures, with three ontologies, one of them without roles."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
import typer
from tokenizers import Tokenizer
from typer.testing import CliRunner

import whodid
from whodid.cli.exits import Exits, Guarded
from whodid.ontology import DEFAULT, EventType, Ontology, Role
from whodid_training.commands.evaluate import evaluate
from whodid_training.commands.train import train
from whodid_training.corpora.classification import SETS
from whodid_training.recipe import Recipe

pytestmark = pytest.mark.usefixtures("quick_figures")

SHORT = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 64,
         "max_position_embeddings": 66, "pad_token_id": 0}  # fmt: skip
ENCODERS: dict[str, dict[str, Any]] = {
    "bert": SHORT,
    "deberta-v2": SHORT,
    "modernbert": {**SHORT, **dict.fromkeys(("bos_token_id", "cls_token_id"), 2), "global_attn_every_n_layers": 1,
                   **dict.fromkeys(("eos_token_id", "sep_token_id"), 3)},
}  # fmt: skip
SATP = SETS[0]
THREE = Ontology(
    (EventType("raid", "Gunmen came."), EventType("blast", "It exploded."), EventType("arrest", "Police took one.")),
    (Role("raider", "Who came.", "perpetrators"), Role("hurt", "Who was hit.", "victims")),
)
ONTOLOGIES = {
    "default": DEFAULT,
    "three labels": THREE,
    "no roles": Ontology(tuple(EventType(name, "") for name in SATP.labels), ()),
}
GOLD: dict[str, list[dict[str, Any]]] = {
    "gunmen shot a teacher in the village": [
        {"type": "raid", "perpetrators": [{"mentions": ["gunmen"]}], "victims": [{"mentions": ["a teacher"]}]}
    ],
    "a bomb exploded": [{"type": "blast"}],
    "police arrested a journalist": [{"type": "arrest", "victims": [{"mentions": ["a journalist"]}]}],
    "the bus was in the city": [],
}
ROWS = ("gunmen shot a teacher\t1\t0\t0\t0", "a bomb exploded\t0\t1\t0\t0", "gunmen kidnapped villagers\t0\t0\t1\t0",
        "soldiers burned a bank\t0\t0\t0\t1")  # fmt: skip


@pytest.fixture(scope="module")
def root(news_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Corpora of the three ontologies."""
    root = tmp_path_factory.mktemp("root")
    (root / "default").symlink_to(news_root)
    (root / "three labels" / "own").mkdir(parents=True)
    (root / "no roles" / "conflibert" / SATP.folder).mkdir(parents=True)
    lines = [
        json.dumps({"id": f"a{i}", "text": text, "events": events}) for i, (text, events) in enumerate(GOLD.items())
    ]
    for split in ("train", "dev"):
        (root / "three labels" / "own" / f"{split}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        (root / "no roles" / "conflibert" / SATP.folder / f"{split}.tsv").write_text("\n".join(ROWS), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def encoders(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random encoders, as Hugging Face publishes them."""
    folder = tmp_path_factory.mktemp("encoders")
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    for name, settings in ENCODERS.items():
        torch.manual_seed(3)
        transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder / name)
        config = transformers.AutoConfig.for_model(name, vocab_size=tokenizer.get_vocab_size(), **settings)
        transformers.AutoModel.from_config(config).save_pretrained(folder / name)
    return folder


def typed(command: Callable[..., None], *arguments: object) -> str:
    app = typer.Typer(cls=Guarded, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    app.command("go")(command)
    result = CliRunner().invoke(app, ["go", *map(str, arguments), "--device", "cpu"])
    assert result.exit_code == Exits.GOOD, result.output
    return result.output


def corpus_of(labels: str) -> str:
    return SATP.name if labels == "no roles" else "own"


@pytest.mark.parametrize("labels", ONTOLOGIES)
@pytest.mark.parametrize("encoder", ENCODERS)
def test_any_encoder_learns_any_labels(
    encoder: str, labels: str, short_recipe: Recipe, encoders: Path, root: Path, tmp_path: Path
) -> None:
    ontology, corpus = ONTOLOGIES[labels], corpus_of(labels)
    (tmp_path / "labels.json").write_text(json.dumps(ontology.to_dict()), encoding="utf-8")
    recipe = replace(short_recipe, corpora={corpus: 1.0}, develop=(corpus,), epochs=1, checkpoint_minutes=5.0,
                     ontology=str(tmp_path / "labels.json"))  # fmt: skip
    (tmp_path / "recipe.toml").write_text(recipe.to_toml(), encoding="utf-8")
    typed(
        train,
        tmp_path / "recipe.toml",
        "--root",
        root / labels,
        "-o",
        tmp_path / "run",
        "--encoder",
        encoders / encoder,
    )
    folder = tmp_path / "run" / "model"
    model = whodid.load(folder, device="cpu")
    assert model.ontology == ontology
    prediction = model.predict("gunmen shot a teacher in the village. " * 9)
    assert tuple(prediction.scores) == ontology.type_names
    assert {entity.role for entity in prediction.entities} <= set(ontology.role_names)
    if not ontology.roles:
        assert not prediction.entities
    figures = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["development"][corpus]
    assert set(figures["event_types"]) == set(ontology.type_names)


def test_a_model_without_roles_learns_is_evaluated_and_its_card_promises_nobody(
    short_recipe: Recipe, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "labels.json").write_text(json.dumps(ONTOLOGIES["no roles"].to_dict()), encoding="utf-8")
    recipe = replace(
        short_recipe, corpora={SATP.name: 4.0}, develop=(SATP.name,), epochs=40, ontology=str(tmp_path / "labels.json"),
        learning_rate=5e-3, head_learning_rate=2e-2, clip=5.0, type_weight=1.0, dropout=0.0, average=0.0,
        uppercase_share=0.0, evaluate_every=100, checkpoint_minutes=5.0,
    )  # fmt: skip
    (tmp_path / "recipe.toml").write_text(recipe.to_toml(), encoding="utf-8")
    typed(train, tmp_path / "recipe.toml", "--root", root / "no roles", "-o", tmp_path / "run")
    folder = tmp_path / "run" / "model"
    model = whodid.load(folder, device="cpu")
    for row, label in zip(ROWS, SATP.labels, strict=True):
        (event,) = model.predict(row.split("\t")[0]).events
        assert (event.type, event.entities) == (label, ())
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "names nobody" in card
    assert "perpetrators" not in card
    assert "| role |" not in card
    at = ("--corpus", SATP.name, "--root", root / "no roles", "--split", "dev", "--resamples", 100)
    typed(evaluate, "--model", folder, *at, "-o", tmp_path / "out")
    measured = json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))
    assert measured["convention"]["roles"] == []
    assert {name: row["f1"] for name, row in measured["event_types"].items()} == dict.fromkeys(SATP.labels, 1.0)
