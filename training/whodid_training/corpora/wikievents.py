"""WikiEvents: articles about bombings and other attacks, with the arguments of every event.

The published training file has strings where one would like offsets, so triggers and arguments are placed here, close
to each other. An argument is a name or the head of a noun phrase, and only one mention of it is marked: what is known
are the sentences that tell of an event, without the words that may be another mention of a participant.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from whodid.errors import DataError
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.corpora.annotated import read_jsonl
from whodid_training.corpora.detokenize import detokenize
from whodid_training.corpora.loaded import LoadedCorpus
from whodid_training.corpora.nouns import BARE, NOT_MENTIONS, kind_of
from whodid_training.corpora.partial import Span, unsure_besides
from whodid_training.corpora.wikievents_roles import Argument, Event, event_type, known_people, role_of

__all__ = ["find", "load_wikievents"]

_REACH = 40
"""Tokens between a trigger and an argument at most: annotators took the nearest mention."""

_NO_EVENT = "documents without an attack, a death or an injury"
_NO_TRIGGER = "events whose trigger is not in the text"
_NO_PLACE = "arguments that are not near a trigger of their event"
_NO_MENTION = "arguments that are pronouns or numbers"
_NO_KIND = "arguments that may be people, groups or things"
_PART = "arguments that are the head of a longer noun phrase"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Document:
    id: str
    tokens: tuple[str, ...]
    events: tuple[Event, ...]
    full_names: tuple[str, ...]
    """The most informative mention of each entity that has several."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """An argument, where it stands."""

    type: str
    role: str | None
    """In the ontology; None if it is not known."""
    text: str
    place: Span | None
    """Range of tokens."""
    trigger: int


def load_wikievents(folder: Path, split: str) -> LoadedCorpus:
    """Read train.jsonl and coref_train.jsonlines.

    Args:
        folder: holds both files.
        split: "train".

    Raises:
        DataError: a file breaks its format, or a document has no entities in the second file.
        FileNotFoundError: a file is missing.
    """
    names: dict[str, list[str]] = {}
    for where, record in read_jsonl(folder / f"coref_{split}.jsonlines"):
        names[_field(record, "doc_key", str, where)] = _field(record, "informative_mentions", list, where)
    dropped: Counter[str] = Counter()
    articles = []
    for where, record in read_jsonl(folder / f"{split}.jsonl"):
        article = _article(_document(record, names, where), dropped)
        if article.events:
            articles.append(article)
        else:
            dropped[_NO_EVENT] += 1
    return LoadedCorpus("wikievents", split, tuple(articles), dropped)


def find(string: str, tokens: Sequence[str]) -> list[Span]:
    """Find a published string among the tokens, as half-open ranges.

    The published strings lost the last letter of words that end in a doubled one, such as "off" and "refugee".

    >>> find("set of", "They set off a bomb".split())
    [(1, 3)]
    """
    wanted = tuple(string.split())
    repaired = (*wanted[:-1], wanted[-1] + wanted[-1][-1]) if wanted else wanted
    for words in (wanted, repaired):
        ranges = ((i, i + len(words)) for i in range(len(tokens) - len(words) + 1))
        found = [(i, j) for i, j in ranges if words and tuple(tokens[i:j]) == words]
        if found:
            return found
    return []


def _article(document: _Document, dropped: Counter[str]) -> Article:
    text, offsets = detokenize(document.tokens)
    kept: list[_Placed] = []
    left_out: list[tuple[_Placed, str]] = []
    for argument in _place(document, dropped):
        reason = _reason(argument, document.tokens)
        if reason is None:
            kept.append(argument)
        else:
            left_out.append((argument, reason))
            dropped[reason] += 1
    types = {event_type(event, document.events) for event in document.events}
    events = _events(kept, document, text, offsets)
    events += [GoldEvent(kind) for kind in sorted(filter(None, types)) if kind not in {event.type for event in events}]
    known = (offsets[index] for index in _known(document, kept, left_out))
    return Article(document.id, text, tuple(events), unsure=unsure_besides(known, text=text))


def _known(document: _Document, kept: Sequence[_Placed], left_out: Sequence[tuple[_Placed, str]]) -> Iterator[int]:
    """Yield the tokens that are outside every role unless they are marked.

    They stand in a sentence that tells of an event, are no noun for people, forces, things or weapons, and no part of
    an argument that was left out; in a sentence with such an argument, names are not known either.
    """
    tokens, sentences = document.tokens, _sentences(document.tokens)
    told = {sentences[argument.trigger] for argument in (*kept, *(argument for argument, _ in left_out))}
    uncertain = {sentences[argument.trigger] for argument, _ in left_out}
    doubtful = {
        i for one, reason in left_out if one.place and reason != _NO_MENTION for i in _phrase(one.place, tokens)
    }
    for event in document.events:
        if event_type(event, document.events) is None:  # such as a suspect arrested, a house destroyed
            doubtful.update(i for one in event.arguments for place in find(one.text, tokens) for i in range(*place))
    for index, token in enumerate(tokens):
        sentence = sentences[index]
        name_in_doubt = token[0].isupper() and sentence in uncertain
        if sentence in told and index not in doubtful and not name_in_doubt and kind_of(token) is None:
            yield index


def _place(document: _Document, dropped: Counter[str]) -> Iterator[_Placed]:
    """Put each event's trigger where its arguments are nearest, and yield its arguments."""
    people = known_people(document.events)
    used: set[tuple[str, int]] = set()
    for event in document.events:
        kind = event_type(event, document.events)
        if kind is None:
            continue
        found = [(argument, find(argument.text, document.tokens)) for argument in event.arguments]
        triggers = [start for start, _ in find(event.trigger, document.tokens)]
        if not triggers:
            dropped[_NO_TRIGGER] += 1
            continue
        costs = [(sum(_distance(at, places) for _, places in found), (event.type, at) in used, at) for at in triggers]
        trigger = min(costs)[2]
        used.add((event.type, trigger))
        for argument, places in found:
            near = [place for place in places if abs(place[0] - trigger) <= _REACH]
            place = min(near, key=lambda place: abs(place[0] - trigger)) if near else None
            yield _Placed(kind, role_of(argument, event, people=people), argument.text, place, trigger)


def _distance(at: int, places: Sequence[Span]) -> int:
    return min((min(abs(start - at), 2 * _REACH) for start, _ in places), default=0)


def _reason(argument: _Placed, tokens: Sequence[str]) -> str | None:
    """Say why an argument cannot be marked; None if it can."""
    if argument.text.lower() in NOT_MENTIONS or not any(map(str.isalpha, argument.text)):
        return _NO_MENTION
    if argument.role is None:
        return _NO_KIND
    if argument.place is None:
        return _NO_PLACE
    if not _is_name(argument.text, tokens) and len(_phrase(argument.place, tokens)) > _core(argument):
        return _PART
    return None


def _core(argument: _Placed) -> int:
    return len([word for word in argument.text.split() if word.lower() not in BARE])


def _phrase(place: Span, tokens: Sequence[str]) -> range:
    """Widen a head to the noun phrase around it, as far as words without articles and prepositions go."""
    start, stop = place
    while start < stop - 1 and tokens[start].lower() in BARE:
        start += 1
    while start > 0 and _modifies(tokens[start - 1]):
        start -= 1
    if stop < len(tokens) and tokens[stop] in ("of", "-"):
        stop = min(stop + 5, len(tokens))
    return range(start, stop)


def _modifies(token: str) -> bool:
    return token == "-" or (token[0].isalpha() and token.lower() not in BARE and token.lower() not in NOT_MENTIONS)


def _is_name(text: str, tokens: Sequence[str]) -> bool:
    words = [word for word in text.split() if word[0].isalpha()]
    capital = bool(words) and words[0][0].isupper() and words[-1][0].isupper()
    return capital and (len(words) > 1 or words[0].lower() not in tokens)


def _events(kept: Iterable[_Placed], document: _Document, text: str, offsets: Sequence[Span]) -> list[GoldEvent]:
    """Merge all events of one type, since nothing says which triggers tell of the same incident."""
    groups: dict[str, dict[tuple[str, str], list[Span]]] = defaultdict(lambda: defaultdict(list))
    for argument in kept:
        if argument.place and argument.role:
            name = _is_name(argument.text, document.tokens)
            key = _full_name(argument.text, document.full_names) if name else f"\0{argument.text.lower()}"
            start, stop = argument.place
            while start < stop - 1 and document.tokens[start].lower() in BARE:
                start += 1
            span = (offsets[start][0], offsets[stop - 1][1])
            groups[argument.type][argument.role, key].append(span)
    return [
        GoldEvent(kind, tuple(_entity(role, key, spans, text) for (role, key), spans in entities.items()))
        for kind, entities in groups.items()
    ]


def _entity(role: str, key: str, spans: Iterable[Span], text: str) -> GoldEntity:
    """Let a name count wherever it stands, a description only where it is marked."""
    spans = tuple(sorted(set(spans)))
    mentions = dict.fromkeys(text[start:end] for start, end in spans)
    if key.startswith("\0"):
        return GoldEntity(role, tuple(mentions), named=False, spans=spans)
    full = (key,) if key in text else ()
    return GoldEntity(role, tuple(dict.fromkeys((*full, *mentions))), named=True)


def _full_name(name: str, full_names: Iterable[str]) -> str:
    """Return the one full name that ends with a short one, or the short one if there is none or several."""
    longer = {full for full in full_names if full.split()[-1] == name and full[0].isupper()}
    return longer.pop() if len(longer) == 1 else name


def _sentences(tokens: Sequence[str]) -> list[int]:
    """Number the sentence of each token; a full stop after one or two letters ends none."""
    numbers, number = [], 0
    for index, token in enumerate(tokens):
        numbers.append(number)
        number += token in ("!", "?") or (token == "." and index > 0 and len(tokens[index - 1]) > 2)
    return numbers


def _document(record: Mapping[str, Any], names: Mapping[str, list[str]], where: str) -> _Document:
    key = _field(record, "docid", str, where)
    if key not in names:
        raise DataError(f"{where}: document {key!r} is not in the coreference file; fetch both files of one release")
    events = _field(record, "event_mentions", list, where)
    try:
        return _Document(
            id=key,
            tokens=tuple(_field(record, "tokens", list, where)),
            events=tuple(
                Event(
                    type=event["event_type"],
                    trigger=event["trigger"]["text"],
                    arguments=tuple(Argument(one["role"], one["text"]) for one in event["arguments"]),
                )
                for event in events
            ),
            full_names=tuple(names[key]),
        )
    except (KeyError, TypeError) as error:
        raise DataError(
            f"{where}: an event has 'event_type', 'trigger' with 'text' and 'arguments' with 'role' and 'text' "
            f"({error!r}); fetch the published file again"
        ) from error


def _field(record: Mapping[str, Any], key: str, kind: type[_T], where: str) -> _T:
    value = record.get(key)
    if not isinstance(value, kind):
        raise DataError(f"{where}: {key!r} is {value!r}; it is a {kind.__name__}")
    return value
