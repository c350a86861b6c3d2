"""What was done in a project, when and by whom: one line each, never taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from gridplan.project.kept.place import Place, json_line, json_lines

FILE = "log.jsonl"


def now() -> str:
    """Give the moment, UTC, as ISO 8601 to the second."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def note(place: Place, what: str, *, by: str, **values: Any) -> None:  # noqa: ANN401  # plain values
    """
    Add an entry; the folder is locked by the caller.

    Parameters
    ----------
    place, what
        The project, and the code of what was done: ``saved``, ``renamed`` ...
    by
        Who, as they call themselves; nobody is asked.
    values
        Names and figures, plain; no personal data.
    """
    told = {"at": now(), "what": what, **({"by": by} if by else {}), **values}
    place.append(FILE, json_line(told), revision=None)


def entries(place: Place) -> list[dict[str, Any]]:
    """List the entries, the oldest first."""
    return json_lines(place.read(FILE)[0])
