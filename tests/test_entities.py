from __future__ import annotations

import pytest

from whodid.entities import NamedSpan, canonical, group_mentions


def grouped(*mentions: str, named: bool = True) -> list[list[str]]:
    spans = [NamedSpan(mention, named) for mention in mentions]
    return [[mentions[index] for index in group] for group in group_mentions(spans)]


@pytest.mark.parametrize(
    ("mentions", "groups"),
    [
        (["Ana Ruiz", "Ruiz"], [["Ana Ruiz", "Ruiz"]]),
        (["Ruiz", "Ana Ruiz", "ANA RUIZ"], [["Ruiz", "Ana Ruiz", "ANA RUIZ"]]),
        (["Islamic State", "IS"], [["Islamic State", "IS"]]),
        (["Shining Path of Peru", "SPP"], [["Shining Path of Peru", "SPP"]]),
        (["Ana Ruiz", "Juan Ruiz", "Ruiz"], [["Ana Ruiz"], ["Juan Ruiz"], ["Ruiz"]]),
        (["Juan Carlos Ruiz", "Carlos Ruiz", "Ruiz"], [["Juan Carlos Ruiz", "Carlos Ruiz", "Ruiz"]]),
        (["Bank of Mali", "of"], [["Bank of Mali"], ["of"]]),
        ([], []),
    ],
)
def test_names_and_their_short_forms_are_one_participant(mentions: list[str], groups: list[list[str]]) -> None:
    assert grouped(*mentions) == groups


def test_descriptions_are_joined_only_by_the_same_words() -> None:
    assert grouped("armed men", "men", "Armed men", named=False) == [["armed men", "Armed men"], ["men"]]


@pytest.mark.parametrize(("article", "together"), [("Popular Front [FPLN]", True), ("Popular Front, FPLN", False)])
def test_a_name_in_brackets_behind_another_is_the_same_participant(article: str, together: bool) -> None:
    spans = [NamedSpan("Popular Front", True, 0), NamedSpan("FPLN", True, article.index("FPLN"))]
    assert (group_mentions(spans, article=article) == [[0, 1]]) is together


def test_a_name_is_preferred_to_a_longer_description() -> None:
    assert canonical([NamedSpan("local radio journalist", False), NamedSpan("Ruiz", True)]) == "Ruiz"
