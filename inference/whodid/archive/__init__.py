"""News archives: files of articles read as a stream of rows, and predictions written so that no interruption costs any.

sources -> survey -> rows -> model -> committed chunks -> output; each of these is a module or two, in this order:
`sources`, `packing`, `encodings`, `formats`, `opening`; `survey`, `rows`; `chunks`, `records`, `durable`, `journal`,
`manifest`; `outputs`, `tables`; and `prepare` and `runner`, which put them together.
"""

from __future__ import annotations

from whodid.archive.chunks import Limits, Predictor
from whodid.archive.journal import run_path
from whodid.archive.opening import Opener
from whodid.archive.prepare import Options, Run, prepare, rejected_path
from whodid.archive.rows import BadRow, ColumnChoice, Row
from whodid.archive.runner import perform, predict_archive
from whodid.archive.sources import Source, find_sources
from whodid.archive.survey import Reading, read_archive
from whodid.archive.tally import MaxBad, Progress, Summary

__all__ = [
    "BadRow",
    "ColumnChoice",
    "Limits",
    "MaxBad",
    "Opener",
    "Options",
    "Predictor",
    "Progress",
    "Reading",
    "Row",
    "Run",
    "Source",
    "Summary",
    "find_sources",
    "perform",
    "predict_archive",
    "prepare",
    "read_archive",
    "rejected_path",
    "run_path",
]
