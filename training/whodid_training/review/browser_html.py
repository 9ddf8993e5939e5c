"""Errors in their articles as a piece of HTML for a notebook: no script, nothing loaded, everything escaped.

Where a viewer drops the style, gold is still underlined, the model's spans are still marked, and every span is still
followed by what it is. Colours and layout stand in `browser.css`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from whodid.render.segments import SLOT_LABELS, Segment, Span, lanes, printable, segments, spoken
from whodid_training.review.errors import KINDS, Comparison, ReviewError
from whodid_training.review.items import Item, Place

__all__ = ["listing"]

_MAX_LANE = 3
_AROUND = 40
"""Characters shown on either side of an error in the table."""

_SIDES = {"both": "gold and the model", "gold": "gold only", "predicted": "the model only"}
"""Who marked a span, and how that is said."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a highlighted span says."""

    side: str
    """Who marked it: one of `_SIDES`."""
    tag: str
    """What follows it in the text: "victim: missed"."""
    wrong: bool
    """Whether an error is about it."""


def listing(articles: Sequence[Comparison], by_kind: Mapping[str, int], *, read: int, shown: int) -> str:
    """Write a list of articles with their errors.

    Args:
        articles: those to list.
        by_kind: number of errors of each kind.
        read: how many articles were compared in all.
        shown: how many are written out.
    """
    style = (files("whodid_training.review") / "browser.css").read_text(encoding="utf-8")
    with_errors = sum(bool(one.errors) for one in articles)
    head = f"{_counted(sum(by_kind.values()), 'error')} in {with_errors} of {_counted(read, 'article')}"
    legend = "".join(f'<li><span class="victims {side}">{text}</span></li>' for side, text in _SIDES.items())
    written = "".join(_article(one, unfolded=not index) for index, one in enumerate(articles[:shown]))
    rest = len(articles) - shown
    more = f"<p>{_counted(rest, 'more article')}: ask for them with <code>.first({len(articles)})</code>.</p>"
    return (
        f'<div class="whodid-review tex2jax_ignore mathjax_ignore"><style>{style}</style><p><b>{head}</b></p>'
        f'{_kinds(by_kind)}<ul class="legend">{legend}</ul>{written}'
        f"{more if rest > 0 else ''}</div>"
    )


def _kinds(by_kind: Mapping[str, int]) -> str:
    rows = "".join(
        f"<tr><td>{kind}</td><td>{number}</td><td>{_safe(KINDS[kind])}</td></tr>"
        for kind, number in by_kind.items()
        if number
    )
    return f"<table><tr><th>kind</th><th>errors</th><th>what it is</th></tr>{rows}</table>" if rows else ""


def _article(one: Comparison, *, unfolded: bool) -> str:
    kinds = Counter(error.kind for error in one.errors)
    counts = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind]) or "no error"
    rows = "".join(_row(error, one.article.text) for error in one.errors)
    table = f"<table><tr><th>kind</th><th>gold</th><th>model</th><th>in the text</th></tr>{rows}</table>"
    return (
        f"<details{' open' if unfolded else ''}><summary><b>{_safe(one.article.id)}</b>: {counts}</summary>"
        f"<p>Event types. Gold: {_types(one.gold.events)}. The model: {_types(one.predicted.events)}.</p>"
        f'<div class="article" dir="auto">{_text(one)}</div>{table if rows else ""}</details>'
    )


def _types(events: Sequence[Item]) -> str:
    return ", ".join(_safe(item.text) for item in events) or "none"


def _text(one: Comparison) -> str:
    marks = _marks(one)
    lane = lanes(marks)
    return "".join(_segment(segment, marks, lane) for segment in segments(one.article.text, marks))


def _marks(one: Comparison) -> dict[Span, _Mark]:
    """Every mention that either side marked, once where both marked the same."""
    ours, theirs = (
        {(*place, item.slot or "", item.label) for item in side.participants for place in item.places}
        for side in (one.gold, one.predicted)
    )
    kinds: dict[tuple[int, int, str], list[str]] = {}
    for error in one.errors:
        for item in (error.predicted or error.gold) if error.what == "participant" else ():
            for start, end in item.places:
                kinds.setdefault((start, end, item.label), []).append(error.kind)
    marks = {}
    for mention in sorted(ours | theirs):
        start, end, slot, role = mention
        side = "gold" if mention not in theirs else "predicted" if mention not in ours else "both"
        wrong = list(dict.fromkeys(kinds.get((start, end, role), ())))
        tag = SLOT_LABELS[slot] + (f": {', '.join(wrong)}" if wrong else "")
        marks[Span(start, end, slot, f"{spoken(role)} ({_SIDES[side]})")] = _Mark(side, tag, bool(wrong))
    return marks


def _segment(segment: Segment, marks: Mapping[Span, _Mark], lane: Mapping[Span, int]) -> str:
    """One element per span, outermost first; a span that ends here is followed by what it is."""
    inner = _safe(segment.text)
    for span in reversed(segment.spans):
        name = "u" if marks[span].side == "gold" else "mark"
        classes = f"{span.slot} {marks[span].side} lane{min(lane[span], _MAX_LANE)}"
        inner = f'<{name} class="{classes}" title="{_safe(span.label)}">{inner}</{name}>'
    closing = [span for span in reversed(segment.spans) if span.end == segment.end]
    return inner + "".join(_tag(span, marks[span]) for span in closing)


def _tag(span: Span, mark: _Mark) -> str:
    classes = f"{span.slot}{' wrong' if mark.wrong else ''}"
    return f'<sub class="{classes}"> {mark.tag}</sub>'


def _row(error: ReviewError, text: str) -> str:
    places = error.places
    return (
        f"<tr><td>{error.kind}</td><td>{_items(error.gold, error)}</td><td>{_items(error.predicted, error)}</td>"
        f"<td>{_context(places[0], text) if places else ''}</td></tr>"
    )


def _items(items: Iterable[Item], error: ReviewError) -> str:
    return "<br>".join(_item(item, with_types=error.kind == "wrong type") for item in items) or "–"


def _item(item: Item, *, with_types: bool) -> str:
    detail = "event" if item.what == "event" else spoken(item.label)
    if with_types and item.what == "participant":
        detail += f" in {', '.join(map(spoken, item.types))}"
    return f'<bdi>{_safe(item.text)}</bdi> <span class="quiet">{_safe(detail)}</span>'


def _context(place: Place, text: str) -> str:
    start, end = place
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return f"…{_safe(before)}<b>{_safe(text[start:end])}</b>{_safe(after)}…"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _safe(text: str) -> str:
    return escape(printable(text), quote=True)
