"""An archive's predictions as pandas tables: articles, events, participants, months, names; and files for spreadsheets.

The file is what `whodid predict` writes, one article a line; dates come from the archive itself, by id. A row of an
events table is "this article reports this type of event", not an incident: several articles may report the same one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from whodid.archive import Opener, Source, find_sources
from whodid.archive.formats import Record
from whodid.archive.records import safe_cell
from whodid.archive.rows import DATE_COLUMNS, ID_COLUMNS
from whodid.errors import ArchiveError, DataError
from whodid.types import RESULT_SCHEMA_VERSION, SLOTS, any_event
from whodid_training.gold import records_of
from whodid_training.metrics.ceaf import normalise
from whodid_training.review.extra import missing_extra

try:
    import pandas as pd
except ModuleNotFoundError as error:
    raise missing_extra("tables", error) from error

__all__ = [
    "ALL",
    "DATE_COLUMNS",
    "NO_DATE",
    "article_frame",
    "event_frame",
    "frequent_perpetrators",
    "months",
    "participant_frame",
    "read_dates",
    "safe_cell",
    "write_csv",
]

NO_DATE = "no date"
"""Row of articles whose month is not known."""

ALL = "all articles"
"""Column that counts every article, whatever it reports."""

_KEYS = ("events", "event_types", "scores", "abstained")

_MONTH = re.compile(r"\s*(\d{4})-(0[1-9]|1[0-2])(?!\d)")


def read_dates(
    archive: Iterable[str | Path], *, date_column: str | None = None, id_column: str | None = None
) -> dict[str, str]:
    """Return the date of every article that has one, by its id as in the predictions, as it stands in the archive.

    Months are read off dates that begin as 2024-05; others are kept, and their articles have no month.

    Args:
        archive: the files and folders that were predicted.
        date_column: by default the first of `DATE_COLUMNS` that an article has.
        id_column: as for `whodid predict`: by default the first of `ID_COLUMNS`, else file and line.

    Raises:
        ArchiveError: a path cannot be read, or no article has a date.
    """
    files = tuple(find_sources(archive))
    found = dict(pair for file in files for pair in _file_dates(file, date_column, id_column))
    if not found:
        tried = repr(date_column) if date_column else ", ".join(map(repr, DATE_COLUMNS))
        names = ", ".join(file.name for file in files[:3])
        raise ArchiveError(f"no article of {names} has a date; columns tried: {tried}. Name it: date_column='...'")
    return found


def article_frame(predictions: Path, *, dates: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row for each article: what it reports, how sure the model is, and whether it leaves the article to people.

    Args:
        predictions: file of `whodid predict`.
        dates: as `read_dates` returns them.

    Raises:
        DataError: the file is missing, empty or not of this kind.
    """
    rows = [
        {
            "id": record["id"],
            **_when(record, dates),
            "title": record.get("title", ""),
            "event_types": "; ".join(record["event_types"]),
            "any_event": round(any_event(record["scores"].values()), 4),
            "undecided": record["abstained"],
        }
        for record in _records(predictions)
    ]
    return pd.DataFrame(rows)


def event_frame(predictions: Path, *, dates: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row for each article and event type: a tidy table for export. Arguments and errors as for `article_frame`."""
    columns = ("id", "date", "month", "title", "type", "confidence", *SLOTS, "undecided")
    rows = [
        {
            "id": record["id"],
            **_when(record, dates),
            "title": record.get("title", ""),
            "type": event["type"],
            "confidence": round(event["confidence"], 4),
            **{slot: "; ".join(entity["text"] for entity in event[slot]) for slot in SLOTS},
            "undecided": record["abstained"],
        }
        for record in _records(predictions)
        for event in record["events"]
    ]
    return pd.DataFrame(rows, columns=list(columns))


def participant_frame(predictions: Path, *, dates: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row for each participant of each event. Arguments and errors as for `article_frame`."""
    columns = ("id", "date", "month", "type", "slot", "name", "role", "kind", "named", "confidence", "mentions")
    rows = [
        {
            "id": record["id"],
            **_when(record, dates),
            "type": event["type"],
            "slot": slot,
            "name": entity["text"],
            "role": entity["role"],
            "kind": entity["kind"] or "",
            "named": entity["named"],
            "confidence": round(entity["confidence"], 4),
            "mentions": len(entity["mentions"]),
        }
        for record in _records(predictions)
        for event in record["events"]
        for slot in SLOTS
        for entity in event[slot]
    ]
    return pd.DataFrame(rows, columns=list(columns))


def months(events: pd.DataFrame, articles: pd.DataFrame, *, gaps: bool = True) -> pd.DataFrame:
    """Count, for each month, all articles and those that report each event type.

    Args:
        events: as `event_frame` returns them; those without a month are in the row `NO_DATE`.
        articles: as `article_frame` returns them.
        gaps: whether months without any article are there too, from the first to the last.
    """
    columns = [ALL, *sorted(set(events["type"]))]
    counts = Counter(zip(events["month"], events["type"], strict=True))
    counts.update((month, ALL) for month in articles["month"])
    known = sorted({month for month in articles["month"] if month != NO_DATE})
    span = pd.period_range(known[0], known[-1], freq="M").strftime("%Y-%m") if gaps and known else known
    rows = [*span, *([NO_DATE] if NO_DATE in set(articles["month"]) else [])]
    table = [[counts[row, column] for column in columns] for row in rows]
    return pd.DataFrame(table, index=pd.Index(rows, name="month"), columns=columns)


def frequent_perpetrators(participants: pd.DataFrame, *, top: int = 20) -> pd.DataFrame:
    """List the named perpetrators that most articles accuse, grouped by name alone.

    Case, punctuation and a leading "the" make no difference; "ELN" and "National Liberation Army" stay apart, and two
    people of one name fall together. `articles` counts articles, not incidents or acts; `surest` is the highest
    probability that the model gave to the name being a perpetrator in any of them.

    Args:
        participants: as `participant_frame` returns them.
        top: how many to list.
    """
    columns = ["name", "kind", "articles", "event_types", "surest", "also_written"]
    named = participants[(participants["slot"] == "perpetrators") & participants["named"].astype(bool)]
    rows = [_perpetrator(group) for _, group in named.groupby(named["name"].map(normalise), sort=True)]
    rows.sort(key=lambda row: (-row["articles"], row["name"]))
    return pd.DataFrame(rows[:top], columns=columns)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table for spreadsheets: UTF-8 with the mark that they look for, and no cell that could be a formula.

    Raises:
        DataError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        plain = frame if frame.index.names == [None] else frame.reset_index()
        safe = plain.map(safe_cell).rename(columns=safe_cell)
        safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
    except OSError as error:
        raise DataError(f"{str(path)!r} cannot be written: {error.strerror or error}") from error


def _records(predictions: Path) -> Iterator[Mapping[str, Any]]:
    for where, record in records_of(predictions):
        version = record.get("schema_version")
        if version != RESULT_SCHEMA_VERSION:
            raise DataError(
                f"{where}: schema_version is {version!r}, not {RESULT_SCHEMA_VERSION!r}; give a file that this version "
                "of whodid predicted: whodid predict ARCHIVE -o FILE"
            )
        missing = [key for key in _KEYS if key not in record]
        if missing:
            raise DataError(f"{where}: {missing[0]!r} is missing; give a file as `whodid predict` wrote it")
        yield record


def _when(record: Mapping[str, Any], dates: Mapping[str, str] | None) -> dict[str, str]:
    date = (dates or {}).get(record["id"]) or record.get("date", "")
    found = _MONTH.match(date)
    return {"date": date, "month": "-".join(found.groups()) if found else NO_DATE}


def _file_dates(file: Source, date_column: str | None, id_column: str | None) -> Iterator[tuple[str, str]]:
    """Yield every date under each id that `whodid predict` may have taken for the article."""
    columns = DATE_COLUMNS if date_column is None else (date_column,)
    ids = ID_COLUMNS if id_column is None else (id_column,)
    for entry in Opener().records(file):
        if isinstance(entry, Record):
            date = next(_filled(entry.cells, columns), "")
            for name in (*_filled(entry.cells, ids), f"{file.name}:{entry.line}") if date else ():
                yield name, date


def _filled(cells: Mapping[str, Any], columns: Sequence[str]) -> Iterator[str]:
    return (str(cells[name]) for name in columns if cells.get(name) not in (None, ""))


def _perpetrator(group: pd.DataFrame) -> dict[str, Any]:
    spellings = [name for name, _ in Counter(group["name"]).most_common()]
    return {
        "name": spellings[0],
        "kind": Counter(group["kind"]).most_common(1)[0][0],
        "articles": group["id"].nunique(),
        "event_types": "; ".join(sorted(set(group["type"]))),
        "surest": round(float(group["confidence"].max()), 2),
        "also_written": "; ".join(spellings[1:]),
    }
