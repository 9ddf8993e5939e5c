"""The report of a check as tables for the terminal, or as Markdown for a card. Returns renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from whodid.ontology import DEFAULT
from whodid_training.annotation.check import Finding, Report
from whodid_training.annotation.measures import WINDOW_PIECES, Facts
from whodid_training.metrics.counts import PRF

__all__ = ["agreement_table", "counts_table", "findings_table", "offender_lines"]

_SHOWN = 10
"""Offenders that are listed per rule."""
_VERDICT = {True: ("good", "green"), False: ("BROKEN", "bold red")}
_Count = Callable[[Sequence[Facts]], int]


def findings_table(report: Report, *, markdown: bool = False) -> Table:
    """One row per rule."""
    table = Table("rule", "found", "wanted", "result", box=_box(markdown))
    for finding in report.findings:
        word, style = _VERDICT[finding.passed]
        table.add_row(Text(finding.rule), Text(finding.found), Text(finding.wanted), Text(word, style=style))
    return table


def agreement_table(rows: Sequence[tuple[str, PRF]], *, markdown: bool = False) -> Table:
    """One row per measure: F1 in percent, and how many items each annotator has."""
    table = Table("measure", box=_box(markdown))
    for name in ("F1", "first", "second"):
        table.add_column(name, justify="right")
    for name, counts in rows:
        table.add_row(Text(name), f"{100 * counts.f1:.1f}", f"{counts.n_gold:,}", f"{counts.n_predicted:,}")
    return table


def counts_table(report: Report, *, markdown: bool = False) -> Table:
    """One row per thing counted, one column per split and one for all."""
    splits = list(dict.fromkeys(facts.split for facts in report.facts))
    table = Table("count", box=_box(markdown))
    for name in (*splits, "all"):
        table.add_column(name, justify="right")
    for name, count in _rows(report.facts):
        groups = [[facts for facts in report.facts if facts.split == split] for split in splits]
        values = [count(group) for group in (*groups, report.facts)]
        table.add_row(Text(name), *(f"{value:,}" for value in values))
    return table


def offender_lines(finding: Finding) -> Iterator[str]:
    """The first offenders against one rule, and how many more there are."""
    if finding.offenders:
        yield f"{finding.rule}:"
    yield from (f"  {offender}" for offender in finding.offenders[:_SHOWN])
    if len(finding.offenders) > _SHOWN:
        yield f"  and {len(finding.offenders) - _SHOWN} more"


def _box(markdown: bool) -> box.Box:
    return box.MARKDOWN if markdown else box.ROUNDED


def _rows(facts: Sequence[Facts]) -> Iterator[tuple[str, _Count]]:
    yield "articles", len
    yield "words", lambda ones: sum(one.words for one in ones)
    yield from ((f"articles {name}", _articles(test)) for name, test in _KINDS)
    for name in DEFAULT.type_names:
        yield f"articles with {name}", _articles(_has_type(name))
    yield "events", lambda ones: sum(len(one.types) for one in ones)
    for name in DEFAULT.type_names:
        yield f"events, {name}", _items("types", name)
    for name in DEFAULT.role_names:
        yield f"participants, {name}", _items("roles", name)
    for what in ("source", "region"):
        for name in sorted({getattr(one, what) for one in facts} - {""}):
            yield f"{what}, {name}", _articles(_is_from(what, name))


_KINDS: tuple[tuple[str, Callable[[Facts], bool]], ...] = (
    ("without event", lambda one: not one.types),
    ("with three or more events", lambda one: len(one.types) >= 3),
    ("with a main event", lambda one: one.main),
    (f"over {WINDOW_PIECES} word pieces", lambda one: one.long),
    (f"with a participant first after {WINDOW_PIECES} word pieces", lambda one: one.late),
)


def _articles(test: Callable[[Facts], bool]) -> _Count:
    return lambda ones: sum(map(test, ones))


def _items(what: str, name: str) -> _Count:
    return lambda ones: sum(getattr(one, what).count(name) for one in ones)


def _has_type(name: str) -> Callable[[Facts], bool]:
    return lambda one: name in one.types


def _is_from(what: str, name: str) -> Callable[[Facts], bool]:
    return lambda one: getattr(one, what) == name
