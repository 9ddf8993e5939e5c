from __future__ import annotations

import pytest

from whodid.errors import DataError
from whodid_training.metrics.counts import PRF
from whodid_training.metrics.spans import span_f1

ROLES = ("victim", "weapon")
GOLD = [{("victim", 4, 12)}]


def spans_of_iob2(tags: str) -> set[tuple[str, int, int]]:
    """Read IOB2 strictly: a span begins at B- and goes on over I- of the same role; no other I- counts."""
    spans, start, role = set(), None, ""
    for i, tag in enumerate([*tags.split(), "O"]):
        if start is not None and tag != f"I-{role}":
            spans.add((role, start, i))
            start = None
        if tag.startswith("B-"):
            start, role = i, tag[2:]
    return spans


@pytest.mark.parametrize(
    ("predicted", "matched"),
    [
        (("victim", 4, 12), 1),
        (("victim", 4, 11), 0),
        (("victim", 5, 12), 0),
        (("weapon", 4, 12), 0),
    ],
)
def test_role_and_both_ends_must_be_right(predicted, matched: int) -> None:
    assert span_f1([{predicted}], GOLD, roles=ROLES).micro == PRF(matched, 1, 1)


@pytest.mark.parametrize(
    ("predicted", "gold", "expected"),
    [
        ("B-victim I-victim O", "B-victim I-victim O", PRF(1, 1, 1)),
        ("B-victim B-victim O", "B-victim I-victim O", PRF(0, 2, 1)),  # one span cut in two
        ("O I-victim O", "O B-victim O", PRF(0, 0, 1)),  # strict: I- without B- is no span
        ("B-victim I-weapon O", "B-victim O O", PRF(1, 1, 1)),  # the stray I- neither extends nor begins one
    ],
)
def test_hand_tagged_sentences_score_as_in_strict_iob2(predicted: str, gold: str, expected: PRF) -> None:
    assert span_f1([spans_of_iob2(predicted)], [spans_of_iob2(gold)], roles=ROLES).micro == expected


def test_the_same_span_in_another_document_does_not_count() -> None:
    result = span_f1([{("victim", 0, 3)}, set()], [set(), {("victim", 0, 3)}], roles=ROLES)
    assert result.micro == PRF(0, 1, 1)


def test_a_span_listed_twice_counts_once() -> None:
    assert span_f1([[("victim", 4, 12)] * 2], GOLD, roles=ROLES).of("victim") == PRF(1, 1, 1)


@pytest.mark.parametrize("span", [("victim", 3, 3), ("victim", 4, 3), ("victim", -1, 3)])
def test_impossible_offsets_are_an_error(span) -> None:
    with pytest.raises(DataError, match=r"1 predicted spans break 0 <= start < end: .* in document 0"):
        span_f1([{span}], GOLD, roles=ROLES)


def test_an_unknown_role_is_an_error() -> None:
    with pytest.raises(DataError, match="'place' in document 0; allowed: 'victim' or 'weapon'"):
        span_f1(GOLD, [{("place", 0, 1)}], roles=ROLES)
