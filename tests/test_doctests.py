"""Every worked example in a docstring is right."""

from __future__ import annotations

import doctest
import importlib.util
import pkgutil

import pytest

import whodid
import whodid_training

NEED_AN_EXTRA = {"whodid.ray.stages": "ray"}
"""Modules that cannot be imported without a package that the development environment lacks."""

NAMES = sorted(
    module.name
    for package in (whodid, whodid_training)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.endswith("__main__")
    and (module.name not in NEED_AN_EXTRA or importlib.util.find_spec(NEED_AN_EXTRA[module.name]))
)


def examples(name: str) -> list[doctest.DocTest]:
    return [test for test in doctest.DocTestFinder().find(importlib.import_module(name)) if test.examples]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_module_are_right(name: str) -> None:
    for test in examples(name):
        assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def test_there_are_examples() -> None:
    assert sum(len(test.examples) for name in NAMES for test in examples(name)) > 50
