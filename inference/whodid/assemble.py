"""From the scores of one article to its `Prediction`: spans become mentions, mentions entities, entities join events.

Pure functions; the rules they apply are `Decisions`, the arithmetic on scores is in `whodid.decode`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from whodid.decisions import Decisions
from whodid.decode import ArticleScores, decode_spans, tag_probabilities
from whodid.entities import NamedSpan, canonical, group_mentions
from whodid.ontology import Ontology, Role
from whodid.tokens import Tokens
from whodid.types import SLOTS, Entity, Event, Mention, Prediction

__all__ = ["assemble"]

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Found:
    """A mention with what the network says of it."""

    mention: Mention
    named: bool
    confidence: float
    links: FloatArray
    """Probability that it belongs to an event of each type: (event types,)."""


def assemble(
    text: str, tokens: Tokens, scores: ArticleScores, *, ontology: Ontology, decisions: Decisions, windows: int
) -> Prediction:
    """Decide what an article says.

    Args:
        text: the article as given.
        tokens: its word pieces.
        scores: of its words and event types.
        ontology: names of the columns in `scores`.
        decisions: thresholds to apply.
        windows: in how many windows it was read.
    """
    probabilities = decisions.calibration.of_types(scores.event_types, ontology.type_names)
    if windows == 0:
        probabilities = dict.fromkeys(ontology.type_names, 0.0)
    reported = sorted(
        (name for name in ontology.type_names if probabilities[name] >= decisions.event_types[name]),
        key=lambda name: -probabilities[name],
    )
    people = _sure_enough(_participants(text, tokens, scores, ontology, decisions), decisions) if reported else []
    return Prediction(
        text=text,
        events=_events(reported, people, probabilities, ontology, decisions),
        scores=probabilities,
        windows=windows,
        abstained=decisions.abstain_above <= max(probabilities.values()) < decisions.abstain_below,
    )


def _participants(
    text: str, tokens: Tokens, scores: ArticleScores, ontology: Ontology, decisions: Decisions
) -> list[tuple[Entity, FloatArray]]:
    """Find the entities of an article, each with its probability to belong to each event type."""
    thresholds = [decisions.roles[name] for name in ontology.role_names]
    spans = decode_spans(tag_probabilities(scores.roles), thresholds)
    starts, ends = tokens.word_spans()
    found: dict[int, list[_Found]] = {}
    for span in spans:
        words = slice(span.start, span.stop)
        mention = _mention(text, int(starts[span.start]), int(ends[span.stop - 1]))
        named = float(_sigmoid(scores.names[words]).mean()) >= 0.5
        links = _sigmoid(scores.links[words, span.role]).mean(axis=0)
        found.setdefault(span.role, []).append(_Found(mention, named, span.confidence, links))
    return [
        _entity([found[role][index] for index in group], ontology.roles[role])
        for role in sorted(found)
        for group in group_mentions(list(map(_named_span, found[role])), article=text)
    ]


def _named_span(one: _Found) -> NamedSpan:
    return NamedSpan(one.mention.text, one.named, one.mention.start)


def _entity(members: Sequence[_Found], role: Role) -> tuple[Entity, FloatArray]:
    entity = Entity(
        text=canonical(list(map(_named_span, members))),
        role=role.name,
        slot=role.slot,
        kind=role.kind,
        named=any(one.named for one in members),
        confidence=max(one.confidence for one in members),
        mentions=tuple(one.mention for one in members),
    )
    return entity, np.max([one.links for one in members], axis=0)


def _sure_enough(people: Sequence[tuple[Entity, FloatArray]], decisions: Decisions) -> list[tuple[Entity, FloatArray]]:
    """Calibrate what is said of the entities of an article, and leave out those below the threshold of their role."""
    calibration = decisions.calibration
    probabilities = calibration.entities([entity for entity, _ in people])
    return [
        (replace(entity, confidence=float(probability)), calibration.of_links(links).astype(np.float32))
        for (entity, links), probability in zip(people, probabilities, strict=True)
        if probability >= decisions.entities.get(entity.role, 0.0)
    ]


def _events(
    reported: Sequence[str],
    people: Sequence[tuple[Entity, FloatArray]],
    probabilities: Mapping[str, float],
    ontology: Ontology,
    decisions: Decisions,
) -> tuple[Event, ...]:
    columns = {name: ontology.type_names.index(name) for name in reported}
    on_event: dict[str, list[tuple[Entity, float]]] = {name: [] for name in reported}
    for entity, links in people:
        likeliest = max(reported, key=lambda name: links[columns[name]])
        for name in reported:
            link = float(links[columns[name]])
            if name == likeliest or link >= decisions.link:
                on_event[name].append((entity, link))
    return tuple(_event(name, probabilities[name], on_event[name]) for name in reported)


def _event(name: str, probability: float, linked: Sequence[tuple[Entity, float]]) -> Event:
    ordered = sorted(linked, key=lambda pair: (SLOTS.index(pair[0].slot), pair[0].mentions[0], pair[0].role))
    return Event(name, probability, tuple(entity for entity, _ in ordered), tuple(link for _, link in ordered))


def _mention(text: str, start: int, end: int) -> Mention:
    """Cut a mention out of the article, with what belongs to its last word.

    That is combining accents, and what a hyphen at the end announces: "plain-" becomes "plain-clothes".
    """
    announced = text[end - 1] == "-"
    while end < len(text) and (unicodedata.combining(text[end]) or (announced and text[end].isalnum())):
        end += 1
    return Mention(start, end, text[start:end])


def _sigmoid(logits: FloatArray) -> FloatArray:
    probabilities: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * logits))  # does not overflow
    return probabilities
