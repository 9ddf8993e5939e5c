"""Masked-language pre-training: an encoder reads news, can be interrupted, and is then trained like any other."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import transformers
import typer
from tokenizers import Tokenizer
from typer.testing import CliRunner

from whodid.cli.exits import Exits, Guarded
from whodid.errors import DataError
from whodid_training.commands.pretrain import pretrain as command
from whodid_training.corpora.registry import load_corpus
from whodid_training.corpora.texts import TEXTS, read_texts
from whodid_training.encoders import load_encoder
from whodid_training.pretrain import Pretraining, _load, _Trainer, _windows, pretrain
from whodid_training.recipe import Recipe
from whodid_training.train import Run, mark, train_model

pytest.importorskip("accelerate")

NEWS = [
    "gunmen killed a teacher in the village",
    "the police detained a journalist in the city " * 4,
    "a bomb exploded",
]


@pytest.fixture(scope="module")
def encoder(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT with a mask token."""
    folder = tmp_path_factory.mktemp("encoder")
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, mask_token="[MASK]", **special)
    fast.save_pretrained(folder)
    torch.manual_seed(3)
    config = transformers.BertConfig(
        vocab_size=len(fast), hidden_size=32, num_hidden_layers=1, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=64,
    )  # fmt: skip
    transformers.BertForMaskedLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def settings(encoder: Path) -> Pretraining:
    return Pretraining(str(encoder), epochs=3, window_size=16, batch_windows=2, save_steps=1, learning_rate=1e-2)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(load_encoder(str(folder), dropout=0.1).weights)


def moved(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> list[str]:
    return [name for name in one if not name.startswith("pooler") and not torch.equal(one[name], other[name])]


def test_an_encoder_learns_and_a_recipe_takes_it(
    settings: Pretraining, short_recipe: Recipe, news_root: Path, tmp_path: Path
) -> None:
    folder = pretrain(settings, NEWS, tmp_path / "run")
    assert "embeddings.word_embeddings.weight" in moved(weights(Path(settings.encoder)), weights(folder))
    recipe = replace(short_recipe, encoder=str(folder), epochs=1, checkpoint_minutes=5.0)
    trained = train_model(recipe, mark(recipe.corpora, root=news_root), [], Run(tmp_path / "t", torch.device("cpu")))
    assert trained.metrics["articles"] == {"own": 10}


def test_a_run_interrupted_between_passes_goes_on_to_the_same_weights(
    settings: Pretraining, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = weights(pretrain(settings, NEWS, tmp_path / "whole"))
    steps, step = 0, transformers.Trainer.training_step

    def pulled(*arguments: object, **named: object) -> torch.Tensor:
        nonlocal steps
        steps += 1
        if steps == 3:  # the first of the second pass
            raise KeyboardInterrupt
        return step(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(transformers.Trainer, "training_step", pulled)
        with pytest.raises(KeyboardInterrupt):
            pretrain(settings, NEWS, tmp_path / "broken")
    assert not (tmp_path / "broken" / "encoder").exists()
    assert not moved(whole, weights(pretrain(settings, NEWS, tmp_path / "broken")))


def test_every_piece_is_read_once_in_full_windows(settings: Pretraining) -> None:
    _, tokenizer = _load(settings)
    windows = [window["input_ids"] for window in _windows(NEWS, tokenizer, 16)]
    assert [len(window) for window in windows[:-1]] == [16] * (len(windows) - 1)
    assert all(window[0] == tokenizer.cls_token_id and window[-1] == tokenizer.sep_token_id for window in windows)
    read = [[*tokenizer(text, add_special_tokens=False)["input_ids"], tokenizer.sep_token_id] for text in NEWS]
    assert [piece for window in windows for piece in window[1:-1]] == [piece for text in read for piece in text]


@pytest.mark.parametrize("name", ["bert", "deberta-v2", "modernbert"])
def test_guessing_hidden_pieces_alone_is_the_published_loss(name: str, settings: Pretraining, tmp_path: Path) -> None:
    torch.manual_seed(3)
    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 64}
    config = transformers.AutoConfig.for_model(name, vocab_size=50, pad_token_id=0, **shape)
    model = transformers.AutoModelForMaskedLM.from_config(config).eval()
    ids = torch.randint(1, 50, (3, 12))
    labels = torch.where(torch.rand(3, 12) < 0.3, ids, -100)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    trainer = _Trainer(model, transformers.TrainingArguments(str(tmp_path), report_to="none", use_cpu=True))
    published = model(**inputs, labels=labels).loss
    torch.testing.assert_close(trainer.compute_loss(model, {**inputs, "labels": labels}), published)
    torch.testing.assert_close(model(**inputs, labels=labels).loss, published)  # nothing stays behind


def test_the_training_split_of_a_corpus_is_read_too(news_root: Path) -> None:
    articles = load_corpus("own", root=news_root, split="train").articles
    assert list(read_texts("own", root=news_root)) == [article.text for article in articles]
    newswire = list(read_texts("newswire", root=news_root))
    assert newswire == [article.text for article in load_corpus("newswire", root=news_root, split="train").articles]


def test_the_command_reads_texts_only(encoder: Path, tmp_path: Path) -> None:
    (tmp_path / "fnc1").mkdir()
    lines = "".join(json.dumps({"id": str(i), "title": "Title", "text": text}) + "\n" for i, text in enumerate(NEWS))
    (tmp_path / "fnc1" / "bodies.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    assert list(read_texts("fnc1", root=tmp_path)) == [f"Title\n\n{text}" for text in NEWS]
    app = typer.Typer(cls=Guarded, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    app.command("pretrain")(command)
    typed = ["pretrain", "fnc1", "--root", tmp_path, "-o", tmp_path / "run", "--encoder", encoder, "--epochs", 1]
    result = CliRunner().invoke(app, list(map(str, typed)))
    assert (result.exit_code, result.stdout) == (Exits.INPUT, "")
    assert "window_size is 256, and the encoder reads 64 pieces at most" in result.stderr
    result = CliRunner().invoke(app, [*map(str, typed), "--window-size", "32"])
    assert result.exit_code == Exits.GOOD, result.output
    assert f"encoder written to {tmp_path / 'run' / 'encoder'}" in result.stderr


def test_unknown_or_missing_texts_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"texts 'cnn' are unknown; allowed: 'ag_news', .*'muc4', "):
        list(read_texts("cnn", root=tmp_path))
    for name in TEXTS:
        with pytest.raises(DataError, match=f"texts '{name}' are expected in .*; see data/cards"):
            list(read_texts(name, root=tmp_path))


def test_what_cannot_be_pre_trained_is_refused(settings: Pretraining, tiny_encoder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no mask token"):
        pretrain(replace(settings, encoder=str(tiny_encoder)), NEWS, tmp_path)
    with pytest.raises(DataError, match="no encoder 'nowhere/at-all' that can guess hidden pieces"):
        pretrain(replace(settings, encoder="nowhere/at-all"), NEWS, tmp_path)
    with pytest.raises(DataError, match="there is no text to pre-train on"):
        pretrain(settings, [], tmp_path)
    with pytest.raises(DataError, match="epochs is 0; it must be above 0"):
        replace(settings, epochs=0)
    with pytest.raises(DataError, match="window_size is 2; it must be above 2"):
        replace(settings, window_size=2)
    with pytest.raises(DataError, match=r"mask_share is 1.5; it must lie between 0 and 1"):
        replace(settings, mask_share=1.5)
