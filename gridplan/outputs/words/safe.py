"""User text made harmless: the one place every name, note and file title passes on its way out.

A folium map is unsafe for text three times over: the browser reads it as HTML, JavaScript template
literals read ``${...}``, and branca compiles the finished script once more as a Jinja template **on
the machine that writes the map**, so a hospital called ``{{ ... }}`` would run code there. Text is
therefore written into pages either with :func:`inert`, for the few places that are HTML, or inside
:func:`js_json`, for scripts that show it with ``textContent``.
"""

from __future__ import annotations

import html
import json
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

MISSING = "—"
# Control and format characters (bidi overrides among them), lone surrogates, private use and
# unassigned code points, line and paragraph separators: none of them is part of a name.
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Most text is of these alone, and is left as it is: the 16,000 rows of a sheet take a second less.
_PLAIN = re.compile(r"(?:[!-~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]| (?! ))*\Z")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
# html.escape leaves these, which open JavaScript and Jinja templates.
_TEMPLATE = {ord("{"): "&#123;", ord("}"): "&#125;", ord("$"): "&#36;"}
_TEMPLATE |= {ord("`"): "&#96;", ord("\\"): "&#92;", ord("%"): "&#37;", ord("#"): "&#35;"}
_SCRIPT = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "'": "\\u0027",
    "`": "\\u0060",
    "$": "\\u0024",
    "{{": "\\u007b\\u007b",
    "{%": "\\u007b%",
    "{#": "\\u007b#",
}

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\s]+')


def plain(value: object, *, limit: int = 300) -> str:
    """
    Give a value as one line of visible text.

    Parameters
    ----------
    value
        Anything; None and NaN become a dash.
    limit
        Characters kept.

    Returns
    -------
    text
        Without control, bidirectional-override and other invisible characters; white space of
        any kind becomes one space.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    text = str(value)
    if len(text) <= limit and _PLAIN.match(text) and text == text.strip():
        return text
    spaced = "".join(" " if character.isspace() else character for character in text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in _DROPPED)
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def inert(value: object, *, limit: int = 300) -> str:
    """
    Give a value as HTML text that neither a browser, a script nor a template acts on.

    Parameters
    ----------
    value, limit
        As in :func:`plain`.

    Returns
    -------
    html
        Escaped for element content and quoted attributes; braces, ``$``, ``%``, ``#``, backticks
        and backslashes are character references, so no template syntax is left.
    """
    escaped = html.escape(plain(value, limit=limit), quote=True)
    # "&#x27;" holds a "#" of its own: put the references in before touching the bare signs.
    return "".join(
        part if part.startswith("&") else part.translate(_TEMPLATE)
        for part in re.split(r"(&(?:amp|lt|gt|quot|#x27);)", escaped)
    )


def js_json(value: object) -> str:
    """
    Dump a value as JSON that is inert inside a script, a template literal and a Jinja pass.

    Parameters
    ----------
    value
        Mappings, sequences, strings (each passed through :func:`plain`), numbers; NaN is null.

    Returns
    -------
    json
        A JavaScript expression.
    """
    text = json.dumps(_clean(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub(r"[<>&'`$]|\{[{%#]", lambda found: _SCRIPT[found.group()], text)


def _clean(value: Any) -> Any:  # noqa: ANN401  # JSON is any of several types
    if isinstance(value, str):
        return plain(value, limit=10_000_000)
    if isinstance(value, Mapping):
        return {plain(key): _clean(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        # Long rows of plain numbers need no look at each.
        if set(map(type, value)) <= {int, float, type(None)}:
            return [
                None if each is not None and not math.isfinite(each) else each for each in value
            ]
        return [_clean(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value


def colour(value: str) -> str:
    """
    Check that a colour is ``#rrggbb`` and nothing else.

    Raises
    ------
    ValueError
        If it is not.
    """
    if not _COLOUR.match(value):
        msg = f"{value!r} is not a colour of the form #rrggbb"
        raise ValueError(msg)
    return value


def file_part(text: str, *, by: str = "_") -> str:
    """Give a text as part of the name of a file: what no system takes, and gaps, become ``by``."""
    return _UNFIT.sub(by, text)
