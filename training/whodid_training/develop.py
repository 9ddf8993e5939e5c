"""How a model does on development data: the figures that training is steered by, and all of them at its end.

Roles and event types are scored by the corpus's convention (`whodid_training.evaluation.convention`): strictly where
role fillers are scored, by overlap on corpora annotated in full. `whodid evaluate` gives the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whodid.ontology import DEFAULT, Ontology
from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.corpora.registry import Corpus, corpus_for, load_corpus
from whodid_training.evaluation.convention import Convention, as_read
from whodid_training.evaluation.evaluation import Evaluation, Setting, System, evaluate
from whodid_training.metrics.ceaf import CeafResult, ceaf_ree
from whodid_training.metrics.documents import Entities
from whodid_training.metrics.event_types import EventTypeResult, event_types

__all__ = ["CorpusScore", "DevelopmentSet", "evaluate_in_full", "load_development", "score"]


@dataclass(frozen=True)
class DevelopmentSet:
    """The development split of one corpus."""

    corpus: Corpus
    articles: tuple[Article, ...]
    """Cut at the point up to which they were annotated."""
    gold: tuple[Entities, ...]
    """Entities by role over each whole article."""
    ontology: Ontology = DEFAULT
    """Labels of the model that is scored; the corpus's row is reduced to them."""

    @property
    def texts(self) -> list[str]:
        """The articles as a model reads them."""
        return [article.text for article in self.articles]

    @property
    def convention(self) -> Convention:
        """What of it is scored, and by which rules."""
        return Convention.of(self.corpus, ontology=self.ontology)


@dataclass(frozen=True)
class CorpusScore:
    """Scores of one model on one development set."""

    corpus: str
    roles: CeafResult
    event_types: EventTypeResult

    def to_dict(self) -> dict[str, Any]:
        """Figures for the log, as shares of 1, with counts beside them."""
        return {
            "documents": len(self.roles.documents),
            "roles": {
                "measure": f"CEAF-REE, {self.roles.match} matching",
                "micro_f1": self.roles.micro.f1,
                "micro_precision": self.roles.micro.precision,
                "micro_recall": self.roles.micro.recall,
                "f1": {entry.label: entry.prf.f1 for entry in self.roles.per_role},
                "gold": {entry.label: entry.prf.n_gold for entry in self.roles.per_role},
            },
            "event_types": {
                "micro_f1": self.event_types.micro.f1,
                "event_f1": self.event_types.event.f1,
                "no_event_f1": self.event_types.no_event.f1,
                "exact_set_accuracy": self.event_types.exact_set_accuracy,
                "f1": {entry.label: entry.prf.f1 for entry in self.event_types.per_type},
                "gold": {entry.label: entry.prf.n_gold for entry in self.event_types.per_type},
            },
        }


def load_development(name: str, *, root: Path, split: str = "dev", ontology: Ontology = DEFAULT) -> DevelopmentSet:
    """Load the development split of a corpus of the registry, to score a model with this ontology."""
    corpus = corpus_for(name, ontology=ontology)
    loaded = load_corpus(name, root=root, split=split, ontology=ontology)
    articles = tuple(as_read(article) for article in loaded.articles)
    convention = Convention.of(corpus, ontology=ontology)
    gold = tuple(convention.gold_entities(article) for article in articles)
    return DevelopmentSet(corpus, articles, gold, ontology)


def evaluate_in_full(
    development: DevelopmentSet, predictions: Sequence[Prediction], *, system: System, seed: int
) -> Evaluation:
    """Evaluate predictions for the articles of a development set, in its order: all figures, with intervals."""
    corpus = development.corpus
    setting = Setting(
        articles=f"{corpus.name}, split dev",
        documents=len(development.articles),
        convention=development.convention,
        corpus=corpus.name,
        split="dev",
        seed=seed,
    )
    return evaluate(development.articles, predictions, setting=setting, system=system)


def score(development: DevelopmentSet, predictions: Sequence[Prediction]) -> CorpusScore:
    """Score predictions for the articles of a development set, in its order."""
    corpus, convention = development.corpus, development.convention
    entities = [convention.predicted_entities(prediction) for prediction in predictions]
    types = [convention.predicted_types(prediction) for prediction in predictions]
    gold_types = [convention.gold_types(article) for article in development.articles]
    return CorpusScore(
        corpus=corpus.name,
        roles=ceaf_ree(entities, development.gold, roles=corpus.roles, match=convention.match),
        event_types=event_types(types, gold_types, types=corpus.event_types),
    )
