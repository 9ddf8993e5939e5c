"""The table of annotation programs that gold files are exchanged with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from whodid_training.annotation import doccano, label_studio
from whodid_training.annotation.articles import GoldArticle
from whodid_training.annotation.exchange import Imported

__all__ = ["PROGRAMS", "Program"]


@dataclass(frozen=True, slots=True)
class Program:
    """One row: how the files of a program are written and read. Offsets count in a unit of `offsets.UNITS`."""

    write: Callable[[Path, Iterable[GoldArticle], str], None]
    """Writes articles to a file, with a unit."""
    read: Callable[[Path, str], Imported]
    """Reads a file, with a unit."""
    config: Callable[[], str]
    """Returns the labels that a project needs, as the program imports them."""


def _write_doccano(path: Path, articles: Iterable[GoldArticle], unit: str, *, relations: bool) -> None:
    doccano.write(path, articles, relations=relations, unit=unit)


def _read_doccano(path: Path, unit: str) -> Imported:
    return doccano.read(path, unit=unit)


PROGRAMS: Mapping[str, Program] = {
    "label-studio": Program(
        write=lambda path, articles, _: label_studio.write(path, articles),
        read=lambda path, _: label_studio.read(path),
        config=label_studio.config,
    ),
    "doccano": Program(partial(_write_doccano, relations=True), _read_doccano, doccano.config),
    "doccano-spans": Program(partial(_write_doccano, relations=False), _read_doccano, doccano.config),
}
"""Name of a format -> its row; "doccano-spans" is doccano without relations."""
