from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from whodid.tokens import tokenize
from whodid_training.align import align, occurrences, tag_words
from whodid_training.article import Article, GoldEntity, GoldEvent

ROLES = {"victim": 0, "target": 1}


def article(text: str, *mentions: str, role: str = "victim", read_until: int | None = None) -> Article:
    return Article("a", text, (GoldEvent("attack", (GoldEntity(role, mentions),)),), read_until)


def words_of(article: Article, tokenizer: Tokenizer) -> list[str]:
    tokens = tokenize(article.text, tokenizer)
    starts, ends = tokens.word_spans()
    found = align(article, tokens).mentions
    return [article.text[starts[m.start] : ends[m.stop - 1]] for m in found]


def test_every_whole_word_occurrence_is_found_and_no_part_of_a_word() -> None:
    assert occurrences("man", "A man, a woman, the man-eater, man") == [(2, 5), (20, 23), (31, 34)]


def test_a_mention_may_run_over_a_line_break() -> None:
    assert occurrences("NATIONAL GUARD", "THE NATIONAL\r\n  GUARD") == [(4, 21)]


def test_case_is_ignored_only_if_the_mention_is_nowhere_as_printed() -> None:
    assert occurrences("Police", "police and Police") == [(11, 17)]
    assert occurrences("POLICE", "police and Police") == [(0, 6), (11, 17)]


def test_mentions_are_placed_on_words(tokenizer: Tokenizer) -> None:
    assert words_of(article("the teacher and a teacher", "teacher"), tokenizer) == ["teacher", "teacher"]


def test_what_cannot_be_placed_is_counted_with_its_reason(tokenizer: Tokenizer) -> None:
    text = "the teacher was shot in the city"
    for mention, until, reason in (
        ("soldiers", None, "not in the text"),
        ("city", 12, "beyond what was read"),
    ):
        cut = article(text, mention, read_until=until)
        assert align(cut, tokenize(text, tokenizer)).lost == {reason: 1}


def test_given_offsets_count_and_other_places_do_not(tokenizer: Tokenizer) -> None:
    entity = GoldEntity("victim", ("teacher",), spans=((18, 25),))
    text = "the teacher and a teacher"
    found = align(Article("a", text, (GoldEvent("attack", (entity,)),)), tokenize(text, tokenizer)).mentions
    assert [(m.start, m.stop) for m in found] == [(4, 5)]


def test_of_overlapping_mentions_of_a_role_the_longest_is_tagged(tokenizer: Tokenizer) -> None:
    text = "the bus of the city bank"
    tokens = tokenize(text, tokenizer)
    alignment = align(article(text, "city bank", "bank"), tokens)
    tags, written = tag_words(alignment, 6, ROLES)
    assert tags[:, 0].tolist() == [0, 0, 0, 0, 1, 2]
    assert len(written) == 1


def test_a_string_in_events_of_two_types_belongs_to_both(tokenizer: Tokenizer) -> None:
    entity = GoldEntity("victim", ("teacher",))
    both = Article("a", "teacher", (GoldEvent("attack", (entity,)), GoldEvent("kidnapping", (entity,))))
    (mention,) = align(both, tokenize("teacher", tokenizer)).mentions
    assert mention.event_types == {"attack", "kidnapping"}


@given(st.text(alphabet="ab -'\n", max_size=30), st.text(alphabet="ab", min_size=1, max_size=3))
def test_an_occurrence_is_never_inside_a_word(text: str, mention: str) -> None:
    for start, end in occurrences(mention, text):
        assert text[start:end].lower() == mention
        assert not text[start - 1 : start].isalnum() if start else True
        assert not text[end : end + 1].isalnum()
