"""The `whodid` program: built-in commands, plugged-in commands, version and help.

Importing this module loads no torch; the first command that needs a model does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

import whodid
from whodid.cli.browse import browse
from whodid.cli.exits import EPILOG, Guarded
from whodid.cli.labels import labels
from whodid.cli.plugins import add_plugins
from whodid.cli.predict import predict
from whodid.cli.show import show

__all__ = ["build", "main"]

_COMMANDS: dict[str, Callable[..., None]] = {"predict": predict, "show": show, "browse": browse, "labels": labels}


def build() -> typer.Typer:
    """Put the program together from the built-in commands and those that other packages plug in."""
    app = typer.Typer(
        name="whodid",
        cls=Guarded,
        help="Who did what to whom, in news archives.",
        epilog=EPILOG,
        invoke_without_command=True,
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True, epilog=EPILOG, cls=Guarded)(_root)
    for name, function in _COMMANDS.items():
        app.command(name, epilog=EPILOG)(function)
    add_plugins(app, taken=frozenset(_COMMANDS))
    return app


def main() -> None:
    """Run the program on the arguments of the process."""
    build()()


def _root(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Who did what to whom, in news archives."""
    if version:
        typer.echo(f"whodid {whodid.__version__}")
    elif ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
