"""An annotated article with everything that its line in a gold file says: title, body and where it is from.

`whodid_training.gold` reads the same files for scoring, as articles without title, date and source. Here everything is
kept, so that a file can be split, exchanged and written again. Whether the mentions stand in the text, and more, is the
business of `whodid_training.annotation.rules`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whodid.errors import DataError
from whodid.ontology import DEFAULT, Ontology
from whodid_training.article import Article, GoldEvent
from whodid_training.corpora.annotated import parse_events, to_record
from whodid_training.gold import records_of

__all__ = ["EXTRA_KEYS", "GoldArticle", "about", "from_parts", "from_record", "gold_record", "read_gold", "write_gold"]

EXTRA_KEYS = ("date", "source", "region")
"""What a line may say about the article besides its id, title, text and events; all are strings."""


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """One line of a gold file."""

    id: str
    """Unique within its corpus."""
    body: str
    """The article without its title: the key "text"."""
    events: tuple[GoldEvent, ...] = ()
    """As annotated; the entities of an event in the order of `whodid.types.SLOTS`."""
    title: str | None = None
    """The headline, if it is kept apart."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Values of `EXTRA_KEYS`, those that are there."""
    read_until: int | None = None
    """How many characters of `text` the annotator read; None: all."""

    @property
    def text(self) -> str:
        """As the model reads it: title, blank line, body."""
        return self.body if self.title is None else f"{self.title}\n\n{self.body}"


def from_record(record: Mapping[str, Any], *, ontology: Ontology = DEFAULT) -> GoldArticle:
    """Read one line of a gold file.

    Raises:
        DataError: a key is missing or unknown, or has the wrong type.
    """
    allowed = ("id", "title", *EXTRA_KEYS, "text", "read_until", "events")
    where = f"record {record.get('id', '(without id)')!r}"
    unknown = sorted(set(record) - set(allowed))
    if unknown:
        raise DataError(f"{where}: key {unknown[0]!r} is unknown; allowed: {', '.join(allowed)}")
    for key in ("id", "text"):
        if not isinstance(record.get(key), str) or not record[key].strip():
            raise DataError(f"{where}: {key!r} is {record.get(key)!r}; it is a string that is not empty")
    for key in ("title", *EXTRA_KEYS):
        if key in record and not isinstance(record[key], str):
            raise DataError(f"{where}: {key!r} is {record[key]!r}; it is a string, or left out")
    until = record.get("read_until")
    if until is not None and (isinstance(until, bool) or not isinstance(until, int) or until < 0):
        raise DataError(f"{where}: 'read_until' is {until!r}; it is a number of characters, or left out")
    return GoldArticle(
        id=record["id"],
        body=record["text"],
        events=parse_events(record, ontology=ontology),
        title=record.get("title"),
        extra={key: record[key] for key in EXTRA_KEYS if key in record},
        read_until=until,
    )


def gold_record(article: GoldArticle, *, ontology: Ontology = DEFAULT) -> dict[str, Any]:
    """Return the line of an article: `from_record` reads the same article from it."""
    events = to_record(Article(article.id, article.text, article.events), ontology=ontology)["events"]
    return {"id": article.id, **about(article), "text": article.body, "events": events}


def about(article: GoldArticle) -> dict[str, Any]:
    """Return what a file says about an article besides its id, text and events: keys with values, none empty."""
    said = {"title": article.title, **article.extra, "read_until": article.read_until}
    return {key: value for key, value in said.items() if value is not None}


def from_parts(article_id: str, text: str, events: tuple[GoldEvent, ...], said: Mapping[str, Any]) -> GoldArticle:
    """Put an article together from its whole text and from what another program kept of `about`.

    A title is believed if the text begins with it.
    """
    title = said.get("title")
    heads = [f"{title}{gap}" for gap in ("\n\n", "\r\n\r\n") if isinstance(title, str)]
    head = next((head for head in heads if text.startswith(head)), None)
    until = said.get("read_until")
    return GoldArticle(
        id=article_id,
        body=text if head is None else text[len(head) :],
        events=events,
        title=None if head is None else title,
        extra={key: said[key] for key in EXTRA_KEYS if isinstance(said.get(key), str)},
        read_until=until if isinstance(until, int) else None,
    )


def read_gold(path: Path, *, ontology: Ontology = DEFAULT) -> tuple[GoldArticle, ...]:
    """Read a gold file.

    Raises:
        DataError: it is missing or empty, a line breaks the format, or an id comes twice.
    """
    return tuple(from_record(record, ontology=ontology) for _, record in records_of(path))


def write_gold(path: Path, articles: Iterable[GoldArticle], *, ontology: Ontology = DEFAULT) -> None:
    """Write a gold file, one article per line."""
    lines = (json.dumps(gold_record(article, ontology=ontology), ensure_ascii=False) for article in articles)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
