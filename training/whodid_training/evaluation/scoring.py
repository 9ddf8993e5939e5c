"""One system's answers held against gold: every count and every judgement that the figures are made of.

Nothing is averaged here but what the metrics average themselves. What cannot be scored is counted in `left_out`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from whodid.errors import DataError
from whodid.types import Entity, Event, Mention, Prediction
from whodid_training.align import occurrences
from whodid_training.article import Article
from whodid_training.evaluation.convention import Convention, as_read
from whodid_training.evaluation.evidence import Positions, positions
from whodid_training.evaluation.main_event import everyone_on_the_one_event, main_event_right
from whodid_training.evaluation.ruler import WORDS, Ruler
from whodid_training.evaluation.sureness import entity_outcomes, event_chances, link_outcomes
from whodid_training.evaluation.views import (
    gold_clusters,
    gold_records,
    gold_spans,
    gold_templates,
    predicted_clusters,
    predicted_names,
    predicted_records,
    predicted_spans,
    predicted_templates,
)
from whodid_training.metrics.ceaf import MATCHES, CeafResult, ceaf_ree
from whodid_training.metrics.ceaf_rme import SIMILARITIES, ceaf_rme
from whodid_training.metrics.counts import PRF, Credit, CreditTally, Tally
from whodid_training.metrics.documents import check_aligned
from whodid_training.metrics.event_types import EventTypeResult, event_types
from whodid_training.metrics.events import event_f1
from whodid_training.metrics.grouping import grouping
from whodid_training.metrics.spans import span_f1
from whodid_training.metrics.templates import template_filling
from whodid_training.metrics.victim_names import victim_names

__all__ = ["GROUPINGS", "Judgement", "NameScores", "Scored", "TemplateScores", "score_predictions"]

GROUPINGS: Mapping[str, tuple[str, str]] = {
    "b_cubed": ("b_cubed", "all"),
    "ceaf_e": ("ceaf_e", "all"),
    "b_cubed_shared": ("b_cubed", "shared"),
}
"""The ways in which grouping is scored: the score and the mentions that count, for `grouping`."""

BEYOND = "predicted mentions beyond what the annotators read"
ABSENT = "gold mentions that are not in the text as whole words"
NOWHERE = "gold participants none of whose mentions is in the text"
UNREAD_NAMES = "names of victims that stand only beyond what the annotators read"

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Judgement:
    """Answers to one question about every article, or about every participant or link: how sure, and whether right."""

    confidence: FloatArray
    """Probability that the system gives to its own answer: (answers,)."""
    correct: BoolArray
    """Whether the answer is right: (answers,)."""

    @classmethod
    def of(cls, outcomes: Iterable[tuple[float, bool]]) -> Judgement:
        """Make one of pairs."""
        pairs = list(outcomes)
        return cls(np.array([sure for sure, _ in pairs], float), np.array([ok for _, ok in pairs], bool))


@dataclass(frozen=True)
class TemplateScores:
    """Incidents with their fillers, as the literature on MUC-4 scores them."""

    filling: CreditTally
    """Template filling as GTT scores it, by slot."""
    rme: Mapping[str, tuple[Credit, ...]]
    """CEAF-RME of each article, by similarity: "subset" and "phi3"."""


@dataclass(frozen=True)
class NameScores:
    """Victims by name against the annotators of the corpus's authors, by article."""

    exact: tuple[PRF, ...]
    fuzzy: tuple[Credit, ...]
    """A name that is part of the other counts."""


@dataclass(frozen=True)
class Scored:
    """One system on one set of articles."""

    n_documents: int
    roles: Mapping[str, CeafResult]
    """CEAF-REE, by the way to match: "strict" and "overlap"."""
    spans: Tally
    """Mentions by exact boundaries, per role."""
    grouping: Mapping[str, CreditTally]
    """How mentions are grouped, per role, by the names in `GROUPINGS`."""
    victim_names: NameScores | None
    """None if the articles come without such names."""
    events: Tally
    """Events with someone who took part, per type."""
    templates: TemplateScores | None
    """None but where role fillers are scored."""
    main: tuple[bool | None, ...]
    """For each article, whether its main event is right; None where there is no telling."""
    linked: tuple[bool | None, ...]
    """For each article with one predicted event, whether every predicted entity is on it."""
    types: EventTypeResult
    """Event types per article."""
    probabilities: FloatArray
    """Score of each event type: (articles, event types)."""
    present: BoolArray
    """Whether gold has it, likewise."""
    type_set: Judgement
    """"Exactly these types": right if the whole set is; as sure as its least sure type."""
    some_event: Judgement
    """"Some event" or "no event"."""
    entities: Judgement
    """Predicted participants that can be scored, by the convention of the articles; may be none."""
    links: Judgement
    """Links of right participants to event types that gold has, too; may be none."""
    abstained: BoolArray
    """Where the system itself abstains: (articles,)."""
    positions: Positions
    """Recall by where the evidence stands."""
    left_out: Counter[str]
    """What could not be scored, with how many."""


def score_predictions(
    articles: Sequence[Article], predictions: Sequence[Prediction], *, convention: Convention, ruler: Ruler = WORDS
) -> Scored:
    """Score predictions for these articles, in their order; they may be of the article or of the part that was read.

    Raises:
        DataError: there are no articles, or a prediction is of another text.
    """
    check_aligned(predictions, articles)
    left_out: Counter[str] = Counter()
    read = [as_read(article) for article in articles]
    answers = [_clipped(p, whole, cut, left_out) for p, whole, cut in zip(predictions, articles, read, strict=True)]
    gold = [convention.gold_entities(article) for article in read]
    left_out[NOWHERE] += sum(_nowhere(article, convention) for article in read)
    left_out[UNREAD_NAMES] += sum(
        len(whole.victim_names or ()) - len(cut.victim_names or ()) for whole, cut in zip(articles, read, strict=True)
    )
    predicted = [convention.predicted_entities(prediction) for prediction in answers]
    types = event_types(
        [convention.predicted_types(prediction) for prediction in answers],
        [convention.gold_types(article) for article in read],
        types=convention.event_types,
    )
    probabilities = np.array([[float(p.scores[name]) for name in convention.event_types] for p in answers])
    present = types.to_array()[:, :, 2] > 0
    return Scored(
        n_documents=len(read),
        roles={match: ceaf_ree(predicted, gold, roles=convention.roles, match=match) for match in MATCHES},
        spans=_spans(read, answers, convention, left_out),
        grouping=_grouping(read, answers, convention),
        victim_names=_names(read, answers),
        events=event_f1(
            [predicted_records(prediction, convention) for prediction in answers],
            [gold_records(article, convention) for article in read],
            types=convention.event_types,
        ),
        templates=_templates(read, answers, convention) if convention.role_fillers else None,
        main=main_event_right(read, answers, convention),
        linked=everyone_on_the_one_event(answers),
        types=types,
        probabilities=probabilities,
        present=present,
        type_set=_type_set(types, probabilities),
        some_event=_some_event(types, probabilities),
        entities=Judgement.of(
            pair for p, g in zip(answers, gold, strict=True) for pair in entity_outcomes(p.entities, g, convention)
        ),
        links=Judgement.of(
            pair for p, a in zip(answers, read, strict=True) for pair in link_outcomes(p, a, convention)
        ),
        abstained=np.array([prediction.abstained for prediction in answers]),
        positions=positions(read, gold, predicted, types, convention=convention, ruler=ruler),
        left_out=+left_out,
    )


def _nowhere(article: Article, convention: Convention) -> int:
    """Count the participants that `gold_entities` has no place for."""
    return sum(
        not any(occurrences(mention, article.text) for mention in entity.mentions)
        for event in article.events
        for entity in event.entities
        if entity.role in convention.roles
    )


def _spans(
    articles: Sequence[Article], answers: Sequence[Prediction], convention: Convention, left_out: Counter[str]
) -> Tally:
    gold = [gold_spans(article, convention) for article in articles]
    left_out[ABSENT] += sum(absent for _, absent in gold)
    predicted = [predicted_spans(prediction, convention) for prediction in answers]
    return span_f1(predicted, [spans for spans, _ in gold], roles=convention.roles)


def _grouping(
    articles: Sequence[Article], answers: Sequence[Prediction], convention: Convention
) -> dict[str, CreditTally]:
    predicted = [predicted_clusters(prediction, convention) for prediction in answers]
    gold = [gold_clusters(article, convention) for article in articles]
    return {
        name: grouping(predicted, gold, roles=convention.roles, score=score, mentions=mentions)
        for name, (score, mentions) in GROUPINGS.items()
    }


def _names(articles: Sequence[Article], answers: Sequence[Prediction]) -> NameScores | None:
    """Score names in the articles that have them; others count nothing."""
    if all(article.victim_names is None for article in articles):
        return None
    pairs = [
        ([], []) if article.victim_names is None else (predicted_names(prediction), article.victim_names)
        for article, prediction in zip(articles, answers, strict=True)
    ]
    return NameScores(*victim_names([p for p, _ in pairs], [g for _, g in pairs]))


def _templates(articles: Sequence[Article], answers: Sequence[Prediction], convention: Convention) -> TemplateScores:
    predicted = [predicted_templates(prediction, convention) for prediction in answers]
    gold = [gold_templates(article, convention) for article in articles]
    return TemplateScores(
        filling=template_filling(predicted, gold, roles=convention.roles),
        rme={name: ceaf_rme(predicted, gold, roles=convention.roles, similarity=name) for name in SIMILARITIES},
    )


def _type_set(types: EventTypeResult, probabilities: FloatArray) -> Judgement:
    reported = types.to_array()[:, :, 1] > 0
    sure = np.where(reported, probabilities, 1.0 - probabilities).min(axis=1)
    return Judgement(sure, np.array(types.exact, dtype=bool))


def _some_event(types: EventTypeResult, probabilities: FloatArray) -> Judgement:
    chance = event_chances(probabilities)
    says, has = (
        np.array([bool(getattr(c, side)) for c in types.event_documents]) for side in ("n_predicted", "n_gold")
    )
    return Judgement(np.where(says, chance, 1.0 - chance), says == has)


def _clipped(prediction: Prediction, whole: Article, read: Article, left_out: Counter[str]) -> Prediction:
    """Keep the mentions that lie in what the annotators read, and the participants that have any."""
    if prediction.text not in (whole.text, read.text):
        raise DataError(
            f"the prediction for article {read.id!r} is of another text, which begins {prediction.text[:40]!r}; "
            "predict on the gold articles"
        )
    if len(read.text) == len(prediction.text):
        return prediction
    end = len(read.text)
    beyond = {m for event in prediction.events for entity in event.entities for m in entity.mentions if m.end > end}
    left_out[BEYOND] += len(beyond)
    return replace(prediction, events=tuple(_clipped_event(event, end) for event in prediction.events))


def _clipped_event(event: Event, end: int) -> Event:
    linked = zip(event.entities, event.links, strict=True)
    within = ((entity, tuple(m for m in entity.mentions if m.end <= end), link) for entity, link in linked)
    kept = [(_with_mentions(entity, mentions), link) for entity, mentions, link in within if mentions]
    return replace(event, entities=tuple(entity for entity, _ in kept), links=tuple(link for _, link in kept))


def _with_mentions(entity: Entity, mentions: tuple[Mention, ...]) -> Entity:
    texts = [mention.text for mention in mentions]
    name = entity.text if entity.text in texts else max(texts, key=len)
    return replace(entity, text=name, mentions=mentions)
