"""Texts for masked-language pre-training: unlabelled news of published files, and the training splits of corpora.

A table says which files are read whole; labels, annotations, and the development halves of corpora are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from whodid.errors import DataError, one_of
from whodid_training.corpora.annotated import read_jsonl
from whodid_training.corpora.registry import CORPORA, load_corpus

__all__ = ["TEXTS", "TextSource", "read_texts"]


@dataclass(frozen=True, slots=True)
class TextSource:
    """One collection."""

    folder: str
    """Below the corpora root."""
    files: tuple[str, ...]
    """JSON lines with `text` and perhaps `title`; .gz of them."""


TEXTS: Mapping[str, TextSource] = {
    "fnc1": TextSource("fnc1", ("bodies.jsonl.gz",)),
    "gun_violence_archive": TextSource("gun_violence_archive", ("articles.jsonl.gz",)),
    "bbc": TextSource("negatives", ("bbc_2004_2005.jsonl.gz",)),
    "reuters": TextSource("negatives", ("reuters21578.jsonl.gz",)),
    "ag_news": TextSource("negatives", ("ag_news_test.jsonl.gz",)),
    "own": TextSource("own", ("train.jsonl",)),
}
"""Collections that are read from end to end, by name. Their cards are those of the corpora in the same folders."""


def read_texts(name: str, *, root: Path) -> Iterator[str]:
    """Yield the articles of a collection, or of the training split of a corpus: title, blank line, text.

    Raises:
        DataError: the collection is unknown, a file is missing, or a record has no text.
    """
    if name in TEXTS:
        yield from _whole(name, TEXTS[name], root)
    elif name in CORPORA:
        yield from (article.text for article in load_corpus(name, root=root, split="train").articles)
    else:
        raise DataError(f"texts {name!r} are unknown; allowed: {one_of(sorted({*TEXTS, *CORPORA}))}")


def _whole(name: str, source: TextSource, root: Path) -> Iterator[str]:
    for file in source.files:
        path = root / source.folder / file
        if not path.is_file():
            raise DataError(f"texts {name!r} are expected in {path}, which does not exist; see data/cards")
        for where, record in read_jsonl(path):
            text, title = record.get("text"), record.get("title")
            if not isinstance(text, str):
                raise DataError(f"{where}: 'text' is {text!r}; it must be a string")
            yield f"{title}\n\n{text}" if title else text
