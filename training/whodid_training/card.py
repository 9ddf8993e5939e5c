"""The model card: written from the recipe and the measured figures, so that it cannot say anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whodid.decisions import Decisions
from whodid.folder import ModelFolder
from whodid.ontology import Ontology
from whodid_training.corpora.registry import CORPORA
from whodid_training.evaluation.figures import HEADLINE
from whodid_training.recipe import Recipe

__all__ = ["card"]

_HEAD = """\
---
license: apache-2.0
language: en
library_name: whodid
tags: [event-extraction, information-extraction, news, conflict, human-rights]
---

# Model card

"""

_EXTRACTS = """\
Labels an English news article by the violent or coercive events it reports and extracts who did it (perpetrators), who
suffered it (victims), what was hit (targets) and with what (weapons). Use it with the `whodid` package.
"""

_CLASSIFIES = """\
Labels an English text; the labels are below. It has no roles, so it names nobody. Use it with the `whodid` package.
"""

_USE = """\
## Use and misuse

It is made for searching, sorting and counting news archives: to find the articles that a person then reads.

- **An extraction is an allegation in a news text, not a fact about a person.** It repeats what an article says or
  seems to say, also when the article is wrong, quotes an accuser, or reports a denial.
- Do not use it to decide about people: no watch lists, no screening, no automated accusations. Read the article first.
- Counts made from it inherit what newspapers choose to report and what the model misses. Report both.
- Missing from its training: languages other than English, social media as such, and legal documents.
"""

_SHOWN = frozenset(
    """
    types_f1 types_macro_f1 types_rare_macro_f1 types_exact_set event_f1 no_event_f1 false_alarms roles_overlap_f1
    roles_strict_f1 mentions_f1 victim_names_f1 victim_names_fuzzy_f1 grouping_b_cubed_f1 grouping_ceaf_e_f1 events_f1
    templates_f1 ceaf_rme_subset_f1 ceaf_rme_phi3_f1 main_event linked event_risk event_risk_at_80 event_aurc
    types_risk types_risk_at_80 types_aurc types_ece types_brier
    """.split()  # noqa: SIM905 - as a list literal it would take a line for each
)
"""Headline figures that the card shows, where they apply."""

_LEAST_COVERAGE = 0.5
"""Share of articles answered from which on the card shows the risk."""

_OF_PARTICIPANTS = frozenset(
    """
    roles_overlap_f1 roles_strict_f1 mentions_f1 victim_names_f1 victim_names_fuzzy_f1 grouping_b_cubed_f1
    grouping_ceaf_e_f1 events_f1 templates_f1 ceaf_rme_subset_f1 ceaf_rme_phi3_f1 main_event linked
    """.split()  # noqa: SIM905 - as above
)
"""Those that say nothing where nobody is marked."""

_TRADED = {"event_types": "event types", "participants": "participants"}
"""What preferences move, as it is called in `Preference.reached` and in the card."""

_FAILURES = """\
## Known failures

- Two incidents of one type in one article are often answered as one event, and one incident as two types.
- A participant described in several ways ("the teacher", "Ana Ruiz") is often answered as several entities.
- Police who arrest a suspect are sometimes answered as perpetrators of a detention.
- Accidents, sport and metaphors are sometimes answered as events, and bystanders, investigators and even the dead as
  perpetrators. `notebooks/02_errors.ipynb` shows such errors in their articles.
- Rare types have few training articles; see the support beside each figure.
"""


def card(folder: ModelFolder, recipe: Recipe, metrics: Mapping[str, Any]) -> str:
    """Write the card in Markdown.

    Args:
        folder: the model.
        recipe: how it was trained.
        metrics: what `metrics.json` holds.
    """
    extracts = bool(folder.ontology.roles)
    parts = (
        _HEAD + (_EXTRACTS if extracts else _CLASSIFIES),
        _USE,
        _definitions(folder.ontology, folder.decisions),
        _figures(metrics["development"]),
        *([_FAILURES] if extracts else []),
        _training(recipe, metrics),
    )
    return "\n".join(parts)


def _definitions(ontology: Ontology, decisions: Decisions) -> str:
    types = [
        (entry.name, f"{decisions.event_types[entry.name]:.2f}", entry.definition) for entry in ontology.event_types
    ]
    roles = [(entry.name, _of_role(entry.name, decisions), entry.definition) for entry in ontology.roles]
    band = f"{decisions.abstain_above:.2f} to {decisions.abstain_below:.2f}"
    threshold = "threshold of words, of entities" if decisions.entities else "threshold"
    return "\n".join(
        [
            "## Labels\n",
            _table(("event type", "threshold", "what it covers"), types),
            *([_table(("role", threshold, "what it is"), roles)] if roles else []),
            "Thresholds are probabilities, fitted on the development data below. The model abstains where",
            f"`event_probability`, the probability of any event, is in the band {band}.\n",
            *_preferences(decisions),
        ]
    )


def _of_role(name: str, decisions: Decisions) -> str:
    thresholds = [decisions.roles[name], *([decisions.entities[name]] if decisions.entities else [])]
    return ", ".join(f"{threshold:.2f}" for threshold in thresholds)


def _preferences(decisions: Decisions) -> list[str]:
    """Say what the preferences trade, as far as it was measured."""
    rows = [
        (name, *(_percent(one.reached[what][which]) for what in _TRADED for which in ("precision", "recall")))
        for name, one in decisions.preferences.items()
        if one.reached
    ]
    if not rows:
        return []
    head = ("`--prefer`", *(f"{label}: {which}" for label in _TRADED.values() for which in ("precision", "recall")))
    return [
        "With `--prefer precision` or `--prefer recall`, other thresholds apply. In percent, means over the",
        "development corpora, each article judged by thresholds that were fitted on others:\n",
        _table(head, rows),
    ]


def _figures(development: Mapping[str, Any]) -> str:
    lines = ["## Figures on development data\n"]
    if not development:
        return "\n".join([*lines, "None: the recipe names no development corpus, so all thresholds are one half.\n"])
    lines.append(
        "Thresholds were fitted on the same articles, so expect a little less on others. In percent where nothing\n"
        "else is said, with 95 % intervals from resampling the articles. `whodid evaluate` gives these, and more.\n"
    )
    for one in development.values():
        match = "strict" if one["convention"]["role_fillers"] else "overlap"
        lines += [
            f"### {one['articles']}: {one['documents']} articles\n",
            _table(("figure", "value", "items"), _headline(one["figures"], roles=one["convention"]["roles"])),
            f"Event types of articles, and participants in their roles (CEAF-REE, {match} matching):\n"
            if one["convention"]["roles"]
            else "Event types of articles:\n",
            _table(("label", "F1", "items"), _labels(one["event_types"]) + _labels(one["roles"][match])),
            "What is wrong when only the surest articles are answered and the others left to people:\n",
            _table(("share answered", "event or no event", "set of types"), _coverage(one["selective"])),
        ]
    return "\n".join(lines)


def _headline(figures: Mapping[str, Any], *, roles: Sequence[str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for figure in HEADLINE:
        shown = figure.name in _SHOWN and figure.name in figures
        if shown and (roles or figure.name not in _OF_PARTICIPANTS):
            value = figures[figure.name]
            low, high = figure.shown(value["low"]), figure.shown(value["high"])
            rows.append((figure.label, f"{figure.shown(value['estimate'])} [{low}, {high}]", str(value["support"])))
    return rows


def _labels(figures: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (label, f"{_percent(one['f1'])} [{_percent(one['f1_low'])}, {_percent(one['f1_high'])}]", str(one["gold"]))
        for label, one in figures.items()
    ]


def _coverage(curves: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Write the risk-coverage curves on which abstention rests."""
    ways = (curves[name]["points"] for name in ("event_or_not", "type_set"))
    return [
        (_percent(event["coverage"]), _percent(event["risk"]), _percent(types["risk"]))
        for event, types in zip(*ways, strict=True)
        if event["coverage"] >= _LEAST_COVERAGE
    ]


def _training(recipe: Recipe, metrics: Mapping[str, Any]) -> str:
    corpora = [
        (name, str(number), CORPORA[name].licence if name in CORPORA else "see its owner", f"{recipe.corpora[name]:g}")
        for name, number in metrics["articles"].items()
    ]
    lost = sum(metrics["lost_mentions"].values())
    return "\n".join(
        [
            "## Training\n",
            _table(("corpus", "articles", "licence", "times seen per epoch"), corpora),
            f"Started from {_start(recipe, metrics)}; seed {recipe.seed}, {recipe.epochs} epochs,",
            f"{metrics['training_minutes']:g} minutes on {metrics['device']}. Energy and carbon were not measured.",
            f"{lost} mention strings could not be aligned with the text and were left out.",
            "No text of these corpora is part of the model folder.\n",
            "`recipe.toml` holds every setting. To make the model again, with the corpora in one folder:\n",
            "    whodid train recipe.toml --root CORPORA -o runs/again\n",
        ]
    )


def _start(recipe: Recipe, metrics: Mapping[str, Any]) -> str:
    if recipe.start is None:
        return f"`{recipe.encoder}`"
    return (
        f"the weights of the model `{recipe.start}` (fingerprint {metrics['start_fingerprint']}), which has learned "
        "from the corpora that its own card names"
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines: list[tuple[str, ...]] = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
