"""Errors by kind: a worked example for each, what must hold for any answer, and a browser that no article can break."""

from __future__ import annotations

import doctest
import importlib
import random
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from whodid.errors import DataError
from whodid.ontology import DEFAULT
from whodid.types import Entity, Event, Mention, Prediction
from whodid_training.article import Article, GoldEntity, GoldEvent
from whodid_training.evaluation.convention import Convention
from whodid_training.gold import read_gold
from whodid_training.review.browser import ErrorBrowser, review
from whodid_training.review.errors import KINDS, ReviewError, review_article
from whodid_training.review.items import Item, gold_reading, shared

SAMPLES = Path(__file__).parent.parent / "data" / "samples" / "gold.jsonl"
TEXT = "Rebels of the Red Front seized Ana Ruiz, a nurse, in Uvira. A bomb hurt Leo Paz. Ruiz was freed."
SLOTS = {role.name: role.slot for role in DEFAULT.roles}


def participant(role: str, *mentions: str, text: str = TEXT) -> Entity:
    places = tuple(Mention(text.index(m), text.index(m) + len(m), m) for m in mentions)
    return Entity(mentions[0], role, SLOTS[role], None, True, 0.9, places)


def answer(*events: tuple[str, tuple[Entity, ...]], text: str = TEXT) -> Prediction:
    scores = dict.fromkeys(DEFAULT.type_names, 0.1)
    return Prediction(text, tuple(Event(name, 0.9, people) for name, people in events), scores, 1, False)


def article(*events: tuple[str, tuple[GoldEntity, ...]], text: str = TEXT) -> Article:
    return Article("a1", text, tuple(GoldEvent(name, people) for name, people in events))


def victim(*mentions: str) -> GoldEntity:
    return GoldEntity("victim", mentions)


def brief(errors: tuple[ReviewError, ...]) -> list[tuple[str, list[str], list[str]]]:
    return [(e.kind, [item.text for item in e.gold], [item.text for item in e.predicted]) for e in errors]


SEIZED = article(("kidnapping", (victim("Ana Ruiz", "Ruiz", "nurse"),)))

EXAMPLES = {
    "nothing is wrong": (SEIZED, answer(("kidnapping", (participant("victim", "Ana Ruiz"),))), []),
    "missed": (SEIZED, answer(("kidnapping", ())), [("missed", ["Ana Ruiz"], [])]),
    "spurious": (
        SEIZED,
        answer(("kidnapping", (participant("victim", "Ana Ruiz"), participant("victim", "Uvira")))),
        [("spurious", [], ["Uvira"])],
    ),
    "wrong boundary": (
        SEIZED,
        answer(("kidnapping", (participant("victim", "Ana Ruiz, a"),))),
        [("wrong boundary", ["Ana Ruiz"], ["Ana Ruiz, a"])],
    ),
    "wrong role": (
        SEIZED,
        answer(("kidnapping", (participant("perpetrator_individual", "Ana Ruiz"),))),
        [("wrong role", ["Ana Ruiz"], ["Ana Ruiz"])],
    ),
    "wrong type of an event": (
        SEIZED,
        answer(("attack", (participant("victim", "Ana Ruiz"),))),
        [("wrong type", ["kidnapping"], ["attack"])],
    ),
    "an event missed beside one made up, with nobody in common": (
        article(("arson", ())),
        answer(("robbery", ())),
        [("missed", ["arson"], []), ("spurious", [], ["robbery"])],
    ),
    "wrong type of a participant": (
        article(("kidnapping", (victim("Ana Ruiz"),)), ("bombing", (victim("Leo Paz"),))),
        answer(("kidnapping", (participant("victim", "Ana Ruiz"), participant("victim", "Leo Paz"))), ("bombing", ())),
        [("wrong type", ["Leo Paz"], ["Leo Paz"])],
    ),
    "split entity": (
        SEIZED,
        answer(("kidnapping", (participant("victim", "Ana Ruiz"), participant("victim", "nurse")))),
        [("split entity", ["Ana Ruiz"], ["Ana Ruiz", "nurse"])],
    ),
    "merged entity": (
        article(("attack", (victim("Ana Ruiz"), victim("Leo Paz")))),
        answer(("attack", (participant("victim", "Ana Ruiz", "Leo Paz"),))),
        [("merged entity", ["Ana Ruiz", "Leo Paz"], ["Ana Ruiz"])],
    ),
    "the same participant, found elsewhere": (
        article(("attack", (victim("Rebels"),)), text="Rebels fell. Two rebels died."),
        answer(("attack", (participant("victim", "rebels", text="Rebels fell. Two rebels died."),)),
               text="Rebels fell. Two rebels died."),
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_kind_of_error(name: str) -> None:
    gold, predicted, expected = EXAMPLES[name]
    assert brief(review_article(gold, predicted)) == expected


@pytest.mark.parametrize("name", ["errors", "items", "precision_recall", "extra"])
def test_the_worked_examples_of_the_docstrings_run(name: str) -> None:
    results = doctest.testmod(importlib.import_module(f"whodid_training.review.{name}"))
    assert results.attempted > 0
    assert results.failed == 0


def test_an_error_says_where_it_is() -> None:
    (error,) = review_article(SEIZED, answer(("kidnapping", (participant("victim", "Ana Ruiz, a"),))))
    assert error.places == ((31, 39), (31, 42))
    assert (error.article_id, error.what, error.label) == ("a1", "participant", "victim")


def test_what_the_annotators_did_not_read_is_no_error() -> None:
    read = Article("a1", TEXT, SEIZED.events, read_until=60)
    found = answer(("kidnapping", (participant("victim", "Ana Ruiz"), participant("victim", "Leo Paz"))))
    assert review_article(read, found) == ()


def test_roles_and_types_outside_the_convention_do_not_count() -> None:
    full = Convention.full()
    narrow = Convention("narrow", ("kidnapping",), ("victim",), full.slots)
    found = answer(("kidnapping", (participant("victim", "Ana Ruiz"), participant("target", "Uvira"))), ("arson", ()))
    assert len(review_article(SEIZED, found)) == 2
    assert review_article(SEIZED, found, convention=narrow) == ()


def test_a_prediction_of_another_text_is_refused() -> None:
    with pytest.raises(DataError, match="'a1' is of another text, which begins 'Elsewhere'"):
        review_article(SEIZED, answer(text="Elsewhere"))


def as_prediction(gold: Article) -> Prediction:
    """Answer exactly what gold says."""
    reading = gold_reading(gold, Convention.full())
    return answer(
        *((e.label, tuple(_entity(p, gold.text) for p in reading.participants if e.label in p.types))
          for e in reading.events),
        text=gold.text,
    )  # fmt: skip


def _entity(item: Item, text: str) -> Entity:
    mentions = tuple(Mention(start, end, text[start:end]) for start, end in item.places)
    return Entity(item.text, item.label, SLOTS[item.label], None, True, 0.9, mentions)


@pytest.mark.parametrize("gold", read_gold(SAMPLES), ids=lambda gold: gold.id)
def test_gold_itself_has_no_errors(gold: Article) -> None:
    assert review_article(gold, as_prediction(gold)) == ()


@pytest.mark.parametrize("gold", read_gold(SAMPLES), ids=lambda gold: gold.id)
def test_of_no_answer_everything_is_missed(gold: Article) -> None:
    reading = gold_reading(gold, Convention.full())
    errors = review_article(gold, answer(text=gold.text))
    assert {error.kind for error in errors} <= {"missed"}
    assert len(errors) == len(reading.events) + len(reading.participants)


def test_a_participant_joins_all_that_share_a_string_with_it() -> None:
    gold = article(
        ("kidnapping", (victim("Ana Ruiz"),)), ("attack", (victim("Leo Paz"), victim("a nurse"))),
        ("bombing", (victim("a nurse", "Ana Ruiz"),)),
    )  # fmt: skip
    reading = gold_reading(gold, Convention.full())
    assert [item.strings for item in reading.participants] == [("Ana Ruiz", "a nurse"), ("Leo Paz",)]
    assert set(reading.participants[0].types) == {"kidnapping", "attack", "bombing"}


def random_answer(rng: random.Random, gold: Article) -> Prediction:
    """Gold with words added and taken away, roles and events shuffled."""
    words = [match.span() for match in re.finditer(r"\w+", gold.text)]
    events = {name: [] for name in rng.sample(DEFAULT.type_names, 3)}
    for _ in range(rng.randrange(25)):
        role = rng.choice(DEFAULT.role_names)
        spans = [(words[i][0], words[min(i + rng.randrange(3), len(words) - 1)][1])
                 for i in sorted(rng.sample(range(len(words)), 2))]  # fmt: skip
        mentions = tuple(Mention(start, end, gold.text[start:end]) for start, end in spans)
        rng.choice(list(events.values())).append(Entity(mentions[0].text, role, SLOTS[role], None, True, 0.5, mentions))
    return answer(*((name, tuple(people)) for name, people in events.items()), text=gold.text)


@pytest.mark.parametrize("seed", range(20))
def test_every_participant_is_accounted_for_once(seed: int) -> None:
    rng = random.Random(seed)
    gold = rng.choice(read_gold(SAMPLES))
    predicted = random_answer(rng, gold)
    errors = [error for error in review_article(gold, predicted) if error.what == "participant"]
    found = predicted.entities
    for item in gold_reading(gold, Convention.full()).participants:
        lost = [error for error in errors if error.kind in ("missed", "wrong role") and item in error.gold]
        same_role = [[(m.start, m.end) for m in entity.mentions] for entity in found if entity.role == item.label]
        touched = any(shared(item.places, places) for places in same_role)
        assert len(lost) <= 1
        assert not (touched and lost)
    for kind in KINDS:
        assert len({(error.gold, error.predicted) for error in errors if error.kind == kind}) == len(
            [error for error in errors if error.kind == kind]
        )


def browser_of(*answers: Prediction) -> ErrorBrowser:
    return review([SEIZED] * len(answers), answers)


def test_a_browser_is_narrowed_down_by_kind_label_and_article() -> None:
    wrong = answer(("attack", (participant("victim", "Ana Ruiz"), participant("target", "Uvira"))))
    browser = browser_of(wrong)
    assert browser.by_kind == {**dict.fromkeys(KINDS, 0), "spurious": 1, "wrong type": 1}
    assert brief(browser.only("spurious").errors) == [("spurious", [], ["Uvira"])]
    assert browser.only(what="event").errors == browser.only("wrong type").errors
    assert browser.only("missed").articles == ()
    assert browser.only(label="target", article="a1").errors == browser.only("spurious").errors
    assert repr(browser) == "<ErrorBrowser: 2 errors in 1 of 1 articles>"


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda browser: browser.only("mised"), "kind of error 'mised' is not there; allowed: 'missed', 'spurious'"),
        (lambda browser: browser.only(what="people"), "what 'people' is not there; allowed: 'event' or 'participant'"),
        (lambda browser: browser.only(article="b2"), "article 'b2' is not there; allowed: 'a1'"),
    ],
)
def test_a_browser_says_what_can_be_asked(ask: object, said: str) -> None:
    with pytest.raises(DataError, match=re.escape(said)):
        ask(browser_of(answer()))  # type: ignore[operator]


def test_articles_and_predictions_must_be_as_many() -> None:
    with pytest.raises(DataError, match="1"):
        review([SEIZED], [])


class _Text(HTMLParser):
    """Elements and text of a piece of HTML, styles aside."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "sub" not in self.open:
            self.text += data


def parsed(html: str) -> _Text:
    reader = _Text()
    reader.feed(html)
    return reader


def test_the_article_is_whole_and_both_sides_are_marked() -> None:
    html = browser_of(answer(("kidnapping", (participant("victim", "Ruiz, a"), participant("target", "Uvira")))))
    page = html._repr_html_()
    assert TEXT in parsed(page).text
    assert '<u class="victims gold' in page
    assert '<mark class="victims predicted' in page
    assert "victim: wrong boundary" in page
    assert "target: spurious" in page


def test_nothing_from_an_article_becomes_markup() -> None:
    text = 'Ana <script>alert(1)</script> "Ruiz" & \x1b[31m\x00 $x$ <b onclick="x">fled'
    gold = Article('<i id="a1">', text, (GoldEvent("kidnapping", (victim('script>alert(1)</script> "Ruiz'),)),))
    mention = Mention(0, 30, text[:30])
    entity = Entity(mention.text, "victim", "victims", None, True, 0.9, (mention,))
    page = review([gold], [answer(("kidnapping", (entity,)), text=text)])._repr_html_()
    read = parsed(page)
    assert not {"script", "i"} & set(read.tags)
    assert "onclick" not in " ".join(re.findall(r"<[^>]*>", page))
    assert "\x1b" not in page
    assert "\x00" not in page
    assert "mathjax_ignore" in page


def test_a_long_list_says_what_it_leaves_out() -> None:
    many = review([Article(f"a{i}", TEXT, SEIZED.events) for i in range(5)], [answer()] * 5)
    page = many.first(2)._repr_html_()
    assert page.count("<details") == 2
    assert "3 more articles: ask for them with <code>.first(5)</code>" in page
    assert "more article" not in many.first(5)._repr_html_()


def test_a_browser_without_errors_can_be_shown() -> None:
    right = answer(("kidnapping", (participant("victim", "Ana Ruiz"),)))
    assert "0 errors in 0 of 1 article" in browser_of(right)._repr_html_()
    assert "0 errors in 0 of 1 article" in browser_of(right).only("missed")._repr_html_()
