"""doccano lines (JSONL) to and from annotated articles.

doccano's browser side counts UTF-16 code units, and lines carry no text by which that could be verified, so that is the
unit written and read unless the caller says "code-points". How it counts CR LF differs between versions: texts are
written with LF, and the text as it was travels in the key `text_with_crlf`, which doccano hands back as it does all
keys that it does not know. In the project, "Allow overlapping spans" and "Use relation labeling" must be on, and
"Count grapheme clusters as one character" off.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from whodid.errors import DataError
from whodid.ontology import DEFAULT, Ontology
from whodid_training.annotation.articles import GoldArticle, about, from_parts
from whodid_training.annotation.exchange import Imported, collect
from whodid_training.annotation.graph import Graph, Link, Mark, labels, read_graph, to_graph
from whodid_training.annotation.offsets import lf_positions, positions
from whodid_training.corpora.annotated import read_jsonl

__all__ = ["config", "from_line", "read", "to_line", "write"]

_AS_IT_WAS = "text_with_crlf"


def config(ontology: Ontology = DEFAULT) -> str:
    """Return the span types of a project for these lines, to be imported under "Labels"; relations are typed in."""
    return json.dumps([{"text": name} for name in labels(ontology)], ensure_ascii=False, indent=1) + "\n"


def to_line(
    article: GoldArticle, *, relations: bool = True, unit: str = "utf-16", ontology: Ontology = DEFAULT
) -> dict[str, Any]:
    """Return the line of an article, with its annotation.

    Args:
        article: what to write.
        relations: write `entities` and `relations`; if not, `label` triples, which cannot say which marks are one
            participant nor which participants are in which of several events.
        unit: in which offsets count: one of `whodid_training.annotation.offsets.UNITS`.
        ontology: which event types and roles there are.

    Raises:
        DataError: a mention is not in the text as printed.
    """
    text = article.text.replace("\r\n", "\n")
    graph = to_graph(text, article.events, ontology=ontology)
    at = positions(text, unit)
    as_it_was = {} if text == article.text else {_AS_IT_WAS: article.text}
    line = {"text": text, "article_id": article.id, **about(article), **as_it_was}
    if not relations:
        return {**line, "label": [[at[mark.start], at[mark.end], mark.label] for mark in graph.marks]}
    entities = [
        {"id": mark.id, "label": mark.label, "start_offset": at[mark.start], "end_offset": at[mark.end]}
        for mark in graph.marks
    ]
    arrows = [
        {"id": i, "from_id": link.source, "to_id": link.target, "type": link.type}
        for i, link in enumerate(graph.links, start=1)
    ]
    return {**line, "entities": entities, "relations": arrows}


def from_line(
    line: Mapping[str, Any], *, where: str, unit: str = "utf-16", ontology: Ontology = DEFAULT
) -> GoldArticle | None:
    """Read the article of a line with `entities` and `relations`, or with `label` triples; None if it has neither.

    The id is `article_id`, else the line's own. White space in mentions becomes single spaces.

    Raises:
        DataError: the line has no text, or its marks or relations break a rule.
    """
    text = line.get("text")
    if not isinstance(text, str):
        raise DataError(f"{where}: 'text' is {text!r}; export the project as JSONL")
    if "entities" not in line and "label" not in line:
        return None
    given = _as_given(line, text, where)
    back = lf_positions(given) if given != text else range(len(text) + 1)
    at = {offset: back[index] for index, offset in enumerate(positions(text, unit))}
    graph = _graph(line, given, at, where)
    events = read_graph(graph, where=where, ontology=ontology)
    return from_parts(str(line.get("article_id", line.get("id"))), given, events, line)


def write(
    path: Path,
    articles: Iterable[GoldArticle],
    *,
    relations: bool = True,
    unit: str = "utf-16",
    ontology: Ontology = DEFAULT,
) -> None:
    """Write a file of lines, to be imported as JSONL, with relations as JSONL(Relation)."""
    lines = (to_line(article, relations=relations, unit=unit, ontology=ontology) for article in articles)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8", newline="\n")


def read(path: Path, *, unit: str = "utf-16", ontology: Ontology = DEFAULT) -> Imported:
    """Read a file that was exported as JSONL.

    Raises:
        DataError: it is missing, or a line breaks a rule.
    """
    try:
        return collect(from_line(line, where=where, unit=unit, ontology=ontology) for where, line in read_jsonl(path))
    except FileNotFoundError as error:
        raise DataError(f"there is no file {path}; export the project as JSONL and unpack it") from error


def _as_given(line: Mapping[str, Any], text: str, where: str) -> str:
    given = line.get(_AS_IT_WAS, text)
    if not isinstance(given, str) or given.replace("\r\n", "\n") != text.replace("\r\n", "\n"):
        raise DataError(f"{where}: {_AS_IT_WAS!r} is not the text with other line ends; remove the key")
    return given


def _graph(line: Mapping[str, Any], text: str, at: Mapping[int, int], where: str) -> Graph:
    try:
        if "entities" in line:
            spans = [(one["id"], one["start_offset"], one["end_offset"], one["label"]) for one in line["entities"]]
        else:
            spans = [(number, *triple) for number, triple in enumerate(line["label"], start=1)]
        marks = [Mark(key, at.get(start, -1), at.get(end, -1), label) for key, start, end, label in spans]
        links = [Link(one["from_id"], one["to_id"], one["type"]) for one in line.get("relations") or ()]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{where}: not 'entities' and 'relations', nor 'label' triples of start, end and label ({error!r})"
        ) from error
    return Graph(text, tuple(marks), tuple(links))
