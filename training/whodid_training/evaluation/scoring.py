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
from whodid_training.evaluation.ruler import WORDS, Ruler
from whodid_training.evaluation.sureness import entity_outcomes, link_outcomes
from whodid_training.metrics.ceaf import MATCHES, CeafResult, ceaf_ree
from whodid_training.metrics.counts import Tally
from whodid_training.metrics.documents import check_aligned
from whodid_training.metrics.event_types import EventTypeResult, event_types
from whodid_training.metrics.events import EventRecord, event_f1
from whodid_training.metrics.spans import Span, span_f1

__all__ = ["Judgement", "Scored", "score_predictions"]

BEYOND = "predicted mentions beyond what the annotators read"
ABSENT = "gold mentions that are not in the text as whole words"
NOWHERE = "gold participants none of whose mentions is in the text"

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
class Scored:
    """One system on one set of articles."""

    n_documents: int
    roles: Mapping[str, CeafResult]
    """CEAF-REE, by the way to match: "strict" and "overlap"."""
    spans: Tally
    """Mentions by exact boundaries, per role."""
    events: Tally
    """Events with someone who took part, per type."""
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
        spans=span_f1(
            [_predicted_spans(prediction, convention) for prediction in answers],
            [_gold_spans(article, convention, left_out) for article in read],
            roles=convention.roles,
        ),
        events=event_f1(
            [_predicted_records(prediction, convention) for prediction in answers],
            [_gold_records(article, convention) for article in read],
            types=convention.event_types,
        ),
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


def _type_set(types: EventTypeResult, probabilities: FloatArray) -> Judgement:
    reported = types.to_array()[:, :, 1] > 0
    sure = np.where(reported, probabilities, 1.0 - probabilities).min(axis=1)
    return Judgement(sure, np.array(types.exact, dtype=bool))


def _some_event(types: EventTypeResult, probabilities: FloatArray) -> Judgement:
    surest = probabilities.max(axis=1)
    says, has = (
        np.array([bool(getattr(c, side)) for c in types.event_documents]) for side in ("n_predicted", "n_gold")
    )
    return Judgement(np.where(says, surest, 1.0 - surest), says == has)


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


def _predicted_spans(prediction: Prediction, convention: Convention) -> set[Span]:
    return {
        (entity.role, mention.start, mention.end)
        for entity in prediction.entities
        for mention in entity.mentions
        if entity.role in convention.roles
    }


def _gold_spans(article: Article, convention: Convention, left_out: Counter[str]) -> set[Span]:
    """Every place of every mention; of those of one role that overlap, the longest, as tags could hold only one."""
    found: set[Span] = set()
    for event in article.events:
        for entity in event.entities:
            for mention in entity.mentions if entity.role in convention.roles else ():
                places = occurrences(mention, article.text)
                left_out[ABSENT] += not places
                found.update((entity.role, start, end) for start, end in places)
    kept: list[Span] = []
    for role, start, end in sorted(found, key=lambda span: (span[1] - span[2], span)):
        if all(role != other or end <= s or e <= start for other, s, e in kept):
            kept.append((role, start, end))
    return set(kept)


def _gold_records(article: Article, convention: Convention) -> list[EventRecord]:
    return [
        EventRecord(
            event.type,
            *(
                tuple(
                    entity.mentions
                    for entity in event.entities
                    if entity.role in convention.roles and convention.slots[entity.role] == slot
                )
                for slot in ("victims", "perpetrators")
            ),
        )
        for event in article.events
        if event.type in convention.event_types
    ]


def _predicted_records(prediction: Prediction, convention: Convention) -> list[EventRecord]:
    return [
        EventRecord(
            event.type,
            *(
                tuple(
                    tuple(dict.fromkeys(mention.text for mention in entity.mentions))
                    for entity in getattr(event, slot)
                    if entity.role in convention.roles
                )
                for slot in ("victims", "perpetrators")
            ),
        )
        for event in prediction.events
        if event.type in convention.event_types
    ]
