"""The losses, by hand: what each averages over, and that a label that is unknown has no influence at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log

import pytest
import torch

from whodid.incidents import BUCKETS
from whodid.network import Scores
from whodid_training.batches import Batch
from whodid_training.examples import IGNORE
from whodid_training.loss import UNKNOWN, LossWeights, article_evidence, masked_losses

WINDOWS, PIECES, ROLES, TYPES, WIDTH = 3, 4, 2, 2, 2
DISTANCE = torch.zeros(BUCKETS)
ALIKE = LossWeights(1.0, 1.0, 1.0, 1.0, 1.0, 1.0)


def scores(*, windows: int = WINDOWS, random: bool = False) -> Scores:
    """Scores of zero, or random ones; with gradients."""
    shapes = (
        (windows, PIECES, ROLES, 3),
        (windows, TYPES),
        (windows, PIECES, ROLES, TYPES),
        (windows, PIECES),
        (windows, PIECES, ROLES, WIDTH),
        (windows, TYPES),
        (windows, PIECES, WIDTH),
        (windows, PIECES, TYPES),
    )
    draw = torch.Generator().manual_seed(1)
    return Scores(*((torch.randn(s, generator=draw) if random else torch.zeros(s)).requires_grad_() for s in shapes))


def unknown(*, articles: tuple[int, ...] = (0, 0, 1)) -> Batch:
    """Windows of which nothing is known."""
    windows = len(articles)
    return Batch(
        ids=torch.arange(windows * PIECES).view(windows, PIECES),
        shapes=torch.zeros(windows, PIECES, dtype=torch.long),
        mask=None,
        article=torch.tensor(articles),
        tags=torch.full((windows, PIECES, ROLES), IGNORE),
        links=torch.full((windows, PIECES, ROLES), IGNORE),
        incidents=torch.full((windows, PIECES, ROLES), IGNORE),
        entities=torch.full((windows, PIECES, ROLES), IGNORE),
        positions=torch.arange(windows * PIECES).view(windows, PIECES),
        names=torch.full((windows, PIECES), IGNORE),
        types=torch.full((max(articles) + 1, TYPES), IGNORE),
        mains=torch.full((max(articles) + 1, TYPES), IGNORE),
    )


def mention(batch: Batch, given: Scores, place: tuple[int, int, int], vector: Sequence[float], **labels: int) -> None:
    """Put a mention at (window, piece, role) with its sets of types and of incidents, both {0} by default."""
    batch.links[place], batch.incidents[place] = labels.get("types", 0b1), labels.get("incidents", 0b1)
    with torch.no_grad():
        given.incidents[place] = torch.tensor(vector)


def test_tags_cost_their_surprise_summed_over_roles_and_averaged_over_words() -> None:
    batch, given = unknown(), scores()
    batch.tags[0, 1] = torch.tensor([1, 0])  # one word: BEGIN in the first role, OUTSIDE in the second
    batch.tags[2, 2] = torch.tensor([0, 0])  # another word
    with torch.no_grad():
        given.roles[0, 1, 0, 1] = log(2)  # P(BEGIN) = 2 / (1 + 2 + 1)
    expected = (log(2) + 3 * log(3)) / 2  # the other three are one of three equally likely tags
    assert masked_losses(given, batch, DISTANCE).roles.item() == pytest.approx(expected)


def test_types_cost_the_surprise_of_the_strongest_window() -> None:
    batch, given = unknown(), scores()
    batch.types[0] = torch.tensor([1, IGNORE])
    batch.types[1] = torch.tensor([IGNORE, 0])
    with torch.no_grad():
        given.event_types[:] = torch.tensor([[-9.0, 0.0], [log(3), 5.0], [4.0, -log(4)]])
    expected = (-log(3 / 4) - log(4 / 5)) / 2  # P(1) of the first article is 3/4, of the second 1/5
    assert masked_losses(given, batch, DISTANCE).types.item() == pytest.approx(expected)


def test_links_cost_the_surprise_of_every_type_of_a_set() -> None:
    batch, given = unknown(), scores()
    batch.links[0, 1, 1] = 0b10  # the second type and not the first
    with torch.no_grad():
        given.links[0, 1, 1] = torch.tensor([-log(3), log(7)])  # P: 1/4 and 7/8
    assert masked_losses(given, batch, DISTANCE).links.item() == pytest.approx((-log(3 / 4) - log(7 / 8)) / 2)


def test_names_cost_their_surprise() -> None:
    batch, given = unknown(), scores()
    batch.names[0, 1], batch.names[1, 2] = 1, 0
    with torch.no_grad():
        given.names[0, 1], given.names[1, 2] = log(4), log(1 / 4)  # P: 4/5 and 1/5
    assert masked_losses(given, batch, DISTANCE).names.item() == pytest.approx(-log(4 / 5))


def test_the_main_type_costs_the_surprise_of_the_strongest_window() -> None:
    batch, given = unknown(), scores()
    batch.mains[0] = torch.tensor([1, 0])
    with torch.no_grad():
        given.mains[:] = torch.tensor([[-9.0, -log(4)], [log(3), -9.0], [50.0, 50.0]])  # P: 3/4 and 1/5
    loss = masked_losses(given, batch, DISTANCE).mains
    assert loss.item() == pytest.approx((-log(3 / 4) - log(4 / 5)) / 2)
    loss.backward()  # type: ignore[no-untyped-call]
    assert given.mains.grad is not None
    assert (given.mains.grad != 0).tolist() == [[False, True], [True, False], [False, False]]


@pytest.mark.parametrize(
    ("one", "other", "incidents", "expected"),
    [
        ((0.0, 0.0), (0.0, 0.0), (0b01, 0b01), log(2)),
        ((0.0, 0.0), (0.0, 0.0), (0b01, 0b10), log(2)),
        ((log(3), 0.0), (1.0, 5.0), (0b01, 0b01), -log(3 / 4)),  # the product is log 3
        ((log(3), 0.0), (1.0, 5.0), (0b01, 0b10), -log(1 / 4)),
        ((log(3), 0.0), (1.0, 5.0), (0b11, 0b10), -log(3 / 4)),  # one of several incidents is enough
    ],
)
def test_two_mentions_cost_the_surprise_of_being_of_one_incident_or_not(
    one: Sequence[float], other: Sequence[float], incidents: tuple[int, int], expected: float
) -> None:
    batch, given = unknown(), scores()
    mention(batch, given, (0, 1, 0), one, incidents=incidents[0])
    mention(batch, given, (1, 2, 1), other, incidents=incidents[1])  # in the next window of the same article
    assert masked_losses(given, batch, DISTANCE).incidents.item() == pytest.approx(expected)


def test_how_far_apart_two_mentions_stand_in_the_article_is_added() -> None:
    batch, given = unknown(), scores()
    mention(batch, given, (0, 1, 0), (0.0, 0.0))
    mention(batch, given, (1, 2, 1), (0.0, 0.0))  # pieces 1 and 6 of the article
    distance = torch.zeros(BUCKETS)
    distance[3] = log(7)  # four to seven pieces
    distance.requires_grad_()
    loss = masked_losses(given, batch, distance).incidents
    assert loss.item() == pytest.approx(-log(7 / 8))
    loss.backward()  # type: ignore[no-untyped-call]
    assert distance.grad is not None
    assert distance.grad.nonzero().tolist() == [[3]]


@pytest.mark.parametrize(
    ("place", "types"), [((2, 1, 0), 0b1), ((1, 1, 0), 0b10)], ids=["another article", "events of other types"]
)
def test_what_is_never_asked_is_not_compared(place: tuple[int, int, int], types: int) -> None:
    batch, given = unknown(), scores(random=True)
    mention(batch, given, (0, 1, 0), (1.0, 1.0))
    mention(batch, given, place, (1.0, 1.0), types=types)
    loss = masked_losses(given, batch, DISTANCE).incidents
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() == 0.0
    assert given.incidents.grad is not None
    assert not given.incidents.grad.any()


def test_incidents_are_averaged_over_the_pairs_of_an_article_and_then_over_articles() -> None:
    batch, given = unknown(articles=(0, 1, 2)), scores()
    for piece in range(3):  # three pairs
        mention(batch, given, (0, piece, 0), (0.0, 0.0))
    mention(batch, given, (1, 0, 0), (log(3), 0.0))
    mention(batch, given, (1, 1, 0), (1.0, 0.0))
    mention(batch, given, (2, 0, 0), (9.0, 9.0))  # alone: no pair, and no article to average over
    assert masked_losses(given, batch, DISTANCE).incidents.item() == pytest.approx((log(2) - log(3 / 4)) / 2)


def test_only_mentions_that_were_compared_are_taught_by_their_incidents() -> None:
    batch, given = unknown(), scores(random=True)
    mention(batch, given, (0, 1, 0), (1.0, 1.0))
    mention(batch, given, (1, 2, 1), (1.0, -2.0))
    mention(batch, given, (1, 3, 1), (1.0, -2.0), types=0b10)  # of a type with nobody else
    masked_losses(given, batch, DISTANCE).incidents.backward()  # type: ignore[no-untyped-call]
    assert given.incidents.grad is not None
    assert given.incidents.grad.any(dim=-1).nonzero().tolist() == [[0, 1, 0], [1, 2, 1]]


def words(batch: Batch, given: Scores, **found: tuple[tuple[int, int, int], int, tuple[float, float]]) -> None:
    """Put words at (window, piece, role), each of a participant and with a vector; their names are for the reader."""
    for place, entity, vector in found.values():
        batch.entities[place] = entity
        with torch.no_grad():
            given.entities[place[:2]] = torch.tensor(vector)


@pytest.mark.parametrize(("number", "expected"), [(3, -log(3 / 4)), (4, -log(1 / 4))])
def test_two_words_cost_the_surprise_of_being_of_one_participant_or_not(number: int, expected: float) -> None:
    batch, given = unknown(), scores()
    words(batch, given, teacher=((0, 1, 0), 3, (1.0, 0.0)), Ana=((1, 2, 0), number, (log(3) - UNKNOWN, 7.0)))
    assert masked_losses(given, batch, DISTANCE).entities.item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "place", [(2, 1, 0), (1, 1, 1)], ids=["of another article, though of its number", "in another role"]
)
def test_words_that_are_never_grouped_are_not_compared(place: tuple[int, int, int]) -> None:
    batch, given = unknown(), scores()
    words(batch, given, one=((0, 1, 0), 0, (1.0, 0.0)), other=(place, 0, (1.0, 0.0)))
    assert masked_losses(given, batch, DISTANCE).entities.item() == 0.0


def test_a_word_is_not_compared_with_itself_elsewhere() -> None:
    batch, given = unknown(), scores()
    words(batch, given, one=((0, 1, 0), 0, (1.0, 0.0)), again=((1, 2, 0), 1, (1.0, 0.0)))
    batch.ids[1, 2] = batch.ids[0, 1]
    assert masked_losses(given, batch, DISTANCE).entities.item() == 0.0


def test_the_total_is_weighted() -> None:
    batch = unknown()
    batch.tags[0, 0], batch.types[0], batch.links[0, 0], batch.names[0, 0] = 0, 1, 1, 1
    batch.incidents[0, 0], batch.mains[0] = 1, 1  # a mention in both roles, which are one pair
    weights = LossWeights(types=0.5, links=0.2, names=0.1, incidents=0.03, entities=0.01, mains=0.07)
    total = masked_losses(scores(), batch, DISTANCE).total(weights)
    assert total.item() == pytest.approx(2 * log(3) + 0.9 * log(2))


def test_a_batch_of_which_nothing_is_known_costs_nothing_and_teaches_nothing() -> None:
    given = scores(random=True)
    total = masked_losses(given, unknown(), DISTANCE).total(ALIKE)
    total.backward()  # type: ignore[no-untyped-call]
    assert total.item() == 0.0
    assert all(part.grad is None or not part.grad.any() for part in given)


def test_gradients_are_zero_exactly_where_labels_are_unknown() -> None:
    batch, given = unknown(), scores(random=True)
    draw = torch.Generator().manual_seed(2)
    known = {}
    for name, most in (("tags", 3), ("links", 4), ("names", 2), ("types", 2)):
        labels = getattr(batch, name)
        known[name] = torch.rand(labels.shape, generator=draw) < 0.5
        labels[known[name]] = torch.randint(most, labels.shape, generator=draw)[known[name]]
    masked_losses(given, batch, DISTANCE).total(ALIKE).backward()  # type: ignore[no-untyped-call]
    assert given.roles.grad is not None
    assert given.links.grad is not None
    assert given.names.grad is not None
    assert given.event_types.grad is not None
    assert torch.equal(given.roles.grad.any(dim=-1), known["tags"])
    assert torch.equal(given.links.grad.any(dim=-1), known["links"])
    assert torch.equal(given.names.grad != 0, known["names"])
    strongest = torch.zeros(WINDOWS, TYPES, dtype=torch.bool)
    for window, article in enumerate(batch.article.tolist()):
        of_article = given.event_types[batch.article == article]
        strongest[window] = given.event_types[window] == of_article.max(dim=0).values
    assert torch.equal(given.event_types.grad != 0, strongest & known["types"][batch.article])


def test_what_unknown_words_score_does_not_matter() -> None:
    batch, given = unknown(), scores(random=True)
    batch.tags[0, 1], batch.names[0, 1], batch.links[0, 1], batch.types[0, 0] = 1, 1, 1, 1
    batch.incidents[0, 1], batch.mains[0, 0] = 1, 1
    batch.entities[0, :2, 0] = torch.tensor([0, 1])
    before = masked_losses(given, batch, DISTANCE)
    with torch.no_grad():
        for part in (given.roles, given.links, given.names, given.incidents, given.entities):
            part[1:] = 1000.0
        for part in (given.event_types, given.mains):
            part[2] = 1000.0  # of the other article
        given.carried[:] = 1000.0  # is part of the types' evidence already
    after = masked_losses(given, batch, DISTANCE)
    for name in ("roles", "types", "links", "names", "incidents", "entities", "mains"):
        assert torch.equal(getattr(before, name), getattr(after, name))


def test_evidence_is_the_maximum_over_the_windows_of_an_article() -> None:
    windows = torch.tensor([[0.5, -1.0], [2.0, -3.0], [-4.0, 1.0], [0.0, 0.0]])
    pooled = article_evidence(windows, torch.tensor([0, 1, 0, 1]), articles=2)
    assert pooled.tolist() == [[0.5, 1.0], [2.0, 0.0]]


BY_WINDOW = ("article", "tags", "links", "names", "incidents", "entities", "positions")


def test_one_more_window_without_evidence_changes_nothing() -> None:
    batch = unknown(articles=(0, 0))
    batch.types[0] = torch.tensor([1, 0])
    given = scores(windows=2)
    with torch.no_grad():
        given.event_types[:] = torch.tensor([[3.0, -2.0], [-9.0, -9.0]])
    alone = replace(batch, **{name: getattr(batch, name)[:1] for name in BY_WINDOW})
    first = Scores(*(part[:1] for part in given))
    assert torch.equal(masked_losses(given, batch, DISTANCE).types, masked_losses(first, alone, DISTANCE).types)
