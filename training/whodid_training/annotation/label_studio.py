"""Label Studio tasks (JSON) to and from annotated articles.

Offsets are written in code points, as the program counts them since 2022; earlier versions counted UTF-16 code units.
Reading finds out: a region carries its text, so the unit is the one in which all regions of a task read that text;
where none carries one, it is code points. CR LF is two characters to Label Studio, as it is here: texts are left as
they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from whodid.errors import DataError
from whodid.ontology import DEFAULT, Ontology
from whodid_training.annotation.articles import GoldArticle, about, from_parts
from whodid_training.annotation.exchange import Imported, collect
from whodid_training.annotation.graph import IN, SAME, Graph, Link, Mark, labels, read_graph, to_graph
from whodid_training.annotation.offsets import UNITS, positions

__all__ = ["config", "from_task", "read", "to_task", "write"]

_SPACE = re.compile(r"(\s|\\n|\\r)+")
"""White space, also as some versions spell it in a region's text."""


def config(ontology: Ontology = DEFAULT) -> str:
    """Return the labelling configuration of a project for these tasks."""
    marks = "\n".join(f'    <Label value="{escape(name)}"/>' for name in labels(ontology))
    links = "\n".join(f'    <Relation value="{name}"/>' for name in (SAME, IN))
    return (
        "<View>\n  <Style>.htx-text{ white-space: pre-wrap; }</Style>\n"
        f'  <Labels name="label" toName="text">\n{marks}\n  </Labels>\n'
        f'  <Relations>\n{links}\n  </Relations>\n  <Text name="text" value="$text"/>\n</View>\n'
    )


def to_task(article: GoldArticle, *, ontology: Ontology = DEFAULT) -> dict[str, Any]:
    """Return the task of an article, with its annotation.

    Raises:
        DataError: a mention is not in the text as printed.
    """
    graph = to_graph(article.text, article.events, ontology=ontology)
    regions = [_region(mark, graph.text) for mark in graph.marks]
    return {
        "data": {"article_id": article.id, **about(article), "text": article.text},
        "annotations": [{"result": [*regions, *map(_relation, graph.links)]}],
    }


def from_task(task: Mapping[str, Any], *, where: str, ontology: Ontology = DEFAULT) -> GoldArticle | None:
    """Read the article of a task; None if nobody has annotated it.

    The id is `article_id` of the task's data, else the task's own.

    Raises:
        DataError: the task has no text or several annotations, or its regions or relations break a rule.
    """
    data = task.get("data")
    if not isinstance(data, Mapping) or not isinstance(data.get("text"), str):
        raise DataError(f"{where}: no text in data.text; export as JSON (not JSON-MIN) and name the text column 'text'")
    annotations = [one for one in task.get("annotations") or () if not one.get("was_cancelled")]
    if not annotations:
        return None
    if len(annotations) > 1:
        raise DataError(f"{where}: {len(annotations)} annotations; settle on one and delete the others")
    graph = _graph(annotations[0].get("result") or [], data["text"], where)
    events = read_graph(graph, where=where, ontology=ontology)
    return from_parts(str(data.get("article_id", task.get("id"))), data["text"], events, data)


def write(path: Path, articles: Iterable[GoldArticle], *, ontology: Ontology = DEFAULT) -> None:
    """Write a file of tasks, to be imported into a project with `config`."""
    tasks = [to_task(article, ontology=ontology) for article in articles]
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def read(path: Path, *, ontology: Ontology = DEFAULT) -> Imported:
    """Read a file that was exported as JSON.

    Raises:
        DataError: it is not a list of tasks, or one of them breaks a rule.
    """
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataError(f"{path} cannot be read as JSON: {error}; export the project as JSON") from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise DataError(f"{path} is not a list of tasks; export the project as JSON")
    places = ((f"{path}, task {task.get('id', i)}", task) for i, task in enumerate(tasks, start=1))
    return collect(from_task(task, where=where, ontology=ontology) for where, task in places)


def _region(mark: Mark, text: str) -> dict[str, Any]:
    value = {"start": mark.start, "end": mark.end, "text": text[mark.start : mark.end], "labels": [mark.label]}
    return {"id": f"m{mark.id}", "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def _relation(link: Link) -> dict[str, Any]:
    ends = {"from_id": f"m{link.source}", "to_id": f"m{link.target}"}
    return {"type": "relation", **ends, "direction": "right", "labels": [link.type]}


def _graph(result: list[Mapping[str, Any]], text: str, where: str) -> Graph:
    try:
        regions = [item for item in result if item["type"] == "labels"]
        numbers = {item["id"]: number for number, item in enumerate(regions, start=1)}
        values = [item["value"] for item in regions]
        found = zip(numbers.values(), _placed(values, text, where), map(_only_label(where), values), strict=True)
        links = [
            Link(numbers.get(item["from_id"], 0), numbers.get(item["to_id"], 0), name)
            for item in result
            if item["type"] == "relation"
            for name in item.get("labels") or ["(without label)"]
        ]
        return Graph(text, tuple(Mark(key, *span, label) for key, span, label in found), tuple(links))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{where}: not a result of labels and relations ({error!r}); export as JSON") from error


def _only_label(where: str) -> Any:
    def only(value: Mapping[str, Any]) -> str:
        if len(value["labels"]) != 1:
            raise DataError(f"{where}: region {value.get('text')!r} has the labels {value['labels']}; give it one")
        return str(value["labels"][0])

    return only


def _placed(values: list[Mapping[str, Any]], text: str, where: str) -> list[tuple[int, int]]:
    """Offsets of regions in code points, in the first unit in which every region reads its own text."""
    for unit in UNITS:
        at = {offset: index for index, offset in enumerate(positions(text, unit))}
        spans = [(at.get(int(value["start"]), -1), at.get(int(value["end"]), -1)) for value in values]
        if all(_reads(span, value, text) for span, value in zip(spans, values, strict=True)):
            return spans
    raise DataError(
        f"{where}: the regions' offsets do not lead to their texts, neither in code points nor in UTF-16 code units; "
        "was the text changed after it was annotated?"
    )


def _reads(span: tuple[int, int], value: Mapping[str, Any], text: str) -> bool:
    if -1 in span:
        return False
    said = value.get("text")
    return said is None or _SPACE.sub(" ", text[slice(*span)]) == _SPACE.sub(" ", said)
