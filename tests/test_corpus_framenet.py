from __future__ import annotations

import io
import tarfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from whodid.errors import DataError
from whodid.ontology import DEFAULT
from whodid_training.article import Article, GoldEntity
from whodid_training.corpora.framenet import load_framenet
from whodid_training.corpora.framenet_frames import FRAMES, played
from whodid_training.corpora.loaded import LoadedCorpus

TEXT = "Police said that two masked men kidnapped Ana Ruiz 's brother on Monday ."
TAGS = "NN2 VVD CJT CRD AJ0 NN2 VVD NP0 NP0 POS NN1 PRP NP0 PUN"


def label(text: str, part: str, name: str) -> str:
    start = text.index(part)
    return f'<label start="{start}" end="{start + len(part) - 1}" name="{name}"/>'


def sentence(text: str = TEXT, *, target: str, tags: str = TAGS, key: str = "7", **elements: str) -> str:
    """Write a sentence in the published format; elements without a phrase are null instantiations."""
    start, pos = 0, []
    for word, tag in zip(text.split(), tags.split(), strict=True):
        start = text.index(word, start)
        pos.append(f'<label start="{start}" end="{start + len(word) - 1}" name="{tag}"/>')
        start += len(word)
    marked = [
        label(text, part, name) if part else f'<label name="{name}" itype="INI"/>' for name, part in elements.items()
    ]
    return (
        f'<sentence ID="{key}"><text>{escape(text)}</text>'
        f'<annotationSet status="UNANN"><layer name="BNC">{"".join(pos)}</layer></annotationSet>'
        f'<annotationSet status="MANUAL"><layer name="Target">{label(text, target, "Target")}</layer>'
        f'<layer name="FE">{"".join(marked)}</layer></annotationSet></sentence>'
    )


def unit(*sentences: str, name: str = "kidnap.v", frame: str = "Kidnapping") -> str:
    return (
        f'<lexUnit name="{name}" frame="{frame}" xmlns="http://framenet.icsi.berkeley.edu">'
        f'<subCorpus name="all">{"".join(sentences)}</subCorpus></lexUnit>'
    )


def load(folder: Path, *units: str) -> LoadedCorpus:
    (folder / "lu").mkdir(exist_ok=True)
    for number, content in enumerate(units):
        (folder / "lu" / f"lu{number}.xml").write_text(content, encoding="utf-8")
    return load_framenet(folder, "train")


def sure(article: Article) -> str:
    """Return the text with its unsure parts as dots."""
    text = list(article.text)
    for start, end in article.unsure:
        text[start:end] = "." * (end - start)
    return "".join(text)


KIDNAP = sentence(target="kidnapped", Perpetrator="two masked men", Victim="Ana Ruiz 's brother", Time="on Monday")


def test_every_frame_has_a_type_of_the_ontology_and_roles_that_phrases_can_play() -> None:
    assert {frame.type for frame in FRAMES.values()} <= set(DEFAULT.type_names)
    parts = {part for frame in FRAMES.values() for part in frame.elements.values()}
    assert parts == {"perpetrator", "victim", "hit", "thing", "weapon"}


@pytest.mark.parametrize(
    ("part", "phrase", "role"),
    [
        ("perpetrator", "masked men", "perpetrator_individual"),
        ("perpetrator", "army", "perpetrator_organization"),
        ("perpetrator", "Ana Ruiz", None),
        ("victim", "Ana Ruiz", "victim"),
        ("victim", "Red Army", None),
        ("victim", "sheep", None),
        ("hit", "house", "target"),
        ("hit", "Quito", None),
        ("weapon", "knife", "weapon"),
    ],
)
def test_a_frame_element_plays_the_role_of_what_its_phrase_denotes(part: str, phrase: str, role: str | None) -> None:
    assert played(part, phrase) == role


def test_a_sentence_becomes_an_article_with_the_participants_of_its_word(tmp_path: Path) -> None:
    (article,) = load(tmp_path, unit(KIDNAP)).articles
    assert (article.id, article.text) == ("framenet-7", TEXT.replace(" 's", "'s").replace(" .", "."))
    (event,) = article.events
    assert event.type == "kidnapping"
    assert event.entities == (
        GoldEntity("perpetrator_individual", ("masked men",), spans=((21, 31),)),
        GoldEntity("victim", ("Ana Ruiz's brother",), spans=((42, 60),)),
    )


def test_words_are_known_if_they_are_no_nouns_adjectives_or_numbers_or_are_cut_from_a_participant(
    tmp_path: Path,
) -> None:
    (article,) = load(tmp_path, unit(KIDNAP)).articles
    assert article.text == "Police said that two masked men kidnapped Ana Ruiz's brother on Monday."
    assert (
        sure(article) == ".......said that two............kidnapped.........'s.........on.......".ljust(70, ".") + "."
    )


def test_a_phrase_that_is_not_clear_is_unsure_as_a_whole_and_counted(tmp_path: Path) -> None:
    text = "They kidnapped some of the men and women ."
    loaded = load(
        tmp_path,
        unit(
            sentence(
                text, target="kidnapped", tags="PNP VVD DT0 PRF AT0 NN2 CJC NN2 PUN", Victim="some of the men and women"
            ),
            KIDNAP,
        ),
    )
    assert [article.text for article in loaded.articles] == [TEXT.replace(" 's", "'s").replace(" .", ".")]
    assert loaded.dropped == {
        "participants whose phrase or kind is not clear": 1,
        "sentences without a participant that could be marked": 1,
    }


@pytest.mark.parametrize(
    "text",
    [
        "They could have kidnapped two men .",
        "They never kidnapped two men .",
        "You kidnapped two men .",
    ],
)
def test_talk_and_what_may_be_or_was_not_is_no_incident(tmp_path: Path, text: str) -> None:
    tags = " ".join(["VVD"] * len(text.split()))
    loaded = load(tmp_path, unit(sentence(text, target="kidnapped", tags=tags, Victim="two men")))
    assert loaded.dropped == {"sentences that tell of no past incident, or are talk": 1}


def test_a_verb_in_the_present_is_no_incident_but_a_noun_is(tmp_path: Path) -> None:
    present = sentence("They kidnap two men .", target="kidnap", tags="PNP VVB CRD NN2 PUN", Victim="two men")
    noun = sentence(
        "The kidnapping of two men shocks .",
        target="kidnapping",
        tags="AT0 NN1 PRF CRD NN2 VVZ PUN",
        Victim="of two men",
    )
    loaded = load(tmp_path, unit(present), unit(noun, name="kidnapping.n"))
    assert [article.text for article in loaded.articles] == ["The kidnapping of two men shocks."]
    assert loaded.articles[0].events[0].entities[0].mentions == ("men",)


def test_a_noun_before_a_noun_is_no_participant_unless_it_is_a_possessive(tmp_path: Path) -> None:
    before = sentence(
        "A rebel kidnapping failed .", target="kidnapping", tags="AT0 NN1 NN1 VVD PUN", Perpetrator="rebel"
    )
    owner = sentence(
        "The rebels ' kidnapping failed .",
        target="kidnapping",
        tags="AT0 NN2 POS NN1 VVD PUN",
        Perpetrator="The rebels '",
    )
    loaded = load(tmp_path, unit(before, owner, name="kidnapping.n"))
    assert [article.text for article in loaded.articles] == ["The rebels' kidnapping failed."]


def test_annotations_of_the_same_sentence_are_one_article(tmp_path: Path) -> None:
    text = "Men robbed and stabbed a guard ."
    tags = "NN2 VVD CJC VVD AT0 NN1 PUN"
    robbed = sentence(text, target="robbed", tags=tags, key="1", Perpetrator="Men", Victim="a guard")
    stabbed = sentence(text, target="stabbed", tags=tags, key="2", Agent="Men", Victim="a guard")
    loaded = load(
        tmp_path,
        unit(robbed, name="rob.v", frame="Robbery"),
        unit(stabbed, name="stab.v", frame="Cause_harm"),
        unit(stabbed, name="bruise.v", frame="Cause_harm"),
    )
    (article,) = loaded.articles
    assert [event.type for event in article.events] == ["robbery", "attack"]


def test_the_release_may_stay_in_its_archive(tmp_path: Path) -> None:
    content = unit(KIDNAP).encode()
    with tarfile.open(tmp_path / "framenet-1.7-violent-lu.tar.xz", "w:xz") as archive:
        for name in ("lu/lu1.xml", "frame/Kidnapping.xml"):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    assert [article.id for article in load_framenet(tmp_path, "train").articles] == ["framenet-7"]


def test_a_file_that_is_no_lexical_unit_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"lu0.xml: <frame> with the name None is no lexical unit"):
        load(tmp_path, "<frame/>")
    with pytest.raises(DataError, match=r"lu0.xml: not XML"):
        load(tmp_path, "<lexUnit")
