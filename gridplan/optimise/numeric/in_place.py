"""Compiled steps that only change the arrays they are given: no memory of their own, no counting.

A :class:`~typing.NamedTuple` of many arrays costs a compiled function nothing but for one thing:
every array that is looked up is counted as used and as given back. A step that allocates no array
and answers with numbers needs no counting, and runs five times as fast without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

from gridplan.optimise.numeric.compiled import renew_stale

Function = TypeVar("Function", bound=Callable[..., Any])


def in_place(function: Function) -> Function:
    """
    Compile a function that changes arrays in place; like ``compiled``, without reference counts.

    Parameters
    ----------
    function
        Over arrays, numbers and (nested) named tuples of them. It must not create an array, view
        or string, and must answer with numbers or nothing; whoever calls holds the arrays.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
    jit: Any = numba.njit
    try:
        helper: Function = renew_stale(jit(cache=True, **options)(function))
    except RuntimeError:  # no place to write the cache: compile once per process
        helper = jit(**options)(function)
    return helper
