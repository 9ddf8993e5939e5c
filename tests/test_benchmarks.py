"""The benchmarks count rightly; how fast anything is, no test says."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(autouse=True)
def _importable() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield
    for name in ("machine", "report", "systems"):
        sys.modules.pop(name, None)


def test_arithmetic_is_counted_by_hand() -> None:
    from systems import arithmetic

    encoder = {"hidden_size": 2, "intermediate_size": 3, "num_hidden_layers": 5}
    # for each of 7 pieces in each layer: 4 products of 2x2 weights, 2 of 2x3, and 2 with 7 pieces 2 wide
    assert arithmetic(encoder, 7) == 2 * 5 * 7 * (4 * 4 + 2 * 6 + 2 * 7 * 2)


def test_articles_are_the_same_for_everybody_and_as_long_as_asked() -> None:
    from systems import articles, long_article

    assert list(articles(5, seed=3)) == list(articles(5, seed=3)) != list(articles(5, seed=4))
    assert {len(text.split()) for words in (40, 2000) for text in articles(3, words=words)} == {40, 2000}
    assert len(long_article(10_000).encode()) in range(9_997, 10_001)


def test_whodid_is_measured(tiny_folder: Path) -> None:
    from systems import whodid_system

    found = whodid_system({"articles": 4, "words": 60, "seed": 0, "model": str(tiny_folder), "threads": 1})
    assert (found["articles"], found["threads"]) == (4, 1)
    assert found["pieces"] < found["pieces_computed"] < 2 * found["pieces"]  # windows of 32 that share 8
    assert 0 < found["network_cpu_s"] < found["cpu_s"]
    assert 0 < found["first_s"] <= found["seconds"]


def results() -> dict[str, Any]:
    one = {"dtype": "int8", "articles": 40, "seconds": 2.0, "pieces": 20_000, "operations": 8e11, "peak_mib": 500.0}
    one |= {"ready_s": 1.0, "first_s": 0.25, "cpu_s": 4.0, "network_cpu_s": 3.8}
    pair = {**one, "dtype": "float32", "articles": 1, "operations": 2e11}
    size = {"seconds": 10.0, "start_up_s": 1.5, "peak_mib": 600.0}
    facts = {"processor": "P", "instructions": ["vnni"], "cores": 2, "memory_gib": 8.0, "system": "S", "python": "3"}
    return {
        "machine": {**facts, "versions": {"torch": "2"}, "date": "2030-01-02", "seed": 0, "load_before": [0.0]},
        "plan": {"lead_words": 40},
        "peaks": {"float32": 200.0, "bfloat16": 400.0, "int8": 1000.0},
        "whodid": [one],
        "pipelines": pair,
        "lengths": [{**one, "words": 50}],
        "long": {**one, "articles": 1, "bytes": 5_000_000},
        "archives": [{**size, "articles": n, "articles_per_s": rate} for n, rate in ((1000, 200.0), (10000, 190.0))],
        "seconds": 60.0,
    }


def test_the_figures_are_those_of_the_rows() -> None:
    from report import figures

    found = figures(results())
    assert found["times_the_pipelines"] == 40
    assert found["share_of_float_limit"] == pytest.approx(8e11 / 2 / 400e9)
    assert found["outside_the_network"] == pytest.approx(0.05)
    assert found["largest_to_smallest_archive"] == pytest.approx(0.95)


def test_results_are_stored_and_read_again(tmp_path: Path) -> None:
    from report import store

    given = results()
    store(copy.deepcopy(given), tmp_path, "mine")
    assert json.loads((tmp_path / "mine.json").read_text(encoding="utf-8")) == given
    text = (tmp_path / "mine.md").read_text(encoding="utf-8")
    assert "| whodid, int8 | 20.00 | 10000 | 400 | 200% | 100% | 40% | 500 | 1.0 | 1.2 |" in text
    assert "reads 40.0 times as many articles" in text
    assert "2030-01-02" in text
