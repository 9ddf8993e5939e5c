"""Articles over which a model stumbles every time: they are set aside, and nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from whodid.archive import Limits, MaxBad, Options, Summary, predict_archive, run_path
from whodid.errors import TooManyBadRowsError, blames_a_text
from whodid.model import Model

POISON = "xylophone"
BODIES = [f"Gunmen killed {count} people in the city. " * (count % 4 + 1) for count in range(12)]


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whodid.archive.durable._sync", lambda file: None)


def write(path: Path, poisoned: dict[int, str]) -> Path:
    """Write an archive of twelve articles, with other lines in some places."""
    lines = [poisoned.get(n, json.dumps({"id": n, "text": body})) for n, body in enumerate(BODIES)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def poison(*places: int) -> dict[int, str]:
    return {n: json.dumps({"id": n, "text": f"A {POISON} was robbed. " * 9}) for n in places}


def go(archive: Path, model: Any, name: str = "events.jsonl", **options: Any) -> Summary:
    chosen = Options(**{"limits": Limits(rows=7), "batch_size": 4, **options})
    return predict_archive([archive], model, output=archive.parent / name, options=chosen)


def json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def in_tokenizer(model: Model) -> None:
    prepare = model._reader._prepare
    model._reader._prepare = stumbling(prepare, lambda text: POISON in text)  # type: ignore[method-assign]


def in_network(model: Model) -> None:
    x = model._tokenizer.token_to_id("x")  # the word is spelled in pieces, and no other article has an x
    engine: Any = model._reader._engine

    class Engine:
        pieces, sorts = engine.pieces, engine.sorts
        __call__ = staticmethod(stumbling(engine, lambda batch: x in batch.ids))

    model._reader._engine = Engine()


def in_decisions(model: Model) -> None:
    model.decide = stumbling(model.decide, lambda reading: POISON in reading.text)  # type: ignore[method-assign]


def not_finite(model: Model) -> None:
    decide = model.decide

    def overflowing(reading: Any) -> Any:
        prediction = decide(reading)
        scores = dict.fromkeys(prediction.scores, float("nan"))
        return replace(prediction, scores=scores) if POISON in reading.text else prediction

    model.decide = overflowing  # type: ignore[method-assign]


def stumbling(function: Callable[[Any], Any], over: Callable[[Any], bool]) -> Callable[[Any], Any]:
    def called(given: Any) -> Any:
        if over(given):
            raise ValueError("no\nmusic")
        return function(given)

    return called


@pytest.mark.parametrize("spoil", [in_tokenizer, in_network, in_decisions, not_finite])
def test_an_article_over_which_the_model_stumbles_is_set_aside_and_changes_no_byte_of_the_others(
    tiny_folder: Path, tmp_path: Path, spoil: Callable[[Model], None]
) -> None:
    model = Model.load(tiny_folder, device="cpu")
    without = write(tmp_path / "a.jsonl", {2: "{oops", 8: "{oops", 9: "{oops"})
    go(without, model, "without.jsonl")
    archive = write(tmp_path / "a.jsonl", {2: "{oops", **poison(8, 9)})
    spoil(model)
    summary = go(archive, model)
    assert (tmp_path / "events.jsonl").read_bytes() == (tmp_path / "without.jsonl").read_bytes()
    assert (summary.articles, summary.rejected) == (9, 3)
    answers = json_lines(tmp_path / "events.jsonl")
    assert sum(summary.by_type.values()) == sum(len(one["event_types"]) for one in answers) > 0
    broken, *stumbled = json_lines(tmp_path / "events.jsonl.rejected.jsonl")
    assert broken["reason"].startswith("not JSON")
    said = "Out of range float values" if spoil is not_finite else "no music"
    assert [(one["source"], one["row"], one["line"]) for one in stumbled] == [(str(archive), n, n) for n in (9, 10)]
    assert all(one["reason"].startswith(f"the model cannot read it: ValueError: {said}") for one in stumbled)


class Stumbling:
    """Wraps a model so that it raises on some texts."""

    def __init__(self, model: Any, over: Callable[[str], bool], error: BaseException) -> None:
        self._model, self._over, self._error = model, over, error
        self.fingerprint, self.device, self.dtype = model.fingerprint, model.device, model.dtype

    def predict_many(self, texts: Any, *, batch_size: int = 32) -> Iterator[Any]:
        def checked() -> Iterator[str]:
            for text in texts:
                if self._over(text):
                    raise self._error
                yield text

        return self._model.predict_many(checked(), batch_size=batch_size)  # type: ignore[no-any-return]


class PanicException(BaseException):
    """Looks like the panic of a tokenizer."""


@pytest.mark.parametrize("error", [ValueError("planted"), RecursionError("deep"), PanicException("Rust")])
def test_articles_are_set_aside_wherever_they_stand(names_model: Any, tmp_path: Path, error: BaseException) -> None:
    places = (0, 1, 2, 3, 6, 7, 11)
    archive = write(tmp_path / "a.jsonl", poison(*places))
    summary = go(archive, Stumbling(names_model, lambda text: POISON in text, error))
    assert (summary.articles, summary.rejected) == (12 - len(places), len(places))
    rejected = json_lines(tmp_path / "events.jsonl.rejected.jsonl")
    assert [one["row"] for one in rejected] == [place + 1 for place in places]
    assert not run_path(tmp_path / "events.jsonl").exists()


def test_they_count_as_bad(names_model: Any, tmp_path: Path) -> None:
    archive = write(tmp_path / "a.jsonl", {2: "{oops", **poison(8, 9)})
    model = Stumbling(names_model, lambda text: POISON in text, ValueError("planted"))
    with pytest.raises(TooManyBadRowsError, match=r"3 of 12 rows so far cannot be used, such as .*: not JSON"):
        go(archive, model, max_bad=MaxBad(count=2))
    assert go(archive, model, max_bad=MaxBad(count=3), resume=True).rejected == 3


@pytest.mark.parametrize("error", [MemoryError(), OSError("no disk"), RuntimeError("can't allocate memory: 9 bytes")])
def test_what_is_no_articles_fault_stops_the_run(names_model: Any, tmp_path: Path, error: Exception) -> None:
    archive = write(tmp_path / "a.jsonl", poison(8))
    with pytest.raises(type(error)):
        go(archive, Stumbling(names_model, lambda text: POISON in text, error))
    summary = go(archive, names_model, resume=True)
    assert (summary.articles, summary.resumed, summary.rejected) == (12, 7, 0)


def test_a_model_that_reads_nothing_any_more_stops_the_run(names_model: Any, tmp_path: Path) -> None:
    """Were its articles set aside one by one, a graphics card that fell over would reject the whole archive."""
    archive = write(tmp_path / "a.jsonl", {})
    fell = False

    def over(text: str) -> bool:
        nonlocal fell
        fell = fell or text == BODIES[8]
        return fell

    with pytest.raises(ValueError, match="gone"):
        go(archive, Stumbling(names_model, over, ValueError("gone")))
    summary = go(archive, names_model, resume=True)
    assert (summary.articles, summary.resumed, summary.rejected) == (12, 7, 0)


def test_an_archive_that_cannot_be_read_is_not_the_models_fault(names_model: Any, tmp_path: Path) -> None:
    from whodid.archive import chunks, survey

    archive = write(tmp_path / "a.jsonl", {})
    read = survey.read_inputs

    def failing(*arguments: Any, **named: Any) -> Iterator[Any]:
        for index, entry in enumerate(read(*arguments, **named)):
            if index == 8:
                raise ValueError("unplugged")
            yield entry

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("whodid.archive.runner.read_inputs", failing)
        patch.setattr(chunks, "find_unreadable", lambda *_: pytest.fail("articles were suspected"))
        with pytest.raises(ValueError, match="unplugged"):
            go(archive, names_model)
    assert go(archive, names_model, resume=True).resumed == 7


def test_whose_fault_an_error_may_be() -> None:
    out_of_memory = type("OutOfMemoryError", (RuntimeError,), {})
    machine = (MemoryError(), OSError(), KeyboardInterrupt(), SystemExit(), ImportError(), out_of_memory())
    assert all(map(blames_a_text, (ValueError(), RuntimeError("shape"), AssertionError(), PanicException())))
    assert not any(map(blames_a_text, machine))
