"""News archives: files of articles read as a stream of rows, and predictions written as JSON lines."""

from __future__ import annotations

from whodid.archive.files import SUFFIXES, archive_files
from whodid.archive.rows import BadRow, Row, read_archive
from whodid.archive.runner import Predictor, Summary, check_output, part_path, predict_archive, rejected_path

__all__ = [
    "SUFFIXES",
    "BadRow",
    "Predictor",
    "Row",
    "Summary",
    "archive_files",
    "check_output",
    "part_path",
    "predict_archive",
    "read_archive",
    "rejected_path",
]
