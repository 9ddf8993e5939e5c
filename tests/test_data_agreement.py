"""Two annotators of two articles, compared by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from whodid.cli.app import build
from whodid.errors import DataError
from whodid_training.annotation.agreement import agreement
from whodid_training.gold import read_gold

ATTACK = {"type": "attack", "victims": [{"mentions": ["Ana Ruiz"]}], "perpetrators": []}
ARSON = {"type": "arson", "victims": [], "perpetrators": [{"kind": "individual", "mentions": ["masked men", "men"]}]}


def event(given: dict[str, Any]) -> dict[str, Any]:
    return {"main": False, "targets": [], "weapons": [], **given}


def gold(path: Path, *events: list[dict[str, Any]], text: str = "Masked men, masked men killed Ana Ruiz.") -> Path:
    rows = [{"id": str(n), "text": text, "events": [event(one) for one in found]} for n, found in enumerate(events)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_agreement_is_the_score_of_the_one_against_the_other_in_both_directions(tmp_path: Path) -> None:
    first = read_gold(gold(tmp_path / "a.jsonl", [ATTACK, ARSON], [ATTACK]))
    second = read_gold(gold(tmp_path / "b.jsonl", [ATTACK], []))
    found, back = dict(agreement(first, second)), dict(agreement(second[::-1], first))
    for name, f1 in (
        ("sets of event types", 2 / 4),
        ("event type attack", 2 / 3),
        ("some event", 2 / 3),
        ("no event", 0.0),
        ("participants, by overlap", 2 / 4),
        ("role victim", 2 / 3),
        ("role perpetrator_individual", 0.0),
        ("events with their people", 2 / 4),
    ):
        assert found[name].f1 == back[name].f1 == pytest.approx(f1), name
    assert {counts.f1 for _, counts in agreement(first, first) if counts.n_gold} == {1.0}


def test_other_articles_are_refused(tmp_path: Path) -> None:
    first = read_gold(gold(tmp_path / "a.jsonl", [ATTACK], []))
    with pytest.raises(DataError, match=r"1 articles are in one of the files only, such as '1'"):
        agreement(first, first[:1])
    other = read_gold(gold(tmp_path / "b.jsonl", [ATTACK], [], text="Masked men killed Ana Ruiz, they say."))
    with pytest.raises(DataError, match="article '0' has another text in the second file"):
        agreement(first, other)


def test_the_command_prints_a_table(tmp_path: Path) -> None:
    paths = [str(gold(tmp_path / name, [ATTACK, ARSON])) for name in ("a.jsonl", "b.jsonl")]
    done = CliRunner().invoke(build(), ["data", "agree", *paths, "--markdown"])
    assert done.exit_code == 0
    assert [cell.strip() for cell in done.output.strip().splitlines()[-1].split("|")[1:-1]] == [
        "events with their people", "100.0", "2", "2",
    ]  # fmt: skip
