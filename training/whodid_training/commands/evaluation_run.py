"""What `whodid evaluate` does once its options are known to be right: read, answer, score, write."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import track

from whodid.cli.options import load_model
from whodid.errors import DataError, one_of
from whodid.folder import default_folder
from whodid.ontology import Ontology
from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.commands.inputs import read_labels
from whodid_training.commands.outputs import refuse_existing, writing
from whodid_training.corpora.registry import CORPORA, load_corpus
from whodid_training.evaluation.baselines.floors import run_floors
from whodid_training.evaluation.convention import Convention, as_read, convention_for
from whodid_training.evaluation.evaluation import Evaluation, Setting, System, evaluate
from whodid_training.evaluation.report import markdown
from whodid_training.evaluation.report_html import page
from whodid_training.evaluation.results import Results
from whodid_training.evaluation.ruler import WORDS, Ruler, word_pieces
from whodid_training.evaluation.sections import document
from whodid_training.evaluation.summary import findings
from whodid_training.gold import read_gold
from whodid_training.predictions import read_predictions, write_predictions

if TYPE_CHECKING:
    from whodid.model import Model
    from whodid_training.commands.evaluate import Request

__all__ = ["run"]

_FILES = ("metrics.json", "report.md", "report.html")
_PREDICTIONS = "predictions.jsonl"


def run(request: Request) -> None:
    """Evaluate and write.

    Raises:
        DataError: an input breaks its format, or an output cannot be written.
        ModelFolderError: the model cannot be loaded.
    """
    names = _FILES if request.predictions else (*_FILES, _PREDICTIONS)
    refuse_existing([request.output / name for name in names], force=request.force)
    model = None if request.predictions else load_model(request.model, request.device)
    ontology = read_labels(request.ontology) if model is None else model.ontology
    articles, setting = _gold(request, ontology)
    system, answers, ruler = _answers(request, model, articles, ontology)
    main = evaluate(articles, answers, setting=setting, system=system, ruler=ruler)
    baselines, notes = _baselines(request, articles, setting, ruler, ontology) if request.baselines else ((), ())
    results = Results(main, baselines, notes)
    with writing(request.output):
        _write(request.output, results)
        if model is not None:
            write_predictions(request.output / _PREDICTIONS, articles, answers, source=setting.articles)
    for line in (*findings(results), *notes, f"report -> {request.output / 'report.html'}"):
        typer.echo(line, err=True)


def _gold(request: Request, ontology: Ontology) -> tuple[tuple[Article, ...], Setting]:
    convention = convention_for(request.corpus, ontology=ontology)
    _check_labels(convention, ontology)
    if request.gold is not None:
        articles = read_gold(request.gold, ontology=ontology)
        name, corpus = request.gold.name, None
    else:
        corpus = request.corpus or ""
        articles = load_corpus(
            corpus, root=request.root or Path(), split=request.split or "", ontology=ontology
        ).articles
        name = f"{corpus}, split {request.split}"
    setting = Setting(
        name, len(articles), convention, corpus, request.split, seed=request.seed, resamples=request.resamples
    )
    return articles, setting


def _check_labels(convention: Convention, ontology: Ontology) -> None:
    for what, wanted, known in (
        ("event type", convention.event_types, ontology.type_names),
        ("role", convention.roles, ontology.role_names),
    ):
        missing = [name for name in wanted if name not in known]
        if missing:
            raise DataError(
                f"{convention.name} marks the {what} {missing[0]!r}, which the model does not know; it knows "
                f"{one_of(known)}. Score it on a gold file with its own labels: --gold FILE without --corpus"
            )


def _answers(
    request: Request, model: Model | None, articles: tuple[Article, ...], ontology: Ontology
) -> tuple[System, tuple[Prediction, ...], Ruler]:
    if model is None:
        path = request.predictions or Path()
        answers = read_predictions(path, articles, ontology=ontology)
        return System("predictions", f"read from {path.name}"), answers, WORDS
    started = time.perf_counter()
    texts = [as_read(article).text for article in articles]
    answers = tuple(_tracked(model.predict_many(texts, batch_size=request.batch_size), total=len(texts)))
    seconds = time.perf_counter() - started
    about = f"the model in the folder {request.model.resolve().name}" if request.model else "the shipped model"
    ruler = word_pieces(request.model or default_folder())
    return System("model", about, model.fingerprint, round(seconds, 1)), answers, ruler


def _tracked(answers: Iterable[Prediction], *, total: int) -> Iterator[Prediction]:
    console = Console(stderr=True)
    yield from track(answers, "reading", total=total, console=console, disable=not console.is_terminal)


def _baselines(
    request: Request, articles: tuple[Article, ...], setting: Setting, ruler: Ruler, ontology: Ontology
) -> tuple[tuple[Evaluation, ...], tuple[str, ...]]:
    train, notes = _training_articles(request, articles, ontology)
    floors = run_floors(articles, convention=setting.convention, train=train, seed=setting.seed)
    done = tuple(
        evaluate(articles, floor.predictions, setting=setting, system=floor.system, ruler=ruler) for floor in floors
    )
    return done, notes


def _training_articles(
    request: Request, articles: tuple[Article, ...], ontology: Ontology
) -> tuple[tuple[Article, ...] | None, tuple[str, ...]]:
    """Find what TF-IDF learns from, without what it is scored on; say what was left out."""
    if request.baseline_train is not None:
        found = read_gold(request.baseline_train, ontology=ontology)
    elif request.root is not None and request.split != "train" and "train" in CORPORA[request.corpus or ""].splits:
        found = load_corpus(request.corpus or "", root=request.root, split="train", ontology=ontology).articles
    else:
        return None, ("TF-IDF is left out: it has nothing to learn from. Name a gold file with --baseline-train.",)
    scored = {article.text for article in articles}
    kept = tuple(article for article in found if article.text not in scored)
    twice = len(found) - len(kept)
    return kept, (f"TF-IDF does not learn from {twice} articles that it is scored on.",) if twice else ()


def _write(folder: Path, results: Results) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    report = document(results)
    figures = json.dumps(results.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
    contents = (figures + "\n", markdown(report), page(report))
    for name, content in zip(_FILES, contents, strict=True):
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
