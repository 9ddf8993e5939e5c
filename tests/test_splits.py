"""Splitting articles: sizes, names kept apart, kinds spread evenly, always the same."""

from __future__ import annotations

import pytest

from whodid.errors import DataError
from whodid_training.annotation.articles import GoldArticle
from whodid_training.annotation.names import connected
from whodid_training.annotation.splits import split_articles, split_sizes
from whodid_training.article import GoldEntity, GoldEvent


def article(key: int, *names: str, kind: str = "attack", region: str = "here") -> GoldArticle:
    event = GoldEvent(kind, tuple(GoldEntity("victim", (name,)) for name in names), main=True)
    return GoldArticle(str(key), " and ".join(names) or "Rain.", (event,), extra={"region": region})


def test_sizes_add_up_and_hold_the_minimums() -> None:
    assert split_sizes(101) == {"train": 69, "dev": 13, "test": 19}
    assert split_sizes(600, minimums={"train": 420, "dev": 80, "test": 100}) == {"train": 420, "dev": 80, "test": 100}
    with pytest.raises(DataError, match="10 articles; the splits need 20"):
        split_sizes(10, minimums={"train": 20})


def test_articles_are_connected_by_a_common_name_also_over_a_third() -> None:
    articles = [
        article(1, "Ana Ruiz"),
        article(2, "Bo Lee"),
        article(3, "Ana Ruiz", "Cem Kaya"),
        article(4, "Cem Kaya"),
    ]
    assert [[one.id for one in group] for group in connected(articles)] == [["1", "3", "4"], ["2"]]


def test_articles_that_share_a_name_stay_in_one_split() -> None:
    articles = [article(i, f"Ana {chr(65 + i // 3)}son") for i in range(30)]
    parts = split_articles(articles, sizes=split_sizes(30))
    home = {one.id: split for split, part in parts.items() for one in part}
    assert len(home) == 30
    assert all(len({home[str(i)] for i in range(first, first + 3)}) == 1 for first in range(0, 30, 3))


def test_every_kind_is_spread_in_proportion_also_the_rare_ones() -> None:
    kinds = ["attack"] * 70 + ["arson"] * 20 + ["robbery"] * 10
    articles = [article(i, kind=kind, region="there" if i % 10 == 0 else "here") for i, kind in enumerate(kinds)]
    parts = split_articles(articles, sizes={"train": 70, "dev": 10, "test": 20})
    counts = {
        split: [sum(one.events[0].type == kind for one in part) for kind in ("attack", "arson", "robbery")]
        for split, part in parts.items()
    }
    assert counts == {"train": [49, 14, 7], "dev": [7, 2, 1], "test": [14, 4, 2]}
    assert [sum(one.extra["region"] == "there" for one in part) for part in parts.values()] == [7, 1, 2]


def test_a_split_keeps_the_order_and_depends_on_the_seed_only() -> None:
    articles = [article(i) for i in range(40)]
    sizes = split_sizes(40)
    first, again, other = (split_articles(articles, sizes=sizes, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert [int(one.id) for one in first["train"]] == sorted(int(one.id) for one in first["train"])


def test_sizes_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(DataError, match="add up to 3; there are 2 articles"):
        split_articles([article(1), article(2)], sizes={"train": 2, "test": 1})
