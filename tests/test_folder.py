from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import whodid
from whodid.decisions import Decisions
from whodid.errors import CorruptWeightsError, ModelFolderError, OntologyError, SchemaVersionError
from whodid.folder import read_folder, write_folder
from whodid.ontology import DEFAULT, EventType, Ontology, Role


@pytest.fixture
def copy(tiny_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_folder, tmp_path / "model"))


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_what_is_written_is_read_back(copy: Path, tmp_path: Path) -> None:
    folder = read_folder(copy)
    write_folder(tmp_path / "again", folder)
    again = read_folder(tmp_path / "again")
    assert (again.config, again.ontology, again.decisions) == (folder.config, folder.ontology, folder.decisions)
    assert again.fingerprint == folder.fingerprint


def test_the_fingerprint_tells_thresholds_apart(copy: Path) -> None:
    before = read_folder(copy).fingerprint
    edit(copy / "decisions.json", link=0.7)
    assert read_folder(copy).fingerprint != before


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match=r"no model folder at .*nowhere"):
        whodid.load(tmp_path / "nowhere")


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ModelFolderError, match=r"tokenizer\.json missing of"):
        whodid.load(copy)


@pytest.mark.parametrize("version", [2, 99, None])
def test_another_layout_is_refused(copy: Path, version: int | None) -> None:
    edit(copy / "config.json", schema_version=version)
    with pytest.raises(SchemaVersionError, match=f"has model layout {version}; this version of whodid reads layout 3"):
        whodid.load(copy)


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"not safetensors" + b])
def test_damaged_weights_are_refused(copy: Path, damage: object) -> None:
    weights = copy / "model.safetensors"
    weights.write_bytes(damage(weights.read_bytes()))  # type: ignore[operator]
    with pytest.raises(CorruptWeightsError, match="damaged or incomplete"):
        whodid.load(copy)


def test_weights_of_another_shape_are_refused(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_text())
    edit(copy / "config.json", encoder={**config["encoder"], "intermediate_size": 48})
    with pytest.raises(CorruptWeightsError, match="do not fit"):
        whodid.load(copy)


@pytest.mark.parametrize("name", ["config.json", "ontology.json", "decisions.json"])
def test_broken_json_is_named(copy: Path, name: str) -> None:
    (copy / name).write_text("{")
    with pytest.raises(ModelFolderError, match=f"{name} cannot be read as JSON"):
        whodid.load(copy)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"calibration": {"event_types": {"arson": {"scale": 0.0}}}}, "calibration has scale 0.0"),
        ({"link": 1.5}, "threshold of 'link' is 1.5"),
        ({"incident": 0.0}, "threshold of 'incident' is 0.0"),
        ({"joining": -1.0}, "threshold of 'joining' is -1.0"),
        ({"lone": 0.0}, "threshold of 'lone' is 0.0"),
        ({"main": 2.0}, "threshold of 'main' is 2.0"),
        ({"abstain_above": 0.6, "abstain_below": 0.4}, "must lie in order"),
        ({"unknown": 1}, "expected keys"),
        ({"roles": {"victim": 0.5}}, "has role thresholds for"),
    ],
)
def test_unusable_decisions_are_refused(copy: Path, changes: dict[str, object], message: str) -> None:
    edit(copy / "decisions.json", **changes)
    with pytest.raises(ModelFolderError, match=message):
        whodid.load(copy)


def test_a_window_longer_than_the_encoder_reads_is_refused(copy: Path) -> None:
    edit(copy / "config.json", window_size=100)
    with pytest.raises(ModelFolderError, match="between 8 and the encoder's 64"):
        whodid.load(copy)


def test_decisions_survive_json() -> None:
    decisions = Decisions.neutral(DEFAULT)
    assert Decisions.from_dict(json.loads(json.dumps(decisions.to_dict())), DEFAULT) == decisions


def test_an_ontology_survives_json() -> None:
    assert Ontology.from_dict(json.loads(json.dumps(DEFAULT.to_dict()))) == DEFAULT


@pytest.mark.parametrize(
    ("types", "roles", "message"),
    [
        ((), (Role("victim", "", "victims"),), "at least one event type"),
        ((EventType("Armed Robbery", ""),), (Role("victim", "", "victims"),), "not a lower-case identifier"),
        ((EventType("arson", ""),) * 2, (Role("victim", "", "victims"),), "defined 2 times"),
        ((EventType("arson", ""),), (Role("victim", "", "bystanders"),), "allowed: 'perpetrators', 'victims'"),
        ((EventType("arson", ""),), (Role("victim", "", "victims", "crowd"),), "kind 'crowd'"),
    ],
)
def test_an_ontology_states_its_rules(types: tuple[EventType, ...], roles: tuple[Role, ...], message: str) -> None:
    with pytest.raises(OntologyError, match=message):
        Ontology(types, roles)
