"""Runs over an archive: what they leave behind, in which format, and when they refuse to begin or to go on."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import torch
from jsonschema import Draft202012Validator

import whodid
from whodid import schema
from whodid.archive import (
    ColumnChoice,
    Limits,
    MaxBad,
    Options,
    Progress,
    Reading,
    Summary,
    predict_archive,
    prepare,
    read_archive,
    run_path,
)
from whodid.archive.records import safe_cell
from whodid.errors import ArchiveError, TooManyBadRowsError
from whodid.model import Model

FEW = Limits(rows=3)


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whodid.archive.durable._sync", lambda file: None)


def write(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Ten entries, of which the fourth and the eighth are bad; "Ada" stands in every second article."""
    lines = [
        "{oops"
        if n in {3, 7}
        else json.dumps(
            {"id": n, "title": f"No. {n}", "date": f"2024-05-{n + 1:02}", "text": f"Took {'Ada' * (n % 2)}."}
        )
        for n in range(10)
    ]
    return write(tmp_path / "a.jsonl", "\n".join(lines))


def go(archive: Path, model: Any, name: str = "events.jsonl", **options: Any) -> Summary:
    return predict_archive(
        [archive], model, output=archive.parent / name, options=Options(**{"limits": FEW, "batch_size": 2, **options})
    )


class Stopping:
    """A model that an error stops after some articles."""

    def __init__(self, model: Any, after: int, error: BaseException) -> None:
        self._model, self._left, self._error = model, after, error
        self.fingerprint, self.device, self.dtype = model.fingerprint, model.device, model.dtype

    def predict_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Any]:
        for prediction in self._model.predict_many(texts, batch_size=batch_size):
            if self._left == 0:
                raise self._error
            self._left -= 1
            yield prediction


def interrupt(archive: Path, model: Any, *, after: int = 5, **options: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        go(archive, Stopping(model, after, KeyboardInterrupt()), **options)


def test_a_run_writes_a_record_per_article_in_order_and_sets_bad_rows_aside(archive: Path, names_model: Any) -> None:
    summary = go(archive, names_model)
    output = archive.parent / "events.jsonl"
    records = json_lines(output)
    assert [record["id"] for record in records] == ["0", "1", "2", "4", "5", "6", "8", "9"]
    five = records[4]
    assert {key: five[key] for key in ("source", "row", "line", "title", "date")} == {
        "source": str(archive), "row": 6, "line": 6, "title": "No. 5", "date": "2024-05-06"
    }  # fmt: skip
    assert (five["model_fingerprint"], five["whodid_version"]) == (names_model.fingerprint, whodid.__version__)
    mention = five["victims"][0]["mentions"][0]
    assert "No. 5\n\nTook Ada."[mention["start"] : mention["end"]] == "Ada"
    rejected = json_lines(archive.parent / "events.jsonl.rejected.jsonl")
    assert [(entry["source"], entry["row"], entry["line"]) for entry in rejected] == [
        (str(archive), n, n) for n in (4, 8)
    ]
    assert all(entry["reason"].startswith("not JSON") for entry in rejected)
    assert (summary.articles, summary.with_events, summary.rejected, summary.resumed) == (8, 3, 2, 0)
    assert (summary.by_type, summary.encodings) == ({"kidnapping": 3}, {"utf-8": 1})
    assert sorted(path.name for path in archive.parent.glob("events*")) == [
        output.name,
        f"{output.name}.rejected.jsonl",
    ]


def test_every_record_fits_the_schema(archive: Path, tiny_model: Model) -> None:
    go(archive, tiny_model)
    records = json_lines(archive.parent / "events.jsonl")
    validator = Draft202012Validator(schema.prediction())
    assert any(record["events"] for record in records)
    for record in records:
        validator.validate(record)


def test_chunks_and_batches_change_no_answer(archive: Path, tiny_model: Model) -> None:
    (archive.parent / "long.txt").write_text("gunmen kidnapped a teacher in the city " * 40)
    for name, rows in (("one.jsonl", 1), ("few.jsonl", 3), ("all.jsonl", 1000)):
        go(archive, tiny_model, name, limits=Limits(rows=rows), batch_size=rows)
    one, few, everything = (json_lines(archive.parent / f"{name}.jsonl") for name in ("one", "few", "all"))
    for a, b, c in zip(one, few, everything, strict=True):
        assert a["event_types"] == b["event_types"] == c["event_types"]
        assert a["scores"] == pytest.approx(c["scores"], abs=1e-5)
        assert b["scores"] == pytest.approx(c["scores"], abs=1e-5)


def as_json(value: Any) -> Any:
    """Turn what Arrow reads, where a map is a list of pairs and what is missing is null, back into what was written."""
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return dict(value)
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return {key: as_json(item) for key, item in value.items()} if isinstance(value, dict) else value


def without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item is not None}


def test_parquet_holds_exactly_what_json_lines_hold(archive: Path, tiny_model: Model) -> None:
    go(archive, tiny_model)
    go(archive, tiny_model, "events.parquet")
    table = pq.read_table(archive.parent / "events.parquet")
    assert [without_nulls(as_json(row)) for row in table.to_pylist()] == [
        without_nulls(row) for row in json_lines(archive.parent / "events.jsonl")
    ]


def test_parquet_is_written_in_groups(archive: Path, names_model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whodid.archive.outputs._ROWS_PER_GROUP", 3)
    go(archive, names_model, "events.parquet")
    assert pq.ParquetFile(archive.parent / "events.parquet").num_row_groups == 3


def test_the_flat_table_has_a_row_per_event_and_no_formula(tmp_path: Path, names_model: Any) -> None:
    titles = ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", " =1", 'plain; "quoted"', "two\nlines"]
    archive = write(
        tmp_path / "a.jsonl", "".join(json.dumps({"title": title, "text": "Ada"}) + "\n" for title in [*titles, "none"])
    )
    write(archive, archive.read_text() + json.dumps({"title": "no event", "text": "quiet"}))
    go(archive, names_model, "events.csv")
    data = (tmp_path / "events.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,source,row,date,title,type,")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(titles) + 1
    assert [row["title"] for row in rows[:6]] == [f"'{title}" for title in titles[:6]]
    assert [row["title"] for row in rows[6:]] == [*titles[6:], "none"]
    assert {(row["type"], row["confidence"], row["victims"], row["weapons"]) for row in rows} == {
        ("kidnapping", "0.9", "Ada", "")
    }
    assert (rows[0]["row"], rows[0]["model_fingerprint"]) == ("1", names_model.fingerprint)
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row.values() if cell)


def test_safe_cells_change_nothing_else() -> None:
    assert [safe_cell(cell) for cell in ("\rx", "x=1", "", 5, -5.5)] == ["'\rx", "x=1", "", 5, -5.5]


def test_the_format_follows_the_ending_unless_it_is_named(archive: Path, names_model: Any) -> None:
    go(archive, names_model, "events.txt")
    go(archive, names_model, "named.txt", output_format="csv")
    assert len(json_lines(archive.parent / "events.txt")) == 8
    assert (archive.parent / "named.txt").read_bytes().startswith(b"\xef\xbb\xbfid,")
    with pytest.raises(ArchiveError, match="choose 'jsonl', 'csv' or 'parquet'"):
        go(archive, names_model, "x.txt", output_format="xml")


def test_an_existing_output_is_kept_unless_forced(archive: Path, names_model: Any) -> None:
    output = write(archive.parent / "events.jsonl", "precious")
    stale = write(archive.parent / "events.jsonl.rejected.jsonl", "old reasons")
    with pytest.raises(ArchiveError, match=r"events\.jsonl' exists; choose another output, or replace it with --force"):
        go(archive, names_model)
    with pytest.raises(ArchiveError, match="no unfinished run is there to resume"):
        go(archive, names_model, resume=True)
    assert output.read_text() == "precious"
    assert not run_path(output).exists()
    write(archive, '{"text": "Ada"}')
    go(archive, names_model, force=True)
    assert len(json_lines(output)) == 1
    assert not stale.exists()


def test_outputs_that_cannot_be_say_why(archive: Path, names_model: Any, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="mkdir -p"):
        go(archive, names_model, "no/events.jsonl")
    with pytest.raises(ArchiveError, match="is a folder"):
        predict_archive([archive], names_model, output=tmp_path)
    with pytest.raises(ArchiveError, match="is no plain file"):
        predict_archive([archive], names_model, output=Path("/dev/null"))


def test_an_interrupted_run_is_resumed_to_the_same_bytes(archive: Path, tiny_model: Model) -> None:
    go(archive, tiny_model, "whole.jsonl")
    for after in range(8):
        interrupt(archive, tiny_model, after=after, force=True)
        assert not (archive.parent / "events.jsonl").exists()
        summary = go(archive, tiny_model, resume=True)
        assert (archive.parent / "events.jsonl").read_bytes() == (archive.parent / "whole.jsonl").read_bytes()
        assert summary.articles == 8
        assert summary.rejected == 2
        assert summary.resumed == [0, 0, 0, 3, 3, 5, 5, 7][after]
        (archive.parent / "events.jsonl").unlink()
        (archive.parent / "events.jsonl.rejected.jsonl").unlink()


def test_resuming_reads_nothing_twice(archive: Path, names_model: Any) -> None:
    read: list[str] = []

    class Listening(type(names_model)):  # type: ignore[misc]
        def predict(self, text: str) -> Any:
            read.append(text)
            return super().predict(text)

    interrupt(archive, names_model, after=5)
    go(archive, Listening(), resume=True)
    assert [text[:5] for text in read] == ["No. 6", "No. 8", "No. 9"]


def test_an_unfinished_run_is_neither_taken_up_nor_dropped_unasked(archive: Path, names_model: Any) -> None:
    interrupt(archive, names_model)
    with pytest.raises(ArchiveError, match="holds an unfinished run; go on with it: --resume; or start over: --force"):
        go(archive, names_model)
    assert go(archive, names_model, force=True).resumed == 0
    assert not run_path(archive.parent / "events.jsonl").exists()


def test_resuming_without_a_run_begins_one(archive: Path, names_model: Any) -> None:
    assert go(archive, names_model, resume=True).articles == 8


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"batch_size": 4}, r"--batch-size was 2 and is now 4"),
        ({"limits": Limits(rows=4)}, r"--chunk-rows was 3 and is now 4"),
        ({"output_format": "csv"}, r"--output-format was 'jsonl' and is now 'csv'"),
        ({"reading": Reading(ColumnChoice(title=""))}, r"--title-column was None and is now ''"),
        ({"reading": Reading(encoding="cp1252")}, r"--encoding was None and is now 'cp1252'"),
    ],
)
def test_another_option_is_refused_with_what_to_do(
    archive: Path, names_model: Any, options: dict[str, Any], said: str
) -> None:
    interrupt(archive, names_model)
    with pytest.raises(ArchiveError, match=said + r".*type --force in place of --resume"):
        go(archive, names_model, resume=True, **options)
    assert go(archive, names_model, resume=True).resumed == 5


def test_another_model_or_version_is_refused(archive: Path, names_model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt(archive, names_model)
    other = type(names_model)()
    other.fingerprint = "f" * 16
    with pytest.raises(ArchiveError, match=r"model fingerprint was '0123456789abcdef' and is now 'ffffffffffffffff'"):
        go(archive, other, resume=True)
    other = type(names_model)()
    other.device = "cuda:0"
    with pytest.raises(ArchiveError, match=r"model device was 'cpu' and is now 'cuda:0'"):
        go(archive, other, resume=True)
    monkeypatch.setattr(whodid, "__version__", "99.0")
    with pytest.raises(ArchiveError, match=r"whodid version was .* and is now '99\.0'"):
        go(archive, names_model, resume=True)


def test_another_build_of_torch_is_refused_before_the_model_is_asked_for(
    archive: Path, names_model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(archive, names_model)
    with monkeypatch.context() as patch:
        patch.setattr("whodid.archive.manifest.version", lambda name: {"torch": "2.14.0+cu130"}[name])
        with pytest.raises(ArchiveError) as refused:
            go(archive, None, resume=True)
    assert f"torch version was '{torch.__version__}' and is now '2.14.0+cu130'. To go on, " in str(refused.value)
    assert "type or install what the run began with; to start over, type --force" in str(refused.value)
    assert go(archive, names_model, resume=True).resumed == 5


def test_a_changed_a_new_and_a_missing_input_are_refused(archive: Path, names_model: Any) -> None:
    folder = archive.parent / "news"
    folder.mkdir()
    archive = archive.rename(folder / "b.jsonl")
    output = folder.parent / "events.jsonl"

    def resume() -> Summary:
        return predict_archive([folder], names_model, output=output, options=Options(limits=FEW, resume=True))

    with pytest.raises(KeyboardInterrupt):
        predict_archive(
            [folder], Stopping(names_model, 5, KeyboardInterrupt()), output=output, options=Options(limits=FEW)
        )
    content = archive.read_text()
    write(archive, content.replace("Ada", "Eva"))
    with pytest.raises(
        ArchiveError, match=r"began with another archive: the content of '.*b\.jsonl' has changed.*--force"
    ):
        resume()
    write(archive, content)
    new = write(folder / "c.txt", "new")
    with pytest.raises(ArchiveError, match=r"c\.txt' is new"):
        resume()
    new.unlink()
    archive.rename(folder / "a.jsonl")
    with pytest.raises(ArchiveError, match=r"where '.*b\.jsonl' stood there is now '.*a\.jsonl'"):
        resume()
    (folder / "a.jsonl").rename(archive)
    archive.touch()  # written again with the same content: nothing has changed
    assert resume().articles == 8


def test_a_damaged_chunk_is_made_again(archive: Path, names_model: Any) -> None:
    go(archive, names_model, "whole.jsonl")
    interrupt(archive, names_model, after=7)
    chunk = run_path(archive.parent / "events.jsonl") / "chunks" / "000001.jsonl"
    chunk.write_bytes(chunk.read_bytes()[:-5] + b"junk\n")
    assert go(archive, names_model, resume=True).resumed == 3
    assert (archive.parent / "events.jsonl").read_bytes() == (archive.parent / "whole.jsonl").read_bytes()


def test_a_drive_that_cannot_flush_folders_will_do(
    archive: Path, names_model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sync(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr("whodid.archive.durable._sync", sync)
    assert go(archive, names_model).articles == 8


def test_two_runs_on_one_output_do_not_meet(archive: Path, names_model: Any) -> None:
    with (
        prepare([archive], output=archive.parent / "events.jsonl"),
        pytest.raises(ArchiveError, match="another whodid is working in"),
    ):
        go(archive, names_model)
    assert not run_path(archive.parent / "events.jsonl").exists()
    go(archive, names_model)


def test_the_output_is_forced_over_on_resuming_only_if_it_was_from_the_start(archive: Path, names_model: Any) -> None:
    output = archive.parent / "events.jsonl"
    interrupt(archive, names_model)
    write(output, "precious")
    with pytest.raises(ArchiveError, match="exists; choose another output"):
        go(archive, names_model, resume=True)
    assert go(archive, names_model, resume=True, force=True).resumed == 5
    interrupt(archive, names_model, force=True)
    assert go(archive, names_model, resume=True).resumed == 5


def test_the_run_folder_can_be_kept_with_its_manifest(archive: Path, names_model: Any) -> None:
    go(archive, names_model, keep_run=True)
    folder = run_path(archive.parent / "events.jsonl")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["model"] == {
        "fingerprint": names_model.fingerprint,
        "device": "cpu",
        "dtype": names_model.dtype,
    }
    assert manifest["options"]["chunk_rows"] == 3
    assert (manifest["whodid_version"], manifest["torch_version"]) == (whodid.__version__, torch.__version__)
    (item,) = json_lines(folder / "inputs.jsonl")
    assert (item["size"], item["encoding"], len(item["sha256"])) == (archive.stat().st_size, "utf-8", 64)
    journal = json_lines(folder / "journal.jsonl")
    assert [(entry["first"]["row"], entry["next"]["row"]) for entry in journal[:-1]] == [
        (0, 3),
        (3, 6),
        (6, 9),
        (9, 10),
    ]
    assert all(len(entry["sha256"]) == 64 for entry in journal[:-1])
    assert journal[-1] == {"complete": 4}
    assert go(archive, names_model, resume=True).articles == 8


def test_a_run_folder_is_no_part_of_the_archive_beside_it(tmp_path: Path, archive: Path, names_model: Any) -> None:
    interrupt(archive, names_model)
    assert len(list(read_archive([tmp_path]))) == 10


def test_standard_input_is_saved_and_so_can_be_resumed(tmp_path: Path, archive: Path, names_model: Any) -> None:
    output = tmp_path / "events.jsonl"
    options = Options(limits=FEW)

    def run(model: Any, data: bytes, options: Options = options) -> Summary:
        return predict_archive(["-"], model, output=output, options=options, stdin=io.BytesIO(data))

    with pytest.raises(KeyboardInterrupt):
        run(Stopping(names_model, 5, KeyboardInterrupt()), archive.read_bytes())
    summary = run(names_model, b"", Options(limits=FEW, resume=True))
    assert (summary.articles, summary.resumed) == (8, 5)
    assert {record["source"] for record in json_lines(output)} == {"-"}
    with pytest.raises(ArchiveError, match="standard input cannot be read here"):
        read_archive(["-"])
    csv_run = Options(reading=Reading(format="csv"), force=True)
    assert run(names_model, b"text\nAda\n", csv_run).by_type == {"kidnapping": 1}
    assert json_lines(output)[0]["id"] == "-:2"


def test_a_run_that_is_mostly_bad_stops_and_may_go_on(archive: Path, names_model: Any) -> None:
    write(archive, '{"text": "Ada"}\n' * 90 + "{oops\n" * 60)
    limits = Limits(rows=50)
    for limit in (MaxBad(count=9), MaxBad(share=0.05)):
        with pytest.raises(
            TooManyBadRowsError, match=r"10 of 100 rows so far cannot be used, such as .*a\.jsonl:91: not JSON"
        ):
            go(archive, names_model, limits=limits, max_bad=limit, force=True)
    assert not (archive.parent / "events.jsonl").exists()
    summary = go(archive, names_model, limits=limits, max_bad=MaxBad(share=0.5), resume=True)
    assert (summary.articles, summary.rejected, summary.resumed) == (90, 60, 90)


def test_a_small_archive_is_judged_at_its_end(archive: Path, names_model: Any) -> None:
    with pytest.raises(TooManyBadRowsError, match="2 of 10 rows"):
        go(archive, names_model, max_bad=MaxBad(share=0.1))
    assert go(archive, names_model, max_bad=MaxBad(share=0.2), resume=True).rejected == 2


@pytest.mark.parametrize("text", ["five", "120%", "-1", "1.5", "%", ""])
def test_limits_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither a number of rows"):
        MaxBad.parse(text)


def test_progress_ends_at_the_whole_archive(archive: Path, names_model: Any) -> None:
    seen: list[tuple[int, float]] = []

    def note(progress: Progress) -> None:
        seen.append((progress.tally.entries, progress.share))

    (archive.parent / "b.txt").write_text("One article.")
    output = archive.parent / "events.jsonl"
    predict_archive([archive, archive.parent / "b.txt"], names_model, output=output, on_progress=note)
    assert seen[-1] == (11, 1.0)
    assert seen == sorted(seen)


def test_a_chunk_ends_at_its_characters_too(archive: Path, names_model: Any) -> None:
    write(archive, json.dumps({"text": "x" * 100}) + "\n")
    for _ in range(5):
        write(archive, archive.read_text() * 2)
    go(archive, names_model, limits=Limits(rows=1000, characters=500), keep_run=True)
    journal = json_lines(run_path(archive.parent / "events.jsonl") / "journal.jsonl")
    assert [entry["tally"]["articles"] for entry in journal[:-1]] == [5, 5, 5, 5, 5, 5, 2]


def test_a_model_that_answers_too_little_is_a_defect(archive: Path, names_model: Any) -> None:
    class Silent(type(names_model)):  # type: ignore[misc]
        def predict_many(self, texts: Iterable[str], *, batch_size: int = 32) -> Iterator[Any]:
            list(texts)
            return iter(())

    with pytest.raises(RuntimeError, match="no prediction for 3 articles, from 0 on"):
        go(archive, Silent())
