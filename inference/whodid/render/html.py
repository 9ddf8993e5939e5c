"""A prediction as one HTML page: no script, nothing loaded from anywhere, everything from the article escaped.

Colours and layout stand in `page.css`, the frame in `page.html`; this module only fills in.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from importlib.resources import files
from string import Template

from whodid.render.segments import (
    SLOT_LABELS,
    Segment,
    Span,
    lanes,
    printable,
    role_label,
    segments,
    spans_of,
    spoken,
)
from whodid.types import SLOTS, Entity, Event, Prediction

__all__ = ["page"]

_MAX_LANE = 3


def page(prediction: Prediction, title: str | None = None) -> str:
    """Return a self-contained HTML page that shows the article with its participants highlighted.

    Args:
        prediction: what to show.
        title: heading of the page; "Article" by default.
    """
    frame, style = _assets()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    spans = spans_of(prediction)
    return frame.substitute(
        title=_safe(title or "Article"),
        style=style,
        style_hash=f"sha256-{digest}",
        outline=_outline(prediction),
        note=_note(prediction),
        legend=_legend({span.slot for span in spans}),
        article=_article(prediction.text, spans),
        events="\n".join(_event(event) for event in prediction.events)
        or '<p class="event">No event of a known type was found.</p>',
        scores=_scores(prediction.scores, set(prediction.event_types)),
    )


@lru_cache(maxsize=1)
def _assets() -> tuple[Template, str]:
    folder = files("whodid.render")
    frame = (folder / "page.html").read_text(encoding="utf-8")
    return Template(frame), (folder / "page.css").read_text(encoding="utf-8")


def _safe(text: str) -> str:
    return escape(printable(text), quote=True)


def _outline(prediction: Prediction) -> str:
    def counted(number: int, noun: str) -> str:
        return f"{number} {noun}{'' if number == 1 else 's'}"

    parts = [counted(len(prediction.events), "event"), *(_slot_count(prediction, slot) for slot in SLOTS)]
    return " · ".join([*(part for part in parts if part), f"read in {counted(prediction.windows, 'window')}"])


def _slot_count(prediction: Prediction, slot: str) -> str:
    number = sum(entity.slot == slot for entity in prediction.entities)
    return f"{number} {SLOT_LABELS[slot]}{'' if number == 1 else 's'}" if number else ""


def _note(prediction: Prediction) -> str:
    if not prediction.abstained:
        return ""
    return (
        '<p class="note" role="note"><strong>Undecided.</strong> The surest type lies in the band in which the model '
        "claims neither “event” nor “no event”.</p>"
    )


def _legend(slots: Iterable[str]) -> str:
    present = set(slots)
    items = "".join(
        f'<li><span class="span {slot} lane0">{SLOT_LABELS[slot]}</span></li>' for slot in SLOTS if slot in present
    )
    return f'<ul class="legend" aria-label="Legend">{items}</ul>' if items else ""


def _article(text: str, spans: Iterable[Span]) -> str:
    spans = tuple(spans)
    lane = lanes(spans)
    return "".join(_segment(segment, lane) for segment in segments(text, spans))


def _segment(segment: Segment, lane: Mapping[Span, int]) -> str:
    """One element per span, outermost first; a span that ends here is followed by its role."""
    inner = _safe(segment.text)
    for span in reversed(segment.spans):
        classes = f"span {span.slot} lane{min(lane[span], _MAX_LANE)}"
        inner = f'<mark class="{classes}" title="{_safe(span.label)}">{inner}</mark>'
    closing = [span for span in reversed(segment.spans) if span.end == segment.end]
    return inner + "".join(
        f'<bdi class="tag {span.slot}" title="{_safe(span.label)}">{SLOT_LABELS[span.slot]}</bdi>' for span in closing
    )


def _event(event: Event) -> str:
    slots = "".join(_slot(slot, [e for e in event.entities if e.slot == slot]) for slot in SLOTS)
    people = f"<dl>{slots}</dl>" if slots else '<p class="quiet">No participants found.</p>'
    name = _safe(spoken(event.type))
    return (
        f'<section class="event" aria-label="{name}"><h3>{name}</h3>{_meter(event.confidence, name)}{people}</section>'
    )


def _slot(slot: str, entities: list[Entity]) -> str:
    if not entities:
        return ""
    plural = "" if len(entities) == 1 else "s"
    return f'<dt class="{slot}">{SLOT_LABELS[slot]}{plural}</dt>' + "".join(_entity(entity) for entity in entities)


def _entity(entity: Entity) -> str:
    mentions = len(entity.mentions)
    facts = [entity.kind, "named" if entity.named else None, f"{entity.confidence:.0%}"]
    if mentions > 1:
        facts.append(f"{mentions} mentions")
    detail = " · ".join(_safe(fact) for fact in facts if fact)
    name = f"<bdi>{_safe(entity.text)}</bdi>"
    return f'<dd title="{_safe(role_label(entity))}">{name} <span class="quiet">{detail}</span></dd>'


def _scores(scores: Mapping[str, float], reported: set[str]) -> str:
    rows = "".join(
        f'<tr{_reported(name in reported)}><th scope="row">{_safe(spoken(name))}'
        f"{' ✓' if name in reported else ''}</th><td>{_meter(score, _safe(spoken(name)))}</td></tr>"
        for name, score in sorted(scores.items(), key=lambda pair: -pair[1])
    )
    return f"<table>{rows}</table>" if rows else '<p class="quiet">None.</p>'


def _reported(reported: bool) -> str:
    return ' class="reported"' if reported else ""


def _meter(value: float, name: str) -> str:
    share = f"{value:.0%}"
    meter = f'<meter min="0" max="1" value="{value:.4f}" aria-label="confidence of {name}">{share}</meter>'
    return f'<div class="score">{meter}<span>{share}</span></div>'
