"""Articles of which only participants' full names are known: which words can be trusted as a name, and as no name.

Silence about a person who is only described ("the gunman", "a woman") means nothing here. What is known besides the
names themselves are function words, what stands beside a name, and the names of people who have no part in the event.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from whodid_training.article import GoldEntity
from whodid_training.corpora.nouns import BACKGROUND, FORCES, PEOPLE, TITLES
from whodid_training.corpora.partial import Span, unsure_besides, words_of

__all__ = ["Named", "Person", "mark_people"]

_SUFFIXES = frozenset(("Jr", "Sr", "II", "III", "IV"))
_LONGEST_NAME = 4
"""Words of a name at most; a longer run of capitals is a headline."""


@dataclass(frozen=True, slots=True)
class Person:
    """A participant whose name a corpus gives."""

    role: str
    """In the ontology."""
    name: str
    """As it stands in the text, or as a register has it."""


@dataclass(frozen=True, slots=True)
class Named:
    """What is known of a text."""

    entities: tuple[GoldEntity, ...]
    """Participants who stand in the text, with all places that are surely theirs."""
    unsure: tuple[Span, ...]
    """For `Article.unsure`."""
    missing: tuple[Person, ...]
    """Participants whose full name does not stand in the text."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text and its words."""

    text: str
    words: tuple[Span, ...]
    strings: tuple[str, ...]
    """Of the words."""
    lower: frozenset[str]
    """Words that occur in lower case somewhere."""

    def word(self, index: int) -> str:
        """Return a word, or nothing beyond the ends."""
        return self.strings[index] if 0 <= index < len(self.strings) else ""

    def is_capital(self, index: int) -> bool:
        """Tell whether a word begins with a capital."""
        return self.word(index)[:1].isupper()

    def adjoins(self, index: int) -> bool:
        """Tell whether a word and the next are separated as the words of a name are."""
        if index + 1 >= len(self.words):
            return False
        return self.text[self.words[index][1] : self.words[index + 1][0]] in (" ", "")

    def span(self, start: int, stop: int) -> Span:
        """Return the offsets of a range of words."""
        return self.words[start][0], self.words[stop - 1][1]


def mark_people(text: str, people: Sequence[Person], *, others: Sequence[str] = ()) -> Named:
    """Find participants by name, and tell what else is known of a text.

    Args:
        text: of the article.
        people: all participants that the corpus names, each name once.
        others: names of participants whose part is not known.
    """
    source = _read(text)
    marked: dict[Person, list[range]] = {}
    for person in people:
        found = list(_full(source, person.name))
        if found:
            marked[person] = found
    names = [*(person.name for person in people), *others]
    short = Counter(map(_surname, names))
    for person, found in marked.items():
        if short[_surname(person.name)] == 1:
            found.extend(_alone(source, _surname(person.name), found))
    ranges = [place for found in marked.values() for place in found]
    known = sorted({*_beside(source, ranges), *_background(source), *_strangers(source, names)} - _inside(ranges))
    return Named(
        entities=tuple(_entity(source, person, found) for person, found in marked.items()),
        unsure=unsure_besides(_spans(source, known), text=text),
        missing=tuple(person for person in people if person not in marked),
    )


def _read(text: str) -> _Text:
    words = tuple(words_of(text))
    strings = tuple(text[start:end] for start, end in words)
    return _Text(text, words, strings, frozenset(filter(str.islower, strings)))


def _full(source: _Text, name: str) -> Iterator[range]:
    """Yield where a full name stands by itself, not within a longer one; with "Jr" and the like."""
    wanted = [name[slice(*span)] for span in words_of(name)]
    for start in range(len(source.words) - len(wanted) + 1):
        stop = start + len(wanted)
        if source.strings[start] != wanted[0] or list(source.strings[start:stop]) != wanted:
            continue
        while source.word(stop) in _SUFFIXES:
            stop += 1
        if not _continues(source, start, stop):
            yield range(start, stop)


def _continues(source: _Text, start: int, stop: int) -> bool:
    """Tell whether a name may go on before or after a range of words."""
    before = source.word(start - 1)
    longer_before = source.is_capital(start - 1) and source.adjoins(start - 1) and not _is_title(source, before)
    longer_after = source.is_capital(stop) and source.adjoins(stop - 1)
    return longer_before or longer_after or before == "-" or source.word(stop) == "-"


def _is_title(source: _Text, word: str) -> bool:
    lower = word.lower()
    return lower in TITLES or lower in PEOPLE or lower in BACKGROUND or lower in source.lower


def _surname(name: str) -> str:
    words = [word for word in re.findall(r"\w+", name) if word not in _SUFFIXES]
    return words[-1] if words else name


def _alone(source: _Text, surname: str, found: Sequence[range]) -> Iterator[range]:
    """Yield where a surname stands alone, if nobody else in the text has it."""
    full = {i for place in found for i in place}
    single = [i for i in range(len(source.words)) if source.word(i) == surname and i not in full]
    relatives = any(_continues(source, i, i + 1) for i in single)
    if len(surname) > 2 and not relatives and surname.lower() not in source.lower:
        yield from (range(i, i + 1) for i in single)


def _beside(source: _Text, ranges: Iterable[range]) -> Iterator[int]:
    """Yield the words before and after a name, so that its boundaries are learned."""
    for place in ranges:
        for index in (place.start - 1, place.stop):
            word = source.word(index)
            if word and not source.is_capital(index) and word.lower() not in PEOPLE | FORCES:
                yield index


def _background(source: _Text) -> Iterator[int]:
    return (index for index in range(len(source.words)) if source.word(index) in BACKGROUND)


def _strangers(source: _Text, participants: Iterable[str]) -> Iterator[int]:
    """Yield the words of other names: two to four capitalised words that neither occur in lower case nor are shared.

    Of such words in articles annotated in full, 98 in 100 are outside.
    """
    shared = {word for name in participants for word in re.findall(r"\w+", name)}
    start = 0
    while start < len(source.words):
        stop = start
        while source.is_capital(stop) and (stop == start or source.adjoins(stop - 1)):
            stop += 1
        names = [source.word(index) for index in range(start, stop)]
        common = [word for word in names if word in shared or word.isupper() or _is_title(source, word)]
        force = FORCES & {word.lower() for word in names}
        if 2 <= len(names) <= _LONGEST_NAME and not common and not force and not _described(source, start, stop):
            yield from range(start, stop)
        start = max(stop, start + 1)


def _described(source: _Text, start: int, stop: int) -> bool:
    """Tell whether a name is told of as participants are: "a Quito man", "suspect Ana Paz", "Ana Paz, 21,"."""
    before, after = source.word(start - 1).lower(), source.word(stop).lower()
    aged = after == "," and source.word(stop + 1).isdigit()
    return aged or before == "old" or before in PEOPLE or after in PEOPLE


def _entity(source: _Text, person: Person, found: Iterable[range]) -> GoldEntity:
    spans = sorted(source.span(place.start, place.stop) for place in found)
    mentions = sorted({source.text[start:end] for start, end in spans}, key=lambda mention: (-len(mention), mention))
    return GoldEntity(person.role, tuple(mentions), named=True, spans=tuple(spans))


def _inside(ranges: Iterable[range]) -> set[int]:
    return {index for place in ranges for index in place}


def _spans(source: _Text, indices: Iterable[int]) -> list[Span]:
    return [source.words[index] for index in indices]
