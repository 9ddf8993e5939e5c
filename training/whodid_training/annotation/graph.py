"""An annotated article as annotation programs show it: marked stretches of text, and arrows between them.

    mark  event type, or "<type> (main)"   one per event, on any words; from people, on the word that tells it
    mark  role                             one per occurrence of a participant
    link  same    mark -> mark             two marks of one participant
    link  in      mark -> event's mark     the participant is in this event

A participant's mark without "in" shares the events of the marks that it is the "same" as; if none of these has one, it
is in the article's only event. Gold says no word for an event, so exported event marks stand on the first words of the
article: the first event on the first word, and so on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count

from whodid.errors import DataError, one_of
from whodid.ontology import DEFAULT, Ontology
from whodid.types import SLOTS
from whodid_training.align import occurrences
from whodid_training.article import GoldEntity, GoldEvent

__all__ = ["IN", "SAME", "Graph", "Link", "Mark", "event_labels", "labels", "read_graph", "to_graph"]

SAME, IN = "same", "in"
_EDGE = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Mark:
    """One labelled stretch of the text."""

    id: int
    """Unique within its graph."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    label: str
    """One of `labels()`."""


@dataclass(frozen=True, slots=True)
class Link:
    """One arrow between two marks."""

    source: int
    """Id of the mark at which it begins."""
    target: int
    """Id of the mark at which it ends."""
    type: str
    """`SAME` or `IN`."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Everything that is marked in one article."""

    text: str
    marks: tuple[Mark, ...] = ()
    """Their order is that of events, participants and mentions."""
    links: tuple[Link, ...] = ()


def event_labels(ontology: Ontology = DEFAULT) -> dict[str, tuple[str, bool]]:
    """Labels of event marks, each with the type and whether it is the main event."""
    return {f"{name} (main)" if main else name: (name, main) for main in (False, True) for name in ontology.type_names}


def labels(ontology: Ontology = DEFAULT) -> tuple[str, ...]:
    """All labels: roles, event types, and event types of the main event."""
    return (*ontology.role_names, *event_labels(ontology))


def to_graph(text: str, events: tuple[GoldEvent, ...], *, ontology: Ontology = DEFAULT) -> Graph:
    """Mark an article's events in its text.

    The result is the first of three drawings from which `read_graph` reads the same events: participants that are in
    several events marked once and only their first mark linked to the events; all their marks linked; or, which always
    does, everything marked anew for each event. What an annotator did not say about `main` becomes "not the main one",
    and `named` is left out: there is nowhere to put either.

    Raises:
        DataError: a mention is not in the text as printed, or there are more events than words.
    """
    wanted = tuple(_plain(event, ontology) for event in events)
    for shared, sparse in ((True, True), (True, False), (False, True)):
        graph = _draw(text, wanted, shared=shared, sparse=sparse)
        if not shared or _same_events(graph, wanted, ontology):
            break
    return graph


def read_graph(graph: Graph, *, where: str, ontology: Ontology = DEFAULT) -> tuple[GoldEvent, ...]:
    """Read the events from the marks and links of an article.

    Args:
        graph: marks and links.
        where: which article, for errors.
        ontology: which event types and roles there are.

    Raises:
        DataError: a label or link is unknown, a mark cuts a word in two, a link joins marks that it cannot join, or
            there is a participant of which the event cannot be told.
    """
    kinds = event_labels(ontology)
    for mark in graph.marks:
        _check_mark(mark, graph.text, where, ontology)
    anchors = [mark for mark in graph.marks if mark.label in kinds]
    people = {mark.id: mark for mark in graph.marks if mark.label not in kinds}
    _check_links(graph, {mark.id for mark in anchors}, people, where)
    if people and not anchors:
        first = next(iter(people.values()))
        raise DataError(
            f"{where}: {_shown(first, graph.text)} is marked but no event is; mark a word with the event's type"
        )
    groups = _groups(people, graph.links)
    events_of = _events_of(groups, graph, [mark.id for mark in anchors], where)
    found = []
    for anchor in anchors:
        entities = [
            GoldEntity(members[0].label, tuple(dict.fromkeys(_string(mark, graph.text) for mark in members)))
            for group in groups
            if (members := [people[mark] for mark in group if anchor.id in events_of[mark]])
        ]
        name, main = kinds[anchor.label]
        found.append(_plain(GoldEvent(name, tuple(entities), main), ontology))
    return tuple(found)


def _plain(event: GoldEvent, ontology: Ontology) -> GoldEvent:
    """Reduce an event to what a graph can say, its entities in the order of the slots."""
    slots = {role.name: SLOTS.index(role.slot) for role in ontology.roles}
    entities = (
        GoldEntity(entity.role, tuple(dict.fromkeys(" ".join(mention.split()) for mention in entity.mentions)))
        for entity in event.entities
    )
    return GoldEvent(event.type, tuple(sorted(entities, key=lambda e: slots[e.role])), bool(event.main))


def _draw(text: str, events: tuple[GoldEvent, ...], *, shared: bool, sparse: bool) -> Graph:
    words = [match.span() for match in re.finditer(r"\S+", text)]
    if len(events) > len(words):
        raise DataError(f"an article of {len(words)} words has {len(events)} events; each is marked on a word")
    ids, marks, links = count(1), {}, {}
    for number, event in enumerate(events):
        anchor = next(ids)
        label = f"{event.type} (main)" if event.main else event.type
        marks[anchor,] = Mark(anchor, *words[number], label)
        for index, entity in enumerate(event.entities):
            place = () if shared else (number, index)
            spans = dict.fromkeys(span for mention in entity.mentions for span in _spans(mention, text))
            keys = [(*span, entity.role, *place) for span in spans]
            for key in keys:
                if key not in marks:
                    marks[key] = Mark(next(ids), key[0], key[1], entity.role)
            members = [marks[key].id for key in keys]
            links.update(dict.fromkeys(Link(member, members[0], SAME) for member in members[1:]))
            links.update(dict.fromkeys(Link(member, anchor, IN) for member in (members[:1] if sparse else members)))
    return Graph(text, tuple(marks.values()), tuple(links))


def _spans(mention: str, text: str) -> list[tuple[int, int]]:
    spans = [(s, e) for s, e in occurrences(mention, text) if text[s:e].split() == mention.split()]
    if not spans:
        raise DataError(f"mention {mention!r} is not in the text as printed; run: whodid data check")
    return spans


def _same_events(graph: Graph, events: tuple[GoldEvent, ...], ontology: Ontology) -> bool:
    try:
        return read_graph(graph, where="", ontology=ontology) == events
    except DataError:
        return False


def _groups(people: dict[int, Mark], links: tuple[Link, ...]) -> list[list[int]]:
    """Marks that are linked as the same, each group and all groups in the order of the marks."""
    head = {mark: mark for mark in people}

    def find(mark: int) -> int:
        while head[mark] != mark:
            mark = head[mark]
        return mark

    for link in links:
        if link.type == SAME:
            one, other = sorted((find(link.source), find(link.target)), key=list(people).index)
            head[other] = one
    groups: dict[int, list[int]] = {}
    for mark in people:
        groups.setdefault(find(mark), []).append(mark)
    return list(groups.values())


def _events_of(groups: list[list[int]], graph: Graph, anchors: list[int], where: str) -> dict[int, set[int]]:
    """For every participant's mark, the events that it is in."""
    marks = {mark.id: mark for mark in graph.marks}
    said: dict[int, set[int]] = {}
    for link in graph.links:
        if link.type == IN:
            said.setdefault(link.source, set()).add(link.target)
    found: dict[int, set[int]] = {}
    for group in groups:
        together: set[int] = set().union(*(said.get(mark, set()) for mark in group))
        if not together and len(anchors) > 1:
            raise DataError(
                f"{where}: {_shown(marks[group[0]], graph.text)} is in none of the article's {len(anchors)} events; "
                f"draw a relation {IN!r} from it to the mark of its event"
            )
        found.update({mark: said.get(mark) or together or set(anchors) for mark in group})
    return found


def _check_mark(mark: Mark, text: str, where: str, ontology: Ontology) -> None:
    if mark.label not in labels(ontology):
        raise DataError(f"{where}: label {mark.label!r} is unknown; allowed: {one_of(labels(ontology))}")
    if not 0 <= mark.start < mark.end <= len(text):
        raise DataError(f"{where}: mark {mark.start}-{mark.end} lies outside the text of {len(text)} characters")
    if not _string(mark, text):
        raise DataError(f"{where}: mark {mark.start}-{mark.end} covers white space only; remove it")
    if any(_EDGE.match(text[i - 1 : i]) and _EDGE.match(text[i : i + 1]) for i in (mark.start, mark.end)):
        raise DataError(
            f"{where}: {_shown(mark, text)} cuts a word in two; mark whole words, or say in which unit the offsets "
            "count (--offsets)"
        )


def _check_links(graph: Graph, anchors: set[int], people: dict[int, Mark], where: str) -> None:
    for link in graph.links:
        for end in (link.source, link.target):
            if end not in people and end not in anchors:
                raise DataError(
                    f"{where}: a relation {link.type!r} ends at a mark {end} that does not exist; remove it"
                )
        problem = _link_problem(link, anchors, people)
        if problem:
            raise DataError(f"{where}: {problem}")


def _link_problem(link: Link, anchors: set[int], people: dict[int, Mark]) -> str | None:
    if link.type not in (SAME, IN):
        return f"relation {link.type!r} is unknown; allowed: {one_of((SAME, IN))}"
    if link.type == IN and (link.source in anchors or link.target in people):
        return f"a relation {IN!r} goes from a participant to an event; turn it around or remove it"
    if link.type == SAME and {link.source, link.target} & anchors:
        return f"a relation {SAME!r} joins two marks of a participant; one of its ends is an event"
    if link.type == SAME and people[link.source].label != people[link.target].label:
        joined = " and ".join(people[end].label for end in (link.source, link.target))
        return f"a relation {SAME!r} joins {joined}; both marks must have the same role"
    return None


def _string(mark: Mark, text: str) -> str:
    return " ".join(text[mark.start : mark.end].split())


def _shown(mark: Mark, text: str) -> str:
    return f"{text[mark.start : mark.end]!r} ({mark.label}, {mark.start}-{mark.end})"
