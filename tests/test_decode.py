from __future__ import annotations

import numpy as np

from whodid.decode import RoleSpan, decode_spans, tag_probabilities


def test_a_mention_ends_where_the_next_begins() -> None:
    outside, begin, inside = [0.9, 0.05, 0.05], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]
    words = np.array([[outside], [begin], [inside], [begin], [outside]])
    spans = decode_spans(words, [0.5])
    assert [(span.start, span.stop) for span in spans] == [(1, 3), (3, 4)]


def test_a_lower_threshold_lets_more_words_in() -> None:
    words = np.array([[[0.2, 0.7, 0.1]], [[0.6, 0.0, 0.4]]])
    assert [(s.start, s.stop) for s in decode_spans(words, [0.5])] == [(0, 1)]
    assert [(s.start, s.stop) for s in decode_spans(words, [0.4])] == [(0, 2)]


def test_no_words_no_spans() -> None:
    assert decode_spans(np.zeros((0, 2, 3)), [0.5, 0.5]) == []


def test_decoding_agrees_with_reading_word_by_word() -> None:
    random = np.random.default_rng(3)
    for _ in range(300):
        words, roles = random.integers(0, 12), random.integers(1, 4)
        probabilities = tag_probabilities(random.normal(scale=2, size=(words, roles, 3)).astype(np.float32))
        thresholds = random.uniform(0.1, 0.9, roles)
        assert decode_spans(probabilities, thresholds) == _slowly(probabilities, thresholds)


def _slowly(probabilities: np.ndarray, thresholds: np.ndarray) -> list[RoleSpan]:
    spans = []
    for role in range(probabilities.shape[1]):
        open_words: list[int] = []
        for word in range(len(probabilities) + 1):
            here = word < len(probabilities) and 1 - probabilities[word, role, 0] >= np.float32(thresholds[role])
            fresh = here and probabilities[word, role, 1] > probabilities[word, role, 2]
            if open_words and (not here or fresh):
                confidence = float(np.mean([1 - probabilities[w, role, 0] for w in open_words], dtype=np.float32))
                spans.append(RoleSpan(open_words[0], word, role, confidence))
                open_words = []
            if here:
                open_words.append(word)
    return sorted(spans)
