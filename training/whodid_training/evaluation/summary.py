"""The first lines of a report: what the figures say, in sentences, and what to keep in mind about them."""

from __future__ import annotations

from collections.abc import Iterator

from whodid.render.segments import spoken
from whodid_training.evaluation.evaluation import Evaluation
from whodid_training.evaluation.results import Results
from whodid_training.evaluation.statistics import rare_types
from whodid_training.metrics.counts import PRF

__all__ = ["caveats", "findings", "percent"]

_ENOUGH = 5
"""Articles that a type must be in to be called the best or the weakest."""

_SPLITS = {
    "train": "This is the split that models learn from: the figures say nothing about new articles.",
    "dev": "This is the split on which thresholds are fitted and choices made: expect a little less on new articles.",
    "test": "This is the test split: look at it once, at the end, and choose nothing by it.",
}


def percent(share: float) -> str:
    """Write a share for reading: 0.614 is "61 %"."""
    return f"{100 * share:.0f} %"


def findings(results: Results) -> tuple[str, ...]:
    """Say what the figures say, most important first."""
    return (*_findings(results.main), *_floors(results))


def caveats(results: Results) -> tuple[str, ...]:
    """Say what to keep in mind about the articles, and what was left out."""
    setting = results.setting
    split = (_SPLITS.get(setting.split, f"This is the split {setting.split}."),) if setting.split else ()
    silent = (
        f"Scored as the literature on {setting.convention.name} does: only the event types and roles it marks; victims "
        "by name, one string for each predicted participant."
        if setting.convention.role_fillers
        else ""
    )
    left_out = tuple(f"Left out: {number} {reason}." for reason, number in results.main.scored.left_out.items())
    return tuple(text for text in (*split, silent, *results.notes, *left_out) if text)


def _findings(evaluation: Evaluation) -> Iterator[str]:
    n = evaluation.setting.documents
    event = evaluation.scored.types.event
    yield (
        f"Event or not: {event.n_gold} of {n} articles report an event. It says so of {event.n_predicted}, rightly of "
        f"{event.matched}: it finds {percent(event.recall)}, and {percent(event.precision)} of its reports are right."
    )
    exact = evaluation.figure("types_exact_set").interval.estimate
    yield f"Types: {_prf(evaluation.scored.types.micro)}. The whole set is right in {percent(exact)} of the articles."
    frequent = sorted((row for row in evaluation.types if row.prf.n_gold >= _ENOUGH), key=lambda row: -row.prf.f1)
    if len(frequent) > 1:
        best, weakest = (f"{spoken(row.label)} (F1 {100 * row.prf.f1:.1f})" for row in (frequent[0], frequent[-1]))
        yield f"Of the types in at least {_ENOUGH} articles, it is best at {best} and weakest at {weakest}."
    yield from _false_alarms(evaluation)
    yield from _rare_types(evaluation)
    overlap, strict = (evaluation.scored.roles[match].micro for match in ("overlap", "strict"))
    yield (
        f"Participants in their roles, by overlap: {_prf(overlap)}. Strictly, with every string one of gold's: "
        f"{percent(strict.recall)} and {percent(strict.precision)}."
    )
    grouping = evaluation.scored.grouping["b_cubed_shared"].micro
    yield (
        f"Grouping, of the mentions that it finds: {percent(grouping.recall)} of a participant is kept together, and "
        f"{percent(grouping.precision)} of what is put together belongs together (B-cubed)."
    )
    at, types_at = evaluation.some_event_curve.at, evaluation.type_set_curve.at
    yield (
        f"Sureness: its “event” or “no event” is wrong for {_percent1(at(1.0).risk)} of all articles, for "
        f"{_percent1(at(0.8).risk)} of the 80 % of which it is surest; its set of types for "
        f"{_percent1(types_at(1.0).risk)} and {_percent1(types_at(0.8).risk)}. Its probabilities are off by "
        f"{100 * evaluation.type_calibration.ece:.1f} points on average."
    )
    beyond = evaluation.scored.positions.by_role.total
    if beyond.beyond.n_gold and beyond.within.n_gold:
        yield (
            f"Long articles: it finds {percent(beyond.beyond.share)} of the participants first mentioned after "
            f"{evaluation.scored.positions.by_role.boundary} {evaluation.scored.positions.unit}, "
            f"{percent(beyond.within.share)} of those before."
        )


def _false_alarms(evaluation: Evaluation) -> Iterator[str]:
    quiet = evaluation.scored.types.no_event
    if quiet.n_gold:
        false = quiet.n_gold - quiet.matched
        yield (
            f"False alarms: of {quiet.n_gold} articles without an event, {false} are given one "
            f"({_percent1(1 - quiet.recall)})."
        )


def _rare_types(evaluation: Evaluation) -> Iterator[str]:
    """Name the types that few articles report, rarest first, so that a good average does not hide them."""
    rare = rare_types(evaluation.scored)
    if rare.labels:
        scores = sorted(rare.per_label, key=lambda score: score.prf.n_gold)
        parts = (f"{spoken(one.label)} {100 * one.prf.f1:.1f} ({one.prf.n_gold} articles)" for one in scores)
        yield f"Rare types, F1: {', '.join(parts)}."


def _percent1(share: float) -> str:
    return f"{100 * share:.1f} %"


def _floors(results: Results) -> Iterator[str]:
    """Set the two figures that matter most beside those of the baselines."""
    if results.baselines:
        parts = [
            f"{what} {_f1(results.main, name)} ("
            + ", ".join(f"{one.system.name} {_f1(one, name)}" for one in results.baselines)
            + ")"
            for what, name in (("event types", "types_f1"), ("participants by overlap", "roles_overlap_f1"))
        ]
        yield f"Beside the baselines, F1: {'; '.join(parts)}."


def _f1(evaluation: Evaluation, name: str) -> str:
    measured = evaluation.figure(name)
    return measured.figure.shown(measured.interval.estimate)


def _prf(counts: PRF) -> str:
    return f"it finds {percent(counts.recall)}, and {percent(counts.precision)} of what it reports is right"
