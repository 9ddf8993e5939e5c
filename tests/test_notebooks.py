"""Notebooks: they run on a tiny model, are committed with outputs that fit any machine, and do no work of their own."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONGEST_CELL = 12
ALLOWED = (
    ast.Import, ast.ImportFrom, ast.alias, ast.Assign, ast.Expr, ast.Call, ast.keyword, ast.Name, ast.Attribute,
    ast.Subscript, ast.Constant, ast.List, ast.Tuple, ast.BinOp, ast.Div, ast.Load, ast.Store, ast.Module,
)  # fmt: skip
"""What cells are made of: imports, calls, and names for what they return. `/` is for paths."""


def execute() -> ModuleType:
    spec = importlib.util.spec_from_file_location("execute", ROOT / "notebooks" / "execute.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXECUTE = execute()


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def test_there_are_three() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["01_metrics", "02_errors", "03_archive"]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_on_a_tiny_model_and_writes_only_where_it_is_told(
    path: Path, tiny_folder: Path, tmp_path: Path
) -> None:
    samples = ROOT / "data" / "samples" / "gold.jsonl"
    other = {"MODEL": tiny_folder, "GOLD": samples, "ARCHIVE": samples, "OUT": tmp_path / "out"}
    notebook = EXECUTE.run(path, folder=tmp_path, parameters=other)
    assert [cell.execution_count for cell in code(notebook)] == list(range(1, len(code(notebook)) + 1))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out"]
    assert {file.suffix for file in (tmp_path / "out").iterdir()} <= {".csv", ".jsonl"}
    assert list((tmp_path / "out").glob("*.csv"))
    assert EXECUTE.machine_paths(notebook) == []
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in read(path).cells]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_committed_with_its_outputs(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    assert [cell.execution_count for cell in code(notebook)] == list(range(1, len(code(notebook)) + 1))
    assert len(outputs) >= 5
    assert {output.output_type for output in outputs} <= {"execute_result", "stream", "display_data"}
    assert {output.name for output in outputs if output.output_type == "stream"} <= {"stdout"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_committed_fits_any_machine(path: Path) -> None:
    notebook = read(path)
    assert EXECUTE.machine_paths(notebook) == []
    assert notebook == EXECUTE.stable(read(path))
    assert "version" not in notebook.metadata.language_info


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_thin(path: Path) -> None:
    for cell in code(read(path)):
        assert len(cell.source.splitlines()) <= LONGEST_CELL
        for node in ast.walk(ast.parse(cell.source)):
            assert isinstance(node, ALLOWED), f"{path.name} does work of its own: {ast.unparse(node)}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_warns_first_and_has_its_parameters_on_top(path: Path) -> None:
    first, parameters = read(path).cells[:2]
    assert first.cell_type == "markdown"
    assert "Do not be misled" in first.source
    assert "14 sample articles" in first.source
    assert parameters == EXECUTE.parameter_cell(read(path))
    assert parameters.source.startswith("from pathlib import Path")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("saved in /home/ana/project/out.csv", ["/home/ana"]),
        ("see 'C:\\Users\\ana'", ["C:\\U"]),
        ("models/default, ../data/samples and/or </td></tr> https://a.org/b/c 1/2", []),
    ],
)
def test_paths_of_a_machine_are_noticed(text: str, found: list[str]) -> None:
    output = nbformat.v4.new_output("stream", text=text)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[output])])
    seen = EXECUTE.machine_paths(notebook)
    assert len(seen) == len(found)
    assert all(path.startswith(beginning) for path, beginning in zip(seen, found, strict=True))
