"""Who is at the window, on a server for many: a name that is no name, and a folder of their own."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import streamlit as st

WORKSPACE = "GRIDPLAN_WORKSPACE"
"""Name of the option that says where the work lies; ``gridplan`` in the home folder without it."""
USERS = "GRIDPLAN_USERS"
"""Name of the option that says for whom the server is: ``many``, or one without it."""

_KEY = ".key"
# What a login or a trusted proxy may call the person, the most lasting first.
_CLAIMS = ("sub", "email", "preferred_username", "name")


def place() -> Path:
    """Give the folder of all work of this server; it need not be there yet."""
    given = os.environ.get(WORKSPACE, "").strip()
    return (Path(given).expanduser() if given else Path.home() / "gridplan").absolute()


def many() -> bool:
    """Whether several people work on this server, each in a folder of their own."""
    return os.environ.get(USERS, "").strip() == "many"


def person() -> str:
    """
    Tell people apart without naming them.

    Returns
    -------
    alias
        24 hexadecimal digits, the same for the same person on this server, made with a key that
        lies in its folder; empty on a server for one, and for who is not known.
    """
    return alias(_identity()) if many() else ""


def folder() -> Path:
    """Give the folder of the work of who is at the window; it need not be there yet."""
    who = person()
    if not many():
        return place()
    # Whoever is not known is shown no page; what asks all the same finds nothing.
    return place() / "users" / (who or "nobody")


def alias(name: str) -> str:
    """Turn what a login calls a person into what the server calls them; empty for nobody."""
    if not name:
        return ""
    return hmac.new(_key(), name.encode(), hashlib.sha256).hexdigest()[:24]


def _identity() -> str:
    """Give what a login or a trusted proxy says; empty without either."""
    told = dict(st.user)
    if told.get("is_logged_in") is False:
        return ""
    for claim in _CLAIMS:
        value = told.get(claim)
        if isinstance(value, str) and value.strip():
            issuer = told.get("iss") if claim == "sub" else ""
            return f"{issuer or ''} {value.strip()}".strip()
    return ""


def _key() -> bytes:
    """Give the key of this server, made when first asked for; whoever has it can tell names."""
    path = place() / _KEY
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{_KEY}-{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            os.link(fresh, path)  # of two that make one at the same time, the first counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
