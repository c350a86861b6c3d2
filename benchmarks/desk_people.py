"""Several people at the desk at once: each loads, plans once with a seed of their own, edits."""

from __future__ import annotations

import asyncio
import json
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.desk_window import brush, opened, plan, steps, strokes, take

HEADER = "X-Forwarded-Email"
SERVER = {
    "GRIDPLAN_USERS": "many",
    "STREAMLIT_SERVER_TRUSTED_USER_HEADERS": json.dumps({HEADER: "email"}),
}
"""What the server's environment says where several people come by a proxy."""
EDITS = 20
_THINKING = 2.0  # seconds between two strokes


@dataclass
class Visitor:
    """What one person did and met; seconds."""

    number: int
    first_view: float = 0.0
    planned: float = 0.0
    strokes: list[float] = field(default_factory=list)
    told: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Crowd:
    """
    Who comes at the same time.

    Parameters
    ----------
    count
        How many people; 0 for nobody but the one who measures.
    work
        Work limit of the plan each of them asks for.
    workspace
        Folder of the server.
    """

    count: int
    work: float
    workspace: Path


async def at_once(
    browser: Any,  # playwright's
    url: str,
    crowd: Crowd,
    *,
    memory: Callable[[], float],
) -> dict[str, str]:
    """
    Let people work at the same time.

    Parameters
    ----------
    browser, url
        The browser, and the server's address.
    crowd
        The people, each in a window of their own.
    memory
        Tells what the server holds, megabytes.

    Returns
    -------
    found
        Figures by what they are.
    """
    before, people = memory(), crowd.count
    visitors = [Visitor(number) for number in range(people)]
    await asyncio.gather(*(_job(browser, url, one, crowd.work) for one in visitors))
    times = [seconds for one in visitors for seconds in one.strokes]
    # What lies on the disk is what each window said, no more and no less.
    files = crowd.workspace.glob("users/*/edits/*.json")
    kept = sorted(len(json.loads(path.read_text("utf-8"))) for path in files)
    own = kept == sorted(one.told for one in visitors if one.told > 0)
    for one in visitors:
        for error in one.errors:
            print(f"person {one.number}: {error[:300]}")
    return {
        "people": str(people),
        "first view, median s": _median(one.first_view for one in visitors),
        "from Plan to the plan, median s": _median(one.planned for one in visitors),
        "from Plan to the plan, the last s": f"{max(one.planned for one in visitors):.0f}",
        f"strokes that moved units, of {people * EDITS}": str(len(times)),
        "stroke to new figures, median s": _median(times),
        "stroke to new figures, the longest s": f"{max(times, default=float('nan')):.1f}",
        "errors": str(sum(len(one.errors) for one in visitors)),
        "edits on the disk are each person's own": "yes" if own else f"no: {kept}",
        "memory of the server per person, MB": f"{(memory() - before) / people:.0f}",
    }


def _median(values: Iterable[float]) -> str:
    numbers = list(values)
    return f"{statistics.median(numbers):.2f}" if numbers else "none"


async def _job(browser: Any, url: str, one: Visitor, work: float) -> None:
    who = {HEADER: f"person{one.number}@example.org"}
    try:
        page, one.first_view = await opened(browser, url, extra_http_headers=who)
        page.on("pageerror", lambda error: one.errors.append(str(error)))
        scenario = f"seed = {one.number + 1}\nwork_limit = {work}\n"
        await take(page, f"Plan {one.number}", scenario)
        _say(one, f"first view {one.first_view:.1f}")
        one.planned = await plan(page)
        _say(one, f"planned {one.planned:.0f}")
        await brush(page)
        one.strokes = await strokes(page, EDITS, first=one.number, pause=_THINKING)
        one.told = await steps(page)
        _say(one, f"strokes {_median(one.strokes)}, steps {one.told}")
        if await page.locator("[data-testid=stException]").count():
            one.errors.append("an error on the page")
    except Exception as error:  # whatever it is, it is counted
        one.errors.append(repr(error))


def _say(one: Visitor, what: str) -> None:
    print(f"person {one.number}: {what}", flush=True)
