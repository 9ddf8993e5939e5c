"""`whodid compare`: two prediction files and a gold file in, paired differences out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from whodid_training.commands.extra import needing_extra
from whodid_training.commands.inputs import OntologyPath, Resamples, Seed, read_labels

__all__ = ["compare"]


def compare(
    a: Annotated[Path, typer.Argument(help="Predictions of the first system, as `whodid predict` writes them.")],
    b: Annotated[Path, typer.Argument(help="Predictions of the second system for the same articles.")],
    *,
    gold: Annotated[Path, typer.Option("--gold", help="Gold file with the same articles.")],
    corpus: Annotated[
        str | None, typer.Option("--corpus", help="Score as this corpus's literature does; in full by default.")
    ] = None,
    ontology: OntologyPath = None,
    resamples: Resamples = 1000,
    seed: Seed = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print how two systems differ on the same articles, with 95 % intervals: which is better, and is it chance?"""
    with needing_extra("comparing"):
        from whodid_training.evaluation.compare import compare as paired  # noqa: PLC0415 - needs the extra
        from whodid_training.evaluation.compare import comparison_table  # noqa: PLC0415
        from whodid_training.evaluation.convention import convention_for  # noqa: PLC0415
        from whodid_training.evaluation.evaluation import Setting  # noqa: PLC0415
        from whodid_training.gold import read_gold  # noqa: PLC0415
        from whodid_training.predictions import read_predictions  # noqa: PLC0415

    labels = read_labels(ontology)
    convention = convention_for(corpus, ontology=labels)
    articles = read_gold(gold, ontology=labels)
    setting = Setting(gold.name, len(articles), convention, seed=seed, resamples=resamples)
    first, second = (read_predictions(path, articles, ontology=labels) for path in (a, b))
    comparison = paired(articles, first, second, setting=setting, names=(str(a), str(b)))
    if as_json:
        typer.echo(json.dumps(comparison.to_dict(), ensure_ascii=False, indent=1))
    else:
        typer.echo(comparison_table(comparison))
