"""The check of a folder of gold files, one file per split: every rule, and what breaks it. Nothing is printed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whodid.errors import DataError
from whodid_training.annotation.articles import GoldArticle, from_record
from whodid_training.annotation.duplicates import SIMILAR, near_duplicates
from whodid_training.annotation.measures import Facts, measure
from whodid_training.annotation.names import shared_names
from whodid_training.annotation.pieces import ESTIMATE, Pieces
from whodid_training.annotation.quotas import Quota, required
from whodid_training.annotation.rules import mention_problems, record_problems
from whodid_training.corpora.annotated import read_jsonl

__all__ = ["Finding", "Report", "check_folder", "check_records"]

Records = Mapping[str, Sequence[Mapping[str, Any]]]
"""Split -> lines of its file."""

_ORDER = {"train": 0, "dev": 1, "test": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one rule."""

    rule: str
    """What was looked at."""
    found: str
    """What there is."""
    wanted: str
    """What there must be."""
    passed: bool
    """Whether the two agree."""
    offenders: tuple[str, ...] = ()
    """What breaks the rule, in the order of the files."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of all rules."""

    findings: tuple[Finding, ...]
    """One per rule."""
    facts: tuple[Facts, ...]
    """One per article of which the form is right."""
    pieces: str
    """How word pieces were counted."""

    @property
    def passed(self) -> bool:
        """Whether no rule is broken."""
        return all(finding.passed for finding in self.findings)


def check_folder(folder: Path, *, pieces: Pieces = ESTIMATE, quotas: Sequence[Quota] = ()) -> Report:
    """Check the files *.jsonl of a folder; see `check_records`.

    Raises:
        DataError: there is no such folder or no such file in it, or a line is not a JSON object.
    """
    paths = sorted(folder.glob("*.jsonl"), key=lambda path: (_ORDER.get(path.stem, len(_ORDER)), path.stem))
    if not paths:
        raise DataError(f"no gold file in {folder}; give a folder with files such as train.jsonl and test.jsonl")
    records = {path.stem: [record for _, record in read_jsonl(path)] for path in paths}
    return check_records(records, pieces=pieces, quotas=quotas)


def check_records(records: Records, *, pieces: Pieces = ESTIMATE, quotas: Sequence[Quota] = ()) -> Report:
    """Check the lines of all splits: form, mentions, ids, near-duplicates, names in two splits, quotas.

    Args:
        records: lines by split.
        pieces: counts word pieces.
        quotas: what there must be.
    """
    articles, form = _read(records)
    everything = [(split, article) for split, ones in articles.items() for article in ones]
    facts = tuple(measure(article, split=split, pieces=pieces) for split, article in everything)
    findings = (
        _clean("form (keys, types, kinds, events)", form),
        _clean("mentions in the article", _misplaced(everything)),
        _clean("ids that come twice", _repeated_ids(records)),
        *_similar(articles),
        _clean("full names of people in two splits", _leaks(articles)),
        *(_quota(quota, facts) for quota in quotas),
    )
    return Report(findings, facts, pieces.described)


def _read(records: Records) -> tuple[dict[str, list[GoldArticle]], list[str]]:
    """Articles of which the form is right, by split, and what is wrong with the others."""
    articles: dict[str, list[GoldArticle]] = {split: [] for split in records}
    offenders = []
    for split, lines in records.items():
        for record in lines:
            problems = record_problems(record)
            offenders += [f"{split}, {record.get('id')!r}: {problem}" for problem in problems]
            if not problems:
                articles[split].append(from_record(record))
    return articles, offenders


def _clean(rule: str, offenders: Iterable[str]) -> Finding:
    found = tuple(offenders)
    return Finding(rule, f"{len(found)} problems" if found else "none", "none", not found, found)


def _misplaced(articles: Iterable[tuple[str, GoldArticle]]) -> Iterable[str]:
    return (
        f"{split}, {article.id!r}: {problem}" for split, article in articles for problem in mention_problems(article)
    )


def _repeated_ids(records: Records) -> list[str]:
    ids = Counter(str(record.get("id")) for lines in records.values() for record in lines)
    return [f"{key!r}: {number} times" for key, number in ids.items() if number > 1]


def _similar(articles: Mapping[str, Sequence[GoldArticle]]) -> tuple[Finding, Finding]:
    """Pairs within a split, then pairs across splits."""
    texts = {(split, n): article for split, ones in articles.items() for n, article in enumerate(ones)}
    keys = {f"{split} {article.id} #{n}": split for (split, n), article in texts.items()}
    pairs = near_duplicates(dict(zip(keys, (article.text for article in texts.values()), strict=True)))
    sides: dict[bool, list[str]] = {True: [], False: []}
    for pair in pairs:
        shown = " and ".join(key.rpartition(" #")[0] for key in (pair.first, pair.second))
        sides[keys[pair.first] == keys[pair.second]].append(f"{shown}: similarity {pair.similarity:.2f}")
    rule = f"near-duplicates {{}} (similarity {SIMILAR} or more)"
    return _clean(rule.format("within a split"), sides[True]), _clean(rule.format("across splits"), sides[False])


def _leaks(articles: Mapping[str, Sequence[GoldArticle]]) -> list[str]:
    home = {article.id: split for split, ones in articles.items() for article in ones}
    shared = shared_names(article for ones in articles.values() for article in ones)
    return [
        f"{name!r} in " + ", ".join(f"{home[key]} {key}" for key in ids)
        for name, ids in shared.items()
        if len({home[key] for key in ids}) > 1
    ]


def _quota(quota: Quota, facts: Sequence[Facts]) -> Finding:
    found = sum(map(quota.counts, facts))
    wanted = required(quota, facts)
    share = f", {quota.share:.0%}" if quota.share else ""
    return Finding(quota.name, str(found), f"{wanted} or more{share}", found >= wanted)
