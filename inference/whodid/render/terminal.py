"""A prediction in the terminal: the article with its participants in colour, and a table of the events.

Article text is never read as markup, and its control characters never reach the terminal.
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from whodid.render.segments import SLOT_LABELS, Segment, printable, segments, spans_of, spoken
from whodid.types import SLOTS, Entity, Event, Prediction

__all__ = ["render"]

_STYLES = {
    "perpetrators": "bold red",
    "victims": "bold blue",
    "targets": "bold yellow",
    "weapons": "bold magenta",
}


def render(prediction: Prediction, console: Console) -> None:
    """Write the article and its events to `console`."""
    console.print(_article(prediction), highlight=False)
    console.print()
    if prediction.events:
        console.print(_table(prediction))
    else:
        console.print(Text("No event of a known type was found."))
    if prediction.abstained:
        console.print(Text("Undecided: the model claims neither “event” nor “no event”.", style="yellow"))
    console.print(_scores(prediction))


def _article(prediction: Prediction) -> Text:
    text = Text()
    for segment in segments(prediction.text, spans_of(prediction)):
        _append(text, segment)
    return text


def _append(text: Text, segment: Segment) -> None:
    """The innermost span gives the colour, more than one an underline; the role follows where a span ends."""
    inner = segment.spans[-1] if segment.spans else None
    underline = " underline" if len(segment.spans) > 1 else ""
    text.append(printable(segment.text), _STYLES[inner.slot] + underline if inner else "")
    for span in reversed(segment.spans):
        if span.end == segment.end:
            text.append(f"[{SLOT_LABELS[span.slot]}]", f"{_STYLES[span.slot]} dim")


def _table(prediction: Prediction) -> Table:
    table = Table("event", *SLOTS, show_lines=True)
    for event in prediction.events:
        table.add_row(
            Text.assemble((printable(spoken(event.type)), "bold"), f"\n{event.confidence:.0%}"),
            *(_cell(event, slot) for slot in SLOTS),
        )
    return table


def _cell(event: Event, slot: str) -> Text:
    return Text("\n").join(_entity(entity) for entity in event.entities if entity.slot == slot)


def _entity(entity: Entity) -> Text:
    kind = f" {entity.kind[:3]}." if entity.kind else ""
    return Text.assemble((printable(entity.text), _STYLES[entity.slot]), (f"{kind} {entity.confidence:.0%}", "dim"))


def _scores(prediction: Prediction) -> Text:
    ranked = sorted(prediction.scores.items(), key=lambda pair: -pair[1])
    return Text(", ".join(f"{printable(spoken(name))} {score:.0%}" for name, score in ranked), style="dim")
