"""How well mentions are grouped when the mentions themselves are given: gold mentions in, B-cubed and CEAF-E out.

    python benchmarks/grouping.py --root CORPORA [--corpus NAME ...] [--split dev] [--fit | --model FOLDER]

Prints a Markdown table, one row for each corpus and role. Every distinct wording of a gold entity counts once, so
that repeating a name is not rewarded. `--fit` first fits the table of weights on the training splits and writes it
into the package (needs scikit-learn). `--model` scores the participants that a model answers instead, joined from
different probabilities on, by the words alone and by what the network says as well; thresholds are those that were
fitted with the latter. Nothing of the corpora but these figures and weights is kept.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from unittest.mock import patch

from whodid.calibration import Coreference
from whodid.entities import NamedSpan, group_mentions, pairs
from whodid.entities.forms import wordings
from whodid.entities.gaps import between
from whodid.entities.grouping import candidates
from whodid.entities.pairs import FEATURES, features
from whodid.model import Model
from whodid_training.align import mention_spans
from whodid_training.article import Article, GoldEntity
from whodid_training.corpora.registry import CORPORA, load_corpus
from whodid_training.develop import load_development
from whodid_training.evaluation.convention import as_read
from whodid_training.evaluation.scoring import score_predictions
from whodid_training.examples import looks_named
from whodid_training.metrics.counts import CreditTally
from whodid_training.metrics.grouping import grouping

FITTED_ON = ("hrdsattack", "newswire", "fnc1", "gvdb", "satp", "muc4")
MEASURED = ("hrdsattack", "newswire", "muc4")
WRONG_FLAGS = 0.1
"""Share of descriptions whose mark "known by name" is turned round in fitting, about as often as the network errs."""
WRONG_EVENTS = 0.15
"""Share of mentions that are put on another event of the article in fitting, for the same reason."""
JOIN = 0.35
"""Mean probability from which groups are joined: gold mentions are grouped equally well from 0.3 to 0.4. With less, the
answers of a model gain in participants, of which one right string is enough, and lose in B-cubed (`--model`)."""
JOIN_CAPITALS = 0.6
"""The same in articles printed in capitals."""
TRIED = (0.2, 0.3, 0.35, 0.4, 0.5)
"""Values of `JOIN` that the answers of a model are scored with."""
ALMOST_SURE = 1.0 - 1e-9
"""As `JOIN`, leaves every description alone."""
TABLE = Path(pairs.__file__).with_name("weights.json")


@dataclass(frozen=True)
class Given:
    """The gold mentions of one role in one article."""

    article: Article
    role: str
    mentions: tuple[NamedSpan, ...]
    entities: tuple[int, ...]
    """Which entity each is of."""


def given(article: Article, role: str) -> Given:
    """Place the gold mentions of a role; of those that overlap, the longest."""
    entities = article.participants(role)
    spans = {
        span: number
        for number, entity in reversed(list(enumerate(entities)))
        for span in mention_spans(entity, article.text)
    }
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        if all(end <= s or e <= start for s, e in kept):
            kept.append((start, end))
    kept.sort()
    named = [known_by_name(entity, article) for entity in entities]
    on = [on_events(entity, article) for entity in entities]
    mentions = tuple(NamedSpan(article.text[s:e], named[spans[s, e]], s, on[spans[s, e]]) for s, e in kept)
    return Given(article, role, mentions, tuple(spans[span] for span in kept))


def on_events(entity: GoldEntity, article: Article) -> frozenset[str]:
    """Say on which types of event an entity is: those that have any of its mentions in this role."""
    return frozenset(
        event.type
        for event in article.events
        for other in event.entities
        if other.role == entity.role and other.shares_mention(entity)
    )


def known_by_name(entity: GoldEntity, article: Article) -> bool:
    """Say what the network is taught: whether any mention is a name."""
    if entity.named is not None:
        return entity.named
    return any(looks_named(mention, article.text) for mention in entity.mentions)


def all_given(root: Path, corpus: str, split: str) -> Iterator[Given]:
    """Yield the gold mentions of every article and role of a split."""
    for article in load_corpus(corpus, root=root, split=split).articles:
        for role in CORPORA[corpus].roles:
            found = given(as_read(article), role)
            if found.mentions:
                yield found


def clusters(one: Given, numbers: Sequence[int]) -> list[set[str]]:
    """Turn the entity of each mention into sets of distinct wordings; one that is in two counts where it is first."""
    where: dict[str, int] = {}
    for mention, number in zip(one.mentions, numbers, strict=True):
        where.setdefault(mention.text.casefold(), number)
    found: dict[int, set[str]] = defaultdict(set)
    for text, number in where.items():
        found[number].add(text)
    return list(found.values())


def score(everything: Sequence[Given], how: str, *, fitted: pairs.Weights) -> CreditTally:
    """Group the mentions and compare with gold."""
    gold, ours = [], []
    for one in everything:
        numbers = [0] * len(one.mentions)
        for number, group in enumerate(group_mentions(one.mentions, article=one.article.text, fitted=fitted)):
            for index in group:
                numbers[index] = number
        gold.append({one.role: clusters(one, one.entities)})
        ours.append({one.role: clusters(one, numbers)})
    return grouping(ours, gold, roles=sorted({one.role for one in everything}), score=how)


def rows(corpus: str, everything: Sequence[Given]) -> Iterator[str]:
    """Score one corpus."""
    whole = pairs.weights()
    names = replace(whole, join=ALMOST_SURE, join_capitals=ALMOST_SURE)
    alone, cubed = (score(everything, "b_cubed", fitted=fitted) for fitted in (names, whole))
    aligned = score(everything, "ceaf_e", fitted=whole)
    for label in (*cubed.labels, None):
        before, b, c = (tally.of(label) if label else tally.micro for tally in (alone, cubed, aligned))
        figures = (f"{100 * value:.1f}" for value in (before.f1, b.precision, b.recall, b.f1, c.f1))
        yield f"| {' | '.join((corpus, label or 'all', f'{b.n_gold:,.0f}', *figures))} |"


def in_answers(model: Model, root: Path, corpus: str, split: str) -> Iterator[str]:
    """Score the participants that a model answers, with its decisions but for who is joined, for all of `TRIED`."""
    development = load_development(corpus, root=root, split=split)
    readings = list(model.read_many(development.texts))
    words = replace(model.decisions, calibration=replace(model.decisions.calibration, coreference=Coreference()))
    for (by, decisions), join in product((("words", words), ("words and network", model.decisions)), TRIED):
        tried = replace(pairs.weights(), join=join)
        with patch("whodid.entities.grouping.weights", lambda tried=tried: tried):
            answers = [model.decide(reading, decisions=decisions) for reading in readings]
        found = score_predictions(development.articles, answers, convention=development.convention)
        people, grouped = found.roles[development.convention.match].micro, found.grouping["b_cubed"].micro
        figures = (f"{100 * value:.1f}" for value in (people.precision, people.recall, people.f1, grouped.f1))
        yield f"| {' | '.join((corpus, by, f'{join}', *figures))} |"


def misjudged(mention: NamedSpan, article: Article, rng: random.Random) -> NamedSpan:
    """Say of a mention what the network would, which errs."""
    wrong = mention.text[:1].islower() and rng.random() < WRONG_FLAGS
    event = rng.choice(sorted(article.event_types if rng.random() < WRONG_EVENTS else mention.events))
    return replace(mention, named=mention.named != wrong, events=frozenset((event,)))


def fit(root: Path) -> None:
    """Fit the weights on pairs of wordings of the training articles, and write them."""
    from sklearn.linear_model import LogisticRegression

    rng = random.Random(0)
    seen, same = [], []
    for corpus in FITTED_ON:
        for one in all_given(root, corpus, "train"):
            mentions = [misjudged(mention, one.article, rng) for mention in one.mentions]
            found = wordings(mentions, one.article.text)
            entities: dict[int, set[int]] = defaultdict(set)
            for form, entity in zip(found.of_mention, one.entities, strict=True):
                entities[form].add(entity)
            for first, second, pair in candidates(found, between(mentions, found, one.article.text)):
                seen.append(features(pair))
                same.append(bool(entities[first] & entities[second]))
    model = LogisticRegression(max_iter=1000).fit(seen, same)
    table = {
        "bias": round(float(model.intercept_[0]), 2),
        "join": JOIN,
        "join_capitals": JOIN_CAPITALS,
        "of": {name: round(float(w), 2) for name, w in zip(FEATURES, model.coef_[0], strict=True)},
    }
    TABLE.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    pairs.weights.cache_clear()
    print(f"{len(same)} pairs, {sum(same)} of one participant; wrote {TABLE.name}\n")


def main() -> None:
    """Fit if asked to, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, required=True, help="folder that holds the corpora")
    parser.add_argument("--corpus", action="append", choices=list(CORPORA), help=f"by default {', '.join(MEASURED)}")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--fit", action="store_true", help="fit the weights first, and write them into the package")
    parser.add_argument("--model", type=Path, help="score the answers of this model folder instead of gold mentions")
    arguments = parser.parse_args()
    if arguments.fit:
        fit(arguments.root)
    if arguments.model:
        model = Model.load(arguments.model)
        print("| corpus | by | joined from | participants: P | R | F1 | B-cubed F1 |\n" + "| --- " * 7 + "|")
        for corpus in arguments.corpus or MEASURED:
            for row in in_answers(model, arguments.root, corpus, arguments.split):
                print(row, flush=True)
        return
    print(
        "| corpus | role | wordings | names alone: B-cubed F1 | B-cubed P | R | F1 | CEAF-E F1 |\n" + "| --- " * 8 + "|"
    )
    for corpus in arguments.corpus or MEASURED:
        for row in rows(corpus, list(all_given(arguments.root, corpus, arguments.split))):
            print(row)


if __name__ == "__main__":
    main()
