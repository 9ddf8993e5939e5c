"""What a model gets right, as plots: headline figures, event types, roles, types taken for others, events by month.

Dots are values, lines their 95 % intervals. How sure a model is, and how far to trust that, is in `trust_plots`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from whodid.render.segments import spoken
from whodid_training.evaluation.evaluation import Evaluation, Labelled
from whodid_training.evaluation.results import Results
from whodid_training.metrics.bootstrap import Interval
from whodid_training.metrics.confusion import NONE
from whodid_training.review.plot import (
    COLOURS,
    INK,
    MARKERS,
    PAPER,
    QUIET,
    Axes,
    Figure,
    Plot,
    drawn,
    heading,
    panel,
    percent_axis,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["confusion_plot", "headline_plot", "month_plot", "role_plot", "type_plot"]

_SHOWN = ("types_f1", "types_exact_set", "event_f1", "no_event_f1", "roles_overlap_f1", "mentions_f1", "events_f1")
"""Headline figures that are drawn."""

_TICK_YEARS = 36
"""Months beyond which only Januaries are named."""

_Series = Mapping[str, Sequence[Interval]]


def headline_plot(results: Results) -> Plot:
    """Draw the main figures of the model beside those of its baselines."""
    figures = [results.main.figure(name).figure for name in _SHOWN]
    series = {one.system.name: [one.figure(name).interval for name in _SHOWN] for one in results.systems}
    title = f"The model beside simple systems, on {results.setting.documents} articles"
    said = "Where lines overlap widely, these articles do not tell the systems apart."
    return _dots(title, said, [f"{figure.group}:\n{figure.label}" for figure in figures], series)


def type_plot(evaluation: Evaluation) -> Plot:
    """Draw precision, recall and F1 of every event type."""
    title = "Event types: how many are found, and how many reports are right"
    said = "The fewer articles of a type, the longer its line: a long line means that little is known."
    return _bars(title, said, evaluation.types, "articles")


def role_plot(evaluation: Evaluation, *, match: str = "overlap") -> Plot:
    """Draw precision, recall and F1 of every role, with participants matched by overlap or strictly."""
    how = {"overlap": "a word in common is enough", "strict": "every string must be right"}[match]
    title = f"Participants: how many are found, how many reports are right ({how})"
    said = "Square left of diamond: more is invented than passed over. Diamond left of square: the other way round."
    return _bars(title, said, evaluation.roles[match], "in gold")


def confusion_plot(evaluation: Evaluation) -> Plot:
    """Draw which event types are taken for which."""
    table = evaluation.confusion
    names = [_nothing(label) for label in table.labels]
    with drawn():
        title = "Types taken for others: rows are gold, columns what the model says"
        figure, axes = panel(title, width=8.2, height=5.2)
        shares = [[cell / max(1, sum(row)) for cell in row] for row in table.cells]
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.1, aspect="auto")
        for i, row in enumerate(table.cells):
            for j, cell in enumerate(row):
                weight = "bold" if i == j else "normal"
                colour = PAPER if shares[i][j] > 0.5 else INK
                axes.text(j, i, str(cell or "·"), ha="center", va="center", fontweight=weight, color=colour)
        axes.set_xticks(range(len(names)), names, rotation=35, ha="right")
        axes.set_yticks(range(len(names)), names)
        axes.set_xlabel("what the model says")
        axes.set_ylabel("what gold says")
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
    return Plot(title, "Right answers stand on the diagonal; cells count articles, darker is a larger share.", figure)


def month_plot(counts: pd.DataFrame) -> Plot:
    """Draw how many articles there are and how many report each event type, month by month.

    Args:
        counts: as `frames.months` returns them, with gaps; the row without a date is left out, and its size said.
    """
    dated = counts.filter(regex=r"^\d{4}-\d{2}$", axis="index")
    left_out = int(counts.iloc[:, 0].sum() - dated.iloc[:, 0].sum())
    title = "Articles by month: all of them, and those that report each type of event"
    said = "Where all articles rise, reports of events rise with them; only the share of them says more."
    said += f" Left out: {left_out} articles without a date." if left_out else ""
    with drawn():
        figure = Figure(figsize=(8.2, 0.9 + 0.55 * len(dated.columns)), layout="constrained")
        heading(figure, title)
        rows = figure.subplots(len(dated.columns), 1, sharex=True, squeeze=False)[:, 0]
        for index, (axes, name) in enumerate(zip(rows, dated.columns, strict=True)):
            axes.bar(range(len(dated)), dated[name], color=COLOURS[0] if index else QUIET, width=0.9)
            axes.set_ylim(0, max(1, int(dated.to_numpy()[:, bool(index) :].max(initial=1))) * 1.1)
            axes.set_ylabel(spoken(name), rotation=0, ha="right", va="center")
            axes.yaxis.get_major_locator().set_params(integer=True, nbins=2)
            axes.grid(axis="y")
        _month_ticks(rows[-1], list(dated.index))
    return Plot(title, said, figure)


def _month_ticks(axes: Axes, months: Sequence[str]) -> None:
    yearly = len(months) > _TICK_YEARS
    ticks = [i for i, month in enumerate(months) if not yearly or month.endswith("-01")]
    axes.set_xticks(ticks, [months[i][:4] if yearly else months[i] for i in ticks], rotation=0 if yearly else 90)
    axes.set_xlim(-0.8, max(1, len(months)) - 0.2)


def _nothing(label: str) -> str:
    return "no such type" if label == NONE else spoken(label)


def _dots(title: str, said: str, labels: Sequence[str], series: _Series) -> Plot:
    """Draw one row for each label, with a dot and an interval for each series."""
    with drawn():
        figure, axes = panel(title, height=1.2 + 0.58 * len(labels))
        step = 0.6 / len(series)
        for index, (name, intervals) in enumerate(series.items()):
            ys = [row + step * (index - (len(series) - 1) / 2) for row in range(len(labels))]
            _intervals(axes, intervals, ys, index)
            marker = MARKERS[index % len(MARKERS)]
            axes.plot([i.estimate for i in intervals], ys, marker, color=_colour(index), label=name)
        axes.set_yticks(range(len(labels)), labels)
        axes.invert_yaxis()
        percent_axis(axes, x="score")
        axes.tick_params(axis="y", length=0)
        figure.legend(loc="outside lower right", ncols=len(series))
    return Plot(title, said, figure)


def _bars(title: str, said: str, rows: Sequence[Labelled], items: str) -> Plot:
    """Draw a bar for F1 with its interval, and marks for precision and recall, for each label."""
    with drawn():
        figure, axes = panel(title, height=1.4 + 0.48 * len(rows))
        ys = list(range(len(rows)))
        axes.barh(ys, [row.prf.f1 for row in rows], height=0.55, color=f"{COLOURS[0]}40", label="F1, with interval")
        _intervals(axes, [row.f1 for row in rows], ys, 0)
        for name, marker, colour in (("precision", "s", COLOURS[1]), ("recall", "D", COLOURS[2])):
            points = [(getattr(row.prf, name), y) for y, row in enumerate(rows) if _defined(row, name)]
            axes.plot(*(zip(*points, strict=True) if points else ([], [])), marker, color=colour, label=_LEGEND[name])
        axes.set_yticks(ys, [f"{spoken(row.label)}\n({row.prf.n_gold} {items})" for row in rows])
        axes.invert_yaxis()
        percent_axis(axes, x="share")
        axes.tick_params(axis="y", length=0)
        figure.legend(loc="outside lower right", ncols=3)
    return Plot(title, said, figure)


_LEGEND = {"precision": "precision: of what it reports, right", "recall": "recall: of what is there, found"}


def _defined(row: Labelled, name: str) -> bool:
    return bool(row.prf.n_predicted if name == "precision" else row.prf.n_gold)


def _intervals(axes: Axes, intervals: Sequence[Interval], ys: Sequence[float], index: int) -> None:
    lows, highs = [i.low for i in intervals], [i.high for i in intervals]
    axes.hlines(ys, lows, highs, color=_colour(index), alpha=0.55, linewidth=3, capstyle="round")


def _colour(index: int) -> str:
    return COLOURS[index] if index < len(COLOURS) else QUIET
