"""The commands evaluate, compare and convert, typed as a user would, on the samples and a tiny model."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from whodid.cli.exits import Exits, Guarded
from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.commands.compare import compare
from whodid_training.commands.convert import convert
from whodid_training.commands.evaluate import evaluate
from whodid_training.gold import read_gold, write_gold
from whodid_training.predictions import write_predictions

SAMPLES = Path(__file__).parents[1] / "data" / "samples" / "gold.jsonl"
EVENT = {"type": "attack", "perpetrators": [], "victims": [{"mentions": ["a guard"]}], "targets": [], "weapons": []}

Oracle = Callable[[Article], Prediction]


def run(*arguments: object) -> Result:
    app = typer.Typer(cls=Guarded, pretty_exceptions_enable=False)
    for function in (evaluate, compare, convert):
        app.command()(function)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def answers(tmp_path: Path, oracle: Oracle) -> Path:
    """Perfect predictions for the samples."""
    articles = read_gold(SAMPLES)
    write_predictions(tmp_path / "answers.jsonl", articles, [oracle(a) for a in articles], source="test")
    return tmp_path / "answers.jsonl"


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """A corpus root with the splits train and dev of the corpus newswire."""
    folder = tmp_path / "corpora" / "newswire"
    folder.mkdir(parents=True)
    for split, number in (("train", 12), ("dev", 4)):
        lines = [
            {"id": f"{split}{i}", "text": f"Gunmen shot a guard in town {i}.", "events": [EVENT]}
            if i % 2
            else {"id": f"{split}{i}", "text": f"The fair in town {i} was full, {split}.", "events": []}
            for i in range(number)
        ]
        (folder / f"{split}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder.parent


def test_a_model_is_run_over_a_gold_file(tmp_path: Path, sparing_folder: Path) -> None:
    out = tmp_path / "out"
    result = run("evaluate", "-o", out, "--model", sparing_folder, "--gold", SAMPLES, "--resamples", 100)
    assert result.exit_code == Exits.GOOD, result.output
    assert sorted(path.name for path in out.iterdir()) == [
        "metrics.json",
        "predictions.jsonl",
        "report.html",
        "report.md",
    ]
    metrics = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["system"]["fingerprint"]
    assert metrics["documents"] == 14
    assert metrics["recall_by_position"]["unit"] == "word pieces"
    assert "Event or not: 12 of 14 articles report an event." in result.stderr
    again = tmp_path / "again"
    result = run(
        "evaluate", "-o", again, "--predictions", out / "predictions.jsonl", "--gold", SAMPLES, "--resamples", 100
    )
    assert result.exit_code == Exits.GOOD, result.output
    assert json.loads((again / "metrics.json").read_text(encoding="utf-8"))["figures"] == metrics["figures"]
    assert not (again / "predictions.jsonl").exists()


def test_a_prediction_file_is_scored_with_baselines_in_the_same_table(tmp_path: Path, answers: Path) -> None:
    train = tmp_path / "train.jsonl"
    write_gold(train, [Article(f"t{i}", f"{a.text} {i}", a.events) for i, a in enumerate(read_gold(SAMPLES))])
    result = run(
        "evaluate", "-o", tmp_path / "out", "--predictions", answers, "--gold", SAMPLES, "--resamples", 100,
        "--baselines", "--baseline-train", train,
    )  # fmt: skip
    assert result.exit_code == Exits.GOOD, result.output
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["figures"]["types_f1"]["estimate"] == 1.0
    assert [one["system"]["name"] for one in metrics["baselines"]] == ["nothing", "keywords", "TF-IDF"]
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "| figure | predictions | nothing | keywords | TF-IDF | items |" in report


def test_a_corpus_is_scored_and_its_train_split_teaches_the_baseline(
    tmp_path: Path, corpora: Path, sparing_folder: Path
) -> None:
    result = run(
        "evaluate", "-o", tmp_path / "out", "--model", sparing_folder, "--corpus", "newswire", "--root", corpora,
        "--split", "dev", "--baselines", "--resamples", 100,
    )  # fmt: skip
    assert result.exit_code == Exits.GOOD, result.output
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))
    assert (metrics["corpus"], metrics["split"], metrics["documents"]) == ("newswire", "dev", 4)
    # towns 1 and 3 are shot at in both splits, in the same words
    assert metrics["notes"] == ["TF-IDF does not learn from 2 articles that it is scored on."]
    assert "trained on 10 articles" in metrics["baselines"][2]["system"]["about"]


def test_without_training_articles_the_report_says_what_is_missing(tmp_path: Path, answers: Path) -> None:
    result = run(
        "evaluate", "-o", tmp_path / "out", "--predictions", answers, "--gold", SAMPLES, "--resamples", 100,
        "--baselines",
    )  # fmt: skip
    assert "TF-IDF is left out" in result.stderr
    assert "TF-IDF is left out" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_outputs_are_not_replaced_unless_asked_to(tmp_path: Path, answers: Path) -> None:
    (tmp_path / "report.md").write_text("mine", encoding="utf-8")
    typed = ("evaluate", "-o", tmp_path, "--predictions", answers, "--gold", SAMPLES, "--resamples", 100)
    result = run(*typed)
    assert result.exit_code == Exits.INPUT
    assert "replace it with --force" in result.stderr
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == "mine"
    assert run(*typed, "--force").exit_code == Exits.GOOD


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--gold FILE, or a corpus"),
        (["--gold", "g", "--root", "r", "--split", "dev", "--corpus", "muc4"], "--gold FILE, or a corpus"),
        (["--root", "r", "--split", "dev"], "name one with --corpus"),
        (["--root", "r", "--corpus", "muc4"], "--split goes with --corpus and --root"),
        (["--gold", "g", "--split", "dev"], "--split goes with --corpus and --root"),
        (["--gold", "g", "--model", "m", "--predictions", "p"], "give one of the two"),
        (["--gold", "g", "--ontology", "o"], "a model knows its own labels"),
        (["--gold", "g", "--baseline-train", "t"], "add --baselines"),
        (["--gold", "nowhere.jsonl", "--predictions", "p"], "nowhere.jsonl cannot be read"),
        (["--gold", "g", "--corpus", "muc5", "--predictions", "p"], "corpus 'muc5' is unknown"),
    ],
)
def test_options_that_do_not_go_together_are_explained(tmp_path: Path, options: list[str], words: str) -> None:
    result = run("evaluate", "-o", tmp_path / "out", *options)
    assert result.exit_code == Exits.INPUT
    assert words in result.stderr
    assert not (tmp_path / "out").exists()


def test_bad_predictions_are_refused_before_anything_is_written(tmp_path: Path, answers: Path) -> None:
    lines = answers.read_text(encoding="utf-8").splitlines(keepends=True)
    answers.write_text("".join(lines[:-5]), encoding="utf-8")
    result = run("evaluate", "-o", tmp_path / "out", "--predictions", answers, "--gold", SAMPLES)
    assert result.exit_code == Exits.INPUT
    assert "5 gold articles have no prediction: 'sudan-kitchen-drone-strike'" in result.stderr
    assert "and 2 more" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_file_compared_with_itself_shows_no_difference(answers: Path) -> None:
    result = run("compare", answers, answers, "--gold", SAMPLES, "--resamples", 100)
    assert result.exit_code == Exits.GOOD, result.output
    assert re.search(r"\n0 of \d\d figures tell the two apart", result.stdout)
    assert "14 articles of gold.jsonl" in result.stdout


def test_a_comparison_can_be_printed_as_json(answers: Path) -> None:
    result = run("compare", answers, answers, "--gold", SAMPLES, "--corpus", "muc4", "--resamples", 100, "--json")
    written = json.loads(result.stdout)
    assert written["convention"]["name"] == "muc4"
    assert written["figures"]["roles_strict_f1"]["difference"] == 0.0


def test_comparing_needs_the_same_articles(tmp_path: Path, answers: Path) -> None:
    short = tmp_path / "short.jsonl"
    short.write_text(answers.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")
    result = run("compare", answers, short, "--gold", SAMPLES)
    assert result.exit_code == Exits.INPUT
    assert (
        "do not cover the same articles. 1 gold articles have no prediction: 'mali-engineers-abducted'" in result.stderr
    )


def test_a_corpus_becomes_a_gold_file_that_can_be_scored(tmp_path: Path, corpora: Path) -> None:
    gold = tmp_path / "new" / "gold.jsonl"
    typed = ("convert", "newswire", "--root", corpora, "--split", "dev", "-o", gold)
    result = run(*typed)
    assert result.exit_code == Exits.GOOD, result.output
    assert f"4 articles of newswire, split dev -> {gold}" in result.stderr
    assert [article.id for article in read_gold(gold)] == ["dev0", "dev1", "dev2", "dev3"]
    assert run(*typed).exit_code == Exits.INPUT
    assert "leave out .gz" in run("convert", "newswire", "--root", corpora, "--split", "dev", "-o", "g.jsonl.gz").stderr


def test_converting_says_what_it_left_out(tmp_path: Path, corpora: Path) -> None:
    lost = {"id": "x", "text": "Calm.", "events": [{**EVENT, "victims": [{"mentions": ["a ghost"]}]}]}
    with (corpora / "newswire" / "dev.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(lost) + "\n")
    result = run("convert", "newswire", "--root", corpora, "--split", "dev", "-o", tmp_path / "gold.jsonl")
    assert "left out: 1 mentions that are not in the text as whole words" in result.stderr
