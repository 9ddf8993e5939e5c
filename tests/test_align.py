"""From strings to words: which occurrences count, and that what is lost is counted with its reason."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from whodid.tokens import Tokens, tokenize
from whodid_training.align import AlignedMention, Alignment, align, mention_spans, occurrences, tag_words
from whodid_training.article import Article, GoldEntity, GoldEvent

TOKENIZER: list[Tokenizer] = []


@pytest.fixture(autouse=True, scope="module")
def _share(tokenizer: Tokenizer) -> None:
    TOKENIZER.append(tokenizer)


def victims(*mentions: str, text: str, **entity: object) -> Article:
    return Article("a", text, (GoldEvent("attack", (GoldEntity("victim", mentions, **entity),)),))  # type: ignore[arg-type]


def aligned(article: Article) -> tuple[list[str], Counter[str]]:
    """Mentions as they stand in the text, and what was lost."""
    tokens = tokenize(article.text, TOKENIZER[0])
    found = align(article, tokens)
    return [printed(mention, tokens, article.text) for mention in found.mentions], found.lost


def printed(mention: AlignedMention, tokens: Tokens, text: str) -> str:
    starts, ends = tokens.word_spans()
    return text[starts[mention.start] : ends[mention.stop - 1]]


def test_every_occurrence_counts() -> None:
    assert occurrences("guard", "A guard fled, another guard fell.") == [(2, 7), (22, 27)]
    text = "Gunmen shot a guard. The guard died; guards fled."
    assert aligned(victims("guard", text=text)) == (["guard", "guard"], Counter())


def test_only_whole_words_count() -> None:
    assert occurrences("man", "A woman, a man-eater, a man_1, mankind") == [(11, 14)]
    assert occurrences("ma", "A woman") == []


def test_another_case_counts_only_where_the_printed_one_is_nowhere() -> None:
    assert occurrences("army", "The Army fled. The army won.") == [(19, 23)]
    assert occurrences("ARMY", "The Army fled. The army won.") == [(4, 8), (19, 23)]


@pytest.mark.parametrize("space", ["\n", "\r\n", "  ", "\t", "\u00a0"])
def test_a_mention_may_be_broken_over_lines(space: str) -> None:
    text = f"Gunmen shot the village{space}teacher."
    assert aligned(victims("village teacher", text=text)) == ([f"village{space}teacher"], Counter())
    assert occurrences(f"village{space}teacher", "the village teacher") == [(4, 19)]


def test_signs_in_a_mention_mean_themselves() -> None:
    assert occurrences("U.S. (army)", "The U.S. (army) and the UXSX army") == [(4, 15)]
    assert occurrences(" ", "a b") == []


@pytest.mark.parametrize(
    ("mention", "article", "reason"),
    [
        ("bomb", Article("a", "Gunmen fled."), "not in the text"),
        ("bomb", Article("a", "A bombing."), "not in the text"),
        ("bomb", Article("a", "Gunmen fled. A bomb.", read_until=12), "beyond what was read"),
        ("cafe", Article("a", "Two cafe\u0301s burned."), "not on word boundaries"),  # an accent is no letter to `re`
        ("gun", Article("a", "The gun\u200bmen fled."), "not on word boundaries"),  # nor is a zero-width space
    ],
)
def test_what_could_not_be_placed_is_counted_with_its_reason(mention: str, article: Article, reason: str) -> None:
    event = GoldEvent("attack", (GoldEntity("victim", (mention,)),))
    whole = Article(article.id, article.text, (event,), read_until=article.read_until)
    assert aligned(whole) == ([], Counter({reason: 1}))


def test_every_lost_string_counts_and_the_others_stay() -> None:
    text = "Gunmen shot Ana Ruiz."
    assert aligned(victims("Ana Ruiz", "Ana", "Eva", "the clerk", text=text)) == (
        ["Ana Ruiz", "Ana"],
        Counter({"not in the text": 2}),
    )


def test_an_occurrence_beyond_what_was_read_is_left_out_without_a_loss() -> None:
    article = Article(
        "a", "A guard fell. A guard rose.", (GoldEvent("attack", (GoldEntity("victim", ("guard",)),)),), read_until=13
    )
    assert aligned(article) == (["guard"], Counter())


def test_an_entity_with_offsets_is_taken_there_and_nowhere_else() -> None:
    text = "A guard fell. A guard rose."
    assert aligned(victims("guard", text=text, spans=((16, 21),))) == (["guard"], Counter())
    tokens = tokenize(text, TOKENIZER[0])
    (mention,) = align(victims("guard", text=text, spans=((16, 21),)), tokens).mentions
    assert (mention.start, mention.stop) == (5, 6)
    assert aligned(victims("guard", text=text, spans=((0, 1),)))[1] == Counter({"not in the text": 1})


def test_a_string_in_two_events_knows_both_types() -> None:
    guard = GoldEntity("victim", ("guard",))
    events = (GoldEvent("attack", (guard,)), GoldEvent("kidnapping", (guard,)), GoldEvent("arson"))
    text = "The guard was shot."
    (mention,) = align(Article("a", text, events), tokenize(text, TOKENIZER[0])).mentions
    assert mention.event_types == {"attack", "kidnapping"}
    assert mention.incidents == {0, 1}


def test_two_events_of_one_type_are_two_incidents() -> None:
    gang = GoldEntity("perpetrator_individual", ("gang",))
    events = tuple(GoldEvent("robbery", (gang, GoldEntity("victim", (name,)))) for name in ("Ana", "Eva"))
    text = "The gang robbed Ana and Eva."
    tokens = tokenize(text, TOKENIZER[0])
    found = align(Article("a", text, events), tokens).mentions
    by_text = {printed(mention, tokens, text): (mention.event_types, mention.incidents) for mention in found}
    assert by_text == {"gang": ({"robbery"}, {0, 1}), "Ana": ({"robbery"}, {0}), "Eva": ({"robbery"}, {1})}


def test_of_overlapping_mentions_in_one_role_the_longest_is_tagged() -> None:
    text = "The village teacher and teacher fled"
    tokens = tokenize(text, TOKENIZER[0])
    both = align(victims("teacher", "village teacher", text=text), tokens)
    tags, written = tag_words(both, 6, {"victim": 0})
    assert tags[:, 0].tolist() == [0, 1, 2, 0, 1, 0]  # 1 begins a mention, 2 goes on
    assert [printed(mention, tokens, text) for mention in written] == ["village teacher", "teacher"]


def test_mentions_in_two_roles_may_overlap_and_an_unknown_role_is_left_out() -> None:
    spans = [AlignedMention(0, 2, GoldEntity(role, ("x",)), frozenset()) for role in ("victim", "target", "ghost")]
    tags, written = tag_words(Alignment(tuple(spans)), 3, {"victim": 0, "target": 1})
    assert tags.tolist() == [[1, 1], [2, 2], [0, 0]]
    assert len(written) == 2


WORDS = (
    *("guard", "Guard", "guards", "the", "U.S.", "Ana", "e\u0301", "né", "Ruiz-", "’s", "“", "_", "7"),
    *("👩‍🚒", "مقتل", "\u200b"),
)
PARTS = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", " ", "\n", ""])).map("".join), min_size=1, max_size=12
)


@given(PARTS, st.data())
@settings(max_examples=200, deadline=None)
def test_spans_land_on_whole_words_and_show_the_string(parts: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(parts) - 1))
    text, mention = "".join(parts), "".join(parts[first : first + data.draw(st.integers(1, 3))])
    article = victims(mention, text=text)
    tokens = tokenize(text, TOKENIZER[0])
    starts, ends = tokens.word_spans()
    found = align(article, tokens)
    assert sum(found.lost.values()) == (not found.mentions)
    for one in found.mentions:
        assert 0 <= one.start < one.stop <= len(starts)
        assert printed(one, tokens, text).lower().split() == mention.lower().split()
        assert not re.search(r"\w\Z", text[: starts[one.start]])
        assert not re.match(r"\w", text[ends[one.stop - 1] :])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 3), st.sampled_from(["victim", "target"])), max_size=8))
@settings(max_examples=100, deadline=None)
def test_tags_are_those_of_a_slow_and_simple_tagger(drawn: list[tuple[int, int, str]]) -> None:
    words = 10
    spans = [AlignedMention(s, min(words, s + n), GoldEntity(role, ("x",)), frozenset()) for s, n, role in drawn]
    tags, _ = tag_words(Alignment(tuple(spans)), words, {"victim": 0, "target": 1})
    for column, role in enumerate(("victim", "target")):
        expected = np.zeros(words, np.int8)
        of_role = [span for span in spans if span.entity.role == role]
        for length in (3, 2, 1):
            for start in range(words):
                is_span = any((span.start, span.stop) == (start, start + length) for span in of_role)
                if is_span and not expected[start : start + length].any():
                    expected[start : start + length] = [1, 2, 2][:length]
        assert tags[:, column].tolist() == expected.tolist()


def test_an_entity_stands_where_its_strings_do_or_where_it_says() -> None:
    text = "Men fled. Two men and Ana fled."
    assert mention_spans(GoldEntity("victim", ("men", "Ana")), text) == [(14, 17), (22, 25)]
    assert mention_spans(GoldEntity("victim", ("Men",), spans=((0, 3),)), text) == [(0, 3)]
