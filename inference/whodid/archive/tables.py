"""Parquet output: its columns follow from the JSON Schema of predictions, so that no field is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whodid import schema
from whodid.extras import require

__all__ = ["arrow_schema"]

Json = Mapping[str, Any]


def arrow_schema() -> Any:
    """Return the Arrow schema (`pyarrow.Schema`) of the records that a run writes.

    Objects become structs, objects with any keys maps, lists lists; what may be null or missing is nullable.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    arrow = require("pyarrow", what="Parquet output", extra="archives")
    whole = schema.prediction()
    fields = [(name, _arrow_type(part, whole["$defs"], arrow)) for name, part in whole["properties"].items()]
    return arrow.schema(fields)


def _arrow_type(part: Json, definitions: Json, arrow: Any) -> Any:
    """Translate one part of a JSON Schema."""
    if "$ref" in part:
        return _arrow_type(definitions[part["$ref"].rsplit("/", 1)[1]], definitions, arrow)
    for key in ("anyOf", "oneOf"):
        if key in part:
            return _arrow_type(next(choice for choice in part[key] if choice.get("type") != "null"), definitions, arrow)
    kind = _kind(part)
    if kind == "array":
        return arrow.list_(_arrow_type(part["items"], definitions, arrow))
    if kind == "object" and "properties" in part:
        return arrow.struct(
            [(name, _arrow_type(inner, definitions, arrow)) for name, inner in part["properties"].items()]
        )
    if kind == "object":
        return arrow.map_(arrow.string(), _arrow_type(part["additionalProperties"], definitions, arrow))
    plain = {"string": arrow.string(), "integer": arrow.int64(), "number": arrow.float64(), "boolean": arrow.bool_()}
    return plain[kind]


def _kind(part: Json) -> str:
    """Tell the JSON type of a part: said, or that of the constants that it allows."""
    if "type" in part:
        kinds = [part["type"]] if isinstance(part["type"], str) else part["type"]
        return str(next(kind for kind in kinds if kind != "null"))
    value = part["const"] if "const" in part else next(value for value in part["enum"] if value is not None)
    names: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return names[type(value)]
