"""Which encoding a file of text has: a byte order mark, else UTF-8 if it fits, else what a sample looks like.

A file that is UTF-8 but for some damage stays UTF-8: its damaged rows are rejected.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

from whodid.errors import ArchiveError
from whodid.extras import require

__all__ = ["ERRORS", "SAMPLE", "check_encoding", "detect"]

SAMPLE = 2**20
"""Bytes at the start of a file that are looked at, unpacked."""

ERRORS = "whodid-mark"
"""Name of the error handler for decoding: each byte that cannot be decoded becomes a lone surrogate, which no valid
text has, so that only the rows that hold one are rejected. Python's own "surrogateescape" knows no UTF-16."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 2**16
_USUAL = "cp1252"
"""Windows' Western encoding, a superset of printable Latin-1: preferred where the sample reads the same in others."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    undecodable = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in undecodable), error.end


codecs.register_error(ERRORS, _mark)


def check_encoding(name: str | None) -> str | None:
    """Return the codec's own name of an encoding that the user named.

    Raises:
        ArchiveError: there is no such text encoding.
    """
    if name is None:
        return None
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, UnicodeError) as error:
        raise ArchiveError(f"there is no text encoding {name!r}; try utf-8, cp1252, latin-1 or utf-16") from error


def detect(sample: bytes, *, name: str) -> str:
    """Return the encoding of the file that begins with these bytes.

    Args:
        sample: the first `SAMPLE` bytes, or all if there are fewer.
        name: of the file, for errors.

    Raises:
        ArchiveError: it is no text encoding that could be told.
        MissingExtraError: it is not UTF-8, and the package that tells other encodings apart is not installed.
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if sample.count(0) > len(sample) // 5:  # text of Latin letters, two bytes each
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    text = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape").decode(sample, final=len(sample) < SAMPLE)
    wrong = len(re.findall("[\udc80-\udcff]", text))
    right = len(re.findall("[^\x00-\x7f\udc80-\udcff]", text))
    return "utf-8" if right >= wrong else _legacy(sample, name)


def _legacy(sample: bytes, name: str) -> str:
    """Ask charset-normalizer about the lines that are not plain ASCII."""
    what = f"{name!r} is not UTF-8. Name its encoding (--encoding cp1252, say); telling it"
    library: Any = require("charset_normalizer", what=what, extra="archives")
    lines = b"\n".join(line for line in sample.splitlines() if not line.isascii())
    best = library.from_bytes(lines[:_LOOKED_AT]).best()
    if best is None:
        raise ArchiveError(f"{name!r} is in no known text encoding; if it is text, name it: --encoding cp1252, say")
    return _USUAL if _USUAL in best.could_be_from_charset else str(best.encoding)
