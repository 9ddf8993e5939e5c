"""Two systems on the same articles: paired differences of every headline figure, with intervals.

Both are scored on the same resamples of the documents, so what makes an article hard for both does not blur the
difference. A figure tells them apart where the 95 % interval of the difference does not hold zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.evaluation.evaluation import Setting
from whodid_training.evaluation.figures import HEADLINE, Figure
from whodid_training.evaluation.scoring import Scored, score_predictions
from whodid_training.metrics.bootstrap import PairedDifference, paired_bootstrap

__all__ = ["ComparedFigure", "Comparison", "compare", "comparison_table"]


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """One headline figure of two systems."""

    figure: Figure
    """Which."""
    difference: PairedDifference
    """Both values, and A - B with its interval."""

    @property
    def better(self) -> str | None:
        """Which one is: "A" or "B" if the interval of the difference does not hold zero, else None."""
        if self.difference.low <= 0 <= self.difference.high:
            return None
        return "A" if (self.difference.low > 0) != self.figure.less_is_better else "B"


@dataclass(frozen=True)
class Comparison:
    """Two systems, A and B, on one set of articles."""

    setting: Setting
    """What they were scored on."""
    a: str
    """Name of the first."""
    b: str
    """Name of the second."""
    figures: tuple[ComparedFigure, ...]
    """In the order of `HEADLINE`; those that apply to both."""

    def figure(self, name: str) -> ComparedFigure:
        """Return a figure by its name in `HEADLINE`."""
        return next(compared for compared in self.figures if compared.figure.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON."""
        return {
            **self.setting.to_dict(),
            "a": self.a,
            "b": self.b,
            "figures": {
                one.figure.name: {
                    **asdict(one.difference),
                    "difference": one.difference.difference,
                    "better": one.better,
                }
                for one in self.figures
            },
        }


def compare(
    articles: Sequence[Article],
    a: Sequence[Prediction],
    b: Sequence[Prediction],
    *,
    setting: Setting,
    names: tuple[str, str] = ("A", "B"),
) -> Comparison:
    """Compare two systems' predictions for these articles, all in the same order.

    Raises:
        DataError: there are no articles, or a prediction is of another text.
    """
    first, second = (score_predictions(articles, side, convention=setting.convention) for side in (a, b))
    figures = tuple(
        _compared(figure, first, second, setting)
        for figure in HEADLINE
        if figure.applies(first) and figure.applies(second)
    )
    return Comparison(setting, *names, figures)


def comparison_table(comparison: Comparison) -> str:
    """Write a comparison as plain text: a head, a line for each figure, and how to read them."""
    setting = comparison.setting
    width = max(len(_name(one.figure)) for one in comparison.figures)
    head = f"{'figure':{width}}  {'A':>6}  {'B':>6}  {'A - B':>6}  {'95 % interval':>16}  {'p':>5}  better"
    told = sum(one.better is not None for one in comparison.figures)
    return "\n".join(
        [
            f"A: {comparison.a}",
            f"B: {comparison.b}",
            f"{setting.documents} articles of {setting.articles}; "
            f"{setting.resamples} paired resamples of the articles, seed {setting.seed}",
            "",
            head,
            *(_line(one, width) for one in comparison.figures),
            "",
            f"{told} of {len(comparison.figures)} figures tell the two apart: the interval of the difference does not "
            "hold zero.",
            "One figure in twenty does so by chance. Choose the one that matters to you before you look.",
        ]
    )


def _compared(figure: Figure, a: Scored, b: Scored, setting: Setting) -> ComparedFigure:
    difference = paired_bootstrap(
        figure.statistic(a), figure.statistic(b), a.n_documents, samples=setting.resamples, seed=setting.seed
    )
    return ComparedFigure(figure, difference)


def _name(figure: Figure) -> str:
    return f"{figure.group}: {figure.label}"


def _line(one: ComparedFigure, width: int) -> str:
    figure, found = one.figure, one.difference
    low, high = (figure.shown(value, signed=True) for value in (found.low, found.high))
    return (
        f"{_name(figure):{width}}  {figure.shown(found.a):>6}  {figure.shown(found.b):>6}  "
        f"{figure.shown(found.difference, signed=True):>6}  {f'[{low}, {high}]':>16}  {found.p_value:5.3f}  "
        f"{one.better or '-'}"
    )
