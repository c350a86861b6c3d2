"""Which districts are to be planned by which scenarios."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gridplan.batch.listing import OWN_SCENARIO, Listing, Together, listing_of
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.file import read_scenario

OWN = "own"
"""Name of a district's own scenario, or of the one derived from its size where it has none."""
AND = "+"
"""Between the names of districts that are planned as one."""


@dataclass(frozen=True)
class Task:
    """
    One district, or several as one, planned by one scenario.

    Parameters
    ----------
    districts
        Their folders; the folders' names stand for them. Of several, each may serve the others'
        residents.
    scenario
        The scenario's file; None for the district's own.
    own
        Whether the file stands for the own scenario of districts that are planned as one.
    ways
        Of several: matrix, and the file with its ways across their border.
    """

    districts: tuple[Path, ...]
    scenario: Path | None = None
    own: bool = False
    ways: tuple[tuple[str, Path], ...] = ()

    @property
    def place(self) -> str:
        """Names of the districts' folders."""
        return AND.join(folder.name for folder in self.districts)

    @property
    def name(self) -> str:
        """Name of the scenario: that of its file, or :data:`OWN`."""
        return OWN if self.scenario is None or self.own else self.scenario.stem

    @property
    def key(self) -> str:
        """Give what no other task of a batch has: ``district/scenario``."""
        return f"{self.place}/{self.name}"


def tasks_of(source: Path, scenarios: Sequence[Path] = ()) -> tuple[Task, ...]:
    """
    List the tasks of a batch.

    Parameters
    ----------
    source
        As of :func:`gridplan.batch.listing.listing_of`.
    scenarios
        Each district is planned by each of them; none: by those the source names, else by its own.

    Returns
    -------
    tasks
        In the order of the districts, then of the scenarios. Districts declared to be together
        are one task, in the place of the first of them, unless the scenario's
        ``across_districts`` is ``no``: then each is a task of its own.

    Raises
    ------
    InputError
        Everything that is wrong at once: that of the listing, ``batch-no-scenario``,
        ``batch-scenario-twice``, ``batch-together-scenario`` where districts that are together
        have scenarios of their own and none is named for them, and what is wrong with a scenario
        that is read to see whether it allows them to be.
    """
    found = listing_of(source)
    chosen = [path.resolve() for path in scenarios] or found.scenarios
    problems = found.problems
    for path in scenarios:
        if not path.is_file():
            problems.append(Problem("batch-no-scenario", {"file": str(path)}))
    names = Counter(path.stem for path in chosen)
    for name in (name for name, count in names.items() if count > 1):
        problems.append(Problem("batch-scenario-twice", {"value": name}))
    if not chosen:
        problems += [problem for pair in found.together for problem in _own_missing(pair)]
    if problems:
        raise InputError(problems)
    return _tasks(found, chosen)


def _own_missing(pair: Together) -> list[Problem]:
    """Tell of districts whose own scenarios cannot both be that of the whole."""
    having = [place.name for place in pair.places if (place / OWN_SCENARIO).is_file()]
    if pair.scenario is not None or not having:
        return []
    return [Problem("batch-together-scenario", {"value": having})]


def _tasks(found: Listing, chosen: Sequence[Path]) -> tuple[Task, ...]:
    joint: dict[tuple[Path, Path | None], Task] = {}
    for pair in found.together:
        for file in chosen or (pair.scenario,):
            if file is None or read_scenario(file).across_districts == "yes":
                task = Task(pair.places, file, own=not chosen, ways=pair.ways)
                joint |= {(place, file if chosen else None): task for place in pair.places}
    every = (
        joint.get((place, file)) or Task((place,), file)
        for place in found.places
        for file in (chosen or (None,))
    )
    return tuple(dict.fromkeys(every))
