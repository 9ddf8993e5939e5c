"""The headline figures: a table that says of each how it is called, what it means and how it is computed from counts.

Every figure is a statistic of documents, so that its interval and the comparison of two systems come from resampling
documents. A new figure is a new row of `HEADLINE`.
"""

from __future__ import annotations

from collections.abc import Sequence

from whodid_training.evaluation.figure import Figure, Measured, documents, selective, three
from whodid_training.evaluation.scoring import NameScores, Scored, TemplateScores
from whodid_training.evaluation.statistics import (
    asked,
    exact_set,
    false_alarms,
    items,
    of_counts,
    of_probabilities,
    rare_types,
    share,
)
from whodid_training.metrics import bootstrap
from whodid_training.metrics.bootstrap import bootstrap_interval

__all__ = ["HEADLINE", "Figure", "Measured", "measure"]


def measure(
    scored: Scored, *, samples: int, seed: int, figures: Sequence[Figure] | None = None
) -> tuple[Measured, ...]:
    """Compute the headline figures of one system, with intervals; those that do not apply to it are left out.

    Args:
        scored: its counts.
        samples: number of resamples of the documents.
        seed: fixes the resamples.
        figures: which ones; all by default.
    """
    return tuple(
        Measured(
            figure,
            bootstrap_interval(figure.statistic(scored), scored.n_documents, samples=samples, seed=seed),
            figure.support(scored),
        )
        for figure in (HEADLINE if figures is None else figures)
        if figure.applies(scored)
    )


def _questions(scored: Scored) -> int:
    return int(scored.present.size)


def _templates(scored: Scored) -> TemplateScores:
    assert scored.templates is not None
    return scored.templates


def _names(scored: Scored) -> NameScores:
    assert scored.victim_names is not None
    return scored.victim_names


def _has_templates(scored: Scored) -> bool:
    return scored.templates is not None


def _has_names(scored: Scored) -> bool:
    return scored.victim_names is not None


_TYPES = "Event types"
_PEOPLE = "Participants"
_GROUPS = "Mentions kept together"
_EVENTS = "Events"
_TRUST = "Probabilities"

HEADLINE: tuple[Figure, ...] = (
    *three(
        "types",
        _TYPES,
        "all types together (micro)",
        "Every event type of every article counts once.",
        lambda scored: scored.types,
    ),
    Figure(
        "types_macro_f1",
        _TYPES,
        "mean over types (macro): F1",
        "Rare types weigh as much as frequent ones; types that occur nowhere are left out.",
        of_counts(lambda scored: scored.types, bootstrap.macro_f1),
        lambda scored: items(scored.types),
    ),
    Figure(
        "types_rare_macro_f1",
        _TYPES,
        "mean over rare types: F1",
        "The same over the types that fewer than a quarter of the articles report.",
        of_counts(rare_types, bootstrap.macro_f1),
        lambda scored: items(rare_types(scored)),
        applies=lambda scored: bool(rare_types(scored).labels),
    ),
    Figure(
        "types_exact_set",
        _TYPES,
        "exactly the right set: share of articles",
        "An article without any event is right if none is reported.",
        exact_set,
        documents,
    ),
    *three(
        "event",
        _TYPES,
        "reports some event",
        "Whatever the type: is the article about an event at all?",
        lambda scored: scored.types.event_documents,
    ),
    *three(
        "no_event",
        _TYPES,
        "reports no event",
        "The same question, seen from the articles without any event.",
        lambda scored: scored.types.no_event_documents,
    ),
    Figure(
        "false_alarms",
        _TYPES,
        "articles without an event that are given one (less is better)",
        "The false alarm rate: what an archive full of other news brings up. It is high where the articles without an "
        "event were chosen to look like one: accidents, sport, figures of speech.",
        share(false_alarms),
        lambda scored: asked(false_alarms(scored)),
        less_is_better=True,
        applies=lambda scored: asked(false_alarms(scored)) > 0,
    ),
    *three(
        "roles_overlap",
        _PEOPLE,
        "in their roles, by overlap",
        "CEAF-REE in which a head word or a telling word in common is enough.",
        lambda scored: scored.roles["overlap"],
    ),
    *three(
        "roles_strict",
        _PEOPLE,
        "in their roles, strict",
        "CEAF-REE as published: every string given for a participant must be one of its strings in gold.",
        lambda scored: scored.roles["strict"],
    ),
    *three(
        "mentions",
        _PEOPLE,
        "mentions, exact boundaries",
        "Every mention in the text: role, first and last character must be right.",
        lambda scored: scored.spans,
    ),
    *three(
        "victim_names",
        _PEOPLE,
        "victims by name, as the corpus's authors list them, exact",
        "A victim's canonical name, if a full name, must be to the letter one that the corpus's authors had listed: "
        "by other annotators and other rules than those behind the other figures.",
        lambda scored: _names(scored).exact,
        _has_names,
    ),
    *three(
        "victim_names_fuzzy",
        _PEOPLE,
        "victims by name, as the corpus's authors list them, fuzzy",
        "The same if it is enough that one name is part of the other.",
        lambda scored: _names(scored).fuzzy,
        _has_names,
    ),
    *three(
        "grouping_b_cubed",
        _GROUPS,
        "B-cubed",
        "For every mention, how much of its participant is kept together (recall) and how little of others is mixed in "
        "(precision). A missed mention costs recall, one made up costs precision.",
        lambda scored: scored.grouping["b_cubed"],
    ),
    *three(
        "grouping_ceaf_e",
        _GROUPS,
        "CEAF-E",
        "The same by participants aligned one to one, each counting alike however often it is mentioned.",
        lambda scored: scored.grouping["ceaf_e"],
    ),
    *three(
        "grouping_shared",
        _GROUPS,
        "B-cubed, mentions that both have",
        "Grouping apart from finding: low precision is different participants taken for one, low recall is one "
        "participant answered as several.",
        lambda scored: scored.grouping["b_cubed_shared"],
    ),
    *three(
        "events",
        _EVENTS,
        "type and someone who took part",
        "An event is right if its type is, and if victims or perpetrators share a participant.",
        lambda scored: scored.events,
    ),
    *three(
        "templates",
        _EVENTS,
        "template filling",
        "As GTT scores MUC-4: incidents aligned one to one within a type; the type and every participant in its role "
        "count alike, and must agree in every string given.",
        lambda scored: _templates(scored).filling,
        _has_templates,
    ),
    *three(
        "ceaf_rme_subset",
        _EVENTS,
        "CEAF-RME, any mention in common",
        "As IterX scores MUC-4: participants of aligned incidents of one type, in their roles; the type itself does "
        "not count.",
        lambda scored: _templates(scored).rme["subset"],
        _has_templates,
    ),
    *three(
        "ceaf_rme_phi3",
        _EVENTS,
        "CEAF-RME, number of mentions in common",
        "The same by mentions: gold lists all strings of a participant, a prediction gives one, which keeps recall "
        "low.",
        lambda scored: _templates(scored).rme["phi3"],
        _has_templates,
    ),
    Figure(
        "main_event",
        _EVENTS,
        "the event that the article is mainly about",
        "Share of the articles with events in which the main one is gold's, by type and someone who took part, or in "
        "which neither has a main one.",
        share(lambda scored: scored.main),
        lambda scored: asked(scored.main),
        applies=lambda scored: asked(scored.main) > 0,
    ),
    Figure(
        "linked",
        _EVENTS,
        "one event reported: everybody is on it",
        "Share of the articles with one predicted event in which every predicted participant belongs to it; it should "
        "be 100.",
        share(lambda scored: scored.linked),
        lambda scored: asked(scored.linked),
        applies=lambda scored: asked(scored.linked) > 0,
    ),
    *selective(
        "event",
        _TRUST,
        "event or no event",
        "How often “some event” or “no event” is wrong if every article is answered.",
        lambda scored: scored.some_event,
    ),
    *selective(
        "types",
        _TRUST,
        "exactly the right set",
        "How often the set of types is not exactly right if every article is answered.",
        lambda scored: scored.type_set,
    ),
    Figure(
        "types_ece",
        _TRUST,
        "expected calibration error (less is better)",
        "How far the probabilities of types are from what happens, on average; 0 is best. Resampling adds noise to it, "
        "so its interval lies a little high.",
        of_probabilities(lambda result: result.ece),
        _questions,
        less_is_better=True,
        percent=False,
    ),
    Figure(
        "types_brier",
        _TRUST,
        "Brier score (less is better)",
        "Mean squared error of the probabilities of types; 0 is best.",
        of_probabilities(lambda result: result.brier),
        _questions,
        less_is_better=True,
        percent=False,
    ),
)
"""Every headline figure, in the order of reports."""
