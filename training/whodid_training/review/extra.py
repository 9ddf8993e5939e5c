"""What to say when packages of the extra `notebooks` are missing."""

from __future__ import annotations

from whodid.errors import MissingExtraError

__all__ = ["missing_extra"]


def missing_extra(what: str, error: ModuleNotFoundError) -> MissingExtraError:
    """Make an error that says what to type.

    >>> missing_extra("plots", ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib"))
    MissingExtraError("plots need matplotlib. Type: pip install 'whodid[notebooks]'")

    Args:
        what: what needs the package, in the plural: "plots".
        error: what Python said.
    """
    return MissingExtraError(f"{what} need {error.name}. Type: pip install 'whodid[notebooks]'")
