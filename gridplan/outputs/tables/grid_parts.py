"""What each grid is made of, in words: its streets and communities, and what is cut of them."""

from __future__ import annotations

from gridplan.outputs.words.names import figure
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.planning.grids.extents import PARENTS, held_residents


def parents_told(telling: Telling) -> dict[str, dict[str, str]]:
    """
    Name the streets and communities of each grid.

    Parameters
    ----------
    telling
        A finished plan, and the language.

    Returns
    -------
    told
        By level (``subdistrict``, ``community``) and grid: their names, and after one that lies in
        several grids the residents it has in this one. A level that no unit names is left out.
    """
    units, streets = telling.plan.district.units, telling.names.subdistricts
    people = units["population"].to_numpy(dtype=float)
    comma = telling.say("language.comma")
    found: dict[str, dict[str, str]] = {}
    for level in PARENTS:
        grid = telling.plan.layout.units["grid"].loc[units.index]
        if grid.isna().all():
            continue
        held = held_residents(units[level], grid, people)
        parts = held.groupby("parent")["grid"].transform("size")
        told: dict[str, list[str]] = {}
        for parent, key, residents, count in zip(
            held["parent"], held["grid"], held["residents"], parts, strict=True
        ):
            name = plain(streets.get(parent, parent) if level == "subdistrict" else parent)
            shown = figure(residents, "persons", telling.lang)
            part = telling.say("outputs.part-of", name=name, residents=shown) if count > 1 else name
            told.setdefault(str(key), []).append(part)
        if told:
            found[level] = {key: comma.join(names) for key, names in told.items()}
    return found
