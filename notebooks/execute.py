"""Run the notebooks and store what they show: `python notebooks/execute.py`, or with the names of some of them.

Each runs in a fresh kernel of this Python, in its own folder. What is stored does not depend on when and where: no
execution times, no versions, no cell state; and a notebook whose output names a path of this machine is refused.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
ROOTS = (HERE.parent / "inference", HERE.parent / "training")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
ABSOLUTE = re.compile(r"(?<![\w<.:/])/[A-Za-z_][\w.-]*/[\w.-]+|\b[A-Z]:\\\w")
"""What looks like a path from the root of a file system."""


def run(path: Path, *, folder: Path | None = None, parameters: Mapping[str, Path] | None = None) -> NotebookNode:
    """Execute a notebook and return it with its outputs; the file stays as it is.

    Args:
        path: the notebook.
        folder: where it runs; its own by default.
        parameters: other paths for the names of its parameter cell.
    """
    notebook = nbformat.read(path, as_version=4)
    original = parameter_cell(notebook)["source"]
    others = [f"{name} = Path({str(value)!r})" for name, value in (parameters or {}).items()]
    parameter_cell(notebook)["source"] = "\n".join([original, *others])
    with tempfile.TemporaryDirectory() as profile:  # nobody's start-up files, nobody's history
        manager = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),  # this Python, whatever "python3" is elsewhere
        )
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=600,
            record_timing=False,
            shutdown_kernel="immediate",
            extra_arguments=["--log-level=ERROR"],  # it warns that loopback is not encrypted
            resources={"metadata": {"path": str(folder or path.parent)}},
        )
        python_path = os.pathsep.join([*map(str, ROOTS), os.environ.get("PYTHONPATH", "")])
        client.execute(cleanup_kc=True, env={**os.environ, "IPYTHONDIR": profile, "PYTHONPATH": python_path})
    parameter_cell(notebook)["source"] = original
    return stable(notebook)


def parameter_cell(notebook: NotebookNode) -> NotebookNode:
    """Return the cell tagged "parameters"."""
    return next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ()))


def stable(notebook: NotebookNode) -> NotebookNode:
    """Leave out what changes from run to run and from machine to machine."""
    notebook["metadata"] = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell["metadata"] = nbformat.from_dict({"tags": cell.metadata["tags"]} if "tags" in cell.metadata else {})
        for output in cell.get("outputs", ()):
            if "metadata" in output:
                output["metadata"] = nbformat.from_dict({})
    return notebook


def machine_paths(notebook: NotebookNode) -> list[str]:
    """List what looks like an absolute path in sources and outputs, images aside."""
    texts = [text for cell in notebook.cells for text in (cell.source, *map(_written, cell.get("outputs", ())))]
    return [match.group() for text in texts for match in ABSOLUTE.finditer(text)]


def _written(output: Mapping[str, Any]) -> str:
    data = [content for kind, content in output.get("data", {}).items() if not kind.startswith("image/")]
    return "\n".join([*map(str, data), output.get("text", ""), *output.get("traceback", ())])


def main() -> int:
    """Run the notebooks in place; 0 if all of them ran."""
    parser = argparse.ArgumentParser(description="Run the notebooks and store what they show.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="some of them; all by default")
    failed = 0
    for path in parser.parse_args().notebooks or sorted(HERE.glob("*.ipynb")):
        try:
            notebook = run(path.resolve())
        except CellExecutionError as error:
            print(f"{path.name} stopped with an error:\n{error}", file=sys.stderr)
            failed += 1
            continue
        found = machine_paths(notebook)
        if found:
            print(f"{path.name} is not stored: it shows paths of this machine, first {found[0]!r}", file=sys.stderr)
            failed += 1
            continue
        nbformat.write(notebook, path)
        print(f"{path.name}: {sum(cell.cell_type == 'code' for cell in notebook.cells)} cells", file=sys.stderr)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
