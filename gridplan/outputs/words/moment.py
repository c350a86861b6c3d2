"""When a file says it was written: always the same, so that one plan has one set of bytes.

What a person reads is another matter: a report bears the day on which it is drawn up.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

# As in district folders that gridplan writes; when a file really came is its date on the disk.
_ALWAYS = 946_684_800


def moment() -> str:
    """
    Give the moment to write into files whose format asks for one.

    Returns
    -------
    moment
        ``2000-01-01T00:00:00.000Z``, whatever the clock says. ``SOURCE_DATE_EPOCH`` (seconds since
        1970, as on https://reproducible-builds.org) replaces it where it is set.
    """
    given = _given()
    when = datetime.fromtimestamp(_ALWAYS if given is None else given, UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.000Z"


def day() -> str:
    """
    Give the day a person reads on a report: the one on which it is drawn up.

    Returns
    -------
    day
        ``2026-01-31``, of the clock on the wall, or of ``SOURCE_DATE_EPOCH`` where it is set.
    """
    given = _given()
    when = datetime.now().astimezone() if given is None else datetime.fromtimestamp(given, UTC)
    return f"{when:%Y-%m-%d}"


def _given() -> int | None:
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(text) if text.isdigit() else None
