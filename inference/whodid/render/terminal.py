"""A prediction in the terminal: the article with its participants in colour, a table of the events, their evidence.

Article text is never read as markup, and its control characters never reach the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from whodid.render.segments import SLOT_LABELS, Segment, event_names, printable, segments, spans_of, spoken
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
        for line in _evidence(prediction):
            console.print(line, highlight=False)
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
    for name, event in zip(event_names(prediction), prediction.events, strict=True):
        main = "\nmain event" if event.main else ""
        table.add_row(
            Text.assemble((printable(name), "bold"), f"\n{event.confidence:.0%}{main}"),
            *(_cell(event, slot, linked=len(prediction.events) > 1) for slot in SLOTS),
        )
    return table


def _cell(event: Event, slot: str, *, linked: bool) -> Text:
    """List the participants in one slot; their links are news only where there are several events."""
    there = [pair for pair in zip(event.entities, event.links, strict=True) if pair[0].slot == slot]
    return Text("\n").join(_entity(entity, link if linked else None) for entity, link in there)


def _entity(entity: Entity, link: float | None) -> Text:
    kind = f" {entity.kind[:3]}." if entity.kind else ""
    linked = "" if link is None else f", link {link:.0%}"
    facts = f"{kind} {entity.confidence:.0%}{linked}"
    return Text.assemble((printable(entity.text), _STYLES[entity.slot]), (facts, "dim"))


def _evidence(prediction: Prediction) -> Iterator[Text | Padding]:
    for name, event in zip(event_names(prediction), prediction.events, strict=True):
        if event.evidence:
            yield Text.assemble("Evidence of ", (printable(name), "bold"), ", most telling first:")
        for sentence in event.evidence:
            in_one_line = " ".join(printable(sentence.text).split())
            yield Padding(Text(f"- {in_one_line}"), (0, 0, 0, 2))


def _scores(prediction: Prediction) -> Text:
    ranked = sorted(prediction.scores.items(), key=lambda pair: -pair[1])
    return Text(", ".join(f"{printable(spoken(name))} {score:.0%}" for name, score in ranked), style="dim")
