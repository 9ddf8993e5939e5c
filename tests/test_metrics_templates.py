"""Template filling and CEAF-RME: worked examples, and scorers that try every mapping, as the published scripts do."""

from __future__ import annotations

import random
from itertools import permutations, product

import pytest

from whodid.errors import DataError
from whodid_training.metrics.ceaf_rme import SIMILARITIES, ceaf_rme
from whodid_training.metrics.counts import Credit
from whodid_training.metrics.templates import Template, template_filling

ROLES = ("victim", "weapon")
TYPES = ("attack", "bombing", "arson")
ANA, LUIS = ("ana ruiz", "ruiz"), ("luis vega", "vega")


def gtt(predicted, gold) -> Credit:
    return template_filling([predicted], [gold], roles=ROLES).micro


def test_a_template_without_partner_is_wrong_with_all_its_fillers() -> None:
    gold = [Template("attack", {"victim": [ANA], "weapon": [("rifle",)]})]
    assert gtt([Template("bombing", {"victim": [ANA]})], gold) == Credit(0, 2, 0, 3)
    assert gtt([], gold) == Credit(0, 0, 0, 3)
    assert gtt([], []) == Credit()


def test_several_strings_of_one_gold_entity_cost_no_precision() -> None:
    found = gtt([Template("attack", {"victim": [("Ruiz",), ("Ana Ruiz",)]})], [Template("attack", {"victim": [ANA]})])
    assert found == Credit(right=3, n_predicted=3, found=2, n_gold=2)


def test_templates_go_where_their_fillers_agree() -> None:
    gold = [Template("attack", {"victim": [ANA]}), Template("attack", {"victim": [LUIS]})]
    assert gtt([Template("attack", {"victim": [("Vega",)]})], gold) == Credit(2, 2, 2, 4)
    assert gtt([Template("attack", {"victim": [("Vega",), ANA[:1]]})], gold) == Credit(2, 3, 2, 4)


def test_gold_templates_that_are_the_same_count_once() -> None:
    twice = [Template("attack", {"victim": [ANA, LUIS]}), Template("attack", {"victim": [LUIS, ANA[::-1]]})]
    assert gtt([], twice).n_gold == 3
    assert gtt(twice, []).n_predicted == 6
    assert ceaf_rme([[]], [twice], roles=ROLES)[0].n_gold == 2


def test_the_type_is_a_slot_and_roles_have_their_own_credit() -> None:
    result = template_filling(
        [[Template("attack", {"victim": [("Ruiz",)]})]], [[Template("attack", {"weapon": [("rifle",)]})]], roles=ROLES
    )
    assert [result.of(label) for label in ("type", *ROLES)] == [
        Credit(1, 1, 1, 1),
        Credit(0, 1, 0, 0),
        Credit(0, 0, 0, 1),
    ]


def test_relaxed_matching_needs_one_mention_and_strict_needs_all() -> None:
    predicted, gold = [Template("attack", {"victim": [("Ruiz", "nun")]})], [Template("attack", {"victim": [ANA]})]
    assert gtt(predicted, gold) == Credit(1, 2, 1, 2)
    assert ceaf_rme([predicted], [gold], roles=ROLES) == (Credit(1, 1, 1, 1),)


def test_subset_counts_two_strings_of_one_entity_as_right_and_the_entity_once_as_found() -> None:
    predicted = [Template("attack", {"victim": [("Ruiz",), ("Ana Ruiz",)]})]
    gold = [Template("attack", {"victim": [ANA, LUIS]})]
    assert ceaf_rme([predicted], [gold], roles=ROLES, similarity="subset") == (Credit(2, 2, 1, 2),)
    assert ceaf_rme([predicted], [gold], roles=ROLES, similarity="phi3") == (Credit(1, 2, 1, 4),)


def test_nothing_agrees_across_types_or_roles() -> None:
    gold = [Template("attack", {"victim": [ANA]})]
    for other in (Template("bombing", {"victim": [ANA]}), Template("attack", {"weapon": [ANA]})):
        for similarity in SIMILARITIES:
            assert ceaf_rme([[other]], [gold], roles=ROLES, similarity=similarity)[0].right == 0


def random_templates(rng: random.Random, most: int) -> list[Template]:
    words = ["ana", "ruiz", "the nun", "luis", "vega"]

    def entities():
        return [tuple(rng.sample(words, rng.randint(1, 2))) for _ in range(rng.randint(0, 3))]

    return [Template(rng.choice(TYPES[:2]), {role: entities() for role in ROLES}) for _ in range(rng.randint(0, most))]


def clean(template: Template) -> Template:
    strip = {role: [tuple(m.removeprefix("the ") for m in e) for e in es] for role, es in template.entities.items()}
    return Template(template.type, strip)


def unique(templates: list[Template]) -> list[Template]:
    """Gold of a random document, without repetitions: an entity is what it is in any order."""
    seen, kept = [], []
    for one in templates:
        key = (one.type, {role: sorted(map(sorted, entities)) for role, entities in one.entities.items()})
        if key not in seen:
            seen.append(key)
            kept.append(clean(one))
    return kept


def every_mapping(n_predicted: int, n_gold: int):
    for mapping in product([*range(n_gold), None], repeat=n_predicted):
        used = [j for j in mapping if j is not None]
        if len(used) == len(set(used)):
            yield mapping


def gtt_numerators(predicted, gold, mapping) -> tuple[int, int]:
    right = found = 0
    for p, j in zip(predicted, mapping, strict=True):
        if j is None or p.type != gold[j].type:
            continue
        right, found = right + 1, found + 1
        for role in ROLES:
            ours, theirs = p.entities[role], gold[j].entities[role]
            right += sum(any(all(m in g for m in e) for g in theirs) for e in ours)
            found += sum(any(all(m in g for m in e) for e in ours) for g in theirs)
    return right, found


def gtt_best_f1(predicted, gold) -> float:
    """The published loop: score every mapping, keep the best."""
    size, support = (sum(1 + sum(map(len, one.entities.values())) for one in side) for side in (predicted, gold))
    best = 0.0
    for mapping in every_mapping(len(predicted), len(gold)):
        right, found = gtt_numerators(predicted, gold, mapping)
        precision, recall = (right / size if size else 0.0), (found / support if support else 0.0)
        best = max(best, 2 * precision * recall / (precision + recall) if right and found else 0.0)
    return best


def test_the_mapping_is_the_best_of_all() -> None:
    rng = random.Random(1)
    for _ in range(150):
        predicted, gold = random_templates(rng, 4), random_templates(rng, 4)
        found = gtt(predicted, gold)
        assert found.f1 == pytest.approx(gtt_best_f1(list(map(clean, predicted)), unique(gold)))


def test_it_is_exact_and_quick_where_trying_every_mapping_is_not() -> None:
    people = [Template("attack", {"victim": [(f"victim {i}",)]}) for i in range(12)]
    assert gtt(people[3:8][::-1], people) == Credit(10, 10, 10, 24)  # 371,293 mappings


def subset_pair(p, g) -> tuple[int, int]:
    right, matched = 0, set()
    for role in ROLES:
        for entity in p.entities[role]:
            hit = next(((role, i) for m in entity for i, o in enumerate(g.entities[role]) if m in o), None)
            right += hit is not None
            matched |= {hit} - {None}
    return right, len(matched)


def phi3_pair(p, g) -> tuple[int, int]:
    total = 0
    for role in ROLES:
        shorter, longer = sorted((p.entities[role], g.entities[role]), key=len)
        total += max(
            sum(len(set(a) & set(b)) for a, b in zip(shorter, order, strict=False)) for order in permutations(longer)
        )
    return total, total


@pytest.mark.parametrize(("similarity", "pair"), [("subset", subset_pair), ("phi3", phi3_pair)])
def test_ceaf_rme_takes_the_alignment_of_the_largest_similarity(similarity: str, pair) -> None:
    rng = random.Random(2)
    for _ in range(100):
        predicted, gold = random_templates(rng, 3), random_templates(rng, 3)
        ours, theirs = list(map(clean, predicted)), unique(gold)
        scores = []
        for mapping in every_mapping(len(ours), len(theirs)):
            mapped = [(p, theirs[j]) for p, j in zip(ours, mapping, strict=True) if j is not None]
            pairs = [pair(p, g) for p, g in mapped if p.type == g.type]
            scores.append((sum(a for a, _ in pairs), sum(b for _, b in pairs)))
        found = ceaf_rme([predicted], [gold], roles=ROLES, similarity=similarity)[0]
        assert (found.right, found.found) == max(scores)


def test_bad_templates_are_errors() -> None:
    with pytest.raises(DataError, match="'target' in document 0"):
        gtt([Template("attack", {"target": [("bridge",)]})], [])
    with pytest.raises(DataError, match="1 predicted but 2 gold documents"):
        ceaf_rme([[]], [[], []], roles=ROLES)
    with pytest.raises(DataError, match="similarity='phi4' is not known; allowed: 'subset' or 'phi3'"):
        ceaf_rme([[]], [[]], roles=ROLES, similarity="phi4")
