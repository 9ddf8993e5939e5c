"""What a large run would cost is worked out rightly, and the document says what the program prints."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _importable() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield
    sys.modules.pop("cost", None)


def results() -> dict[str, Any]:
    """On each of two cores 5 articles a second of newswire, and 1 of the long ones."""
    one = {"dtype": "int8", "threads": 2, "articles": 40, "seconds": 4.0, "pieces": 20_000, "bytes_written": 80_000}
    return {
        "machine": {"processor": "P", "cores": 2, "date": "2030-01-02"},
        "whodid": [one],
        "lengths": [{**one, "words": 3200, "articles": 8}],
    }


def test_hours_price_and_days_are_worked_out_by_hand() -> None:
    from cost import markdown

    text = markdown({"mine": results()}, articles=18_000_000, price=0.5, currency="EUR")
    # 18 million / 5 = 3.6 million seconds = 1000 hours, for 500 EUR; 1000 / 64 / 24 = 0.65 days
    assert "| 500 word pieces (newswire, as it comes) | 5 | 1,000 | 500 | 0.7 | 0.0 |" in text
    assert "| 3,200 words | 1 | 5,000 | 2,500 | 3.3 | 0.2 |" in text
    assert "18,000,000 articles, at a stated price of 0.5 EUR" in text
    assert "36 GB of JSON lines" in text  # 2,000 bytes each
    assert "P, 2 cores, int8, 2030-01-02 (`benchmarks/results/mine.json`)" in text


def test_all_that_is_stored_is_used_and_nothing_else(tmp_path: Path) -> None:
    from cost import NOTHING, markdown, stored

    assert markdown(stored(tmp_path), articles=1, price=1, currency="EUR") == f"{NOTHING}\n"
    (tmp_path / "mine.json").write_text(json.dumps(results()))
    (tmp_path / "other.json").write_text("{}")
    assert stored(tmp_path) == {"mine": results()}


def test_the_document_says_what_the_program_prints() -> None:
    from cost import MARKED, answer

    found = MARKED.search((ROOT / "docs" / "cluster.md").read_text(encoding="utf-8"))
    assert found is not None
    text, _ = answer(shlex.split(found[1]))
    assert found[3] == f"\n{text}\n", f"type: python benchmarks/cost.py {found[1]} --write docs/cluster.md"


def test_writing_keeps_the_rest_of_the_document(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text("before\n<!-- cost: --price 9 -->\nold\n<!-- end of cost -->\nafter\n")
    command = [sys.executable, str(ROOT / "benchmarks" / "cost.py"), "--write", str(document), "--price", "0.1"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert document.read_text() == f"before\n<!-- cost: --price 0.1 -->\n\n{printed}\n<!-- end of cost -->\nafter\n"
