"""Counting: what a run has done so far, and what it did in the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from whodid.types import Prediction

__all__ = ["MaxBad", "Progress", "Summary", "Tally"]

_FEWEST = 100
"""Entries after which a share of bad ones says something."""


@dataclass(slots=True)
class Tally:
    """Counts of articles and of what was found in them."""

    articles: int = 0
    """Articles read."""
    with_events: int = 0
    """Articles with at least one event."""
    abstained: int = 0
    """Articles about which the model claims neither "event" nor "no event"."""
    rejected: int = 0
    """Entries that could not be used."""
    by_type: Counter[str] = field(default_factory=Counter)
    """Number of articles with each event type."""

    def count(self, prediction: Prediction) -> None:
        """Count an article."""
        self._count(prediction.event_types, abstained=prediction.abstained)

    def count_record(self, record: Mapping[str, Any]) -> None:
        """Count an article by what was written of it."""
        self._count(record["event_types"], abstained=record["abstained"])

    def _count(self, types: Iterable[str], *, abstained: bool) -> None:
        found = set(types)
        self.articles += 1
        self.with_events += bool(found)
        self.abstained += abstained
        self.by_type.update(found)

    def add(self, other: Tally) -> None:
        """Count what another tally counted."""
        self.articles += other.articles
        self.with_events += other.with_events
        self.abstained += other.abstained
        self.rejected += other.rejected
        self.by_type.update(other.by_type)

    def subtract(self, other: Tally) -> None:
        """Undo `add`."""
        self.articles -= other.articles
        self.with_events -= other.with_events
        self.abstained -= other.abstained
        self.rejected -= other.rejected
        self.by_type = self.by_type - other.by_type  # leaves out what comes to nothing

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary for JSON."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        return {**plain, "by_type": dict(sorted(self.by_type.items(), key=lambda pair: (-pair[1], pair[0])))}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Tally:
        """Read what `to_dict` wrote."""
        return cls(**{**data, "by_type": Counter(data["by_type"])})

    @property
    def entries(self) -> int:
        """Articles and rejected entries."""
        return self.articles + self.rejected


@dataclass(slots=True)
class Progress:
    """How far a run has come. One object that changes as it goes on."""

    total_bytes: int
    """Size of the archive on disk, packed."""
    tally: Tally = field(default_factory=Tally)
    """Counts over the whole run, what was done before an interruption included."""
    resumed: int = 0
    """Articles that were done before an interruption."""
    read_bytes: int = 0
    """Bytes of the archive that have been read."""
    started: float = field(default_factory=time.monotonic)
    """When this process began to read, in seconds of `time.monotonic`."""
    resumed_bytes: int = 0
    """Bytes that were done before an interruption."""

    @property
    def share(self) -> float:
        """How much of the archive has been read, from 0 to 1."""
        return min(1.0, self.read_bytes / self.total_bytes) if self.total_bytes else 0.0

    @property
    def seconds(self) -> float:
        """How long this process has been reading."""
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        """Articles a second, in this process."""
        return (self.tally.articles - self.resumed) / max(self.seconds, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at the rate so far, or None if nothing can be said yet."""
        done = self.read_bytes - self.resumed_bytes
        if done <= 0 or self.tally.articles == self.resumed:
            return None
        return self.seconds * max(0, self.total_bytes - self.read_bytes) / done


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did."""

    articles: int
    """Articles read and written."""
    with_events: int
    """Articles with at least one event."""
    abstained: int
    """Articles about which the model claims neither "event" nor "no event"."""
    rejected: int
    """Entries that could not be used."""
    seconds: float
    """How long this process took, without loading the model."""
    rate: float
    """Articles a second, in this process."""
    resumed: int
    """Articles that were done before an interruption."""
    by_type: Mapping[str, int]
    """Number of articles with each event type, most frequent first; types that never occur are left out."""
    encodings: Mapping[str, int]
    """Number of files of text in each encoding, most frequent first."""
    output: Path
    """File with the results, in the order of the archive."""
    rejected_output: Path | None
    """File with one line per rejected entry, or None if there was none."""


@dataclass(frozen=True, slots=True)
class MaxBad:
    """How many entries of a run may be bad."""

    count: int | None = None
    """At most so many."""
    share: float | None = None
    """At most this share of all, from 0 to 1; not judged before a hundred entries, or the end."""

    @classmethod
    def parse(cls, text: str) -> MaxBad:
        """Read "5%", "0.05" or "1000".

        >>> MaxBad.parse("5%"), MaxBad.parse("1000")
        (MaxBad(count=None, share=0.05), MaxBad(count=1000, share=None))

        Raises:
            ValueError: it is none of these.
        """
        try:
            if text.isdecimal():
                return cls(count=int(text))
            share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise ValueError(f"{text!r} is neither a number of rows (1000) nor a share of them (5% or 0.05)")
        return cls(share=share)

    def exceeded(self, tally: Tally, *, at_end: bool) -> bool:
        """Tell whether a run with these counts has too many bad entries."""
        if self.count is not None and tally.rejected > self.count:
            return True
        judged = at_end or tally.entries >= _FEWEST
        return self.share is not None and judged and tally.rejected > self.share * tally.entries
