"""The card says what was measured and nothing else."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from whodid.decisions import Preference
from whodid.folder import ModelFolder, default_folder, read_folder
from whodid_training.card import card
from whodid_training.recipe import Recipe, read_recipe

SHIPPED = default_folder()
Parts = tuple[ModelFolder, Recipe, dict[str, Any]]


@pytest.fixture(scope="module")
def shipped() -> Parts:
    metrics = json.loads((SHIPPED / "metrics.json").read_text(encoding="utf-8"))
    return read_folder(SHIPPED), read_recipe(SHIPPED / "recipe.toml"), metrics


def test_the_card_of_the_shipped_model_is_what_its_metrics_say(shipped: Parts) -> None:
    assert (SHIPPED / "README.md").read_text(encoding="utf-8") == card(*shipped)


@pytest.mark.parametrize("figure", ["types_f1", "event_f1", "roles_strict_f1", "events_f1", "types_ece"])
@pytest.mark.parametrize("part", ["estimate", "low", "high"])
def test_a_figure_that_changes_changes_the_card(shipped: Parts, figure: str, part: str) -> None:
    folder, recipe, metrics = shipped
    changed = copy.deepcopy(metrics)
    changed["development"]["muc4"]["figures"][figure][part] = 0.4321
    assert card(folder, recipe, changed) != card(folder, recipe, metrics)


def test_the_card_warns_of_misuse_and_names_licences(shipped: Parts) -> None:
    text = card(*shipped)
    assert "an allegation in a news text, not a fact about a person" in text.lower().replace("\n", " ")
    for corpus in shipped[1].corpora:
        assert f"| {corpus} |" in text


def test_a_model_without_development_data_says_so(shipped: Parts) -> None:
    folder, recipe, metrics = shipped
    assert "all thresholds are one half" in card(folder, recipe, {**metrics, "development": {}})


def test_the_card_says_what_preferences_trade(shipped: Parts) -> None:
    folder, recipe, metrics = shipped
    half = dict.fromkeys(folder.ontology.role_names, 0.37)
    shares = {"precision": 0.4711, "recall": 0.2922}
    reached = {"event_types": shares, "participants": {"precision": 0.8133, "recall": 0.1744}}
    one = Preference(folder.decisions.event_types, half, half, 0.6, 0.4, reached)
    decisions = replace(folder.decisions, entities=half, preferences={"precision": one})
    text = card(replace(folder, decisions=decisions), recipe, metrics)
    assert "| precision | 47.1 | 29.2 | 81.3 | 17.4 |" in text
    assert f"| victim | {decisions.roles['victim']:.2f}, 0.37 |" in text
    assert "--prefer" not in card(replace(folder, decisions=replace(decisions, preferences={})), recipe, metrics)


def test_the_model_folder_holds_no_other_files() -> None:
    assert sorted(path.name for path in Path(SHIPPED).iterdir()) == [
        "README.md", "config.json", "decisions.json", "metrics.json", "model.safetensors", "ontology.json",
        "recipe.toml", "tokenizer.json",
    ]  # fmt: skip
