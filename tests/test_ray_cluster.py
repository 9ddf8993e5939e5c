"""The ray engine on a real Ray cluster, a head and two nodes on this machine, one of which is killed: `make ray`.

The rows must be those of the single machine, each exactly once, whatever dies.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from whodid.archive import Limits, Options, predict_archive
from whodid.errors import ArchiveError, ClusterError, ModelFolderError
from whodid.model import Model
from whodid.ray import Cut, ModelChoice
from whodid.ray import predict_archive as predict_on_ray

pytestmark = pytest.mark.ray

ROOT = Path(__file__).parents[1]
MEMORY = 96 * 2**20
WAIT = 600.0
ENVIRONMENT = {
    "PYTHONPATH": f"{ROOT / 'inference'}:{ROOT / 'training'}",
    "OMP_NUM_THREADS": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_worker_register_timeout_seconds": "600",  # a machine may be busy
    "RAY_health_check_timeout_ms": "60000",
}
SENTENCES = (
    "Gunmen kidnapped a teacher in the village.",
    "A bomb exploded on a bus.",
    "The city said who was in a bank.",
)
SMALL = Cut(piece_bytes=10_000, block_bytes=1000, workers=1)
"""Many small tasks, so that much can be lost."""
FEW = Options(limits=Limits(rows=8))


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some hundred entries in files of different kinds; some of them bad, a file cut off, another empty."""
    folder = tmp_path_factory.mktemp("archive") / "news"
    folder.mkdir()
    chance = random.Random(1)

    def body() -> str:
        return " ".join(chance.choices(SENTENCES, k=chance.randint(1, 8)))

    for number in range(4):
        lines = [
            json.dumps({"title": f"No. {n}", "text": body(), "date": "2024-05-14"}) if n % 9 else "{oops"
            for n in range(40)
        ]
        (folder / f"{number}.jsonl").write_text("\n".join(lines))
    (folder / "b.csv").write_text("text\n" + "\n".join(body() for _ in range(40)))
    (folder / "c.txt").write_text(body())
    (folder / "d.csv").write_text("text\n")
    packed = gzip.compress("\n".join(json.dumps({"text": body()}) for _ in range(20)).encode())
    (folder / "e.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    return folder


@pytest.fixture(scope="session")
def whole(archive: Path, tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """What a single machine makes of it: its articles, and what it rejects."""
    output = tmp_path_factory.mktemp("whole") / "events.parquet"
    summary = predict_archive([archive], Model.load(tiny_folder, device="cpu", dtype="float32"), output=output)
    assert summary.articles > 150
    assert summary.rejected > 15
    return rows(output), rejected(output)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head without processors of its own, and two nodes with two each."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        head = {"num_cpus": 0, "object_store_memory": MEMORY, "include_dashboard": False}
        found = Cluster(initialize_head=True, head_node_args=head)
        for _ in range(2):
            found.add_node(num_cpus=2, object_store_memory=MEMORY)
        patch.setenv("RAY_ADDRESS", found.address)
        yield found
        found.shutdown()


@pytest.fixture
def connected(cluster: Any) -> Iterator[Any]:
    """The cluster, with the tests as its driver."""
    import ray

    ray.init(address=cluster.address, log_to_driver=False)
    yield cluster
    ray.shutdown()


def rows(path: Path) -> list[dict[str, Any]]:
    """Read Parquet, a file or a folder of them, in the order of the archive."""
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return sorted(found, key=lambda row: (row["source"], row["row"]))


def rejected(output: Path) -> list[dict[str, Any]]:
    lines = Path(f"{output}.rejected.jsonl").read_text(encoding="utf-8").splitlines()
    return sorted(map(json.loads, lines), key=lambda row: (row["source"], row["row"]))


def check_same(found: Any, expected: Any) -> None:
    """Compare records; numbers may differ in their last digits, since batches are cut in another way."""
    if isinstance(expected, float):
        assert found == pytest.approx(expected, abs=1e-5)
    elif isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            check_same(found[name], value)
    elif isinstance(expected, (list, tuple)):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            check_same(one, other)
    else:
        assert found == expected


def check(output: Path, whole: tuple[Any, Any]) -> None:
    found = rows(output)
    assert set(Counter((row["source"], row["row"]) for row in found).values()) == {1}
    check_same(found, whole[0])
    assert rejected(output) == whole[1]
    assert sorted(path.name for path in output.parent.iterdir()) == [output.name, f"{output.name}.rejected.jsonl"]


def until(condition: Callable[[], object]) -> None:
    """Wait for something that must come."""
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def notes(output: Path) -> list[Path]:
    """Return what says that a part is complete."""
    return list(Path(f"{output}.run").glob("chunks/go-*/checkpoint/*[0-9].parquet"))


def workers(node: Any) -> list[int]:
    """Return the processes on a node that hold a model, by the names that Ray gives them."""
    raylet = node.all_processes["raylet"][0].process.pid
    children = Path(f"/proc/{raylet}/task/{raylet}/children").read_text().split()
    return [int(pid) for pid in children if b"_Worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_node_that_is_killed_midway_costs_no_row(
    connected: Any, archive: Path, tiny_folder: Path, whole: tuple[Any, Any], tmp_path: Path
) -> None:
    output = tmp_path / "events"
    killed: list[int] = []

    def kill() -> None:
        until(lambda: len(notes(output)) > 2)
        victim = next(one for one in connected.worker_nodes if workers(one))  # the one with the model
        connected.remove_node(victim, allow_graceful=False)
        killed.append(len(notes(output)))

    killer = threading.Thread(target=kill)
    killer.start()
    choice = ModelChoice(tiny_folder, dtype="float32")
    summary = predict_on_ray([archive], output=output, model=choice, options=FEW, cut=SMALL)
    killer.join()
    parts = len(list(output.iterdir()))
    assert 0 < killed[0] < parts, "the node died in the middle of the run"
    assert (summary.articles, summary.rejected) == (len(whole[0]), len(whole[1]))
    check(output, whole)


PROGRAM = """
import sys
from whodid.archive import Limits, Options
from whodid.ray import Cut, ModelChoice, predict_archive
archive, output, model = sys.argv[1:]
cut, options = Cut(piece_bytes=10_000, block_bytes=1000, workers=1), Options(limits=Limits(rows=8))
predict_archive([archive], output=output, model=ModelChoice(model, dtype="float32"), options=options, cut=cut)
"""


def test_a_driver_that_is_killed_is_taken_up_where_it_stopped(
    cluster: Any, archive: Path, tiny_folder: Path, whole: tuple[Any, Any], tmp_path: Path
) -> None:
    output = tmp_path / "events"
    program = [sys.executable, "-c", PROGRAM, str(archive), str(output), str(tiny_folder)]
    process = subprocess.Popen(program, stderr=subprocess.DEVNULL)
    until(lambda: len(notes(output)) > 2 or process.poll() is not None)
    process.kill()
    assert process.wait() < 0, "it was killed before its end"

    def again(*more: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "whodid", "predict", str(archive), "-o", str(output), "--engine", "ray"]
        command += ["--model", str(tiny_folder), "--dtype", "float32", "--chunk-rows", "8", "--log-json", *more]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        last: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
        return {**last, "code": done.returncode}

    refused = again()
    assert (refused["code"], "--resume" in refused["error"]) == (2, True)
    refused = again("--resume", "--batch-size", "7")
    assert (refused["code"], "--batch-size was 32 and is now 7" in refused["error"]) == (2, True)
    done = again("--resume")
    assert (done["event"], done["code"]) == ("done", 1)  # 1: some rows were rejected
    assert (done["articles"], done["rejected"]) == (len(whole[0]), len(whole[1]))
    assert 0 < done["resumed"] < done["articles"]
    check(output, whole)


def test_what_goes_wrong_on_a_node_is_told_as_on_one_machine(
    connected: Any, archive: Path, tiny_folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "events"
    with pytest.raises(ModelFolderError, match="no model folder at /nowhere"):
        predict_on_ray([archive], output=output, model=ModelChoice("/nowhere"))
    assert not list(tmp_path.iterdir())
    copy = tmp_path / "news.jsonl"
    copy.write_bytes((archive / "1.jsonl").read_bytes())

    def touch(_: Any) -> None:
        os.utime(copy, (1, 1))  # between survey and reading

    with pytest.raises(ArchiveError, match="has changed while it was being read"):
        predict_on_ray([copy], output=output, model=ModelChoice(tiny_folder), cut=SMALL, on_progress=touch)


def test_a_node_that_would_give_other_answers_ends_the_run_with_what_differs(
    connected: Any, archive: Path, tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from whodid.ray import stages

    describe = stages.describe
    monkeypatch.setattr(stages, "describe", lambda choice: {**describe(choice), "torch_version": "1.0"})
    with pytest.raises(ClusterError, match="would give other answers"):
        predict_on_ray([archive], output=tmp_path / "events", model=ModelChoice(tiny_folder), cut=SMALL)


def test_other_formats_are_folders_of_files_too(
    connected: Any, archive: Path, tiny_folder: Path, whole: tuple[Any, Any], tmp_path: Path
) -> None:
    output = tmp_path / "events"
    options = Options(output_format="jsonl", limits=Limits(rows=1000), keep_run=True)
    predict_on_ray([archive], output=output, model=ModelChoice(tiny_folder, dtype="float32"), options=options)
    lines = [json.loads(line) for path in output.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    assert Counter((line["source"], line["row"]) for line in lines) == Counter(
        (row["source"], row["row"]) for row in whole[0]
    )
    assert (tmp_path / "events.run" / "manifest.json").exists()
