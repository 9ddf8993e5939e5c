"""Packages that only some uses need: imported when asked for, with an error that says what to type."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from whodid.errors import MissingExtraError

__all__ = ["require"]


def require(module: str, *, what: str, extra: str) -> Any:
    """Import a package of an extra.

    Args:
        module: name of the module, such as "pyarrow.parquet".
        what: what needs it, in the singular: "a Parquet file".
        extra: name of the extra that brings it.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"{what} needs {error.name}. Type: pip install 'whodid[{extra}]'") from error
