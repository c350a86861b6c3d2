"""What a batch is given: folders of districts, a list of them, or a TOML file that says more."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.district.manifest.layer_entry import FILE
from gridplan.district.matrix import MATRICES
from gridplan.district.schema.vocabulary import nearest
from gridplan.errors import Problem
from gridplan.text.shown import brief

KEYS = ("districts", "scenarios", "together")
PAIR_KEYS = ("districts", "scenario", *MATRICES, "note")
OWN_SCENARIO = "scenario.toml"


@dataclass(frozen=True)
class Together:
    """
    Districts that may serve one another across their border.

    Parameters
    ----------
    places
        Their folders, at least two.
    scenario
        By which they are planned where each would be by its own; None for one derived from the
        size of all.
    ways
        Matrix, and the file with its ways across the border.
    """

    places: tuple[Path, ...]
    scenario: Path | None = None
    ways: tuple[tuple[str, Path], ...] = ()


@dataclass
class Listing:
    """
    What was found.

    Parameters
    ----------
    places
        Folders of the districts, in the order given.
    scenarios
        Files by which each is planned; none: by its own.
    together
        Districts that are planned as one.
    problems
        All that is wrong.
    """

    places: list[Path] = field(default_factory=list)
    scenarios: list[Path] = field(default_factory=list)
    together: list[Together] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, code: str, **values: Any) -> None:  # noqa: ANN401  # what a message shows
        """Note a problem."""
        self.problems.append(Problem(code, values))


def listing_of(source: Path) -> Listing:
    """
    Find the districts of a batch.

    Parameters
    ----------
    source
        A district folder; a folder with district folders at any depth; a text file with the path
        of a district folder in each line (of a CSV, its first column); or a TOML file with the
        keys ``districts`` (folders of either kind), ``scenarios`` (files), and ``[[together]]``
        tables: ``districts`` (their folders' names or paths), ``scenario`` (a file), and
        ``walk_matrix``, ``drive_matrix`` (files with ways across the border). Paths are
        relative to the file's own folder; in a text file empty lines and those that begin with
        ``#`` are left out.

    Returns
    -------
    listing
        With ``problems``: ``batch-no-source``, ``batch-no-district``, ``batch-list-not-text``,
        ``batch-not-a-district`` with its line, ``batch-toml``, ``batch-key``, ``batch-together``,
        ``batch-together-unknown``, ``batch-together-twice``, ``batch-no-scenario``,
        ``batch-no-ways``, ``batch-together-scenario``, ``batch-twice`` where two have one name.
    """
    found = Listing()
    if source.is_dir():
        found.places = _below(source)
    elif not source.is_file():
        found.wrong("batch-no-source", file=str(source))
        return found
    elif source.suffix.lower() == ".toml":
        _read_toml(source, found)
    else:
        _read_list(source, found)
    if not found.places and not found.problems:
        found.wrong("batch-no-district", folder=str(source))
    names = Counter(place.name for place in found.places)
    for name in (name for name, count in names.items() if count > 1):
        found.wrong("batch-twice", value=name)
    return found


def _below(folder: Path) -> list[Path]:
    """List district folders at any depth; what is inside a district is its own."""
    places = []
    for base, folders, files in os.walk(folder):
        if FILE in files:
            places.append(Path(base).resolve())
            folders.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
    return places


def _read_list(source: Path, found: Listing) -> None:
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        found.wrong("batch-list-not-text", file=str(source))
        return
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        told = row[0].strip() if row else ""
        if not told or told.startswith("#"):
            continue
        place = (source.parent / told).resolve()
        if (place / FILE).is_file():
            found.places.append(place)
        else:
            found.wrong("batch-not-a-district", file=source.name, row=number, value=told)


def _read_toml(source: Path, found: Listing) -> None:
    try:
        table, _ = parse_toml(source.read_bytes())
    except UnreadableError as error:
        found.wrong("batch-toml", file=str(source), reason=error.reason)
        return
    _check_keys(table, KEYS, source.name, found)
    for told in _texts(table, "districts", source.name, found):
        below = _below(source.parent / told)
        if not below:
            found.wrong("batch-no-district", folder=told)
        found.places += below
    for told in _texts(table, "scenarios", source.name, found):
        found.scenarios.append(_scenario(source, told, found))
    rows = table.get("together", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        found.wrong("batch-key", file=source.name, key="together", valid=list(KEYS))
        return
    for row in rows:
        _add_together(source, row, found)


def _check_keys(table: dict[str, Any], valid: Sequence[str], place: str, found: Listing) -> None:
    for key in table:
        if key not in valid:
            found.wrong("unknown-key", place=place, key=key, nearest=nearest(key, valid, most=1))


def _texts(table: dict[str, Any], key: str, place: str, found: Listing) -> list[str]:
    told = table.get(key, [])
    if isinstance(told, list) and all(isinstance(one, str) for one in told):
        return list(told)
    found.wrong("batch-texts", file=place, key=key, value=brief(told))
    return []


def _scenario(source: Path, told: str, found: Listing) -> Path:
    path = (source.parent / told).resolve()
    if not path.is_file():
        found.wrong("batch-no-scenario", file=told)
    return path


def _add_together(source: Path, row: dict[str, Any], found: Listing) -> None:
    where = "[[together]]"
    _check_keys(row, PAIR_KEYS, where, found)
    told = _texts(row, "districts", where, found)
    known = {place.name: place for place in found.places}
    by_path = {place: place for place in found.places}
    places = []
    for one in told:
        place = known.get(one) or by_path.get((source.parent / one).resolve())
        if place is None:
            found.wrong("batch-together-unknown", value=one, valid=list(known)[:5] or ["-"])
        else:
            places.append(place)
    if len(set(told)) < 2:  # one cannot be together
        found.wrong("batch-together", value=", ".join(told) or "-")
    taken = {place for pair in found.together for place in pair.places}
    for place in (place for place in places if place in taken):
        found.wrong("batch-together-twice", value=place.name)
    scenario = row.get("scenario")
    if scenario is not None and not isinstance(scenario, str):
        found.wrong("batch-texts", file=where, key="scenario", value=brief(scenario))
        scenario = None
    path = None if scenario is None else _scenario(source, scenario, found)
    ways = tuple(_ways(source, row, where, found))
    found.together.append(Together(tuple(places), path, ways))


def _ways(
    source: Path, row: dict[str, Any], where: str, found: Listing
) -> Iterator[tuple[str, Path]]:
    """Find the tables of ways across the border."""
    for name in MATRICES:
        told = row.get(name)
        if told is None:
            continue
        if not isinstance(told, str):
            found.wrong("batch-texts", file=where, key=name, value=brief(told))
            continue
        path = (source.parent / told).resolve()
        if path.is_file():
            yield name, path
        else:
            found.wrong("batch-no-ways", file=told, key=name)
