"""Gun Violence Database as published: shooters and victims by name, in articles that are not annotated in full.

Crowd workers marked one place of each name. Only names are known; `whodid_training.corpora.people` says which words.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from whodid.errors import DataError
from whodid_training.article import Article, GoldEvent
from whodid_training.corpora.annotated import read_jsonl
from whodid_training.corpora.loaded import LoadedCorpus, by_id
from whodid_training.corpora.people import Person, mark_people

__all__ = ["load_gvdb_names"]

_SECTIONS = {"shooter-section": "perpetrator_individual", "victim-section": "victim"}
"""Section of a record -> role."""

_NOT_AN_ATTACK: Mapping[str, str] = {
    "The shooting was unintentional.": "articles about accidents",
    "The shooting was a suicide or suicide attempt.": "articles about suicides",
    "The shooting was self-directed.": "articles about suicides",
    "The firearm was used during another crime.": "articles about another crime with a gun",
}
"""Question answered "Yes" -> why the article is left out."""

_ANNOTATED = "articles that are annotated in full"
_UNNAMED = "articles without a name"
_UNMARKED = "articles without a name that could be marked"
_BOTH = "people who are shooter and victim"
_MISSING = "names within a longer name"


def load_gvdb_names(folder: Path, split: str) -> LoadedCorpus:
    """Read dev.tsv without the articles that annotations.jsonl has.

    Args:
        folder: holds the published dev.tsv; annotations.jsonl may be missing.
        split: "train".

    Raises:
        DataError: a file breaks its format, a name is not at its offsets, or an id comes twice.
        FileNotFoundError: dev.tsv is missing.
    """
    annotations = folder / "annotations.jsonl"
    annotated = {record.get("id") for _, record in read_jsonl(annotations)} if annotations.is_file() else set()
    dropped: Counter[str] = Counter()
    articles = []
    for where, key, text, record in _records(folder / "dev.tsv"):
        people = tuple(dict.fromkeys(_people(record, text, where)))
        reason = _ANNOTATED if key in annotated else _reason(record, people)
        article = _article(key, text, people, dropped) if reason is None else None
        if article is None:
            dropped[reason or _UNMARKED] += 1
        else:
            articles.append(article)
    by_id(((article.id, article) for article in articles), where=str(folder))
    return LoadedCorpus("gvdb_names", split, tuple(articles), +dropped)


def _article(key: str, text: str, people: Sequence[Person], dropped: Counter[str]) -> Article | None:
    parts = Counter(person.name for person in people)
    both = [name for name, count in parts.items() if count > 1]
    found = mark_people(text, [person for person in people if parts[person.name] == 1], others=both)
    dropped.update({_BOTH: len(both), _MISSING: len(found.missing)})
    if not found.entities:
        return None
    return Article(key, text, (GoldEvent("attack", found.entities),), unsure=found.unsure)


def _reason(record: Mapping[str, Any], people: Sequence[Person]) -> str | None:
    """Say why an article is left out; None if it is not."""
    for part in ("radio1", "radio2", "radio3"):
        for question, answer in record.get(part, {}).items():
            if answer == "Yes" and question in _NOT_AN_ATTACK:
                return _NOT_AN_ATTACK[question]
    return None if people else _UNNAMED


def _people(record: Mapping[str, Any], text: str, where: str) -> Iterator[Person]:
    for section, role in _SECTIONS.items():
        for participant in record[section]:
            name = participant["name"]
            start, end = name["startIndex"], name["endIndex"]
            if start < 0:
                continue
            if text[start:end] != name["value"]:
                raise DataError(
                    f"{where}: {name['value']!r} is not at {start}:{end}, where {text[start:end]!r} stands; read the "
                    "published file without changing its quotes or line ends"
                )
            if name["value"].strip():
                yield Person(role, name["value"].strip())


def _records(path: Path) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Yield place, id, text and labels of each row; cells are not quoted."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        rows = (line.rstrip("\n").split("\t") for line in lines)
        header = next(rows, [])
        missing = [name for name in ("Article id", "Full text", "Json") if name not in header]
        if missing:
            raise DataError(f"{path}: no column {missing[0]!r} in {header}; fetch the published file again")
        for number, row in enumerate(rows, start=2):
            where = f"{path}, line {number}"
            cells = dict(zip(header, row, strict=False))
            try:
                record = json.loads(cells["Json"])
                [record[section] for section in _SECTIONS]
            except (KeyError, TypeError, json.JSONDecodeError) as error:
                raise DataError(f"{where}: no labels in the column 'Json' ({error!r}); fetch the file again") from error
            yield where, f"gvdb-{cells['Article id']}", cells["Full text"], record
