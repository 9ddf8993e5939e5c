"""A text cut at the borders of its highlighted spans, for showing spans that overlap or lie inside each other.

Pure functions over offsets; how a segment looks is decided in `whodid.render.html` and `whodid.render.terminal`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from whodid.types import Entity, Prediction

__all__ = [
    "EVIDENCE",
    "SLOT_LABELS",
    "Segment",
    "Span",
    "event_names",
    "evidence_spans",
    "lanes",
    "printable",
    "role_label",
    "segments",
    "spans_of",
    "spoken",
]

SLOT_LABELS = {"perpetrators": "perpetrator", "victims": "victim", "targets": "target", "weapons": "weapon"}
"""What one participant in a slot is called."""

EVIDENCE = "evidence"
"""What stands for a slot where a span is a sentence that carries an event."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A highlighted stretch of the article."""

    start: int
    """Offset of the first character."""
    end: int
    """Offset after the last character."""
    slot: str
    """One of `SLOTS`, or `EVIDENCE`; decides the colour."""
    label: str
    """What it is, for reading: "victim in kidnapping", "perpetrator (organization) in arson", "evidence of arson"."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text in which no span starts or ends."""

    start: int
    """Offset of the first character."""
    text: str
    """Its characters; never empty."""
    spans: tuple[Span, ...]
    """Every span that covers it, longest first, so that the last is the innermost."""

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.text)


def segments(text: str, spans: Iterable[Span]) -> list[Segment]:
    """Cut `text` wherever a span starts or ends; the segments put together give the text back.

    Raises:
        ValueError: a span is empty or reaches beyond the text.
    """
    ordered = sorted(spans, key=lambda span: (span.start, -span.end, span.slot, span.label))
    for span in ordered:
        if not 0 <= span.start < span.end <= len(text):
            raise ValueError(f"{span} is not a stretch of a text of {len(text)} characters")
    borders = sorted({0, len(text), *(s.start for s in ordered), *(s.end for s in ordered)})
    upcoming = iter([*ordered, None])
    following = next(upcoming)
    covering: list[Span] = []
    cut = []
    for start, end in pairwise(borders):
        covering = [span for span in covering if span.end > start]
        while following is not None and following.start == start:
            covering.append(following)
            following = next(upcoming)
        inner_last = sorted(covering, key=lambda span: span.start - span.end)
        cut.append(Segment(start, text[start:end], tuple(inner_last)))
    return cut


def lanes(spans: Iterable[Span]) -> dict[Span, int]:
    """Give every span the lowest lane, from 0, that no overlapping span has; short spans choose first.

    Underlines drawn in lanes never meet, and a nested span lies nearer to the text than the one around it.
    """
    chosen: dict[Span, int] = {}
    for cluster in _clusters(sorted(set(spans))):
        for span in sorted(cluster, key=lambda span: (span.end - span.start, span)):
            taken = {chosen[o] for o in cluster if o in chosen and o.start < span.end and span.start < o.end}
            chosen[span] = next(lane for lane in range(len(taken) + 1) if lane not in taken)
    return chosen


def _clusters(ordered: Sequence[Span]) -> Iterator[list[Span]]:
    cluster: list[Span] = []
    reach = 0
    for span in ordered:
        if cluster and span.start >= reach:
            yield cluster
            cluster = []
        cluster.append(span)
        reach = max(reach, span.end)
    if cluster:
        yield cluster


def spans_of(prediction: Prediction) -> tuple[Span, ...]:
    """Return every mention of every participant as a span; one that plays a role in several events comes once."""
    roles: dict[tuple[int, int, str, str], list[str]] = {}
    for name, event in zip(event_names(prediction), prediction.events, strict=True):
        for entity in event.entities:
            for mention in entity.mentions:
                names = roles.setdefault((mention.start, mention.end, entity.slot, role_label(entity)), [])
                if name not in names:
                    names.append(name)
    return tuple(
        sorted(
            Span(start, end, slot, f"{role} in {', '.join(names)}") for (start, end, slot, role), names in roles.items()
        )
    )


def evidence_spans(prediction: Prediction) -> tuple[Span, ...]:
    """Return every evidence sentence as a span; one that carries several events comes once and names them."""
    events: dict[tuple[int, int], list[str]] = {}
    for name, event in zip(event_names(prediction), prediction.events, strict=True):
        for sentence in event.evidence:
            events.setdefault((sentence.start, sentence.end), []).append(name)
    return tuple(sorted(Span(*place, EVIDENCE, f"evidence of {', '.join(names)}") for place, names in events.items()))


def event_names(prediction: Prediction) -> tuple[str, ...]:
    """Name every event in words; several of one type are numbered: "arson", "robbery 1", "robbery 2"."""
    total, so_far = Counter(event.type for event in prediction.events), Counter[str]()
    names = []
    for event in prediction.events:
        so_far[event.type] += 1
        names.append(spoken(event.type) + (f" {so_far[event.type]}" if total[event.type] > 1 else ""))
    return tuple(names)


def role_label(entity: Entity) -> str:
    """Say what a participant is: "victim", "perpetrator (organization)"."""
    return SLOT_LABELS[entity.slot] + (f" ({entity.kind})" if entity.kind else "")


def spoken(name: str) -> str:
    """Turn an identifier into words: "sexual_violence" into "sexual violence"."""
    return name.replace("_", " ")


def printable(text: str) -> str:
    """Replace control characters and lone surrogates one for one, so that no text can drive a terminal or break a page.

    Tabs and line ends stay, and every offset still fits.
    """
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
