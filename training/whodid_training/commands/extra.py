"""What to say when packages of the extra `train` are missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from whodid.errors import MissingExtraError

__all__ = ["needing_extra"]


@contextmanager
def needing_extra(what: str) -> Iterator[None]:
    """Turn a missing package into an error that says what to type.

    Args:
        what: what needs it, as a subject: "evaluation".

    Raises:
        MissingExtraError: a package is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"{what} needs {error.name}. Type: pip install 'whodid[train]'") from error
