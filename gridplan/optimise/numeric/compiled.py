"""Compiled steps: functions over numpy arrays, named tuples of arrays and numbers, by numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """
    Compile a function over arrays and numbers.

    Arrays that belong together are passed as a ``NamedTuple``, which costs nothing: its fields
    are laid out like loose arguments. The machine code is cached beside the source (or in the
    user's cache directory), so only the very first call of a signature pays for the compiler;
    compiled functions release the interpreter lock. They keep to few signatures, whole numbers
    without overflow and a random state passed in as numbers, and must not raise.
    """
    try:
        step: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no place to write the cache: compile once per process
        step = numba.njit(nogil=True, error_model="numpy")(function)
    return cast("Function", step)
