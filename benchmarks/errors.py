"""What the errors are: how many of each kind a model makes on development data, by role and for event types.

    python benchmarks/errors.py --root CORPORA [--corpus NAME ...] [--model FOLDER]

Prints a Markdown table. The kinds are those of the error browser (`whodid_training.review.errors`), which shows them in
their articles; one mishap may show as several, so they do not add up to what the scores count.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from whodid.model import Model
from whodid_training.corpora.registry import CORPORA
from whodid_training.develop import DevelopmentSet, load_development
from whodid_training.review.errors import KINDS, Comparison, compare

MEASURED = ("muc4", "hrdsattack", "newswire", "general_news")
HEAD = ("corpus", "of", "in gold", "answered", *KINDS)


def comparisons(model: Model, development: DevelopmentSet) -> Iterator[Comparison]:
    """Hold the answers of a model against gold, article by article."""
    answers = model.predict_many(development.texts)
    for article, answer in zip(development.articles, answers, strict=True):
        yield compare(article, answer, convention=development.convention)


def rows(corpus: str, roles: Iterable[str], found: Iterable[Comparison]) -> Iterator[str]:
    """Count: one row for the event types, and one for each role."""
    gold: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    errors: Counter[tuple[str, str]] = Counter()
    for one in found:
        for counts, reading in ((gold, one.gold), (answered, one.predicted)):
            counts["event types"] += len(reading.events)
            counts.update(item.label for item in reading.participants)
        errors.update(
            (error.label if error.what == "participant" else "event types", error.kind) for error in one.errors
        )
    for label in ("event types", *roles):
        figures = (gold[label], answered[label], *(errors[label, kind] for kind in KINDS))
        yield f"| {' | '.join((corpus, label, *map(str, figures)))} |"


def main() -> None:
    """Read, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, required=True, help="folder that holds the corpora")
    parser.add_argument("--corpus", action="append", choices=list(CORPORA), help=f"by default {', '.join(MEASURED)}")
    parser.add_argument("--model", type=Path, help="model folder; by default the shipped one")
    arguments = parser.parse_args()
    model = Model.load(arguments.model)
    print(f"| {' | '.join(HEAD)} |\n" + "| --- " * len(HEAD) + "|")
    for corpus in arguments.corpus or MEASURED:
        development = load_development(corpus, root=arguments.root)
        for row in rows(corpus, development.convention.roles, comparisons(model, development)):
            print(row, flush=True)


if __name__ == "__main__":
    main()
