"""Ordinary news, BBC, Reuters and AG News, from which every article that might tell of violence is left out.

They teach a model that most news has no event and no participant. A word of `ALARMS` anywhere excludes an article; so
does one of `FIGURATIVE`, but for sport, where an attack is a forward line. What is left is sampled: the same articles
whenever the same files are read. The corpus `general_news` has annotations of some that are left out.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whodid.errors import DataError
from whodid_training.article import Article
from whodid_training.corpora.annotated import SourceText, read_jsonl
from whodid_training.corpora.loaded import LoadedCorpus, by_id
from whodid_training.corpora.negatives_words import ALARMS, FIGURATIVE, STEMS

__all__ = ["SOURCES", "Source", "all_texts", "is_alarming", "load_negatives"]


@dataclass(frozen=True, slots=True)
class Source:
    """One published collection."""

    file: str
    """Below the corpus's folder: JSON lines with id, title and text, and a category or topics."""
    sample: int
    """How many of its articles are kept, spread evenly over its categories."""
    sport: frozenset[str]
    """Categories in which figurative words are harmless."""


SOURCES: tuple[Source, ...] = (
    Source("bbc_2004_2005.jsonl.gz", 300, frozenset({"sport"})),
    Source("reuters21578.jsonl.gz", 150, frozenset()),
    Source("ag_news_test.jsonl.gz", 150, frozenset({"Sports"})),
)
"""The collections, in the order of their articles."""

_ALARMING = "articles with a word of violence, crime, courts or conflict"
_SHORT = "articles of fewer than 20 words"
_REPEATED = "articles that repeat another one's title or beginning"
_NOT_DRAWN = "articles that were not drawn"

_WORD = re.compile(r"[a-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_REUTER = re.compile(r"\s+reuter\s*$", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n\s*\n|\n {3,}")
_TAG = re.compile(r"</?[a-z]+[^<>\n]{0,80}>")
_ENTITY = re.compile(r"( ?)#(\d+);")
_BEGINNING = 12
"""Words by which two articles are compared."""


@dataclass(frozen=True, slots=True)
class _Item:
    article: Article
    category: str


def load_negatives(folder: Path, split: str) -> LoadedCorpus:
    """Read, filter and sample all collections.

    Args:
        folder: holds the files of `SOURCES`.
        split: "train".

    Raises:
        DataError: a file breaks its format, or an id comes twice.
        FileNotFoundError: a file is missing.
    """
    dropped: Counter[str] = Counter()
    seen: set[str] = set()
    articles: list[Article] = []
    for source in SOURCES:
        items = list(_new(_harmless(folder / source.file, source, dropped), seen, dropped))
        drawn = _draw(items, source.sample)
        dropped[_NOT_DRAWN] += len(items) - len(drawn)
        articles.extend(drawn)
    by_id(((article.id, article) for article in articles), where=str(folder))
    return LoadedCorpus("negatives", split, tuple(articles), +dropped)


def all_texts(folder: Path, split: str) -> Mapping[str, SourceText]:  # noqa: ARG001 - one set of files
    """Read all texts of the collections by id, cleaned; whatever the split. Errors are those of `load_negatives`."""
    pairs = ((key, SourceText(whole)) for source in SOURCES for key, whole, _ in _texts(folder / source.file))
    return by_id(pairs, where=str(folder))


def is_alarming(text: str, *, sport: bool = False) -> bool:
    """Tell whether a text has a word that may belong to a violent or coercive event.

    >>> is_alarming("Police held two men"), is_alarming("The strike force won"), is_alarming("Profits rose")
    (True, True, False)
    >>> is_alarming("Their attack won the game", sport=True), is_alarming("The striker was arrested", sport=True)
    (False, True)
    """
    words = set(_WORD.findall(text.lower()))
    if words & ALARMS or any(word.startswith(STEMS) for word in words):
        return True
    return not sport and bool(words & FIGURATIVE)


def _harmless(path: Path, source: Source, dropped: Counter[str]) -> Iterator[_Item]:
    for key, whole, category in _texts(path):
        if is_alarming(whole, sport=category in source.sport):
            dropped[_ALARMING] += 1
        elif len(whole.split()) < 20:
            dropped[_SHORT] += 1
        else:
            yield _Item(Article(key, whole), category)


def _texts(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield id, cleaned text and category of each record."""
    for where, record in read_jsonl(path):
        key, title, text = (_string(record, part, where) for part in ("id", "title", "text"))
        yield key, f"{_clean(title)}\n\n{_clean(text)}".strip(), _category(record)


def _new(items: Iterable[_Item], seen: set[str], dropped: Counter[str]) -> Iterator[_Item]:
    """Leave out items whose title or beginning came before, within a collection or another."""
    for item in items:
        title, _, body = item.article.text.partition("\n\n")
        keys = {" ".join(part.lower().split()[:_BEGINNING]) for part in (title, body)} - {""}
        if keys & seen:
            dropped[_REPEATED] += 1
        else:
            yield item
        seen |= keys


def _draw(items: Sequence[_Item], size: int) -> list[Article]:
    """Draw articles, as many from each category as it has, at random but always the same; in their order."""
    categories: dict[str, list[Article]] = defaultdict(list)
    for item in items:
        categories[item.category].append(item.article)
    queues = [sorted(found, key=_lot, reverse=True) for _, found in sorted(categories.items())]
    drawn: list[str] = []
    while len(drawn) < size and any(queues):
        drawn.extend(queue.pop().id for queue in queues if queue)
    kept = set(drawn[:size])
    return [item.article for item in items if item.article.id in kept]


def _lot(article: Article) -> str:
    return hashlib.sha256(article.id.encode()).hexdigest()


def _clean(text: str) -> str:
    r"""Join hard-wrapped lines and undo what the collections did to their characters.

    >>> _clean("A rise of #36;5\\in\nMay.\n   It fell.\n Reuter\n\x03")
    'A rise of $5 in May.\n\nIt fell.'
    """
    text = _TAG.sub("", html.unescape(text))
    text = _ENTITY.sub(_character, _CONTROL.sub(" ", text).replace("\\", " "))
    text = _REUTER.sub("", text)
    return "\n\n".join(" ".join(part.split()) for part in _PARAGRAPH.split(text) if part.strip())


def _character(match: re.Match[str]) -> str:
    """Undo "Fed #39;s" and "a #36;5 note"."""
    character = chr(int(match[2]))
    return character if character == "'" else match[1] + character


def _category(record: Mapping[str, Any]) -> str:
    """Return the category, or else the first topic; Reuters has only topics."""
    return str(record.get("category") or next(iter(record.get("topics") or ()), ""))


def _string(record: Mapping[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise DataError(f"{where}: {key!r} is {value!r}; it is a string")
    return value
