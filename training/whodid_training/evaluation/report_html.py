"""A report as one HTML page: no script, nothing loaded from anywhere, everything escaped, for light and dark.

Colours and layout stand in `report.css`, the frame in `report.html`; plots are inline SVG.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from importlib.resources import files
from string import Template

from whodid.render.segments import printable
from whodid_training.evaluation.blocks import Block, CurvePlot, Document, Items, MarkPlot, Paragraph, Section, Table
from whodid_training.evaluation.plots import curve_plot, mark_plot

__all__ = ["page"]

_SHADES = 6
"""Classes heat0 to heat5 of the style."""


def page(document: Document) -> str:
    """Write a report as a self-contained page."""
    frame, style = _assets()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    contents = "".join(
        f'<li><a href="#s{i}">{_safe(section.title)}</a></li>' for i, section in enumerate(document.sections)
    )
    return frame.substitute(
        title=_safe(document.title),
        subtitle=_safe(document.subtitle),
        style=style,
        style_hash=f"sha256-{digest}",
        contents=contents,
        sections="\n".join(_section(i, section) for i, section in enumerate(document.sections)),
    )


@lru_cache(maxsize=1)
def _assets() -> tuple[Template, str]:
    folder = files("whodid_training.evaluation")
    frame = (folder / "report.html").read_text(encoding="utf-8")
    return Template(frame), (folder / "report.css").read_text(encoding="utf-8")


def _safe(text: str) -> str:
    return escape(printable(text), quote=True)


def _section(number: int, section: Section) -> str:
    body = "\n".join(_block(block) for block in section.blocks)
    heading = f'<h2 id="h{number}">{_safe(section.title)}</h2>'
    return f'<section id="s{number}" aria-labelledby="h{number}">{heading}\n{body}</section>'


def _block(block: Block) -> str:
    return next(write(block) for kind, write in _WRITERS if isinstance(block, kind))


def _items(block: Items) -> str:
    return f"<ul>{''.join(f'<li>{_safe(item)}</li>' for item in block.items)}</ul>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_safe(cell)}</th>' for cell in table.head)
    rows = "".join(_row(row, table, index) for index, row in enumerate(table.rows))
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _row(row: Sequence[str], table: Table, index: int) -> str:
    if len(row) == 1:
        return f'<tr class="group"><th scope="rowgroup" colspan="{len(table.head)}">{_safe(row[0])}</th></tr>'
    shades = table.heat[index] if table.heat else ()
    classes = [_shade(shade) for shade in shades] or ["lead" if name == table.lead else "" for name in table.head[1:]]
    cells = "".join(
        f'<td class="{name}">{_cell(cell)}</td>' if name else f"<td>{_cell(cell)}</td>"
        for name, cell in zip(classes, row[1:], strict=True)
    )
    return f'<tr><th scope="row">{_safe(row[0])}</th>{cells}</tr>'


def _shade(value: float) -> str:
    return f"heat{min(_SHADES - 1, round(value * (_SHADES - 1) + 0.3)) if value else 0}"


def _cell(cell: str) -> str:
    """Set the interval after a value apart."""
    value, bracket, interval = cell.partition(" [")
    return _safe(value) + (f' <span class="quiet">[{_safe(interval)}</span>' if bracket else "")


def _figure(svg: str, title: str) -> str:
    return f"<figure>{svg}<figcaption>{_safe(title)}</figcaption></figure>"


_WRITERS: tuple[tuple[type, Callable[..., str]], ...] = (
    (Paragraph, lambda block: f"<p>{_safe(block.text)}</p>"),
    (Items, _items),
    (Table, _table),
    (MarkPlot, lambda block: _figure(mark_plot(block), block.title)),
    (CurvePlot, lambda block: _figure(curve_plot(block), block.title)),
)
"""How each kind of block is written."""
