from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whodid.windows import plan


@given(st.integers(0, 400), st.integers(2, 60), st.data())
def test_every_piece_is_kept_once_by_a_window_that_read_it(pieces: int, size: int, data: st.DataObject) -> None:
    overlap = data.draw(st.integers(0, size - 1))
    windows = plan(pieces, size=size, overlap=overlap)
    kept = [piece for w in windows for piece in range(w.keep_start, w.keep_stop)]
    assert kept == list(range(pieces))
    for window in windows:
        assert window.start <= window.keep_start <= window.keep_stop <= window.stop
        assert window.stop - window.start == windows[0].stop <= size
    assert sum(w.stop - w.start for w in windows) <= pieces + len(windows) + overlap * max(0, len(windows) - 1)
    for left, right in itertools.pairwise(windows):
        assert left.stop - right.start >= overlap


def test_a_short_article_is_one_window() -> None:
    assert len(plan(510, size=510, overlap=128)) == 1
    assert len(plan(511, size=510, overlap=128)) == 2


def test_an_overlap_as_long_as_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="smaller than the window size 8"):
        plan(20, size=8, overlap=8)
