"""The report of a run as sections: which tables and plots there are, in which order, and how to read them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from whodid.render.segments import spoken
from whodid_training.evaluation.blocks import (
    Document,
    Items,
    Mark,
    MarkPlot,
    Paragraph,
    Section,
    Table,
)
from whodid_training.evaluation.evaluation import Evaluation, Labelled
from whodid_training.evaluation.figures import Figure, Measured
from whodid_training.evaluation.grouped import events, grouping
from whodid_training.evaluation.results import Results
from whodid_training.evaluation.summary import caveats, findings
from whodid_training.evaluation.tables import occurs, prf_head, prf_row, prf_table
from whodid_training.evaluation.trust import probabilities, selective
from whodid_training.metrics.bootstrap import Interval
from whodid_training.metrics.positions import PositionTable, Recall

__all__ = ["document"]

_PLOTTED = (
    "types_f1", "types_exact_set", "event_f1", "no_event_f1", "roles_overlap_f1", "roles_strict_f1", "mentions_f1",
    "victim_names_f1", "grouping_b_cubed_f1", "events_f1", "templates_f1", "ceaf_rme_subset_f1",
)  # fmt: skip
"""Figures that are drawn beside those of the baselines."""

_PEOPLE = (
    "An entity is a participant with all its mentions. By overlap, it is found if a head word or a telling word is in "
    "common; strictly, every string given for it must be one of gold's (CEAF-REE, as papers report it); a mention is "
    "right if role, first and last character are."
)
_CONFUSION = (
    "Rows are what gold says, columns what the system says; cells count articles. A missed type stands under the "
    "types wrongly reported in the same article, or under “none”; what was reported out of nothing stands in the last "
    "row."
)


def document(results: Results) -> Document:
    """Put the report of a run together."""
    main, setting = results.main, results.setting
    return Document(
        title=f"Evaluation of {main.system.name} on {setting.articles}",
        subtitle=f"{setting.documents} articles. {main.system.name}: {main.system.about}.",
        sections=(
            Section("In short", (Items(findings(results)), *_keep_in_mind(results))),
            _figures(results),
            _types(main),
            _participants(main),
            grouping(main),
            events(main),
            _positions(main),
            probabilities(main),
            selective(main),
            _how(results),
        ),
    )


def _keep_in_mind(results: Results) -> tuple[Paragraph | Items, ...]:
    found = caveats(results)
    return (Paragraph("To keep in mind:"), Items(found)) if found else ()


def _figures(results: Results) -> Section:
    head = ("figure", *(one.system.name for one in results.systems), "items")
    rows: list[tuple[str, ...]] = []
    for group, members in groupby(results.main.figures, lambda measured: measured.figure.group):
        rows.append((group,))
        rows += [_figure_row(results, measured) for measured in members]
    plot = MarkPlot(
        "Headline figures with 95 % intervals",
        tuple(
            (_long(results.main.figure(name).figure), tuple(_mark(one, name) for one in results.systems))
            for name in _PLOTTED
            if results.main.has(name)
        ),
    )
    text = (
        f"In percent, with 95 % intervals from {results.setting.resamples} resamples of the articles: other articles "
        "of the same kind may well give any value in the brackets. Items are what gold has."
    )
    return Section("Figures", (Paragraph(text), plot, Table(head, tuple(rows), lead=results.main.system.name)))


def _figure_row(results: Results, measured: Measured) -> tuple[str, ...]:
    """Write one figure of all systems; a dash for those to which it does not apply."""
    figure = measured.figure
    values = (
        _with_interval(figure, one.figure(figure.name).interval) if one.has(figure.name) else "–"
        for one in results.systems
    )
    return (figure.label, *values, str(measured.support))


def _mark(evaluation: Evaluation, name: str) -> Mark:
    return Mark(evaluation.system.name, evaluation.figure(name).interval)


def _long(figure: Figure) -> str:
    return f"{figure.group}: {figure.label}"


def _with_interval(figure: Figure, interval: Interval) -> str:
    return f"{figure.shown(interval.estimate)} [{figure.shown(interval.low)}, {figure.shown(interval.high)}]"


def _types(main: Evaluation) -> Section:
    table = main.confusion
    most = [max(1, sum(row)) for row in table.cells]
    confusion = Table(
        ("gold \\ predicted", *map(spoken, table.labels)),
        tuple((spoken(label), *map(str, row)) for label, row in zip(table.labels, table.cells, strict=True)),
        heat=tuple(tuple(cell / n for cell in row) for row, n in zip(table.cells, most, strict=True)),
    )
    return Section(
        "Event types",
        (
            _label_plot("F1 by event type with 95 % intervals", main.types),
            prf_table("event type", main.types),
            Paragraph(_CONFUSION),
            confusion,
        ),
    )


def _participants(main: Evaluation) -> Section:
    ways = (
        ("by overlap", main.roles["overlap"]),
        ("strict", main.roles["strict"]),
        ("mentions, exact boundaries", main.mentions),
    )
    rows = [row for name, labelled in ways for row in ((name,), *map(prf_row, labelled))]
    plot = MarkPlot(
        "F1 by role with 95 % intervals",
        tuple(
            (spoken(row.label), tuple(Mark(name, labelled[index].f1) for name, labelled in ways))
            for index, row in enumerate(main.mentions)
            if any(occurs(labelled[index]) for _, labelled in ways)
        ),
    )
    return Section("Participants", (Paragraph(_PEOPLE), plot, Table(prf_head("role"), tuple(rows), lead="F1")))


def _label_plot(title: str, rows: Sequence[Labelled]) -> MarkPlot:
    return MarkPlot(title, tuple((spoken(row.label), (Mark("F1", row.f1),)) for row in rows if occurs(row)))


def _positions(main: Evaluation) -> Section:
    places = main.scored.positions
    boundary = places.by_role.boundary
    head = ("", f"before {boundary}", f"from {boundary} on", "not in the text")
    text = (
        f"Recall by where in the article the evidence begins, in {places.unit}: what a reader of the first {boundary} "
        f"would not see is in the second column. Participants are matched by {places.match} match; an event type "
        "stands where the first of its participants does."
    )
    groups = (
        ("participants by role", places.by_role),
        ("event types", places.by_type),
        ("participants by event type and role", places.by_type_and_role),
    )
    rows = [row for name, table in groups for row in ((name,), *_position_rows(table))]
    return Section("Where the evidence stands", (Paragraph(text), Table(head, tuple(rows))))


def _position_rows(table: PositionTable) -> list[tuple[str, ...]]:
    return [
        (spoken(row.label), _recall(row.within), _recall(row.beyond), _recall(row.unplaced))
        for row in (*table.rows, table.total)
        if row.overall.n_gold
    ]


def _recall(recall: Recall) -> str:
    return f"{100 * recall.share:.1f} ({recall.found} of {recall.n_gold})" if recall.n_gold else "–"


def _how(results: Results) -> Section:
    setting = results.setting
    seen = dict.fromkeys(
        (one.figure.group, one.figure.label.split(":")[0], one.figure.meaning) for one in results.main.figures
    )
    made = [
        f"Articles: {setting.articles}. Event types scored: {', '.join(map(spoken, setting.convention.event_types))}. "
        f"Roles scored: {', '.join(map(spoken, setting.convention.roles))}.",
        f"Intervals: percentile bootstrap over articles, {setting.resamples} resamples, seed {setting.seed}. Two "
        "systems are told apart by “whodid compare”, not by intervals that overlap.",
        "A label that never occurs scores 0, so read the number of gold items beside it.",
        *(f"{one.system.name}: {one.system.about}{_run(one)}." for one in results.systems),
    ]
    meanings = tuple(f"{label}: {meaning}" for _, label, meaning in seen)
    return Section(
        "How these figures are made",
        (Items(tuple(made)), Paragraph("What the figures mean:"), Items(meanings)),
    )


def _run(evaluation: Evaluation) -> str:
    system = evaluation.system
    parts = [
        f"fingerprint {system.fingerprint}" if system.fingerprint else "",
        f"{evaluation.setting.documents / system.seconds:.1f} articles a second" if system.seconds else "",
    ]
    return "".join(f"; {part}" for part in parts if part)
