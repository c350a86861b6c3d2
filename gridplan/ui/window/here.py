"""What every page is drawn from: where the planner is, what was chosen, what there is already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.running.result import Result
from gridplan.ui.running.results import Results
from gridplan.ui.setup.district_choice import Reading
from gridplan.ui.setup.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, eq=False)
class Here:
    """
    One look at the app.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    data
        Folder of the bundled districts.
    results, limits
        Of the server.
    reading
        The district that was chosen; None while none is.
    scenario, problems
        What the fields say, or None and what is wrong with them.
    key
        Fingerprint of what they ask for; None where that is nothing valid.
    result
        The plan that is shown; None before there is one of this district.
    pages
        Every page by its address, for links from one to another.
    """

    lang: str
    data: Path
    results: Results
    limits: Limits
    reading: Reading | None
    scenario: Scenario | None
    problems: tuple[Problem, ...]
    key: str | None
    result: Result | None
    pages: dict[str, Any] = field(default_factory=dict)

    @property
    def district(self) -> District | None:
        """The district, where one is chosen and could be read."""
        return self.reading.district if self.reading else None

    @property
    def stale(self) -> bool:
        """Whether the fields ask for another plan than the one that is shown."""
        return self.result is not None and self.key not in (self.result.key, self.result.of)
