"""A model's answers to the articles of a gold file: what the notebooks on figures and on errors start from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from whodid.decisions import Decisions
from whodid.ontology import Ontology
from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.evaluation.baselines.floors import run_floors
from whodid_training.evaluation.convention import Convention, as_read
from whodid_training.evaluation.evaluation import Setting, System, evaluate
from whodid_training.evaluation.results import Results
from whodid_training.evaluation.ruler import Ruler, word_pieces
from whodid_training.gold import read_gold

__all__ = ["Answers", "answer"]


@dataclass(frozen=True)
class Answers:
    """Articles, what a model says about them, and by which thresholds."""

    articles: tuple[Article, ...]
    """Gold, in the order of the file."""
    predictions: tuple[Prediction, ...]
    """One for each, of what its annotators read."""
    ontology: Ontology
    """The model's labels."""
    decisions: Decisions
    """The model's thresholds."""
    fingerprint: str
    """Of the model."""
    source: str
    """Name of the gold file."""
    ruler: Ruler
    """How positions in an article are counted."""

    @property
    def convention(self) -> Convention:
        """All of the model's labels, on articles annotated in full."""
        return Convention.full(self.ontology)

    def results(self, *, resamples: int = 1000, seed: int = 0) -> Results:
        """Score the answers, and those of the baselines that learn nothing beside them.

        Args:
            resamples: of the articles, for intervals.
            seed: of the resamples.

        Raises:
            DataError: there are too few resamples.
        """
        setting = Setting(self.source, len(self.articles), self.convention, seed=seed, resamples=resamples)
        floors = run_floors(self.articles, convention=self.convention, train=None, seed=seed)
        systems = [
            (System("model", "the model in question", self.fingerprint), self.predictions),
            *((floor.system, floor.predictions) for floor in floors),
        ]
        main, *baselines = (
            evaluate(self.articles, predictions, setting=setting, system=system, ruler=self.ruler)
            for system, predictions in systems
        )
        return Results(main, tuple(baselines))


def answer(model: Path, gold: Path, *, device: str | None = None, batch_size: int = 32) -> Answers:
    """Let a model read the articles of a gold file.

    Args:
        model: a model folder.
        gold: the file.
        device: a torch device; by default a GPU if there is one.
        batch_size: windows that are read together.

    Raises:
        ModelFolderError: the model cannot be loaded.
        DataError: the gold file breaks its format.
    """
    from whodid.model import Model  # noqa: PLC0415 - imports torch

    loaded = Model.load(model, device=device)
    articles = read_gold(gold, ontology=loaded.ontology)
    texts = [as_read(article).text for article in articles]
    return Answers(
        articles=articles,
        predictions=tuple(loaded.predict_many(texts, batch_size=batch_size)),
        ontology=loaded.ontology,
        decisions=loaded.decisions,
        fingerprint=loaded.fingerprint,
        source=gold.name,
        ruler=word_pieces(model),
    )
