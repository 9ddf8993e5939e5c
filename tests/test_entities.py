from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

from whodid.calibration import Coreference
from whodid.entities import Impression, NamedSpan, canonical, group_mentions, recurrences, tidy
from whodid.entities.clusters import average_link
from whodid.entities.forms import wordings
from whodid.entities.gaps import between, relation
from whodid.entities.grouping import candidates, evidence_for_pairs, mean_vectors
from whodid.entities.pairs import FEATURES, log_odds, weights
from whodid.entities.words import NOUN_KINDS, singular, words_of


def grouped(*mentions: str, named: bool = True) -> list[list[str]]:
    spans = [NamedSpan(mention, named) for mention in mentions]
    return [[mentions[index] for index in group] for group in group_mentions(spans)]


def marked(article: str) -> tuple[str, list[NamedSpan]]:
    """Read "[Ana Ruiz]+, a [teacher]+, saw {gunmen}": mentions known by name, and others."""
    text, spans, opened = "", [], 0
    for char in article:
        if char in "[{":
            opened = len(text)
        elif char in "]}":
            spans.append(NamedSpan(text[opened:], char == "]", opened))
        else:
            text += char
    return text, spans


def in_article(article: str) -> list[list[str]]:
    text, spans = marked(article)
    return [[spans[index].text for index in group] for group in group_mentions(spans, article=text)]


WATCHMAN = "[Ana Ruiz] was shot. Later a {watchman} and a {bystander} fled."


@pytest.mark.parametrize(
    ("vectors", "groups"),
    [
        ([(9, 0), (9, 0), (0, 9)], [["Ana Ruiz", "watchman"], ["bystander"]]),
        ([(9, 0), (0, 9), (9, 0)], [["Ana Ruiz", "bystander"], ["watchman"]]),
        ([(9, 0), (-9, 0), (-9, 0)], [["Ana Ruiz"], ["watchman", "bystander"]]),
        ([(0, 0), (0, 0), (0, 0)], [["Ana Ruiz"], ["watchman"], ["bystander"]]),
    ],
)
def test_the_network_tells_who_is_whom_where_it_is_asked(
    vectors: list[tuple[float, float]], groups: list[list[str]]
) -> None:
    text, spans = marked(WATCHMAN)
    impression = Impression(np.array(vectors, np.float32), Coreference(seen=1.0, read=1.0))
    found = group_mentions(spans, article=text, impression=impression)
    assert [[spans[index].text for index in group] for group in found] == groups


@pytest.mark.parametrize(
    ("reads", "vector", "groups"),
    [
        (1.0, (1, 0), [["Ana Ruiz", "Ruiz"], ["Luz Ruiz"]]),
        (1.0, (0, 1), [["Ana Ruiz"], ["Luz Ruiz", "Ruiz"]]),
        (1.0, (-1, -2), [["Ana Ruiz"], ["Luz Ruiz"], ["Ruiz"]]),  # it says of neither that it is she
        (0.0, (0, 1), [["Ana Ruiz"], ["Luz Ruiz"], ["Ruiz"]]),  # it is not asked
    ],
)
def test_whose_a_surname_of_two_people_is_the_network_tells(
    reads: float, vector: tuple[float, float], groups: list[list[str]]
) -> None:
    text, spans = marked("[Ana Ruiz] and [Luz Ruiz] were shot. [Ruiz] died.")
    impression = Impression(np.array([(1, 0), (0, 1), vector], np.float32), Coreference(read=reads))
    found = group_mentions(spans, article=text, impression=impression)
    assert [[spans[index].text for index in group] for group in found] == groups


@pytest.mark.parametrize(
    ("article", "groups"),
    [
        ("[Ana Ruiz] and [Luz Vega] fled.", [["Ana Ruiz"], ["Luz Vega"]]),  # two names
        ("A {man}, a {woman} and a {student} fled.", [["man", "student"], ["woman"]]),
        ("A {woman}, a {man} and a {student} fled.", [["woman", "student"], ["man"]]),
    ],
)
def test_who_cannot_be_one_is_not_joined_whatever_the_network_says(article: str, groups: list[list[str]]) -> None:
    text, spans = marked(article)
    vectors = np.full((len(spans), 2), 30.0, np.float32)
    found = group_mentions(spans, article=text, impression=Impression(vectors, Coreference(read=1.0)))
    assert [[spans[index].text for index in group] for group in found] == groups


def test_an_offset_moves_all_pairs() -> None:
    text, spans = marked("A {watchman} and a {bystander} fled.")
    vectors = np.zeros((2, 2), np.float32)
    sizes = [
        len(group_mentions(spans, article=text, impression=Impression(vectors, Coreference(read=1.0, offset=offset))))
        for offset in (0.0, 7.0)
    ]
    assert sizes == [2, 1]


def test_what_the_network_says_of_a_wording_is_the_mean_over_its_places() -> None:
    text, spans = marked("[Ana Ruiz] was shot. A {guard} fled. The {guard} and a {driver} came back.")
    found, vectors = wordings(spans, text), np.array([(1, 0), (2, 4), (4, 0), (1, 1)], np.float32)
    pairs = evidence_for_pairs(found, between(spans, found, text), weights(), mean_vectors(found, vectors))
    assert {(one.first, one.second): one.read for one in pairs} == {(0, 1): 3.0, (0, 2): 1.0, (1, 2): 5.0}


@pytest.mark.parametrize(
    ("mentions", "groups"),
    [
        (["Ana Ruiz", "Ruiz"], [["Ana Ruiz", "Ruiz"]]),
        (["Ruiz", "Ana Ruiz", "ANA RUIZ"], [["Ruiz", "Ana Ruiz", "ANA RUIZ"]]),
        (["Islamic State", "IS"], [["Islamic State", "IS"]]),
        (["Shining Path of Peru", "SPP"], [["Shining Path of Peru", "SPP"]]),
        (["Ana Ruiz", "Juan Ruiz", "Ruiz"], [["Ana Ruiz"], ["Juan Ruiz"], ["Ruiz"]]),
        (["Juan Carlos Ruiz", "Carlos Ruiz", "Ruiz"], [["Juan Carlos Ruiz", "Carlos Ruiz", "Ruiz"]]),
        (["Bank of Mali", "of"], [["Bank of Mali"], ["of"]]),
        (["José Peña", "Jose Pena"], [["José Peña", "Jose Pena"]]),
        (["President Ana Ruiz", "Ruiz"], [["President Ana Ruiz", "Ruiz"]]),
        (["Ana Villavende", "Ana Villavenda"], [["Ana Villavende", "Ana Villavenda"]]),
        (["Ana Villavende", "Luz Villavenda"], [["Ana Villavende"], ["Luz Villavenda"]]),
        (["Ana Roa", "Ana Rua"], [["Ana Roa"], ["Ana Rua"]]),
        ([], []),
        (["Ana Ruiz"], [["Ana Ruiz"]]),
    ],
)
def test_names_and_their_short_forms_are_one_participant(mentions: list[str], groups: list[list[str]]) -> None:
    assert grouped(*mentions) == groups


@pytest.mark.parametrize(
    ("article", "groups"),
    [
        pytest.param(
            "[Dayton man] held\n\nPolice arrested [Larry Orr], 34, on Monday. [Orr] is a [plumber].",
            [["Dayton man", "Larry Orr", "Orr", "plumber"]],
            id="title, surname and description of the only one who is named",
        ),
        pytest.param(
            "The [Popular Front] ([FPLN]) claimed it.", [["Popular Front", "FPLN"]], id="brackets behind a name"
        ),
        pytest.param(
            "They met [Mona Sall], a [nurse], and {two drivers}.",
            [["Mona Sall", "nurse"], ["two drivers"]],
            id="apposition, and somebody else behind 'and'",
        ),
        pytest.param(
            "{Gunmen} came at dawn. {The gunmen} shot a guard. {Three armed gunmen} fled.",
            [["Gunmen", "The gunmen", "Three armed gunmen"]],
            id="other articles, numbers and adjectives",
        ),
        pytest.param(
            "{Gunmen} stormed the school. {The attackers} fled.",
            [["Gunmen", "The attackers"]],
            id="other words of the same kind",
        ),
        pytest.param(
            "A {woman} was hit first. Another bullet struck a {man} beside her.",
            [["woman"], ["man"]],
            id="a man is not a woman",
        ),
        pytest.param(
            "[Ana Ruiz] and [Luis Vega] were held. [Ruiz] is free.",
            [["Ana Ruiz", "Ruiz"], ["Luis Vega"]],
            id="two names are never one",
        ),
        pytest.param(
            "A {man} was shot, as was a {woman}. The {man} died. The {woman} lived.",
            [["man", "man"], ["woman", "woman"]],
            id="a man and a woman, however near",
        ),
        pytest.param("A {driver} fell when {students} marched.", [["driver"], ["students"]], id="one and many"),
        pytest.param(
            "THE {GUERRILLAS} BLEW UP A [BRIDGE]. THE {GUERRILLAS} FLED.",
            [["GUERRILLAS", "GUERRILLAS"], ["BRIDGE"]],
            id="capitals throughout",
        ),
    ],
)
def test_participants_of_an_article(article: str, groups: list[list[str]]) -> None:
    assert in_article(article) == groups


@pytest.mark.parametrize(("article", "together"), [("Popular Front [FPLN]", True), ("Popular Front, FPLN", False)])
def test_a_name_in_brackets_behind_another_is_the_same_participant(article: str, together: bool) -> None:
    spans = [NamedSpan("Popular Front", True, 0), NamedSpan("FPLN", True, article.index("FPLN"))]
    assert (group_mentions(spans, article=article) == [[0, 1]]) is together


def test_those_of_different_events_are_less_likely_one() -> None:
    article = "Two aid workers were seized in May. In June, workers were shot."
    groups = []
    for other in ("kidnapping", "attack"):
        on = [frozenset({"kidnapping"}), frozenset({other})]
        starts = (article.index("aid"), article.rindex("workers"))
        spans = [NamedSpan(t, False, s, e) for t, s, e in zip(("aid workers", "workers"), starts, on, strict=True)]
        found = wordings(spans, article)
        (_, _, pair), *_ = candidates(found, between(spans, found, article))
        groups.append(log_odds(pair, weights()))
        assert pair.one.counts == {2}
    assert groups[0] > groups[1]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("saw four nuns", {4}),
        ("saw 12 nuns", {12}),
        ("in 2019 nuns", set()),
        ("saw the nuns", set()),
        ("one 1 nuns", set()),
    ],
)
def test_numbers_before_a_mention_are_read(text: str, counts: set[int]) -> None:
    assert wordings([NamedSpan("nuns", False, text.index("nuns"))], text).forms[0].counts == counts


def test_every_mention_is_in_one_group_and_groups_are_in_order() -> None:
    rng = random.Random(1)
    parts = ["Ana", "Ruiz", "Vega", "the", "gunmen", "man", "of", "Front", "(", "-", "two", "POLICE", "José"]
    for _ in range(200):
        pieces = [" ".join(rng.choices(parts, k=rng.randint(1, 3))) for _ in range(rng.randint(0, 12))]
        spans, at = [], 0
        for piece in pieces:
            spans.append(NamedSpan(piece, rng.random() < 0.5, at))
            at += len(piece) + 1
        groups = group_mentions(spans, article=" ".join(pieces))
        assert sorted(index for group in groups for index in group) == list(range(len(spans)))
        assert groups == sorted(map(sorted, groups))
        same = {span.text: {k for k, g in enumerate(groups) for i in g if spans[i].text == span.text} for span in spans}
        assert all(len(numbers) == 1 for numbers in same.values())


def test_thousands_of_mentions_are_compared_with_few_others_each(monkeypatch: pytest.MonkeyPatch) -> None:
    from whodid.entities import grouping

    compared = []
    monkeypatch.setattr(grouping, "log_odds", lambda pair, fitted: compared.append(pair) or -9.0)  # type: ignore[func-returns-value]
    spans = [NamedSpan(f"guard no{n}x", False, 20 * n) for n in range(400)]
    assert len(group_mentions(spans)) == 400
    assert len(compared) <= 400 * grouping._BACK


def test_a_name_is_preferred_to_a_longer_description() -> None:
    assert canonical([NamedSpan("local radio journalist", False), NamedSpan("Ruiz", True)]) == "Ruiz"


@pytest.mark.parametrize(
    ("mentions", "best"),
    [
        (["Lagos pastor", "Obi"], "Obi"),
        (["Obi", "Chidi Obi", "pastor"], "Chidi Obi"),
        (["gunmen", "masked gunmen"], "masked gunmen"),
    ],
)
def test_the_mention_that_says_most_is_the_name_to_answer_by(mentions: list[str], best: str) -> None:
    assert canonical([NamedSpan(mention, True) for mention in mentions]) == best


@pytest.mark.parametrize(
    ("article", "found"),
    [
        ("[Ruiz] was shot. Ruiz taught, Ruiz's aunt says.", ["Ruiz", "Ruiz"]),
        ("[Ruiz] was shot. Luis Ruiz mourns. Ruizes do.", []),
        ("[Ruiz] was shot. Dr. Ruiz taught.", ["Ruiz"]),
        ("[Ana Ruiz] and [Ruiz] are one. Ana Ruiz taught. Ruiz sang.", ["Ana Ruiz", "Ruiz"]),
        ("A [teacher] fell. The teacher died.", []),
        ("{gunmen} fled; gunmen returned.", []),
        ("[RUIZ] WAS SHOT. MARY SAW RUIZ.", ["RUIZ"]),
        ("no mention", []),
    ],
)
def test_names_are_found_again_and_descriptions_are_not(article: str, found: list[str]) -> None:
    text, spans = marked(article)
    places = [span for group in recurrences([spans], article=text) for span in group]
    assert [text[start:end] for start, end in places] == found
    assert not {start for start, _ in places} & {span.start for span in spans}


def test_a_taken_place_is_not_found_again() -> None:
    text, spans = marked("[Ruiz] fled. Ruiz shot.")
    again = (text.rindex("Ruiz"), text.rindex("Ruiz") + 4)
    assert recurrences([spans], article=text) == [[again]]
    assert recurrences([spans], article=text, taken=[again]) == [[]]


@pytest.mark.parametrize(
    ("text", "marked_part", "tidied"),
    [
        ("the two men", "the two men", "two men"),
        ("a 42-year-old man fell", "-year-old man", "42-year-old man"),
        ("of the Tarok tribe", "of the Tarok tribe", "Tarok tribe"),
        ("men in military attire", "in military attire", "military attire"),
        ("Babu - said", "Babu -", "Babu"),
        ("Ira Hale.\n\nVega", "Hale.\n\nVega", "Hale."),
        ("said of the", "of the", None),
        ("Is that so", "Is", None),
        ("the group IS did", "IS", "IS"),
        ("Rene\u0301 fell", "Rene\u0301", "Rene\u0301"),
        ("members of the A-Team", "members of the A-Team", "members of the A-Team"),
        ('the "Chapo" gang', 'the "Chapo" gang', '"Chapo" gang'),
        ("Jr. Vega, the", "Vega, the", "Vega"),
        ("in-laws of Vega", "in-laws", "in-laws"),
    ],
)
def test_ragged_mentions_are_made_whole(text: str, marked_part: str, tidied: str | None) -> None:
    start = text.index(marked_part)
    span = tidy(text, start, start + len(marked_part))
    assert (text[slice(*span)] if span else None) == tidied


@pytest.mark.parametrize(
    ("gap", "meaning"),
    [
        (" ", "adjacent"),
        (" Dr. ", "adjacent"),
        (" (", "bracket"),
        (", ", "comma"),
        (", 34, ", "comma"),
        (", a ", "apposition"),
        (", who was the ", "is"),
        (" also known as ", "is"),
        (" was a local ", "is"),
        (" and ", "and"),
        (", his brother and ", "and"),
        (" shot ", None),
        ("\n\n", None),
        (" and " + "x" * 60, None),
    ],
)
def test_what_stands_between_two_mentions(gap: str, meaning: str | None) -> None:
    assert relation(gap) == meaning


def test_relations_are_between_neighbours_of_different_words() -> None:
    text, spans = marked("{gunmen} and {gunmen} met [Ana Ruiz] ([AR]). [AR] (fled).")
    found = wordings(spans, text)
    assert between(spans, found, text) == {(1, 2): frozenset({"bracket"})}


@pytest.mark.parametrize(
    ("text", "head", "plural", "proper"),
    [
        ("the two gunmen", "gunmen", True, False),
        ("members of the Front", "members", True, False),
        ("woman", "woman", False, False),
        ("riot police", "police", None, False),
        ("Ana Ruiz", "ruiz", False, True),
        ("Polisario Front", "front", None, True),
        ("Front", "front", None, False),
        ("Lagos man", "man", False, False),
    ],
)
def test_wordings_are_taken_apart(text: str, head: str, plural: bool | None, proper: bool) -> None:
    form = wordings([NamedSpan(text, True)], f"Here {text} stood.").forms[0]
    assert (form.head, form.plural, form.proper) == (head, plural, proper)


def test_a_noun_that_stands_in_small_letters_elsewhere_is_no_name() -> None:
    text, spans = marked("[Welders] fell. The welders died.")
    assert not wordings(spans, text).forms[0].proper


@pytest.mark.parametrize(
    ("noun", "one"),
    [
        ("houses", "house"),
        ("buses", "bus"),
        ("churches", "church"),
        ("bodies", "body"),
        ("schoolchildren", "schoolchild"),
    ],
)
def test_plurals_are_undone(noun: str, one: str) -> None:
    assert singular(noun) == (one, True)


def test_the_table_of_nouns_is_in_the_singular() -> None:
    assert {noun for noun in NOUN_KINDS if singular(noun)[1]} <= {"headquarters", "authorities", "people"}
    assert all(words_of(noun) == [noun] for noun in NOUN_KINDS)


def test_the_table_of_weights_fits_the_features() -> None:
    fitted = weights()
    assert list(fitted.of) == list(FEATURES)
    assert 0 < fitted.join <= fitted.join_capitals < 1


def naive_average_link(
    groups: list[list[int]], scores: dict[tuple[int, int], float], threshold: float, unseen: float, apart: list[bool]
) -> list[list[int]]:
    left = [(list(group), flag) for group, flag in zip(groups, apart, strict=True)]
    while True:
        best, pair = threshold, None
        for a, b in combinations(range(len(left)), 2):
            if left[a][1] and left[b][1]:
                continue
            pairs = [(min(i, j), max(i, j)) for i in left[a][0] for j in left[b][0]]
            mean = sum(scores.get(p, unseen) for p in pairs) / len(pairs)
            if any(p in scores for p in pairs) and mean >= best:
                best, pair = mean, (a, b)
        if pair is None:
            return sorted(sorted(group) for group, _ in left)
        one, other = left[pair[0]], left[pair[1]]
        left = [x for k, x in enumerate(left) if k not in pair] + [(one[0] + other[0], one[1] or other[1])]


@pytest.mark.parametrize("seed", range(40))
def test_clustering_is_what_a_plain_search_finds(seed: int) -> None:
    rng = random.Random(seed)
    items = rng.randint(1, 9)
    cut = rng.randint(0, items - 1)
    groups = [list(range(cut + 1)), *([i] for i in range(cut + 1, items))]
    scores = {pair: rng.gauss(0, 3) for pair in combinations(range(items), 2) if rng.random() < 0.7}
    apart = [rng.random() < 0.3 for _ in groups]
    found = average_link(groups, scores, threshold=0.2, unseen=-2.0, apart=apart)
    assert found == naive_average_link(groups, scores, 0.2, -2.0, apart)
