"""What one run of `whodid evaluate` found out: the system, the baselines beside it, and what the reader must know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import whodid
from whodid_training.evaluation.evaluation import Evaluation, Setting

__all__ = ["METRICS_SCHEMA_VERSION", "Results"]

METRICS_SCHEMA_VERSION = "2.0"
"""Version of the layout of `metrics.json`."""


@dataclass(frozen=True)
class Results:
    """One system with its floors, on the same articles by the same rules."""

    main: Evaluation
    """The system that was asked about."""
    baselines: tuple[Evaluation, ...] = ()
    """Simpler systems; empty if none was asked for."""
    notes: tuple[str, ...] = ()
    """What was left out of the run and why, one sentence each."""

    @property
    def setting(self) -> Setting:
        """What all of them were scored on."""
        return self.main.setting

    @property
    def systems(self) -> tuple[Evaluation, ...]:
        """The system and its baselines, in the order of columns."""
        return (self.main, *self.baselines)

    def to_dict(self) -> dict[str, Any]:
        """What `metrics.json` holds: setting, the system's figures, and those of the baselines in a list."""
        return {
            "schema_version": METRICS_SCHEMA_VERSION,
            "whodid_version": whodid.__version__,
            **self.setting.to_dict(),
            "notes": list(self.notes),
            **self.main.to_dict(),
            "baselines": [baseline.to_dict() for baseline in self.baselines],
        }
