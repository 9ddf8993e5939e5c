from __future__ import annotations

import random
from itertools import permutations

import pytest

from whodid.errors import DataError
from whodid_training.metrics.ceaf import MATCHES, align, ceaf_ree, normalise, overlaps
from whodid_training.metrics.counts import PRF
from whodid_training.metrics.documents import only

BUILDING = ("Delta grain cooperative building", "grain cooperative building", "grain cooperative offices")
GOLD = [{"target": [BUILDING, ("water pipes",), ("public telephone booth",)]}]


def strict(predicted, gold=GOLD, roles=("target",)):
    return ceaf_ree(predicted, gold, roles=roles).micro


def test_splitting_one_entity_in_two_costs_precision() -> None:
    split = [{"target": [("water pipes",), BUILDING[:1], ("public telephone booth",), BUILDING[2:]]}]
    assert strict(split) == PRF(matched=3, n_predicted=4, n_gold=3)


def test_any_subset_of_the_gold_mentions_is_enough() -> None:
    assert strict([{"target": [BUILDING[1:]]}]) == PRF(matched=1, n_predicted=1, n_gold=3)


def test_one_wrong_mention_spoils_an_entity() -> None:
    assert strict([{"target": [(*BUILDING, "water pipes")]}]) == PRF(matched=0, n_predicted=1, n_gold=3)


def test_micro_adds_documents_and_roles_and_no_role_may_borrow_from_another() -> None:
    gold = [{"victim": [("Ana",)], "weapon": [("bomb",)]}, {"victim": [("Luis",)]}]
    predicted = [{"victim": [("the ANA",)], "weapon": [("Ana",)]}, {}]
    result = ceaf_ree(predicted, gold, roles=("victim", "weapon"))
    assert [(score.label, score.prf) for score in result.per_role] == [
        ("victim", PRF(1, 1, 2)),
        ("weapon", PRF(0, 1, 1)),
    ]
    assert result.micro == PRF(1, 2, 3)
    assert result.by_document == (PRF(1, 2, 2), PRF(0, 0, 1))
    assert result.micro.f1 == pytest.approx(2 * (1 / 2) * (1 / 3) / (1 / 2 + 1 / 3))


def test_nothing_predicted_and_nothing_to_find_scores_zero() -> None:
    assert strict([{}], [{}]).f1 == 0.0


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        ("THE F.M.L.N.", "fmln"),
        ("a  car\tbomb", "car bomb"),
        ("theatre an anthem", "theatre anthem"),
        ("Ruiz\u2019s men", "ruiz\u2019s men"),  # only ASCII punctuation goes, as in the field's script
        ("the", ""),
    ],
)
def test_mentions_are_normalised_as_the_field_does(mention: str, expected: str) -> None:
    assert normalise(mention) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("general ruiz",), ("ruiz",), True),
        (("ruiz brigade",), ("ruiz",), True),
        (("member of fmln",), ("mayor of town",), False),
        (("2 nuns",), ("2 priests",), False),
        (("two",), ("other two",), True),
        (("",), ("",), False),
    ],
)
def test_overlap_is_a_head_word_or_a_telling_word_in_common(one, other, expected: bool) -> None:
    assert overlaps(one, other) is expected
    assert overlaps(other, one) is expected


def test_overlap_finds_at_least_what_strict_finds_where_mentions_are_not_empty() -> None:
    predicted = [{"target": [("pipes",), BUILDING[:2]]}]
    assert strict(predicted).matched == 1
    assert ceaf_ree(predicted, GOLD, roles=("target",), match="overlap").micro.matched == 2


def brute_force(predicted, gold, matches) -> int:
    """Try every one-to-one assignment."""
    shorter, longer, flip = (predicted, gold, False) if len(predicted) <= len(gold) else (gold, predicted, True)
    return max(
        sum(matches(b, a) if flip else matches(a, b) for a, b in zip(shorter, order, strict=False))
        for order in permutations(longer)
    )


@pytest.mark.parametrize("match", MATCHES)
def test_the_alignment_is_as_good_as_the_best_of_all_permutations(match: str) -> None:
    rng = random.Random(3)
    words = ["red", "blue", "green", "red car", "blue car", "man", "old man", "of"]
    for _ in range(300):
        predicted, gold = (
            [tuple(rng.sample(words, rng.randint(1, 3))) for _ in range(rng.randint(0, 4))] for _ in range(2)
        )
        result = ceaf_ree([{"r": predicted}], [{"r": gold}], roles=("r",), match=match).micro
        assert result == PRF(brute_force(predicted, gold, MATCHES[match]), len(predicted), len(gold))


def test_align_returns_only_pairs_that_match() -> None:
    assert align([[False, True], [False, False]]) == ((0, 1),)
    assert align([]) == align([[], []]) == ()


@pytest.mark.parametrize(
    ("predicted", "gold", "message"),
    [
        ([{}], [{}, {}], "1 predicted but 2 gold documents"),
        ([], [], "0 documents"),
        ([{"target": [()]}], [{}], r"1 predicted entities are not a tuple .*\(target, document 0\)"),
        ([{}], [{"target": ["bridge"]}], r"1 gold entities .*'bridge' \(target, document 0\)"),
        ([{"victims": []}], [{}], "'victims' in document 0; allowed: 'target'"),
    ],
)
def test_bad_input_is_an_error_that_names_the_first_offenders(predicted, gold, message: str) -> None:
    with pytest.raises(DataError, match=message):
        ceaf_ree(predicted, gold, roles=("target",))


def test_an_unknown_match_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(DataError, match="'strict' or 'overlap'"):
        ceaf_ree([{}], [{}], roles=("target",), match="fuzzy")


def test_roles_that_a_corpus_does_not_mark_are_left_out_on_purpose() -> None:
    predicted = [{"target": [("water pipes",)], "weapon": [("bomb",)]}]
    assert strict(only(predicted, ("target",))) == PRF(1, 1, 3)
