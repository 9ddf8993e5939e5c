"""Archives in every wrapping: Parquet, gzip, zstd, zip, patterns, encodings. Damage is said."""

from __future__ import annotations

import datetime
import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from whodid import extras
from whodid.archive import BadRow, ColumnChoice, Reading, Row, read_archive
from whodid.archive import formats as formats_module
from whodid.archive import rows as rows_module
from whodid.archive.encodings import detect
from whodid.errors import ArchiveError, ColumnError, MissingExtraError

LINES = b'{"id": "1", "text": "One."}\n{"id": "2", "text": "Two."}\n'


def read(*paths: Path | str, **options: Any) -> list[Row | BadRow]:
    return list(read_archive(paths, Reading(**options)))


def good(rows: list[Row | BadRow]) -> list[Row]:
    return [row for row in rows if isinstance(row, Row)]


def texts(rows: list[Row | BadRow]) -> list[str]:
    return [row.text for row in good(rows)]


def reasons(rows: list[Row | BadRow]) -> list[str]:
    return [row.reason for row in rows if isinstance(row, BadRow)]


def packed(path: Path, data: bytes) -> Path:
    pack = {".gz": gzip.compress, ".zst": zstandard.compress}.get(path.suffix, lambda data: data)
    path.write_bytes(pack(data))
    return path


def parquet(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    pq.write_table(pa.table(columns), path, **options)
    return path


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".jsonl.zst", ".NDJSON.ZST"])
def test_a_packed_file_reads_like_an_unpacked_one(tmp_path: Path, ending: str) -> None:
    file = packed(tmp_path / f"a{ending}", LINES)
    if ending.endswith("ZST"):
        file.write_bytes(zstandard.compress(LINES))
    rows = good(read(file))
    assert [(row.id, row.text, row.row, row.line) for row in rows] == [("1", "One.", 1, 1), ("2", "Two.", 2, 2)]


def test_zstd_frames_follow_each_other_and_a_cut_or_damaged_one_is_reported(tmp_path: Path) -> None:
    frames = zstandard.compress(LINES[:28]) + zstandard.compress(LINES[28:])
    (tmp_path / "a.jsonl.zst").write_bytes(frames)
    assert texts(read(tmp_path / "a.jsonl.zst")) == ["One.", "Two."]
    (tmp_path / "a.jsonl.zst").write_bytes(frames[:-4])
    assert reasons(read(tmp_path / "a.jsonl.zst"))[-1].startswith("the file cannot be read any further: the file ended")
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.compress(LINES) + b"no frame at all")
    rows = read(tmp_path / "a.jsonl.zst")
    assert "damaged zstd data" in reasons(rows)[-1]


def test_a_long_zstd_file_comes_out_whole(tmp_path: Path) -> None:
    line = b'{"text": "%s"}\n'
    data = b"".join(line % str(number).encode() for number in range(30_000))
    assert texts(read(packed(tmp_path / "a.jsonl.zst", data))) == [str(number) for number in range(30_000)]


def test_parquet_rows_are_counted_and_dates_become_text(tmp_path: Path) -> None:
    file = parquet(
        tmp_path / "a.parquet",
        {
            "id": [7, 8],
            "title": ["Head", None],
            "text": ["Body.", "Body."],
            "date": [datetime.date(2024, 5, 14), None],
            "unused": [[1], [2]],
        },
    )
    one, two = good(read(file))
    assert (one.id, one.text, one.title, one.date) == ("7", "Head\n\nBody.", "Head", "2024-05-14")
    assert (two.id, two.text, two.date, two.row, two.line) == ("8", "Body.", None, 2, 2)


def test_parquet_without_ids_names_rows_and_reads_bytes_as_text(tmp_path: Path) -> None:
    rows = read(parquet(tmp_path / "a.parquet", {"text": ["Été.".encode(), b"\xe9t", None]}))
    assert [(row.id, row.text) for row in good(rows)] == [(f"{tmp_path / 'a.parquet'}:1", "Été.")]
    assert len(reasons(rows)) == 2


def test_parquet_text_that_is_no_utf8_costs_its_row_only(tmp_path: Path) -> None:
    wrong = pa.Array.from_buffers(pa.string(), 2, pa.array([b"caf\xe9", b"One."], pa.binary()).buffers())
    rows = read(parquet(tmp_path / "a.parquet", {"text": wrong}))
    assert (texts(rows), len(reasons(rows))) == (["One."], 1)


def test_parquet_is_read_in_small_batches_whatever_its_row_groups(tmp_path: Path) -> None:
    file = parquet(tmp_path / "a.parquet", {"text": [str(n) for n in range(1000)]}, row_group_size=300)
    assert texts(read(file)) == [str(n) for n in range(1000)]


def test_damaged_parquet_is_reported_and_what_is_none_is_refused(tmp_path: Path) -> None:
    file = parquet(tmp_path / "a.parquet", {"text": [f"word {n} " * 50 for n in range(2000)]}, compression="snappy")
    data = bytearray(file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 64] = bytes([255]) * 64
    file.write_bytes(data)
    rows = read(file)
    assert len(texts(rows)) < 2000
    assert reasons(rows)[-1].startswith("the file cannot be read any further: damaged Parquet data")
    file.write_bytes(b"PAR1 no table PAR1")
    with pytest.raises(ArchiveError, match=r"a\.parquet' is not a Parquet file"):
        read(file)


def test_a_parquet_file_without_the_column_lists_its_own(tmp_path: Path) -> None:
    with pytest.raises(ColumnError, match="it has 'story', 'when'"):
        read(parquet(tmp_path / "a.parquet", {"story": ["x"], "when": ["y"]}))


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_members_of_a_zip_archive_are_read_in_order_under_their_names(tmp_path: Path) -> None:
    table = io.BytesIO()
    pq.write_table(pa.table({"text": ["Three."]}), table)
    file = make_zip(
        tmp_path / "news.zip",
        {
            "b/two.jsonl.gz": gzip.compress(LINES),
            "a/one.txt": b"Zero.",
            "c.parquet": table.getvalue(),
            "readme.md": b"no",
            "__MACOSX/a/one.txt": b"no",
            "a/.hidden.txt": b"no",
        },
    )
    rows = good(read(tmp_path))
    assert [row.text for row in rows] == ["Zero.", "One.", "Two.", "Three."]
    assert [row.source for row in rows] == [f"{file}/{m}" for m in ("a/one.txt", *["b/two.jsonl.gz"] * 2, "c.parquet")]
    assert rows[0].id == "one"


def test_zip_archives_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"nothing")
    with pytest.raises(ArchiveError, match=r"zip archive .*a\.zip' cannot be read"):
        read(tmp_path)
    file = make_zip(tmp_path / "a.zip", {"a.txt": b"Body."})
    data = bytearray(file.read_bytes())
    for header, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + offset] |= 1
    file.write_bytes(data)
    with pytest.raises(ArchiveError, match="is encrypted; unpack it"):
        read(tmp_path)
    with pytest.raises(ArchiveError, match="nothing to read"):
        read(make_zip(tmp_path / "b.zip", {"a.doc": b"x"}))


def test_a_damaged_member_is_reported_and_the_next_one_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.txt", b"First body.")
        archive.writestr("b.txt", b"Body.")
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(b"First", b"FIRST", 1))
    rows = read(tmp_path / "a.zip")
    assert texts(rows) == ["Body."]
    assert "Bad CRC-32" in reasons(rows)[0]


def test_patterns_find_files_in_order_and_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("1990/b.txt", "1990/a.txt", "1991/c.txt", "1991/x.md", "[odd].txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.chdir(tmp_path)
    assert texts(read("199?/*")) == ["1990/a.txt", "1990/b.txt", "1991/c.txt"]
    assert texts(read("**")) == ["1990/a.txt", "1990/b.txt", "1991/c.txt", "[odd].txt"]
    assert texts(read("1991", "19*", "[odd].txt")) == ["1991/c.txt", "1990/a.txt", "1990/b.txt", "[odd].txt"]
    with pytest.raises(ArchiveError, match=r"no file matches '2\*'"):
        read("2*")


def test_named_files_of_no_known_ending_need_a_format(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(gzip.compress(b"text\nOne.\n"))
    assert texts(read(tmp_path / "dump", format="csv.gz")) == ["One."]
    with pytest.raises(ArchiveError, match="--format csv"):
        read(tmp_path / "dump")
    with pytest.raises(ArchiveError, match=r"there is no format 'docx'; choose 'jsonl'.* or 'txt\.zst'"):
        read(tmp_path / "dump", format="docx")


@pytest.mark.parametrize(
    ("written", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("utf-32", "utf-32"), ("cp1252", "cp1252"), ("latin-1", "cp1252")],
)  # fmt: skip
@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
def test_encodings_are_told_and_the_text_is_the_same(tmp_path: Path, written: str, told: str, ending: str) -> None:
    data = "title,text\nBogotá,José Martí said no.\n".encode(written)
    rows = read(packed(tmp_path / f"a{ending}", data))
    assert texts(rows) == ["Bogotá\n\nJosé Martí said no."]
    assert detect(data, name="a.csv") == told


def test_other_alphabets_are_told_from_a_sample_or_named(tmp_path: Path) -> None:
    text = "Пожар в городе, сообщила полиция. Никто не пострадал."
    (tmp_path / "a.txt").write_bytes(text.encode("cp1251"))
    assert texts(read(tmp_path / "a.txt")) == [text]
    (tmp_path / "a.txt").write_bytes(text.encode("koi8-r"))
    assert texts(read(tmp_path / "a.txt", encoding="KOI8-R")) == [text]
    with pytest.raises(ArchiveError, match="no text encoding 'klingon'"):
        read(tmp_path / "a.txt", encoding="klingon")
    with pytest.raises(ArchiveError, match="no text encoding 'base64'"):
        read(tmp_path / "a.txt", encoding="base64")


def test_a_utf16_file_with_half_a_character_loses_that_row_only(tmp_path: Path) -> None:
    data = "text\nOne.\nTw@o.\nThree.\n".encode("utf-16").replace("@".encode("utf-16-le"), b"\x00\xd8")
    (tmp_path / "a.csv").write_bytes(data)
    rows = read(tmp_path / "a.csv")
    assert (texts(rows), len(reasons(rows))) == (["One.", "Three."], 1)


def test_without_the_package_that_tells_encodings_the_error_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(extras, "import_module", missing)
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(MissingExtraError, match=r"--encoding cp1252.*pip install 'whodid\[archives\]'"):
        read(tmp_path / "a.txt")
    packed(tmp_path / "b.jsonl.zst", LINES)
    with pytest.raises(MissingExtraError, match=r"a \.zst file needs zstandard"):
        read(tmp_path / "b.jsonl.zst")


def test_a_line_that_never_ends_is_passed_over_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats_module, "MAX_CELL", 100)
    long = '{"text": "' + "x" * 1000 + '"}\n'
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\n' + long + '{"text": "Two."}\n')
    rows = read(tmp_path / "a.jsonl")
    assert [(row.row, row.line) for row in rows] == [(1, 1), (2, 2), (3, 3)]
    assert (texts(rows), len(reasons(rows))) == (["One.", "Two."], 1)
    (tmp_path / "a.txt").write_text("x" * 1000)
    assert "split it" in reasons(read(tmp_path / "a.txt"))[0]


def test_an_article_too_long_for_any_memory_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "LONGEST", 10)
    (tmp_path / "a.csv").write_text("text\nshort\nlong long long\n")
    rows = read(tmp_path / "a.csv")
    assert (texts(rows), reasons(rows)) == (
        ["short"],
        ["the article has 14 characters; up to 10 are read as one, split it"],
    )


def test_dates_are_carried_through_as_they_stand(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "x", "date": "May 1990"}\n{"text": "x", "date": 1990}\n{"text": "x"}\n')
    assert [row.date for row in good(read(tmp_path))] == ["May 1990", "1990", None]
    assert [row.date for row in good(read(tmp_path, columns=ColumnChoice(date="")))] == [None] * 3
    (tmp_path / "a.jsonl").write_text('{"text": "x", "date": {"year": 1990}}\n')
    assert reasons(read(tmp_path)) == ["column 'date' must hold a date as text, got dict"]


def test_a_file_name_that_is_no_text_can_still_be_read_and_written_down(tmp_path: Path) -> None:
    folder = str(tmp_path).encode()
    try:
        Path((folder + b"/caf\xe9.txt").decode("utf-8", "surrogateescape")).write_text("Body.")
    except OSError:
        pytest.skip("this file system only takes UTF-8")
    (row,) = good(read(tmp_path))
    assert row.source == f"{tmp_path}/caf\\xe9.txt"
    assert row.id.encode()


def test_a_file_that_changes_while_it_is_read_stops_the_reading(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES)
    rows = read_archive([tmp_path])
    next(rows)
    (tmp_path / "a.jsonl").write_bytes(LINES * 2)
    with pytest.raises(ArchiveError, match="has changed while it was being read"):
        list(rows)
