"""What every plot of the notebooks is: a matplotlib figure with a title and a sentence for those who cannot see it.

It is drawn on its own light ground, so that it reads the same on a light and on a dark page, in colours that the
colour-blind tell apart, and never by colour alone. No state of pyplot is touched.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whodid_training.review.extra import missing_extra

try:
    from matplotlib import rc_context
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
except ModuleNotFoundError as error:
    raise missing_extra("plots", error) from error

__all__ = [
    "COLOURS",
    "INK",
    "MARKERS",
    "PAPER",
    "QUIET",
    "Axes",
    "Figure",
    "Plot",
    "drawn",
    "heading",
    "panel",
    "percent_axis",
]

COLOURS = ("#0072b2", "#c44e00", "#00795a", "#882255")
"""Blue, vermilion, green, wine: after Okabe and Ito, dark enough to write in."""

MARKERS = ("o", "s", "D", "^")
"""Shapes, in step with the colours."""

INK, QUIET, PAPER = "#1d1f22", "#5b6068", "#fdfdfb"
"""Of text, of what stands back, and of the ground."""

_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": QUIET,
    "axes.facecolor": PAPER,
    "axes.labelcolor": INK,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": "#dcdcd6",
    "legend.frameon": False,
    "legend.fontsize": 9,
}
_DPI = 96
_LETTERS = 9.2
"""Letters of a title to the inch."""


@dataclass(frozen=True)
class Plot:
    """A figure that shows itself in a notebook."""

    title: str
    """What it shows."""
    said: str
    """What one sees on it, in words."""
    figure: Figure
    """To change or to save at will."""

    def save(self, path: str | Path) -> None:
        """Write it as an image; the suffix says of which kind, such as .png, .svg or .pdf."""
        with rc_context(_STYLE):
            self.figure.savefig(path)

    def __repr__(self) -> str:
        return f"{self.title}{'' if self.title.endswith('?') else '.'} {self.said}"

    def _repr_png_(self) -> bytes:
        image = io.BytesIO()
        with rc_context(_STYLE):
            self.figure.savefig(image, format="png", dpi=_DPI, metadata={"Software": None})
        return image.getvalue()


@contextmanager
def drawn() -> Iterator[None]:
    """Draw in the style of all plots, whatever the user's own settings are."""
    with rc_context(_STYLE):
        yield


def panel(title: str, *, width: float = 8.0, height: float = 4.0) -> tuple[Figure, Axes]:
    """Make a figure of one panel, in inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    heading(figure, title)
    return figure, figure.add_subplot()


def heading(figure: Figure, title: str) -> None:
    """Set the title of a figure, on as many lines as it needs."""
    lines = textwrap.wrap(title, int(_LETTERS * figure.get_figwidth()))
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=12, fontweight="bold")


def percent_axis(axes: Axes, *, x: str | None = None, y: str | None = None) -> None:
    """Let axes run from 0 to 100 %, for shares between 0 and 1, with what they show."""
    ticks = [step / 5 for step in range(6)]
    labels = [f"{20 * step}" for step in range(6)]
    if x is not None:
        axes.set_xlim(-0.02, 1.02)
        axes.set_xticks(ticks, labels)
        axes.set_xlabel(f"{x}, %")
        axes.grid(axis="x")
    if y is not None:
        axes.set_ylim(-0.02, 1.02)
        axes.set_yticks(ticks, labels)
        axes.set_ylabel(f"{y}, %")
        axes.grid(axis="y")
