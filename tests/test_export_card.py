"""What a run leaves for people: files that are read back, and a card all of whose figures are those of the metrics."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whodid
from whodid.folder import ModelFolder, read_folder
from whodid.model import Model
from whodid_training.card import card
from whodid_training.corpora.registry import CORPORA
from whodid_training.develop import DevelopmentSet
from whodid_training.evaluation.convention import Convention
from whodid_training.evaluation.figures import HEADLINE
from whodid_training.export import export
from whodid_training.fit import evaluate_all, rehearse
from whodid_training.gold import read_gold
from whodid_training.recipe import Recipe, read_recipe
from whodid_training.train import Trained

SAMPLES = Path(__file__).parents[1] / "data" / "samples" / "gold.jsonl"
pytestmark = pytest.mark.usefixtures("quick_figures")

RECIPE = Recipe(corpora={"muc4": 1.0, "gvdb": 0.37}, develop=("muc4", "newswire"), seed=4242, epochs=77)

RISKS = "share answered | event or no event | set of types"

Way = tuple[str | int, ...]
Tables = dict[str, list[list[str]]]


def leaves(data: Any, path: Way = ()) -> Iterator[tuple[Way, float]]:
    """All numbers of a nested structure, with the way to them."""
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*path, key))
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield path, data


def put(data: Any, path: Way, value: float) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value


@pytest.fixture(scope="module")
def folder(sparing_folder: Path) -> ModelFolder:
    return read_folder(sparing_folder)


@pytest.fixture(scope="module")
def metrics(folder: ModelFolder) -> dict[str, Any]:
    """What a run measures, with a number of its own in every place, so that none can stand for another."""
    model = Model(folder, device="cpu")
    articles = read_gold(SAMPLES)
    sets = []
    for name in RECIPE.develop:
        convention = Convention.of(CORPORA[name])
        gold = tuple(convention.gold_entities(article) for article in articles)
        sets.append(DevelopmentSet(CORPORA[name], articles, gold))
    measured = {
        "development": evaluate_all(model, rehearse(model, sets), model.decisions, seed=1),
        "articles": {"muc4": 1300, "gvdb": 700},
        "lost_mentions": {"muc4: not in the text": 31, "gvdb: not on word boundaries": 11},
        "training_minutes": 83.4,
        "device": "an abacus",
    }
    metrics: dict[str, Any] = json.loads(json.dumps(measured))
    random = np.random.default_rng(1)
    found = list(leaves(metrics["development"]))
    for (path, value), share, count in zip(
        found, random.permutation(900)[: len(found)], random.permutation(9000)[: len(found)], strict=True
    ):
        if path[-1] != "coverage":
            put(
                metrics["development"],
                path,
                round(0.05 + share / 1000, 4) if isinstance(value, float) else 1000 + int(count),
            )
    return metrics


def tables(text: str) -> dict[str, Tables]:
    """Read the tables of a card: heading of a section -> head of a table -> rows."""
    found: dict[str, Tables] = {}
    heading, rows = "", []
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if not line.startswith("|"):
            rows = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not rows:
            rows = found.setdefault(heading, {}).setdefault(" | ".join(cells), [])
        rows.append(cells)
    return {heading: {head: rows[2:] for head, rows in of.items()} for heading, of in found.items()}


def disagreements(text: str, metrics: dict[str, Any]) -> list[str]:
    """Compare every row of the figures with the metrics, without the code that wrote them."""
    wrong = []
    figures = {figure.label: figure for figure in HEADLINE}
    for one in metrics["development"].values():
        section = tables(text)[f"{one['articles']}: {one['documents']} articles"]
        match = "strict" if one["convention"]["role_fillers"] else "overlap"
        for label, shown, items in section["figure | value | items"]:
            value, figure = one["figures"][figures[label].name], figures[label]
            scale = "{:.1f}" if figure.percent else "{:.3f}"
            numbers = [scale.format(value[key] * (100 if figure.percent else 1)) for key in ("estimate", "low", "high")]
            if [shown, items] != ["{} [{}, {}]".format(*numbers), str(value["support"])]:
                wrong.append(label)
        labels = {**one["event_types"], **one["roles"][match]}
        for label, shown, items in section["label | F1 | items"]:
            numbers = [f"{100 * labels[label][key]:.1f}" for key in ("f1", "f1_low", "f1_high")]
            if [shown, items] != ["{} [{}, {}]".format(*numbers), str(labels[label]["gold"])]:
                wrong.append(label)
        curves = [
            {f"{100 * p['coverage']:.1f}": p["risk"] for p in one["selective"][question]["points"]}
            for question in ("event_or_not", "type_set")
        ]
        for share, *risks in section[RISKS]:
            if risks != [f"{100 * curve[share]:.1f}" for curve in curves]:
                wrong.append(share)
    return wrong


def test_the_card_shows_the_figures_of_every_development_set(folder: ModelFolder, metrics: dict[str, Any]) -> None:
    text = card(folder, RECIPE, metrics)
    assert disagreements(text, metrics) == []
    for name, one in metrics["development"].items():
        section = tables(text)[f"{name}, split dev: {one['documents']} articles"]
        labels = [row[0] for row in section["label | F1 | items"]]
        assert labels == [*CORPORA[name].event_types, *CORPORA[name].roles]
        assert len(section["figure | value | items"]) >= 8
        assert [row[0] for row in section[RISKS]] == [
            "50.0",
            "60.0",
            "70.0",
            "80.0",
            "90.0",
            "100.0",
        ]


def test_a_card_of_other_metrics_is_noticed(folder: ModelFolder, metrics: dict[str, Any]) -> None:
    other = copy.deepcopy(metrics)
    other["development"]["muc4"]["figures"]["types_f1"]["low"] = 0.0123
    other["development"]["muc4"]["event_types"]["arson"]["gold"] = 5
    other["development"]["newswire"]["selective"]["type_set"]["points"][-1]["risk"] = 0.0321
    wrong = disagreements(card(folder, RECIPE, metrics), other)
    assert wrong == ["all types together (micro): F1", "arson", "100.0"]


SHOWN = re.compile(
    r"""muc4\.figures\.(types_f1|types_exact_set|event_f1|roles_strict_f1|events_f1|types_ece)\.(estimate|low|high|support)
    | newswire\.figures\.(types_f1|no_event_f1|roles_overlap_f1|mentions_f1|types_brier)\.(estimate|low|high|support)
    | (muc4|newswire)\.event_types\.\w+\.(f1|f1_low|f1_high|gold)
    | (muc4\.roles\.strict|newswire\.roles\.overlap)\.\w+\.(f1|f1_low|f1_high|gold)
    | (muc4|newswire)\.selective\.(event_or_not|type_set)\.points\.[4-9]\.risk
    | muc4\.figures\.(templates_f1|ceaf_rme_subset_f1|event_risk_at_80|event_aurc)\.(estimate|low|high|support)
    | newswire\.figures\.(false_alarms|grouping_b_cubed_f1|types_risk)\.(estimate|low|high|support)
    | (muc4|newswire)\.documents""",
    re.VERBOSE,
)


def test_a_metric_that_changes_changes_the_card(folder: ModelFolder, metrics: dict[str, Any]) -> None:
    text, seen = card(folder, RECIPE, metrics), 0
    for path, value in leaves(metrics["development"]):
        if SHOWN.fullmatch(".".join(map(str, path))):
            changed = copy.deepcopy(metrics)
            put(changed["development"], path, value + 1 if isinstance(value, int) else value / 2)
            assert card(folder, RECIPE, changed) != text, path
            seen += 1
    assert seen > 150


def test_no_figure_of_the_card_comes_from_anywhere_else(folder: ModelFolder, metrics: dict[str, Any]) -> None:
    text = card(folder, RECIPE, metrics)
    start, end = text.index("### "), text.index("## Known failures")
    shown = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"muc4|F1|surest 80 %|\(.*?\)", "", text[start:end])))
    known = {write(value) for _, value in leaves(metrics["development"]) for write in (str, "{:.3f}".format)}
    known |= {f"{100 * value:.1f}" for _, value in leaves(metrics["development"])}
    assert len(shown) > 150
    assert shown <= known


def test_the_card_says_how_the_model_was_made(folder: ModelFolder, metrics: dict[str, Any]) -> None:
    text = card(folder, RECIPE, metrics)
    rows = tables(text)["Training"]["corpus | articles | licence | times seen per epoch"]
    assert rows == [
        ["muc4", "1300", CORPORA["muc4"].licence, "1"],
        ["gvdb", "700", CORPORA["gvdb"].licence, "0.37"],
    ]
    for words in (RECIPE.encoder, "seed 4242", "77 epochs", "83.4 minutes on an abacus", "42 mention strings"):
        assert words in text


def test_the_card_shows_every_label_with_its_threshold_and_definition(
    folder: ModelFolder, metrics: dict[str, Any]
) -> None:
    labels = tables(card(folder, RECIPE, metrics))["Labels"]
    ontology, decisions = folder.ontology, folder.decisions
    assert labels["event type | threshold | what it covers"] == [
        [entry.name, f"{decisions.event_types[entry.name]:.2f}", entry.definition] for entry in ontology.event_types
    ]
    assert labels["role | threshold | what it is"] == [
        [entry.name, f"{decisions.roles[entry.name]:.2f}", entry.definition] for entry in ontology.roles
    ]


def test_what_is_exported_is_read_back(folder: ModelFolder, metrics: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "runs" / "model"
    export(Trained(folder, metrics), RECIPE, out)
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md", "config.json", "decisions.json", "metrics.json", "model.safetensors", "ontology.json",
        "recipe.toml", "tokenizer.json",
    ]  # fmt: skip
    assert read_recipe(out / "recipe.toml") == RECIPE
    assert json.loads((out / "metrics.json").read_text(encoding="utf-8")) == metrics
    assert (out / "README.md").read_text(encoding="utf-8") == card(folder, RECIPE, metrics)
    model = whodid.load(out, device="cpu")
    assert model.decisions == folder.decisions
    assert model.ontology == folder.ontology
    assert model.predict("gunmen killed a teacher").windows == 1


def test_exporting_again_replaces_everything(folder: ModelFolder, metrics: dict[str, Any], tmp_path: Path) -> None:
    export(Trained(folder, {**metrics, "development": {}}), RECIPE, tmp_path)
    assert "all thresholds are one half" in (tmp_path / "README.md").read_text(encoding="utf-8")
    export(Trained(folder, metrics), RECIPE, tmp_path)
    assert disagreements((tmp_path / "README.md").read_text(encoding="utf-8"), metrics) == []
