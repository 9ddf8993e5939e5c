"""The layout keeps its promises: a stranger finds a line by the folder's name, and inference never needs training."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INFERENCE, TRAINING = ROOT / "inference" / "whodid", ROOT / "training" / "whodid_training"
MODULES = sorted([*INFERENCE.rglob("*.py"), *TRAINING.rglob("*.py")])
LONGEST = 300


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def test_there_is_code_to_check() -> None:
    assert len(MODULES) > 50


def test_source_roots_hold_packages_and_nothing_else() -> None:
    assert not list((ROOT / "inference").glob("*.py"))
    assert not list((ROOT / "training").glob("*.py"))
    assert not list((ROOT / "models").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_and_is_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= LONGEST


@pytest.mark.parametrize("path", sorted(INFERENCE.rglob("*.py")), ids=lambda path: str(path.relative_to(INFERENCE)))
def test_inference_never_imports_training(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] == "whodid_training"}


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import whodid, whodid.schema, whodid.cli.app", ("torch", "transformers", "datasets", "whodid_training")),
        ("import whodid.ray", ("ray", "torch", "pyarrow")),
        ("import whodid.model", ("transformers", "datasets", "sklearn", "whodid_training")),
        ("import whodid_training.metrics.ceaf", ("torch", "transformers", "matplotlib", "pandas")),
    ],
)
def test_importing_stays_light(statement: str, absent: tuple[str, ...]) -> None:
    code = f"import sys; {statement}; print(*sorted(set({absent!r}) & set(sys.modules)))"
    paths = f"{ROOT / 'inference'}:{ROOT / 'training'}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": paths}
    )
    assert done.stdout.strip() == ""


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    path_of_a_machine = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w")
    written = [path for path in tracked() if path.suffix != ".safetensors" and path.parent.name != "tests"]
    assert not [path for path in written if path_of_a_machine.search(path.read_text(encoding="utf-8"))]


def test_no_tracked_file_is_too_large_to_clone_again_and_again() -> None:
    assert not [path for path in tracked() if path.stat().st_size > 60 * 2**20]
