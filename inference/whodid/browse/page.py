"""The browse page, written in one pass: frame, packed blocks of articles, and the index of all events.

Everything from the file and the archive is packed with gzip and base64, so no article can break out of the page and the
browser unpacks an article only when somebody opens it. Look and behaviour stand in the `.html`, `.css` and `.js` files
beside this module; colours and highlights come from `whodid.render`.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, TextIO

from whodid.archive import Row
from whodid.browse.dates import iso_day
from whodid.browse.detail import detail, heading
from whodid.browse.index import Index
from whodid.browse.records import Answer, parse_answer, read_answers
from whodid.browse.texts import Places, fits
from whodid.errors import ArchiveError
from whodid.render.segments import SLOT_LABELS, printable
from whodid.types import SLOTS

__all__ = ["SCRIPTS", "PageSummary", "assets", "check_page", "write_page"]

SCRIPTS = ("core.js", "filters.js", "data.js", "dom.js", "list.js", "facets.js", "article.js", "app.js")
"""Parts of the page's script, in the order in which they are put together."""

_BLOCK_ARTICLES = 32
"""Articles in one block: opening one unpacks them all, and more of them pack better."""

_OPENING = 160


@dataclass(frozen=True, slots=True)
class PageSummary:
    """What a page holds, and what it lacks."""

    events: int
    """Events on the page."""
    articles: int
    """Articles on the page: those with an event, and undecided ones."""
    answers: int
    """Articles in the file; those without an event are counted on the page and not listed."""
    found: int
    """Articles on the page whose text was found in the archive."""
    misfits: int
    """Articles that are where an answer says, but do not have its quotations in the places that it gives."""
    dated: int
    """Articles on the page with a day."""
    unread_dates: tuple[str, ...]
    """Dates that could not be read, each once, at most `MAX_UNREAD` of them."""
    bytes: int
    """Size of the page."""


MAX_UNREAD = 3
"""Examples of unreadable dates that a summary carries."""


def write_page(
    events: str | Path,
    output: str | Path,
    *,
    articles: Iterable[Row] = (),
    archive: Sequence[str | Path] = (),
    title: str | None = None,
) -> PageSummary:
    """Write the page; it appears under its name only when it is complete.

    Memory grows with the events that are listed, not with the file or the archive.

    Args:
        events: what `whodid predict` wrote.
        output: the file to write.
        articles: the articles of the archive, as `find_texts` streams them.
        archive: the files and folders that they come from, to tell whether they are where the answers say.
        title: heading of the page; the name of the file of events by default.

    Raises:
        ArchiveError: something cannot be read, or the page cannot be written.
        SchemaVersionError: the answers have another result schema.
        DataError: a line of the file is broken.
    """
    builder = _Builder(Path(events))
    target = Path(output)
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            builder.write(stream, articles, archive, printable(title or Path(events).name))
        os.replace(part, target)
    except OSError as error:
        raise ArchiveError(f"{str(target)!r} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return builder.summary(target.stat().st_size)


def check_page(output: str | Path, *, force: bool) -> None:
    """Make sure that a page may be written, before anything is read.

    Raises:
        ArchiveError: it exists and `force` is off, or its folder is missing, or it is a folder.
    """
    target = Path(output)
    if target.is_dir():
        raise ArchiveError(f"page {str(target)!r} is a folder; name a file: -o {target / 'events.html'}")
    if not target.parent.is_dir():
        raise ArchiveError(f"the folder of page {str(target)!r} is missing; make it first: mkdir -p {target.parent}")
    if target.exists() and not force:
        raise ArchiveError(f"{str(target)!r} exists; choose another page with -o, or replace it with --force")


@dataclass(frozen=True, slots=True)
class Assets:
    """The page without its data."""

    head: Template
    """Up to the data; asks for title, style, style_hash and script_hash."""
    tail: Template
    """From the data on; asks for script."""
    style: str
    script: str


@lru_cache(maxsize=1)
def assets() -> Assets:
    """Read the parts of the page and put script and style together."""
    folder = files("whodid.browse")
    head, tail = (folder / "page.html").read_text(encoding="utf-8").split("$data\n")
    shared = (files("whodid.render") / "page.css").read_text(encoding="utf-8")
    own = (folder / "page.css").read_text(encoding="utf-8")
    parts = "".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)
    script = f'"use strict";\n(() => {{\n{parts}}})();\n'
    return Assets(Template(head), Template(tail), shared + own, script)


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _packed(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode("ascii")


class _Builder:
    """Index and lines of the answers that are listed, and the counts of what became of them."""

    def __init__(self, events: Path) -> None:
        self._index = Index()
        self._lines: list[bytes] = []
        self._where = repr(str(events))
        self._answers: list[tuple[int, str, int, str]] = []
        self._found: set[int] = set()
        self._misfits: set[int] = set()
        self._dated: set[int] = set()
        self._unread: dict[str, None] = {}
        self._blocks = 0
        self._block: list[dict[str, Any]] = []
        for answer, line in read_answers(events):
            number = self._index.add(answer)
            if number is not None:
                self._lines.append(line)
                self._answers.append((number, answer.source, answer.line, answer.id))
                self._date(number, answer.date)

    def write(self, stream: TextIO, articles: Iterable[Row], archive: Sequence[str | Path], title: str) -> None:
        page = assets()
        hashes = {"style_hash": _digest(page.style), "script_hash": _digest(page.script)}
        stream.write(page.head.substitute(title=escape(title), style=page.style, **hashes))
        self._write_found(stream, articles, archive)
        for number in range(self._index.listed):
            if number not in self._found:
                self._add(stream, number, detail(self._answer(number), None))
        self._flush(stream)
        facts = {"title": title, "slots": SLOTS, "slot_labels": SLOT_LABELS, "texts": len(self._found)}
        _write_data(stream, "index", facts | self._index.to_dict())
        stream.write(page.tail.substitute(script=page.script))

    def summary(self, size: int) -> PageSummary:
        return PageSummary(
            events=self._index.events,
            articles=self._index.listed,
            answers=self._index.answers,
            found=len(self._found),
            misfits=len(self._misfits - self._found),
            dated=len(self._dated),
            unread_dates=tuple(self._unread)[:MAX_UNREAD],
            bytes=size,
        )

    def _write_found(self, stream: TextIO, articles: Iterable[Row], archive: Sequence[str | Path]) -> None:
        places = Places(self._answers, archive)
        for article in articles:
            for number in places.candidates(article):
                if number in self._found:
                    continue
                answer = self._answer(number)
                if not fits(answer, article.text):
                    self._misfits.add(number)
                    continue
                self._found.add(number)
                self._date(number, article.date or "")
                top = heading(article.text, article.title)
                self._index.opening(number, (top or article.text.strip())[:_OPENING].split("\n")[0])
                self._add(stream, number, detail(answer, article.text, top))
                break

    def _answer(self, number: int) -> Answer:
        return parse_answer(self._lines[number], self._where)

    def _date(self, number: int, written: str) -> None:
        if number in self._dated or not written.strip():
            return
        day = iso_day(written)
        if day is None:
            if len(self._unread) < MAX_UNREAD:
                self._unread[written.strip()[:60]] = None
            return
        self._index.date(number, day)
        self._dated.add(number)

    def _add(self, stream: TextIO, number: int, entry: dict[str, Any]) -> None:
        self._index.place(number, block=self._blocks, at=len(self._block))
        self._block.append(entry)
        if len(self._block) == _BLOCK_ARTICLES:
            self._flush(stream)

    def _flush(self, stream: TextIO) -> None:
        if self._block:
            _write_data(stream, f"block-{self._blocks}", self._block)
            self._blocks, self._block = self._blocks + 1, []


def _write_data(stream: TextIO, name: str, value: Any) -> None:
    # base64 has no character that means anything to HTML: whatever an article holds, it cannot end the element.
    stream.write(f'<script type="text/plain" id="{name}">{_packed(value)}</script>\n')
