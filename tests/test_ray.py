"""The ray engine without Ray: what it refuses, how it cuts an archive, and how it tells whether anything was lost."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from whodid import extras
from whodid.archive import Limits, MaxBad, Opener, Options, Reading, find_sources, predict_archive, rejected_path
from whodid.archive.survey import Input, survey
from whodid.archive.tally import Progress, Tally
from whodid.cli import plugins
from whodid.cli.app import build
from whodid.errors import ArchiveError, ClusterError, MissingExtraError, OutputError
from whodid.ray import Cut, ModelChoice
from whodid.ray import predict_archive as predict_on_ray
from whodid.ray.choices import check_folder, check_options
from whodid.ray.entries import KEY, answer, key, pieces, tables
from whodid.ray.runner import _perform
from whodid.ray.work import Note, Work, flaw, ranges

RAY_PART = f"{'0' * 32}_000000"
PART = f"whodid_{RAY_PART}"


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whodid.archive.durable._sync", lambda file: None)


@pytest.fixture
def no_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name.split(".", maxsplit=1)[0])

    monkeypatch.setattr(extras, "import_module", missing)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"text": "Took Ada.", "title": "One", "date": "2024"}\n{oops\n{"text": "Ünrest."}')
    (folder / "b.csv").write_text("text\n")
    (folder / "c.txt").write_text("Ada went.")
    return folder


def inputs(folder: Path) -> list[Input]:
    return list(survey([folder], Reading(), opener=Opener(), hashed=False))


def test_without_the_extra_the_error_says_what_to_type(no_ray: None, archive: Path) -> None:
    with pytest.raises(MissingExtraError, match=r"needs ray\. Type: pip install 'whodid\[ray\]'"):
        predict_on_ray([archive], output=archive.parent / "events")
    assert not list(archive.parent.glob("events*"))


def run(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the program as if Ray were there; nothing gets as far as to need it."""
    monkeypatch.setattr(plugins, "entry_points", lambda **_: ())
    monkeypatch.setattr(extras, "import_module", lambda name: None if name == "ray.data" else import_module(name))
    return CliRunner().invoke(build(), ["predict", *arguments])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "events.jsonl"], "type: -o {folder}events --output-format jsonl"),
        (["-o", "events.parquet"], "type: -o {folder}events"),
        (["-o", "events", "--max-bad", "5%"], "--max-bad needs one process"),
        (["-o", "events", "--device", "cuda:1"], "choose cpu or cuda"),
        (["-o", "events", "--output-format", "xml"], "there is no output format 'xml'"),
        (["-o", "missing/events"], "mkdir -p"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], message: str, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = f"{archive.parent}/"
    arguments[1] = folder + arguments[1]
    done = run(str(archive), "--engine", "ray", *arguments, monkeypatch=monkeypatch)
    assert message.format(folder=folder) in done.output.replace("\n", " ")
    assert done.exit_code == 2
    assert not list(archive.parent.glob("events*"))


def test_standard_input_and_unknown_engines_are_refused(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = str(archive.parent / "events")
    done = run("-", "-o", output, "--engine", "ray", monkeypatch=monkeypatch)
    assert (done.exit_code, "standard input cannot be read here; save it to a file" in done.output) == (2, True)
    done = run(str(archive), "-o", output, "--engine", "spark", monkeypatch=monkeypatch)
    assert (done.exit_code, "choose 'local' or 'ray'" in " ".join(done.output.replace("│", "").split())) == (2, True)


def test_options_of_the_function_are_checked_too() -> None:
    check_options(Options(limits=Limits(rows=7)))
    for options in (Options(max_bad=MaxBad(count=3)), Options(limits=Limits(characters=9))):
        with pytest.raises(ClusterError):
            check_options(options)
    with pytest.raises(ValueError, match="threads is 0"):
        ModelChoice(threads=0)
    assert ModelChoice("model", device="cuda", threads=2).resources == {"num_cpus": 2, "num_gpus": 1}
    assert ModelChoice("model").load_options()["path"] == str(Path("model").absolute())


def test_only_a_folder_of_whodid_s_own_is_ever_replaced(tmp_path: Path) -> None:
    own = tmp_path / "events"
    check_folder(own)
    own.mkdir()
    (own / f"{PART}.parquet").touch()
    check_folder(own)
    of_others = own / f"{RAY_PART}.parquet"
    of_others.touch()
    with pytest.raises(ArchiveError, match="which whodid did not write; move it away, or name a new folder"):
        check_folder(own)
    of_others.unlink()
    (own / "thesis.doc").touch()
    with pytest.raises(ArchiveError, match=r"'thesis\.doc', which whodid did not write"):
        check_folder(own)
    with pytest.raises(ArchiveError, match="is a file"):
        check_folder((own / "thesis.doc").rename(own / "thesis"))


def test_a_folder_that_is_about_to_be_written_is_not_read(archive: Path) -> None:
    output = archive / "events"
    output.mkdir()
    (output / "old.jsonl").write_text('{"text": "x"}')
    for paths in ([archive], [archive / "*"], [archive / "**" / "*.jsonl", archive]):
        names = {Path(source.path).name for source in find_sources(paths, skip=[output])}
        assert names == {"a.jsonl", "b.csv", "c.txt"}
    with pytest.raises(ArchiveError, match="both to be read and to be written"):
        list(find_sources([output], skip=[output]))


def test_an_archive_is_cut_by_size_and_number_of_files(archive: Path) -> None:
    all_inputs = inputs(archive)
    for most_bytes, most_files, sizes in ((10**9, 9, [3]), (1, 9, [1, 1, 1]), (10**9, 2, [2, 1])):
        cut = list(pieces(all_inputs, most_bytes=most_bytes, most_files=most_files))
        assert [len(piece.inputs) for piece in cut] == sizes
        assert [item for piece in cut for item in piece.inputs] == all_inputs
        assert [piece.first for piece in cut] == [sum(sizes[:n]) for n in range(len(sizes))]


@pytest.mark.parametrize("most_bytes", [1, 12, 10**6])
def test_answers_are_the_lines_that_one_machine_writes(archive: Path, names_model: Any, most_bytes: int) -> None:
    output = archive.parent / "events.jsonl"
    predict_archive([archive], names_model, output=output)
    found: dict[str, dict[int, bytes]] = {"article": {}, "rejected": {}, "end": {}}
    for piece in pieces(inputs(archive), most_bytes=1, most_files=9):
        for table in tables(piece, most_bytes=most_bytes):
            for row in answer(table, names_model, batch_size=2).to_pylist():
                found[row["kind"]][row[KEY]] = row["line"]
    assert b"".join(line for _, line in sorted(found["article"].items())) == output.read_bytes()
    assert b"".join(line for _, line in sorted(found["rejected"].items())) == rejected_path(output).read_bytes()
    assert found["end"] == {key(0, 0): b"3\n", key(1, 0): b"0\n", key(2, 0): b"1\n"}


def cut_up(sizes: list[int], chance: random.Random) -> list[list[int]]:
    """Spread all entries and ends of an archive over a few parts."""
    keys = [key(number, row) for number, size in enumerate(sizes) for row in range(size + 1)]
    parts: list[list[int]] = [[] for _ in range(4)]
    for place in keys:
        chance.choice(parts).append(place)
    return parts


def note(keys: list[int], sizes: list[int]) -> Note:
    ends = {key(number, 0): size for number, size in enumerate(sizes)}
    return Note(
        tuple(ranges(sorted(place for place in keys if place not in ends))),
        {place: ends[place] for place in keys if place in ends},
    )


def test_what_is_lost_or_there_twice_is_noticed() -> None:
    chance = random.Random(3)
    for _ in range(300):
        sizes = [chance.randint(0, 5) for _ in range(chance.randint(1, 4))]
        parts = cut_up(sizes, chance)
        assert flaw((note(part, sizes) for part in parts), len(sizes)) is None
        part = chance.choice([part for part in parts if part])
        place = chance.choice(part)
        if chance.random() < 0.5:
            part.remove(place)
        else:
            chance.choice([other for other in parts if other is not part]).append(place)
        assert flaw((note(part, sizes) for part in parts), len(sizes)) is not None


def test_entries_beyond_the_archive_are_noticed() -> None:
    assert flaw([Note(((1, 2),), {0: 2}, Tally())], 1) is None
    assert flaw([Note(((1, 2), (9, 9)), {0: 2}, Tally())], 1) == "there is more than the archive has (key 9)"


def write_part(work: Work, name: str, *, complete: bool, tally: Tally | None = None) -> None:
    (work.events / f"{name}.parquet").write_text(name)
    (work.rejected / f"{name}.jsonl").write_text(f"{name}\n")
    (work.notes / f"{name}.json").write_text(json.dumps(Note(((1, 2),), {0: 2}, tally or Tally()).to_dict()))
    pq.write_table(pa.table({KEY: [0, 1, 2]}), work.checkpoint / f"{name}{'' if complete else '.pending'}.parquet")


def test_a_go_takes_over_what_ray_has_noted_as_complete_and_nothing_else(tmp_path: Path) -> None:
    first = Work.begin(tmp_path)
    write_part(first, "a", complete=True, tally=Tally(2, by_type=Counter(attack=1)))
    write_part(first, "b", complete=False)
    second = Work.begin(tmp_path)
    assert not first.parts.exists()  # what still runs of the first go finds no folder
    assert [path.name for path in second.files()] == ["a.parquet", "a.jsonl", "a.json"]
    known: set[str] = set()
    assert [found.tally for found in second.read_notes(known=known)] == [Tally(2, by_type=Counter(attack=1))]
    assert list(second.read_notes(known=known)) == []
    assert Work.last(tmp_path).parts == second.parts


@pytest.mark.parametrize("left", [0, 4, -1])
def test_a_part_whose_checkpoint_was_cut_off_is_done_again(tmp_path: Path, left: int) -> None:
    first = Work.begin(tmp_path)
    write_part(first, "a", complete=True)
    write_part(first, "b", complete=True)
    noted = first.checkpoint / "b.parquet"
    noted.write_bytes(noted.read_bytes()[:left])
    second = Work.begin(tmp_path)
    assert [path.name for path in second.files()] == ["a.parquet", "a.jsonl", "a.json"]
    assert [path.name for path in second.checkpoint.iterdir()] == ["a.parquet"]  # Ray would fail over the other


def test_a_part_that_was_complete_before_a_second_attempt_stays(tmp_path: Path) -> None:
    first = Work.begin(tmp_path)
    write_part(first, "a", complete=True)
    write_part(first, "a", complete=False)
    second = Work.begin(tmp_path)
    assert [path.name for path in second.files()] == ["a.parquet", "a.jsonl", "a.json"]
    assert [path.name for path in second.checkpoint.iterdir()] == ["a.parquet"]  # Ray would remove what is pending


def test_what_came_into_the_output_during_the_run_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    write_part(Work.begin(tmp_path / "run"), PART, complete=True)
    output = tmp_path / "events"
    output.mkdir()
    (output / "thesis.doc").touch()
    complete, folder = SimpleNamespace(complete=True), SimpleNamespace(chunks_path=tmp_path / "run")
    run: Any = SimpleNamespace(output=output, recovered=complete, folder=folder, progress=Progress(0))
    with pytest.raises(ArchiveError, match=r"'thesis\.doc', which whodid did not write"):
        _perform(run, ModelChoice(), Cut(), lambda _: None)
    (output / "thesis.doc").rename(tmp_path / "thesis.doc")
    _perform(run, ModelChoice(), Cut(), lambda _: None)
    assert [path.name for path in output.iterdir()] == [f"{PART}.parquet"]


def test_delivery_can_be_repeated_after_an_interruption(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    work, output, rejects = Work.begin(tmp_path / "run"), tmp_path / "events", tmp_path / "rejects"
    write_part(work, "a", complete=True)
    write_part(work, "b", complete=True)
    output.mkdir()
    (output / "old").touch()
    for _ in range(2):
        work.deliver(output, rejects)
        assert sorted(path.name for path in output.iterdir()) == ["a.parquet", "b.parquet"]
        assert rejects.read_text() == "a\nb\n"
    shutil.rmtree(output)
    with pytest.raises(OutputError, match="was delivered and is gone; start over: --force"):
        work.deliver(output, rejects)
