"""Files that commands write: never over others by accident, and with an error that a reader understands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from whodid.errors import DataError

__all__ = ["refuse_existing", "writing"]


def refuse_existing(paths: Iterable[Path], *, force: bool) -> None:
    """Refuse to replace files.

    Raises:
        DataError: one exists and `force` is false.
    """
    existing = [path for path in paths if path.exists()]
    if existing and not force:
        raise DataError(f"{existing[0]} exists; choose another output with -o, or replace it with --force")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failure to write below `path` into an error.

    Raises:
        DataError: it cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise DataError(f"{str(path)!r} cannot be written: {error.strerror or error}") from error
