"""Evidence: which sentences are chosen, by hand, and that offsets hold for any text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whodid.evidence import evidence_of, sentences_of
from whodid.types import Entity, Mention, Sentence

TEXT = "Ana seized\r\n\r\nGunmen seized Ana. Police came.  Bo fled.\nRain fell on Bo."


def somebody(text: str, *places: int, length: int = 2) -> Entity:
    mentions = tuple(Mention(place, place + length, text[place : place + length]) for place in places)
    return Entity(mentions[0].text, "victim", "victims", None, True, 0.9, mentions)


def chosen(text: str, carried: Mapping[str, float], *names: str) -> tuple[Sentence, ...]:
    """Evidence of an event in which these names take part; words carry nothing for it but those given."""
    words = list(re.finditer(r"\w+|[^\w\s]", text))
    weights = np.array([carried.get(word[0], 0.0) for word in words], np.float32)
    entities = [somebody(text, *(m.start() for m in re.finditer(name, text)), length=len(name)) for name in names]
    return evidence_of(text, sentences_of(text), np.array([word.start() for word in words], int), weights, entities)


CASES: dict[str, tuple[dict[str, float], tuple[str, ...], list[str]]] = {
    "the words alone": ({"came": 2.0}, (), ["Police came."]),
    "the participants alone": ({}, ("Police",), ["Police came."]),
    "nothing to go by": ({}, (), ["Ana seized"]),
    "words that speak against it do not count": ({"came": -9.0, "Rain": 1.0}, (), ["Rain fell on Bo."]),
    "of two that say as much, the first": ({}, ("Ana",), ["Ana seized"]),
    "most telling first, not in reading order": (
        {"Rain": 0.7, "Police": 0.3},
        (),
        ["Rain fell on Bo.", "Police came."],
    ),
    "words and participants": (
        {"Gunmen": 1.0, "Ana": 0.1},
        ("Gunmen", "Bo"),
        ["Gunmen seized Ana.", "Bo fled."],
    ),
    "somebody who was mentioned already adds nothing": (
        {"Gunmen": 1.0},
        ("Ana", "Gunmen"),
        ["Gunmen seized Ana."],
    ),
    "a little more is not worth reading": ({"Rain": 0.8, "Police": 0.2}, (), ["Rain fell on Bo."]),
    "never more than three": (
        {"Gunmen": 1.0, "Police": 1.0, "fled": 1.0, "Rain": 1.0},
        ("Gunmen", "Police", "fled", "Rain"),
        ["Gunmen seized Ana.", "Police came.", "Bo fled."],
    ),
}


@pytest.mark.parametrize(("carried", "names", "expected"), CASES.values(), ids=list(CASES))
def test_evidence(carried: dict[str, float], names: tuple[str, ...], expected: list[str]) -> None:
    found = chosen(TEXT, carried, *names)
    assert [sentence.text for sentence in found] == expected
    assert all(TEXT[sentence.start : sentence.end] == sentence.text for sentence in found)


@pytest.mark.parametrize("blank", ["", " \r\n\t \n\n", "\u2028"])
def test_a_blank_text_has_no_sentences_and_no_evidence(blank: str) -> None:
    assert sentences_of(blank) == []
    assert chosen(blank, {}) == ()


def test_a_lone_surrogate_stays_where_it_is() -> None:
    text = "Gunmen \ud83d fled. Bo\udc00 fell."
    assert [text[start:end] for start, end in sentences_of(text)] == ["Gunmen \ud83d fled.", "Bo\udc00 fell."]
    assert [sentence.text for sentence in chosen(text, {}, "Bo")] == ["Bo\udc00 fell."]


def test_what_stands_before_the_first_sentence_belongs_to_it() -> None:
    (sentence,) = evidence_of("  Bo fled.", [(2, 10)], np.array([0]), np.array([1.0]), [somebody("  Bo fled.", 0)])
    assert sentence == Sentence(2, 10, "Bo fled.")


PARTS = [
    "Bo fled. ",
    "U.S. troops ",
    "Mr. ",
    "“Go!” ",
    "\r\n",
    "\n\n",
    "\r",
    "\t",
    "…",
    "e\u0301",
    "\ud800",
    "\x00",
    "\x1c",
]
ANY_TEXT = st.lists(
    st.sampled_from(PARTS) | st.text(st.characters(exclude_categories=()), max_size=8), max_size=12
).map("".join)


def check(text: str, spans: Sequence[tuple[int, int]]) -> None:
    borders = [0, *(border for span in spans for border in span), len(text)]
    assert borders == sorted(borders)
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
    between = [text[end:start] for end, start in zip(borders[::2], borders[1::2], strict=True)]
    assert not "".join(between).strip()  # nothing is lost but white space


@given(ANY_TEXT)
@settings(max_examples=150, deadline=None)
def test_sentences_cover_any_text(text: str) -> None:
    check(text, sentences_of(text))


@given(ANY_TEXT, st.data())
@settings(max_examples=80, deadline=None)
def test_evidence_of_any_text_stands_in_it(text: str, data: st.DataObject) -> None:
    places = st.integers(0, max(0, len(text) - 1))
    starts = np.array(sorted(data.draw(st.lists(places, max_size=6))), np.int64)
    carried = np.array(data.draw(st.lists(st.floats(-5, 5), min_size=len(starts), max_size=len(starts))))
    people = [somebody(text, *sorted(where)) for where in data.draw(st.lists(st.sets(places, min_size=1), max_size=4))]
    sentences = sentences_of(text)
    found = evidence_of(text, sentences, starts, carried, people)
    assert len(set(found)) == len(found) <= 3
    assert bool(found) == bool(sentences)
    for sentence in found:
        assert (sentence.start, sentence.end) in sentences
        assert text[sentence.start : sentence.end] == sentence.text
