"""Runs `whodid predict` in child processes and kills them; a program of its own, so that torch is imported only once.

    python kill_server.py MODEL ARCHIVE FOLDER ROUNDS KILLS

Prints a JSON object of what happened. Children are forks of this process, which has one thread and a loaded model.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

import whodid
from whodid.cli.app import build


class Halting:
    """A model that stops after some articles, for longer than any test waits."""

    def __init__(self, model: Any) -> None:
        self._model, self._left = model, 23
        self.fingerprint, self.device, self.dtype = model.fingerprint, model.device, model.dtype

    def predict_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Any]:
        """Predict, and halt."""
        for prediction in self._model.predict_many(texts, batch_size=batch_size):
            self._left -= 1
            if self._left == 0:
                time.sleep(600)
            yield prediction


def start(*arguments: str | Path, halting: bool = False) -> int:
    """Start `whodid predict` in a child; return the child's id."""
    child = os.fork()
    if child:
        return child
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # ignored where a shell started the tests in the background
    if halting:
        model = Halting(whodid.load())
        whodid.load = lambda *_, **__: model
    code: Any = 99
    with contextlib.suppress(BaseException):
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        try:
            build()(["predict", *map(str, arguments), "--chunk-rows", "5"])
        except SystemExit as end:
            code = end.code or 0
    os._exit(code)


def end(child: int) -> int:
    """Wait for a child; return its exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    limit = time.monotonic() + 60
    while not path.exists() and time.monotonic() < limit:
        time.sleep(0.001)


def kill_at_random(archive: Path, folder: Path, kills: int, chance: random.Random, seconds: float) -> dict[str, int]:
    """Kill a run at random moments until it is complete; after so many kills it is left alone."""
    output = folder / "events.jsonl"
    killed = tries = 0
    code = -1
    while code < 0:
        tries += 1
        child = start(archive, "-o", output, "--resume")
        if killed < kills:
            time.sleep(chance.uniform(0, 2 * seconds / (kills + 1)))
            os.kill(child, signal.SIGKILL)
        code = end(child)
        killed += code < 0
        if code == 2 and output.exists():  # killed between the output and the end of the process
            code = 0
    return {"code": code, "killed": killed, "tries": tries}


def interrupt(archive: Path, folder: Path) -> int:
    """Press Ctrl-C after the first chunk; return the exit code."""
    output = folder / "events.jsonl"
    child = start(archive, "-o", output, halting=True)
    wait_for(Path(f"{output}.run/journal.jsonl"))
    os.kill(child, signal.SIGINT)
    return end(child)


def two_at_once(archive: Path, folder: Path) -> list[int]:
    """Start a second run on the output of the first, kill the first, and go on; return the exit codes."""
    output = folder / "events.jsonl"
    first = start(archive, "-o", output, halting=True)
    wait_for(Path(f"{output}.run/journal.jsonl"))
    second = end(start(archive, "-o", output, "--resume"))
    os.kill(first, signal.SIGKILL)
    return [second, end(first), end(start(archive, "-o", output, "--resume"))]


def main() -> None:
    """Do it all."""
    model, archive, folder = map(Path, sys.argv[1:4])
    rounds, kills = map(int, sys.argv[4:6])
    torch.set_num_threads(1)
    loaded = whodid.load(model, device="cpu")
    whodid.load = lambda *_, **__: loaded
    folders = [folder / name for name in ("whole", "interrupted", "locked", *map(str, range(rounds)))]
    for path in folders:
        path.mkdir()
    begun = time.monotonic()
    done: dict[str, Any] = {"whole": end(start(archive, "-o", folders[0] / "events.jsonl"))}
    seconds = time.monotonic() - begun
    done["interrupted"] = interrupt(archive, folders[1])
    done["resumed"] = end(start(archive, "-o", folders[1] / "events.jsonl", "--resume"))
    done["locked"] = two_at_once(archive, folders[2])
    chance = random.Random(rounds)
    done["rounds"] = [kill_at_random(archive, path, kills, chance, seconds) for path in folders[3:]]
    json.dump(done, sys.stdout)


if __name__ == "__main__":
    main()
