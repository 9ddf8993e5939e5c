"""`kill -9`, Ctrl-C and two processes at once, with real processes and a real model: the output is always the same."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {"PYTHONPATH": f"{ROOT / 'inference'}:{ROOT / 'training'}", "PATH": "", "OMP_NUM_THREADS": "1"}
SENTENCES = (
    "Gunmen kidnapped a teacher in the village.",
    "A bomb exploded on a bus.",
    "The city said who was in a bank.",
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Sixty entries in three files of different kinds, some of them bad, some several windows long."""
    folder = tmp_path / "news"
    folder.mkdir()
    chance = random.Random(1)
    bodies = [" ".join(chance.choices(SENTENCES, k=chance.randint(1, 4))) for _ in range(60)]
    lines = [
        json.dumps({"title": f"No. {n}", "text": body}) if n % 9 else "{oops" for n, body in enumerate(bodies[:30])
    ]
    (folder / "a.jsonl").write_text("\n".join(lines))
    (folder / "b.csv").write_text("text\n" + "\n".join(bodies[30:58]))
    (folder / "c.txt").write_text("\n".join(bodies[58:]))
    return folder


def serve(model: Path, archive: Path, folder: Path, *, rounds: int, kills: int) -> dict[str, Any]:
    folder.mkdir()
    command = [sys.executable, Path(__file__).with_name("kill_server.py"), model, archive, folder, rounds, kills]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def results(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def check(done: dict[str, Any], folder: Path, *, rounds: int) -> int:
    """Compare everything that was left; return how often a process was killed."""
    assert (done["whole"], done["interrupted"], done["resumed"]) == (1, 130, 1)  # 1: some rows were rejected
    assert done["locked"] == [2, -signal.SIGKILL, 1]
    whole = results(folder / "whole")
    assert sorted(whole) == ["events.jsonl", "events.jsonl.rejected.jsonl"]
    assert len(whole["events.jsonl"].splitlines()) == 30 - 4 + 28 + 1
    for name in ("interrupted", "locked", *map(str, range(rounds))):
        assert results(folder / name) == whole, name
    assert {entry["code"] for entry in done["rounds"]} <= {0, 1}
    return sum(entry["killed"] for entry in done["rounds"])


def test_killed_interrupted_and_locked_runs_end_with_the_same_bytes(
    tiny_folder: Path, archive: Path, tmp_path: Path
) -> None:
    done = serve(tiny_folder, archive, tmp_path / "runs", rounds=2, kills=3)
    assert check(done, tmp_path / "runs", rounds=2) >= 1


@pytest.mark.slow
def test_hundreds_of_kills_cost_nothing(tiny_folder: Path, archive: Path, tmp_path: Path) -> None:
    done = serve(tiny_folder, archive, tmp_path / "runs", rounds=100, kills=6)
    assert check(done, tmp_path / "runs", rounds=100) >= 200


@pytest.mark.slow
def test_the_command_itself_can_be_killed_at_any_moment(tiny_folder: Path, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "run").mkdir()

    def command(folder: str, *more: str) -> list[str]:
        output = str(tmp_path / folder / "events.jsonl")
        options = ["--model", str(tiny_folder), "--chunk-rows", "2", *more]
        return [sys.executable, "-m", "whodid", "predict", str(archive), "-o", output, *options]

    begun = time.monotonic()
    assert subprocess.run(command("whole"), check=False, env=ENVIRONMENT, capture_output=True).returncode == 1
    seconds = time.monotonic() - begun
    chance = random.Random(5)
    for _ in range(20):
        process = subprocess.Popen(command("run", "--resume"), env=ENVIRONMENT, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 1.0) * seconds)
        process.kill()
        if process.wait() >= 0:
            break
    if not (tmp_path / "run" / "events.jsonl").exists():
        assert subprocess.run(command("run", "--resume"), check=False, env=ENVIRONMENT).returncode == 1
    assert results(tmp_path / "run") == results(tmp_path / "whole")
