from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from whodid.engine.threads import Workers, torch_threads
from whodid.errors import InputTypeError, PredictionError
from whodid.model import Model
from whodid.reading import Reading

ARTICLES = [
    "Gunmen killed two teachers in the village.",
    "",
    "Police arrested a journalist. " * 40,
    "JNIM said it kidnapped people in the city " * 3,
    *(f"The bank was robbed by {count} men." for count in range(40)),
]


def same(left: Reading, right: Reading) -> bool:
    return all(
        np.array_equal(getattr(left.scores, field.name), getattr(right.scores, field.name))
        for field in fields(left.scores)
    )


def load(folder: Path, threads: int, dtype: str = "auto") -> Model:
    return Model.load(folder, device="cpu", threads=threads, dtype=dtype)


@pytest.mark.parametrize("dtype", ["auto", "float32"])
def test_the_number_of_threads_changes_no_bit(tiny_folder: Path, dtype: str) -> None:
    one, many = (list(load(tiny_folder, threads, dtype).read_many(ARTICLES)) for threads in (1, 4))
    assert [reading.text for reading in many] == ARTICLES
    assert all(map(same, one, many))


def test_the_same_rows_give_the_same_bits(tiny_model: Model) -> None:
    first, second = list(tiny_model.read_many(ARTICLES)), list(tiny_model.read_many(iter(ARTICLES)))
    assert all(map(same, first, second))


def test_one_article_is_read_as_among_many(tiny_model: Model) -> None:
    for text, among in zip(ARTICLES, tiny_model.predict_many(ARTICLES), strict=True):
        alone = tiny_model.predict(text)
        assert alone.event_types == among.event_types
        assert [entity.mentions for entity in alone.entities] == [entity.mentions for entity in among.entities]
        assert alone.scores == pytest.approx(among.scores, abs=1e-5)


def test_order_changes_no_answer(tiny_model: Model) -> None:
    backwards = list(tiny_model.predict_many(ARTICLES[::-1]))[::-1]
    for one, other in zip(tiny_model.predict_many(ARTICLES), backwards, strict=True):
        assert one.event_types == other.event_types
        assert one.scores == pytest.approx(other.scores, abs=1e-5)


def test_torch_gets_its_threads_back(tiny_model: Model) -> None:
    torch.set_num_threads(3)
    try:
        list(tiny_model.predict_many(ARTICLES))
        assert torch.get_num_threads() == 3
        abandoned = tiny_model.predict_many(ARTICLES)
        next(abandoned)
        del abandoned
        assert torch.get_num_threads() == 3
        tiny_model.predict("gunmen")
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(1)


def test_loans_of_threads_may_overlap() -> None:
    torch.set_num_threads(3)
    try:
        first, second = torch_threads(1), torch_threads(2)
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert torch.get_num_threads() == 2
        second.__exit__(None, None, None)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(1)


def test_work_is_done_ahead_but_not_far_ahead() -> None:
    drawn = 0

    def tasks() -> Iterator[int]:
        nonlocal drawn
        while True:
            drawn += 1
            yield drawn

    done = Workers(3).ahead(lambda task: task * task, tasks(), depth=4)
    assert [next(done) for _ in range(3)] == [(1, 1), (2, 4), (3, 9)]
    assert drawn == 7


def test_an_error_in_a_thread_is_the_callers() -> None:
    results = Workers(2).ahead(lambda task: 1 // task, [2, 0, 1], depth=2)
    assert next(results) == (2, 0)
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_model_needs_a_thread(tiny_folder: Path) -> None:
    with pytest.raises(ValueError, match="threads is 0"):
        load(tiny_folder, 0)


@pytest.mark.parametrize("place", [0, 7, 43])
@pytest.mark.parametrize("where", ["_prepare", "_engine", "decide"])
def test_an_error_says_over_which_of_many_texts_the_model_stumbled(tiny_folder: Path, where: str, place: int) -> None:
    model = load(tiny_folder, 2)
    texts = [*ARTICLES]
    texts[place] = "xylophone"  # nowhere else is an x
    x = model._tokenizer.token_to_id("x")
    owner: Any = model if where == "decide" else model._reader
    real = getattr(owner, where)

    class Stumbling:
        pieces, sorts = model._reader._engine.pieces, model._reader._engine.sorts

        def __call__(self, given: Any) -> Any:
            if x in given.ids if where == "_engine" else "xylo" in getattr(given, "text", given):
                raise ValueError("planted")
            return real(given)

    setattr(owner, where, Stumbling())
    predictions = model.predict_many(texts, batch_size=4)
    words = rf"text {place} \(counted from 0\) cannot be read: ValueError: planted"
    with pytest.raises(PredictionError, match=words) as caught:
        list(predictions)
    assert isinstance(caught.value.__cause__, ValueError)


def test_which_of_many_is_no_text_is_said(tiny_model: Model) -> None:
    with pytest.raises(InputTypeError, match=r"got int: 7 \(text 2, counted from 0\)"):
        list(tiny_model.predict_many(["a", "b", 7]))  # type: ignore[list-item]
