"""Compiled helpers where numba is present, plain Python with the same answer where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

try:
    import numba
except ImportError:  # a machine without it still works, only slower
    numba = None

COMPILED = numba is not None
"""Whether helpers are compiled on this machine."""


def compiled(function: Function) -> Function:
    """
    Compile a helper over numpy arrays and numbers; return it untouched without numba.

    The machine code is cached beside the source (or in the user's cache directory), so only the
    very first call of a signature pays for the compiler. Helpers keep to few signatures, integer
    arithmetic without overflow and a random state passed in as numbers, so that both ways give the
    same answer.
    """
    if numba is None:
        return function
    try:
        return numba.njit(cache=True)(function)
    except RuntimeError:  # no place to write the cache: compile once per process
        return numba.njit(function)
