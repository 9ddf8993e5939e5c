"""`whodid data`: what it prints and writes, and with which code it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from whodid.cli.exits import Exits, Guarded
from whodid_training.annotation.offsets import UNITS
from whodid_training.annotation.programs import PROGRAMS
from whodid_training.commands.data import Format, Unit, app

GOLD: dict[str, Any] = {
    "id": "a1",
    "title": "Two held 🔥",
    "date": "2021-03-04",
    "text": "Gunmen seized Ana Ruiz.\r\nRuiz is free.",
    "events": [
        {
            "type": "kidnapping",
            "main": True,
            "perpetrators": [{"kind": "individual", "mentions": ["Gunmen"]}],
            "victims": [{"mentions": ["Ana Ruiz", "Ruiz"]}],
            "targets": [],
            "weapons": [],
        }
    ],
}


def run(*arguments: object) -> Result:
    program = typer.Typer(cls=Guarded, pretty_exceptions_enable=False)
    program.callback()(lambda: None)
    program.add_typer(app, name="data")
    return CliRunner().invoke(program, ["data", *map(str, arguments)])


def gold_file(path: Path, *records: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def test_a_good_folder_passes_with_a_table_of_counts_and_one_of_rules(tmp_path: Path) -> None:
    gold_file(tmp_path / "mine" / "train.jsonl", GOLD)
    result = run("check", tmp_path / "mine")
    assert result.exit_code == Exits.GOOD
    assert "articles with kidnapping" in result.output
    assert "mentions in the article" in result.output
    assert "Word pieces were " in result.output
    assert "BROKEN" not in result.output


def test_a_broken_rule_ends_in_code_1_and_names_what_breaks_it(tmp_path: Path) -> None:
    gold_file(tmp_path / "train.jsonl", {**GOLD, "text": "Gunmen seized Ana Ruiz."}, {**GOLD, "text": "Gunmen left."})
    result = run("check", tmp_path)
    assert result.exit_code == Exits.REJECTED
    assert "  'a1': 2 times\n" in result.output
    assert "  train, 'a1': victim 'Ana Ruiz' is not in the article as whole words" in result.output


def test_a_folder_named_newswire_is_held_to_its_quotas_unless_told_otherwise(tmp_path: Path) -> None:
    gold_file(tmp_path / "newswire" / "train.jsonl", GOLD)
    assert run("check", tmp_path / "newswire").exit_code == Exits.REJECTED
    assert run("check", tmp_path / "newswire", "--quotas", "none").exit_code == Exits.GOOD
    gold_file(tmp_path / "mine" / "train.jsonl", GOLD)
    assert run("check", tmp_path / "mine", "--quotas", "newswire").exit_code == Exits.REJECTED
    unknown = run("check", tmp_path / "mine", "--quotas", "mine")
    assert unknown.exit_code == Exits.INPUT
    assert "quotas 'mine' are unknown; allowed: 'newswire' or 'none'" in unknown.output


def test_markdown_tables_have_one_line_per_row(tmp_path: Path) -> None:
    gold_file(tmp_path / "train.jsonl", GOLD)
    output = run("check", tmp_path, "--markdown").output
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in output.splitlines() if row.startswith("|")]
    assert ["articles with a participant first after 512 word pieces", "0", "0"] in rows
    assert ["rule", "found", "wanted", "result"] in rows


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_exported_and_imported_again_is_the_same(name: str, tmp_path: Path) -> None:
    event = {**GOLD["events"][0], "victims": [{"mentions": ["Ana Ruiz"]}]}
    gold = gold_file(tmp_path / "gold.jsonl", {**GOLD, "text": "Gunmen seized Ana Ruiz.\r\n😔", "events": [event]})
    exported, again = tmp_path / "exported", tmp_path / "again.jsonl"
    assert run("export", gold, "-o", exported, "--format", name).exit_code == Exits.GOOD
    assert run("import", exported, "-o", again, "--format", name).exit_code == Exits.GOOD
    assert again.read_bytes() == gold.read_bytes()


def test_outputs_that_exist_are_replaced_only_by_force(tmp_path: Path) -> None:
    gold = gold_file(tmp_path / "gold.jsonl", GOLD)
    export = ("export", gold, "-o", gold_file(tmp_path / "out.json"), "--format", "label-studio")
    refused = run(*export)
    assert refused.exit_code == Exits.INPUT
    assert "out.json exists; choose another output with -o, or replace it with --force" in refused.output
    assert run(*export, "--force").exit_code == Exits.GOOD


def test_what_nobody_annotated_is_left_out_and_said(tmp_path: Path) -> None:
    lines = gold_file(tmp_path / "all.jsonl", {"id": 1, "text": "Rain."}, {"id": 2, "text": "Rain.", "label": []})
    result = run("import", lines, "-o", tmp_path / "gold.jsonl", "--format", "doccano")
    assert "1 left out: they have no annotation" in result.output
    assert len((tmp_path / "gold.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_a_split_writes_three_files_that_can_be_checked_and_trained_on(tmp_path: Path) -> None:
    records = [{**GOLD, "id": f"a{i}", "text": f"Gunmen seized Ana Ruiz. Ruiz is free. {i}"} for i in range(3)]
    records += [{"id": f"b{i}", "text": f"It rained for {i} days.", "events": []} for i in range(17)]
    result = run("split", gold_file(tmp_path / "gold.jsonl", *records), "-o", tmp_path / "own")
    assert result.exit_code == Exits.GOOD
    sizes = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) for path in (tmp_path / "own").iterdir()}
    assert sizes == {"train": 13, "dev": 3, "test": 4}
    assert run("split", tmp_path / "gold.jsonl", "-o", tmp_path / "own").exit_code == Exits.INPUT


def test_the_labels_of_a_project_are_printed() -> None:
    assert '<Label value="kidnapping (main)"/>' in run("config", "--format", "label-studio").output
    assert {"text": "victim"} in json.loads(run("config", "--format", "doccano").output)


def test_formats_and_units_are_those_of_the_tables() -> None:
    assert [one.value for one in Format] == list(PROGRAMS)
    assert {one.value for one in Unit} == set(UNITS)


def test_the_program_starts_without_loading_what_only_the_commands_need() -> None:
    code = (
        "import sys, whodid_training.commands.data; sys.exit(bool({'numpy', 'tokenizers', 'torch'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
