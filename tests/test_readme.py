"""The README keeps its word: its session runs, its figures are those of the shipped model, its commands exist."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest
from typer.main import get_command

from whodid.cli.app import build

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_session_on_the_first_screen_gives_the_answers_that_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest(README, {}, "README.md", "README.md", 0)
    assert len(test.examples) >= 4
    assert doctest.DocTestRunner().run(test).failed == 0


def test_the_article_on_the_first_screen_is_the_sample() -> None:
    quoted = re.sub(r"[>*\s]+", " ", "\n".join(line for line in README.splitlines() if line.startswith("> ")))
    sample = re.sub(r"\s+", " ", (ROOT / "data/samples/mali-engineers-abducted.txt").read_text(encoding="utf-8"))
    for part in quoted.split("[…]"):
        assert part.strip() in sample


def test_the_figures_are_those_of_the_shipped_model() -> None:
    development = json.loads((ROOT / "models/default/metrics.json").read_text(encoding="utf-8"))["development"]
    corpora = ("muc4", "hrdsattack", "newswire")
    for label, names in (
        ("participants in their roles, F1", ("roles_strict_f1", "roles_overlap_f1", "roles_overlap_f1")),
        ("events with their own people, F1", ("events_f1",) * 3),
        ("sets of event types, F1", ("types_f1",) * 3),
        ("event or no event, F1 of event", ("event_f1",) * 3),
        ("articles without an event that are given one", ("false_alarms",) * 3),
    ):
        line = next(line for line in README.splitlines() if line.startswith(f"| {label} |"))
        figures = [
            development[corpus]["figures"][name]["estimate"] for corpus, name in zip(corpora, names, strict=True)
        ]
        assert re.findall(r"\d+\.\d", line) == [f"{100 * figure:.1f}" for figure in figures]


def test_every_command_and_every_target_exists() -> None:
    known = set(get_command(build()).commands)  # type: ignore[attr-defined]
    assert set(re.findall(r"^whodid (\w+)", README, re.MULTILINE)) <= known
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^    |`)make ([a-z]+)\b", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)[^)]*\)", README):
        assert (ROOT / target).exists(), target


def test_the_figures_of_speed_are_those_that_were_stored() -> None:
    stored = json.loads((ROOT / "benchmarks/results/epyc-2-cores.json").read_text(encoding="utf-8"))
    rates = [one["articles"] / one["seconds"] for one in (*stored["whodid"], stored["pipelines"])]
    peaks = [row["peak_mib"] for row in stored["archives"]]
    paragraph = next(part for part in README.split("\n\n") if "On two cores of an AMD EPYC" in part)
    said = [f"{rates[0]:.1f} articles", f"{rates[2]:.1f} in 8-bit", f"{rates[1]:.1f} in float32", f"{rates[3]:.2f}"]
    said += [f"{rates[0] / rates[3]:.0f} times", f"{stored['long']['peak_mib']:,.0f} MiB"]
    for figure in said:
        assert figure in " ".join(paragraph.split())
    assert max(peaks) < 600
