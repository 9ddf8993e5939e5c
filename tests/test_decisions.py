"""Thresholds of a model folder: what a preference changes, and which folders are refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import whodid
from whodid.decisions import PREFERENCES, Decisions, Preference
from whodid.errors import ModelFolderError, UnknownPreferenceError
from whodid.model import Model
from whodid.ontology import DEFAULT

TYPES, ROLES = DEFAULT.type_names, DEFAULT.role_names


def preference(threshold: float, **changes: object) -> Preference:
    entities = dict.fromkeys(ROLES, threshold)
    found = Preference(dict.fromkeys(TYPES, threshold), dict.fromkeys(ROLES, 0.5), entities, 0.6, 0.4)
    return replace(found, **changes)  # type: ignore[arg-type]


@pytest.fixture
def decisions() -> Decisions:
    fitted = {"balanced": preference(0.4), "precision": preference(0.9), "recall": preference(0.1)}
    return replace(Decisions.neutral(DEFAULT), preferences=fitted).preferring("balanced")


@pytest.fixture
def copy(tiny_folder: Path, tmp_path: Path, decisions: Decisions) -> Path:
    path = Path(shutil.copytree(tiny_folder, tmp_path / "model"))
    (path / "decisions.json").write_text(json.dumps(decisions.to_dict()))
    return path


def test_decisions_survive_json(decisions: Decisions) -> None:
    again = Decisions.from_dict(json.loads(json.dumps(decisions.to_dict())), DEFAULT)
    assert again == decisions
    assert again.preferences["recall"].event_types["arson"] == 0.1


def test_a_preference_takes_the_place_of_the_thresholds_and_can_be_changed_again(decisions: Decisions) -> None:
    precise = decisions.preferring("precision")
    assert (precise.event_types["arson"], precise.entities["victim"]) == (0.9, 0.9)
    assert precise.calibration == decisions.calibration
    assert precise.preferring("recall").event_types["arson"] == 0.1
    assert precise.preferring("balanced") == decisions


def test_an_unknown_preference_names_the_known_ones(decisions: Decisions) -> None:
    with pytest.raises(
        UnknownPreferenceError, match="'speed' is unknown; allowed: 'balanced', 'precision' or 'recall'"
    ):
        decisions.preferring("speed")


def test_a_model_that_records_no_preferences_says_so_and_stays_balanced() -> None:
    neutral = Decisions.neutral(DEFAULT)
    assert neutral.preferring("balanced") == neutral
    with pytest.raises(UnknownPreferenceError, match=r"no thresholds for the preference 'recall'.*whodid fit"):
        neutral.preferring("recall")


def test_a_model_is_loaded_with_a_preference(copy: Path) -> None:
    loaded = {name: whodid.load(copy, device="cpu", prefer=name) for name in PREFERENCES}
    assert [model.decisions.event_types["arson"] for model in loaded.values()] == [0.4, 0.9, 0.1]
    assert len({model.fingerprint for model in loaded.values()}) == 3  # other answers


def test_more_is_found_with_recall_and_less_with_precision(copy: Path) -> None:
    text = "gunmen killed a teacher in the village and a bomb exploded on a bus"
    found = {name: Model.load(copy, device="cpu", prefer=name).predict(text) for name in PREFERENCES}
    types = {name: set(answer.event_types) for name, answer in found.items()}
    assert types["precision"] <= types["balanced"] <= types["recall"]
    assert types["precision"] < types["recall"]
    people = {name: {e.text for e in answer.entities} for name, answer in found.items()}
    assert people["precision"] < people["recall"]


def test_a_preference_is_checked_before_the_model_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnknownPreferenceError, match="'speed' is unknown"):
        whodid.load(tmp_path / "nowhere", prefer="speed")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"entities": {"victim": 0.5}}, "has entity thresholds for"),
        ({"entities": dict.fromkeys(ROLES, -0.1)}, "entities in role 'perpetrator_individual' is -0.1"),
        ({"calibration": {}}, "calibration does not have the expected keys"),
        ({"preferences": {"recall": {}}}, "does not have the expected keys"),
    ],
)
def test_unusable_decisions_are_refused(
    copy: Path, decisions: Decisions, changes: dict[str, object], message: str
) -> None:
    (copy / "decisions.json").write_text(json.dumps({**decisions.to_dict(), **changes}))
    with pytest.raises(ModelFolderError, match=message):
        whodid.load(copy)


def test_thresholds_of_a_preference_are_checked_too() -> None:
    with pytest.raises(ModelFolderError, match=r"band of abstention \[0.4, 0.2\)"):
        replace(Decisions.neutral(DEFAULT), preferences={"recall": preference(0.5, abstain_below=0.2)})
