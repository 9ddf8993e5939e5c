"""What Ray costs: the same archive on the same machine by one process and by the ray engine, all cores in both.

    python benchmarks/cluster.py [--articles 600] [--store NAME] [--model FOLDER]

The articles are the newswire's, in one file. Starting up is measured with an archive of one article and taken off.
`--store NAME` writes the results to benchmarks/results/NAME.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import machine
from systems import articles

HERE = Path(__file__).parent
ENGINES = ("local", "ray")


def measure(count: int, *, seed: int, model: str | None) -> dict[str, Any]:
    """Time both engines on an archive."""
    found: dict[str, Any] = {"machine": machine.facts(seed), "articles": count, "engines": {}}
    with tempfile.TemporaryDirectory() as folder:
        for engine in ENGINES:
            start_up = seconds(Path(folder), 1, engine, seed=seed, model=model)
            whole = seconds(Path(folder), count, engine, seed=seed, model=model)
            rate = (count - 1) / max(whole - start_up, 1e-9)
            found["engines"][engine] = {"start_up_s": start_up, "seconds": whole, "articles_per_s": rate}
    return found


def seconds(folder: Path, count: int, engine: str, *, seed: int, model: str | None) -> float:
    """Run the program on so many articles; return how long it took."""
    archive, output = folder / "news.jsonl", folder / "events"
    with archive.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"text": text}) + "\n" for text in articles(count, seed=seed))
    command = [sys.executable, "-m", "whodid", "predict", str(archive), "-o", str(output), "--engine", engine]
    command += ["--output-format", "parquet", *(["--model", model] if model else [])]
    environment = {key: value for key, value in os.environ.items() if key != "RAY_ADDRESS"}
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    spent = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{done.stderr}\n{' '.join(command)} failed")
    shutil.rmtree(output) if output.is_dir() else output.unlink()
    return spent


def markdown(found: dict[str, Any]) -> str:
    """Return the table."""
    lines = [["engine", "articles/s", "seconds", "of them starting up"], ["---"] * 4]
    for engine, one in found["engines"].items():
        lines.append([engine, f"{one['articles_per_s']:.2f}", f"{one['seconds']:.1f}", f"{one['start_up_s']:.1f}"])
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    share = found["engines"]["ray"]["articles_per_s"] / found["engines"]["local"]["articles_per_s"]
    facts = found["machine"]
    return (
        f"{table}\n\n{found['articles']:,} articles of newswire on {facts['processor']}, {facts['cores']} cores, "
        f"{facts['date']}: on one machine the ray engine reads {share:.0%} of what one process reads."
    )


def main() -> None:
    """Measure, print, and store if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=600, help="in the archive")
    parser.add_argument("--store", metavar="NAME", help="write benchmarks/results/NAME.json")
    parser.add_argument("--seed", type=int, default=0, help="draws the articles")
    parser.add_argument("--model", help="model folder, as a full path; the shipped model by default")
    given = parser.parse_args()
    found = measure(given.articles, seed=given.seed, model=given.model)
    print(markdown(found))
    if given.store:
        (HERE / "results").mkdir(exist_ok=True)
        text = json.dumps(found, indent=1) + "\n"
        (HERE / "results" / f"{given.store}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
