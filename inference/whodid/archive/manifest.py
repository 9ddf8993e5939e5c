"""What a run is: everything that its output depends on, written down when it begins and compared when it is resumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import version
from itertools import zip_longest
from typing import Any

import whodid
from whodid.archive.chunks import Limits, Predictor
from whodid.archive.survey import Input, Reading
from whodid.errors import ArchiveError
from whodid.types import RESULT_SCHEMA_VERSION

__all__ = ["LAYOUT", "describe_model", "describe_run", "refuse_changed_inputs", "refuse_changes"]

LAYOUT = 1
"""Version of the files in a run folder."""

_REMEDY = "To go on, type or install what the run began with; to start over, type --force in place of --resume"


def describe_run(
    reading: Reading, limits: Limits, *, batch_size: int, output_format: str, engine: str
) -> dict[str, Any]:
    """Return the part of a manifest that is known before the model is loaded."""
    columns = {f"{name}_column": value for name, value in asdict(reading.columns).items()}
    return {
        "layout": LAYOUT,
        "whodid_version": whodid.__version__,
        "schema_version": RESULT_SCHEMA_VERSION,
        "torch_version": version("torch"),  # with its build, like 2.13.0+cpu; another one may round otherwise
        "options": {
            **columns,
            "encoding": reading.encoding,
            "format": reading.format,
            "batch_size": batch_size,
            "chunk_rows": limits.rows,
            "chunk_characters": limits.characters,
            "output_format": output_format,
            "engine": engine,
        },
    }


def describe_model(model: Predictor) -> dict[str, str]:
    """Return what a model's answers depend on, down to the last bit: its files, and what computes them."""
    by = {name: str(getattr(model, name, "")) for name in ("device", "dtype")}
    return {"fingerprint": model.fingerprint, **by}


def refuse_changes(before: Mapping[str, Any], now: Mapping[str, Any], *, where: str) -> None:
    """Make sure that a run is resumed as it began, in all that `now` says.

    Raises:
        ArchiveError: something differs.
    """
    changes = [
        f"{_spoken(name)} was {was!r} and is now {value!r}" for name, was, value in _pairs(before, now) if was != value
    ]
    if changes:
        raise ArchiveError(f"the unfinished run in {where!r} is another one: {'; '.join(changes)}. {_REMEDY}")


def refuse_changed_inputs(before: Iterable[Input], now: Iterable[Input], *, where: str) -> None:
    """Make sure that a run is resumed on the files with which it began.

    Raises:
        ArchiveError: a file differs, is missing or is new.
    """
    for was, item in zip_longest(before, now):
        change = _input_change(was, item)
        if change is not None:
            raise ArchiveError(f"the unfinished run in {where!r} began with another archive: {change}. {_REMEDY}")


def _input_change(was: Input | None, now: Input | None) -> str | None:
    if now is None or (was is not None and was.source.name != now.source.name):
        assert was is not None, "one of the two is there"
        return f"where {was.source.name!r} stood there is now {now.source.name if now else 'nothing'!r}"
    if was is None:
        return f"{now.source.name!r} is new"
    if (was.size, was.sha256) != (now.size, now.sha256):
        return f"the content of {now.source.name!r} has changed"
    if (was.encoding, was.columns) != (now.encoding, now.columns):
        return f"{now.source.name!r} is read in another way: {was.encoding}, {was.columns.names}"
    return None


def _pairs(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name of each value in `now`, what it was, and what it is."""
    for name, value in now.items():
        was = before.get(name)
        if isinstance(value, Mapping):
            inner = _pairs(was if isinstance(was, Mapping) else {}, value)
            yield from ((f"{name}.{key}", old, new) for key, old, new in inner)
        else:
            yield name, was, value


def _spoken(name: str) -> str:
    part, _, key = name.partition(".")
    return f"--{key.replace('_', '-')}" if part == "options" else name.replace(".", " ").replace("_", " ")
