"""What the system or a parser says went wrong -> a reason that can be said in any language."""

from __future__ import annotations

import csv
import errno
import json
import re
import sqlite3
import tomllib
from collections.abc import Callable
from typing import Any

from gridplan.errors import Reason


class UnreadableError(Exception):
    """Raised when a file cannot be taken in; whoever asked for it says which file, and for what."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.text("en"))


_SYSTEM = {
    errno.ENOENT: "not-found",
    errno.EACCES: "no-permission",
    errno.EPERM: "no-permission",
    errno.EISDIR: "is-folder",
    errno.EEXIST: "exists",
    errno.ENOTEMPTY: "exists",
    errno.ENOTDIR: "not-folder",
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "quota",
    errno.EFBIG: "too-large-here",
    errno.ENAMETOOLONG: "name-too-long",
    errno.EROFS: "read-only",
    errno.ELOOP: "links-circle",
    errno.EBUSY: "busy",
    errno.ETXTBSY: "busy",
    errno.EIO: "disk-error",
    errno.EINVAL: "name-impossible",
}
# How tomllib begins what it says; it has no codes.
_TOML = {
    "Expected '='": "toml-equals",
    "Invalid value": "toml-value",
    "Invalid statement": "toml-statement",
    "Expected newline": "toml-end",
    "Unterminated string": "toml-string",
    "Illegal character '\\n'": "toml-string",
    "Expected '\"": "toml-string",
    "Expected \"'": "toml-string",
    "Unescaped": "toml-escape",
    "Invalid hex": "toml-escape",
    "Escaped character": "toml-escape",
    "Expected ']": "toml-bracket",
    "Unclosed array": "toml-bracket",
    "Unclosed inline": "toml-brace",
    "Cannot": "toml-twice",
    "Duplicate": "toml-twice",
    "Illegal character": "toml-character",
    "Found invalid": "toml-character",
    "Invalid date": "toml-date",
    "Invalid initial": "toml-key",
}
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def reason_of(error: BaseException) -> Reason:
    """
    Give the reason behind an exception of the system, a parser or a decoder.

    Parameters
    ----------
    error
        Whatever was caught.

    Returns
    -------
    reason
        ``content`` with the kind of exception where nothing better is known.
    """
    told = next((tell for kind, tell in _KINDS if isinstance(error, kind)), None)
    return Reason("content", {"detail": type(error).__name__}) if told is None else told(error)


def _system(error: OSError) -> Reason:
    code = _SYSTEM.get(error.errno or 0)
    detail = error.strerror or str(error) or type(error).__name__
    return Reason(code) if code else Reason("system", {"detail": detail})


def _toml(error: tomllib.TOMLDecodeError) -> Reason:
    said = str(error)
    code = next((code for start, code in _TOML.items() if said.startswith(start)), "toml")
    place = _TOML_PLACE.search(said)
    if place is None:
        return Reason("toml-cut" if code == "toml-value" else code)
    return Reason(code, {"line": int(place[1]), "column": int(place[2])})


def _csv(error: csv.Error) -> Reason:
    said = str(error)
    if "field limit" in said:
        return Reason("csv-field")
    quote = "expected after" in said or "unexpected end" in said
    return Reason("csv-quote" if quote else "csv")


def _value(error: ValueError) -> Reason:
    said = str(error)
    if "integer string conversion" in said:
        return Reason("digits")
    if "null byte" in said or "null character" in said:
        return Reason("name-impossible")
    return Reason("content", {"detail": type(error).__name__})


# The narrower kinds stand before those they are a part of.
_KINDS: tuple[tuple[type[BaseException], Callable[[Any], Reason]], ...] = (
    (UnreadableError, lambda error: error.reason),
    (OSError, _system),
    (RecursionError, lambda _: Reason("nested")),
    (MemoryError, lambda _: Reason("memory")),
    (tomllib.TOMLDecodeError, _toml),
    (json.JSONDecodeError, lambda e: Reason("json", {"line": e.lineno, "column": e.colno})),
    (UnicodeDecodeError, lambda _: Reason("not-utf8")),
    (csv.Error, _csv),
    (sqlite3.Error, lambda e: Reason("disk-full" if "full" in str(e) else "geopackage")),
    (ValueError, _value),
)
