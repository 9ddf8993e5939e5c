"""What each metric sees of an article and a prediction, and the figures that only some articles or systems have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from whodid.ontology import DEFAULT
from whodid.types import Entity, Event, Mention, Prediction
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.evaluation.convention import Convention, as_read, convention_for
from whodid_training.evaluation.figures import measure
from whodid_training.evaluation.scoring import Scored, score_predictions
from whodid_training.evaluation.statistics import rare_types
from whodid_training.evaluation.views import gold_clusters, gold_templates, predicted_names, predicted_templates
from whodid_training.metrics.counts import PRF, Credit
from whodid_training.metrics.templates import Template

FULL, MUC4 = convention_for(None), convention_for("muc4")
TEXT = "Ana Ruiz and Pedro Ruiz fled. Ruiz, a nun, was shot by rebels. The rebels burnt a bus."
ANA = GoldEntity("victim", ("Ana Ruiz", "Ruiz", "nun"), named=True)
PEDRO = GoldEntity("victim", ("Pedro Ruiz",), named=True)
REBELS = GoldEntity("perpetrator_individual", ("rebels",))
BUS = GoldEntity("target", ("bus",), named=False)

Oracle = Callable[[Article], Prediction]


def article(*events: GoldEvent, names: tuple[str, ...] | None = None) -> Article:
    return Article("a", TEXT, events, victim_names=names)


SHOT = GoldEvent("attack", (ANA, REBELS), main=True)
BURNT = GoldEvent("arson", (REBELS, BUS), main=False)


def entity(role: str, *mentions: str, named: bool = True) -> Entity:
    places = [Mention(TEXT.index(m), TEXT.index(m) + len(m), m) for m in mentions]
    found = next(one for one in DEFAULT.roles if one.name == role)
    return Entity(mentions[0], role, found.slot, found.kind, named, 1.0, tuple(sorted(places)))


def answer(*events: Event) -> Prediction:
    return Prediction(TEXT, events, dict.fromkeys(DEFAULT.type_names, 0.0), windows=1, abstained=False)


def scored(gold: Article, prediction: Prediction, convention: Convention = FULL) -> Scored:
    return score_predictions([gold], [prediction], convention=convention)


def figures(found: Scored) -> dict[str, float]:
    return {one.figure.name: one.interval.estimate for one in measure(found, samples=100, seed=0)}


def strings(clusters) -> list[list[str]]:
    return [sorted(TEXT[start:end] for _, start, end in entity) for entity in clusters]


def test_a_gold_string_counts_wherever_it_stands_but_not_within_a_longer_mention_of_the_role() -> None:
    clusters = gold_clusters(article(GoldEvent("attack", (ANA, PEDRO, REBELS))), FULL)
    assert strings(clusters["victim"]) == [["Ana Ruiz", "Ruiz", "nun"], ["Pedro Ruiz"]]
    assert strings(clusters["perpetrator_individual"]) == [["rebels", "rebels"]]


def test_one_participant_answered_as_two_costs_recall_of_the_mentions_that_both_have() -> None:
    split = answer(Event("attack", 1.0, (entity("victim", "Ana Ruiz"), entity("victim", "nun", "shot", named=False))))
    grouping = scored(article(replace(SHOT, entities=(ANA, PEDRO))), split).grouping
    assert grouping["b_cubed_shared"].of("victim") == Credit(right=2.0, n_predicted=2, found=1.0, n_gold=2)
    assert grouping["b_cubed"].of("victim").n_gold == 4
    assert grouping["b_cubed"].of("victim").right == pytest.approx(1 + 1 / 2)  # nobody else calls "shot" a victim
    assert grouping["ceaf_e"].of("victim").right == pytest.approx(2 * 1 / (3 + 1))


def test_a_participant_of_two_events_is_one_entity(oracle: Oracle) -> None:
    both = article(SHOT, BURNT)
    clusters = gold_clusters(both, FULL)
    assert strings(clusters["perpetrator_individual"]) == [["rebels", "rebels"]]
    assert scored(both, oracle(both)).grouping["ceaf_e"].micro.f1 == 1.0


def test_templates_of_role_fillers_have_named_victims_and_strings_of_the_text() -> None:
    nun = GoldEntity("victim", ("nun",), named=False)
    lost = GoldEntity("weapon", ("mortar",))
    gold = article(GoldEvent("attack", (ANA, nun, lost)), GoldEvent("arson"), GoldEvent("detention"))
    assert gold_templates(gold, MUC4) == [
        Template("attack", {"victim": [("Ana Ruiz", "Ruiz", "nun")]}),
        Template("arson", {}),
    ]


def test_predicted_templates_give_one_string_for_each_entity() -> None:
    people = (entity("victim", "Ana Ruiz", "nun"), entity("victim", "nun", named=False), entity("target", "bus"))
    said = answer(Event("arson", 1.0, people), Event("detention", 1.0))
    assert predicted_templates(said, MUC4) == [Template("arson", {"victim": [("Ana Ruiz",)], "target": [("bus",)]})]


def test_templates_are_scored_where_role_fillers_are() -> None:
    said = answer(Event("attack", 1.0, (entity("victim", "Ana Ruiz"), entity("perpetrator_individual", "bus"))))
    found = scored(article(SHOT), said, MUC4)
    assert found.templates is not None
    assert found.templates.filling.micro == Credit(2, 3, 2, 3)
    assert found.templates.rme["subset"] == (Credit(1, 2, 1, 2),)
    assert found.templates.rme["phi3"] == (Credit(1, 2, 1, 4),)
    assert scored(article(SHOT), said).templates is None
    assert {"templates_f1", "ceaf_rme_subset_f1", "ceaf_rme_phi3_f1"} <= set(figures(found))
    assert "templates_f1" not in figures(scored(article(SHOT), said))


def test_victim_names_are_the_full_canonical_names_of_named_victims_of_any_event() -> None:
    bystanders = (entity("victim", "The rebels", named=False), entity("victim", "shot by"), entity("victim", "Ruiz"))
    said = answer(
        Event("attack", 1.0, (entity("victim", "Ana Ruiz", "nun"), *bystanders)),
        Event("arson", 1.0, (entity("victim", "Pedro Ruiz"), entity("perpetrator_individual", "rebels"))),
    )
    assert predicted_names(said) == ["Ana Ruiz", "Pedro Ruiz"]
    found = scored(article(SHOT, names=("Ana Ruiz", "Eva Paz")), said)
    assert found.victim_names is not None
    assert found.victim_names.exact == (PRF(1, 2, 2),)
    assert figures(found)["victim_names_f1"] == 0.5
    assert figures(found)["victim_names_fuzzy_f1"] == 0.5


def test_articles_without_names_by_the_authors_have_no_such_figure() -> None:
    assert scored(article(SHOT), answer()).victim_names is None
    assert "victim_names_f1" not in figures(scored(article(SHOT), answer()))
    mixed = score_predictions(
        [article(SHOT), replace(article(SHOT, names=("Ana Ruiz",)), id="b")],
        [answer(Event("attack", 1.0, (entity("victim", "Pedro Ruiz"),)))] * 2,
        convention=FULL,
    )
    assert mixed.victim_names is not None
    assert mixed.victim_names.exact == (PRF(), PRF(0, 1, 1))


def test_names_that_stand_only_beyond_the_reading_are_counted_and_not_scored() -> None:
    names = ("Ana Ruiz", "nun", "Eva Paz")  # the last one is nowhere, as spelled
    cut = replace(article(names=names), read_until=29)
    assert as_read(cut).victim_names == ("Ana Ruiz", "Eva Paz")
    found = scored(cut, answer())
    assert found.left_out == {"names of victims that stand only beyond what the annotators read": 1}
    assert found.victim_names is not None
    assert found.victim_names.exact[0].n_gold == 2


def main_event(gold: Article, *events: Event) -> float | None:
    return figures(scored(gold, answer(*events))).get("main_event")


def test_the_main_event_is_right_if_it_is_golds_by_type_and_people() -> None:
    gold = article(SHOT, BURNT)
    shot = Event("attack", 1.0, (entity("victim", "Ana Ruiz"),), main=True)
    burnt = Event("arson", 1.0, (entity("perpetrator_individual", "rebels"),))
    other = replace(shot, entities=(entity("victim", "bus"),))
    assert main_event(gold, shot, burnt) == 1.0
    assert main_event(gold, replace(shot, main=False), replace(burnt, main=True)) == 0.0
    assert main_event(gold, other, burnt) == 0.0
    assert main_event(gold, replace(shot, main=False)) == 0.0
    round_up = article(replace(SHOT, main=False))
    assert main_event(round_up, replace(shot, main=False)) == 1.0
    assert main_event(round_up, shot) == 0.0


def test_nobody_is_asked_for_the_main_event_where_gold_is_silent() -> None:
    said = Event("attack", 1.0, main=True)
    assert main_event(article(), said) is None
    assert main_event(article(SHOT, replace(BURNT, main=None)), said) is None


def test_everybody_is_on_the_only_event_that_is_reported() -> None:
    rebels, bus = entity("perpetrator_individual", "rebels"), entity("target", "bus")
    assert scored(article(SHOT), answer(Event("attack", 1.0, (rebels, bus)))).linked == (True,)
    assert scored(article(SHOT), answer(Event("attack", 1.0, (rebels,)), Event("arson", 1.0, (bus,)))).linked == (None,)
    assert "linked" not in figures(scored(article(SHOT), answer()))

    class Loose(Prediction):
        """A prediction that has somebody on no event."""

        @property
        def entities(self) -> tuple[Entity, ...]:
            return (rebels, bus)

    one = answer(Event("attack", 1.0, (rebels,)))
    loose = Loose(one.text, one.events, one.scores, one.windows, one.abstained)
    assert figures(scored(article(SHOT), loose))["linked"] == 0.0


def test_false_alarms_are_the_share_of_articles_without_an_event_that_are_given_one() -> None:
    quiet = [replace(article(), id=str(i)) for i in range(4)]
    answers = [answer(Event("attack", 1.0)), answer(), answer(), answer(), answer(Event("attack", 1.0))]
    found = score_predictions([*quiet, article(SHOT)], answers, convention=FULL)
    assert figures(found)["false_alarms"] == 0.25
    assert "false_alarms" not in figures(scored(article(SHOT), answer()))


def test_rare_types_are_those_of_fewer_than_a_quarter_of_the_articles() -> None:
    gold = [
        article(SHOT, BURNT) if i == 0 else article(SHOT) if i < 4 else article() for i in range(8)
    ]  # arson in one of eight, attack in four
    answers = [answer(Event("attack", 1.0)), *[answer()] * 7]
    found = score_predictions([replace(a, id=str(i)) for i, a in enumerate(gold)], answers, convention=FULL)
    assert rare_types(found).labels == ("arson",)
    assert figures(found)["types_rare_macro_f1"] == 0.0
    assert "types_rare_macro_f1" not in figures(scored(article(SHOT), answer()))
