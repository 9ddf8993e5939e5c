"""The sections of a report on what participants and events are made of: mentions kept together, events with theirs."""

from __future__ import annotations

from collections.abc import Sequence

from whodid.render.segments import spoken
from whodid_training.evaluation.blocks import Block, Items, Paragraph, Section, Table
from whodid_training.evaluation.evaluation import Evaluation, Labelled
from whodid_training.evaluation.tables import occurs, prf_cells, prf_table

__all__ = ["events", "grouping"]

_GROUPING = (
    "A participant's mentions should be one entity, and nobody else's. B-cubed asks it of every mention, CEAF-E of "
    "every participant, aligned one to one. Over all mentions, those missed and those made up count against it; over "
    "those that both sides have, only how they are put together does: recall falls where one participant is answered "
    "as several, precision where several are answered as one. A mention is a place in the text; gold's strings count "
    "wherever they stand."
)
_TEMPLATES = (
    "Template filling as the literature on MUC-4 reports it. Incidents are aligned one to one within a type, so that "
    "the F1 of the article is best; then the type and every participant count alike, and each string given for a "
    "participant must be one of gold's."
)
_WAYS = (
    ("b_cubed", "B-cubed, all mentions"),
    ("ceaf_e", "CEAF-E, all mentions"),
    ("b_cubed_shared", "B-cubed, mentions that both have"),
)


def grouping(main: Evaluation) -> Section:
    """Build the section on how mentions are put together."""
    rows = [row for name, title in _WAYS for row in ((title,), *_credit_rows(main.grouping[name]))]
    table = Table(("role", "precision", "recall", "F1", "predicted", "gold"), tuple(rows), lead="F1")
    return Section("Mentions kept together", (Paragraph(_GROUPING), table))


def events(main: Evaluation) -> Section:
    """Build the section on events: with someone who took part, and as templates where these are scored."""
    blocks: list[Block] = [
        Paragraph(main.figure("events_f1").figure.meaning),
        prf_table("event type", main.events),
        *_asides(main),
    ]
    if main.templates:
        head = ("slot", "precision", "recall", "F1", "predicted", "gold")
        blocks += [Paragraph(_TEMPLATES), Table(head, tuple(_credit_rows(main.templates)), lead="F1")]
    return Section("Events", tuple(blocks))


def _asides(main: Evaluation) -> list[Items]:
    """Say what is asked of articles rather than of events, where it is asked."""
    said = []
    for name, text in (
        ("main_event", "The main event is right in {right} of {n} articles of which gold says which it is."),
        ("linked", "Everybody is on the event in {right} of {n} articles for which one event is reported."),
    ):
        if main.has(name):
            found = main.figure(name)
            right = round(found.interval.estimate * found.support)
            said.append(text.format(right=right, n=found.support))
    return [Items(tuple(said))] if said else []


def _credit_rows(rows: Sequence[Labelled]) -> list[tuple[str, ...]]:
    return [
        (spoken(row.label), *prf_cells(row), str(row.prf.n_predicted), str(row.prf.n_gold))
        for row in rows
        if occurs(row)
    ]
