"""Participants of an article: entities that share a mention are one."""

from __future__ import annotations

import pytest

from whodid_training.article import Article, GoldEntity, GoldEvent


def article(*strings: tuple[str, ...]) -> Article:
    """Each entity is a victim of an event of its own."""
    return Article("a", "", tuple(GoldEvent("attack", (GoldEntity("victim", ones),)) for ones in strings))


@pytest.mark.parametrize(
    ("strings", "participants"),
    [
        ([("Ana",), ("Eva",)], [("Ana",), ("Eva",)]),
        ([("Ana", "nurse"), ("Eva",), ("Ana",)], [("Ana", "nurse"), ("Eva",)]),
        ([("guard",), ("Eva",), ("officer",), ("guard", "officer")], [("guard", "officer"), ("Eva",)]),
    ],
)
def test_entities_that_share_a_mention_are_one(
    strings: list[tuple[str, ...]], participants: list[tuple[str, ...]]
) -> None:
    assert [one.mentions for one in article(*strings).participants("victim")] == participants


def test_where_places_count_the_same_words_elsewhere_are_another() -> None:
    first, second, again = (
        GoldEntity("victim", ("man",), named=named, spans=spans)
        for named, spans in ((None, ((0, 3),)), (False, ((9, 12),)), (True, ((0, 3), (20, 23))))
    )
    found = Article("a", "", (GoldEvent("attack", (first, second, again)),)).participants("victim")
    assert found == [GoldEntity("victim", ("man",), named=True, spans=((0, 3), (20, 23))), second]


def test_other_roles_are_other_participants() -> None:
    both = (GoldEntity("victim", ("Ana",)), GoldEntity("target", ("Ana",)))
    assert Article("a", "", (GoldEvent("attack", both),)).participants("target") == [both[1]]
