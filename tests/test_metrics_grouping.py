"""Entity grouping: worked examples, the definitions read mention by mention, and every permutation."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from whodid.errors import DataError
from whodid_training.metrics.counts import Credit
from whodid_training.metrics.grouping import b_cubed, ceaf_e, grouping, partition

GOLD = partition([{"a"}, {"b", "c"}, {"d", "e", "f"}])


def test_missed_mentions_and_entities_as_in_the_case_a2_of_the_conll_reference_scorer() -> None:
    predicted = partition([{"a"}, {"d", "e"}])
    mentions = b_cubed(predicted, GOLD)
    assert (mentions.recall, mentions.precision) == (pytest.approx(7 / 18), 1.0)
    entities = ceaf_e(predicted, GOLD)
    assert (entities.recall, entities.precision) == (pytest.approx(1.8 / 3), pytest.approx(1.8 / 2))


def test_a_made_up_mention_costs_precision_and_not_recall() -> None:
    predicted = partition([{"a", "x"}, {"b", "c"}, {"d", "e", "f"}, {"y"}])
    mentions = b_cubed(predicted, GOLD)
    assert mentions.recall == 1.0
    assert mentions.precision == pytest.approx((1 / 2 + 2 + 3) / 8)


def test_lumping_costs_precision_and_splitting_costs_recall() -> None:
    lumped, split = b_cubed(partition([set("abcdef")]), GOLD), b_cubed(partition(map(set, "abcdef")), GOLD)
    assert (lumped.recall, lumped.precision) == (1.0, pytest.approx((1 + 4 + 9) / 36))
    assert (split.recall, split.precision) == (pytest.approx((1 + 1 + 1) / 6), 1.0)


def test_shared_mentions_are_scored_as_if_nobody_had_found_others() -> None:
    predicted, gold = [{"r": [{1, 2, 9}, {3}]}], [{"r": [{1, 2, 3, 4}, {5}]}]
    shared = grouping(predicted, gold, roles=("r",), mentions="shared").micro
    assert shared == b_cubed(partition([{1, 2}, {3}]), partition([{1, 2, 3}]))
    nothing = grouping([{"r": [{1}]}], [{"r": [{2}]}], roles=("r",), mentions="shared").micro
    assert nothing == Credit()


def test_roles_and_documents_add_up_before_dividing() -> None:
    predicted = [{"victim": [{1, 2}]}, {"weapon": [{1}]}]
    gold = [{"victim": [{1}, {2}]}, {"weapon": [{1}], "victim": [{3}]}]
    result = grouping(predicted, gold, roles=("victim", "weapon"))
    assert result.of("victim") == Credit(right=1.0, n_predicted=2, found=2.0, n_gold=3)
    assert result.micro == Credit(right=2.0, n_predicted=3, found=3.0, n_gold=4)


def by_mention(predicted, gold) -> tuple[float, float]:
    """Bagga and Baldwin, word by word: the mean over mentions, those without a twin counting 0."""

    def mean(here, there) -> float:
        shares = []
        for cluster in here:
            for mention in cluster:
                other = next((o for o in there if mention in o), set())
                shares.append(len(cluster & other) / len(cluster))
        return sum(shares) / len(shares) if shares else 0.0

    return mean(predicted, gold), mean(gold, predicted)


def best_similarity(predicted, gold) -> float:
    """Try every one-to-one alignment."""
    shorter, longer = sorted((predicted, gold), key=len)
    return max(
        sum(2 * len(a & b) / (len(a) + len(b)) for a, b in zip(shorter, order, strict=False))
        for order in permutations(longer)
    )


def random_partition(rng: random.Random):
    mentions = rng.sample(range(9), rng.randint(0, 8))
    entities: list[set[int]] = [set() for _ in range(4)]
    for mention in mentions:
        rng.choice(entities).add(mention)
    return partition(entities)


def test_both_scores_are_what_their_definitions_say() -> None:
    rng = random.Random(5)
    for _ in range(500):
        predicted, gold = random_partition(rng), random_partition(rng)
        mentions = b_cubed(predicted, gold)
        assert (mentions.precision, mentions.recall) == pytest.approx(by_mention(predicted, gold))
        entities = ceaf_e(predicted, gold)
        best = best_similarity(predicted, gold)
        assert (entities.right, entities.found) == pytest.approx((best, best))
        assert (entities.n_predicted, entities.n_gold) == (len(predicted), len(gold))


def test_a_partition_has_no_two_entities_that_share_a_mention() -> None:
    rng = random.Random(6)
    for _ in range(300):
        clusters = [set(rng.sample(range(8), rng.randint(0, 3))) for _ in range(rng.randint(0, 5))]
        parts = partition(clusters)
        assert sum(map(len, parts)) == len(set().union(*clusters))
        for cluster in filter(None, clusters):
            assert sum(cluster <= part for part in parts) == 1
        assert partition(parts) == parts


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"score": "muc"}, "score='muc' is not known; allowed: 'b_cubed' or 'ceaf_e'"),
        ({"mentions": "none"}, "mentions='none' is not known; allowed: 'all' or 'shared'"),
        ({"roles": ("weapon",)}, "'victim' in document 0"),
    ],
)
def test_bad_input_is_an_error(options, message: str) -> None:
    with pytest.raises(DataError, match=message):
        grouping([{"victim": [{1}]}], [{}], **{"roles": ("victim",), **options})
