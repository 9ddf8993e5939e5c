"""Answer keys of MUC-3 and MUC-4: from the released file format to typed templates.

A key file holds one template per incident: 25 numbered slots, each with one fill per line. This module reads the format
and decides nothing; `whodid_training.corpora.muc4` says what a template means.

    9.  PERP: INDIVIDUAL ID             ? "ARMED MEN" / "MEN"
    19. HUM TGT: DESCRIPTION            "MAYOR": "JUAN PEREZ"
                                        "PEASANTS"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from whodid.errors import DataError

__all__ = ["SLOT_NAMES", "Fill", "Template", "parse_fill", "parse_keys"]

SLOT_NAMES = (
    "MESSAGE: ID",
    "MESSAGE: TEMPLATE",
    "INCIDENT: DATE",
    "INCIDENT: LOCATION",
    "INCIDENT: TYPE",
    "INCIDENT: STAGE OF EXECUTION",
    "INCIDENT: INSTRUMENT ID",
    "INCIDENT: INSTRUMENT TYPE",
    "PERP: INCIDENT CATEGORY",
    "PERP: INDIVIDUAL ID",
    "PERP: ORGANIZATION ID",
    "PERP: ORGANIZATION CONFIDENCE",
    "PHYS TGT: ID",
    "PHYS TGT: TYPE",
    "PHYS TGT: NUMBER",
    "PHYS TGT: FOREIGN NATION",
    "PHYS TGT: EFFECT OF INCIDENT",
    "PHYS TGT: TOTAL NUMBER",
    "HUM TGT: NAME",
    "HUM TGT: DESCRIPTION",
    "HUM TGT: TYPE",
    "HUM TGT: NUMBER",
    "HUM TGT: FOREIGN NATION",
    "HUM TGT: EFFECT OF INCIDENT",
    "HUM TGT: TOTAL NUMBER",
)
"""Names of the slots; a slot's number is its position."""

_SLOT_LINE = re.compile(r"\s*(?P<number>\d{1,2})\.\s+(?P<rest>.*)")
_MESSAGE_ID = re.compile(r"[A-Z]+\d?-MUC\d-\d{4}")
_TEMPLATE_NUMBER = re.compile(r"(?P<number>\d+)(?P<optional>\s*\(OPTIONAL\))?")
_QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"')
_CROSS_REFERENCE = re.compile(r'(?P<head>(?:"(?:\\.|[^"\\])*"|[^":])*):\s*\??\s*(?P<of>".*)')
_NOTHING = frozenset({"", "-", "*"})


@dataclass(frozen=True, slots=True)
class Fill:
    """One filler of a slot, in all the wordings that the key accepts."""

    alternatives: tuple[str, ...]
    """Strings without their quotes; never empty."""
    of: tuple[str, ...] = ()
    """Wordings of the filler that this one tells something about: the name, for the description of a named person."""
    optional: bool = False
    """True after a question mark: a system may leave it out."""


@dataclass(frozen=True, slots=True)
class Template:
    """One incident of a message, or the statement that the message has none."""

    id: str
    """Of the message, such as "DEV-MUC3-0001", without the annotating site."""
    number: int | None
    """Within the message, from 1; None if the message reports no relevant incident."""
    optional: bool
    """True if it is doubtful that the incident counts."""
    type: str | None
    """Incident type as the key has it, the first if it offers several; None without an incident."""
    stage: str | None
    """ACCOMPLISHED, ATTEMPTED or THREATENED, the first if it offers several; None without an incident."""
    slots: Mapping[str, tuple[Fill, ...]]
    """Slot name -> fills in the order of the key; () where the slot is empty ("-") or does not apply ("*")."""


def parse_keys(content: str, *, where: str) -> tuple[Template, ...]:
    """Read the content of a key file.

    Args:
        content: the whole file.
        where: its name, for errors.

    Raises:
        DataError: a line fits no slot, or a template lacks a valid id or number.
    """
    return tuple(_template(values, where=where) for values in _blocks(content, where=where))


def parse_fill(value: str) -> Fill | None:
    r"""Read one line of a slot's value; None if it says nothing ("-" or "*").

    The few fills that were released without their quotes are read as if they had them.

    >>> parse_fill('? "ARMED MEN" / "THE \\"RED\\" MEN"')
    Fill(alternatives=('ARMED MEN', 'THE "RED" MEN'), of=(), optional=True)
    >>> parse_fill('"MAYOR": "JUAN PEREZ"')
    Fill(alternatives=('MAYOR',), of=('JUAN PEREZ',), optional=False)
    """
    body = value.strip()
    optional = body.startswith("?")
    body = body.lstrip("? ")
    crossed = _CROSS_REFERENCE.fullmatch(body)
    head, of = (crossed["head"], _strings(crossed["of"])) if crossed else (body, ())
    alternatives = _strings(head)
    return Fill(alternatives, of, optional) if alternatives else None


def _strings(value: str) -> tuple[str, ...]:
    quoted = _QUOTED.findall(value)
    strings = [re.sub(r"\\(.)", r"\1", text) for text in quoted] if quoted else value.replace('"', "").split("/")
    squeezed = (" ".join(text.split()) for text in strings)
    return tuple(dict.fromkeys(text for text in squeezed if text not in _NOTHING))


def _blocks(content: str, *, where: str) -> Iterator[dict[str, list[str]]]:
    """Yield slot name -> lines of its value, one dictionary per template."""
    values: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(";"):
            continue
        slot = _slot_line(line)
        if slot is not None:
            name, value = slot
            if name == SLOT_NAMES[0] and values:
                yield values
                values = {}
            lines = values.setdefault(name, [])
            lines.append(value)
        elif lines is not None and line[0].isspace():
            lines.append(line.strip())
        else:
            raise DataError(
                f"{where}, line {number}: {line!r} is neither a slot such as '9.  PERP: INDIVIDUAL ID  \"GUNMEN\"' nor "
                "an indented continuation of one; remove it or start it with ';'"
            )
    if values:
        yield values


def _slot_line(line: str) -> tuple[str, str] | None:
    """Split a slot line by the slot's name: the column of the value differs between the released files."""
    found = _SLOT_LINE.fullmatch(line)
    if found is None or int(found["number"]) >= len(SLOT_NAMES):
        return None
    name = SLOT_NAMES[int(found["number"])]
    return (name, found["rest"][len(name) :].strip()) if found["rest"].startswith(name) else None


def _template(values: Mapping[str, list[str]], *, where: str) -> Template:
    missing = [name for name in SLOT_NAMES if name not in values]
    if missing:
        raise DataError(f"{where}: the template of {values.get(SLOT_NAMES[0])} has no slot {missing[0]!r}")
    message, number = values["MESSAGE: ID"][0], values["MESSAGE: TEMPLATE"][0]
    identity, numbered = _MESSAGE_ID.match(message), _TEMPLATE_NUMBER.fullmatch(number)
    if identity is None:
        raise DataError(f"{where}: message id {message!r} does not look like 'DEV-MUC3-0001 (SITE)'")
    if numbered is None and number != "*":
        raise DataError(f"{where}: {identity[0]} has template {number!r}; allowed: a number, '1 (OPTIONAL)' or '*'")
    fills = {name: tuple(fill for fill in map(parse_fill, lines) if fill is not None) for name, lines in values.items()}
    return Template(
        id=identity[0],
        number=int(numbered["number"]) if numbered else None,
        optional=bool(numbered and numbered["optional"]),
        type=_first(fills["INCIDENT: TYPE"]),
        stage=_first(fills["INCIDENT: STAGE OF EXECUTION"]),
        slots=fills,
    )


def _first(fills: tuple[Fill, ...]) -> str | None:
    return fills[0].alternatives[0] if fills else None
