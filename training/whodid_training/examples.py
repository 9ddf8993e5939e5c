"""Articles as training examples: pieces and labels of a whole article, one row each, kept on disk by `datasets`.

A label that a corpus does not give is `IGNORE`, and every loss leaves it out: silence about a role or a type is not
evidence against it. A corpus row says so for whole roles and types, `Article.unsure` for parts of a text. Windows are
cut later, so that one cache serves every window size.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import datasets
import numpy as np
from tokenizers import Tokenizer

from whodid.ontology import Ontology
from whodid.tokens import SHAPES, Tokens, tokenize
from whodid_training.align import AlignedMention, align, tag_words
from whodid_training.article import Article, GoldEntity

__all__ = ["IGNORE", "Marked", "build_examples", "example", "looks_named"]

IGNORE = -100
"""Label of what is unknown; the value that torch's losses skip by default."""

_VERSION = 4
"""Raised whenever rows change, so that no stale cache is read."""

_MOST_INCIDENTS = 62
"""What fits into a bit set; further events of an article are unknown to it."""

IntTable = np.ndarray[tuple[int, int], np.dtype[np.int64]]

_CAPITALS = tuple(SHAPES.index(name) for name in ("capitalized", "upper", "single_upper", "mixed"))
_SMALL_WORD = re.compile(r"\b[a-z]{1,4}\b")


@dataclass(frozen=True)
class Marked:
    """The articles of one corpus with what its annotators marked; everything else is unknown."""

    corpus: str
    """Name in the registry."""
    articles: tuple[Article, ...]
    event_types: frozenset[str]
    """Types whose absence from an article means that there is no such event."""
    roles: frozenset[str]
    """Roles whose absence from a word means that it plays no such role."""
    mixed_case: bool = True
    """False where the whole text is in capitals."""


def build_examples(
    marked: Sequence[Marked], *, tokenizer: Tokenizer, ontology: Ontology, cache: Path
) -> tuple[datasets.Dataset, Counter[str]]:
    """Tokenize and align corpora, or take the result from the cache.

    Returns:
        One row per article, memory-mapped, `info.description` being a digest of all that they are made from; and
        "corpus: reason" to number of mention strings that were lost.
    """
    digest = _digest(marked, tokenizer, ontology)
    folder, counts = cache / digest, cache / digest / "lost.json"
    if not counts.is_file():
        lost: Counter[str] = Counter()
        rows = datasets.Dataset.from_list(
            [row for part in marked for row in _rows(part, tokenizer, ontology, lost)], features=_features()
        )
        rows.info.description = digest
        rows.save_to_disk(str(folder))
        counts.write_text(json.dumps(lost), encoding="utf-8")
    return datasets.load_from_disk(str(folder)), Counter(json.loads(counts.read_text(encoding="utf-8")))


def example(
    article: Article, marked: Marked, *, tokens: Tokens, ontology: Ontology, lost: Counter[str]
) -> dict[str, Any]:
    """Label one article.

    Returns:
        Flat lists: ids, shapes and names with one entry per piece; tags, links, incidents and entities with one per
        piece and role, pieces first; types and mains with one per event type. Only a word's first piece is labelled. A
        link is a bit set of event types; an incident is one of the article's events and stands where a mention begins;
        an entity is the number of a participant among those of its role.
    """
    alignment = align(article, tokens)
    lost.update({f"{marked.corpus}: {reason}": count for reason, count in alignment.lost.items()})
    columns = {name: index for index, name in enumerate(ontology.role_names)}
    first = tokens.first_pieces
    word_tags, written = tag_words(alignment, len(first), columns)
    word_tags[_unsure(article, tokens) & ~word_tags.any(axis=1)] = IGNORE
    silent = [column for name, column in columns.items() if name not in marked.roles]
    word_tags[:, silent] = IGNORE
    by_word: dict[str, IntTable] = {
        "tags": word_tags.astype(np.int64),
        **_of_mentions(written, word_tags.shape, article, columns, ontology),
    }
    names = np.full(len(tokens), IGNORE, np.int64)
    for mention in written:
        named = _named(mention.entity, article, marked)
        names[first[mention.start : mention.stop]] = IGNORE if named is None else int(named)
    return {
        "id": article.id,
        "corpus": marked.corpus,
        "mixed_case": marked.mixed_case,
        "ids": tokens.ids,
        "shapes": tokens.shapes,
        **{name: _at_pieces(table, tokens).ravel() for name, table in by_word.items()},
        "names": names,
        "types": [_presence(name, article, marked) for name in ontology.type_names],
        "mains": _mains(article, ontology),
    }


def _of_mentions(
    written: Sequence[AlignedMention],
    shape: tuple[int, int],
    article: Article,
    columns: Mapping[str, int],
    ontology: Ontology,
) -> dict[str, IntTable]:
    """Say of the words of mentions what they are linked to, by column of a row: (words, roles) each."""
    links, incidents, entities = (np.full(shape, IGNORE, np.int64) for _ in range(3))
    numbers = _numbers(article, ontology)
    for mention in written:
        span, column = slice(mention.start, mention.stop), columns[mention.entity.role]
        links[span, column] = _bits(mention, ontology)
        entities[span, column] = numbers[mention.entity]
        if max(mention.incidents) < _MOST_INCIDENTS:
            incidents[mention.start, column] = sum(1 << index for index in mention.incidents)
    return {"links": links, "incidents": incidents, "entities": entities}


def _at_pieces(by_word: IntTable, tokens: Tokens) -> IntTable:
    """Put labels of words at their first pieces: (pieces, roles)."""
    table = np.full((len(tokens), by_word.shape[1]), IGNORE, np.int64)
    table[tokens.first_pieces] = by_word
    return table


def looks_named(mention: str, text: str) -> bool:
    """Judge from its letters whether a mention is a proper name.

    >>> looks_named("Ana de Vargas", "Ana de Vargas was shot."), looks_named("Gunmen", "Gunmen fled. The gunmen ...")
    (True, False)
    """
    words = [word for word in _SMALL_WORD.sub("", mention).split() if any(map(str.isalpha, word))]
    capital = bool(words) and all(next(filter(str.isalpha, word)).isupper() for word in words)
    return capital and mention.lower() not in text and (len(words) > 1 or f" {mention}" in text.replace(". ", "."))


def _rows(marked: Marked, tokenizer: Tokenizer, ontology: Ontology, lost: Counter[str]) -> Iterator[dict[str, Any]]:
    for article in marked.articles:
        read = article.text if article.read_until is None else article.text[: article.read_until]
        cut = replace(article, text=read, read_until=None)
        yield example(cut, marked, tokens=tokenize(read, tokenizer), ontology=ontology, lost=lost)


def _unsure(article: Article, tokens: Tokens) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which words touch an unsure span."""
    starts, ends = tokens.word_spans()
    touched = np.zeros(len(starts), bool)
    for start, end in article.unsure:
        touched[np.searchsorted(ends, start, side="right") : np.searchsorted(starts, end, side="left")] = True
    return touched


def _named(entity: GoldEntity, article: Article, marked: Marked) -> bool | None:
    if entity.named is not None or not marked.mixed_case:
        return entity.named
    return any(looks_named(mention, article.text) for mention in entity.mentions)


def _bits(mention: AlignedMention, ontology: Ontology) -> int:
    return sum(1 << index for index, name in enumerate(ontology.type_names) if name in mention.event_types)


def _numbers(article: Article, ontology: Ontology) -> dict[GoldEntity, int]:
    """Number the participants of each role; entities of different events that are one have one number."""
    participants = {role: article.participants(role) for role in ontology.role_names}
    return {
        entity: next(number for number, whole in enumerate(participants[role]) if whole.shares_mention(entity))
        for role in ontology.role_names
        for entity in article.entities(role)
    }


def _presence(name: str, article: Article, marked: Marked) -> int:
    if name in article.event_types:
        return 1
    return 0 if name in marked.event_types else IGNORE


def _mains(article: Article, ontology: Ontology) -> list[int]:
    """Tell the type of the main event; unknown where there is no event, or a corpus does not say."""
    if all(event.main is None for event in article.events):
        return [IGNORE] * len(ontology.event_types)
    mains = {event.type for event in article.events if event.main}
    return [int(name in mains) for name in ontology.type_names]


def _features() -> datasets.Features:
    def numbers(kind: str) -> datasets.Sequence:
        return datasets.Sequence(datasets.Value(kind))

    return datasets.Features(
        {
            "id": datasets.Value("string"),
            "corpus": datasets.Value("string"),
            "mixed_case": datasets.Value("bool"),
            "ids": numbers("int32"),
            "shapes": numbers("int8"),
            "tags": numbers("int8"),
            "links": numbers("int32"),
            "incidents": numbers("int64"),
            "entities": numbers("int32"),
            "names": numbers("int8"),
            "types": numbers("int8"),
            "mains": numbers("int8"),
        }
    )


def _digest(marked: Sequence[Marked], tokenizer: Tokenizer, ontology: Ontology) -> str:
    digest = hashlib.sha256(tokenizer.to_str().encode())
    digest.update(json.dumps([_VERSION, ontology.to_dict()]).encode())
    for part in marked:
        head: Mapping[str, Any] = {
            "corpus": part.corpus,
            "types": sorted(part.event_types),
            "roles": sorted(part.roles),
            "mixed_case": part.mixed_case,
        }
        digest.update(json.dumps(head).encode())
        for article in part.articles:
            digest.update(json.dumps(asdict(article)).encode())
    return digest.hexdigest()[:20]
