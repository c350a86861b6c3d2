"""Compiled helpers where numba is present, plain Python with the same answer where it is not."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_numba: Any = None
try:
    _numba = importlib.import_module("numba")
except ImportError:  # a machine without it still works, only slower
    _numba = None

COMPILED = _numba is not None
"""Whether helpers are compiled on this machine."""


def compiled(function: Function) -> Function:
    """
    Compile a helper over numpy arrays and numbers; return it untouched without numba.

    The machine code is cached beside the source (or in the user's cache directory), so only the
    very first call of a signature pays for the compiler; compiled helpers release the interpreter
    lock. Helpers keep to few signatures, integer arithmetic without overflow and a random state
    passed in as numbers, so that both ways give the same answer.
    """
    if _numba is None:
        return function
    options = {"nogil": True, "error_model": "numpy"}
    try:
        helper: Function = _numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no place to write the cache: compile once per process
        helper = _numba.njit(**options)(function)
    return helper
