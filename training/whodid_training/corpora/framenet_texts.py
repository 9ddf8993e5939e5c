"""FrameNet's full texts: paragraphs in which the participants of all violent words are marked.

A paragraph is an article. One without a violent frame has no participant at all, and all of it is known; in the others
what is known is what `framenet_sentences` knows.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from whodid.errors import DataError
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.framenet import release_files
from whodid_training.corpora.framenet_frames import FRAMES
from whodid_training.corpora.framenet_sentences import (
    XML,
    Annotation,
    Sentence,
    annotation_of,
    is_incident,
    sentence_article,
    sentence_of,
)
from whodid_training.corpora.loaded import LoadedCorpus

__all__ = ["load_framenet_texts"]

_ARCHIVE = "framenet-1.7-fulltext.tar.xz"
_WORDS_PER_FRAME = 8
"""A sentence with fewer annotated words than one in so many was not annotated in full."""
_SHORT = 8
"""Words of the shortest paragraph that is read."""

_OTHER_VIOLENT = frozenset((
    "LENT", "Abusing", "Arrest", "Attempt_suicide", "Besieging", "Catching_fire", "Committing_crime",
    "Conquering", "Corporal_punishment", "Damaging", "Death", "Destroying", "Dead_or_alive", "Explosion",
    "Explosive_detonation", "Experience_bodily_harm", "Hostile_encounter", "Imprisonment", "Inhibit_movement",
    "Invading", "Offenses", "Piracy", "Prison", "Revenge", "Shoot_projectiles", "Smuggling", "Surrendering",
    "Terrorism", "Theft", "Use_firearm", "Violence",
))  # fmt: skip
"""Frames that may tell of an event and do not say, or not clearly, what happened to whom."""

_PARTIAL = "paragraphs that were not annotated in full"
_BRIEF = "paragraphs of fewer than 8 words"
_NOBODY = "paragraphs of violence in which no participant could be marked"


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence, as far as it matters here."""

    sentence: Sentence
    full: bool
    """Whether its words were annotated in full."""
    violent: bool
    """Whether a word of it may tell of an event."""
    annotations: tuple[Annotation, ...]
    """Of words that do, and of whose participants something is known."""


def load_framenet_texts(folder: Path, split: str) -> LoadedCorpus:
    """Read the paragraphs of the full texts.

    Args:
        folder: holds the release's folder fulltext, or an archive of it.
        split: "train".

    Raises:
        DataError: a file is no full text of FrameNet.
        FileNotFoundError: there is neither folder nor archive.
    """
    dropped: Counter[str] = Counter()
    articles = []
    for name, content in release_files(folder, part="fulltext", archive=_ARCHIVE):
        document = Path(name).stem
        for number, sentences in _paragraphs(content, where=f"{folder}, {name}"):
            reason = _refusal(sentences)
            article = None if reason else _article(f"framenet-{document}-{number}", sentences, dropped)
            if article is None:
                dropped[reason or _NOBODY] += 1
            else:
                articles.append(article)
    return LoadedCorpus("framenet_texts", split, tuple(articles), +dropped)


def _refusal(sentences: Sequence[_Read]) -> str | None:
    if sum(len(one.sentence.text.split()) for one in sentences) < _SHORT:
        return _BRIEF
    return None if all(one.full for one in sentences) else _PARTIAL


def _article(key: str, sentences: Sequence[_Read], dropped: Counter[str]) -> Article | None:
    """Join the sentences of a paragraph; None if it tells of violence and nothing could be marked."""
    parts = [sentence_article(one.sentence, one.annotations, dropped) for one in sentences]
    violent = any(one.violent for one in sentences)
    if violent and not any(part.events for part in parts):
        return None
    text, events, unsure = "", list[GoldEvent](), list[tuple[int, int]]()
    for part in parts:
        start = len(text) + bool(text)
        text = f"{text} {part.text}" if text else part.text
        events += [GoldEvent(event.type, tuple(_moved(one, start) for one in event.entities)) for event in part.events]
        unsure += [(start + first, start + last) for first, last in part.unsure]
    return Article(key, text, tuple(events), unsure=tuple(unsure) if violent else ())


def _moved(entity: GoldEntity, offset: int) -> GoldEntity:
    return replace(entity, spans=tuple((offset + start, offset + end) for start, end in entity.spans or ()))


def _paragraphs(content: bytes, *, where: str) -> Iterator[tuple[str, list[_Read]]]:
    try:
        root = ET.fromstring(content)
    except ET.ParseError as error:
        raise DataError(f"{where}: not XML ({error}); unpack the release again") from error
    if root.tag != f"{XML}fullTextAnnotation":
        raise DataError(f"{where}: <{root.tag}> is no full text of FrameNet 1.7")
    found: dict[str, list[_Read]] = defaultdict(list)
    for element in root.iter(f"{XML}sentence"):
        found[element.get("paragNo", "")].append(_read(element))
    yield from found.items()


def _read(element: ET.Element) -> _Read:
    sentence = sentence_of(element)
    sets = [one for one in element.iter(f"{XML}annotationSet") if one.get("frameName")]
    done = [one for one in sets if one.get("status") != "UNANN"]
    annotations = []
    for one in done:
        word, frame = one.get("luName", ""), FRAMES.get(one.get("frameName", ""))
        if frame is not None and word in frame.words:
            found = annotation_of(one, sentence=sentence, frame=frame, word=word)
            if found is not None and is_incident(found):
                annotations.append(found)
    return _Read(
        sentence,
        full=len(done) * _WORDS_PER_FRAME >= len(sentence.text.split()),
        violent=any(one.get("frameName") in _OTHER_VIOLENT | FRAMES.keys() for one in sets),
        annotations=tuple(annotations),
    )
