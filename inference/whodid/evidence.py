"""Which sentences carry an event, so that a person can check an answer in seconds.

A sentence speaks for an event by the words on which the network's belief in the type rests, and by the participants of
the event that it mentions. Sentences are found by sentencex, which needs no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from whodid.types import Entity, Sentence

__all__ = ["evidence_of", "sentences_of"]

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

_MOST = 3
"""Sentences per event; more would not be read."""
_LEAST = 0.15
"""Share of an event's evidence that a further sentence must add."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Find the sentences of an article as character spans, without the white space around them.

    >>> text = "Police say two died. Mr. X fled."
    >>> [text[start:end] for start, end in sentences_of(text)]
    ['Police say two died.', 'Mr. X fled.']
    """
    from sentencex import segment  # noqa: PLC0415 - only articles with events need it

    spans, cursor = [], 0
    for piece in segment("en", _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)):
        start, cursor = cursor, cursor + len(piece)
        stripped = piece.strip()
        if stripped:
            first = start + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(stripped)))
    return spans


def evidence_of(
    text: str, sentences: Sequence[tuple[int, int]], starts: IntArray, carried: FloatArray, entities: Sequence[Entity]
) -> tuple[Sentence, ...]:
    """Choose the sentences that say most about an event, most first.

    Half of an event's evidence is what the words carry for its type, half is its participants, each counted in the
    first chosen sentence that mentions it.

    Args:
        text: the article.
        sentences: of the article, as character spans in order.
        starts: character offset of each word, (words,).
        carried: what each word adds to the belief in the event's type, (words,).
        entities: participants of the event.

    Returns:
        One to three sentences; none if the article has none.
    """
    if not sentences:
        return ()
    borders = np.array([start for start, _ in sentences])
    words = np.bincount(_index(borders, starts), weights=carried, minlength=len(sentences)).clip(min=0.0)
    words /= max(float(words.sum()), 1e-9)
    mentioned = [{int(i) for i in _index(borders, np.array([m.start for m in entity.mentions]))} for entity in entities]
    chosen: list[int] = []
    while len(chosen) < min(_MOST, len(sentences)):
        unseen = [places for places in mentioned if not places & set(chosen)]
        gain = 0.5 * words
        for places in unseen:
            gain[sorted(places)] += 0.5 / len(mentioned)
        gain[chosen] = -1.0
        best = int(gain.argmax())
        if chosen and gain[best] < _LEAST:
            break
        chosen.append(best)
    return tuple(Sentence(*sentences[i], text[slice(*sentences[i])]) for i in chosen)


def _index(borders: IntArray, offsets: IntArray) -> IntArray:
    """In which sentence a character stands; what comes before the first belongs to it."""
    index: IntArray = np.maximum(np.searchsorted(borders, offsets, side="right") - 1, 0)
    return index
