"""From the scores of an article's words to its mentions, each with what the network says of it. Pure functions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whodid.calibration import Coreference
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
    starts, ends = tokens.word_spans()
    first = tokens.first_pieces
    found: dict[int, list[Found]] = {}
    spans = decode_spans(tag_probabilities(scores.roles), thresholds)
    cut = ((span, _mention(text, int(starts[span.start]), int(ends[span.stop - 1]))) for span in spans)
    placed = ((span, mention) for span, mention in cut if mention is not None)
    for span, mention in _whole_names(placed, text, scores):
        found.setdefault(span.role, []).append(_found(mention, span, scores, int(first[span.start])))
    return found


def impression_of(found: Sequence[Found], counts: Coreference) -> Impression:
    """Put together what the network says of the mentions of one role: who is whom."""
    return Impression(np.stack([one.entity for one in found]), counts)


def _whole_names(
    placed: Iterable[tuple[RoleSpan, Mention]], text: str, scores: ArticleScores
) -> list[tuple[RoleSpan, Mention]]:
    """Put a name together that was torn in two: names of one role with nothing but a space between them.

    Two people stand apart by at least a comma; only in an article in capitals are names not to be told from what is
    beside them.
    """
    whole: list[tuple[RoleSpan, Mention]] = []
    last: dict[int, int] = {}
    for span, mention in placed:
        before = last.get(span.role)
        if before is not None and not text.isupper() and _one_name(whole[before], (span, mention), text, scores):
            first, begun = whole[before]
            words = first.stop - first.start, span.stop - span.start
            sure = (words[0] * first.confidence + words[1] * span.confidence) / sum(words)
            joined = Mention(begun.start, mention.end, text[begun.start : mention.end])
            whole[before] = RoleSpan(first.start, span.stop, span.role, sure), joined
        else:
            last[span.role] = len(whole)
            whole.append((span, mention))
    return whole


def _one_name(
    first: tuple[RoleSpan, Mention], second: tuple[RoleSpan, Mention], text: str, scores: ArticleScores
) -> bool:
    begun, goes_on = first[1], second[1]
    return (
        text[begun.end : goes_on.start] == " "
        and begun.text.split()[-1][0].isupper()
        and goes_on.text[0].isupper()
        and all(_named(scores, slice(span.start, span.stop)) for span, _ in (first, second))
    )


def _named(scores: ArticleScores, words: slice) -> bool:
    return float(_sigmoid(scores.names[words]).mean()) >= 0.5


def _found(mention: Mention, span: RoleSpan, scores: ArticleScores, position: int) -> Found:
    words = slice(span.start, span.stop)
    return Found(
        mention=mention,
        named=_named(scores, words),
        confidence=span.confidence,
        links=_sigmoid(scores.links[words, span.role].astype(np.float32)).mean(axis=0),
        incident=scores.incidents[span.start, span.role].astype(np.float32),
        entity=scores.entities[words, 0].astype(np.float32).mean(axis=0),
        position=position,
    )


def _mention(text: str, start: int, end: int) -> Mention | None:
    """Cut a mention out of the article, with what belongs to its last word; None if it says nothing.

    That is combining accents, and what a hyphen at the end announces: "plain-" becomes "plain-clothes".
    """
    announced = text[end - 1] == "-"
    while end < len(text) and (unicodedata.combining(text[end]) or (announced and text[end].isalnum())):
        end += 1
    tidied = tidy(text, start, end)
    return Mention(*tidied, text[slice(*tidied)]) if tidied else None


def _sigmoid(logits: FloatArray) -> FloatArray:
    probabilities: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * logits))  # does not overflow
    return probabilities
