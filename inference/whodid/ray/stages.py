"""The stages of a run as Ray Data sees them: a source, a worker that keeps its model, and a sink. Importing needs Ray.

Ray Data's checkpoint wants exactly this: a `Datasource` at the start whose rows have a key, and a sink of files at the
end. It notes a part as pending, has the sink write it, and then, by renaming, as complete; rows of complete parts are
left out when a run goes on.
"""

from __future__ import annotations

import json
import posixpath
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import ray
from pyarrow.fs import LocalFileSystem
from ray.data import Datasource
from ray.data.block import BlockMetadata
from ray.data.checkpoint import CheckpointConfig
from ray.data.context import DataContext
from ray.data.datasource import BlockBasedFileDatasink, ReadTask

import whodid
from whodid.archive.durable import Draft
from whodid.archive.manifest import describe_model
from whodid.archive.outputs import OUTPUTS
from whodid.archive.tally import Tally
from whodid.errors import ClusterError
from whodid.ray.choices import PART, Cut, ModelChoice
from whodid.ray.entries import KEY, Piece, answer, tables
from whodid.ray.work import Note, Work, ranges

__all__ = ["context", "describe", "run_stages"]

_UNCOUNTED = 0
"""Processors that a task of reading or writing asks for. None, though it needs a little: Ray's filter of what is done
already and one worker may hold all that there are, and would wait for each other's input forever.
"""

_PATIENCE = 6 * 3600.0
"""Seconds in which something must be done: the longest article that is read takes a slow core long enough."""
_ROOM = 1800.0
"""Seconds in which there must be room for one worker, also where a cluster grows as it is needed."""


class _Archive(Datasource):  # type: ignore[misc]
    """Reads an archive, a task for each piece."""

    def __init__(self, pieces: Sequence[Piece], most_bytes: int) -> None:
        super().__init__()
        self._pieces, self._most_bytes = pieces, most_bytes

    def estimate_inmemory_data_size(self) -> int | None:
        """Return None: nobody knows how much comes out of a packed file."""
        return None

    def get_read_tasks(
        self,
        parallelism: int,  # noqa: ARG002
        per_task_row_limit: int | None = None,
        data_context: Any = None,  # noqa: ARG002
    ) -> list[Any]:
        """Return a task for each piece, whatever is asked for: a packed file can be read from its start only."""
        unknown = BlockMetadata(num_rows=None, size_bytes=None, exec_stats=None, input_files=None)
        return [
            ReadTask(
                partial(tables, piece, most_bytes=self._most_bytes), unknown, per_task_row_limit=per_task_row_limit
            )
            for piece in self._pieces
        ]


class _Worker:
    """Loads the model once and reads what it is given."""

    def __init__(self, choice: ModelChoice, expected: dict[str, str], batch_size: int) -> None:
        # The first call loads the model, and not this: of what is raised here, Ray keeps the words and not the error
        # (`ActorDiedError`), so that nobody could tell what the user did wrong from what the cluster did.
        self._choice, self._expected, self._batch_size = choice, expected, batch_size
        self._model: Any = None

    def __call__(self, table: Any) -> Any:
        """Read a table of entries; see `whodid.ray.entries.answer`.

        Raises:
            ClusterError: the model's answers would not be those of the run's other workers.
        """
        if self._model is None:  # Ray calls from one thread
            self._model = _load_same(self._choice, self._expected)
        return answer(table, self._model, batch_size=self._batch_size)


def _load_same(choice: ModelChoice, expected: dict[str, str]) -> Any:
    model = whodid.load(**choice.load_options())
    found = _description(model)
    if found != expected:
        raise ClusterError(
            f"node {ray.util.get_node_ip_address()} would give other answers: it has {found}, the run {expected}; "
            "install the same whodid and torch on all nodes, and put the same model folder under the same path"
        )
    return model


class _Sink(BlockBasedFileDatasink):  # type: ignore[misc]
    """Writes parts: up to three files of one name in three folders, each flushed to disk and then renamed."""

    def __init__(self, work: Work, kind: str, rows: int) -> None:
        super().__init__(
            str(work.parts),
            min_rows_per_file=rows,
            dataset_uuid=PART,  # Ray puts it before the name that it gives to each part
            file_format=kind,
            filesystem=LocalFileSystem(),
            try_create_dir=False,
        )
        self._work, self._kind = work, kind

    def write_block(self, block: Any, block_index: int, ctx: Any) -> None:  # noqa: ARG002 - Ray merges to one block
        """Write one part: the note last, since a part without it does not count."""
        name = self.filename_provider.get_filename_for_task(ctx.kwargs["write_uuid"], ctx.task_idx)
        base = posixpath.splitext(name)[0]
        rows = block.to_arrow().sort_by(KEY).to_pylist()
        lines = {kind: [row["line"] for row in rows if row["kind"] == kind] for kind in ("article", "rejected")}
        if lines["article"]:
            self._write(self._work.events / name, OUTPUTS[self._kind].write, lines["article"])
        if lines["rejected"]:
            self._write(self._work.rejected / f"{base}.jsonl", OUTPUTS["jsonl"].write, lines["rejected"])
        note = json.dumps(_note(rows).to_dict()).encode()
        self._write(self._work.notes / f"{base}.json", OUTPUTS["jsonl"].write, [note])

    def _write(self, target: Path, write: Any, lines: Iterable[bytes]) -> None:
        # two attempts may write at once, if Ray took the first for dead: under one name, but not into one file
        with Draft(target, part=self._work.parts / f"{uuid.uuid4().hex}.tmp") as draft:
            write(lines, draft)
            draft.commit()


def _note(rows: Iterable[dict[str, Any]]) -> Note:
    """Note what a part holds, from its rows in the order of their keys."""
    keys, ends, tally = [], {}, Tally()
    for row in rows:
        if row["kind"] == "end":
            ends[row[KEY]] = int(row["line"])
            continue
        keys.append(row[KEY])
        if row["kind"] == "rejected":
            tally.rejected += 1
        else:
            tally.count_record(json.loads(row["line"]))
    return Note(tuple(ranges(keys)), ends, tally)


def context(work: Work, cut: Cut) -> Any:
    """Return the settings of Ray Data for a run (`ray.data.DataContext`): the user's, but for what must be so."""
    settings = DataContext.get_current().copy()
    settings.execution_no_progress_timeout_s = _PATIENCE
    settings.max_errored_blocks = 0  # rows are not to be passed over in silence
    settings.raise_original_map_exception = True  # in an error that Ray puts around it, it is lost on the way
    settings.target_max_block_size = cut.block_bytes
    settings.enable_progress_bars = False
    settings.print_on_execution_start = False
    settings.checkpoint_config = CheckpointConfig(
        KEY, str(work.checkpoint), override_filesystem=LocalFileSystem(), delete_checkpoint_on_success=False
    )
    return settings


def describe(choice: ModelChoice) -> dict[str, str]:
    """Load the model on some node, and say what its answers depend on; the driver may lack the memory or the GPU."""
    probe = ray.remote(**choice.resources, max_calls=1)(_describe)
    try:
        found: dict[str, str] = ray.get(probe.remote(choice), timeout=_ROOM)
    except ray.exceptions.GetTimeoutError as error:
        raise ClusterError(
            f"in {_ROOM / 60:.0f} minutes no node had room for a worker, which needs {choice.resources}; add nodes, or "
            "ask for less with --threads and --device"
        ) from error
    if found["whodid_version"] != whodid.__version__:
        raise ClusterError(
            f"the nodes have whodid {found['whodid_version']}, and this machine has {whodid.__version__}; install the "
            "same on all"
        )
    return found


def _describe(choice: ModelChoice) -> dict[str, str]:
    return _description(whodid.load(**choice.load_options()))


def _description(model: Any) -> dict[str, str]:
    # torch with its build, like 2.13.0+cpu; another one may round otherwise
    return {**describe_model(model), "whodid_version": whodid.__version__, "torch_version": version("torch")}


def run_stages(
    pieces: Sequence[Piece],
    *,
    work: Work,
    choice: ModelChoice,
    model: dict[str, str],
    cut: Cut,
    kind: str,
    batch_size: int,
    rows: int,
) -> None:
    """Read, predict and write what is not done yet.

    Args:
        pieces: of the archive, all of them.
        work: where to write, and where Ray keeps its checkpoint.
        choice: how workers load the model.
        model: what `describe` said of it.
        cut: how the work is cut.
        kind: output format.
        batch_size: windows that go through the network together.
        rows: of a part, at least.
    """
    choice = replace(choice, dtype=model["dtype"])  # "auto" could become something else on another node
    with DataContext.current(context(work, cut)):
        found = ray.data.read_datasource(
            _Archive(pieces, cut.block_bytes), num_cpus=_UNCOUNTED, override_num_blocks=len(pieces)
        )
        answers = found.map_batches(
            _Worker,
            fn_constructor_args=(choice, model, batch_size),
            batch_size=None,  # as they were read
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=cut.workers),
            **choice.resources,
        )
        answers.write_datasink(_Sink(work, kind, rows), ray_remote_args={"num_cpus": _UNCOUNTED})
