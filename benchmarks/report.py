"""What was measured, as Markdown and as a plot. `python benchmarks/report.py results/NAME.json` writes both again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

DTYPES = ("float32", "bfloat16", "int8")
UNITS = {"float32": "GFLOP/s", "bfloat16": "GFLOP/s", "int8": "GOP/s"}


def markdown(results: dict[str, Any]) -> str:
    """Return the tables."""
    parts = [_machine(results), _systems(results), _verdict(results), _lengths(results), _archives(results)]
    return "\n\n".join(parts) + "\n"


def figures(results: dict[str, Any]) -> dict[str, float]:
    """Return the figures that the bars are about."""
    chosen, pair, peaks = results["whodid"][0], results["pipelines"], results["peaks"]
    limit = max(peaks["float32"], peaks["bfloat16"])
    return {
        "times_the_pipelines": _rate(chosen) / _rate(pair),
        "share_of_float_limit": chosen["operations"] / chosen["seconds"] / limit / 1e9,
        "outside_the_network": 1.0 - chosen["network_cpu_s"] / chosen["cpu_s"],
        "long_article_peak_mib": results["long"]["peak_mib"],
        "largest_archive_peak_mib": results["archives"][-1]["peak_mib"],
        "largest_to_smallest_archive": results["archives"][-1]["articles_per_s"]
        / results["archives"][0]["articles_per_s"],
    }


def store(results: dict[str, Any], folder: Path, name: str) -> None:
    """Write NAME.json, NAME.md and, where matplotlib is installed, NAME.svg."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    text = markdown(results)
    try:
        plot(results, folder / f"{name}.svg")
        text += f"\n![articles per second by size of archive, pieces per second by length of article]({name}.svg)\n"
    except ImportError:
        print('no plot: pip install "matplotlib>=3.9"', file=sys.stderr)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")


def plot(results: dict[str, Any], path: Path) -> None:
    """Draw throughput against size of archive and against length of article."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    sizes = [row["articles"] for row in results["archives"]]
    left.plot(sizes, [row["articles_per_s"] for row in results["archives"]], marker="o")
    words = [row["words"] for row in results["lengths"]]
    right.plot(words, [row["pieces"] / row["seconds"] for row in results["lengths"]], marker="o")
    labels = (
        (left, f"articles of {results['plan']['lead_words']} words in the archive", "articles a second"),
        (right, "words in an article", "word pieces a second"),
    )
    for axes, across, up in labels:
        axes.set(xscale="log", xlabel=across, ylabel=up, ylim=(0, None))
        axes.grid(visible=True, alpha=0.3)
    figure.savefig(path, metadata={"Date": None})


def _rate(one: dict[str, Any]) -> float:
    return float(one["articles"] / one["seconds"])


def _machine(results: dict[str, Any]) -> str:
    facts, peaks = results["machine"], results["peaks"]
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    limits = ", ".join(f"{name} {peaks[name]:.0f} {UNITS[name]}" for name in DTYPES)
    return (
        f"{facts['processor']} ({', '.join(facts['instructions'])}), {facts['cores']} cores, "
        f"{facts['memory_gib']} GiB; {facts['system']}, Python {facts['python']}, {versions}. {facts['date']}, "
        f"seed {facts['seed']}, load before {facts['load_before'][0]}, {results['seconds']:.0f} s. "
        f"Limit, measured: {limits}."
    )


def _systems(results: dict[str, Any]) -> str:
    peaks = results["peaks"]
    rows = [(f"whodid, {one['dtype']}", one) for one in results["whodid"]]
    rows.append(("pipeline pair, BERT-base, float32", results["pipelines"]))
    head = ["system", "articles/s", "pieces/s", "GOP/s", *(f"of {name} limit" for name in DTYPES)]
    head += ["peak MiB", "loaded s", "first result s"]
    lines = [head, ["---"] * len(head)]
    for name, one in rows:
        rate = one["operations"] / one["seconds"] / 1e9
        lines.append(
            [name, f"{_rate(one):.2f}", f"{one['pieces'] / one['seconds']:.0f}", f"{rate:.0f}"]
            + [f"{rate / peaks[dtype]:.0%}" for dtype in DTYPES]
            + [f"{one['peak_mib']:.0f}", f"{one['ready_s']:.1f}", f"{one['ready_s'] + one['first_s']:.1f}"]
        )
    note = (
        "Pieces are those of the articles that were read; the pipelines cut each article at 512. GOP/s and shares "
        "count the products of all windows, with what neighbours share. The first whodid is what `auto` chose."
    )
    return f"{_table(lines)}\n\n{note}"


def _verdict(results: dict[str, Any]) -> str:
    found = figures(results)
    chosen = results["whodid"][0]
    return (
        f"whodid ({chosen['dtype']}) reads {found['times_the_pipelines']:.1f} times as many articles a second as the "
        f"pipeline pair, at {found['share_of_float_limit']:.0%} of the better of the two floating-point limits. "
        f"{found['outside_the_network']:.1%} of its processor time goes by outside the network: on cutting text into "
        "pieces, on decisions, on JSON."
    )


def _lengths(results: dict[str, Any]) -> str:
    lines = [["words in an article", "articles/s", "pieces/s", "peak MiB"], ["---"] * 4]
    for row in results["lengths"]:
        speed = row["pieces"] / row["seconds"]
        lines.append([str(row["words"]), f"{_rate(row):.2f}", f"{speed:.0f}", f"{row['peak_mib']:.0f}"])
    row = results["long"]
    speed = row["pieces"] / row["seconds"]
    lines.append([f"one of {row['bytes'] / 1e6:g} MB", f"{_rate(row):.4f}", f"{speed:.0f}", f"{row['peak_mib']:.0f}"])
    return _table(lines)


def _archives(results: dict[str, Any]) -> str:
    words = results["plan"]["lead_words"]
    lines = [[f"articles of {words} words in the archive", "articles/s", "seconds", "peak MiB"], ["---"] * 4]
    lines += [
        [f"{row['articles']:,}", f"{row['articles_per_s']:.0f}", f"{row['seconds']:.0f}", f"{row['peak_mib']:.0f}"]
        for row in results["archives"]
    ]
    start_up = results["archives"][0]["start_up_s"]
    note = f"`whodid predict`, JSONL to JSONL. Starting up takes {start_up:.1f} s and is not in the rate."
    return f"{_table(lines)}\n\n{note}"


def _table(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    given = Path(sys.argv[1])
    store(json.loads(given.read_text(encoding="utf-8")), given.parent, given.stem)
