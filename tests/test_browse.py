"""The browse page as written: answers read and refused, joined to their articles, counted, cut and packed."""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from whodid.browse import find_texts, read_answers, write_page
from whodid.browse.dates import iso_day
from whodid.browse.detail import detail, heading
from whodid.browse.index import Index, Names
from whodid.browse.records import parse_answer
from whodid.cli.app import build
from whodid.cli.exits import Exits
from whodid.errors import ColumnError, DataError, SchemaVersionError

TEXT = "😀 Gunmen shot Ada. Ada died."


def entity(name: str, text: str = TEXT, kind: str | None = None) -> dict[str, Any]:
    mentions = [{"start": m.start(), "end": m.end(), "text": name} for m in re.finditer(re.escape(name), text)]
    return {"text": name, "role": "x", "kind": kind, "named": True, "confidence": 0.5, "mentions": mentions}


def event(kind: str = "attack", *, text: str = TEXT, evidence: tuple[str, ...] = (), **slots: Any) -> dict[str, Any]:
    sentences = [{"start": text.index(s), "end": text.index(s) + len(s), "text": s} for s in evidence]
    people = {slot: [entity(name, text) for name in slots.get(slot, ())] for slot in ("perpetrators", "victims")}
    return {
        "type": kind,
        "confidence": 0.9,
        **people,
        "targets": [],
        "weapons": [],
        "evidence": sentences,
        "main": True,
    }


def answer(*events: dict[str, Any], **more: Any) -> dict[str, Any]:
    facts = {"id": "a1", "source": "news.jsonl", "line": 1, "schema_version": "2.0", "abstained": False}
    return {**facts, "events": list(events), "scores": {"attack": 0.9, "arson": 0.0}, **more}


SHOOTING = event(perpetrators=["Gunmen"], victims=["Ada"], evidence=("😀 Gunmen shot Ada.",))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of four articles, and what was read in it: an event, nothing, an undecided answer, an event."""
    monkeypatch.chdir(tmp_path)
    texts = [TEXT, "Nothing happened.", "Perhaps.", TEXT]
    articles = [{"id": f"a{n}", "text": text, "date": f"{n} May 2024"} for n, text in enumerate(texts, 1)]
    answers = [
        answer(SHOOTING),
        answer(id="a2", line=2),
        answer(id="a3", line=3, abstained=True),
        answer(SHOOTING, event("arson", perpetrators=["Gunmen"]), id="a4", line=4),
    ]
    for name, lines in (("news.jsonl", articles), ("events.jsonl", answers)):
        Path(name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return tmp_path


def unpacked(page: Path, name: str) -> Any:
    found = re.search(rf'<script type="text/plain" id="{name}">([A-Za-z0-9+/=]*)</script>', page.read_text("utf-8"))
    assert found
    return json.loads(gzip.decompress(base64.b64decode(found[1])))


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(build(), ["browse", *arguments])
    return done.exit_code, done.output


def parsed(line: dict[str, Any]) -> Any:
    return parse_answer(json.dumps(line).encode(), "line 1")


# --- the page as a whole


def test_a_page_lists_events_and_undecided_articles_and_counts_the_rest(folder: Path) -> None:
    summary = write_page("events.jsonl", "page.html", articles=find_texts(["news.jsonl"]), archive=["news.jsonl"])
    assert (summary.events, summary.articles, summary.answers, summary.found) == (3, 3, 4, 3)
    index = unpacked(folder / "page.html", "index")
    assert index["articles"]["id"] == ["a1", "a3", "a4"]
    assert index["articles"]["date"] == ["2024-05-01", "2024-05-03", "2024-05-04"]
    assert [index["types"][type_] if type_ >= 0 else None for type_ in index["events"]["type"]] == [
        "attack", None, "attack", "arson",
    ]  # fmt: skip
    assert (index["answers"], index["undecided"], index["texts"]) == (4, 1, 3)
    assert index["events"]["confidence"][1] == 0.9  # of an undecided article, the probability of any event
    assert not (folder / "page.html.part").exists()


def test_the_same_input_gives_the_same_page(folder: Path) -> None:
    for name in ("one.html", "two.html"):
        write_page("events.jsonl", name, articles=find_texts(["news.jsonl"]), archive=["news.jsonl"], title="t")
    assert (folder / "one.html").read_bytes() == (folder / "two.html").read_bytes()


def test_nothing_in_the_file_can_break_out_of_the_page(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script>"
    text = f"{evil} shot Ada."
    line = answer(event(evil, text=text, perpetrators=[evil]), title=evil, id=evil, source=evil)
    (tmp_path / "events.jsonl").write_text(json.dumps(line), encoding="utf-8")
    write_page(tmp_path / "events.jsonl", tmp_path / "page.html", title=f'{evil}"')
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert page.count("</script>") == 3  # a block, the index and the script
    assert unpacked(tmp_path / "page.html", "index")["types"] == [evil]


def test_script_and_style_are_the_ones_that_the_policy_allows_and_load_nothing(folder: Path) -> None:
    write_page("events.jsonl", "page.html")
    page = (folder / "page.html").read_text(encoding="utf-8")
    for tag in ("script", "style"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in page
    assert not re.search(r"https?://|@import|url\(|\bsrc=|innerHTML|\beval\b", page)


# --- reading


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        ('{"schema_version": "2.0", "events"', DataError, "line 2: not JSON"),
        ("[1]", DataError, "must be a JSON object, got list"),
        ('{"events": []}', SchemaVersionError, "has no schema_version"),
        (json.dumps(answer(schema_version="3.0")), SchemaVersionError, "schema '3.0'; this whodid reads 1.x and 2.x"),
        (json.dumps(answer({"type": "attack"})), DataError, "'confidence' is missing"),
        (json.dumps(answer(abstained=None, events=[{**SHOOTING, "type": 3}])), DataError, "'type' must be a string"),
        (json.dumps({"schema_version": "1.0"}), DataError, "'abstained' is missing"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, error: type[Exception], says: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(answer(SHOOTING)) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(error, match=re.escape(says)):
        list(read_answers(path))


def test_results_of_schema_1_have_no_evidence_and_packed_files_are_read(tmp_path: Path) -> None:
    old = {key: value for key, value in SHOOTING.items() if key not in ("main", "evidence")}
    path = tmp_path / "events.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(answer(old, schema_version="1.0")).encode() + b"\n\n"))
    [(read, _)] = read_answers(path)
    assert (read.events[0].main, read.events[0].evidence) == (None, ())
    assert [person.text for person in read.events[0].participants] == ["Gunmen", "Ada"]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1994-3-7", "1994-03-07"),
        ("1994/03/07 10:00", "1994-03-07"),
        ("19940307", "1994-03-07"),
        ("Mon, 07 Mar 1994 10:00:00 GMT", "1994-03-07"),
        ("March 7th, 1994", "1994-03-07"),
        ("Sept. 9, 2001", "2001-09-09"),
        ("1994-02-30", None),
        ("7 Smarch 1994", None),
        ("03/07/1994", None),
        ("", None),
    ],
)
def test_dates(written: str, day: str | None) -> None:
    assert iso_day(written) == day


# --- joining


def test_an_archive_that_moved_is_found_by_name_and_line_or_id(folder: Path) -> None:
    (folder / "old").mkdir()
    moved = folder / "old" / "news.jsonl"
    (folder / "news.jsonl").rename(moved)
    assert write_page("events.jsonl", "page.html", articles=find_texts([moved]), archive=[moved]).found == 3
    renamed = moved.rename(folder / "other.jsonl")
    assert write_page("events.jsonl", "page.html", articles=find_texts([renamed]), archive=[renamed]).found == 3


def test_a_text_without_the_mentions_in_their_places_is_not_shown(folder: Path) -> None:
    articles = [json.loads(line) for line in (folder / "news.jsonl").read_text("utf-8").splitlines()]
    articles[0]["text"] = "Changed: " + TEXT
    (folder / "news.jsonl").write_text("".join(json.dumps(a) + "\n" for a in articles), encoding="utf-8")
    code, said = run("events.jsonl", "--articles", "news.jsonl")
    assert code == 0
    assert "text of 1 of 3 articles was not found" in said
    assert "in 1 of these the mentions are not where the events say" in said
    block = unpacked(folder / "events.html", "block-0")
    assert ["runs" in entry for entry in block] == [True, True, False]


def test_the_date_of_the_record_comes_first_and_unreadable_ones_are_named(folder: Path) -> None:
    lines = [answer(SHOOTING, date="2020-01-01"), answer(SHOOTING, id="a4", line=4, date="03/04/2020")]
    (folder / "events.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    summary = write_page("events.jsonl", "page.html", articles=find_texts(["news.jsonl"]), archive=["news.jsonl"])
    assert unpacked(folder / "page.html", "index")["articles"]["date"] == ["2020-01-01", "2024-05-04"]
    assert summary.unread_dates == ("03/04/2020",)


def test_a_date_column_that_is_missing_is_refused_and_plain_text_has_none(folder: Path) -> None:
    with pytest.raises(ColumnError, match="no column 'when'"):
        find_texts(["news.jsonl"], date_column="when")
    (folder / "a.txt").write_text("1994-03-07", encoding="utf-8")
    assert [text.date for text in find_texts(["a.txt"])] == [None]
    assert {text.date for text in find_texts(["news.jsonl"], date_column="")} == {None}


# --- one article


def test_highlights_cut_the_text_and_give_it_back() -> None:
    entry = detail(parsed(answer(SHOOTING, event("arson", perpetrators=["Gunmen"]))), TEXT)
    assert "".join(text for text, _ in entry["runs"]) == TEXT
    told = {
        text: [(entry["spans"][cover][0], entry["spans"][cover][3]) for cover in covers]
        for text, covers in entry["runs"]
    }
    assert told["Gunmen"] == [("evidence", [0]), ("perpetrators", [0, 1])]
    assert told[" shot "] == [("evidence", [0])]
    assert told[" died."] == []


def test_the_heading_is_the_title_or_a_short_first_line_and_may_hold_a_highlight() -> None:
    assert heading("Ada shot\n\nBy gunmen.", "Ada shot") == "Ada shot"
    assert heading("x" * 300 + "\nBy gunmen.", None) == ""
    text = "Ada shot\n\nBy gunmen. Ada died."
    entry = detail(parsed(answer(event(text=text, victims=["Ada"]))), text, "Ada shot")
    assert [run[0] for run in entry["runs"]] == ["Ada", " shot", "\n\nBy gunmen. ", "Ada", " died."]
    assert entry["heading"] == 2


def test_an_article_without_a_text_keeps_names_spellings_and_evidence() -> None:
    line = answer(copy.deepcopy(SHOOTING))
    line["events"][0]["victims"][0]["text"] = "Ada Okoro"
    entry = detail(parsed(line), None)
    assert entry["events"][0]["people"][1] == [1, "Ada Okoro", None, 0.5, None, 2, ["Ada"]]
    assert entry["events"][0]["evidence"] == ["😀 Gunmen shot Ada."]
    assert "runs" not in entry


def test_names_that_differ_in_case_or_spaces_are_one() -> None:
    names = Names()
    assert [names.number(name) for name in ("the  Army", "The Army", "gunmen", "The Army")] == [0, 0, 1, 0]
    assert names.to_list() == ["The Army", "gunmen"]


def test_a_name_counts_once_in_an_event() -> None:
    index = Index()
    index.add(parsed(answer(event(perpetrators=["Gunmen", "Gunmen"]))))
    assert index.to_dict()["events"]["perpetrators"] == [[0]]


# --- the command


def test_the_command_writes_beside_the_events_and_takes_what_a_shell_makes_of_a_pattern(folder: Path) -> None:
    for number in (1, 2):
        (folder / f"{number}.txt").write_text(TEXT, encoding="utf-8")
    lines = [answer(SHOOTING, id=str(number), source=f"{number}.txt") for number in (1, 2)]
    (folder / "events.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    code, said = run("events.jsonl", "--articles", "1.txt", "2.txt")
    assert code == 0, said
    assert "2 events in 2 of 2 articles -> events.html" in said
    assert unpacked(folder / "events.html", "index")["texts"] == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gone.jsonl"], "there is no file 'gone.jsonl'"),
        (["events.jsonl", "-o", "old.html"], "'old.html' exists; choose another page with -o"),
        (["events.jsonl", "-o", "no/page.html"], "mkdir -p no"),
        (["events.jsonl", "-o", "."], "is a folder"),
        ([".", "-o", "page.html"], "name the file that whodid predict wrote"),
        (["news.jsonl", "-o", "page.html"], "has no schema_version"),
        (["events.jsonl", "--articles", "gone"], "there is no file or folder 'gone'"),
        (["events.jsonl", "--articles", "-"], "cannot come from standard input"),
        (["events.jsonl", "--articles", "news.jsonl", "--text-column", "x"], "has no column 'x'"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(folder: Path, arguments: list[str], says: str) -> None:
    (folder / "old.html").write_text("old", encoding="utf-8")
    code, said = run(*arguments)
    assert code == Exits.INPUT
    assert says in " ".join(said.split())
    assert (folder / "old.html").read_text(encoding="utf-8") == "old"
    assert not list(folder.glob("*.part"))


def test_force_replaces_a_page_and_a_file_without_events_makes_one_too(folder: Path) -> None:
    (folder / "events.jsonl").write_text("", encoding="utf-8")
    (folder / "events.html").write_text("old", encoding="utf-8")
    assert run("events.jsonl", "--force") == (0, "0 events in 0 of 0 articles -> events.html (0.1 MB)\n")
    assert unpacked(folder / "events.html", "index")["events"]["type"] == []


# --- the pure half of the script, where there is a Node.js


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js; `make browser` runs the same in Chromium")
def test_script_neutralises_formulas_reads_its_own_address_and_counts_facets(folder: Path) -> None:
    write_page("events.jsonl", "page.html")
    script = "".join((files("whodid.browse") / name).read_text("utf-8") for name in ("core.js", "filters.js"))
    asks = """
    const data = filters.prepare(JSON.parse(require("fs").readFileSync(0, "utf-8")));
    const ask = (change) => filters.apply(data, { ...core.blank(), sort: "archive", ...change });
    const address = { ...core.blank(), types: new Set(["a b", "c&d"]), from: "2024-05-01", event: "x/1" };
    address.confidence = 40;
    address.victims = { text: "é=", chosen: new Set(["O'Neil, A"]) };
    const arson = ask({ types: new Set(["arson"]) });
    console.log(JSON.stringify({
        cells: ["=1+1", "+1", "-1", "@x", " =1", "\\t1", "\\uff1d1"].map(core.cell),
        harmless: ["plain", "a,b", 'say "x"', "x=1", -1].map(core.cell),
        csv: core.csv([["a", "b;c"]]),
        address: core.writeHash(core.readHash("#" + core.writeHash(address))) === core.writeHash(address),
        nonsense: core.writeHash(core.readHash("#from=yesterday&confidence=x&answer=maybe&other=1")),
        arson: [arson.matches, [...arson.counts.types], arson.counts.decided],
        perpetrator: ask({ perpetrators: { text: "GÚN", chosen: new Set() } }).matches,
        victim: ask({ victims: { text: "", chosen: new Set(["Ada"]) } }).matches,
        undecided: ask({ answer: "undecided" }).matches,
        sure: ask({ confidence: 90 }).matches.length,
        unsure: ask({ confidence: 91 }).matches.length,
        days: core.timeline("2024-01-30", "2024-03-01").bars.length,
        months: core.timeline("1999-12-30", "2000-03-01"),
        leap: core.bounds("month", "2024-02"),
        table: filters.table(data, [3])[1],
    }));
    """
    done = subprocess.run(
        ["node", "-e", script + asks],
        input=json.dumps(unpacked(folder / "page.html", "index")),
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    assert said["cells"] == ["'=1+1", "'+1", "'-1", "'@x", "' =1", '"\'\t1"', "'\uff1d1"]
    assert said["harmless"] == ["plain", '"a,b"', '"say ""x"""', "x=1", "-1"]
    assert said["csv"] == '\ufeffa,"b;c"\r\n'
    assert said["address"] is True
    assert said["nonsense"] == ""
    assert said["arson"] == [[3], [2, 1], 1]
    assert said["perpetrator"] == [0, 2, 3]
    assert said["victim"] == [0, 2]
    assert said["undecided"] == [1]
    assert (said["sure"], said["unsure"]) == (4, 0)
    assert (said["days"], said["leap"]) == (32, ["2024-02-01", "2024-02-29"])
    assert said["months"] == {"unit": "month", "bars": ["1999-12", "2000-01", "2000-02", "2000-03"]}
    assert said["table"] == [
        "a4", "", "", "news.jsonl", 4, 2, "arson", 0.9, "true", "false", "Gunmen", "", "", "", "",
    ]  # fmt: skip
