"""The stages of the ray engine, called as Ray calls them, without a cluster: `make ray`."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest

from whodid.archive import Opener, Reading, predict_archive
from whodid.archive.survey import survey
from whodid.errors import ArchiveError, ClusterError, ClusterFailedError, ModelFolderError, OutputError
from whodid.ray import Cut, ModelChoice
from whodid.ray.choices import check_folder
from whodid.ray.entries import KEY, answer, pieces, tables
from whodid.ray.runner import _explained
from whodid.ray.work import Work, flaw

pytestmark = pytest.mark.ray


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for name in ("a", "b"):
        lines = ["{oops" if n == 3 else json.dumps({"text": f"Took {'Ada' * (n % 2)}.", "id": n}) for n in range(7)]
        (folder / f"{name}.jsonl").write_text("\n".join(lines))
    return folder


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_the_parts_of_a_run_hold_the_rows_of_one_machine(
    archive: Path, names_model: Any, tmp_path: Path, kind: str
) -> None:
    import pyarrow
    from ray.data.block import BlockAccessor

    from whodid.ray.stages import _Archive, _Sink

    found = list(survey([archive], Reading(), opener=Opener(), hashed=False))
    source = _Archive(list(pieces(found, most_bytes=1, most_files=9)), 8)
    answers = [
        answer(table, names_model, batch_size=2) for task in source.get_read_tasks(1) for table in task.read_fn()
    ]
    (tmp_path / "run").mkdir()
    work = Work.begin(tmp_path / "run")
    sink = _Sink(work, kind, 1)
    for number, part in enumerate((answers[::2], answers[1::2])):  # not in the order of the archive
        context = SimpleNamespace(kwargs={"write_uuid": "0" * 32}, task_idx=number)
        for _ in range(2):  # Ray may try again
            sink.write_block(BlockAccessor.for_block(pyarrow.concat_tables(part)), 0, context)
    assert flaw(work.read_notes(), len(found)) is None
    work.deliver(tmp_path / "events", tmp_path / "rejects")
    check_folder(tmp_path / "events")  # parts have names that whodid knows as its own
    whole = tmp_path / f"whole.{kind}"
    predict_archive([archive], names_model, output=whole)
    assert sorted(rows(tmp_path / "events", kind), key=place) == sorted(rows(whole, kind), key=place)
    expected = Path(f"{whole}.rejected.jsonl").read_text().splitlines()
    assert sorted((tmp_path / "rejects").read_text().splitlines()) == sorted(expected)


def rows(path: Path, kind: str) -> list[dict[str, Any]]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    if kind == "parquet":
        return [row for file in files for row in pq.read_table(file).to_pylist()]
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def place(row: dict[str, Any]) -> tuple[str, int]:
    return row["source"], row["row"]


def test_the_settings_of_a_run_are_its_own(tmp_path: Path) -> None:
    from ray.data.context import DataContext

    from whodid.ray.stages import context

    settings = context(Work(tmp_path), Cut(block_bytes=77))
    assert (settings.target_max_block_size, settings.max_errored_blocks) == (77, 0)
    assert settings.raise_original_map_exception is True
    assert settings.checkpoint_config.id_column == KEY
    assert settings.checkpoint_config.delete_checkpoint_on_success is False
    assert DataContext.get_current().checkpoint_config is None


def test_errors_of_a_node_are_raised_as_if_they_had_been_raised_here() -> None:
    from ray.data.exceptions import ExecutionTimeoutError
    from ray.exceptions import NodeDiedError, RayTaskError, UserCodeException

    ours = ArchiveError("'a' has changed")
    with pytest.raises(ArchiveError, match="'a' has changed") as caught, _explained():
        raise UserCodeException("wrapped") from RayTaskError("read", "traceback", ours, "name", 1, "127.0.0.1")
    assert caught.value is ours
    with pytest.raises(ClusterFailedError, match="--resume"), _explained():
        raise NodeDiedError("gone")
    with pytest.raises(ClusterFailedError, match="--resume"), _explained():
        raise ExecutionTimeoutError("no progress")
    with pytest.raises(RayTaskError), _explained(writing=True):  # a defect keeps its traceback
        raise RayTaskError("read", "traceback", ZeroDivisionError("planted"), "name", 1, "127.0.0.1")


@pytest.mark.parametrize("dual", [False, True])
def test_a_disk_that_is_full_for_ray_is_told_as_one_that_is_full_for_whodid(dual: bool) -> None:
    from ray.exceptions import RayTaskError

    error = RayTaskError("write", "traceback", OSError(28, "No space left on device"), "name", 1, "127.0.0.1")
    message = re.escape("the run folder cannot be written: [Errno 28] No space left on device; when it can: --resume")
    with pytest.raises(OutputError, match=message) as caught, _explained(writing=True):
        raise error.as_instanceof_cause() if dual else error
    assert not isinstance(caught.value, ClusterFailedError)


def test_a_worker_that_cannot_give_the_answers_of_the_others_says_so_in_a_call(tiny_folder: Path) -> None:
    """Ray would keep the words alone of what is raised in the constructor."""
    from whodid.ray.stages import _describe, _Worker

    choice = ModelChoice(tiny_folder, dtype="float32")
    found = _describe(choice)
    assert found["torch_version"] == version("torch")
    other = _Worker(choice, {**found, "torch_version": "1.0"}, 2)
    with pytest.raises(ClusterError, match=r"would give other answers: it has .*; install the same whodid and torch"):
        other(None)
    missing = _Worker(ModelChoice("/nowhere"), found, 2)
    with pytest.raises(ModelFolderError, match="no model folder at /nowhere"):
        missing(None)


def test_articles_over_which_the_model_stumbles_are_set_aside_as_on_one_machine(
    names_model: Any, tmp_path: Path
) -> None:
    class Stumbles:
        fingerprint = names_model.fingerprint

        def predict_many(self, texts: Any, *, batch_size: int = 32) -> Any:
            for text in texts:
                if "Eva" in text:
                    raise ValueError("too much")
                yield from names_model.predict_many([text], batch_size=batch_size)

    texts = ["Took Ada.", "Took Eva.", "Took Ada and Eva.", "Nobody."]
    archive = tmp_path / "a.jsonl"
    archive.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    found = list(survey([archive], Reading(), opener=Opener(), hashed=False))
    (piece,) = pieces(found, most_bytes=10**6, most_files=9)
    lines = [
        line
        for table in tables(piece, most_bytes=10**6)
        for line in answer(table, Stumbles(), batch_size=2).to_pylist()
    ]
    predict_archive([archive], Stumbles(), output=tmp_path / "whole.jsonl")
    for kind, path in (("article", "whole.jsonl"), ("rejected", "whole.jsonl.rejected.jsonl")):
        alike = sorted((line for line in lines if line["kind"] == kind), key=lambda line: line[KEY])
        assert b"".join(line["line"] for line in alike) == (tmp_path / path).read_bytes() != b""
