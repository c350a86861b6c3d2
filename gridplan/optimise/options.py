"""Options by name: one that a function does not know is an error, never dropped in silence."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import wraps
from typing import ParamSpec, TypeVar, get_args, get_type_hints

P = ParamSpec("P")
Answer = TypeVar("Answer")

NEAREST = 0.6
"""Likeness from which on a valid name is taken for the one that was meant."""


class UnknownOptionError(TypeError, ValueError):
    """
    Options that a function does not know.

    A ``TypeError``, as Python raises it for an unexpected keyword, and a ``ValueError``, as all
    other wrong arguments of the engine are.
    """


def strict(
    *, also: Iterable[str] = (), inside: Mapping[str, Iterable[str]] | None = None
) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """
    Check the options of a function before anything else: all unknown ones are told at once.

    Parameters
    ----------
    also
        Names that its ``**options`` take.
    inside
        Arguments that are options of other functions themselves, and the names they take.
    """

    def wrapped(function: Callable[P, Answer]) -> Callable[P, Answer]:
        known = [*options_of(function), *also]
        within = {name: list(names) for name, names in (inside or {}).items()}

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> Answer:
            lines = unknown(function.__name__, kwargs, known)
            for name, names in within.items():
                given = kwargs.get(name)
                if isinstance(given, Mapping):
                    lines += unknown(f"{name} of {function.__name__}", given, names)
            if lines:
                raise UnknownOptionError("\n".join(lines))
            return function(*args, **kwargs)

        return checked

    return wrapped


def unknown(where: str, given: Iterable[str], known: Iterable[str]) -> list[str]:
    """Complain about each option of ``where`` that is not a known one, with the nearest that is."""
    names = list(known)
    lines = []
    for name in given:
        if name not in names:
            near = get_close_matches(str(name), names, n=1, cutoff=NEAREST)
            hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(sorted(names))}"
            lines.append(f"{where} has no option {name}; {hint}")
    return lines


def options_of(function: Callable[..., object], *, but: Iterable[str] = ()) -> list[str]:
    """
    List what can be given to a function by name, but some.

    Parameters
    ----------
    function
        Its keywords count, and those of a ``TypedDict`` that its ``**options`` unpack.
    but
        Names left out.
    """
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    found = inspect.signature(function).parameters.values()
    names = [one.name for one in found if one.kind in kinds]
    for one in found:
        if one.kind is inspect.Parameter.VAR_KEYWORD and "Unpack" in str(one.annotation):
            (declared,) = get_args(get_type_hints(function)[one.name])
            names += list(get_type_hints(declared))
    return [name for name in names if name not in but]
