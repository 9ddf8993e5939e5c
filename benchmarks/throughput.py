"""How fast whodid reads, against the pipelines that a user would write instead and against this machine's limit.

    python benchmarks/throughput.py [--quick] [--store NAME] [--seed 0] [--model FOLDER]

One run, one machine, the same articles: the newswire's test articles, repeated in random order. The limit is the rate
at which torch multiplies matrices here, and the share of it that a system reaches counts the products that its network
must compute for the windows that it reads, nothing else. Every system runs in a process of its own. A full run takes
less than 15 minutes on two cores, `--quick` less than two. `--store NAME` writes the results to benchmarks/results.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine
import report
from systems import articles

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    articles: int
    """Through whodid; a quarter of them in the dtypes that it would not have chosen."""
    pipeline_articles: int
    """Through the pipelines."""
    archives: tuple[int, ...]
    """Sizes of archives, in articles."""
    lead_words: int
    """Words of each article in them."""
    lengths: tuple[int, ...]
    """Lengths of articles, in words."""
    words: int
    """Words read at each length, at least one article."""
    long_bytes: int
    """Size of the longest article."""
    peak_seconds: float
    """For which products are repeated to find the limit."""


FULL = Plan(600, 40, (1_000, 10_000, 100_000), 40, (50, 200, 800, 3_200, 12_800, 51_200), 51_200, 5 * 10**6, 6.0)
QUICK = Plan(80, 5, (100, 1_000), 40, (50, 400, 3_200), 6_400, 3 * 10**5, 1.0)


def measure(plan: Plan, *, seed: int, model: str | None) -> dict[str, Any]:
    """Run everything, one after the other."""
    common = {"seed": seed, "model": model}
    results: dict[str, Any] = {"machine": machine.facts(seed), "plan": vars(plan)}
    results["peaks"] = child({"system": "peaks", "seconds": plan.peak_seconds})
    chosen = child({"system": "whodid", "articles": plan.articles, **common})
    others = [dtype for dtype in ("float32", "bfloat16", "int8") if dtype != chosen["dtype"]]
    results["whodid"] = [chosen]
    for dtype in others:
        task = {"system": "whodid", "articles": max(1, plan.articles // 4), "dtype": dtype, **common}
        results["whodid"].append(child(task, may_fail=dtype == "int8"))
    results["whodid"] = [one for one in results["whodid"] if one]
    results["pipelines"] = child({"system": "pipelines", "articles": plan.pipeline_articles, **common})
    results["lengths"] = [
        {
            "words": words,
            **child({"system": "whodid", "articles": max(1, plan.words // words), "words": words, **common}),
        }
        for words in plan.lengths
    ]
    results["long"] = {"bytes": plan.long_bytes, **child({"system": "whodid", "bytes": plan.long_bytes, **common})}
    results["archives"] = archive_rows(plan, seed=seed, model=model)
    return results


def child(task: dict[str, Any], *, may_fail: bool = False) -> dict[str, Any]:
    """Measure one system in a process of its own."""
    say(", ".join(f"{key} {value}" for key, value in task.items() if value is not None))
    done = subprocess.run(
        [sys.executable, str(HERE / "systems.py"), json.dumps(task)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        if may_fail:
            say("  not to be had on this machine")
            return {}
        raise SystemExit(f"{done.stderr}\nthe measurement of {task} failed")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def archive_rows(plan: Plan, *, seed: int, model: str | None) -> list[dict[str, Any]]:
    """Time `whodid predict` on archives of more and more short articles; starting up is measured and taken off."""
    with tempfile.TemporaryDirectory() as folder:
        start_up, _ = predict(Path(folder), 1, plan.lead_words, seed=seed, model=model)
        rows = []
        for count in plan.archives:
            say(f"whodid predict, {count} articles of {plan.lead_words} words")
            seconds, peak = predict(Path(folder), count, plan.lead_words, seed=seed, model=model)
            row = {"articles": count, "seconds": seconds, "start_up_s": start_up, "peak_mib": peak}
            rows.append({**row, "articles_per_s": (count - 1) / max(seconds - start_up, 1e-9)})
        return rows


def predict(folder: Path, count: int, words: int, *, seed: int, model: str | None) -> tuple[float, float]:
    """Run the program on an archive; return its seconds and its peak of memory in MiB."""
    archive, output = folder / f"{count}.jsonl", folder / f"{count}.events.jsonl"
    with archive.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"text": text}) + "\n" for text in articles(count, words=words, seed=seed))
    command = [sys.executable, "-m", "whodid", "predict", str(archive), "-o", str(output)]
    command += ["--model", model] if model else []
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    message = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{message.decode()}\n{' '.join(command)} failed")
    archive.unlink()
    output.unlink()
    return seconds, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def say(line: str) -> None:
    """Tell where the run is."""
    print(f"[{time.strftime('%H:%M:%S')}] {line}", file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print, and store if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="less of everything, in under two minutes")
    parser.add_argument("--store", metavar="NAME", help="write benchmarks/results/NAME.json, .md and .svg")
    parser.add_argument("--seed", type=int, default=0, help="draws the articles and the pipelines' weights")
    parser.add_argument("--model", help="model folder; the shipped model by default")
    arguments = parser.parse_args()
    started = time.perf_counter()
    results = measure(QUICK if arguments.quick else FULL, seed=arguments.seed, model=arguments.model)
    results["seconds"] = time.perf_counter() - started
    print(report.markdown(results))
    if arguments.store:
        report.store(results, HERE / "results", arguments.store)


if __name__ == "__main__":
    main()
