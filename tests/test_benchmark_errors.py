"""The table of errors counts what the error browser shows."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from whodid.types import Entity, Event, Mention, Prediction
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.review.errors import KINDS, compare


@pytest.fixture(scope="module")
def script(benchmark: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark("errors")


def test_errors_are_counted_by_role_and_kind(script: ModuleType) -> None:
    article = Article(
        "a",
        "Ana Ruiz was shot. Leo Paz fled.",
        (GoldEvent("attack", (GoldEntity("victim", ("Ana Ruiz",)),)),),
    )
    paz = Entity("Leo Paz", "victim", "victims", None, True, 0.9, (Mention(19, 26, "Leo Paz"),))
    answer = Prediction(article.text, (Event("bombing", 0.9, (paz,), (0.9,)),), {}, windows=1, abstained=False)
    found = list(script.rows("newswire", ("victim", "weapon"), [compare(article, answer)] * 2))
    head, rows = script.HEAD, [row.strip("| ").split(" | ") for row in found]
    assert [len(row) for row in rows] == [len(head)] * 3
    types, victims, weapons = (dict(zip(head, row, strict=True)) for row in rows)
    assert (victims["of"], victims["in gold"], victims["answered"]) == ("victim", "2", "2")
    assert {kind: victims[kind] for kind in KINDS} == {**dict.fromkeys(KINDS, "0"), "missed": "2", "spurious": "2"}
    assert (types["in gold"], types["answered"]) == ("2", "2")
    assert {kind: types[kind] for kind in KINDS} == {**dict.fromkeys(KINDS, "0"), "missed": "2", "spurious": "2"}
    assert all(weapons[name] == "0" for name in head[2:])
