"""Commands of other packages, found by the entry-point group "whodid.commands": inference imports nobody by name.

A plug-in that fails to load becomes a command that says why, and breaks none of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer

from whodid.errors import MissingExtraError

__all__ = ["GROUP", "add_plugins"]

GROUP = "whodid.commands"
"""Each entry point's name is the command's; its value is a function whose signature typer can read, or a `typer.Typer`
that becomes a command of commands."""


def add_plugins(app: typer.Typer, *, taken: frozenset[str]) -> None:
    """Register every plugged-in command on `app`; the names in `taken` are not given away."""
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        if entry.name not in taken:
            _add(app, entry)


def _add(app: typer.Typer, entry: EntryPoint) -> None:
    try:
        plugin = entry.load()
        _try_out(entry.name, plugin)
    except Exception as error:  # whatever a foreign module raises
        app.command(
            entry.name,
            help=f"Not available: {type(error).__name__}: {error}",
            context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
        )(_unavailable(entry, error))
    else:
        _register(app, entry.name, plugin)


def _register(app: typer.Typer, name: str, plugin: Callable[..., Any] | typer.Typer) -> None:
    if isinstance(plugin, typer.Typer):
        app.add_typer(plugin, name=name)
    else:
        app.command(name)(plugin)


def _try_out(name: str, plugin: Callable[..., Any] | typer.Typer) -> None:
    """Build the command once on its own: a signature that typer cannot read shows here and not in the real app."""
    trial = typer.Typer(add_completion=False)
    _register(trial, name, plugin)
    typer.main.get_command(trial)


def _unavailable(entry: EntryPoint, error: Exception) -> Callable[[], None]:
    def command() -> None:
        raise MissingExtraError(
            f"command {entry.name!r} of {entry.value} cannot be loaded: {type(error).__name__}: {error}; "
            "if a package is missing, install the extra: pip install 'whodid[train]'"
        ) from error

    return command
