"""An annotated article with everything that its line in a gold file says: title, body and where it is from.

`whodid_training.gold` reads the same lines for scoring, as articles without title, date and source. Here everything is
kept, so that a file can be split, exchanged and written again. Whether the mentions stand in the text, and more, is the
business of `whodid_training.annotation.rules`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whodid.ontology import DEFAULT, Ontology
from whodid_training.article import Article, GoldEvent
from whodid_training.corpora.annotated import to_record
from whodid_training.gold import EXTRA_KEYS, parse_article, records_of

__all__ = ["GoldArticle", "about", "from_parts", "from_record", "gold_record", "read_articles", "write_articles"]


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
    """The headline, if it is kept apart; never empty."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Values of `EXTRA_KEYS`, those that are there."""
    read_until: int | None = None
    """How many characters of `text` the annotator read; None: all."""
    victim_names: tuple[str, ...] | None = None
    """As in `Article`."""

    @property
    def text(self) -> str:
        """As the model reads it: title, blank line, body."""
        return self.body if self.title is None else f"{self.title}\n\n{self.body}"


def from_record(record: Mapping[str, Any], *, where: str | None = None, ontology: Ontology = DEFAULT) -> GoldArticle:
    """Read one line of a gold file.

    Args:
        record: the line.
        where: its place, for errors; its id if it is not known.
        ontology: which event types and roles are allowed.

    Raises:
        DataError: a key is missing or unknown, or has the wrong type.
    """
    where = where or f"record {record.get('id', '(without id)')!r}"
    article = parse_article(record, where=where, ontology=ontology)
    return GoldArticle(
        id=article.id,
        body=record["text"],
        events=article.events,
        title=record.get("title") or None,
        extra={key: record[key] for key in EXTRA_KEYS if key in record},
        read_until=article.read_until,
        victim_names=article.victim_names,
    )


def gold_record(article: GoldArticle, *, ontology: Ontology = DEFAULT) -> dict[str, Any]:
    """Return the line of an article: `from_record` reads the same article from it."""
    events = to_record(Article(article.id, article.text, article.events), ontology=ontology)["events"]
    return {"id": article.id, **about(article), "text": article.body, "events": events}


def about(article: GoldArticle) -> dict[str, Any]:
    """Return what a file says about an article besides its id, text and events: keys with values, none empty."""
    names = None if article.victim_names is None else list(article.victim_names)
    said = {"title": article.title, **article.extra, "read_until": article.read_until, "victim_names": names}
    return {key: value for key, value in said.items() if value is not None}


def from_parts(article_id: str, text: str, events: tuple[GoldEvent, ...], said: Mapping[str, Any]) -> GoldArticle:
    """Put an article together from its whole text and from what another program kept of `about`.

    A title is believed if the text begins with it.
    """
    title = said.get("title")
    heads = [f"{title}{gap}" for gap in ("\n\n", "\r\n\r\n") if isinstance(title, str)]
    head = next((head for head in heads if text.startswith(head)), None)
    until, names = said.get("read_until"), said.get("victim_names")
    return GoldArticle(
        id=article_id,
        body=text if head is None else text[len(head) :],
        events=events,
        title=None if head is None else title,
        extra={key: said[key] for key in EXTRA_KEYS if isinstance(said.get(key), str)},
        read_until=until if isinstance(until, int) else None,
        victim_names=tuple(names) if isinstance(names, list) else None,
    )


def read_articles(path: Path, *, ontology: Ontology = DEFAULT) -> tuple[GoldArticle, ...]:
    """Read a gold file.

    Raises:
        DataError: it is missing or empty, a line breaks the format, or an id comes twice.
    """
    return tuple(from_record(record, where=where, ontology=ontology) for where, record in records_of(path))


def write_articles(path: Path, articles: Iterable[GoldArticle], *, ontology: Ontology = DEFAULT) -> None:
    """Write a gold file, one article per line."""
    lines = (json.dumps(gold_record(article, ontology=ontology), ensure_ascii=False) for article in articles)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
