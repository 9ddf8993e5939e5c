"""Exit codes: one table, shown at the end of `whodid --help`, and the place where errors become codes."""

from __future__ import annotations

import sys
import traceback
from enum import IntEnum
from typing import Any

import typer
from typer.core import TyperGroup

from whodid.errors import OutputError, PredictionError, TooManyBadRowsError, WhodidError

__all__ = ["EPILOG", "Exits", "Guarded", "exit_code"]


class Exits(IntEnum):
    """What the exit code of a command says."""

    GOOD = 0
    REJECTED = 1
    INPUT = 2
    NOTHING = 3
    STOPPED = 4
    DEFECT = 70
    OUTPUT = 74
    INTERRUPTED = 130


_MEANING = {
    Exits.GOOD: "all good",
    Exits.REJECTED: "finished, but some rows were rejected",
    Exits.INPUT: "usage or input error",
    Exits.NOTHING: "no article could be read",
    Exits.STOPPED: "stopped, more rows were bad than --max-bad allows",
    Exits.DEFECT: "a defect in whodid itself",
    Exits.OUTPUT: "a result could not be written",
    Exits.INTERRUPTED: "interrupted",
}

_CODES = (
    (TooManyBadRowsError, Exits.STOPPED),
    (OutputError, Exits.OUTPUT),
    (PredictionError, Exits.DEFECT),
    (WhodidError, Exits.INPUT),
)
"""Codes of errors that are raised on purpose; the first that fits holds."""

EPILOG = "Exit codes: " + "; ".join(f"{code.value} {_MEANING[code]}" for code in Exits) + "."
"""The table in words."""


def exit_code(error: BaseException) -> Exits:
    """Return the code with which a command ends on an error."""
    if isinstance(error, KeyboardInterrupt):
        return Exits.INTERRUPTED
    return next((code for kind, code in _CODES if isinstance(error, kind)), Exits.DEFECT)


class Guarded(TyperGroup):
    """A group of commands whose errors end in a message and an exit code of the table."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            typer.echo("Interrupted.", err=True)
            raise typer.Exit(Exits.INTERRUPTED) from error
        except BrokenPipeError:
            raise  # the reader of a pipe has seen enough: typer ends quietly
        except Exception as error:
            if hasattr(error, "exit_code") or isinstance(error, typer.Abort):
                raise  # typer's own: usage errors and exits
            code = exit_code(error)
            if code is Exits.DEFECT:
                traceback.print_exc(file=sys.stderr)
                said = "this is a defect in whodid; please report the lines above."
            else:
                said = str(error)
            typer.echo(f"Error: {said}", err=True)
            raise typer.Exit(code) from error
