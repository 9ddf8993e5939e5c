"""One article as the page keeps it until somebody opens it: the text cut at its highlights, and what each event says.

Cutting is done here and not in the browser: offsets count code points, which a browser's strings do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from whodid.browse.records import Answer, EventRecord, Participant
from whodid.render.segments import SLOT_LABELS, Span, lanes, printable, segments, spoken
from whodid.types import SLOTS, Mention

__all__ = ["EVIDENCE", "detail", "heading"]

EVIDENCE = "evidence"
"""What stands in the place of a slot where a stretch of the text is evidence."""


_LONGEST_HEADING = 160


def heading(text: str, title: str | None) -> str:
    r"""Return what the page sets as the heading of an article, from its start: the title, else a short first line.

    >>> heading("Two hurt in blast\n\nA bomb went off.", None)
    'Two hurt in blast'
    >>> heading("A bomb went off.", None)
    ''
    """
    if title and text.startswith(title):
        return title
    first, line_end, _ = text.partition("\n")
    return first if line_end and first.strip() and len(first) <= _LONGEST_HEADING else ""


def detail(answer: Answer, text: str | None, top: str = "") -> dict[str, Any]:
    """Return everything that the page shows of one article when it is open.

    Args:
        answer: what the model read in it.
        text: the article, which must fit the answer; None if it is not known.
        top: its heading, from `heading`.

    Returns:
        A dictionary for JSON: `events` with `people` ([slot, name, kind, confidence, link, mentions, spellings]) and
        `evidence` (sentences); `scores`; and with a text `runs` ([text, numbers of spans that cover it, the innermost
        last]), `heading` (how many of the runs are the heading) and `spans` ([slot, label, lane, numbers of events,
        rank of the sentence among its event's evidence]).
    """
    entry: dict[str, Any] = {
        "events": [_event(event) for event in answer.events],
        "scores": {printable(name): round(score, 4) for name, score in answer.scores.items()},
    }
    if text is not None:
        entry |= _highlighted(answer, text, top)
    return entry


def _event(event: EventRecord) -> dict[str, Any]:
    return {
        "people": [_person(participant) for participant in event.participants],
        "evidence": [printable(sentence.text) for sentence in event.evidence],
    }


def _person(participant: Participant) -> list[Any]:
    spellings = dict.fromkeys(mention.text for mention in participant.mentions)
    spellings.pop(participant.text, None)
    return [
        SLOTS.index(participant.slot),
        printable(participant.text),
        participant.kind,
        _rounded(participant.confidence),
        _rounded(participant.link),
        len(participant.mentions),
        [printable(spelling) for spelling in spellings],
    ]


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _highlighted(answer: Answer, text: str, top: str) -> dict[str, Any]:
    roles, evidence = _roles(answer.events), _evidence(answer.events)
    lane = lanes(roles)
    numbers = {span: number for number, span in enumerate([*evidence, *roles])}
    heading_span = [Span(0, len(top), "heading", "")] if top else []
    runs, in_heading = [], 0
    for segment in segments(text, [*numbers, *heading_span]):
        covers = sorted(segment.spans, key=lambda span: span.slot != EVIDENCE)  # evidence lies around roles
        runs.append([printable(segment.text), [numbers[span] for span in covers if span in numbers]])
        in_heading += segment.end <= len(top)
    spans = [[EVIDENCE, span.label, 0, events, rank] for span, (events, rank) in evidence.items()]
    spans += [[span.slot, span.label, lane[span], events, 0] for span, events in roles.items()]
    return {"runs": runs, "heading": in_heading, "spans": spans}


def _roles(events: Sequence[EventRecord]) -> dict[Span, list[int]]:
    """Every mention of every participant, with the numbers of the events that it plays its part in."""
    found: dict[tuple[int, int, str, str], list[int]] = {}
    for number, event in enumerate(events):
        for participant in event.participants:
            role = SLOT_LABELS[participant.slot] + (f" ({participant.kind})" if participant.kind else "")
            for mention in participant.mentions:
                numbers = found.setdefault((mention.start, mention.end, participant.slot, role), [])
                if number not in numbers:
                    numbers.append(number)
    return {
        Span(start, end, slot, f"{role} in {_types(events, numbers)}"): numbers
        for (start, end, slot, role), numbers in sorted(found.items())
    }


def _types(events: Sequence[EventRecord], numbers: Sequence[int]) -> str:
    return ", ".join(dict.fromkeys(spoken(events[number].type) for number in numbers))


def _evidence(events: Sequence[EventRecord]) -> dict[Span, tuple[list[int], int]]:
    """Every sentence of evidence of every event, longest first, with its event and its rank there from 1."""
    sentences: list[tuple[Mention, int, int]] = [
        (sentence, number, rank)
        for number, event in enumerate(events)
        for rank, sentence in enumerate(event.evidence, 1)
    ]
    sentences.sort(key=lambda entry: (entry[0].start - entry[0].end, *entry))
    return {
        Span(sentence.start, sentence.end, EVIDENCE, f"evidence {rank} of event {number + 1}"): ([number], rank)
        for sentence, number, rank in sentences
    }
