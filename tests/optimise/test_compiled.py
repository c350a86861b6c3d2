"""Compiled steps whose cache was written by another version of the project."""

from __future__ import annotations

import importlib.util
import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.numeric.in_place import in_place

SOURCE = """
def double(a):
    return 2 * a
"""


def step(folder: Path, how: Callable, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Compile a function of a module of its own, as after an import."""
    path = folder / "doubled.py"
    path.write_text(SOURCE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("doubled", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "doubled", module)  # a cache is read back by module name
    spec.loader.exec_module(module)
    return how(module.double)


@pytest.mark.parametrize("how", [compiled, in_place])
def test_a_cache_that_names_what_is_gone_is_made_anew(tmp_path, how, monkeypatch):
    assert step(tmp_path, how, monkeypatch)(3) == 6
    (index,) = tmp_path.rglob("*.nbi")
    with index.open("rb") as file:
        version = pickle.load(file)
    gone = b"cgridplan.optimise.numeric.compiled\nGone\n."
    index.write_bytes(pickle.dumps(version) + gone)
    assert step(tmp_path, how, monkeypatch)(4) == 8
    assert gone not in index.read_bytes()
    assert step(tmp_path, how, monkeypatch)(5) == 10


def test_inner_steps_serve_compiled_ones():
    @inner
    def half(a):
        return a / 2

    @compiled
    def quarter(a):
        return half(a) / 2

    assert quarter(8.0) == 2.0
