"""Which districts are to be planned by which scenarios."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gridplan.district.manifest.layer_entry import FILE
from gridplan.errors import InputError, Problem

OWN = "own"
"""Name of a district's own scenario, or of the one derived from its size where it has none."""


@dataclass(frozen=True)
class Task:
    """
    One district planned by one scenario.

    Parameters
    ----------
    district
        Its folder; the folder's name stands for it.
    scenario
        The scenario's file; None for the district's own.
    """

    district: Path
    scenario: Path | None = None

    @property
    def place(self) -> str:
        """Name of the district's folder."""
        return self.district.name

    @property
    def name(self) -> str:
        """Name of the scenario: that of its file, or :data:`OWN`."""
        return OWN if self.scenario is None else self.scenario.stem

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
        A district folder; a folder of district folders; or a text file with the path of a district
        folder in each line (of a CSV, its first column), relative to the file's own folder. Empty
        lines and those that begin with ``#`` are left out.
    scenarios
        Each district is planned by each of them; none: by its own.

    Returns
    -------
    tasks
        In the order of the districts, then of the scenarios.

    Raises
    ------
    InputError
        Everything that is wrong at once: ``batch-no-source``, ``batch-no-district``,
        ``batch-not-a-district`` with its line, ``batch-twice`` where two have one name,
        ``batch-no-scenario``.
    """
    problems: list[Problem] = []
    places = _districts(source, problems)
    for path in scenarios:
        if not path.is_file():
            problems.append(Problem("batch-no-scenario", {"file": str(path)}))
    problems += _twice([place.name for place in places], "batch-twice")
    problems += _twice([path.stem for path in scenarios], "batch-scenario-twice")
    if problems:
        raise InputError(problems)
    return tuple(
        Task(place, None if path is None else path.resolve())
        for place in places
        for path in (scenarios or (None,))
    )


def _districts(source: Path, problems: list[Problem]) -> list[Path]:
    if source.is_dir():
        if (source / FILE).is_file():
            return [source.resolve()]
        found = sorted(path.parent.resolve() for path in source.glob(f"*/{FILE}"))
        if not found:
            problems.append(Problem("batch-no-district", {"folder": str(source)}))
        return found
    if not source.is_file():
        problems.append(Problem("batch-no-source", {"file": str(source)}))
        return []
    listed = _listed(source, problems)
    if not listed and not problems:
        problems.append(Problem("batch-no-district", {"folder": str(source)}))
    return listed


def _listed(source: Path, problems: list[Problem]) -> list[Path]:
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.append(Problem("batch-list-not-text", {"file": str(source)}))
        return []
    places = []
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        told = row[0].strip() if row else ""
        if not told or told.startswith("#"):
            continue
        place = (source.parent / told).resolve()
        if (place / FILE).is_file():
            places.append(place)
        else:
            wrong = {"file": source.name, "row": number, "value": told}
            problems.append(Problem("batch-not-a-district", wrong))
    return places


def _twice(names: Sequence[str], key: str) -> list[Problem]:
    return [Problem(key, {"value": name}) for name, count in Counter(names).items() if count > 1]
