"""Any value as text that may be printed: short, on one line, without what acts on a terminal."""

from __future__ import annotations

import reprlib
import unicodedata
from numbers import Integral, Real
from typing import Any

LIMIT = 500
"""Characters of one value that a sentence keeps."""

_WHOLE = 10**18
# Lone surrogates cannot be printed at all; private and unassigned code points show as nothing.
_MARKED = {"Cs", "Co", "Cn"}
_DROPPED = {"Cf"}
_SPACED = {"Cc", "Zl", "Zp"}


def shown(value: Any) -> Any:  # noqa: ANN401  # a sentence takes any value
    """
    Give a value as a sentence may hold it.

    Parameters
    ----------
    value
        Anything a file or a caller can bring: texts with control characters, numbers of thousands
        of digits (Python refuses to write them), tables nested a thousand deep.

    Returns
    -------
    value
        Numbers, truth values and None as they are, so that a sentence may format them; sequences
        entry by entry; everything else as text of at most :data:`LIMIT` characters.
    """
    if isinstance(value, (list, tuple)):
        return [_one(entry) for entry in value]
    return _one(value)


def _one(value: Any) -> Any:  # noqa: ANN401  # as above
    if isinstance(value, Integral) and not isinstance(value, bool):
        whole = int(value)
        return whole if abs(whole) < _WHOLE else huge(whole)
    if value is None or isinstance(value, Real):
        return value
    try:
        return visible(str(value))
    except Exception:  # nested too deeply, or a foreign object's own
        return brief(value)


def visible(text: str, *, limit: int = LIMIT) -> str:
    """Give a text on one line, what cannot be seen taken out, cut to ``limit`` characters."""
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text
    kept = "".join(map(_seen, text[: 4 * limit]))
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def brief(value: object) -> str:
    """Give the representation of any value, long and deep ones shortened; never an exception."""
    if isinstance(value, int) and abs(value) >= _WHOLE:
        return huge(value)
    try:
        return visible(_SHORT.repr(value), limit=120)
    except Exception:  # a foreign object's own repr may do anything
        return f"<{type(value).__name__}>"


def huge(value: int) -> str:
    """Tell the size of a whole number too long to write out."""
    digits = int(abs(value).bit_length() * 0.30103)
    return f"{'-' if value < 0 else ''}10^{digits}"


class _Short(reprlib.Repr):
    def repr_int(self, value: int, level: int) -> str:  # noqa: ARG002  # reprlib calls it so
        return str(value) if abs(value) < _WHOLE else huge(value)


_SHORT = _Short()
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxother = 3, 80, 80


def _seen(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in _MARKED:
        return "\N{REPLACEMENT CHARACTER}"
    if kind in _SPACED:
        return " "
    return "" if kind in _DROPPED else character
