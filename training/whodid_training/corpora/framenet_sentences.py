"""A sentence of FrameNet with the participants of its violent words, as the project's article of one sentence.

What is known besides the participants are the words that are no noun, adjective or number: those of other predicates in
the sentence may have participants too.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.detokenize import detokenize
from whodid_training.corpora.framenet_frames import Frame, played
from whodid_training.corpora.nouns import BACKGROUND, NOT_MENTIONS, bare_phrase
from whodid_training.corpora.partial import Span, unsure_besides

__all__ = ["XML", "Annotation", "Sentence", "annotation_of", "is_incident", "sentence_article", "sentence_of"]

XML = "{http://framenet.icsi.berkeley.edu}"
"""Namespace of the release's elements."""
_POSSESSIVE = re.compile(r"\s*['’]s?\s*$")
_PAST = frozenset(("VVD", "VVN", "VVD-VVN", "VBN", "VBD"))
_SAID = re.compile(
    r"\b(?:I|us|may|(?i:me|my|we|our|you|your|if|would|could|might|should|never|not|n't|unless|whether))\b"
)
"""Words of talk, of what may be and of what was not: in fiction mostly, and no specific incident."""


_LEFT_OUT = "participants whose phrase or kind is not clear"
_PRONOUN = "participants given by a pronoun"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: offsets are those of the published text."""

    id: str
    text: str
    tags: Mapping[int, str]
    """Where a word begins -> its part of speech."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One word of a sentence with its participants."""

    sentence: Sentence
    frame: Frame
    target: Span
    """The word that evokes the frame."""
    verb: bool
    elements: tuple[tuple[str, Span], ...]
    """What a frame element plays, and where it stands."""
    by_nobody: bool = False
    """Whether a cause stands in the place of who did it: a fire or a disease."""


def sentence_of(element: ET.Element) -> Sentence:
    """Read a <sentence>."""
    return Sentence(element.get("ID", ""), element.findtext(f"{XML}text", ""), dict(_tags(element)))


def annotation_of(element: ET.Element, *, sentence: Sentence, frame: Frame, word: str) -> Annotation | None:
    """Read an <annotationSet> of a word such as "kidnap.v"; None if it says not where the word stands."""
    layers = {layer.get("name"): layer for layer in element.iter(f"{XML}layer")}
    elements = tuple(
        (frame.elements[label.get("name", "")], _span(label))
        for label in layers.get("FE", ())
        if label.get("name") in frame.elements and label.get("start") is not None
    )
    targets = [_span(label) for label in layers.get("Target", ())]
    by_nobody = any(label.get("name") == "Cause" and label.get("start") is not None for label in layers.get("FE", ()))
    return Annotation(sentence, frame, targets[0], not word.endswith(".n"), elements, by_nobody) if targets else None


def is_incident(annotation: Annotation) -> bool:
    """Tell whether a word tells of something that was done: a noun, or a verb in the past, no talk, no mere cause."""
    past = not annotation.verb or annotation.sentence.tags.get(annotation.target[0], "VVD") in _PAST
    return past and not annotation.by_nobody and _SAID.search(annotation.sentence.text) is None


def sentence_article(first: Sentence, annotations: Sequence[Annotation], dropped: Counter[str]) -> Article:
    """Turn a sentence and its annotations, which may be none, into an article.

    Args:
        first: the sentence.
        annotations: of it, or of others with the same text.
        dropped: where participants that are left out are counted.
    """
    words = [match.span() for match in re.finditer(r"\S+", first.text)]
    text, offsets = detokenize([first.text[start:end] for start, end in words])
    doubtful: set[int] = set()
    before: set[int] = set()
    events = []
    for one in annotations:
        entities: dict[GoldEntity, None] = {}
        for part, element in one.elements:
            inside = [i for i, (start, end) in enumerate(words) if start < element[1] and end > element[0]]
            kept = _core(one, element, words)
            span = (offsets[kept[0]][0], offsets[kept[-1]][1]) if kept else (0, 0)
            role = played(part, text[slice(*span)]) if kept else None
            if role:
                entities[GoldEntity(role, (text[slice(*span)],), spans=(span,))] = None
                before.update(i for i in inside if i < kept[0])
            elif first.text[slice(*element)].strip().lower() in NOT_MENTIONS:
                dropped[_PRONOUN] += 1
            else:
                dropped[_LEFT_OUT] += 1
                doubtful.update(inside)
        if entities:
            events.append(GoldEvent(one.frame.type, tuple(entities)))
    outside = {i for i, word in enumerate(words) if _is_outside(first, word)}
    known = (offsets[i] for i in (outside | before) - doubtful)
    return Article(f"framenet-{first.id}", text, tuple(events), unsure=unsure_besides(known, text=text))


def _core(annotation: Annotation, element: Span, words: Sequence[Span]) -> list[int]:
    """Return which words of a frame element the guidelines would mark; none if that is not clear."""
    phrase = annotation.sentence.text[slice(*element)]
    cut = bare_phrase(_POSSESSIVE.sub("", phrase))
    attributive = not annotation.verb and element[1] <= annotation.target[0] <= element[1] + 1
    if cut is None or (attributive and not _POSSESSIVE.search(phrase)):
        return []
    if annotation.verb and phrase.startswith("of "):  # the rest of a phrase that began before
        return []
    start, end = element[0] + cut[0], element[0] + cut[1]
    return [i for i, word in enumerate(words) if word[0] < end and word[1] > start]


def _is_outside(sentence: Sentence, word: Span) -> bool:
    """Tell whether a word begins and ends no mention: it is no noun, adjective or number."""
    tag = sentence.tags.get(word[0], "").upper()
    if not tag:
        return sentence.text[slice(*word)].lower() in BACKGROUND
    return not tag.startswith(("N", "J", "AJ", "C", "ORD", "UNC", "ZZ", "F", "S")) or tag in ("CC", "CJC", "CJS", "CJT")


def _tags(sentence: ET.Element) -> Iterator[tuple[int, str]]:
    for layer in sentence.iter(f"{XML}layer"):
        if layer.get("name") in ("PENN", "BNC"):
            for label in layer:
                if label.get("start") is not None:
                    yield _span(label)[0], label.get("name", "")


def _span(label: ET.Element) -> Span:
    """Published ends are those of the last character."""
    return int(label.get("start", 0)), int(label.get("end", 0)) + 1
