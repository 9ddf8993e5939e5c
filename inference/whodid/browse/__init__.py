"""The answers of a run as one HTML page: events to filter and sort, and the articles to read beside them.

The page holds everything it shows and loads nothing; `whodid.render` makes the page of a single article.
"""

from __future__ import annotations

from whodid.browse.page import PageSummary, check_page, write_page
from whodid.browse.records import Answer, EventRecord, Participant, read_answers
from whodid.browse.texts import find_texts

__all__ = [
    "Answer",
    "EventRecord",
    "PageSummary",
    "Participant",
    "check_page",
    "find_texts",
    "read_answers",
    "write_page",
]
