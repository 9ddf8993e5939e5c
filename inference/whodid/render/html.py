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
from itertools import groupby
from string import Template

from whodid.render.segments import (
    EVIDENCE,
    SLOT_LABELS,
    Segment,
    Span,
    event_names,
    evidence_spans,
    lanes,
    printable,
    role_label,
    segments,
    spans_of,
    spoken,
)
from whodid.types import SLOTS, Entity, Event, Prediction, Sentence

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
    spans, evidence = spans_of(prediction), evidence_spans(prediction)
    several = len(prediction.events) > 1
    return frame.substitute(
        title=_safe(title or "Article"),
        style=style,
        style_hash=f"sha256-{digest}",
        outline=_outline(prediction),
        note=_note(prediction),
        legend=_legend({span.slot for span in (*spans, *evidence)}),
        article=_article(prediction.text, spans, evidence),
        events="\n".join(
            _event(event, _safe(name), linked=several)
            for event, name in zip(prediction.events, event_names(prediction), strict=True)
        )
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
        '<p class="note" role="note"><strong>Undecided.</strong> How likely any event is lies in the band in which the '
        "model claims neither “event” nor “no event”.</p>"
    )


def _legend(slots: Iterable[str]) -> str:
    present = set(slots)
    items = "".join(
        f'<li><span class="span {slot} lane0">{SLOT_LABELS[slot]}</span></li>' for slot in SLOTS if slot in present
    )
    if EVIDENCE in present:
        items += '<li><span class="evidence begins">sentence that carries an event</span></li>'
    return f'<ul class="legend" aria-label="Legend">{items}</ul>' if items else ""


def _article(text: str, spans: Iterable[Span], evidence: Iterable[Span]) -> str:
    spans = tuple(spans)
    lane = lanes(spans)
    by_sentence = groupby(segments(text, (*spans, *evidence)), key=_sentences)
    return "".join(_stretch(sentences, list(parts), lane) for sentences, parts in by_sentence)


def _sentences(segment: Segment) -> tuple[Span, ...]:
    return tuple(span for span in segment.spans if span.slot == EVIDENCE)


def _stretch(sentences: tuple[Span, ...], parts: list[Segment], lane: Mapping[Span, int]) -> str:
    """One element around all that stands in an evidence sentence, to which the events point."""
    inner = "".join(_segment(part, lane) for part in parts)
    if not sentences:
        return inner
    begins = any(span.start == parts[0].start for span in sentences)
    opening = f' id="s{parts[0].start}" class="evidence begins"' if begins else ' class="evidence"'
    return f'<span{opening} title="{_safe("; ".join(span.label for span in sentences))}">{inner}</span>'


def _segment(segment: Segment, lane: Mapping[Span, int]) -> str:
    """One element per role, outermost first; a role that ends here is followed by its name."""
    inner = _safe(segment.text)
    roles = [span for span in reversed(segment.spans) if span.slot != EVIDENCE]
    for span in roles:
        classes = f"span {span.slot} lane{min(lane[span], _MAX_LANE)}"
        inner = f'<mark class="{classes}" title="{_safe(span.label)}">{inner}</mark>'
    closing = [span for span in roles if span.end == segment.end]
    return inner + "".join(
        f'<bdi class="tag {span.slot}" title="{_safe(span.label)}">{SLOT_LABELS[span.slot]}</bdi>' for span in closing
    )


def _event(event: Event, name: str, *, linked: bool) -> str:
    """Show an event under its name; its participants' links are news only where there are several events."""
    people = [(entity, link if linked else None) for entity, link in zip(event.entities, event.links, strict=True)]
    slots = "".join(_slot(slot, [pair for pair in people if pair[0].slot == slot]) for slot in SLOTS)
    listed = f"<dl>{slots}</dl>" if slots else '<p class="quiet">No participants found.</p>'
    main = ' <span class="badge">main event</span>' if event.main else ""
    return (
        f'<section class="event" aria-label="{name}"><h3>{name}{main}</h3>{_meter(event.confidence, name)}{listed}'
        f"{_evidence(event.evidence)}</section>"
    )


def _evidence(sentences: Iterable[Sentence]) -> str:
    """List the sentences of an event, each pointing at its place in the article."""
    items = "".join(
        f'<li><a href="#s{one.start}"><bdi>{_safe(" ".join(one.text.split()))}</bdi></a></li>' for one in sentences
    )
    return f"<h4>Evidence, most telling first</h4><ol>{items}</ol>" if items else ""


def _slot(slot: str, people: list[tuple[Entity, float | None]]) -> str:
    if not people:
        return ""
    plural = "" if len(people) == 1 else "s"
    return f'<dt class="{slot}">{SLOT_LABELS[slot]}{plural}</dt>' + "".join(_entity(*pair) for pair in people)


def _entity(entity: Entity, link: float | None) -> str:
    mentions = len(entity.mentions)
    facts = [entity.kind, "named" if entity.named else None, f"{entity.confidence:.0%}"]
    if link is not None:
        facts.append(f"link {link:.0%}")
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
