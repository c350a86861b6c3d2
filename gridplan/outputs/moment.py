"""When a file says it was written: always the same, so that one plan has one set of bytes."""

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
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    when = datetime.fromtimestamp(int(given) if given.isdigit() else _ALWAYS, UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.000Z"
