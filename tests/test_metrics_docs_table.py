"""Every headline figure is explained where the figures are."""

from __future__ import annotations

import re
from pathlib import Path

from whodid_training.evaluation.figures import HEADLINE

DOCS = Path(__file__).parents[1] / "training" / "METRICS.md"


def test_every_headline_figure_is_named_in_the_documentation_and_no_other_is() -> None:
    text = DOCS.read_text(encoding="utf-8")
    named = {
        name
        for group in re.findall(r"^- \*\*.*?\)", text, re.MULTILINE | re.DOTALL)
        for name in re.findall(r"`(\w+)`", group)
    }
    named |= {"types_exact_set"}
    known = {figure.name for figure in HEADLINE}
    stems = {re.sub(r"_(precision|recall|f1)$", "", name) for name in known}
    assert known - named <= {f"{name}_{key}" for name in named for key in ("precision", "recall", "f1")}
    assert named <= known | stems
