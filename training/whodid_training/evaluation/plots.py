"""Plots as inline SVG: no script, no style attributes, colours by the classes of `report.css`.

Everything is drawn in a box of 780 units; both axes run from 0 to 100 %.
"""

from __future__ import annotations

from html import escape

from whodid.render.segments import printable
from whodid_training.evaluation.blocks import Curve, CurvePlot, Mark, MarkPlot

__all__ = ["curve_plot", "legend", "mark_plot"]

_WIDTH = 780
_TICKS = (0, 20, 40, 60, 80, 100)
_LABELS = 370
"""Room for the labels of a mark plot."""
_LINE = 14
"""Height of one mark."""
_SIDE = 340
"""Side of the square of a curve plot."""
_SERIES = 6
"""Colours that there are."""


def mark_plot(plot: MarkPlot) -> str:
    """Draw one line per label and series: a dot for the value, a bar for its interval."""
    series = _series(plot)
    parts: list[str] = []
    top = 24
    for label, marks in plot.rows:
        height = _LINE * len(marks) + 10
        middle = top + height / 2
        parts.append(f'<text class="label" x="{_LABELS - 12}" y="{middle + 4:.1f}">{_safe(label)}</text>')
        parts += [
            _mark(mark, label, series.index(mark.series), top + 5 + _LINE * (i + 0.5)) for i, mark in enumerate(marks)
        ]
        top += height
        parts.append(f'<line class="row" x1="0" x2="{_WIDTH}" y1="{top}" y2="{top}"/>')
    grid = "".join(
        f'<line class="grid" x1="{_x(t / 100):.1f}" x2="{_x(t / 100):.1f}" y1="20" y2="{top}"/>'
        f'<text class="tick" x="{_x(t / 100):.1f}" y="14">{t}</text>'
        for t in _TICKS
    )
    return _svg(plot.title, top + 4, grid + "".join(parts)) + legend(series)


def curve_plot(plot: CurvePlot) -> str:
    """Draw curves over the unit square."""
    left, top = 70.0, 16.0
    bottom = top + _SIDE
    grid = "".join(
        f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>'
        f'<line class="grid" x1="{left}" x2="{left + _SIDE}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="tick" x="{x:.1f}" y="{bottom + 18}">{t}</text>'
        f'<text class="label" x="{left - 8}" y="{y + 4:.1f}">{t}</text>'
        for t, x, y in ((t, left + _SIDE * t / 100, bottom - _SIDE * t / 100) for t in _TICKS)
    )
    axes = (
        f'<text class="tick" x="{left + _SIDE / 2}" y="{bottom + 38}">{_safe(plot.x)}, %</text>'
        f'<text class="tick" transform="translate(18 {top + _SIDE / 2}) rotate(-90)">{_safe(plot.y)}, %</text>'
    )
    diagonal = f'<line class="diagonal" x1="{left}" y1="{bottom}" x2="{left + _SIDE}" y2="{top}"/>'
    curves = "".join(_curve(curve, i, left, bottom) for i, curve in enumerate(plot.curves))
    body = grid + axes + (diagonal if plot.diagonal else "") + curves
    return _svg(plot.title, bottom + 46, body, width=_SIDE + 100) + legend([curve.series for curve in plot.curves])


def legend(series: list[str]) -> str:
    """List the colours; nothing if there is only one."""
    if len(series) < 2:
        return ""
    items = "".join(f'<li><span class="key s{i % _SERIES}"></span>{_safe(name)}</li>' for i, name in enumerate(series))
    return f'<ul class="legend">{items}</ul>'


def _series(plot: MarkPlot) -> list[str]:
    return list(dict.fromkeys(mark.series for _, marks in plot.rows for mark in marks))


def _mark(mark: Mark, label: str, series: int, y: float) -> str:
    value = mark.interval
    said = f"{label}, {mark.series}: {100 * value.estimate:.1f} [{100 * value.low:.1f}, {100 * value.high:.1f}]"
    return (
        f'<g class="s{series % _SERIES}"><title>{_safe(said)}</title>'
        f'<line class="interval" x1="{_x(value.low):.1f}" x2="{_x(value.high):.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<circle class="dot" cx="{_x(value.estimate):.1f}" cy="{y:.1f}" r="4"/></g>'
    )


def _curve(curve: Curve, series: int, left: float, bottom: float) -> str:
    places = [(left + _SIDE * x, bottom - _SIDE * y) for x, y in curve.points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{2 + 5 * weight**0.5:.1f}"/>'
        for (x, y), weight in zip(places, curve.weights, strict=False)
    )
    return (
        f'<g class="s{series % _SERIES}"><title>{_safe(curve.series)}</title>'
        f'<polyline class="curve" points="{line}"/>{dots}</g>'
    )


def _x(share: float) -> float:
    return _LABELS + (_WIDTH - _LABELS - 16) * share


def _svg(title: str, height: float, body: str, *, width: float = _WIDTH) -> str:
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img" aria-label="{_safe(title)}">'
        f"{body}</svg>"
    )


def _safe(text: str) -> str:
    return escape(printable(text), quote=True)
