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
    return _compile(function)


def inner(function: Function) -> Function:
    """
    Compile a function that compiled ones alone call; as :func:`compiled`.

    It has no way in from Python, whose making is a large part of a compilation.
    """
    return _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def _compile(function: Function, **more: bool) -> Function:
    """Compile with a cache on disk, or once per process where there is no place for it."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", **more}
    try:
        step: Any = renew_stale(numba.njit(cache=True, **options)(function))
    except RuntimeError:
        step = numba.njit(**options)(function)
    return cast("Function", step)


def renew_stale(step: Any) -> Any:  # noqa: ANN401  # a dispatcher of numba
    """
    Let a compiled function be compiled anew where its cache cannot be read.

    The index of a cache names the types of arguments; written by another version of the project,
    it may name a :class:`~typing.NamedTuple` that is no longer there, and reading it fails before
    numba sees that the source has changed.
    """
    cache = getattr(step, "_cache", None)
    if cache is None:  # compiling is switched off, as one may to debug: a plain function
        return step
    index = cache._cache_file
    read = index._load_index

    def read_or_forget() -> dict[Any, Any]:
        try:
            return dict(read())
        except (AttributeError, ImportError):
            return {}

    index._load_index = read_or_forget
    return step
