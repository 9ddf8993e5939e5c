"""Everything that whodid raises on purpose, one type per cause.

Each message says what was given, what is allowed and what to type. All of them are `WhodidError`, so one `except`
is enough for callers that only want to go on.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "ArchiveError",
    "BadRowError",
    "ClusterError",
    "ClusterFailedError",
    "ColumnError",
    "CorruptWeightsError",
    "DataError",
    "DtypeError",
    "InputTypeError",
    "MissingExtraError",
    "ModelFolderError",
    "OntologyError",
    "OutputError",
    "PredictionError",
    "SchemaVersionError",
    "TooManyBadRowsError",
    "UnknownPreferenceError",
    "WhodidError",
    "blames_a_text",
    "one_of",
]


class WhodidError(Exception):
    """Base of all errors raised on purpose."""


class InputTypeError(WhodidError, TypeError):
    """An argument has the wrong type."""


class DtypeError(WhodidError, ValueError):
    """The arithmetic that was asked for is unknown, or this machine or model does not have it."""


class ModelFolderError(WhodidError):
    """A model folder is missing, incomplete or inconsistent."""


class SchemaVersionError(ModelFolderError):
    """A model folder or result was written by a version with another layout."""


class CorruptWeightsError(ModelFolderError):
    """The weights file cannot be read or does not fit the model's configuration."""


class OntologyError(WhodidError, ValueError):
    """A set of event types and roles breaks a rule."""


class ArchiveError(WhodidError):
    """An archive cannot be read or its output cannot be written."""


class ColumnError(ArchiveError):
    """A column named by the user is not in the archive."""


class BadRowError(ArchiveError):
    """One row of an archive cannot be used; the rest can."""


class UnknownPreferenceError(WhodidError, ValueError):
    """A preference is not one of those that exist, or the model records no thresholds for it."""


class OutputError(ArchiveError):
    """A result cannot be written: the disk is full, or gone."""


class ClusterError(WhodidError):
    """A cluster cannot be reached, or cannot do what was asked of it."""


class ClusterFailedError(OutputError):
    """A cluster gave up in the middle of a run, or its results are not whole."""


class TooManyBadRowsError(ArchiveError):
    """More rows of an archive are bad than the user allows."""


class PredictionError(WhodidError, RuntimeError):
    """One of many texts cannot be read by a model; which one is in the message, why in `__cause__`."""


class DataError(WhodidError, ValueError):
    """A corpus, gold or prediction file breaks its format."""


class MissingExtraError(WhodidError, ImportError):
    """A command needs packages of an extra that is not installed."""


_OF_THE_MACHINE = (MemoryError, OSError, SystemError, ImportError)
_OF_THE_MACHINE_BY_NAME = ("OutOfMemoryError", "AcceleratorError")
"""Of torch, which is not imported for them."""


def blames_a_text(error: BaseException) -> bool:
    """Tell whether a text may be what a model stumbled over; if not, it is the machine or somebody who interrupts.

    >>> [blames_a_text(error) for error in (ValueError(), MemoryError(), KeyboardInterrupt())]
    [True, False, False]
    """
    name = type(error).__name__
    if name == "PanicException":  # of a tokenizer: what Rust code raises stands beside Exception, not below it
        return True
    of_the_machine = isinstance(error, _OF_THE_MACHINE) or name in _OF_THE_MACHINE_BY_NAME
    return isinstance(error, Exception) and not of_the_machine and "can't allocate memory" not in str(error)


def one_of(names: Iterable[str]) -> str:
    """Spell out the allowed values of an argument: "'a', 'b' or 'c'"; "none" if there are none."""
    quoted = [repr(name) for name in names]
    if not quoted:
        return "none"
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
