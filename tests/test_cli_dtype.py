"""`--dtype` and `--threads` reach the model, and what is not to be had is an error that says what to type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import whodid
from whodid.cli.app import build
from whodid.cli.exits import Exits
from whodid.model import Model


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(build(), [str(argument) for argument in arguments])


@pytest.fixture
def article(tmp_path: Path) -> Path:
    (tmp_path / "news.txt").write_text("Gunmen killed two teachers in the village.", encoding="utf-8")
    return tmp_path / "news.txt"


@pytest.mark.parametrize("command", ["predict", "show"])
def test_dtype_and_threads_are_handed_on(
    command: str, article: Path, tmp_path: Path, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Model] = []

    def load(path: Any = None, **options: Any) -> Model:
        loaded.append(Model.load(path, **{key: options[key] for key in ("device", "dtype", "threads")}))
        return loaded[-1]

    monkeypatch.setattr(whodid, "load", load)
    output = ("-o", tmp_path / "out.jsonl") if command == "predict" else ()
    options = ("--model", tiny_folder, "--dtype", "bfloat16", "--threads", "3")
    result = run(command, article, *output, *options)
    assert result.exit_code == Exits.GOOD, result.output
    assert [(model.dtype, model.threads) for model in loaded] == [("bfloat16", 3)]


def test_an_unknown_dtype_is_an_error_of_input(article: Path, tiny_folder: Path) -> None:
    result = run("show", article, "--model", tiny_folder, "--dtype", "half")
    assert result.exit_code == Exits.INPUT
    assert "dtype is 'half'; it must be 'auto', 'float32', 'bfloat16' or 'int8'" in result.output
