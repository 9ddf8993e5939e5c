"""Every headline figure is explained where the figures are, and nothing that is no figure."""

from __future__ import annotations

import re
from pathlib import Path

from whodid_training.evaluation.figures import HEADLINE

TEXT = (Path(__file__).parents[1] / "training" / "METRICS.md").read_text(encoding="utf-8")
STEMS = {figure.name: re.sub(r"_(precision|recall|f1)$", "", figure.name) for figure in HEADLINE}


def test_every_headline_figure_is_explained() -> None:
    named = set(re.findall(r"`(\w+)`", TEXT))
    assert [name for name, stem in STEMS.items() if not {name, stem} & named] == []


def test_what_a_paragraph_is_said_to_be_about_is_a_figure() -> None:
    heads = re.findall(r"^- \*\*[^*]+\*\* \((.*?)\)", TEXT, re.MULTILINE | re.DOTALL)
    named = {name for head in heads for name in re.findall(r"`(\w+)`", head)}
    assert len(named) > 15
    assert named <= {*STEMS, *STEMS.values()}
