"""Options that the commands about evaluation share, and the labels that one of them names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whodid.ontology import DEFAULT, Ontology

__all__ = ["OntologyPath", "Resamples", "Seed", "read_labels"]

OntologyPath = Annotated[
    Path | None,
    typer.Option("--ontology", help="Labels of the files: ontology.json of a model folder; the shipped by default."),
]
Resamples = Annotated[
    int, typer.Option("--resamples", min=100, help="Resamples of the articles from which intervals come.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Fixes the resamples.")]


def read_labels(path: Path | None) -> Ontology:
    """Read the ontology that the option names.

    Raises:
        DataError: the file cannot be read.
    """
    if path is None:
        return DEFAULT
    from whodid_training.train import load_ontology  # noqa: PLC0415 - imports torch

    return load_ontology(path)
