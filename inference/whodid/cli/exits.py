"""Exit codes: one table, shown at the end of `whodid --help`, and the place where errors become codes."""

from __future__ import annotations

import sys
import traceback
from enum import IntEnum
from typing import Any

import typer
from typer.core import TyperGroup

from whodid.errors import WhodidError

__all__ = ["EPILOG", "Exits", "Guarded"]


class Exits(IntEnum):
    """What the exit code of a command says."""

    GOOD = 0
    REJECTED = 1
    INPUT = 2
    NOTHING = 3
    DEFECT = 70
    INTERRUPTED = 130


_MEANING = {
    Exits.GOOD: "all good",
    Exits.REJECTED: "finished, but some rows were rejected",
    Exits.INPUT: "usage or input error",
    Exits.NOTHING: "no article could be read",
    Exits.DEFECT: "a defect in whodid itself",
    Exits.INTERRUPTED: "interrupted",
}

EPILOG = "Exit codes: " + "; ".join(f"{code.value} {_MEANING[code]}" for code in Exits) + "."
"""The table in words."""


class Guarded(TyperGroup):
    """A group of commands whose errors end in a message and an exit code of the table."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except WhodidError as error:
            typer.echo(f"Error: {error}", err=True)
            raise typer.Exit(Exits.INPUT) from error
        except KeyboardInterrupt as error:
            typer.echo("Interrupted.", err=True)
            raise typer.Exit(Exits.INTERRUPTED) from error
        except BrokenPipeError:
            raise  # the reader of a pipe has seen enough: typer ends quietly
        except Exception as error:
            if hasattr(error, "exit_code") or isinstance(error, typer.Abort):
                raise  # typer's own: usage errors and exits
            traceback.print_exc(file=sys.stderr)
            typer.echo("Error: this is a defect in whodid; please report the lines above.", err=True)
            raise typer.Exit(Exits.DEFECT) from error
