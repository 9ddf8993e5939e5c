"""The two sections of a report on how far a system's sureness can be trusted: calibration and selective prediction."""

from __future__ import annotations

from whodid_training.evaluation.blocks import Curve, CurvePlot, Items, Paragraph, Section, Table
from whodid_training.evaluation.evaluation import Evaluation
from whodid_training.metrics.calibration import Calibration
from whodid_training.metrics.selective import RiskCoverage

__all__ = ["probabilities", "selective"]

_COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

_SELECTIVE = (
    "If only the articles it is surest of are answered and the rest is left to people, how often is it wrong? "
    "Read: the row 80 % is what to expect if one article in five is read by hand. In brackets, what that is "
    "of the share that is wrong if all are answered."
)


def probabilities(main: Evaluation) -> Section:
    """Build the section on calibration."""
    every = (
        ("every type of every article", main.type_calibration),
        ("its answer “event” or “no event”", main.answer_calibration),
        ("every participant that it gives", main.entity_calibration),
        ("every link of a right participant to a right event", main.link_calibration),
    )
    ways = [(name, result) for name, result in every if result is not None]
    text = (
        "When it says 70 %, is it so in seven of ten cases? On the diagonal, yes; below it, it is too sure. The dots "
        "are the larger the more cases they stand for."
    )
    plot = CurvePlot(
        "Reliability: what happened against what was said",
        "probability that it gives",
        "share that is so",
        tuple(_reliability(name, result) for name, result in ways),
        diagonal=True,
    )
    rows = [row for name, result in ways for row in ((name,), *_bins(result))]
    errors = Items(
        tuple(
            f"{name}: expected calibration error {result.ece:.3f}, Brier score {result.brier:.3f}; 0 is best."
            for name, result in ways
        )
    )
    table = Table(("said", "cases", "said on average", "was so"), tuple(rows))
    return Section("Probabilities", (Paragraph(text), errors, plot, table))


def _reliability(name: str, result: Calibration) -> Curve:
    full = [bin_ for bin_ in result.bins if bin_.n]
    most = max(bin_.n for bin_ in full)
    points = tuple((bin_.mean_probability or 0.0, bin_.frequency or 0.0) for bin_ in full)
    return Curve(name, points, tuple(bin_.n / most for bin_ in full))


def _bins(result: Calibration) -> list[tuple[str, ...]]:
    return [
        (
            f"{100 * bin_.lower:.0f}–{100 * bin_.upper:.0f} %",
            str(bin_.n),
            f"{100 * (bin_.mean_probability or 0.0):.1f}",
            f"{100 * (bin_.frequency or 0.0):.1f}",
        )
        for bin_ in result.bins
        if bin_.n
    ]


def selective(main: Evaluation) -> Section:
    """Build the section on selective prediction."""
    ways = (("event or no event", main.some_event_curve), ("exactly the right set of types", main.type_set_curve))
    plot = CurvePlot(
        "Wrong answers by share of the articles that are answered, surest first",
        "share of the articles answered",
        "share of the answers wrong",
        tuple(_coverage(name, curve) for name, curve in ways),
    )
    rows = tuple(
        (f"{coverage:.0%}".replace("%", " %"), *(_risk(curve, coverage) for _, curve in ways))
        for coverage in _COVERAGES
    )
    table = Table(("articles answered", *(f"{name}: wrong" for name, _ in ways)), rows)
    areas = ", ".join(f"{curve.area:.3f} for {name}" for name, curve in ways)
    abstained = main.scored.abstained
    right = main.scored.some_event.correct[~abstained]
    rule = (
        f"By its own rule it abstains on {int(abstained.sum())} of {len(abstained)} articles"
        + (f"; of the others, its “event” or “no event” is right in {100 * right.mean():.1f} %." if len(right) else ".")
        + f" Area under the risk-coverage curve (mean share of wrong answers, 0 is best): {areas}."
    )
    return Section("If it may leave articles to people", (Paragraph(_SELECTIVE), plot, table, Paragraph(rule)))


def _risk(curve: RiskCoverage, coverage: float) -> str:
    """Write the risk at a coverage, and what share it is of the risk at full coverage."""
    risk, whole = curve.at(coverage).risk, curve.at(1.0).risk
    return f"{100 * risk:.1f}" + (f" ({100 * risk / whole:.0f} %)" if whole and coverage < 1 else "")


def _coverage(name: str, curve: RiskCoverage) -> Curve:
    step = max(1, len(curve.points) // 200)
    shown = [*curve.points[::step], curve.points[-1]]
    return Curve(name, tuple((point.coverage, point.risk) for point in shown))
