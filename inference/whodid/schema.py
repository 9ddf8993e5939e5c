"""JSON Schemas (2020-12) of what whodid writes and of the annotations that it learns from.

The schemas are files in `whodid/schemas`; validating against them needs a validator of your choice, such as jsonschema.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

__all__ = ["gold", "prediction"]


def prediction() -> dict[str, Any]:
    """Return the schema of `Prediction.to_dict` and of the lines that `whodid predict` writes."""
    return _read("prediction")


def gold() -> dict[str, Any]:
    """Return the schema of one annotated article, one line of an annotation file."""
    return _read("gold")


def _read(name: str) -> dict[str, Any]:
    text = (files("whodid") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
