"""The table of corpora, by name: which there are, and how a split of one is loaded.

A corpus that marks only part of the ontology says nothing about the rest: training masks what a row does not list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from whodid.errors import DataError, one_of
from whodid.ontology import DEFAULT, Ontology
from whodid_training.corpora.classification import CLASSIFICATION_SETS
from whodid_training.corpora.corpus import SOURCE_TREE, Corpus
from whodid_training.corpora.loaded import LoadedCorpus, by_id
from whodid_training.corpora.rows import ROWS

__all__ = ["CORPORA", "Corpus", "LoadedCorpus", "corpus_for", "load_corpus"]


def corpus_for(name: str, *, ontology: Ontology = DEFAULT) -> Corpus:
    """Return a corpus's row, reduced to the event types and roles that an ontology has.

    Raises:
        DataError: the corpus is unknown, or marks nothing of the ontology.
    """
    corpus = _row(name)
    if corpus.any_labels:
        return replace(corpus, event_types=ontology.type_names, roles=ontology.role_names)
    types = tuple(label for label in corpus.event_types if label in ontology.type_names)
    roles = tuple(label for label in corpus.roles if label in ontology.role_names)
    if not types and not roles:
        raise DataError(
            f"corpus {name!r} marks {', '.join((*corpus.event_types, *corpus.roles))}, of which the ontology has "
            f"nothing; it has {', '.join((*ontology.type_names, *ontology.role_names))}. Name another file as "
            "`ontology`, such as one of training/configs/labels, or leave the corpus out"
        )
    return replace(corpus, event_types=types, roles=roles)


def load_corpus(name: str, *, root: Path, split: str, ontology: Ontology = DEFAULT) -> LoadedCorpus:
    """Read one split of one corpus.

    A corpus that comes with the project's source need not be below the root: in a checkout, its folder there is read.

    Args:
        name: one of `CORPORA`.
        root: folder that holds the corpora's folders.
        split: one of the corpus's splits.
        ontology: labels of a corpus whose labels are the user's; the others have theirs.

    Raises:
        DataError: corpus or split is unknown, a folder or file is missing or breaks its format, or an id comes twice.
    """
    corpus = _row(name)
    if split not in corpus.splits:
        raise DataError(f"corpus {name!r} has no split {split!r}; allowed: {one_of(corpus.splits)}")
    folder = _folder(corpus, root)
    if not folder.is_dir():
        raise DataError(f"corpus {name!r} is expected in the folder {folder}, which does not exist. {corpus.obtain}")
    try:
        loaded = corpus.load(folder, split, **({"ontology": ontology} if corpus.any_labels else {}))
    except FileNotFoundError as error:
        raise DataError(f"corpus {name!r} needs {error.filename}, which does not exist. {corpus.obtain}") from error
    by_id(((article.id, article) for article in loaded.articles), where=f"corpus {name!r}, split {split!r}")
    return loaded


def _row(name: str) -> Corpus:
    if name not in CORPORA:
        raise DataError(f"corpus {name!r} is unknown; allowed: {one_of(CORPORA)}")
    return CORPORA[name]


def _folder(corpus: Corpus, root: Path) -> Path:
    """Where a corpus lies: below the root, else in the source tree, else where it should be."""
    folder = root / corpus.folder
    if corpus.shipped is None or folder.is_dir():
        return folder
    shipped = SOURCE_TREE / corpus.shipped
    return shipped if shipped.is_dir() else folder


CORPORA: Mapping[str, Corpus] = {corpus.name: corpus for corpus in (*ROWS, *CLASSIFICATION_SETS)}
"""Every corpus that can be trained on, by name."""
