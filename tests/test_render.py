"""Rendering: segments against a brute force, and pages and terminals that no article can break."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from whodid.render.html import page
from whodid.render.segments import Segment, Span, event_names, evidence_spans, lanes, printable, segments, spans_of
from whodid.render.terminal import render
from whodid.types import SLOTS, Entity, Event, Mention, Prediction, Sentence

TEXT = "Guards of the Red Mill beat Ada <b>& [bold]Bo[/bold]"


def entity(slot: str, *mentions: str, text: str = TEXT, kind: str | None = None) -> Entity:
    places = tuple(Mention(text.index(m), text.index(m) + len(m), m) for m in mentions)
    return Entity(mentions[0], slot.removesuffix("s"), slot, kind, True, 0.75, places)


MILL = entity("perpetrators", "Red Mill", kind="organization")
GUARDS = entity("perpetrators", "Guards of the Red Mill", kind="individual")
ADA = entity("victims", "Ada")
BEATING = Prediction(
    TEXT,
    (Event("attack", 0.9, (MILL, GUARDS, ADA)), Event("sexual_violence", 0.6, (MILL,))),
    {"attack": 0.9, "sexual_violence": 0.6, "arson": 0.01},
    windows=1,
    abstained=False,
)

HEIST = "Heists\n\nTwo men robbed Ada.\r\nThe men robbed Bo. <Rain> fell."
MEN = entity("perpetrators", "Two men", text=HEIST, kind="individual")
"""On both robberies."""
HEIST_ADA, HEIST_BO = (entity("victims", name, text=HEIST) for name in ("Ada", "Bo"))


def sentence(text: str, begin: str, stop: str = ".") -> Sentence:
    start = text.index(begin)
    end = text.index(stop, start) + len(stop)
    return Sentence(start, end, text[start:end])


ROBBED_ADA, ROBBED_BO, RAIN = (sentence(HEIST, begin) for begin in ("Two men", "The men", "<Rain>"))
ROBBERIES = Prediction(
    HEIST,
    (
        Event("robbery", 0.9, (MEN, HEIST_BO), (0.81, 0.62), evidence=(ROBBED_BO, ROBBED_ADA)),
        Event("arson", 0.8, evidence=(RAIN,)),
        Event("robbery", 0.7, (MEN, HEIST_ADA), (0.81, 0.43), main=True, evidence=(ROBBED_ADA,)),
    ),
    {"robbery": 0.9, "arson": 0.8},
    windows=1,
    abstained=False,
)


def span(start: int, end: int, slot: str = "victims") -> Span:
    return Span(start, end, slot, slot)


def random_spans(rng: random.Random, length: int) -> list[Span]:
    spans = []
    for _ in range(rng.randrange(8)):
        start = rng.randrange(length)
        spans.append(span(start, rng.randrange(start + 1, length + 1), rng.choice(SLOTS)))
    return spans


def test_segments_of_a_nested_span() -> None:
    outer, inner = span(0, 6), span(2, 4, "targets")
    assert segments("abcdefg", [inner, outer]) == [
        Segment(0, "ab", (outer,)),
        Segment(2, "cd", (outer, inner)),
        Segment(4, "ef", (outer,)),
        Segment(6, "g", ()),
    ]


def test_segments_give_the_text_back_and_every_character_its_spans() -> None:
    rng = random.Random(7)
    for _ in range(500):
        text = "".join(rng.choice("ab é\n😀") for _ in range(rng.randrange(1, 25)))
        spans = random_spans(rng, len(text))
        cut = segments(text, spans)
        assert "".join(segment.text for segment in cut) == text
        for segment in cut:
            assert segment.text
            for at in range(segment.start, segment.end):
                assert sorted(segment.spans) == sorted(s for s in spans if s.start <= at < s.end)


def test_a_text_without_spans_is_one_segment_and_an_empty_one_none() -> None:
    assert segments("abc", []) == [Segment(0, "abc", ())]
    assert segments("", []) == []


@pytest.mark.parametrize("place", [(-1, 2), (2, 2), (1, 4)])
def test_spans_outside_the_text_are_an_error(place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a stretch of a text of 3 characters"):
        segments("abc", [span(*place)])


def test_overlapping_spans_never_share_a_lane_and_nested_ones_lie_nearer() -> None:
    rng = random.Random(11)
    for _ in range(300):
        spans = set(random_spans(rng, 20))
        lane = lanes(spans)
        assert set(lane) == spans
        for one in spans:
            assert lane[one] < len(spans)
            for other in spans - {one}:
                if one.start < other.end and other.start < one.end:
                    assert lane[one] != lane[other]
    assert lanes([span(0, 9), span(2, 4)]) == {span(0, 9): 1, span(2, 4): 0}


def test_a_participant_of_two_events_is_one_span_that_names_both() -> None:
    assert spans_of(BEATING) == (
        Span(0, 22, "perpetrators", "perpetrator (individual) in attack"),
        Span(14, 22, "perpetrators", "perpetrator (organization) in attack, sexual violence"),
        Span(28, 31, "victims", "victim in attack"),
    )


def test_events_of_one_type_are_numbered_and_others_are_not() -> None:
    assert event_names(ROBBERIES) == ("robbery 1", "arson", "robbery 2")
    assert event_names(BEATING) == ("attack", "sexual violence")
    assert [span.label for span in spans_of(ROBBERIES)] == [
        "perpetrator (individual) in robbery 1, robbery 2",
        "victim in robbery 2",
        "victim in robbery 1",
    ]


def test_a_sentence_is_one_span_that_names_the_events_it_carries() -> None:
    assert evidence_spans(ROBBERIES) == (
        Span(ROBBED_ADA.start, ROBBED_ADA.end, "evidence", "evidence of robbery 1, robbery 2"),
        Span(ROBBED_BO.start, ROBBED_BO.end, "evidence", "evidence of robbery 1"),
        Span(RAIN.start, RAIN.end, "evidence", "evidence of arson"),
    )
    assert evidence_spans(BEATING) == ()


def test_printable_keeps_every_offset() -> None:
    hostile = "a\x1b[31m\x00\ud800b\tc\r\n"
    assert printable(hostile) == "a\ufffd[31m\ufffd\ufffdb\tc\r\n"


class Reader(HTMLParser):
    """Collects the article as a browser would show it, without the role tags, its evidence by id, every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.article = ""
        self.evidence: dict[str, str] = {}
        self._sentence: str | None = None
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self._inside = self._tag = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        kind = dict(attrs).get("class") or ""
        if kind.startswith("evidence") and self._inside:
            self._sentence = dict(attrs).get("id")
        self._inside = self._inside or kind == "article"
        self._tag = kind.startswith("tag")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "div"
        self._sentence = None if tag == "span" else self._sentence
        self._tag = False

    def handle_data(self, data: str) -> None:
        if self._inside and not self._tag:
            self.article += data
            if self._sentence:
                self.evidence[self._sentence] = self.evidence.get(self._sentence, "") + data


def read_page(prediction: Prediction, title: str | None = None) -> Reader:
    reader = Reader()
    reader.feed(page(prediction, title=title))
    return reader


def test_the_page_shows_the_article_as_it_is() -> None:
    assert read_page(BEATING).article == TEXT
    assert read_page(ROBBERIES).article == HEIST


def test_the_evidence_is_marked_in_the_article_and_every_event_points_at_it() -> None:
    reader, html = read_page(ROBBERIES), page(ROBBERIES)
    assert reader.evidence == {f"s{one.start}": one.text for one in (ROBBED_ADA, ROBBED_BO, RAIN)}
    links = [value for name, value in reader.attributes if name == "href"]
    assert links == [f"#s{one.start}" for one in (ROBBED_BO, ROBBED_ADA, RAIN, ROBBED_ADA)]  # by event, the best first
    assert "<bdi>&lt;Rain&gt; fell.</bdi>" in html
    assert 'title="evidence of robbery 1, robbery 2"' in html
    assert "sentence that carries an event" in html
    assert "sentence that carries an event" not in page(BEATING)


@pytest.mark.parametrize(
    "evidence",
    [
        [Sentence(0, 10, TEXT[:10])],  # ends inside a mention
        [Sentence(3, 20, TEXT[3:20]), Sentence(10, 40, TEXT[10:40])],  # overlap
        [Sentence(0, len(TEXT), TEXT), Sentence(0, 5, TEXT[:5])],
    ],
)
def test_sentences_may_cut_mentions_and_each_other(evidence: list[Sentence]) -> None:
    event = Event("attack", 0.9, (MILL, GUARDS, ADA), evidence=tuple(evidence))
    reader = read_page(Prediction(TEXT, (event,), {"attack": 0.9}, 1, abstained=False))
    assert reader.article == TEXT
    identities = [value for name, value in reader.attributes if name == "id" and str(value).startswith("s")]
    assert len(identities) == len(set(identities))
    assert {f"#{identity}" for identity in identities} == {f"#s{one.start}" for one in evidence}


def test_the_page_tells_events_of_one_type_apart_and_marks_the_main_one() -> None:
    html = page(ROBBERIES)
    assert "<h3>robbery 1</h3>" in html
    assert '<h3>robbery 2 <span class="badge">main event</span></h3>' in html
    assert html.count("main event</span>") == 1
    assert 'aria-label="confidence of robbery 2"' in html


def test_links_are_shown_where_there_are_several_events() -> None:
    assert "link 43%" in page(ROBBERIES)
    assert "link 43%" in shown(ROBBERIES)
    single = Prediction(TEXT, BEATING.events[:1], {"attack": 0.9}, 1, abstained=False)
    assert "link 100%" in page(BEATING)
    assert "link" not in page(single)
    assert "link" not in shown(single)


def test_the_page_escapes_everything_that_comes_from_outside() -> None:
    hostile = '<script>alert(1)</script><img src=x onerror="alert(2)">\'"&'
    nasty, whole = entity("victims", hostile, text=hostile), Sentence(0, len(hostile), hostile)
    event = Event("attack", 0.5, (nasty,), evidence=(whole,))
    reader = read_page(Prediction(hostile, (event,), {"attack": 0.5}, 1, False), hostile)
    assert reader.article == hostile
    assert not {"script", "img"} & set(reader.tags)
    assert not [name for name, _ in reader.attributes if name.startswith("on")]


def test_the_page_asks_for_nothing_and_allows_its_own_style_only() -> None:
    html = page(ROBBERIES)
    assert not re.search(r"https?:|src=|href=(?!.#s\d+)|@import|url\(| style=", html)
    style = re.search(r"<style>(.*)</style>", html, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in html


def test_the_page_labels_roles_in_words_and_lists_events_and_scores() -> None:
    html = page(BEATING, title="Mill")
    assert "<title>Mill</title>" in html
    assert 'title="perpetrator (organization) in attack, sexual violence"' in html
    assert ">victim</bdi>" in html
    assert '<meter min="0" max="1" value="0.9000" aria-label="confidence of attack">' in html
    assert "<h3>sexual violence</h3>" in html
    assert "arson" in html
    assert 'dir="auto"' in html


def test_a_page_without_events_says_so_and_one_undecided_too() -> None:
    html = page(Prediction("Quiet.", (), {"attack": 0.4}, 1, abstained=True))
    assert "No event of a known type was found." in html
    assert "Undecided." in html
    assert "Undecided." not in page(Prediction("", (), {}, 0, abstained=False))


def test_a_page_of_broken_unicode_can_be_written() -> None:
    page(Prediction("a\ud800\x00", (), {}, 1, abstained=False), title="\udfff").encode("utf-8")


def shown(prediction: Prediction, *, colour: bool = False) -> str:
    console = Console(
        file=io.StringIO(),
        width=200,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )
    render(prediction, console)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


def test_the_terminal_shows_markup_literally_and_names_the_roles() -> None:
    out = shown(BEATING)
    assert "Guards of the Red Mill[perpetrator][perpetrator] beat Ada[victim] <b>& [bold]Bo[/bold]" in out
    assert "Red Mill org. 75%" in out


def test_the_terminal_shows_the_main_event_and_the_evidence_of_each() -> None:
    lines = [line.strip() for line in shown(ROBBERIES).splitlines()]
    first = lines.index("Evidence of robbery 1, most telling first:")
    assert lines[first + 1 : first + 7] == [
        "- The men robbed Bo.",
        "- Two men robbed Ada.",
        "Evidence of arson, most telling first:",
        "- <Rain> fell.",
        "Evidence of robbery 2, most telling first:",
        "- Two men robbed Ada.",
    ]
    assert sum("main event" in line for line in lines) == 1
    assert "Evidence" not in shown(BEATING)


def test_the_terminal_gets_no_control_characters_from_the_article() -> None:
    assert "\x1b" not in shown(Prediction("a\x1b[2Jb\x07", (), {}, 1, abstained=False))
    hostile = "a\x1b[2Jb\x07"
    event = Event("attack", 0.5, evidence=(Sentence(0, len(hostile), hostile),))
    assert "\x1b[2J" not in shown(Prediction(hostile, (event,), {}, 1, abstained=False), colour=True)


def test_colours_are_there_when_the_terminal_has_them() -> None:
    assert "\x1b[1;34mAda" in shown(BEATING, colour=True)
