"""When a file says it was written: now, or the moment the environment fixes for equal bytes."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def moment() -> str:
    """
    Give the moment to write into files whose format asks for one.

    Returns
    -------
    moment
        ``2026-01-31T00:00:00.000Z``. ``SOURCE_DATE_EPOCH`` (seconds since 1970, as on
        https://reproducible-builds.org) replaces the clock where it is set.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    when = datetime.fromtimestamp(int(fixed), UTC) if fixed.isdigit() else datetime.now(UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.000Z"
