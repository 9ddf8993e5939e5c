"""One system's answer held against gold, article by article: what went wrong, of which kind, and where.

The kinds are those of `KINDS`. A predicted mention belongs to the gold participant of the same role that it has most in
common with; participants that stand nowhere together are still the same if the overlap match of `ceaf` says so. A
participant is found if one of its mentions is, so mentions of it that were passed over are no errors. Errors are not
figures: one mishap may show as several of them, and the scores count by other rules.

>>> from whodid.types import Entity, Event, Mention
>>> from whodid_training.article import GoldEntity, GoldEvent
>>> article = Article("a1", "Rebels of the Red Front seized Ana Ruiz in Uvira. A bomb hurt Leo Paz.", (
...     GoldEvent("kidnapping", (
...         GoldEntity("perpetrator_individual", ("Rebels",)),
...         GoldEntity("perpetrator_organization", ("Red Front",)),
...         GoldEntity("victim", ("Ana Ruiz",)))),
...     GoldEvent("bombing", (GoldEntity("victim", ("Leo Paz",)), GoldEntity("weapon", ("bomb",))))))
>>> def said(text, role, slot):
...     start = article.text.index(text)
...     return Entity(text, role, slot, None, True, 0.9, (Mention(start, start + len(text), text),))
>>> kidnapping = Event("kidnapping", 0.9, (
...     said("Rebels of the Red Front", "perpetrator_individual", "perpetrators"),
...     said("Ruiz in", "victim", "victims"),
...     said("Uvira", "victim", "victims")))
>>> attack = Event("attack", 0.6, (said("Leo Paz", "target", "targets"),))
>>> answer = Prediction(article.text, (kidnapping, attack), {}, windows=1, abstained=False)
>>> for error in review_article(article, answer):
...     print(error.kind, "|", *(item.text for item in error.gold), "|", *(item.text for item in error.predicted))
wrong boundary | Rebels | Rebels of the Red Front
missed | Red Front |
wrong boundary | Ana Ruiz | Ruiz in
spurious | | Uvira
missed | bomb |
wrong type | bombing | attack
wrong role | Leo Paz | Leo Paz
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from whodid.errors import DataError
from whodid.types import Prediction
from whodid_training.article import Article
from whodid_training.evaluation.convention import Convention, as_read
from whodid_training.metrics.ceaf import align, normalise, overlaps
from whodid_training.review.items import Item, Place, Reading, gold_reading, predicted_reading, shared

__all__ = ["KINDS", "Comparison", "ReviewError", "compare", "review_article"]

KINDS = {
    "missed": "Gold has it, the model does not report it.",
    "spurious": "The model reports it, gold does not have it.",
    "wrong boundary": "The right participant, but the marked words are too few or too many.",
    "wrong role": "Somebody who takes part, but in another role.",
    "wrong type": "An event reported as another type, or a participant put on the wrong one of the events found.",
    "split entity": "One participant, reported as several.",
    "merged entity": "Several participants, reported as one.",
}
"""The kinds of errors, and what each means."""


@dataclass(frozen=True, slots=True)
class ReviewError:
    """One thing that went wrong in one article."""

    article_id: str
    """In which."""
    kind: str
    """One of `KINDS`."""
    gold: tuple[Item, ...]
    """What gold says; empty for what is spurious."""
    predicted: tuple[Item, ...]
    """What the model says; empty for what was missed."""

    @property
    def what(self) -> str:
        """Whether it is about an "event" or a "participant"."""
        return self._items[0].what

    @property
    def label(self) -> str:
        """The event type or role that it is about: gold's, or else the model's."""
        return self._items[0].label

    @property
    def places(self) -> tuple[Place, ...]:
        """Where in the article it can be seen, in order; empty for an event that nobody takes part in."""
        return tuple(sorted({place for item in self._items for place in item.places}))

    @property
    def _items(self) -> tuple[Item, ...]:
        return (*self.gold, *self.predicted)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both readings of an article, and what went wrong."""

    article: Article
    """As far as the annotators read."""
    gold: Reading
    """What gold says."""
    predicted: Reading
    """What the model says."""
    errors: tuple[ReviewError, ...]
    """In the order of the article; those that stand nowhere come first."""


def compare(article: Article, prediction: Prediction, *, convention: Convention | None = None) -> Comparison:
    """Hold a prediction against gold.

    Args:
        article: gold.
        prediction: of its text, or of the part that was annotated.
        convention: which event types and roles count; all of the shipped ontology by default.

    Raises:
        DataError: the prediction is of another text.
    """
    read = as_read(article)
    if prediction.text not in (article.text, read.text):
        raise DataError(
            f"the prediction for article {article.id!r} is of another text, which begins {prediction.text[:40]!r}; "
            "predict on the gold articles"
        )
    rules = convention or Convention.full()
    gold = gold_reading(read, rules)
    predicted = predicted_reading(prediction, rules, until=len(read.text))
    errors = [
        ReviewError(article.id, kind, tuple(ours), tuple(theirs))
        for kind, ours, theirs in (*_event_errors(gold, predicted), *_participant_errors(gold, predicted, read.text))
    ]
    order = list(KINDS)
    errors.sort(key=lambda error: (error.places[:1], order.index(error.kind), error.label))
    return Comparison(read, gold, predicted, tuple(errors))


def review_article(
    article: Article, prediction: Prediction, *, convention: Convention | None = None
) -> tuple[ReviewError, ...]:
    """Return the errors of a prediction; arguments and errors as for `compare`."""
    return compare(article, prediction, convention=convention).errors


_Found = Iterator[tuple[str, Sequence[Item], Sequence[Item]]]
"""Kind of an error, with what gold and what the model says."""


def _event_errors(gold: Reading, predicted: Reading) -> _Found:
    """A type that was missed and one reported wrongly are one error if they have somebody in common."""
    reported, right = ({item.label for item in side.events} for side in (predicted, gold))
    missed = [item for item in gold.events if item.label not in reported]
    wrong = [item for item in predicted.events if item.label not in right]
    pairs = align([[bool(shared(m.places, w.places)) for w in wrong] for m in missed])
    yield from (("wrong type", [missed[i]], [wrong[j]]) for i, j in pairs)
    yield from (("missed", [item], []) for item in _others(missed, (i for i, _ in pairs)))
    yield from (("spurious", [], [item]) for item in _others(wrong, (j for _, j in pairs)))


def _participant_errors(gold: Reading, predicted: Reading, text: str) -> _Found:
    ours, theirs = gold.participants, predicted.participants
    contacts = [contact for index, item in enumerate(theirs) for contact in _contacts(index, item, ours)]
    met = list(dict.fromkeys((contact.gold, contact.predicted) for contact in contacts))
    yield from _groups(ours, theirs, met)
    yield from (
        ("wrong boundary", [_at(c.place, ours[c.gold], text)], [_at(c.said, theirs[c.predicted], text)])
        for c in contacts
        if c.place != c.said
    )
    rest, extra = _others(ours, (g for g, _ in met)), _others(theirs, (p for _, p in met))
    elsewhere = align([[_same(g, p) for p in extra] for g in rest])
    right = [(ours[g], theirs[p]) for g, p in met] + [(rest[i], extra[j]) for i, j in elsewhere]
    yield from _on_wrong_event(right, {item.label for item in predicted.events})
    rest, extra = _others(rest, (i for i, _ in elsewhere)), _others(extra, (j for _, j in elsewhere))
    swapped = align([[bool(shared(g.places, p.places)) for p in extra] for g in rest])
    yield from (("wrong role", [rest[i]], [extra[j]]) for i, j in swapped)
    yield from (("missed", [item], []) for item in _others(rest, (i for i, _ in swapped)))
    yield from (("spurious", [], [item]) for item in _others(extra, (j for _, j in swapped)))


@dataclass(frozen=True, slots=True)
class _Contact:
    """A predicted mention and the gold mention that it stands for."""

    gold: int
    """Index of the gold participant."""
    predicted: int
    """Index of the predicted one."""
    place: Place
    """Of the gold mention."""
    said: Place
    """Of the predicted one."""


def _contacts(index: int, item: Item, gold: Sequence[Item]) -> Iterator[_Contact]:
    """Give every mention of a predicted participant to the gold mention of its role that is most like it."""
    places = [(place, g) for g, other in enumerate(gold) if other.label == item.label for place in other.places]
    for said in item.places:
        likeness, place, owner = max(((_likeness(said, p), p, -g) for p, g in places), default=(0.0, said, 0))
        if likeness:
            yield _Contact(-owner, index, place, said)


def _likeness(one: Place, other: Place) -> float:
    """Share of the characters of both that both have."""
    both = shared([one], [other])
    return both / (one[1] - one[0] + other[1] - other[0] - both)


def _groups(gold: Sequence[Item], predicted: Sequence[Item], met: Sequence[tuple[int, int]]) -> _Found:
    for index, item in enumerate(gold):
        parts = [predicted[p] for g, p in met if g == index]
        if len(parts) > 1:
            yield "split entity", [item], parts
    for index, item in enumerate(predicted):
        parts = [gold[g] for g, p in met if p == index]
        if len(parts) > 1:
            yield "merged entity", parts, [item]


def _on_wrong_event(right: Iterable[tuple[Item, Item]], reported: set[str]) -> _Found:
    """A participant that was found, but not on its event although that was reported."""
    for ours, theirs in right:
        if not set(ours.types) & set(theirs.types) and set(ours.types) & reported:
            yield "wrong type", [ours], [theirs]


def _at(place: Place, item: Item, text: str) -> Item:
    """Narrow a participant down to one of its mentions."""
    return replace(item, strings=(text[slice(*place)],), places=(place,))


def _same(gold: Item, predicted: Item) -> bool:
    ours, theirs = (tuple(normalise(string) for string in item.strings) for item in (gold, predicted))
    return gold.label == predicted.label and overlaps(theirs, ours)


def _others(items: Sequence[Item], taken: Iterable[int]) -> list[Item]:
    gone = set(taken)
    return [item for index, item in enumerate(items) if index not in gone]
