"""What a report is made of before anybody decides how it looks: sections of paragraphs, lists, tables and plots.

`report` turns them into Markdown, `report_html` into a page. All strings are plain text; escaping is up to those two.
"""

from __future__ import annotations

from dataclasses import dataclass

from whodid_training.metrics.bootstrap import Interval

__all__ = ["Block", "Curve", "CurvePlot", "Document", "Items", "Mark", "MarkPlot", "Paragraph", "Section", "Table"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names the rows; all others hold figures."""

    head: tuple[str, ...]
    """Names of the columns."""
    rows: tuple[tuple[str, ...], ...]
    """Cells; a row of one cell is a heading within the table."""
    heat: tuple[tuple[float, ...], ...] = ()
    """Shade of the cells after the first column, from 0 to 1, row by row; empty for none."""
    lead: str | None = None
    """The column to look at first, by its name."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on a line of its own, with its interval."""

    series: str
    """Whose it is."""
    interval: Interval
    """Between 0 and 1."""


@dataclass(frozen=True, slots=True)
class MarkPlot:
    """One line for each label, with a mark for every series."""

    title: str
    """What is shown, for those who cannot see it."""
    rows: tuple[tuple[str, tuple[Mark, ...]], ...]
    """Labels with their marks."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Points joined by lines."""

    series: str
    """Whose it is."""
    points: tuple[tuple[float, float], ...]
    """x and y, both between 0 and 1."""
    weights: tuple[float, ...] = ()
    """Sizes of the points' dots, between 0 and 1; empty for a bare line."""


@dataclass(frozen=True, slots=True)
class CurvePlot:
    """Curves over the unit square."""

    title: str
    """What is shown, for those who cannot see it."""
    x: str
    """What is to the right."""
    y: str
    """What is upwards."""
    curves: tuple[Curve, ...]
    """At most six."""
    diagonal: bool = False
    """Whether to draw where x and y are the same."""


Block = Paragraph | Items | Table | MarkPlot | CurvePlot


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
