"""FrameNet's full texts: paragraphs without a violent word are known as a whole, the others as far as exemplars are."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from whodid.errors import DataError
from whodid_training.article import Article, GoldEntity
from whodid_training.corpora.framenet_texts import load_framenet_texts
from whodid_training.corpora.loaded import LoadedCorpus

CALM = ("The mayor said that the bridge would open .", "AT0 NN1 VVD CJT AT0 NN1 VM0 VVI PUN")
RAID = ("Two masked men kidnapped a teacher in the capital .", "CRD AJ0 NN2 VVD AT0 NN1 PRP AT0 NN1 PUN")


def label(text: str, part: str, name: str) -> str:
    start = text.index(part)
    return f'<label start="{start}" end="{start + len(part) - 1}" name="{name}"/>'


def annotated(text: str, word: str, frame: str, unit: str, status: str = "MANUAL", **elements: str) -> str:
    marked = "".join(label(text, part, name) for name, part in elements.items())
    return (
        f'<annotationSet status="{status}" frameName="{frame}" luName="{unit}">'
        f'<layer name="Target">{label(text, word, "Target")}</layer><layer name="FE">{marked}</layer></annotationSet>'
    )


def sentence(text: str, tags: str, *sets: str, paragraph: int = 1) -> str:
    start, pos = 0, []
    for word, tag in zip(text.split(), tags.split(), strict=True):
        start = text.index(word, start)
        pos.append(f'<label start="{start}" end="{start + len(word) - 1}" name="{tag}"/>')
        start += len(word)
    first = f'<annotationSet status="UNANN"><layer name="BNC">{"".join(pos)}</layer></annotationSet>'
    return f'<sentence ID="7" paragNo="{paragraph}"><text>{text}</text>{first}{"".join(sets)}</sentence>'


def calm(*, paragraph: int = 1) -> str:
    said = annotated(CALM[0], "said", "Statement", "say.v")
    return sentence(*CALM, said, annotated(CALM[0], "open", "Openness", "open.v"), paragraph=paragraph)


def raid(text: str = RAID[0], status: str = "MANUAL", *, paragraph: int = 1, **elements: str) -> str:
    elements = elements or {"Perpetrator": "Two masked men", "Victim": "a teacher"}
    sets = annotated(text, "kidnapped", "Kidnapping", "kidnap.v", status, **elements)
    others = (annotated(text, word, "Place", f"{word}.prep") for word in ("in", "the"))
    return sentence(text, RAID[1], sets, *others, paragraph=paragraph)


def document(*sentences: str) -> str:
    return f'<fullTextAnnotation xmlns="http://framenet.icsi.berkeley.edu">{"".join(sentences)}</fullTextAnnotation>'


def load(folder: Path, *sentences: str) -> LoadedCorpus:
    (folder / "fulltext").mkdir(exist_ok=True)
    (folder / "fulltext" / "Town__news.xml").write_text(document(*sentences), encoding="utf-8")
    return load_framenet_texts(folder, "train")


def sure(article: Article) -> str:
    """Return the text with its unsure parts as dots."""
    text = list(article.text)
    for start, end in article.unsure:
        text[start:end] = "." * (end - start)
    return "".join(text)


def test_a_paragraph_without_a_violent_word_is_known_as_a_whole(tmp_path: Path) -> None:
    (article,) = load(tmp_path, calm(), calm()).articles
    line = "The mayor said that the bridge would open."
    assert article == Article("framenet-Town__news-1", f"{line} {line}")


def test_the_participants_of_a_violent_word_stand_in_the_joined_text(tmp_path: Path) -> None:
    (article,) = load(tmp_path, calm(), raid()).articles
    (event,) = article.events
    assert event.type == "kidnapping"
    assert [(e.role, e.mentions) for e in event.entities] == [
        ("perpetrator_individual", ("masked men",)),
        ("victim", ("teacher",)),
    ]
    assert all(article.text[slice(*e.spans[0])] == e.mentions[0] for e in event.entities if e.spans)
    assert isinstance(event.entities[0], GoldEntity)


def test_beside_a_violent_word_nouns_of_the_whole_paragraph_are_unsure(tmp_path: Path) -> None:
    (article,) = load(tmp_path, calm(), raid()).articles
    assert article.text.startswith("The mayor said that the bridge would open. Two masked men kidnapped a teacher in")
    assert sure(article).startswith("The.......said that the........would open. Two")
    assert "capital" not in sure(article)


def test_a_paragraph_that_was_annotated_in_part_is_dropped(tmp_path: Path) -> None:
    bare = sentence(*CALM, paragraph=2)
    loaded = load(tmp_path, calm(), calm(paragraph=2), bare)
    assert [article.id for article in loaded.articles] == ["framenet-Town__news-1"]
    assert loaded.dropped == {"paragraphs that were not annotated in full": 1}


@pytest.mark.parametrize(
    "sentences",
    [
        raid(status="UNANN") + calm(),
        raid(Perpetrator="the capital"),
        sentence(*CALM, *(annotated(CALM[0], word, "Hostile_encounter", "war.n") for word in ("open", "said"))),
    ],
)  # fmt: skip
def test_violence_in_which_nobody_could_be_marked_is_dropped(tmp_path: Path, sentences: str) -> None:
    loaded = load(tmp_path, sentences, calm(paragraph=2))
    assert [article.id for article in loaded.articles] == ["framenet-Town__news-2"]
    assert loaded.dropped["paragraphs of violence in which no participant could be marked"] == 1


def test_what_a_fire_or_a_disease_does_is_no_attack(tmp_path: Path) -> None:
    text = "The fire killed ten people there ."
    killed = annotated(text, "killed", "Killing", "kill.v", Cause="The fire", Victim="ten people")
    loaded = load(tmp_path, sentence(text, "AT0 NN1 VVD CRD NN2 AV0 PUN", killed), calm())
    assert loaded.dropped == {"paragraphs of violence in which no participant could be marked": 1}


def test_headings_are_dropped(tmp_path: Path) -> None:
    head = sentence("Town news", "NN1 NN1", annotated("Town news", "news", "News", "news.n"), paragraph=0)
    assert load(tmp_path, head, calm()).dropped == {"paragraphs of fewer than 8 words": 1}


def test_the_release_may_stay_in_its_archive(tmp_path: Path) -> None:
    content = document(calm()).encode()
    with tarfile.open(tmp_path / "framenet-1.7-fulltext.tar.xz", "w:xz") as archive:
        member = tarfile.TarInfo("fulltext/Town__news.xml")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    assert [article.id for article in load_framenet_texts(tmp_path, "train").articles] == ["framenet-Town__news-1"]


def test_a_file_that_is_no_full_text_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "fulltext").mkdir()
    for content, words in (("<frame/>", "<frame> is no full text"), ("<frame", "not XML")):
        (tmp_path / "fulltext" / "a.xml").write_text(content, encoding="utf-8")
        with pytest.raises(DataError, match=f"a.xml: {words}"):
            load_framenet_texts(tmp_path, "train")
