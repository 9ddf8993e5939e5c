"""Published texts of the corpora that are annotated in the project's format: one reader per file format.

A reader returns texts by annotation id and leaves them as published: mentions are exact strings of them.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from whodid.errors import DataError
from whodid.ontology import DEFAULT, Ontology
from whodid_training.corpora.annotated import AnnotatedSource, SourceText, load_annotated, read_jsonl
from whodid_training.corpora.loaded import LoadedCorpus, by_id
from whodid_training.corpora.negatives import all_texts
from whodid_training.gold import parse_article

__all__ = [
    "FNC1",
    "FNC1_STANDOFF",
    "GENERAL_NEWS",
    "GVDB",
    "HRDSATTACK",
    "NEWSWIRE",
    "SATP",
    "SATP_STANDOFF",
    "html_article",
    "load_own",
]

_READ_WORDS = 1_500
"""Words of an HRDsAttack article, its title not counted, that the annotators read at most."""

_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def html_article(title: str, body: str, *, read_words: int = _READ_WORDS) -> SourceText:
    """Turn an article of <p> elements into a title, a blank line, and paragraphs separated by blank lines.

    Args:
        title: plain text.
        body: paragraphs; other tags are removed, entities unescaped.
        read_words: how many words of the body are read at most, cut at a paragraph end; the first is always read.

    Returns:
        The whole text; `read_until` is where the reading stopped, None if it did not.
    """
    paragraphs = [html.unescape(_TAG.sub("", part)).strip() for part in _PARAGRAPH.findall(body)]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    words = read = 0
    for paragraph in paragraphs:
        words += len(paragraph.split())
        if words > read_words and read:
            break
        read += 1
    text = "\n\n".join([title, *paragraphs])
    return SourceText(text, None if read == len(paragraphs) else len("\n\n".join([title, *paragraphs[:read]])))


def _hrdsattack(folder: Path, split: str) -> Mapping[str, SourceText]:
    path = folder / f"{split}.json"
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
        return {f"hrds-{split}-{i:03d}": _hrdsattack_text(record) for i, record in enumerate(records)}
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path}: not the published list of records with 'sample' ('Input.title', 'Input.article_interface') and "
            f"'merged_sample' ('victims') ({error!r}); fetch it again"
        ) from error


def _hrdsattack_text(record: Mapping[str, Any]) -> SourceText:
    """Read an article with the names that its authors' annotators gave to victims, as their own scorer reads them.

    A victim without a name ("multiple" people, or somebody the article does not name) has an empty one or none.
    """
    sample, victims = record["sample"], record["merged_sample"]["victims"]
    names = (victim["victim_name"] for victim in victims)
    text = html_article(sample["Input.title"], sample["Input.article_interface"])
    return replace(text, victim_names=tuple(name.strip() for name in names if name and name.strip()))


def _fnc1(folder: Path, split: str) -> Mapping[str, SourceText]:  # noqa: ARG001 - one split only
    path = folder / "bodies.jsonl.gz"
    pairs = (
        (_string(record, "id", where), SourceText(_string(record, "text", where))) for where, record in read_jsonl(path)
    )
    return by_id(pairs, where=str(path))


def _satp(folder: Path, split: str) -> Mapping[str, SourceText]:
    rows = _tab_separated(folder / f"{split}.tsv")
    return {f"satp-{split}-{i}": SourceText(row[0]) for i, row in enumerate(rows)}


def _gvdb(folder: Path, split: str) -> Mapping[str, SourceText]:  # noqa: ARG001 - only the published dev.tsv is used
    path = folder / "dev.tsv"
    rows = _tab_separated(path)
    header = next(rows, [])
    missing = [name for name in ("Article id", "Full text") if name not in header]
    if missing:
        raise DataError(f"{path}: no column {missing[0]!r} in {header}; fetch the published file again")
    key, text = header.index("Article id"), header.index("Full text")
    return by_id(((f"gvdb-{row[key]}", SourceText(row[text])) for row in rows), where=str(path))


def load_own(folder: Path, split: str, *, ontology: Ontology = DEFAULT) -> LoadedCorpus:
    """Read gold files of the user's articles, with the labels of an ontology; errors are those of `load_annotated`."""
    source = AnnotatedSource("own", "{split}.jsonl", partial(_gold_file, ontology=ontology))
    return load_annotated(source, folder, split, ontology=ontology)


def _gold_file(folder: Path, split: str, *, ontology: Ontology = DEFAULT) -> Mapping[str, SourceText]:
    path = folder / f"{split}.jsonl"
    articles = (parse_article(record, where=where, ontology=ontology) for where, record in read_jsonl(path))
    pairs = ((one.id, SourceText(one.text, one.read_until, one.victim_names)) for one in articles)
    return by_id(pairs, where=str(path))


def _tab_separated(path: Path) -> Iterator[list[str]]:
    """Yield rows of unquoted cells; the csv module would limit the length of a cell."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


def _string(record: Mapping[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value:
        raise DataError(f"{where}: {key!r} is {value!r}; it is a string that is not empty")
    return value


HRDSATTACK = AnnotatedSource("hrdsattack", "annotations/{split}.jsonl", _hrdsattack)
"""World news about attacks on human-rights defenders; long articles were read in part."""
FNC1 = AnnotatedSource("fnc1", "annotations.jsonl", _fnc1)
"""General news without titles."""
FNC1_STANDOFF = AnnotatedSource("fnc1_standoff", "data/annotations/fnc1/{split}.jsonl", _fnc1, standoff=True)
"""More of the same, annotated later; the annotations come with the project."""
GENERAL_NEWS = AnnotatedSource("general_news", "data/annotations/general_news/{split}.jsonl", all_texts, standoff=True)
"""Articles that `negatives` leaves out, nearly all for a word of violence; most of them have no event."""
SATP = AnnotatedSource("satp", "annotations.jsonl", _satp)
"""Paragraphs about South Asian conflict; an id is the row of the published file, from 0."""
SATP_STANDOFF = AnnotatedSource("satp_standoff", "data/annotations/satp/{split}.jsonl", _satp, standoff=True)
"""Further paragraphs of `SATP`."""
GVDB = AnnotatedSource("gvdb", "annotations.jsonl", _gvdb)
"""US local news about shootings."""
NEWSWIRE = AnnotatedSource("newswire", "{split}.jsonl", _gold_file)
"""The project's own articles: gold files, with text and events in one record."""
