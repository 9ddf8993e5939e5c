"""Archives: what becomes a row, what is set aside and why."""

from __future__ import annotations

import gzip
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from whodid.archive import BadRow, ColumnChoice, Reading, Row, read_archive
from whodid.errors import ArchiveError, ColumnError


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(*paths: Path | str, skip: Collection[Path] = (), **options: Any) -> list[Row | BadRow]:
    columns = {name.removesuffix("_column"): options.pop(name) for name in list(options) if name.endswith("_column")}
    return list(read_archive(paths, Reading(ColumnChoice(**columns), **options), skip=skip))


def texts(rows: list[Row | BadRow]) -> list[str]:
    return [row.text for row in rows if isinstance(row, Row)]


def reasons(rows: list[Row | BadRow]) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in rows if isinstance(row, BadRow)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", '{"id": "7", "title": "Head", "text": "Body."}\n'),
        ("a.ndjson", '{"id": 7, "title": "Head", "text": "Body."}'),
        ("a.csv", "id,title,text\n7,Head,Body.\n"),
        ("a.tsv", "id\ttitle\ttext\n7\tHead\tBody.\n"),
    ],
)
def test_every_table_format_gives_title_blank_line_body(tmp_path: Path, name: str, content: str) -> None:
    (row,) = read(write(tmp_path / name, content))
    assert isinstance(row, Row)
    assert (row.text, row.title, row.id) == ("Head\n\nBody.", "Head", "7")


def test_a_text_file_is_one_article_kept_to_the_last_character(tmp_path: Path) -> None:
    (row,) = read(write(tmp_path / "monday.txt", "One.\r\n\r\n Two.\t\n"))
    assert row == Row("One.\r\n\r\n Two.\t\n", None, "monday", str(tmp_path / "monday.txt"), 1)


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    rows = read(
        write(tmp_path / "a.csv", "\ufefftext\nBody.\n"),
        write(tmp_path / "b.jsonl", '\ufeff{"text": "Body."}\n'),
        write(tmp_path / "c.txt", "\ufeffBody."),
    )
    assert texts(rows) == ["Body."] * 3


def test_a_folder_is_walked_in_sorted_order_without_hidden_or_unknown_files(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.txt", ".hidden.txt", ".git/x.txt", "readme.md"):
        write(tmp_path / name, name)
    assert texts(read(tmp_path)) == ["a.txt", "b/1.txt", "b/2.txt"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "Body.")
    assert texts(read(tmp_path, file)) == ["Body."]


def test_packed_files_are_unpacked_and_a_cut_one_is_reported(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"text": "Body."}\n')
    rows = read(write(tmp_path / "a.jsonl.gz", packed), write(tmp_path / "b.jsonl.gz", packed[:-6]))
    assert texts(rows)[0] == "Body."
    assert [reason[:35] for _, reason in reasons(rows)] == ["the file cannot be read any further"]


def test_bad_json_lines_are_reported_with_their_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = ['{"text": "One."}', "{oops", "[1]", '{"title": "no text"}', '{"text": 5}', "", '{"text": "Two."}']
    rows = read(write(tmp_path / "a.jsonl", "\n".join(lines)))
    assert texts(rows) == ["One.", "Two."]
    found = reasons(rows)
    assert [line for line, _ in found] == [2, 3, 4, 5]
    assert found[0][1].startswith("not JSON")
    assert found[1][1] == "a line must hold a JSON object, got list"
    assert found[2][1] == "column 'text' must hold a string, got nothing"
    assert found[3][1] == "column 'text' must hold a string, got int"


def test_json_nested_too_deeply_is_a_bad_row(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "a.jsonl", "[" * 200_000 + '\n{"text": "One."}\n'))
    assert (texts(rows), len(reasons(rows))) == (["One."], 1)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_undecodable_bytes_reject_their_row_only(tmp_path: Path, name: str) -> None:
    body = {
        "a.csv": "text\nÉtienne\nCaf@\nTwo.\n".encode().replace(b"@", b"\xe9"),
        "a.jsonl": '{"text":"Étienne"}\n{"text":"Caf@"}\n{"text":"Two."}\n'.encode().replace(b"@", b"\xe9"),
    }
    rows = read(write(tmp_path / name, body[name]))
    assert texts(rows) == ["Étienne", "Two."]
    ((_, reason),) = reasons(rows)
    assert reason.startswith("column 'text' cannot be decoded at character 3")
    assert "--encoding cp1252" in reason


def test_an_escaped_lone_surrogate_is_a_bad_row(tmp_path: Path) -> None:
    assert reasons(read(write(tmp_path / "a.jsonl", '{"text": "a\\ud800"}\n')))[0][0] == 1


def test_csv_rows_with_newlines_count_from_the_line_on_which_they_start(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "a.csv", 'text,place\n"One.\nStill one.",A\n"bad"\n\n"Two.\r\n",B\n'))
    assert texts(rows) == ["One.\nStill one.", "Two.\r\n"]
    assert [row.line for row in rows] == [2, 4, 6]
    assert reasons(rows) == [(4, "1 cells, but the header has 2")]


def test_a_quote_that_never_closes_is_reported_rather_than_read_as_one_long_article(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "a.csv", 'text\nOne.\n"Two.\nThree.\n'))
    assert texts(rows) == ["One."]
    assert reasons(rows) == [(3, "a quote opened in this row never closes; what follows it was not read")]


def test_an_article_of_five_megabytes_fits_into_a_csv_cell(tmp_path: Path) -> None:
    body = "word " * 1_000_000
    assert texts(read(write(tmp_path / "a.csv", f'text\n"{body}"\n'))) == [body]


def test_columns_of_one_name_are_told_apart_and_the_first_counts(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "text,text\nOne.,Two.\n")
    assert texts(read(file)) == ["One."]
    assert texts(read(file, text_column="text.1")) == ["Two."]


def test_columns_can_be_named_and_titles_and_ids_turned_off(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "nr,title,story\n7,Head,Body.\n")
    (row,) = read(file, text_column="story", title_column="", id_column="nr")
    assert isinstance(row, Row)
    assert (row.text, row.title, row.id) == ("Body.", None, "7")
    (row,) = read(file, text_column="story", title_column="", id_column="")
    assert isinstance(row, Row)
    assert row.id == f"{file}:2"


def test_an_empty_title_leaves_the_body_alone(tmp_path: Path) -> None:
    assert texts(read(write(tmp_path / "a.csv", "title,text\n,Body.\n"))) == ["Body."]


def test_a_missing_column_lists_those_found_before_anything_is_read(tmp_path: Path) -> None:
    good = write(tmp_path / "a.csv", "text\nOne.\n")
    bad = write(tmp_path / "b.csv", "headline,story\nHead,Body.\n")
    with pytest.raises(ColumnError, match="it has 'headline', 'story'; name the one with the text"):
        read_archive([good, bad])
    with pytest.raises(ColumnError, match="has no column 'boddy'; it has 'text'"):
        read_archive([good], Reading(ColumnChoice(text="boddy")))


def test_json_lines_may_leave_the_text_out_of_the_first_line(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "a.jsonl", '{"id": "1"}\n{"id": "2", "body": "Two."}\n'))
    assert (texts(rows), len(reasons(rows))) == (["Two."], 1)


def test_missing_unknown_and_empty_archives_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no file or folder"):
        read_archive([tmp_path / "none.csv"])
    with pytest.raises(ArchiveError, match=r"unknown suffix; a file must end in \.jsonl"):
        read_archive([write(tmp_path / "a.docx", "x")])
    with pytest.raises(ArchiveError, match="nothing to read"):
        read_archive([tmp_path])


def test_the_output_is_never_read_as_part_of_the_archive(tmp_path: Path) -> None:
    output = write(tmp_path / "events.jsonl", '{"text": "old"}\n')
    write(tmp_path / "a.txt", "Body.")
    assert texts(read(tmp_path, skip=[output])) == ["Body."]
    with pytest.raises(ArchiveError, match="both to be read and to be written"):
        read(output, skip=[output])


def test_reading_is_lazy(tmp_path: Path) -> None:
    read_bytes: list[int] = []
    file = write(tmp_path / "a.jsonl", '{"text": "word"}\n' * 100_000)
    rows = read_archive([file], on_bytes=read_bytes.append)
    next(rows)
    assert sum(read_bytes) < file.stat().st_size / 10
    assert sum(1 for _ in rows) == 99_999
    assert sum(read_bytes) == file.stat().st_size
