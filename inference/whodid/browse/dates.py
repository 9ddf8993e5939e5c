"""Dates as archives write them, turned into ISO days that sort as strings. What is ambiguous is not guessed."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["iso_day"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_WEEKDAY = r"(?:[A-Za-z]{3,9}\.?,?\s+)?"
_REST = r"(?:[T\s,].*)?"
_LAYOUTS = tuple(
    re.compile(layout + _REST, re.DOTALL)
    for layout in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        _WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]" + _MONTH + r",?[\s-](?P<year>\d{4})",
        _WEEKDAY + _MONTH + r"\s(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year>\d{4})",
    )
)


def iso_day(written: str) -> str | None:
    """Return the day as "2024-05-14", or None where it cannot be told; a time after it is dropped, not converted.

    >>> [iso_day(text) for text in ("2024-05-14T06:30:00Z", "14 May 2024", "Tue, May 14, 2024", "03/04/2024")]
    ['2024-05-14', '2024-05-14', '2024-05-14', None]
    """
    text = written.strip()
    for layout in _LAYOUTS:
        found = layout.fullmatch(text)
        if found:
            return _checked(found.groupdict())
    return None


def _checked(parts: dict[str, str]) -> str | None:
    month = int(parts["month"]) if "month" in parts else _month_of(parts["name"])
    try:
        return date(int(parts["year"]), month, int(parts["day"])).isoformat()
    except ValueError:
        return None


def _month_of(name: str) -> int:
    """Number of a month by its English name or the start of it, 0 if it is none."""
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0
