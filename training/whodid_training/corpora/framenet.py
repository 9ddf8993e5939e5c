"""FrameNet: single sentences, in which the participants of one violent word are marked. A sentence is an article."""

from __future__ import annotations

import re
import tarfile
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from whodid.errors import DataError
from whodid_training.corpora.framenet_frames import FRAMES
from whodid_training.corpora.framenet_sentences import (
    XML,
    Annotation,
    annotation_of,
    is_incident,
    sentence_article,
    sentence_of,
)
from whodid_training.corpora.loaded import LoadedCorpus

__all__ = ["load_framenet", "release_files"]

_ARCHIVE = "framenet-1.7-violent-lu.tar.xz"

_NO_PARTICIPANT = "sentences without a participant that could be marked"
_NO_INCIDENT = "sentences that tell of no past incident, or are talk"


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
    same: dict[str, list[Annotation]] = defaultdict(list)
    for name, content in release_files(folder, part="lu", archive=_ARCHIVE):
        for one in _annotations(content, where=f"{folder}, {name}"):
            if is_incident(one):
                same[" ".join(one.sentence.text.split())].append(one)
            else:
                dropped[_NO_INCIDENT] += 1
    articles = []
    for group in same.values():
        article = sentence_article(group[0].sentence, group, dropped)
        if article.events:
            articles.append(article)
        else:
            dropped[_NO_PARTICIPANT] += 1
    return LoadedCorpus("framenet", split, tuple(articles), +dropped)


def release_files(folder: Path, *, part: str, archive: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each XML file of one part of the release, by name.

    Args:
        folder: holds the part as a folder, or an archive of it.
        part: "lu" or "fulltext".
        archive: name of the archive.

    Raises:
        FileNotFoundError: there is neither folder nor archive.
    """
    if (folder / part).is_dir():
        for path in sorted((folder / part).glob("*.xml")):
            yield path.name, path.read_bytes()
        return
    wanted = re.compile(rf"(?:^|/){part}/[^/]+\.xml$")
    with tarfile.open(folder / archive) as opened:
        members = [member for member in opened if member.isfile() and wanted.search(member.name)]
        for member in sorted(members, key=lambda member: member.name):
            content = opened.extractfile(member)
            if content is not None:
                yield member.name, content.read()


def _annotations(content: bytes, *, where: str) -> Iterator[Annotation]:
    """Yield the annotations of a lexical unit's file, if it is one that is read."""
    try:
        root = ET.fromstring(content)
    except ET.ParseError as error:
        raise DataError(f"{where}: not XML ({error}); unpack the release again") from error
    name, frame = root.get("name"), FRAMES.get(root.get("frame", ""))
    if root.tag != f"{XML}lexUnit" or name is None:
        raise DataError(f"{where}: <{root.tag}> with the name {name!r} is no lexical unit of FrameNet 1.7")
    if frame is None or name not in frame.words:
        return
    for element in root.iter(f"{XML}sentence"):
        sentence = sentence_of(element)
        for annotated in element.iter(f"{XML}annotationSet"):
            found = annotation_of(annotated, sentence=sentence, frame=frame, word=name)
            if found is not None:
                yield found
