"""The command line with a fake model: what it writes, what it says and with which code it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import whodid
from whodid.cli import plugins
from whodid.cli.app import build
from whodid.cli.exits import Exits
from whodid.errors import ModelFolderError
from whodid.ontology import DEFAULT
from whodid.types import Entity, Event, Mention, Prediction


class Fake:
    ontology = DEFAULT
    fingerprint = "fake"
    device = "cpu"
    broken = False

    def predict(self, text: str) -> Prediction:
        if text == "interrupt":
            raise KeyboardInterrupt
        self.broken = self.broken or text == "defect"
        if self.broken:
            raise ZeroDivisionError("planted")
        at = text.find("gunmen")
        if at < 0:
            return Prediction(text, (), {"attack": 0.2}, 1, abstained=False)
        who = Entity(
            "gunmen",
            "perpetrator_individual",
            "perpetrators",
            "individual",
            False,
            0.8,
            (Mention(at, at + 6, "gunmen"),),
        )
        return Prediction(text, (Event("attack", 0.9, (who,)),), {"attack": 0.9}, 1, abstained=False)

    def predict_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Prediction]:
        return map(self.predict, texts)


@pytest.fixture(autouse=True)
def loads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Arguments of every call of `whodid.load`, which gives the fake; no plug-ins."""
    calls: list[tuple[Any, ...]] = []

    def load(path: Any = None, *, device: Any = None, prefer: str = "balanced", **_: Any) -> Fake:
        calls.append((path, device) if prefer == "balanced" else (path, device, prefer))
        return Fake()

    monkeypatch.setattr(whodid, "load", load)
    monkeypatch.setattr(plugins, "entry_points", lambda **_: ())
    return calls


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Any:
    return CliRunner().invoke(build(), [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "news.csv"
    path.write_text("id,text\n1,gunmen came\n2,all quiet\n", encoding="utf-8")
    return path


def test_no_argument_shows_help_with_the_exit_codes() -> None:
    result = run()
    assert result.exit_code == Exits.GOOD
    assert "predict" in result.output
    assert "some rows were rejected" in " ".join(result.output.split())


def test_version_is_printed() -> None:
    assert run("--version").output.startswith("whodid ")


def test_predict_writes_the_archive_and_reports_on_stderr(archive: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    result = run("predict", archive, "-o", output)
    assert result.exit_code == Exits.GOOD, result.output
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert [(line["id"], line["event_types"]) for line in lines] == [("1", ["attack"]), ("2", [])]
    assert result.stdout == ""
    said = [line.split() for line in result.stderr.splitlines()]
    assert said[:3] == [["articles", "2"], ["with", "events", "1"], ["attack", "1"]]
    assert ["encodings", "utf-8", "1"] in said
    assert said[-1] == ["output", str(output)]


def test_predict_hands_model_and_device_on(archive: Path, tmp_path: Path, loads: list[tuple[Any, ...]]) -> None:
    run("predict", archive, "-o", tmp_path / "out.jsonl", "--model", "folder", "--device", "cpu")
    assert loads == [(Path("folder"), "cpu")]


@pytest.mark.parametrize("command", ["predict", "show"])
def test_a_preference_is_handed_on_and_checked(
    command: str, archive: Path, tmp_path: Path, loads: list[tuple[Any, ...]]
) -> None:
    article, output = tmp_path / "a.txt", tmp_path / "out.jsonl"
    article.write_text("gunmen came", encoding="utf-8")
    arguments = ("predict", archive, "-o", output) if command == "predict" else ("show", article)
    assert run(*arguments, "--prefer", "recall").exit_code == Exits.GOOD
    assert loads == [(None, None, "recall")]
    result = run(*arguments, "--prefer", "speed", *(["--force"] if command == "predict" else []))
    assert result.exit_code == Exits.INPUT
    assert "preference 'speed' is unknown; allowed: 'balanced', 'precision' or 'recall'" in result.stderr
    assert len(loads) == 1


def test_rejected_rows_give_their_own_exit_code(archive: Path, tmp_path: Path) -> None:
    archive.write_text("id,text\n1,gunmen came\n2\n")
    result = run("predict", archive, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == Exits.REJECTED
    assert f"rejected     1, reasons in {tmp_path / 'out.jsonl.rejected.jsonl'}" in result.stderr
    assert (tmp_path / "out.jsonl.rejected.jsonl").exists()


def test_an_archive_without_a_usable_row_has_an_exit_code_too(archive: Path, tmp_path: Path) -> None:
    archive.write_text("id,text\n1\n2\n")
    assert run("predict", archive, "-o", tmp_path / "out.jsonl").exit_code == Exits.NOTHING


def test_input_errors_are_one_message_and_load_no_model(
    archive: Path, tmp_path: Path, loads: list[tuple[Any, ...]]
) -> None:
    (tmp_path / "old.jsonl").write_text("precious")
    for arguments, message in (
        (("predict", tmp_path / "none.csv", "-o", tmp_path / "o"), "there is no file or folder"),
        (("predict", archive, "-o", tmp_path / "o", "--text-column", "story"), "it has 'id', 'text'"),
        (("predict", archive, "-o", tmp_path / "old.jsonl"), "--force"),
        (("show", archive), "use: whodid predict"),
        (("show", tmp_path / "none.txt"), "cannot be read"),
    ):
        result = run(*arguments)
        assert result.exit_code == Exits.INPUT
        assert message in result.stderr
        assert "Traceback" not in result.output
    assert loads == []


def test_errors_of_the_model_are_messages_as_well(archive: Path, tmp_path: Path, monkeypatch: Any) -> None:
    def load(*_: Any, **__: Any) -> None:
        raise ModelFolderError("no model there")

    monkeypatch.setattr(whodid, "load", load)
    result = run("predict", archive, "-o", tmp_path / "o")
    assert (result.exit_code, result.stderr) == (Exits.INPUT, "Error: no model there\n")


def test_usage_errors_end_with_the_same_code() -> None:
    assert run("predict").exit_code == Exits.INPUT
    assert run("nonsense").exit_code == Exits.INPUT


def test_an_interruption_says_how_to_go_on(archive: Path, tmp_path: Path) -> None:
    archive.write_text("text\nfirst\ninterrupt\n")
    result = run("predict", archive, "-o", tmp_path / "out.jsonl", "--chunk-rows", "1")
    assert result.exit_code == Exits.INTERRUPTED
    assert f"{tmp_path / 'out.jsonl'}.run; to go on: the same command and --resume" in result.stderr
    assert not (tmp_path / "out.jsonl").exists()
    archive_again = run("predict", archive, "-o", tmp_path / "out.jsonl", "--chunk-rows", "1")
    assert archive_again.exit_code == Exits.INPUT
    assert "go on with it: --resume; or start over: --force" in archive_again.stderr


def test_a_run_that_is_mostly_bad_has_an_exit_code_of_its_own(archive: Path, tmp_path: Path) -> None:
    archive.write_text("id,text\n1,gunmen came\n2\n3\n")
    result = run("predict", archive, "-o", tmp_path / "out.jsonl", "--max-bad", "1")
    assert result.exit_code == Exits.STOPPED
    assert "2 of 3 rows so far cannot be used" in result.stderr
    assert run("predict", archive, "-o", tmp_path / "b.jsonl", "--max-bad", "67%").exit_code == Exits.REJECTED
    assert run("predict", archive, "-o", tmp_path / "c.jsonl", "--max-bad", "most").exit_code == Exits.INPUT


def test_a_full_disk_has_an_exit_code_of_its_own(archive: Path, tmp_path: Path, monkeypatch: Any) -> None:
    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("whodid.archive.durable._write", full)
        result = run("predict", archive, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == Exits.OUTPUT
    assert "cannot be written: No space left on device" in result.stderr


def test_standard_input_is_json_lines_unless_another_format_is_named(tmp_path: Path) -> None:
    lines = '{"text": "gunmen came"}\n{"text": "all quiet"}\n'
    assert run("predict", "-", "-o", tmp_path / "a.jsonl", stdin=lines).exit_code == Exits.GOOD
    table = "text\ngunmen came\n"
    assert run("predict", "-", "-o", tmp_path / "b.jsonl", "--format", "csv", stdin=table).exit_code == Exits.GOOD
    assert json.loads((tmp_path / "b.jsonl").read_text())["source"] == "-"


def test_a_log_for_programs_is_json_to_the_last_line(archive: Path, tmp_path: Path) -> None:
    result = run("predict", archive, "-o", tmp_path / "out.jsonl", "--log-json")
    first, last = (json.loads(line) for line in result.stderr.splitlines())
    assert (first["event"], first["articles"]) == ("progress", 1)
    assert (last["event"], last["articles"], last["by_type"]) == ("done", 2, {"attack": 1})
    assert last["output"] == str(tmp_path / "out.jsonl")
    result = run("predict", archive, "-o", tmp_path / "out.jsonl", "--log-json")
    (line,) = result.stderr.splitlines()
    assert result.exit_code == Exits.INPUT
    assert json.loads(line)["event"] == "failed"
    assert json.loads(line)["exit_code"] == Exits.INPUT
    assert "--force" in json.loads(line)["error"]
    archive.write_text("text\ndefect\n")
    result = run("predict", archive, "-o", tmp_path / "b.jsonl", "--log-json")
    (line,) = result.stderr.splitlines()
    assert (result.exit_code, json.loads(line)["resumable"]) == (Exits.DEFECT, True)
    assert "ZeroDivisionError: planted" in json.loads(line)["traceback"]


def test_a_terminal_sees_how_far_the_run_is(archive: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    result = run("predict", archive, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == Exits.GOOD
    assert "1 articles," in result.stderr
    assert "attack 1" in result.stderr
    assert result.stdout == ""


def test_the_help_of_predict_is_grouped() -> None:
    text = run("predict", "--help").stdout
    for heading in ("How to read the archive", "What to write", "How to run", "Model"):
        assert f" {heading} " in text


def test_a_defect_shows_its_traceback_and_is_no_partial_success() -> None:
    result = run("show", "-", stdin="defect")
    assert result.exit_code == Exits.DEFECT
    assert "ZeroDivisionError: planted" in result.stderr


def test_show_reads_standard_input_and_prints_the_events() -> None:
    result = run("show", "-", stdin="Then [bold]gunmen[/bold] came.")
    assert result.exit_code == Exits.GOOD, result.output
    assert "[bold]gunmen[perpetrator][/bold]" in result.stdout
    assert "attack" in result.stdout


def test_show_json_is_the_prediction(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_bytes(b"\xef\xbb\xbfThen gunmen\r\ncame.")
    found = json.loads(run("show", article, "--json").stdout)
    assert found == Fake().predict("Then gunmen\r\ncame.").to_dict()


def test_show_html_writes_a_page_once(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    assert run("show", "-", "--html", page, stdin="Then gunmen came.").exit_code == Exits.GOOD
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert run("show", "-", "--html", page, stdin="x").exit_code == Exits.INPUT
    assert run("show", "-", "--html", page, "--force", stdin="x").exit_code == Exits.GOOD


def test_show_rejects_undecodable_bytes_with_their_place() -> None:
    assert "not UTF-8 at byte 3" in run("show", "-", stdin=b"Caf\xe9").stderr


def test_labels_need_no_model(loads: list[tuple[Any, ...]]) -> None:
    assert json.loads(run("labels", "--json").stdout) == json.loads(json.dumps(DEFAULT.to_dict()))
    assert "forced_work_stoppage" in run("labels").stdout
    assert loads == []


def hello(name: str = "you") -> None:
    """Say hello."""
    sys.stdout.write(f"hello {name}\n")


GROUP = typer.Typer(help="Commands of one kind.")


@GROUP.command("greet")
def greet(name: str = "you") -> None:
    """Greet politely."""
    if name == "nobody":
        raise ModelFolderError("there is nobody to greet")
    sys.stdout.write(f"good morning {name}\n")


@GROUP.command("leave")
def leave() -> None:
    """Say goodbye."""


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = (
        EntryPoint("broken", "no_such_module_at_all:run", plugins.GROUP),
        EntryPoint("group", f"{__name__}:GROUP", plugins.GROUP),
        EntryPoint("hello", f"{__name__}:hello", plugins.GROUP),
        EntryPoint("odd", "sys:path", plugins.GROUP),
        EntryPoint("show", "sys:exit", plugins.GROUP),
    )
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or __import__("types").ModuleType(__name__))
    monkeypatch.setattr(sys.modules[__name__], "hello", hello, raising=False)
    monkeypatch.setattr(sys.modules[__name__], "GROUP", GROUP, raising=False)
    monkeypatch.setattr(plugins, "entry_points", lambda **_: entries)


@pytest.mark.usefixtures("plugged")
def test_commands_are_plugged_in_by_entry_point() -> None:
    assert run("hello", "--name", "Ada").stdout == "hello Ada\n"


@pytest.mark.usefixtures("plugged")
def test_a_group_of_commands_is_plugged_in_like_one_command() -> None:
    assert run("group", "greet", "--name", "Ada").stdout == "good morning Ada\n"
    assert "Commands of one kind." in run("--help").stdout
    assert "leave" in run("group", "--help").stdout


@pytest.mark.usefixtures("plugged")
def test_an_error_in_a_plugged_in_group_ends_in_a_message_and_a_code() -> None:
    result = run("group", "greet", "--name", "nobody")
    assert result.exit_code == Exits.INPUT
    assert result.stderr == "Error: there is nobody to greet\n"


@pytest.mark.usefixtures("plugged")
def test_a_plugin_that_fails_to_load_says_so_and_breaks_no_other_command() -> None:
    for name in ("broken", "odd"):
        result = run(name, "--whatever", "x")
        assert result.exit_code == Exits.INPUT
        assert f"command '{name}'" in result.stderr
    assert "no_such_module_at_all" in run("broken", "--help").stderr
    assert run("--help").exit_code == Exits.GOOD
    assert run("labels").exit_code == Exits.GOOD


@pytest.mark.usefixtures("plugged")
def test_a_plugin_cannot_take_the_name_of_a_builtin_command() -> None:
    assert run("show", "-", "--json", stdin="quiet").exit_code == Exits.GOOD


def test_importing_the_command_line_loads_no_torch() -> None:
    root = Path(whodid.__file__).parents[1]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); import whodid.cli.app; print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
