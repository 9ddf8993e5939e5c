"""Count what a corpus holds, for its card: articles, words, events by type and participants by role, split by split.

python -m whodid_training.corpora.sizes fnc1 general_news --root CORPORA
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from whodid_training.article import Article
from whodid_training.corpora.registry import CORPORA, load_corpus

__all__ = ["size_table"]


def size_table(splits: Mapping[str, Sequence[Article]], *, event_types: Sequence[str], roles: Sequence[str]) -> str:
    """Make a table in Markdown with a row per count and a column per split.

    Args:
        splits: articles by split.
        event_types: rows for them, each with its number of events.
        roles: rows for them, each with its number of participants, one in two events counted twice.
    """
    counts = {split: _counts(articles) for split, articles in splits.items()}
    rows = ["articles", "words", "articles with an event", "articles with a main event", "events"]
    rows += [*(f"events, {name}" for name in event_types), *(f"participants, {name}" for name in roles)]
    lines = [f"| count | {' | '.join(splits)} |", "|---|" + "---|" * len(splits)]
    lines += [f"| {row} | " + " | ".join(f"{counts[split][row]:,}" for split in splits) + " |" for row in rows]
    return "\n".join(lines)


def _counts(articles: Sequence[Article]) -> Counter[str]:
    events = [event for article in articles for event in article.events]
    return Counter(
        {
            "articles": len(articles),
            "words": sum(len(article.text.split()) for article in articles),
            "articles with an event": sum(bool(article.events) for article in articles),
            "articles with a main event": sum(any(event.main for event in article.events) for article in articles),
            "events": len(events),
            **Counter(f"events, {event.type}" for event in events),
            **Counter(f"participants, {entity.role}" for event in events for entity in event.entities),
        }
    )


def main() -> None:
    """Print the tables of the corpora that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    fixed = [name for name, row in CORPORA.items() if not row.any_labels]
    parser.add_argument("corpora", nargs="+", choices=fixed, metavar="CORPUS", help=", ".join(fixed))
    parser.add_argument("--root", type=Path, required=True, help="folder that holds the corpora's folders")
    given = parser.parse_args()
    for name in given.corpora:
        row = CORPORA[name]
        splits = {s: load_corpus(name, root=given.root, split=s).articles for s in row.splits}
        sys.stdout.write(f"{name}\n\n{size_table(splits, event_types=row.event_types, roles=row.roles)}\n\n")


if __name__ == "__main__":
    main()
