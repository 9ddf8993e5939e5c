"""How much memory a run takes: archives of several sizes and kinds, and one article of 5 MB. Prints a Markdown table.

    python benchmarks/memory.py [--model FOLDER] [--articles 20000] [--rows 1000000]

Every case runs `whodid predict` in a fresh process; the figure is the largest resident size that the system saw of it.
The archives are made of the project's samples. Those of "reading alone" are read, chunked, committed and written as
ever, by a model that answers at once, so that a million rows can be tried in minutes.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
LONG = 5 * 2**20
RUN = """
import pathlib, resource, sys
import whodid
from whodid.types import Prediction

class Instant:
    fingerprint = "none"
    def predict_many(self, texts, *, batch_size=32):
        return (Prediction(text, (), {"attack": 0.0}, 1, abstained=False) for text in texts)

model, archive, output = sys.argv[1:]
from whodid.archive import predict_archive
loaded = Instant() if model == "none" else whodid.load(model or None)
summary = predict_archive([archive], loaded, output=output)
try:  # what a process was before it became this one counts in getrusage, but not here
    status = pathlib.Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(summary.articles, summary.rate, peak)
"""


def articles(count: int) -> Iterator[str]:
    """Yield articles, each a sample with a number of its own."""
    samples = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))]
    for number, text in zip(range(count), itertools.cycle(samples)):
        yield f"{text}\n\nReport {number}."


def write_jsonl(path: Path, count: int) -> None:
    """Write an archive of JSON lines, packed."""
    with gzip.open(path, "wt", compresslevel=1, encoding="utf-8") as lines:
        for number, text in enumerate(articles(count)):
            lines.write(json.dumps({"id": number, "text": text}) + "\n")


def write_parquet(path: Path, count: int) -> None:
    """Write a Parquet file with a single row group, the worst case for a reader."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"text": list(articles(count))}), path, row_group_size=count)


def write_folder(path: Path, count: int) -> None:
    """Write a folder of text files, a thousand in each folder within."""
    for number, text in enumerate(articles(count)):
        file = path / str(number // 1000) / f"{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def write_long(path: Path, _: int) -> None:
    """Write one article of five megabytes."""
    text = "\n\n".join(articles(20))
    path.write_text((text * (LONG // len(text) + 1))[:LONG], encoding="utf-8")


def measure(model: str, archive: Path) -> tuple[int, float, float]:
    """Run over an archive; return how many articles it had, articles a second, and the peak in MiB."""
    command = [sys.executable, "-c", RUN, model, str(archive), str(archive.parent / "events.jsonl")]
    done = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(done[0]), float(done[1]), int(done[2]) / 2**20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="", help="model folder; the shipped model by default")
    parser.add_argument("--articles", type=int, default=20_000, help="in the largest archive that the model reads")
    parser.add_argument("--rows", type=int, default=1_000_000, help="in the archives of reading alone")
    chosen = parser.parse_args()
    cases: list[tuple[str, str, str, Callable[[Path, int], None], int]] = [
        ("model, a tenth", chosen.model, "news.jsonl.gz", write_jsonl, chosen.articles // 10),
        ("model", chosen.model, "news.jsonl.gz", write_jsonl, chosen.articles),
        ("model, one article of 5 MB", chosen.model, "long.txt", write_long, 1),
        ("reading alone, .jsonl.gz", "none", "news.jsonl.gz", write_jsonl, chosen.rows),
        ("reading alone, .parquet, one row group", "none", "news.parquet", write_parquet, chosen.rows // 10),
        ("reading alone, folder of .txt", "none", "news", write_folder, chosen.rows // 10),
    ]
    print("| case | articles | articles/s | peak MiB |\n| --- | --- | --- | --- |")
    for name, model, file, write, count in cases:
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / file
            write(archive, count)
            number, rate, peak = measure(model, archive)
        print(f"| {name} | {number:,} | {rate:.1f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
