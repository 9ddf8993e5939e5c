"""Of words that cannot be in a mention nothing is kept, and no answer shows it."""

from __future__ import annotations

import numpy as np
import pytest

from whodid.candidates import LEAST, Candidates, may_be_inside
from whodid.decisions import Decisions
from whodid.errors import ModelFolderError
from whodid.model import Model
from whodid.ontology import DEFAULT

ARTICLES = (
    "Gunmen killed two teachers in the village.",
    "Police arrested a journalist. " * 40,
    "JNIM said it kidnapped people in the city " * 3,
    "",
)


def test_vectors_are_kept_where_they_are_asked_for_and_are_zeros_elsewhere() -> None:
    """Three words and two roles; a window with the last two words comes first."""
    vectors = Candidates(3, 2, 2)
    vectors.write(
        slice(1, 3),
        np.array([[True, False], [True, True]]),
        np.array([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], np.float32),
    )
    vectors.write(slice(0, 1), np.array([[False, True]]), np.array([[[9, 9], [0.1, -1]]], np.float32))
    assert vectors[2, 1].tolist() == [7, 8]
    assert vectors[1:3, 0].tolist() == [[1, 2], [5, 6]]
    assert vectors[0, 0].tolist() == vectors[1, 1].tolist() == [0, 0]
    assert np.asarray(vectors).shape == (3, 2, 2)
    assert vectors[0, 1].tolist() == np.array([0.1, -1], np.float16).tolist()


def test_many_windows_make_the_same_as_one() -> None:
    random = np.random.default_rng(1)
    kept, values = random.random((500, 5)) < 0.2, random.normal(size=(500, 5, 3)).astype(np.float32)
    vectors = Candidates(500, 5, 3)
    for start in random.permutation(50) * 10:
        words = slice(start, start + 10)
        vectors.write(words, kept[words], values[words])
    assert np.array_equal(np.asarray(vectors), (values * kept[..., None]).astype(np.float16))


def test_every_word_that_some_threshold_lets_in_is_kept() -> None:
    outside = np.array([0.0, 0.5, 1.0 - LEAST, 0.9899, 0.995, 1.0], np.float32)[:, None, None]
    tags = np.concatenate([outside, 1 - outside, 0 * outside], axis=-1)
    assert may_be_inside(tags)[:, 0].tolist() == [True, True, True, True, False, False]


def test_nothing_that_matters_is_left_out(tiny_model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thresholds of this model are 0.6; to leave out more than usual, words below 0.55 are not kept."""
    monkeypatch.setattr("whodid.candidates._KEPT_FROM", 0.55)
    less = list(tiny_model.read_many(ARTICLES))
    monkeypatch.setattr("whodid.candidates._KEPT_FROM", 0.0)
    everything = list(tiny_model.read_many(ARTICLES))
    kept = [np.mean(np.any(reading.scores.links, axis=-1)) for reading in less[:3]]
    assert 0.05 < np.mean(kept) < 0.95
    assert all(np.all(np.any(reading.scores.links, axis=-1)) for reading in everything)
    found = [tiny_model.decide(reading) for reading in less]
    assert found == [tiny_model.decide(reading) for reading in everything]
    assert sum(len(prediction.entities) for prediction in found) > 3


def test_a_threshold_below_what_is_kept_is_refused() -> None:
    types = dict.fromkeys(DEFAULT.type_names, 0.5)
    with pytest.raises(ModelFolderError, match=r"threshold of 'victim' is 0.005; it must be at least 0.01"):
        Decisions(types, {**dict.fromkeys(DEFAULT.role_names, 0.5), "victim": 0.005})
