"""`whodid labels`: the event types and roles that a model knows."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from whodid.cli.options import ModelPath, load_model
from whodid.ontology import DEFAULT

__all__ = ["labels"]


def labels(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    model: ModelPath = None,
) -> None:
    """List the event types and roles that the model knows, with their definitions."""
    ontology = DEFAULT if model is None else load_model(model, "cpu").ontology
    if as_json:
        typer.echo(json.dumps(ontology.to_dict(), ensure_ascii=False, indent=2))
        return
    console = Console()
    for heading, entries in (("event type", ontology.event_types), ("role", ontology.roles)):
        table = Table(heading, "what it covers", show_lines=True)
        for entry in entries:
            table.add_row(Text(entry.name, style="bold"), Text(entry.definition))
        console.print(table)
