"""FrameNet: single sentences, in which the participants of one violent word are marked.

A sentence is an article. What is known besides the participants are the words that are no noun, adjective or number:
those of other predicates in the sentence may have participants too.
"""

from __future__ import annotations

import re
import tarfile
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from whodid.errors import DataError
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.detokenize import detokenize
from whodid_training.corpora.framenet_frames import FRAMES, Frame, played
from whodid_training.corpora.loaded import LoadedCorpus
from whodid_training.corpora.nouns import BACKGROUND, NOT_MENTIONS, bare_phrase
from whodid_training.corpora.partial import Span, unsure_besides

__all__ = ["load_framenet"]

_ARCHIVE = "framenet-1.7-violent-lu.tar.xz"
_LEXICAL_UNIT = re.compile(r"(?:^|/)lu/[^/]+\.xml$")
_XML = "{http://framenet.icsi.berkeley.edu}"
_POSSESSIVE = re.compile(r"\s*['’]s?\s*$")
_PAST = frozenset(("VVD", "VVN", "VVD-VVN", "VBN", "VBD"))
_SAID = re.compile(
    r"\b(?:I|us|may|(?i:me|my|we|our|you|your|if|would|could|might|should|never|not|n't|unless|whether))\b"
)
"""Words of talk, of what may be and of what was not: in fiction mostly, and no specific incident."""

_NO_PARTICIPANT = "sentences without a participant that could be marked"
_NO_INCIDENT = "sentences that tell of no past incident, or are talk"
_LEFT_OUT = "participants whose phrase or kind is not clear"
_PRONOUN = "participants given by a pronoun"


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One annotation of a sentence: offsets are those of the published text."""

    id: str
    text: str
    frame: Frame
    target: Span
    """The word that evokes the frame."""
    verb: bool
    elements: tuple[tuple[str, Span], ...]
    """What a frame element plays, and where it stands."""
    tags: Mapping[int, str]
    """Where a word begins -> its part of speech."""


def load_framenet(folder: Path, split: str) -> LoadedCorpus:
    """Read the exemplar sentences of the words in `FRAMES`.

    Args:
        folder: holds the release's folder lu, or an archive of it.
        split: "train".

    Raises:
        DataError: a file is no lexical unit of FrameNet.
        FileNotFoundError: there is neither folder nor archive.
    """
    dropped: Counter[str] = Counter()
    same: dict[str, list[_Sentence]] = defaultdict(list)
    for name, content in _files(folder):
        for sentence in _sentences(content, where=f"{folder}, {name}"):
            if _is_incident(sentence):
                same[" ".join(sentence.text.split())].append(sentence)
            else:
                dropped[_NO_INCIDENT] += 1
    articles = []
    for sentences in same.values():
        article = _article(sentences, dropped)
        if article.events:
            articles.append(article)
        else:
            dropped[_NO_PARTICIPANT] += 1
    return LoadedCorpus("framenet", split, tuple(articles), +dropped)


def _is_incident(sentence: _Sentence) -> bool:
    past = not sentence.verb or sentence.tags.get(sentence.target[0], "VVD") in _PAST
    return past and _SAID.search(sentence.text) is None


def _article(sentences: Sequence[_Sentence], dropped: Counter[str]) -> Article:
    """Turn all annotations of one sentence into an article."""
    first = sentences[0]
    words = [match.span() for match in re.finditer(r"\S+", first.text)]
    text, offsets = detokenize([first.text[start:end] for start, end in words])
    doubtful: set[int] = set()
    before: set[int] = set()
    events = []
    for sentence in sentences:
        entities: dict[GoldEntity, None] = {}
        for part, element in sentence.elements:
            inside = [i for i, (start, end) in enumerate(words) if start < element[1] and end > element[0]]
            kept = _core(sentence, element, words)
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
            events.append(GoldEvent(sentence.frame.type, tuple(entities)))
    outside = {i for i, word in enumerate(words) if _is_outside(first, word)}
    known = (offsets[i] for i in (outside | before) - doubtful)
    return Article(f"framenet-{first.id}", text, tuple(events), unsure=unsure_besides(known, text=text))


def _core(sentence: _Sentence, element: Span, words: Sequence[Span]) -> list[int]:
    """Return which words of a frame element the guidelines would mark; none if that is not clear."""
    phrase = sentence.text[slice(*element)]
    cut = bare_phrase(_POSSESSIVE.sub("", phrase))
    attributive = not sentence.verb and element[1] <= sentence.target[0] <= element[1] + 1
    if cut is None or (attributive and not _POSSESSIVE.search(phrase)):
        return []
    if sentence.verb and phrase.startswith("of "):  # the rest of a phrase that began before
        return []
    start, end = element[0] + cut[0], element[0] + cut[1]
    return [i for i, word in enumerate(words) if word[0] < end and word[1] > start]


def _is_outside(sentence: _Sentence, word: Span) -> bool:
    """Tell whether a word begins and ends no mention: it is no noun, adjective or number."""
    tag = sentence.tags.get(word[0], "").upper()
    if not tag:
        return sentence.text[slice(*word)].lower() in BACKGROUND
    return not tag.startswith(("N", "J", "AJ", "C", "ORD", "UNC", "ZZ", "F", "S")) or tag in ("CC", "CJC", "CJS", "CJT")


def _sentences(content: bytes, *, where: str) -> Iterator[_Sentence]:
    """Yield the annotations of a lexical unit's file, if it is one that is read."""
    try:
        root = ET.fromstring(content)
    except ET.ParseError as error:
        raise DataError(f"{where}: not XML ({error}); unpack the release again") from error
    name, frame = root.get("name"), FRAMES.get(root.get("frame", ""))
    if root.tag != f"{_XML}lexUnit" or name is None:
        raise DataError(f"{where}: <{root.tag}> with the name {name!r} is no lexical unit of FrameNet 1.7")
    if frame is None or name not in frame.words:
        return
    for sentence in root.iter(f"{_XML}sentence"):
        text = sentence.findtext(f"{_XML}text", "")
        tags = dict(_tags(sentence))
        for annotation in sentence.iter(f"{_XML}annotationSet"):
            layers = {layer.get("name"): layer for layer in annotation.iter(f"{_XML}layer")}
            elements = tuple(
                (frame.elements[label.get("name", "")], _span(label))
                for label in layers.get("FE", ())
                if label.get("name") in frame.elements and label.get("start") is not None
            )
            targets = [_span(label) for label in layers.get("Target", ())]
            if targets:
                key, verb = sentence.get("ID", ""), not name.endswith(".n")
                yield _Sentence(key, text, frame, targets[0], verb, elements, tags)


def _tags(sentence: ET.Element) -> Iterator[tuple[int, str]]:
    for layer in sentence.iter(f"{_XML}layer"):
        if layer.get("name") in ("PENN", "BNC"):
            for label in layer:
                if label.get("start") is not None:
                    yield _span(label)[0], label.get("name", "")


def _span(label: ET.Element) -> Span:
    """Published ends are those of the last character."""
    return int(label.get("start", 0)), int(label.get("end", 0)) + 1


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file below lu, from the folder or the archive, by name."""
    if (folder / "lu").is_dir():
        for path in sorted((folder / "lu").glob("*.xml")):
            yield path.name, path.read_bytes()
        return
    with tarfile.open(folder / _ARCHIVE) as archive:
        members = [member for member in archive if member.isfile() and _LEXICAL_UNIT.search(member.name)]
        for member in sorted(members, key=lambda member: member.name):
            content = archive.extractfile(member)
            if content is not None:
                yield member.name, content.read()
