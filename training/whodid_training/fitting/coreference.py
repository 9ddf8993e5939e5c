"""Fitting how much the network's word counts when it is asked whether two wordings are one participant.

The pairs are those that grouping compares among the mentions that the model finds in development articles, where gold
has both as participants of the role. Names are not among them: they are joined by rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from whodid.calibration import Coreference
from whodid.entities.forms import wordings
from whodid.entities.gaps import between
from whodid.entities.grouping import evidence_for_pairs, mean_vectors
from whodid.entities.pairs import opposed, weights
from whodid.mentions import Found, find_mentions
from whodid.model import Model
from whodid_training.align import mention_spans
from whodid_training.article import Article
from whodid_training.fitting.calibrate import fit_plane
from whodid_training.fitting.tables import Rehearsal

__all__ = ["fit_coreference", "pair_outcomes"]

_FOUND_AT = 0.5
"""Threshold of words with which mentions are found."""


def fit_coreference(model: Model, rehearsals: Sequence[Rehearsal]) -> Coreference:
    """Fit the two weights and the offset; as it is where nothing is to be learnt from."""
    rows = [
        (corpus, *pair)
        for corpus, one in enumerate(rehearsals)
        for article, reading in zip(one.development.articles, one.readings, strict=True)
        for role, found in find_mentions(
            reading.text, reading.tokens, reading.scores, [_FOUND_AT] * len(model.ontology.roles)
        ).items()
        for pair in pair_outcomes(found, article, model.ontology.role_names[role])
    ]
    if len({row[3] for row in rows}) < 2:
        return Coreference()
    corpora, seen, read, same = (np.array([row[column] for row in rows]) for column in range(4))
    start = Coreference()
    seen_weight, read_weight, offset = fit_plane(
        np.stack([seen, read], axis=1), same.astype(bool), corpora.astype(np.intp), (start.seen, start.read)
    )
    return Coreference(seen_weight, read_weight, offset)


def pair_outcomes(found: Sequence[Found], article: Article, role: str) -> Iterator[tuple[float, float, bool]]:
    """Yield what is seen, what the network says, and whether it is so, for the wordings that one article has of a role.

    Args:
        found: mentions of the role, in order.
        article: with its gold participants.
        role: name of the role.
    """
    spans = [one.span for one in found]
    wording = wordings(spans, article.text)
    gold = _participants_at(article, role)
    owners: list[set[int]] = [set() for _ in wording.forms]
    for one, form in zip(found, wording.of_mention, strict=True):
        owners[form] |= {n for (start, end), n in gold if start < one.mention.end and one.mention.start < end}
    means = mean_vectors(wording, np.stack([one.entity for one in found]))
    for pair in evidence_for_pairs(wording, between(spans, wording, article.text), weights(), means):
        first, second = owners[pair.first], owners[pair.second]
        if first and second and not opposed(pair.pair):
            yield pair.seen, pair.read, not first.isdisjoint(second)


def _participants_at(article: Article, role: str) -> list[tuple[tuple[int, int], int]]:
    """Places of the gold participants of a role, each with the number of the participant."""
    return [
        (span, number)
        for number, participant in enumerate(article.participants(role))
        for span in mention_spans(participant, article.text)
    ]
