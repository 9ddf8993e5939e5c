"""Exactly once: whatever write fails, and whenever the power goes, a resumed run ends with the bytes of a whole one.

Every call by which `whodid.archive.durable` reaches the disk is made to fail in turn. For a loss of power, what was
written and not flushed is taken off the disk again: bytes of files, and names in folders.
"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from whodid.archive import Limits, Options, durable, predict_archive, run_path
from whodid.errors import OutputError

CALLS = ("_open", "_write", "_sync", "_rename", "_unlink", "_truncate")
FORMATS = ("jsonl", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("csv", "parquet")))


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a flush does is simulated here; a real one takes milliseconds, and there are tens of thousands."""
    monkeypatch.setattr(durable, "_sync", lambda file: None)


@pytest.fixture
def names_model(names_model: Any) -> Any:
    """Stumbles over one of the articles, whenever it comes."""

    class Stumbling(type(names_model)):  # type: ignore[misc]
        def predict(self, text: str) -> Any:
            if "Eve" in text:
                raise ValueError("Eve is too much")
            return super().predict(text)

    return Stumbling()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    lines = ["{oops" if n == 3 else json.dumps({"id": n, "text": f"Took {'Ada' * (n % 2)}."}) for n in range(7)]
    lines[4] = json.dumps({"id": 4, "text": "Took Eve."})
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines))
    return path


def go(archive: Path, model: Any, output: Path, *, resume: bool = False) -> None:
    options = Options(limits=Limits(rows=3), resume=resume)
    predict_archive([archive], model, output=output, options=options)


def results(output: Path) -> dict[str, bytes]:
    """Everything that a run left, by name."""
    return {path.name: path.read_bytes() for path in output.parent.iterdir() if path.is_file()}


@contextmanager
def failing(number: int, error: Callable[[], BaseException], *, halfway: bool = False) -> Iterator[list[str]]:
    """Let the given call to the disk fail, and no other; yields the calls so far."""
    calls: list[str] = []

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            calls.append(name)
            if len(calls) - 1 == number:
                if halfway and name == "_write":
                    real(arguments[0], arguments[1][: len(arguments[1]) // 2])
                raise error()
            return real(*arguments)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(durable, name, counted(name, getattr(durable, name)))
        yield calls


def disk_full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Killed(BaseException):
    """Stands for the end of the process."""


def count_calls(archive: Path, model: Any, output: Path) -> int:
    with failing(-1, disk_full) as calls:
        go(archive, model, output)
    return len(calls)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("halfway", [False, True], ids=["before", "halfway"])
def test_a_disk_that_is_full_at_any_moment_costs_nothing(
    archive: Path, names_model: Any, tmp_path: Path, kind: str, halfway: bool
) -> None:
    (tmp_path / "whole").mkdir()
    whole = tmp_path / "whole" / f"events.{kind}"
    number = count_calls(archive, names_model, whole)
    assert number > 40
    for fault in range(number):
        folder = tmp_path / f"run{fault}"
        folder.mkdir()
        output = folder / f"events.{kind}"
        with (
            failing(fault, disk_full, halfway=halfway) as calls,
            pytest.raises(OutputError, match="No space left on device"),
        ):
            go(archive, names_model, output)
        assert len(calls) > fault
        assert not output.exists() or output.read_bytes() == whole.read_bytes()
        if results(output) != results(whole):
            go(archive, names_model, output, resume=True)
        assert results(output) == results(whole)


class Disk:
    """Knows what of the files written would still be there after a loss of power."""

    def __init__(self) -> None:
        self._files: dict[int, Path] = {}
        self._flushed: dict[Path, int] = {}
        self._renamed: list[tuple[Path, Path, bytes | None]] = []

    def install(self, patch: pytest.MonkeyPatch, *, die_at: int) -> list[str]:
        """Watch every call, and end the process at the given one."""
        calls: list[str] = []

        def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any) -> Any:
                if len(calls) == die_at:
                    raise Killed
                calls.append(name)
                before = getattr(self, f"before{name}", lambda *_: None)(*arguments)
                result = real(*arguments)
                getattr(self, f"after{name}", lambda *_: None)(result, before, *arguments)
                return result

            return call

        for name in CALLS:
            patch.setattr(durable, name, watched(name, getattr(durable, name)))
        return calls

    def before_open(self, path: Path, flags: int, *_: Any) -> int:
        return path.stat().st_size if path.is_file() and not flags & os.O_TRUNC else 0

    def after_open(self, file: int, before: int, path: Path, flags: int, *_: Any) -> None:
        self._files[file] = path
        if path.is_file():
            self._flushed.setdefault(path, before)
            self._flushed[path] = min(self._flushed[path], before)

    def after_sync(self, _result: None, _before: None, file: int) -> None:
        path = self._files[file]
        if path.is_dir():
            self._renamed = [entry for entry in self._renamed if entry[1].parent != path]
        else:
            self._flushed[path] = os.fstat(file).st_size

    def before_rename(self, _source: Path, target: Path) -> bytes | None:
        return target.read_bytes() if target.exists() else None

    def after_rename(self, _result: None, replaced: bytes | None, source: Path, target: Path) -> None:
        self._renamed.append((source, target, replaced))
        self._flushed[target] = self._flushed.pop(source, target.stat().st_size)

    def lose_power(self, chance: random.Random) -> None:
        """Take away what was not flushed, or some of it: a disk may have written more than it was made to."""
        for source, target, replaced in reversed(self._renamed):
            if target.exists() and chance.random() < 0.7:
                os.replace(target, source)
                self._flushed[source] = self._flushed.get(target, 0)
                if replaced is not None:
                    target.write_bytes(replaced)
        for path, size in self._flushed.items():
            if path.is_file() and path.stat().st_size > size:
                kept = chance.randint(size, path.stat().st_size)
                data = path.read_bytes()[:kept]
                if chance.random() < 0.5:  # the length was written, the bytes were not
                    data = data[:size] + bytes(kept - size)
                path.write_bytes(data)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_loss_of_power_at_any_moment_costs_nothing(
    archive: Path, names_model: Any, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "whole").mkdir()
    whole = tmp_path / "whole" / f"events.{kind}"
    number = count_calls(archive, names_model, whole)
    for moment in range(number):
        chance = random.Random(moment)
        folder = tmp_path / f"run{moment}"
        folder.mkdir()
        output = folder / f"events.{kind}"
        disk = Disk()
        with pytest.MonkeyPatch.context() as patch:
            disk.install(patch, die_at=moment)
            patch.setattr(durable.Draft, "discard", lambda draft: None)  # a process that is gone clears nothing away
            patch.setattr(shutil, "rmtree", lambda *_, **__: None)
            with pytest.raises(Killed):
                go(archive, names_model, output)
        disk.lose_power(chance)
        if output.exists():
            assert output.read_bytes() == whole.read_bytes()
        if output.exists() and not (run_path(output) / "manifest.json").exists():
            continue  # it was complete
        go(archive, names_model, output, resume=True)
        assert results(output) == results(whole)
        assert not run_path(output).exists()


def test_without_its_flushes_a_run_would_not_stand_a_loss_of_power(
    archive: Path, names_model: Any, tmp_path: Path
) -> None:
    """The test above can fail."""
    broken = 0
    for moment in range(5, 40):
        folder = tmp_path / f"run{moment}"
        folder.mkdir()
        output = folder / "events.jsonl"
        disk = Disk()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Disk, "after_sync", lambda *_: None)
            disk.install(patch, die_at=moment)
            patch.setattr(durable.Draft, "discard", lambda draft: None)
            with pytest.raises(Killed):
                go(archive, names_model, output)
        disk.lose_power(random.Random(moment))
        journal = run_path(output) / "journal.jsonl"
        broken += not (run_path(output) / "manifest.json").exists() or not journal.exists() or not journal.read_bytes()
    assert broken > 10


def go_again_until_done(archive: Path, model: Any, output: Path, error: type[BaseException]) -> None:
    """Resume after each error; there must be several, or the test shows nothing."""
    tries = 0
    while not output.exists():
        with suppress(error):
            tries += 1
            go(archive, model, output, resume=True)
    assert tries > 3


@pytest.mark.parametrize("error", [MemoryError, OSError, KeyboardInterrupt, SystemExit])
def test_an_exception_in_the_model_that_no_article_is_to_blame_for_costs_nothing(
    archive: Path, names_model: Any, tmp_path: Path, error: type[BaseException]
) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "run").mkdir()
    whole, output = tmp_path / "whole" / "events.jsonl", tmp_path / "run" / "events.jsonl"
    go(archive, names_model, whole)

    class Failing(type(names_model)):  # type: ignore[misc]
        def predict(self, text: str) -> Any:
            if chance.random() < 0.5:
                raise error("planted")
            return super().predict(text)

    chance = random.Random(3)
    go_again_until_done(archive, Failing(), output, error)
    assert results(output) == results(whole)


def test_an_exception_that_no_article_causes_on_its_own_costs_nothing(
    archive: Path, names_model: Any, tmp_path: Path
) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "run").mkdir()
    whole, output = tmp_path / "whole" / "events.jsonl", tmp_path / "run" / "events.jsonl"
    go(archive, names_model, whole)

    class Failing(type(names_model)):  # type: ignore[misc]
        def predict_many(self, texts: Any, *, batch_size: int = 32) -> Iterator[Any]:
            given = list(texts)
            for prediction in super().predict_many(given, batch_size=batch_size):
                if len(given) > 1 and chance.random() < 0.6:
                    raise ZeroDivisionError("planted")
                yield prediction

    chance = random.Random(3)
    go_again_until_done(archive, Failing(), output, ZeroDivisionError)
    assert results(output) == results(whole)
    rejected = results(output)["events.jsonl.rejected.jsonl"].splitlines()
    assert [json.loads(line)["row"] for line in rejected] == [4, 5]
