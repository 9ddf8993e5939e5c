"""How long a person waits: loading the model, and reading one article of 400 words. Prints a Markdown table.

    python benchmarks/latency.py [--model FOLDER] [--runs 5]

Loading is timed in fresh processes, from `import whodid` to a model that can read, so that importing torch counts.
Reading is timed in one process after one article that is not counted. Figures are medians; the range is beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

WORDS = 400
SAMPLES = Path(__file__).parents[1] / "data" / "samples"
LOADING = """
import sys, time
start = time.perf_counter()
import whodid
whodid.load(sys.argv[1] or None)
print(time.perf_counter() - start)
"""


def article() -> str:
    """Put together an article of `WORDS` words from the project's samples."""
    words = " ".join(path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))).split()
    return " ".join(words[:WORDS])


def load_seconds(model: str, runs: int) -> list[float]:
    """Time loading in fresh processes; the first, which fills the disk cache, is not counted."""
    command = [sys.executable, "-c", LOADING, model]
    times = [float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(runs + 1)]
    return times[1:]


def predict_seconds(model: str, runs: int) -> list[float]:
    """Time one article at a time."""
    import whodid

    reader, text = whodid.load(model or None), article()
    reader.predict(text)
    times = []
    for _ in range(4 * runs):
        start = time.perf_counter()
        reader.predict(text)
        times.append(time.perf_counter() - start)
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="", help="model folder; the shipped model by default")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the raw times instead")
    arguments = parser.parse_args()
    times = {
        "import and load": load_seconds(arguments.model, arguments.runs),
        f"read one article of {WORDS} words": predict_seconds(arguments.model, arguments.runs),
    }
    if arguments.json:
        print(json.dumps(times))
        return
    import torch
    from machine import processor

    print(f"{processor()}, {os.cpu_count()} cores, torch {torch.__version__}, {platform.system()}\n")
    print("| step | median s | from | to |\n| --- | --- | --- | --- |")
    for step, seconds in times.items():
        print(f"| {step} | {statistics.median(seconds):.2f} | {min(seconds):.2f} | {max(seconds):.2f} |")


if __name__ == "__main__":
    main()
