"""Plots: they say what one sees, show what the figures hold, and can be read on any page."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from whodid.ontology import DEFAULT
from whodid.types import Entity, Event, Mention, Prediction
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.evaluation.convention import Convention
from whodid_training.evaluation.evaluation import Evaluation, Setting, System, evaluate
from whodid_training.evaluation.results import Results
from whodid_training.review.plot import COLOURS, INK, MARKERS, PAPER, QUIET, Plot
from whodid_training.review.plots import confusion_plot, headline_plot, month_plot, role_plot, type_plot
from whodid_training.review.precision_recall import at_threshold, precision_recall
from whodid_training.review.tables import headline_table, label_table
from whodid_training.review.trust_plots import precision_recall_plot, reliability_plot, risk_coverage_plot

TEXT = "Gunmen seized Ana Ruiz."
GOLD = [
    Article("a", TEXT, (GoldEvent("kidnapping", (GoldEntity("victim", ("Ana Ruiz",)),)),)),
    Article("b", TEXT, (GoldEvent("kidnapping"),)),
    Article("c", TEXT, (GoldEvent("arson"),)),
    Article("d", TEXT),
]
RUIZ = Entity("Ana Ruiz", "victim", "victims", None, True, 0.9, (Mention(14, 22, "Ana Ruiz"),))
THRESHOLDS = dict.fromkeys(DEFAULT.type_names, 0.5)


def answer(**scores: float) -> Prediction:
    events = tuple(Event(name, score, (RUIZ,)) for name, score in scores.items() if score >= 0.5)
    return Prediction(TEXT, events, {**dict.fromkeys(DEFAULT.type_names, 0.05), **scores}, 1, abstained=False)


def scored(name: str, *answers: Prediction) -> Evaluation:
    setting = Setting("test", len(GOLD), Convention.full(), resamples=100)
    return evaluate(GOLD, answers, setting=setting, system=System(name, "a test"))


GOOD = scored("model", answer(kidnapping=0.9), answer(kidnapping=0.4), answer(arson=0.8), answer(bombing=0.6))
SILENT = scored("nothing", *[answer()] * 4)
RESULTS = Results(GOOD, (SILENT,))
MONTHS = pd.DataFrame(
    [[2, 1], [0, 0], [1, 1], [3, 2]],
    index=["2024-01", "2024-02", "2024-03", "no date"],
    columns=["all articles", "arson"],
)

PLOTS: dict[str, Callable[[], Plot]] = {
    "headline": lambda: headline_plot(RESULTS),
    "types": lambda: type_plot(GOOD),
    "roles": lambda: role_plot(GOOD),
    "roles, strict": lambda: role_plot(GOOD, match="strict"),
    "confusion": lambda: confusion_plot(GOOD),
    "reliability": lambda: reliability_plot(GOOD),
    "risk and coverage": lambda: risk_coverage_plot(GOOD),
    "precision and recall": lambda: precision_recall_plot(GOOD, THRESHOLDS),
    "months": lambda: month_plot(MONTHS),
    "types of a system that never answers": lambda: type_plot(SILENT),
    "reliability of a system that never answers": lambda: reliability_plot(SILENT),
    "precision and recall of a system that never answers": lambda: precision_recall_plot(SILENT, THRESHOLDS),
    "months without dates": lambda: month_plot(MONTHS.loc[["no date"]]),
}


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_shows_itself_and_says_what_one_sees(name: str) -> None:
    before = dict(mpl.rcParams)
    plot = PLOTS[name]()
    image = plot._repr_png_()
    assert image.startswith(b"\x89PNG")
    assert b"matplotlib" not in image.lower()
    assert repr(plot).startswith(plot.title)
    assert len(plot.said) > 20
    assert dict(mpl.rcParams) == before


def test_the_same_figures_give_the_same_image() -> None:
    assert type_plot(GOOD)._repr_png_() == type_plot(GOOD)._repr_png_()


def test_the_users_own_style_does_not_matter() -> None:
    plain = type_plot(GOOD)._repr_png_()
    with mpl.rc_context({"figure.facecolor": "black", "font.size": 30, "axes.grid": True}):
        styled = type_plot(GOOD).figure
        assert styled.get_facecolor() != (0, 0, 0, 1)
    assert plain == type_plot(GOOD)._repr_png_()


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize("colour", [INK, QUIET, *COLOURS])
def test_every_colour_can_be_read_on_the_ground_of_the_plots(colour: str) -> None:
    assert (luminance(PAPER) + 0.05) / (luminance(colour) + 0.05) >= 4.5


def test_series_differ_in_shape_as_well_as_in_colour() -> None:
    assert len(set(MARKERS)) == len(COLOURS)
    (axes,) = headline_plot(RESULTS).figure.axes
    shapes = [line.get_marker() for line in axes.lines if line.get_label() in ("model", "nothing")]
    assert len(set(shapes)) == 2


def labels(axes: Axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def test_bars_are_the_f1_of_each_type_with_its_support() -> None:
    (axes,) = type_plot(GOOD).figure.axes
    bars = dict(zip(labels(axes), (bar.get_width() for bar in axes.patches), strict=True))
    assert bars["kidnapping\n(2 articles)"] == pytest.approx(2 / 3)  # one of two found, none made up
    assert bars["arson\n(1 articles)"] == 1.0


def test_what_is_not_defined_is_not_drawn() -> None:
    (axes,) = type_plot(SILENT).figure.axes
    precision = next(line for line in axes.lines if str(line.get_label()).startswith("precision"))
    assert len(precision.get_xdata()) == 0  # type: ignore[arg-type]


def test_confusion_writes_the_counts() -> None:
    (axes,) = confusion_plot(GOOD).figure.axes
    cells = np.array([text.get_text() for text in axes.texts]).reshape(9, 9)
    row = DEFAULT.type_names.index("kidnapping")
    assert cells[row, row] == "1"
    assert cells[row, 8] == "1"  # the other one, taken for nothing
    assert cells[8, DEFAULT.type_names.index("bombing")] == "1"


def test_thresholds_are_marked_for_every_type_that_gold_has() -> None:
    plot = precision_recall_plot(GOOD, THRESHOLDS)
    seen = {axes.get_title(loc="left").split("\n")[0]: axes for axes in plot.figure.axes if axes.get_visible()}
    assert set(seen) == {"kidnapping", "arson"}
    (chosen,) = [line for line in seen["kidnapping"].lines if line.get_marker() == "s"]
    assert (list(chosen.get_xdata()), list(chosen.get_ydata())) == ([0.5], [1.0])  # type: ignore[arg-type]
    silent = precision_recall_plot(SILENT, THRESHOLDS).figure.axes[0]
    assert [text.get_text() for text in silent.texts] == ["threshold 0.50\nreports none"]


def test_trade_offs_against_counting_by_hand() -> None:
    rng = np.random.default_rng(3)
    said, was = rng.integers(0, 10, 60) / 10, rng.random(60) < 0.3
    for point in precision_recall(said, was):
        reported = [w for s, w in zip(said, was, strict=True) if s >= point.threshold]
        assert point.reported == len(reported)
        assert point.precision == pytest.approx(sum(reported) / len(reported))
        assert point.recall == pytest.approx(sum(reported) / was.sum())
        assert at_threshold(said, was, point.threshold) == point


def test_months_without_a_date_are_left_out_and_said() -> None:
    plot = month_plot(MONTHS)
    assert plot.said.endswith("Left out: 3 articles without a date.")
    assert [[bar.get_height() for bar in axes.patches] for axes in plot.figure.axes] == [[2, 0, 1], [1, 0, 1]]


def test_tables_hold_the_figures() -> None:
    table = headline_table(RESULTS)
    assert table.columns.tolist() == ["model", "nothing", "items"]
    exact = table.loc[("Event types", "exactly the right set: share of articles")]
    assert exact["model"].startswith("50.0 [")
    assert exact["nothing"].startswith("25.0 [")
    types = label_table(GOOD.types)
    assert types.loc["kidnapping", ["precision", "recall"]].tolist() == ["100.0", "50.0"]
    assert types.loc["robbery", ["precision", "recall"]].tolist() == ["–", "–"]
