"""`whodid evaluate`: a model or its predictions and annotated articles in, figures and reports out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from whodid.cli.options import BatchSize, Device, Force, ModelPath
from whodid.errors import DataError
from whodid_training.commands.extra import needing_extra
from whodid_training.commands.inputs import OntologyPath, Resamples, Seed

__all__ = ["Request", "evaluate"]


@dataclass(frozen=True)
class Request:
    """What was typed, checked."""

    output: Path
    """Folder to write into."""
    model: Path | None
    """Model folder; None for the shipped model, or if there are predictions."""
    device: str | None
    """Torch device."""
    batch_size: int
    """Windows that are read together."""
    corpus: str | None
    """Corpus to load, or whose rules to score a gold file by."""
    root: Path | None
    """Folder of the corpora; None for a gold file."""
    split: str | None
    """Split of the corpus."""
    gold: Path | None
    """Gold file; None for a corpus."""
    predictions: Path | None
    """Prediction file, if no model is to run."""
    ontology: Path | None
    """Labels of that file."""
    baselines: bool
    """Whether to run the baselines."""
    baseline_train: Path | None
    """Gold file that TF-IDF learns from."""
    resamples: int
    """For intervals."""
    seed: int
    """Of the resamples."""
    force: bool
    """Whether to replace outputs."""

    def __post_init__(self) -> None:
        """Check that the options go together."""
        for broken, message in _RULES:
            if broken(self):
                raise DataError(message)


_RULES: tuple[tuple[Callable[[Request], bool], str], ...] = (
    (
        lambda r: (r.gold is None) == (r.root is None),
        "say what to score on: either --gold FILE, or a corpus with --corpus NAME --root FOLDER --split SPLIT",
    ),
    (lambda r: r.root is not None and r.corpus is None, "--root is the folder of the corpora: name one with --corpus"),
    (
        lambda r: (r.root is None) != (r.split is None),
        "--split goes with --corpus and --root, and they with it: --corpus NAME --root FOLDER --split dev",
    ),
    (
        lambda r: r.predictions is not None and r.model is not None,
        "--model runs a model and --predictions takes answers from a file: give one of the two",
    ),
    (
        lambda r: r.predictions is None and r.ontology is not None,
        "--ontology is for prediction files; a model knows its own labels",
    ),
    (
        lambda r: r.baseline_train is not None and not r.baselines,
        "--baseline-train is what the baselines learn from: add --baselines",
    ),
)
"""Which options do not go together, and what to say then."""


def evaluate(  # noqa: PLR0913 - one parameter per option
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for metrics.json and the reports.")],
    model: ModelPath = None,
    corpus: Annotated[
        str | None, typer.Option("--corpus", help="Corpus to score on; with --gold, whose rules to score by.")
    ] = None,
    root: Annotated[Path | None, typer.Option("--root", help="Folder that holds the corpora's folders.")] = None,
    split: Annotated[str | None, typer.Option("--split", help="Split of the corpus, such as dev.")] = None,
    gold: Annotated[Path | None, typer.Option("--gold", help="Gold file to score on, in place of a corpus.")] = None,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Score this file of `whodid predict` in place of a model.")
    ] = None,
    ontology: OntologyPath = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Score simple systems beside it: nothing, keywords, TF-IDF.")
    ] = False,
    baseline_train: Annotated[
        Path | None, typer.Option(help="Gold file that TF-IDF learns from; the corpus's split train by default.")
    ] = None,
    resamples: Resamples = 1000,
    seed: Seed = 0,
    device: Device = None,
    batch_size: BatchSize = 32,
    force: Force = False,
) -> None:
    """Score a model, or a file of predictions, on annotated articles, and write a report.

    Writes metrics.json, report.md and report.html, and predictions.jsonl if a model ran. Read report.html first.
    """
    request = Request(
        output=output,
        model=model,
        device=device,
        batch_size=batch_size,
        corpus=corpus,
        root=root,
        split=split,
        gold=gold,
        predictions=predictions,
        ontology=ontology,
        baselines=baselines,
        baseline_train=baseline_train,
        resamples=resamples,
        seed=seed,
        force=force,
    )
    with needing_extra("evaluation"):
        from whodid_training.commands.evaluation_run import run  # noqa: PLC0415 - needs the extra

        run(request)
