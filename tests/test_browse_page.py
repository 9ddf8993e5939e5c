"""The browse page in a real headless browser: filters, keys, addresses, highlights, export, a phone, paper, damage.

Needs a Chromium (on PATH or named by WHODID_CHROMIUM) and playwright; run with `make browser`.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from whodid.browse import find_texts, write_page

pytestmark = pytest.mark.browser

PATIENCE = 120_000
"""Milliseconds until a page that does not come is given up; long, for a machine that is busy."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

EVIL = "<img src=x onerror=\"document.title='broken'\"></script><script>document.title='broken'</script>"
ABDUCTION = "😀 Gunmen of the River Brigade abducted Ana Ruiz on Monday."
FIRE = "Last year Gunmen burned a school."
STORIES = [
    # title, body, date, events: (type, confidence, perpetrators, victims, main sentence)
    (
        "Two teachers abducted",
        f"{ABDUCTION} Nobody slept.\n\n{FIRE}",
        "2024-05-14",
        [
            (
                "kidnapping",
                0.95,
                ["Gunmen", "River Brigade"],
                ["Ana Ruiz"],
                ABDUCTION,
            ),
            ("arson", 0.6, ["Gunmen"], [], FIRE),
        ],
    ),
    ("Market bombed", "A bomb hurt José Pérez.", "2023-01-02", [("bombing", 0.8, [], ["José Pérez"], "A bomb hurt")]),
    (EVIL, f"{EVIL} beat =SUM(1).", "2024-06-01", [("attack", 0.7, [EVIL], ["=SUM(1)"], "beat =SUM(1).")]),
    ("Perhaps", "Perhaps.", "", []),
]


def answers() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for line, (title, body, date, events) in enumerate(STORIES, 1):
        text = f"{title}\n\n{body}"
        found = [_event(text, *event) for event in events]
        article = {"id": f"a{line}", "title": title, "text": body, "date": date}
        facts = {"id": f"a{line}", "source": "news.jsonl", "line": line, "title": title, "schema_version": "2.0"}
        yield article, {**facts, "events": found, "scores": {"attack": 0.4}, "abstained": not found}


def _event(text: str, kind: str, sure: float, who: list[str], whom: list[str], sentence: str) -> dict[str, Any]:
    def mention(name: str) -> dict[str, Any]:
        at = text.index(name, text.index("\n\n"))
        return {"start": at, "end": at + len(name), "text": name}

    people = {
        slot: [
            {"text": n, "role": "x", "kind": None, "named": True, "confidence": 0.5, "mentions": [mention(n)]}
            for n in names
        ]
        for slot, names in (("perpetrators", who), ("victims", whom), ("targets", []), ("weapons", []))
    }
    return {"type": kind, "confidence": sure, "main": kind != "arson", "evidence": [mention(sentence)], **people}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browse")
    articles, said = zip(*answers(), strict=True)
    for name, lines in (("news.jsonl", articles), ("events.jsonl", said)):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    news = folder / "news.jsonl"
    write_page(folder / "events.jsonl", folder / "page.html", articles=find_texts([news]), archive=[news])
    return folder / "page.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")
    chromium = os.environ.get("WHODID_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs a Chromium: apt-get install chromium, or set WHODID_CHROMIUM")
    with api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS, timeout=PATIENCE)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Any, page: Path) -> Iterator[Callable[..., Any]]:
    """Open the page; whatever it asks of a network or writes to the console fails the test."""
    troubles: list[str] = []
    contexts = []

    def open_page(
        address: str = "", *, path: Path = page, size: tuple[int, int] = (1440, 900), ready: bool = True
    ) -> Any:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, accept_downloads=True)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", lambda r: r.url.startswith(("file:", "blob:")) or troubles.append(r.url))
        tab.on("console", lambda m: m.type in ("error", "warning") and troubles.append(m.text))
        tab.on("pageerror", lambda e: troubles.append(str(e)))
        tab.goto(f"{path.as_uri()}#{address}")
        if ready:
            tab.wait_for_selector("html[data-ready]")
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles


def until(tab: Any, condition: str) -> None:
    """Wait, asking from outside: the policy of the page forbids that code made of text asks again and again in it."""
    for _ in range(400):
        if tab.evaluate(condition):
            return
        tab.wait_for_timeout(25)
    raise AssertionError(f"it never came true that {condition}")


def rows(tab: Any) -> list[str]:
    return [re.sub(r"\s+", " ", text).strip() for text in tab.locator("#list [role=option] .type").all_inner_texts()]


def text_of(tab: Any, selector: str) -> list[str]:
    return [text.strip() for text in tab.locator(selector).all_inner_texts()]


def test_filters_narrow_the_list_say_what_they_leave_and_can_be_taken_off(visit: Callable[..., Any]) -> None:
    tab = visit()
    assert text_of(tab, "#outline") == ["4 events in 4 articles · 1 undecided"]
    assert rows(tab) == ["attack", "kidnapping", "arson", "bombing", "undecided"]  # newest first, undated last
    tab.get_by_label("Perpetrator: search names").fill("gun")
    until(tab, "document.querySelectorAll('#list .row').length === 2")
    assert rows(tab) == ["kidnapping", "arson"]
    assert text_of(tab, "#count") == ["2 of 4 events"]
    tab.get_by_role("checkbox", name="kidnapping").check()
    assert rows(tab) == ["kidnapping"]
    types = tab.locator("fieldset").filter(has=tab.get_by_role("checkbox", name="kidnapping")).locator(".box")
    assert {tuple(box.split("\n")) for box in types.all_inner_texts()} == {
        ("kidnapping", "1"),
        ("arson", "1"),
        ("bombing", "0"),
        ("attack", "0"),
    }
    tab.get_by_role("button", name="Clear all").click()
    assert len(rows(tab)) == 5
    tab.get_by_label("Victim: search names").fill("jose perez")
    until(tab, "document.querySelectorAll('#list .row').length === 1")
    assert rows(tab) == ["bombing"]


def test_a_name_is_chosen_from_the_most_frequent(visit: Callable[..., Any]) -> None:
    tab = visit()
    names = tab.locator("fieldset").filter(has=tab.get_by_label("Perpetrator: search names")).locator(".box .name")
    assert names.all_inner_texts()[0] == "Gunmen"
    tab.get_by_role("checkbox", name="River Brigade").check()
    assert rows(tab) == ["kidnapping"]
    assert "perpetrator=River+Brigade" in tab.url
    assert tab.evaluate("document.activeElement.closest('.box').textContent").startswith("River Brigade")


def test_dates_confidence_answer_and_sorting(visit: Callable[..., Any]) -> None:
    tab = visit("sort=surest")
    assert rows(tab) == ["kidnapping", "bombing", "attack", "arson", "undecided"]
    tab.get_by_label("From").fill("2024-05-14")
    tab.get_by_label("To", exact=True).fill("2024-05-31")
    until(tab, "document.querySelectorAll('#list .row').length === 2")
    assert rows(tab) == ["kidnapping", "arson"]
    tab.get_by_label("Confidence, at least").fill("90")
    until(tab, "document.querySelectorAll('#list .row').length === 1")
    assert rows(tab) == ["kidnapping"]
    tab.get_by_role("button", name="Clear all").click()
    tab.get_by_role("checkbox", name="undecided").check()
    assert rows(tab) == ["undecided"]
    until(tab, "document.querySelector('#article').textContent.includes('No event is claimed')")


def test_an_address_brings_filters_and_event_back(visit: Callable[..., Any]) -> None:
    tab = visit()
    tab.get_by_role("checkbox", name="arson").check()
    tab.locator("#list .row").click()
    again = visit(tab.url.split("#")[1])
    assert rows(again) == ["arson"]
    assert again.get_by_role("checkbox", name="arson").is_checked()
    again.wait_for_selector("#article[data-event]")
    assert text_of(again, "#article .event h3") == ["arson"]


def test_the_article_shows_the_people_and_the_evidence_of_the_event_in_focus(visit: Callable[..., Any]) -> None:
    tab = visit("event=a1/1")
    tab.wait_for_selector("#article[data-event]")
    body = tab.locator("#article .article")
    assert body.locator("mark.perpetrators").all_inner_texts() == ["Gunmen", "River Brigade"]
    assert body.locator("mark.victims").all_inner_texts() == ["Ana Ruiz"]
    marked = "".join(body.locator(".evidence").evaluate_all("all => all.map(one => one.textContent)"))
    assert re.sub("perpetrator|victim", "", marked) == ABDUCTION
    tab.get_by_role("button", name="arson").click()
    until(tab, "document.querySelector('#article .event h3').textContent === 'arson'")
    assert body.locator("mark.other").all_inner_texts() == ["River Brigade", "Ana Ruiz"]
    assert text_of(tab, ".sentences button") == [FIRE]
    tab.locator(".sentences button").click()
    assert tab.wait_for_selector(".evidence.shown")  # it is marked when the next frame is drawn


def test_the_keys_move_through_the_list_and_into_the_article(visit: Callable[..., Any]) -> None:
    tab = visit()
    tab.focus("#list")
    tab.keyboard.press("ArrowDown")
    assert "event=a1%2F1" in tab.url
    assert tab.get_attribute("#list", "aria-activedescendant") == tab.get_attribute("[aria-selected=true]", "id")
    tab.keyboard.press("End")
    assert "event=a4%2F1" in tab.url
    tab.keyboard.press("k")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "article"
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.id") == "list"
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "search-perpetrators"
    tab.keyboard.press("Escape")
    tab.keyboard.press("?")
    assert tab.locator("#keys").is_visible()


def test_what_an_article_says_is_text_and_never_markup(visit: Callable[..., Any]) -> None:
    tab = visit("event=a3/1")
    tab.wait_for_selector("#article[data-event]")
    assert tab.locator("#article mark.perpetrators").inner_text() == EVIL
    assert tab.locator("img").count() == 0
    assert tab.title() == "events.jsonl"


def test_the_list_is_exported_for_spreadsheets(visit: Callable[..., Any]) -> None:
    tab = visit("sort=oldest")
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Download CSV").click()
    assert waiting.value.suggested_filename == "events.csv"
    data = Path(waiting.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [line["type"] for line in lines] == ["bombing", "kidnapping", "arson", "attack", ""]
    assert lines[1]["perpetrators"] == "Gunmen; River Brigade"
    assert lines[3]["victims"] == "'=SUM(1)"
    assert (lines[4]["undecided"], lines[4]["id"], lines[4]["line"]) == ("true", "a4", "4")


def test_on_a_phone_one_thing_is_seen_at_a_time_and_nothing_is_cut_off(visit: Callable[..., Any]) -> None:
    tab = visit(size=(360, 740))
    for view, step in (
        ("list", None),
        ("filters", "#show-filters"),
        ("list", "#hide-filters"),
        ("article", "#list .row"),
    ):
        if step:
            tab.locator(step).first.click()
        assert tab.get_attribute("body", "data-view") == view
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        assert [tab.locator(pane).is_visible() for pane in ("#results", "#filters", "#article")].count(True) == 1
    tab.go_back()
    tab.wait_for_selector("body[data-view=list]")
    assert tab.locator("#results").is_visible()


def test_paper_gets_a_table_of_the_list_or_the_open_article(visit: Callable[..., Any]) -> None:
    tab = visit("type=kidnapping")
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    assert text_of(tab, "#printed td")[2:4] == ["Gunmen, River Brigade", "Ana Ruiz"]
    assert not tab.locator("#filters").is_visible()
    tab.evaluate("document.body.dataset.print = 'article'")
    assert tab.locator("#article .article").is_visible()
    assert not tab.locator("#printed").is_visible()


def test_no_match_no_event_no_text_and_damage_are_said(visit: Callable[..., Any], page: Path, tmp_path: Path) -> None:
    tab = visit("confidence=99")
    assert "No event passes these filters." in tab.locator("#nothing").inner_text()
    tab.get_by_role("button", name="Clear all filters").click()
    assert len(rows(tab)) == 5

    (tmp_path / "none.jsonl").write_text("", encoding="utf-8")
    write_page(tmp_path / "none.jsonl", tmp_path / "none.html")
    assert "The file has no events." in visit(path=tmp_path / "none.html").locator("#nothing").inner_text()

    write_page(page.parent / "events.jsonl", tmp_path / "bare.html")
    bare = visit("event=a1/1", path=tmp_path / "bare.html")
    bare.wait_for_selector("#article[data-event]")
    assert "write the page again with --articles" in bare.locator("#article").inner_text()
    assert text_of(bare, ".sentences button")[0].startswith("😀 Gunmen")

    whole = page.read_text(encoding="utf-8")
    (tmp_path / "cut.html").write_text(re.sub(r'(id="index">.{20})[^<]*', r"\1", whole), encoding="utf-8")
    cut = visit(path=tmp_path / "cut.html", ready=False)
    cut.wait_for_selector("[role=alert]")
    assert "The page is damaged" in cut.locator("#nothing").inner_text()


def test_ten_thousand_events_are_a_handful_of_rows(visit: Callable[..., Any], tmp_path: Path) -> None:
    [_, (_, line), *_] = answers()
    lines = (json.dumps({**line, "id": f"n{n}", "line": n}) for n in range(1, 10_001))
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    write_page(tmp_path / "many.jsonl", tmp_path / "many.html")
    tab = visit("sort=archive", path=tmp_path / "many.html")
    assert text_of(tab, "#count") == ["10,000 events"]
    assert len(rows(tab)) < 40
    tab.focus("#list")
    tab.keyboard.press("End")
    assert "event=n10000%2F1" in tab.url
    assert tab.get_attribute("[aria-selected=true]", "aria-posinset") == "10000"
