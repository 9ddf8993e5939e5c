"""Training for real, in seconds: a tiny encoder and ten articles, learned by heart, written and read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import whodid
from whodid.decisions import Decisions
from whodid.errors import DataError, ModelFolderError
from whodid.ontology import DEFAULT, EventType, Ontology, Role
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.develop import load_development
from whodid_training.examples import Marked
from whodid_training.export import export
from whodid_training.fit import evaluate_all, rehearse
from whodid_training.recipe import Recipe
from whodid_training.train import Progress, Run, load_ontology, mark, train_model

pytestmark = pytest.mark.usefixtures("quick_figures")


@pytest.fixture(scope="module")
def learned(
    short_recipe: Recipe, news_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Progress], Path]:
    """A run that is long enough to learn the ten articles by heart: what it reported, and its model folder."""
    thorough = replace(
        short_recipe, corpora={"own": 1.0}, epochs=50, learning_rate=5e-3, head_learning_rate=2e-2, clip=5.0,
        type_weight=2.0, dropout=0.0, average=0.0, uppercase_share=0.0, eventless_share=1.0, evaluate_every=100,
        checkpoint_minutes=5.0,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("learned")
    development, seen = [load_development("own", root=news_root)], list[Progress]()
    run = Run(folder, torch.device("cpu"), seen.append)
    trained = train_model(thorough, mark(thorough.corpora, root=news_root), development, run)
    export(trained, thorough, folder / "model")
    return seen, folder / "model"


def epoch_loss(seen: list[Progress], epoch: int) -> float:
    losses = [progress.loss for progress in seen if progress.epoch == epoch]
    return sum(losses) / len(losses)


def test_the_training_articles_are_learned_by_heart(learned: tuple[list[Progress], Path], news_root: Path) -> None:
    seen, folder = learned
    assert epoch_loss(seen, 49) < 0.05 * epoch_loss(seen, 0)
    model = whodid.load(folder, device="cpu")
    for article in mark({"own": 1.0}, root=news_root)[0].articles:
        prediction = model.predict(article.text)
        assert set(prediction.event_types) == article.event_types
        gold = {(event.type, e.role, e.mentions[0]) for event in article.events for e in event.entities}
        found = {(event.type, e.role, e.text) for event in prediction.events for e in event.entities}
        assert found == gold


def test_a_model_folder_is_complete_and_holds_nothing_else(learned: tuple[list[Progress], Path]) -> None:
    assert sorted(path.name for path in learned[1].rglob("*")) == [
        "README.md", "config.json", "decisions.json", "metrics.json", "model.safetensors", "ontology.json",
        "recipe.toml", "tokenizer.json",
    ]  # fmt: skip


def test_the_figures_are_those_of_the_model_that_was_written(
    learned: tuple[list[Progress], Path], news_root: Path, short_recipe: Recipe
) -> None:
    metrics = json.loads((learned[1] / "metrics.json").read_text(encoding="utf-8"))
    model = whodid.load(learned[1], device="cpu", dtype="float32")
    rehearsals = rehearse(model, [load_development("own", root=news_root)])
    again = evaluate_all(model, rehearsals, model.decisions, seed=short_recipe.seed)
    assert metrics["development"] == json.loads(json.dumps(again))
    assert metrics["articles"] == {"own": 10}
    assert metrics["lost_mentions"] == {}
    assert metrics["development"]["own"]["figures"]["types_f1"]["estimate"] == 1.0


def test_without_development_data_all_thresholds_are_one_half(
    short_recipe: Recipe, news_root: Path, tmp_path: Path
) -> None:
    trained = train_model(short_recipe, mark({"own": 1.0}, root=news_root), [], Run(tmp_path, torch.device("cpu")))
    assert trained.folder.decisions == Decisions.neutral(DEFAULT)
    assert trained.metrics["development"] == {}


def test_people_may_train_on_labels_of_their_own(short_recipe: Recipe, tmp_path: Path) -> None:
    ontology = Ontology(
        (EventType("match", "A game that was played."),), (Role("winner", "Who won.", slot="perpetrators"),)
    )
    won = GoldEvent("match", (GoldEntity("winner", ("the city",)), GoldEntity("referee", ("police",))))
    articles = (
        Article("1", "the city won by a fire", (won,)),
        Article("2", ""),
        Article("3", "the bus was in the bank"),
    )
    part = Marked("games", articles, frozenset({"match"}), frozenset({"winner"}))
    trained = train_model(short_recipe, [part], [], Run(tmp_path, torch.device("cpu")), ontology=ontology)
    export(trained, replace(short_recipe, corpora={"games": 1.0}), tmp_path / "model")
    assert set(whodid.load(tmp_path / "model", device="cpu").predict("the city won").scores) == {"match"}
    assert trained.metrics["articles"] == {"games": 3}


def test_mentions_that_are_lost_are_counted(short_recipe: Recipe, tmp_path: Path) -> None:
    ghost = Article("1", "the bus was robbed", (GoldEvent("robbery", (GoldEntity("victim", ("Eva", "Ana")),)),))
    part = Marked("own", (ghost,), frozenset(DEFAULT.type_names), frozenset(DEFAULT.role_names))
    trained = train_model(short_recipe, [part], [], Run(tmp_path, torch.device("cpu")))
    assert trained.metrics["lost_mentions"] == {"own: not in the text": 2}


def test_nothing_to_train_on_is_an_error(short_recipe: Recipe, tmp_path: Path) -> None:
    part = Marked("own", (), frozenset(), frozenset())
    with pytest.raises(DataError, match="no article to train on; check the corpora"):
        train_model(short_recipe, [part], [], Run(tmp_path, torch.device("cpu")))


def test_windows_longer_than_the_encoder_reads_are_refused_before_training(
    short_recipe: Recipe, news_root: Path, tmp_path: Path
) -> None:
    run = Run(tmp_path, torch.device("cpu"), lambda _: pytest.fail("a step was taken"))
    with pytest.raises(ModelFolderError, match="window size 65 must lie between 8 and the encoder's 64"):
        train_model(replace(short_recipe, window_size=65), mark({"own": 1.0}, root=news_root), [], run)


def test_an_ontology_is_read_from_a_file_or_is_the_default(tmp_path: Path) -> None:
    assert load_ontology(None) is DEFAULT
    path = tmp_path / "ontology.json"
    path.write_text(json.dumps(DEFAULT.to_dict()), encoding="utf-8")
    assert load_ontology(path) == DEFAULT
    path.write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="no ontology can be read from"):
        load_ontology(path)


def test_training_articles_know_what_their_corpus_marks(news_root: Path) -> None:
    (part,) = mark({"own": 1.0}, root=news_root)
    assert (part.corpus, len(part.articles), part.mixed_case) == ("own", 10, True)
    assert (part.event_types, part.roles) == (frozenset(DEFAULT.type_names), frozenset(DEFAULT.role_names))
