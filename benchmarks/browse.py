"""How a browse page of many events fares: its size, and how long loading, filtering and opening take in Chromium.

    python benchmarks/browse.py [--events 10000] [--words 400] [--screenshots FOLDER]

Articles and events are made up from the words of the project's samples, seeded. The page is opened from disk in a
headless Chromium: on PATH, or named by WHODID_CHROMIUM. Needs `pip install playwright`, which drives it.
Loading counts from the start of navigation to a list that can be filtered; filtering and opening are medians.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
TYPES = ("attack", "bombing", "kidnapping", "arson", "robbery", "sexual_violence", "detention", "forced_work_stoppage")
FIRST = (
    "Amina",
    "Boris",
    "Chiara",
    "Daoud",
    "Elena",
    "Farid",
    "Grace",
    "Hugo",
    "Ines",
    "Jamal",
    "Kofi",
    "Lucía",
    "Mehmet",
)
LAST = (
    "Okoro",
    "Petrov",
    "Silva",
    "Traoré",
    "Nguyen",
    "Haddad",
    "Kovač",
    "Mendoza",
    "Larsen",
    "Achieng",
    "Rahman",
    "Dubois",
)
GROUPS = (
    "gunmen",
    "police",
    "soldiers",
    "Northern Front",
    "River Brigade",
    "the 14th Battalion",
    "armed robbers",
    "militia",
)
WEAPONS = ("rifles", "machetes", "a roadside bomb", "petrol", "a pistol")
VIEWS = {"desktop": (1440, 900, "light"), "dark": (1440, 900, "dark"), "wide": (2200, 1200, "light"),
         "tablet": (900, 1100, "light"), "phone": (360, 740, "light"), "phone-dark": (360, 740, "dark")}  # fmt: skip
PATIENCE = 600_000
FILTERS = ("type=bombing", "type=attack&from=1994-01-01&to=1999-12-31", "perpetrator-like=front", "victim=Amina+Okoro",
           "confidence=80", "sort=victim", "answer=undecided", "")  # fmt: skip

NEXT_PAGE = """() => new Promise(done => {
    const article = document.querySelector("#article"), started = performance.now();
    const wait = new MutationObserver(() => { wait.disconnect(); done(performance.now() - started); });
    wait.observe(article, { attributes: true, attributeFilter: ["data-event"] });
    document.querySelector("#list").dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown", bubbles: true }));
})"""


def synthetic(folder: Path, events: int, words: int, seed: int = 7) -> tuple[Path, Path]:
    """Write an archive of made-up articles and the answers to it; return both paths, answers first."""
    rng = random.Random(seed)
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt")))
    sentences = [sentence.strip() + "." for sentence in text.replace("\n", " ").split(". ") if len(sentence) > 40]
    answers, archive = folder / "events.jsonl", folder / "articles.jsonl"
    with answers.open("w", encoding="utf-8") as said, archive.open("w", encoding="utf-8") as read:
        made = line = 0
        while made < events:
            line += 1
            number = min(events - made, rng.choice((1, 1, 1, 2)))
            article, found = _article(rng, sentences, words, number)
            title, body = article.split("\n\n", 1)
            date = f"{rng.randint(1990, 2004)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            cells = {"id": f"n{line}", "title": title, "text": body, "date": date}
            read.write(json.dumps(cells, ensure_ascii=False) + "\n")
            facts = {"id": f"n{line}", "source": str(archive), "line": line, "title": title, "schema_version": "2.0"}
            scores = {name: round(rng.random() * 0.3, 3) for name in TYPES}
            scores |= {event["type"]: event["confidence"] for event in found}
            said.write(
                json.dumps({**facts, "events": found, "scores": scores, "abstained": rng.random() < 0.08}) + "\n"
            )
            made += number
    return answers, archive


def _article(rng: random.Random, sentences: list[str], words: int, events: int) -> tuple[str, list[dict[str, Any]]]:
    plots = []
    for _ in range(events):
        victims = [f"{rng.choice(FIRST)} {rng.choice(LAST)}" for _ in range(rng.choice((1, 1, 2, 3)))]
        plots.append(
            (rng.choices(TYPES, (50, 15, 12, 8, 6, 4, 4, 1))[0], rng.choice(GROUPS), victims, rng.choice(WEAPONS))
        )
    told = [f"{who} with {what} struck {' and '.join(victims)} on Tuesday." for _, who, victims, what in plots]
    body = list(told)
    while sum(len(sentence.split()) for sentence in body) < words:
        body.append(rng.choice(sentences))
    rng.shuffle(body)
    title = f"{plots[0][1].capitalize()} blamed after {plots[0][0].replace('_', ' ')} near {rng.choice(LAST)}ville"
    text = f"{title}\n\n" + " ".join(body)
    return text, [
        _event(rng, text, plot, sentence, main=not at)
        for at, (plot, sentence) in enumerate(zip(plots, told, strict=True))
    ]


def _event(rng: random.Random, text: str, plot: Any, sentence: str, *, main: bool) -> dict[str, Any]:
    kind, who, victims, what = plot
    start = text.index(sentence)

    def mention(words: str, after: int) -> dict[str, Any]:
        at = text.index(words, after)
        return {"start": at, "end": at + len(words), "text": words}

    def entity(words: str, role: str, kind: str | None) -> dict[str, Any]:
        sure = round(rng.uniform(0.4, 1), 3)
        return {"text": words, "role": role, "kind": kind, "named": True, "confidence": sure,
                "mentions": [mention(words, start)]}  # fmt: skip

    return {
        "type": kind,
        "confidence": round(rng.betavariate(5, 2), 3),
        "main": main,
        "evidence": [mention(sentence, start)],
        "perpetrators": [entity(who, "perpetrator_organization", "organization")],
        "victims": [entity(name, "victim", None) for name in dict.fromkeys(victims)],
        "targets": [],
        "weapons": [entity(what, "weapon", None)],
    }


def chromium() -> str:
    """Find the browser."""
    found = os.environ.get("WHODID_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    return found or sys.exit("no Chromium found; install it (Debian: apt-get install chromium) or set WHODID_CHROMIUM")


def measure(browser: Any, page: Path) -> dict[str, float]:
    """Load the page, filter it and open articles; milliseconds, and megabytes of the script's memory."""
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    tab.set_default_timeout(PATIENCE)
    tab.goto(page.as_uri())
    tab.wait_for_selector("html[data-ready]")
    times = {"load, ms": float(tab.evaluate("document.documentElement.dataset.ready"))}
    filtering = []
    for parameters in FILTERS * 3:
        tab.evaluate("hash => { location.hash = hash; }", parameters)
        tab.wait_for_timeout(50)
        filtering.append(float(tab.evaluate("document.documentElement.dataset.updated")))
    opening = [tab.evaluate(NEXT_PAGE) for _ in range(15)]
    times |= {
        "filter, ms, median": statistics.median(filtering),
        "filter, ms, longest": max(filtering),
        "open an article, ms, median": statistics.median(opening),
        "script memory, MB": tab.evaluate("performance.memory.usedJSHeapSize") / 2**20,
    }
    tab.close()
    return times


def screenshots(browser: Any, page: Path, folder: Path, views: list[str]) -> None:
    """Take the page in every view, list, filters and article."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in views:
        width, height, scheme = VIEWS[name]
        tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        tab.set_default_timeout(PATIENCE)
        tab.goto(page.as_uri())
        tab.wait_for_selector("html[data-ready]")
        tab.wait_for_timeout(300)
        tab.screenshot(path=folder / f"{name}.png")
        if width <= 1280:
            tab.click("#show-filters")
            tab.screenshot(path=folder / f"{name}-filters.png")
            tab.click("#hide-filters")
            tab.click("#list .row")
            tab.wait_for_timeout(300)
            tab.screenshot(path=folder / f"{name}-article.png")
        tab.close()


def main() -> None:
    """Make the page, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--words", type=int, default=400)
    parser.add_argument("--page", type=Path, help="take pictures of this page, and measure nothing")
    parser.add_argument("--screenshots", type=Path, help="folder for pictures of the page")
    parser.add_argument("--views", nargs="*", choices=VIEWS, default=list(VIEWS))
    arguments = parser.parse_args()
    from playwright.sync_api import sync_playwright

    from whodid.browse import find_texts, write_page

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        facts: dict[str, float] = {}
        page = arguments.page or Path(folder) / "page.html"
        if not arguments.page:
            answers, archive = synthetic(Path(folder), arguments.events, arguments.words)
            started = time.perf_counter()
            write_page(answers, page, articles=find_texts([archive]), archive=[archive])
            facts["write, s"] = time.perf_counter() - started
            facts["answers and articles, MB"] = (answers.stat().st_size + archive.stat().st_size) / 2**20
        facts["page, MB"] = page.stat().st_size / 2**20
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-precise-memory-info"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags, timeout=PATIENCE)
        if arguments.screenshots:
            screenshots(browser, page, arguments.screenshots, arguments.views)
        if not arguments.page:
            facts |= measure(browser, page)
        print(f"Chromium {browser.version}, {os.cpu_count()} cores\n\n| measure | value |\n| --- | --- |")
        for name, value in facts.items():
            print(f"| {name} | {value:.1f} |")
        browser.close()


if __name__ == "__main__":
    main()
