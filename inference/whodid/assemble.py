"""From the scores of one article to its `Prediction`: spans become mentions, mentions entities, entities join events.

Pure functions; the rules they apply are `Decisions`, the arithmetic on scores is in `whodid.decode`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whodid.decisions import Decisions
from whodid.decode import ArticleScores, decode_spans, tag_probabilities
from whodid.entities import NamedSpan, canonical, group_mentions, recurrences, tidy
from whodid.ontology import Ontology, Role
from whodid.tokens import Tokens
from whodid.types import SLOTS, Entity, Event, Mention, Prediction

__all__ = ["assemble", "calibrated"]

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
    probabilities = dict(zip(ontology.type_names, calibrated(scores.event_types, decisions), strict=True))
    if windows == 0:
        probabilities = dict.fromkeys(ontology.type_names, 0.0)
    reported = sorted(
        (name for name in ontology.type_names if probabilities[name] >= decisions.event_types[name]),
        key=lambda name: -probabilities[name],
    )
    people = _participants(text, tokens, scores, ontology, decisions) if reported else []
    return Prediction(
        text=text,
        events=_events(reported, people, probabilities, ontology, decisions),
        scores=probabilities,
        windows=windows,
        abstained=decisions.abstain_above <= max(probabilities.values()) < decisions.abstain_below,
    )


def calibrated(event_types: FloatArray, decisions: Decisions) -> list[float]:
    """Turn the evidence for each event type into a probability."""
    return [float(value) for value in _sigmoid(event_types / decisions.temperature)]


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
        if mention is None:
            continue
        named = float(_sigmoid(scores.names[words]).mean()) >= 0.5
        links = _sigmoid(scores.links[words, span.role]).mean(axis=0)
        found.setdefault(span.role, []).append(_Found(mention, named, span.confidence, links))
    taken = [(one.mention.start, one.mention.end) for ones in found.values() for one in ones]
    return [person for role in sorted(found) for person in _of_role(text, found[role], ontology.roles[role], taken)]


def _of_role(
    text: str, found: Sequence[_Found], role: Role, taken: Sequence[tuple[int, int]]
) -> list[tuple[Entity, FloatArray]]:
    """Group the mentions of one role into entities; names count wherever they stand."""
    spans = list(map(_named_span, found))
    groups = group_mentions(spans, article=text)
    again = recurrences([[spans[index] for index in group] for group in groups], article=text, taken=taken)
    return [
        _entity([found[index] for index in group], [Mention(s, e, text[s:e]) for s, e in more], role)
        for group, more in zip(groups, again, strict=True)
    ]


def _named_span(one: _Found) -> NamedSpan:
    return NamedSpan(one.mention.text, one.named, one.mention.start, frozenset((int(one.links.argmax()),)))


def _entity(members: Sequence[_Found], again: Sequence[Mention], role: Role) -> tuple[Entity, FloatArray]:
    entity = Entity(
        text=canonical(list(map(_named_span, members))),
        role=role.name,
        slot=role.slot,
        kind=role.kind,
        named=any(one.named for one in members),
        confidence=max(one.confidence for one in members),
        mentions=tuple(sorted([*(one.mention for one in members), *again])),
    )
    return entity, np.max([one.links for one in members], axis=0)


def _events(
    reported: Sequence[str],
    people: Sequence[tuple[Entity, FloatArray]],
    probabilities: Mapping[str, float],
    ontology: Ontology,
    decisions: Decisions,
) -> tuple[Event, ...]:
    columns = {name: ontology.type_names.index(name) for name in reported}
    on_event: dict[str, list[Entity]] = {name: [] for name in reported}
    for entity, links in people:
        likeliest = max(reported, key=lambda name: links[columns[name]])
        for name in reported:
            if name == likeliest or links[columns[name]] >= decisions.link:
                on_event[name].append(entity)
    return tuple(
        Event(
            type=name,
            confidence=probabilities[name],
            entities=tuple(sorted(on_event[name], key=lambda e: (SLOTS.index(e.slot), e.mentions[0], e.role))),
        )
        for name in reported
    )


def _mention(text: str, start: int, end: int) -> Mention | None:
    """Cut a mention out of the article, with what belongs to its last word; None if it says nothing.

    That is combining accents, and what a hyphen at the end announces: "plain-" becomes "plain-clothes".
    """
    announced = text[end - 1] == "-"
    while end < len(text) and (unicodedata.combining(text[end]) or (announced and text[end].isalnum())):
        end += 1
    tidied = tidy(text, start, end)
    return Mention(*tidied, text[slice(*tidied)]) if tidied else None


def _sigmoid(logits: FloatArray) -> FloatArray:
    probabilities: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * logits))  # does not overflow
    return probabilities
