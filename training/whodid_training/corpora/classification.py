"""Sets that label whole texts and mark nobody in them: the classification sets that ConfliBERT is measured on.

Their columns are labels of their own, with an ontology of their own in `training/configs/labels`; none is a type of the
default ontology, because none means quite the same. A row is a text and one 0 or 1 per label, separated by tabs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from whodid.errors import DataError
from whodid_training.article import Article, GoldEvent
from whodid_training.corpora.corpus import Corpus
from whodid_training.corpora.loaded import LoadedCorpus

__all__ = ["CLASSIFICATION_SETS", "SETS", "ClassificationSet", "load_classification"]

_BLANK = "texts without a word"
_REPEATED = "texts that another row has with the same labels"
_CONTRADICTED = "rows of texts that come with different labels"


@dataclass(frozen=True, slots=True)
class ClassificationSet:
    """One set."""

    name: str
    """As in the registry."""
    folder: str
    """Below `conflibert`, as published."""
    labels: tuple[str, ...]
    """Name of each column, in order."""


SETS: tuple[ClassificationSet, ...] = (
    ClassificationSet(
        "satp_relevant", "satp_relevant", ("armed_assault", "explosion", "abduction", "arson_or_other_attack")
    ),
    ClassificationSet(
        "insight_crime",
        "insightCrime",
        (
            "drug_trafficking",
            "corruption",
            "law_enforcement",
            "killing",
            "extortion_or_fraud",
            "illegal_extraction",
            "other_trafficking",
        ),
    ),
    ClassificationSet(
        "india_police_docs",
        "IndiaPoliceEvents_docs",
        ("police_killing", "police_arrest", "police_action", "police_failure", "police_force"),
    ),
    ClassificationSet(
        "india_police_sents",
        "IndiaPoliceEvents_sents",
        ("police_killing", "police_arrest", "police_action", "police_failure", "police_force"),
    ),
)
"""The sets that are read. What their columns mean was found from their texts; their cards say how."""


def load_classification(source: ClassificationSet, folder: Path, split: str) -> LoadedCorpus:
    """Read a split: one article per row, with an event for each of its labels.

    Args:
        source: which set.
        folder: holds train.tsv and dev.tsv.
        split: "train" or "dev".

    Raises:
        DataError: a line does not have one 0 or 1 per label.
        FileNotFoundError: a file is missing.
    """
    dropped: Counter[str] = Counter()
    found: dict[str, Article | None] = {}
    for number, (text, labels) in enumerate(_rows(folder / f"{split}.tsv", source)):
        article = Article(f"{source.name}-{split}-{number}", text, tuple(map(GoldEvent, labels)))
        if split != "train":  # what is measured stays as it was published
            found[article.id] = article
        elif not any(map(str.isalnum, text)):
            dropped[_BLANK] += 1
        elif text not in found:
            found[text] = article
        else:
            _repeated(found, article, dropped)
    return LoadedCorpus(source.name, split, tuple(filter(None, found.values())), +dropped)


def _repeated(found: dict[str, Article | None], article: Article, dropped: Counter[str]) -> None:
    """Keep one of the rows of a text, none if they contradict each other."""
    other = found[article.text]
    if other is not None and other.event_types == article.event_types:
        dropped[_REPEATED] += 1
    else:
        dropped[_CONTRADICTED] += 1 if other is None else 2
        found[article.text] = None


def _rows(path: Path, source: ClassificationSet) -> Iterator[tuple[str, list[str]]]:
    """Yield text and labels; the csv module would limit the length of a text."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            text, *cells = line.rstrip("\r\n").split("\t")
            if len(cells) != len(source.labels) or not set(cells) <= {"0", "1"}:
                raise DataError(
                    f"{path}, line {number}: after the text {cells!r}; a row has a 0 or 1 for each of the "
                    f"{len(source.labels)} labels {', '.join(source.labels)}. Fetch the published file again"
                )
            if len(text) > 1 and text[0] == text[-1] == '"':
                text = text[1:-1].replace('""', '"')
            yield text.strip(), [label for label, cell in zip(source.labels, cells, strict=True) if cell == "1"]


CLASSIFICATION_SETS = tuple(
    Corpus(
        name=source.name,
        folder=f"conflibert/{source.folder}",
        licence="GPL-3.0 (repository); the texts belong to their owners",
        obtain=f"Fetch data/{source.folder}/train.tsv and dev.tsv from github.com/eventdata/ConfliBERT.",
        splits=("train", "dev"),
        event_types=source.labels,
        roles=(),
        silent="Who took part. Its labels are its own: train on it with its ontology, training/configs/labels.",
        load=partial(load_classification, source),
    )
    for source in SETS
)
"""Their rows in the registry."""
