"""How far to trust a model's sureness, as plots: reliability, risk against coverage, precision against recall."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest

from whodid.render.segments import spoken
from whodid_training.evaluation.evaluation import Evaluation
from whodid_training.metrics.calibration import Calibration
from whodid_training.metrics.selective import RiskCoverage
from whodid_training.review.plot import (
    COLOURS,
    INK,
    MARKERS,
    QUIET,
    Axes,
    Figure,
    Plot,
    drawn,
    heading,
    panel,
    percent_axis,
)
from whodid_training.review.precision_recall import at_threshold, precision_recall

__all__ = ["precision_recall_plot", "reliability_plot", "risk_coverage_plot"]

_COLUMNS = 4
"""Panels side by side."""


def reliability_plot(evaluation: Evaluation) -> Plot:
    """Draw how often something is so against how probable it was said to be."""
    ways = {
        "every type of every article": evaluation.type_calibration,
        "its answer “event” or “no event”": evaluation.answer_calibration,
    }
    title = "Reliability: when it says 70 %, is it so in seven of ten cases?"
    with drawn():
        figure, axes = panel(title, width=6.2, height=5.4)
        axes.plot([0, 1], [0, 1], "--", color=QUIET, linewidth=1)
        axes.text(0.98, 0.04, "below the line: too sure", ha="right", color=QUIET, fontsize=9)
        for index, (name, result) in enumerate(ways.items()):
            _reliability(axes, result, name, index)
        percent_axis(axes, x="probability that it gives", y="share that is so")
        figure.legend(loc="outside lower left", ncols=1)
    return Plot(title, "Larger marks stand for more cases; the number of cases stands beside them.", figure)


def risk_coverage_plot(evaluation: Evaluation) -> Plot:
    """Draw the share of wrong answers against the share of articles that the model is allowed to answer."""
    ways = {
        "“event” or “no event”": evaluation.some_event_curve,
        "exactly the right set of types": evaluation.type_set_curve,
    }
    title = "Risk and coverage: how often it is wrong if the least sure articles go to people"
    with drawn():
        figure, axes = panel(title, width=7.4, height=4.8)
        for index, (name, curve) in enumerate(ways.items()):
            _risk(axes, curve, name, index)
        percent_axis(axes, x="share of the articles that it answers, surest first", y="share of its answers wrong")
        figure.legend(loc="outside lower left", ncols=1)
    said = "A line that rises to the right means that it knows what it does not know; marks stand at 80 and 90 %."
    return Plot(title, said, figure)


def precision_recall_plot(evaluation: Evaluation, thresholds: Mapping[str, float]) -> Plot:
    """Draw, for each event type that gold has, the precision and recall of every threshold, and mark the model's own.

    Args:
        evaluation: of the model.
        thresholds: probability from which on each type is reported, as in `Decisions.event_types`.
    """
    scored = evaluation.scored
    columns = {name: i for i, name in enumerate(scored.types.labels) if scored.present[:, i].any()}
    title = "Precision against recall for every threshold; the orange square is the model's own"
    with drawn():
        lines = max(1, -(-len(columns) // _COLUMNS))
        figure = Figure(figsize=(9.2, 0.8 + 2.5 * lines), layout="constrained")
        heading(figure, title)
        panels = figure.subplots(lines, _COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, name in zip_longest(panels, columns):
            if name is None:
                axes.set_visible(False)
                continue
            column = columns[name]
            _trade_off(axes, evaluation, column, thresholds[name])
            axes.set_title(f"{spoken(name)}\n({int(scored.present[:, column].sum())} articles)", loc="left")
        figure.supxlabel("recall: share of what is there that is found, %", fontsize=10)
        figure.supylabel("precision: share of reports that are right, %", fontsize=10)
    return Plot(title, "To find more, lower a threshold and move right; to be right more often, raise it.", figure)


def _reliability(axes: Axes, result: Calibration, name: str, index: int) -> None:
    full = [b for b in result.bins if b.mean_probability is not None and b.frequency is not None]
    xs, ys = [b.mean_probability or 0.0 for b in full], [b.frequency or 0.0 for b in full]
    most = max(b.n for b in full)
    colour = COLOURS[index]
    axes.plot(xs, ys, color=colour, linewidth=1.2, alpha=0.7)
    sizes = [20 + 160 * b.n / most for b in full]
    label = f"{name} (off by {100 * result.ece:.1f} points on average)"
    axes.scatter(xs, ys, s=sizes, color=colour, marker=MARKERS[index], alpha=0.8, label=label, zorder=3)
    for b, x, y in zip(full, xs, ys, strict=True):
        axes.annotate(str(b.n), (x, y), (7, -11 if index else 5), textcoords="offset points", color=colour, fontsize=8)


def _risk(axes: Axes, curve: RiskCoverage, name: str, index: int) -> None:
    colour = COLOURS[index]
    axes.step([p.coverage for p in curve.points], [p.risk for p in curve.points], where="mid", color=colour, label=name)
    for coverage in (0.8, 0.9):
        point = curve.at(coverage)
        axes.plot(point.coverage, point.risk, MARKERS[index], color=colour)
        axes.annotate(
            f"{100 * point.risk:.0f} %",
            (point.coverage, point.risk),
            xytext=(-4, 8),
            textcoords="offset points",
            color=colour,
            ha="right",
            fontsize=9,
        )


def _trade_off(axes: Axes, evaluation: Evaluation, column: int, threshold: float) -> None:
    said, was = evaluation.scored.probabilities[:, column], evaluation.scored.present[:, column]
    points = precision_recall(said, was)
    axes.step([p.recall for p in points], [p.precision for p in points], where="post", color=COLOURS[0])
    axes.plot([p.recall for p in points], [p.precision for p in points], ".", color=COLOURS[0])
    chosen = at_threshold(said, was, threshold)
    note = f"threshold {threshold:.2f}" + ("\nreports none" if chosen is None else "")
    if chosen is not None:
        axes.plot(chosen.recall, chosen.precision, "s", color=COLOURS[1], markersize=9, zorder=3)
    axes.text(0.04, 0.04, note, color=INK, fontsize=9, va="bottom", transform=axes.transAxes)
    percent_axis(axes, x="", y="")
    axes.set_xlabel("")
    axes.set_ylabel("")
