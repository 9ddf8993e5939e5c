"""What a large run would take and cost, worked out from measured rates and a price.

    python benchmarks/cost.py --price 0.05 [--currency USD] [--articles 100000000] [--write docs/cluster.md]

The rates are those that `throughput.py --store NAME` left in benchmarks/results, all of them; the price is that of a
core for an hour, and nobody's but yours. `--write` puts the answer into a document, between two marks, the first of
which keeps the arguments: a test checks that the document says what this program prints.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
CORES = (64, 1024)
"""Sizes of clusters."""
MARKED = re.compile(r"(?<=<!-- cost: )([^\n]*)( -->\n)(.*?)(?=<!-- end of cost -->)", re.DOTALL)
"""Arguments, and what was printed for them."""
NOTHING = (
    "No rates are stored in `benchmarks/results` yet, so there is nothing to work out: `make bench STORE=name` "
    "measures them."
)


def stored(folder: Path = RESULTS) -> dict[str, dict[str, Any]]:
    """Return the results of throughput.py that were kept, by name."""
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    return {name: results for name, results in found.items() if {"machine", "whodid", "lengths"} <= results.keys()}


def markdown(results: dict[str, dict[str, Any]], *, articles: int, price: float, currency: str) -> str:
    """Return the answer: a table for each machine that was measured."""
    if not results:
        return f"{NOTHING}\n"
    head = f"{articles:,} articles, at a stated price of {price:g} {currency} for a core and hour:"
    tables = [_table(name, one, articles, price, currency) for name, one in results.items()]
    return "\n\n".join([head, *tables]) + "\n"


def _table(name: str, results: dict[str, Any], articles: int, price: float, currency: str) -> str:
    facts, chosen = results["machine"], results["whodid"][0]
    lines = [
        ["an article of", "articles/s a core", "core hours", currency, *(f"days on {cores:,} cores" for cores in CORES)]
    ]
    lines.append(["---"] * len(lines[0]))
    pieces = chosen["pieces"] / chosen["articles"]
    lines.append([f"{pieces:,.0f} word pieces (newswire, as it comes)", *_row(chosen, articles, price)])
    lines += [[f"{row['words']:,} words", *_row(row, articles, price)] for row in results["lengths"]]
    size = articles * chosen["bytes_written"] / chosen["articles"] / 1e9
    note = (
        f"Measured on {facts['processor']}, {facts['cores']} cores, {chosen['dtype']}, {facts['date']} "
        f"(`benchmarks/results/{name}.json`). The answers to the newswire would be {size:,.0f} GB of JSON lines."
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + f"\n\n{note}"


def _row(one: dict[str, Any], articles: int, price: float) -> list[str]:
    """Return the rate of one core, its hours, their price, and days on clusters."""
    rate = one["articles"] / one["seconds"] / one["threads"]
    hours = articles / rate / 3600
    return [f"{rate:.3g}", f"{hours:,.0f}", f"{hours * price:,.0f}", *(f"{hours / n / 24:,.1f}" for n in CORES)]


def answer(arguments: Sequence[str]) -> tuple[str, Path | None]:
    """Return what is to be printed for some arguments, and where else it is to be written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--price", type=float, required=True, help="of one core for one hour")
    parser.add_argument("--currency", default="USD", help="what the price is in")
    parser.add_argument("--articles", type=int, default=10**8, help="how many there are to read")
    parser.add_argument("--write", type=Path, metavar="FILE", help="document to write the answer into")
    given = parser.parse_args(arguments)
    text = markdown(stored(), articles=given.articles, price=given.price, currency=given.currency)
    return text, given.write


def main() -> None:
    """Print, and write if asked."""
    import sys

    text, document = answer(sys.argv[1:])
    print(text, end="")
    if document is None:
        return
    before = document.read_text(encoding="utf-8")
    if not MARKED.search(before):
        raise SystemExit(f"{document} has no place for it: <!-- cost: ARGUMENTS --> and <!-- end of cost -->")
    at = sys.argv.index("--write")
    kept = " ".join(sys.argv[1:at] + sys.argv[at + 2 :])
    document.write_text(MARKED.sub(lambda found: f"{kept}{found[2]}\n{text}\n", before), encoding="utf-8")


if __name__ == "__main__":
    main()
