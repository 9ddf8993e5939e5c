"""Incidents told apart: small cases by hand, and a slow and simple grouping for the clever one."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whodid import incidents
from whodid.incidents import BUCKETS, FloatArray, Participant, distance_bucket, incidents_of, kinship

FLAT = np.zeros(BUCKETS, np.float32)
NEAR = np.where(np.arange(BUCKETS) < 4, 2.0, -2.0).astype(np.float32)
"""Up to seven pieces apart speaks for one incident, more against it."""

ONE, OTHER, BOTH, NEITHER = (3.0, 0.0), (-1.0, 3.0), (1.0, 1.0), (-1.0, -2.0)
"""Products: those of one and other are -3; `BOTH` has 3 and 2 with them, `NEITHER` -3 and -5."""


def somebody(slot: str, vector: Sequence[float], *positions: int) -> Participant:
    vectors = np.tile(np.array(vector, np.float32), (len(positions), 1))
    return Participant(slot, np.ones(1, np.float32), vectors, np.array(positions))


def told_apart(
    people: Sequence[Participant],
    distance: FloatArray = FLAT,
    *,
    threshold: float = 0.5,
    joining: float = 0.5,
    lone: float = 1.0,
) -> list[tuple[int, ...]]:
    found = incidents_of(people, distance, threshold=threshold, joining=joining, lone=lone)
    return [tuple(index for index, _ in members) for members in found]


def shares(people: Sequence[Participant], *, joining: float = 0.5, lone: float = 1.0) -> list[tuple[float, ...]]:
    found = incidents_of(people, FLAT, threshold=0.5, joining=joining, lone=lone)
    return [tuple(share for _, share in members) for members in found]


CASES: dict[str, tuple[list[Participant], list[tuple[int, ...]]]] = {
    "nobody": ([], [()]),
    "two robberies, one gang on both": (
        [somebody("victims", ONE, 0), somebody("perpetrators", BOTH, 2), somebody("victims", OTHER, 9)],
        [(0, 1), (1, 2)],
    ),
    "two robberies with their own robbers": (
        [
            somebody("perpetrators", ONE, 0),
            somebody("victims", ONE, 3),
            somebody("victims", OTHER, 9),
            somebody("perpetrators", OTHER, 12),
        ],
        [(0, 1), (2, 3)],
    ),
    "two who suffered together": ([somebody("victims", ONE, 0), somebody("victims", ONE, 3)], [(0, 1)]),
    "a stranger goes where it is least unlikely": (
        [somebody("victims", OTHER, 0), somebody("victims", ONE, 3), somebody("weapons", NEITHER, 6)],
        [(0,), (1, 2)],
    ),
    "only perpetrators, together": (
        [somebody("perpetrators", ONE, 0), somebody("perpetrators", BOTH, 4)],
        [(0, 1)],
    ),
    "only perpetrators, apart": (
        [somebody("perpetrators", ONE, 0), somebody("perpetrators", OTHER, 4)],
        [(0,), (1,)],
    ),
    "only a weapon": ([somebody("weapons", NEITHER, 4)], [(0,)]),
    "things do not found incidents where people were hurt": (
        [somebody("targets", OTHER, 0), somebody("victims", ONE, 2), somebody("targets", ONE, 4)],
        [(0, 1, 2)],
    ),
    "things found incidents where nobody was hurt": (
        [somebody("weapons", BOTH, 0), somebody("targets", ONE, 2), somebody("targets", OTHER, 4)],
        [(0, 1), (0, 2)],
    ),
    "told in turns": (
        [somebody("victims", OTHER, 0), somebody("victims", ONE, 5), somebody("victims", OTHER, 10)],
        [(0, 2), (1,)],
    ),
}


@pytest.mark.parametrize(("people", "expected"), CASES.values(), ids=list(CASES))
def test_incidents(people: list[Participant], expected: list[tuple[int, ...]]) -> None:
    assert told_apart(people) == expected


def test_those_who_stand_close_together_are_of_one_incident() -> None:
    people = [somebody("victims", (0.0, 0.0), place) for place in (10, 14, 90, 93)]
    assert told_apart(people, NEAR) == [(0, 1), (2, 3)]
    assert told_apart(people, -NEAR) == [(0, 2), (1, 3)]


@pytest.mark.parametrize(
    ("threshold", "joining", "expected"),
    [
        (0.0, 0.5, [(0, 1, 2)]),  # everybody suffered together
        (1.0, 0.0, [(0, 1), (1, 2)]),  # everybody suffered alone, and the gang was everywhere
        (1.0, 1.0, [(0, 1), (2,)]),  # everybody suffered alone, and the gang was at the likeliest place
    ],
)
def test_extreme_thresholds(threshold: float, joining: float, expected: list[tuple[int, ...]]) -> None:
    people = CASES["two robberies, one gang on both"][0]
    assert told_apart(people, threshold=threshold, joining=joining) == expected


TWO_RAIDS = [
    somebody("victims", ONE, 0),
    somebody("victims", OTHER, 5),
    somebody("perpetrators", ONE, 9),  # log-odds 9 and -3
    somebody("perpetrators", BOTH, 12),  # log-odds 3 and 2: 0.88 for the second
    somebody("weapons", ONE, 15),
]


@pytest.mark.parametrize(
    ("lone", "expected"),
    [
        (1.0, [(0, 2, 3, 4), (1,)]),
        (0.9, [(0, 2, 3, 4), (1,)]),
        (0.85, [(0, 2, 3, 4), (1, 3)]),  # one perpetrator, the likeliest, and no weapon
        (0.01, [(0, 2, 3, 4), (1, 3)]),
    ],
)
def test_an_incident_without_a_perpetrator_gets_the_likeliest(lone: float, expected: list[tuple[int, ...]]) -> None:
    assert told_apart(TWO_RAIDS, joining=1.0, lone=lone) == expected


def test_nobody_is_added_where_somebody_is_already_or_perpetrators_found_the_incidents() -> None:
    people = [*TWO_RAIDS, somebody("perpetrators", OTHER, 20)]
    assert told_apart(people, joining=1.0, lone=0.01) == told_apart(people, joining=1.0)
    alone = CASES["only perpetrators, apart"][0]
    assert told_apart(alone, lone=0.01) == told_apart(alone)


def test_how_likely_members_are_to_be_of_their_incident() -> None:
    people = [*TWO_RAIDS, somebody("victims", ONE, 20)]
    assert told_apart(people, joining=1.0, lone=0.85) == [(0, 2, 3, 4, 5), (1, 3)]
    first, second = shares(people, joining=1.0, lone=0.85)
    assert first == pytest.approx([1 / (1 + exp(-odds)) for odds in (9, 9, 3, 9, 9)])  # of victims, with the other
    assert second == pytest.approx([1.0, 1 / (1 + exp(-2))])  # alone she is surely of her own


def test_in_one_incident_everybody_is_for_sure() -> None:
    people = [somebody("victims", ONE, 0), somebody("weapons", NEITHER, 3)]
    assert shares(people) == [(1.0, 1.0)]
    assert shares([]) == [()]


def test_kinship_is_the_mean_over_pairs_of_mentions() -> None:
    one = Participant("victims", np.ones(1), np.array([[1, 0], [0, 2]], np.float32), np.array([0, 4]))
    other = Participant("victims", np.ones(1), np.array([[3, 1]], np.float32), np.array([5]))
    third = somebody("victims", (1.0, 1.0), 4)
    distance = np.arange(BUCKETS, dtype=np.float32)
    by_hand = [((3 + 3) + (2 + 1)) / 2, ((1 + 3) + (2 + 0)) / 2]  # apart 5 and 1; 4 and 0
    assert kinship(one, [other, third], distance).tolist() == by_hand


def test_the_ninth_mention_says_no_more() -> None:
    first = somebody("victims", (1.0, 0.0), *range(8))
    vectors, positions = np.vstack([first.vectors, [[99.0, 0.0]]]), np.arange(9)
    longer = Participant("victims", first.links, vectors, positions)
    assert kinship(first, [first], FLAT) == kinship(longer, [longer], FLAT) == [1.0]


@pytest.mark.parametrize(
    ("apart", "bucket"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (1023, 10), (1024, 11), (10**9, 11)]
)
def test_distance_buckets(apart: int, bucket: int) -> None:
    assert distance_bucket(np.array([[apart]])).tolist() == [[bucket]]


def test_the_surest_of_two_very_sure_incidents_is_taken() -> None:
    people = [
        somebody("victims", (5.0, 0.0), 0),
        somebody("victims", (6.0, -9.0), 5),
        somebody("weapons", (5.0, 0.0), 9),
    ]
    assert told_apart(people, threshold=1.0, joining=1.0) == [(0,), (1, 2)]  # log-odds 25 and 30


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["victims", "victims", "targets", "perpetrators", "weapons"]),
        st.lists(st.tuples(*[st.integers(-2, 2)] * 3), min_size=1, max_size=4).filter(lambda m: len(m) != 3),
    ),
    max_size=9,
)
"""Slot, and for each mention its vector and how far it is from the one before; never three, so that means are exact."""


def in_order(drawn: list[tuple[str, list[tuple[int, int, int]]]]) -> list[Participant]:
    people = []
    for place, (slot, mentions) in enumerate(drawn):
        numbers = np.array(mentions)
        positions = 10 * place + np.cumsum(np.abs(numbers[:, 2]))
        people.append(Participant(slot, np.ones(1, np.float32), numbers[:, :2].astype(np.float32), positions))
    return people


def slowly(
    people: list[Participant], distance: FloatArray, threshold: float, joining: float, lone: float
) -> list[tuple[int, ...]]:
    def kin(i: int, j: int) -> float:
        pairs = [
            float(v @ w) + float(distance[distance_bucket(np.array([abs(p - q)]))[0]])
            for v, p in zip(people[i].vectors, people[i].positions, strict=True)
            for w, q in zip(people[j].vectors, people[j].positions, strict=True)
        ]
        return sum(pairs) / len(pairs)

    def share(i: int, group: list[int]) -> float:
        return 1 / (1 + exp(-sum(kin(i, j) for j in group) / len(group)))

    slots = [one.slot for one in people]
    founding = next((slot for slot in ("victims", "targets", "perpetrators", "weapons") if slot in slots), None)
    groups: list[list[int]] = []
    for i in (i for i, slot in enumerate(slots) if slot == founding):
        best = max(groups, key=lambda group: share(i, group), default=None)
        if best is not None and share(i, best) >= threshold:
            best.append(i)
        else:
            groups.append([i])
    members = [list(group) for group in groups] or [[]]
    for i in (i for i, slot in enumerate(slots) if slot != founding):
        shares = [share(i, group) for group in groups]
        for number, value in enumerate(shares):
            if number == shares.index(max(shares)) or value >= joining:
                members[number].append(i)
    doers = [i for i, slot in enumerate(slots) if slot == "perpetrators"]
    for group, there in zip(groups, members, strict=False):
        best = max(doers, key=lambda i: share(i, group), default=None)
        if best is not None and not set(doers) & set(there) and share(best, group) >= lone:
            there.append(best)
    return [tuple(sorted(group)) for group in members]


@given(
    PEOPLE, st.lists(st.integers(-2, 2), min_size=BUCKETS, max_size=BUCKETS), *[st.sampled_from([0.3, 0.6, 0.9])] * 3
)
@settings(max_examples=150, deadline=None)
def test_incidents_are_those_of_a_slow_and_simple_grouping(
    drawn: list[tuple[str, list[tuple[int, int, int]]]],
    buckets: list[int],
    threshold: float,
    joining: float,
    lone: float,
) -> None:
    people, distance = in_order(drawn), np.array(buckets, np.float32)
    assert told_apart(people, distance, threshold=threshold, joining=joining, lone=lone) == slowly(
        people, distance, threshold, joining, lone
    )


@given(PEOPLE, st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=100, deadline=None)
def test_everybody_is_on_an_incident_and_every_incident_has_its_own_founder(
    drawn: list[tuple[str, list[tuple[int, int, int]]]], threshold: float, joining: float
) -> None:
    people = in_order(drawn)
    found = told_apart(people, NEAR, threshold=threshold, joining=joining)
    assert {index for members in found for index in members} == set(range(len(people)))
    assert all(members == tuple(sorted(set(members))) for members in found)
    slots = {one.slot for one in people}
    founding = next((slot for slot in ("victims", "targets", "perpetrators", "weapons") if slot in slots), None)
    founders = [[index for index in members if people[index].slot == founding] for members in found]
    assert sorted(index for group in founders for index in group) == [
        index for index, one in enumerate(people) if one.slot == founding
    ]  # each suffered once
    assert [group[0] for group in founders if group] == sorted(group[0] for group in founders if group)
    assert all(founders) or not people


@pytest.mark.parametrize("threshold", [0.0, 1.0], ids=["one incident", "a thousand incidents"])
def test_a_list_of_a_thousand_is_compared_in_bounded_work(monkeypatch: pytest.MonkeyPatch, threshold: float) -> None:
    compared: list[int] = []

    def counting(one: Participant, others: Sequence[Participant], distance: FloatArray) -> FloatArray:
        compared.append(len(others))
        return kinship(one, others, distance)

    monkeypatch.setattr(incidents, "kinship", counting)
    people = [
        somebody("victims" if i % 2 else "perpetrators", np.cos([i, 2 * i]).tolist(), *range(9 * i, 9 * i + 9))
        for i in range(1000)
    ]
    found = told_apart(people, NEAR, threshold=threshold)
    assert {index for members in found for index in members} == set(range(1000))
    assert len(found) == (500 if threshold else 1)
    assert len(compared) < 1000  # each participant asks once
    assert max(compared) <= 16 * 16


def test_of_many_incidents_the_nearest_are_compared() -> None:
    people = [somebody("victims", (0.0, 0.0), 10 * i) for i in range(40)]
    people.append(somebody("perpetrators", (0.0, 0.0), 305))
    found = told_apart(people, threshold=1.0, joining=0.0)
    assert [number for number, members in enumerate(found) if 40 in members] == list(range(23, 39))
