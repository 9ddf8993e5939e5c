"""A report as Markdown: the same sections and tables as the page, without its plots."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from whodid.render.segments import printable
from whodid_training.evaluation.blocks import Block, Document, Items, Paragraph, Table

__all__ = ["markdown"]

_SPECIAL = re.compile(r"([\\`*<>|~&]|(?<!\w)_|_(?!\w)|!(?=\[)|\](?=[\[(:])|^[#+-])")
"""What Markdown would take for markup: intervals in brackets and names with underscores stay as they are."""


def markdown(document: Document) -> str:
    """Write a report in Markdown; everything in it is escaped."""
    parts = [f"# {_safe(document.title)}", _safe(document.subtitle)]
    for section in document.sections:
        parts.append(f"## {_safe(section.title)}")
        parts += [text for block in section.blocks if (text := _block(block))]
    return "\n\n".join(parts) + "\n"


def _safe(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(" ".join(text.split())))


def _block(block: Block) -> str:
    for kind, write in _WRITERS:
        if isinstance(block, kind):
            return write(block)
    return ""


def _table(table: Table) -> str:
    width = len(table.head)
    ruler = ("---", *("---:",) * (width - 1))
    rows = [[f"**{_safe(row[0])}**"] + [""] * (width - 1) if len(row) == 1 else _cells(row) for row in table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (_cells(table.head), ruler, *rows))


def _cells(row: Sequence[str]) -> list[str]:
    return [_safe(cell) for cell in row]


_WRITERS: tuple[tuple[type, Callable[..., str]], ...] = (
    (Paragraph, lambda block: _safe(block.text)),
    (Items, lambda block: "\n".join(f"- {_safe(item)}" for item in block.items)),
    (Table, _table),
)
"""How each kind of block is written; plots are not, since the tables beside them say the same."""
