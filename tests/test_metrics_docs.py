from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from whodid_training import metrics

MODULES = sorted(module.name for module in pkgutil.iter_modules(metrics.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_the_worked_examples_of_the_docstrings_run(name: str) -> None:
    results = doctest.testmod(importlib.import_module(f"{metrics.__name__}.{name}"))
    assert results.attempted > 0
    assert results.failed == 0
