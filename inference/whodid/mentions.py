"""From the scores of an article's words to its mentions, each with what the network says of it. Pure functions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whodid.calibration import Coreference, sigmoid
from whodid.decode import ArticleScores, RoleSpan, decode_spans, tag_probabilities
from whodid.entities import Impression, NamedSpan, tidy
from whodid.tokens import Tokens
from whodid.types import Mention

__all__ = ["Found", "find_mentions", "impression_of"]

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """A mention with what the network says of it."""

    mention: Mention
    named: bool
    """Whether the participant is judged to be known by name."""
    confidence: float
    links: FloatArray
    """Probability that it belongs to an event of each type: (event types,)."""
    incident: FloatArray
    """By which it is compared with those who may be of the same incident: (width,)."""
    entity: FloatArray
    """By which it is compared with mentions that may be of the same participant: (width,)."""
    position: int
    """Index of the piece at which it begins."""

    @property
    def span(self) -> NamedSpan:
        """What grouping needs of it."""
        likeliest = frozenset((int(self.links.argmax()),))
        return NamedSpan(self.mention.text, self.named, self.mention.start, likeliest)


def find_mentions(
    text: str, tokens: Tokens, scores: ArticleScores, thresholds: Sequence[float]
) -> Mapping[int, list[Found]]:
    """Find the mentions of every role.

    Args:
        text: the article as given.
        tokens: its word pieces.
        scores: of its words.
        thresholds: probability from which a word is in a mention, for each role.

    Returns:
        Index of each role that has any -> its mentions, in the order of the article.
    """
    first = tokens.first_pieces
    spans = decode_spans(tag_probabilities(scores.roles), thresholds)
    found: dict[int, list[Found]] = {}
    for one in _whole_names(_placed(spans, text, tokens, scores.names), text):
        found.setdefault(one.span.role, []).append(_found(one, scores, int(first[one.span.start])))
    return found


def impression_of(found: Sequence[Found], coreference: Coreference) -> Impression:
    """Put together what the network says of the mentions of one role: who is whom."""
    return Impression(np.stack([one.entity for one in found]), coreference)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A span with the mention that was made of it."""

    span: RoleSpan
    mention: Mention
    named: bool

    @property
    def words(self) -> int:
        return self.span.stop - self.span.start


def _placed(spans: Iterable[RoleSpan], text: str, tokens: Tokens, names: FloatArray) -> Iterator[_Placed]:
    starts, ends = tokens.word_spans()
    for span in spans:
        mention = _mention(text, int(starts[span.start]), int(ends[span.stop - 1]))
        if mention is not None:
            yield _Placed(span, mention, float(sigmoid(names[span.start : span.stop]).mean()) >= 0.5)


def _whole_names(placed: Iterable[_Placed], text: str) -> list[_Placed]:
    """Put names together that were torn in two."""
    whole: list[_Placed] = []
    last: dict[int, int] = {}
    for one in placed:
        before = last.get(one.span.role)
        if before is not None and _one_name(whole[before], one, text):
            whole[before] = _joined(whole[before], one, text)
        else:
            last[one.span.role] = len(whole)
            whole.append(one)
    return whole


def _one_name(begun: _Placed, goes_on: _Placed, text: str) -> bool:
    """Whether these are names of one role with nothing but a space between them: two people stand further apart.

    In capitals, names are not to be told from what is beside them.
    """
    first, second = begun.mention, goes_on.mention
    return (
        text[first.end : second.start] == " "
        and begun.named
        and goes_on.named
        and first.text.split()[-1][0].isupper()
        and second.text[0].isupper()
        and not (first.text.isupper() and second.text.isupper())
    )


def _joined(begun: _Placed, goes_on: _Placed, text: str) -> _Placed:
    parts = (begun, goes_on)
    sure = sum(part.words * part.span.confidence for part in parts) / sum(part.words for part in parts)
    start, end = begun.mention.start, goes_on.mention.end
    span = RoleSpan(begun.span.start, goes_on.span.stop, begun.span.role, sure)
    return _Placed(span, Mention(start, end, text[start:end]), named=True)


def _found(placed: _Placed, scores: ArticleScores, position: int) -> Found:
    span = placed.span
    words = slice(span.start, span.stop)
    return Found(
        mention=placed.mention,
        named=placed.named,
        confidence=span.confidence,
        links=_mean(sigmoid(scores.links[words, span.role])),
        incident=scores.incidents[span.start, span.role].astype(np.float32),
        entity=_mean(scores.entities[words, 0].astype(np.float32)),
        position=position,
    )


def _mean(of_words: npt.NDArray[Any]) -> FloatArray:
    mean: FloatArray = of_words.mean(axis=0).astype(np.float32)
    return mean


def _mention(text: str, start: int, end: int) -> Mention | None:
    """Cut a mention out of the article, with what belongs to its last word; None if it says nothing.

    That is combining accents, and what a hyphen at the end announces: "plain-" becomes "plain-clothes".
    """
    announced = text[end - 1] == "-"
    while end < len(text) and (unicodedata.combining(text[end]) or (announced and text[end].isalnum())):
        end += 1
    tidied = tidy(text, start, end)
    return Mention(*tidied, text[slice(*tidied)]) if tidied else None
