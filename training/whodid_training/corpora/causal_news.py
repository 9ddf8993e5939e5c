"""Causal News Corpus: sentences about protests and strikes, as what a forced work stoppage is not.

Its own label, whether a sentence tells of a cause, is not read. What is known is one absence: a sentence that names a
strike or a protest, and has no word of force, threat or closing, reports no work stoppage that was forced.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from whodid.errors import DataError
from whodid_training.article import Article
from whodid_training.corpora.detokenize import detokenize
from whodid_training.corpora.loaded import LoadedCorpus

__all__ = ["load_causal_news"]

_FILE = "train_subtask1.csv"
_COLUMNS = ("index", "text")
_CONTRAST = re.compile(
    r"\b(?:strik(?:es?|ers?|ing)|walk-?outs?|sit-ins?|protest\w*|demonstrat(?:ions?|ors?|ed|ing)|march(?:es|ed|ing|ers)?|"
    r"rall(?:y|ies|ied)|picket\w*)\b",
    re.IGNORECASE,
)
_FORCE = re.compile(
    r"\b(?:bandhs?|hartals?|gheraos?|shut\w*|clos(?:e|es|ed|ing|ure)|block\w*|barricad\w*|stop\w*|halt\w*|stay-?aways?|"
    r"en?forc\w*|forc\w+|threat\w*|intimidat\w*|prevent\w*|disrupt\w*|paraly\w+|standstill|suspend\w*|cripp\w+|"
    r"violen\w+|attack\w*|assault\w*|clash\w*|riot\w*|burn\w*|torch\w*|arson|fire\w*|ston\w+|pelt\w*|bomb\w*|"
    r"explo\w+|shot|shoot\w*|gun\w*|kill\w*|murder\w*|hack\w*|arm(?:ed|y)|militant\w*|rebel\w*|maoists?)\b",
    re.IGNORECASE,
)

_OFF_TOPIC = "sentences that name no strike or protest"
_DOUBTFUL = "sentences with a word of force, threat or closing"
_REPEATED = "sentences that come again"


def load_causal_news(folder: Path, split: str) -> LoadedCorpus:
    """Read the sentences that are certain.

    Args:
        folder: holds train_subtask1.csv.
        split: "train".

    Raises:
        DataError: a column is missing.
        FileNotFoundError: the file is.
    """
    path = folder / _FILE
    dropped: Counter[str] = Counter()
    found: dict[str, Article] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise DataError(f"{path}: no column {missing[0]!r} in {rows.fieldnames}; fetch the published file again")
        for row in rows:
            text, _ = detokenize((row["text"] or "").split())
            reason = _refusal(text, found)
            if reason:
                dropped[reason] += 1
            else:
                found[text] = Article(f"causal-news-{row['index']}", text)
    return LoadedCorpus("causal_news", split, tuple(found.values()), +dropped)


def _refusal(text: str, found: dict[str, Article]) -> str | None:
    if _CONTRAST.search(text) is None:
        return _OFF_TOPIC
    if _FORCE.search(text):
        return _DOUBTFUL
    return _REPEATED if text in found else None
