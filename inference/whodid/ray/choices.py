"""What a user can choose of a run on a cluster, and what makes no sense there."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from whodid.archive.chunks import Limits
from whodid.archive.outputs import OUTPUTS
from whodid.archive.prepare import Options
from whodid.archive.tally import MaxBad
from whodid.errors import ArchiveError, ClusterError, one_of

__all__ = ["FORMAT", "PART", "Cut", "ModelChoice", "check_folder", "check_options", "folder_format"]

FORMAT = "parquet"
"""What is written if the user names no format."""

PART = "whodid"
"""How the names of parts begin, so that they are not taken for what other users of Ray Data wrote."""

_PART = re.compile(rf"{PART}_[0-9a-f]{{32}}_\d+\.({'|'.join(OUTPUTS)})")
"""Names of the files that a run leaves in its output."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """How each worker loads the model, as for `whodid.load`."""

    path: str | Path | None = None
    """A model folder that every node has under this path; the shipped model by default."""
    device: str = "cpu"
    """"cpu", or "cuda" for a GPU for each worker."""
    dtype: str = "auto"
    """What the network computes in. What "auto" becomes on the first worker holds for all."""
    threads: int = 1
    """Processor cores of each worker. One is the fastest; with more, fewer copies of the model take up memory."""
    prefer: str = "balanced"
    """"precision", "recall" or "balanced"."""

    def __post_init__(self) -> None:
        if self.device not in ("cpu", "cuda"):
            raise ClusterError(
                f"device {self.device!r} cannot be had from Ray, which gives each worker its own: choose cpu or cuda"
            )
        if self.threads < 1:
            raise ValueError(f"threads is {self.threads}; it must be at least 1")

    @property
    def resources(self) -> dict[str, int]:
        """What Ray is asked for, for each worker."""
        return {"num_cpus": self.threads, "num_gpus": int(self.device == "cuda")}

    def load_options(self) -> dict[str, Any]:
        """Return the arguments of `whodid.load`; a path means the same from every folder."""
        path = None if self.path is None else str(Path(self.path).absolute())
        return {**asdict(self), "path": path}


@dataclass(frozen=True, slots=True)
class Cut:
    """How the work is cut. Answers do not depend on it."""

    piece_bytes: int = 64 * 2**20
    """Small files are read together by one task up to this size, packed. A large one is read by one task in any case,
    which is many times faster than the workers that predict."""
    piece_files: int = 1000
    """Files that one task reads at most."""
    block_bytes: int = 2**20
    """What goes to a worker at once, about: some minutes of work, which a node that dies takes with it."""
    workers: int | None = None
    """At most so many copies of the model; as many as there is room for by default."""


def check_options(options: Options) -> None:
    """Refuse what cannot be had on a cluster.

    Raises:
        ClusterError: an option makes no sense there.
    """
    if options.max_bad != MaxBad():
        raise ClusterError(
            "--max-bad needs one process that sees all rows in order, and with --engine ray there is none; leave it "
            "out and look at OUTPUT.rejected.jsonl afterwards, or try it on a part of the archive with --engine local"
        )
    if options.limits.characters != Limits().characters:
        raise ClusterError("with the ray engine a part ends by rows alone; leave Limits.characters as it is")


def check_folder(output: Path) -> None:
    """Make sure that the output can be a folder, and that replacing one destroys nothing that whodid did not write.

    Raises:
        ArchiveError: it looks like a file, is one, or holds something else; or the folder that it is in is missing.
    """
    ending = output.suffix.lower().removeprefix(".")
    if ending in OUTPUTS:
        raise ArchiveError(
            f"with --engine ray the output is a folder of files, and {str(output)!r} looks like a file; type: "
            f"-o {output.with_suffix('')}" + ("" if ending == FORMAT else f" --output-format {ending}")
        )
    if output.exists() and not output.is_dir():
        raise ArchiveError(f"with --engine ray the output is a folder, and {str(output)!r} is a file; name another")
    if not output.parent.is_dir():
        raise ArchiveError(f"the folder of output {str(output)!r} is missing; make it first: mkdir -p {output.parent}")
    names = [path.name for path in output.iterdir()] if output.exists() else []
    foreign = next((name for name in names if not _PART.fullmatch(name)), None)
    if foreign is not None:
        raise ArchiveError(
            f"{str(output)!r} holds {foreign!r}, which whodid did not write; move it away, or name a new folder with -o"
        )


def folder_format(_: Path, named: str | None) -> str:
    """Return the format of the files in an output folder.

    Raises:
        ArchiveError: there is no such format.
        MissingExtraError: a package is needed to write it.
    """
    name = named or FORMAT
    if name not in OUTPUTS:
        raise ArchiveError(f"there is no output format {named!r}; choose {one_of(OUTPUTS)}")
    OUTPUTS[name].check()
    return name
