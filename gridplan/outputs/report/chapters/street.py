"""One sheet a street: which centers its residents have, and what changes for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridplan.errors import InputError, Problem
from gridplan.outputs.atlas.themes import minutes_planned
from gridplan.outputs.places.belonging import communities_of_centers
from gridplan.outputs.report.blocks.figures import street_map
from gridplan.outputs.report.blocks.parts import Heading, PageBreak, Paragraph, Part, Picture, table
from gridplan.outputs.report.chapters.cells import number
from gridplan.outputs.report.chapters.site import community_text
from gridplan.outputs.words.names import is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.planning.scenario.kinds import nearest_word

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded
    from gridplan.outputs.report.chapters.present import Present
    from gridplan.outputs.style.fonts import Face


_LEAST = 1.0  # percent of a community below which a sheet does not name it
_MAP = 95.0  # millimetres


def streets_of(told: Worded, asked: str) -> list[str]:
    """
    Find the streets that are meant.

    Parameters
    ----------
    told
        The plan and its language.
    asked
        A name, in any language; empty for all.

    Raises
    ------
    InputError
        ``street-unknown`` with the nearest name.
    """
    names = {str(key): str(name) for key, name in told.names.subdistricts.items()}
    if not asked:
        return list(names)
    found = [key for key, name in names.items() if asked in (key, name)]
    if not found:
        near = nearest_word(asked, [*names, *names.values()])
        raise InputError([Problem("street-unknown", {"street": asked, "near": near})])
    return found


def street_parts(told: Worded, present: Present, face: Face, streets: list[str]) -> list[Part]:
    """Give the sheets of streets, each on pages of its own."""
    parts: list[Part] = []
    for at, street in enumerate(streets):
        if at:
            parts.append(PageBreak())
        parts += _sheet(told, present, face, street)
    return parts


def _sheet(told: Worded, present: Present, face: Face, street: str) -> list[Part]:
    plan = told.plan
    name = plain(told.names.subdistricts.get(street, street))
    here = (plan.layout.units["subdistrict"] == street).to_numpy()
    people = plan.district.units["population"].to_numpy(dtype=float)
    row = plan.layout.subdistricts.loc[street]
    then = told.plan.layout.centers["subdistrict"] == street
    new = then & (plan.layout.centers["status"] == "new")
    within = np.nan_to_num(minutes_planned(plan), nan=np.inf) <= plan.scenario.center_max_minutes
    gained = here & ~present.near & within
    grids = plan.layout.units["grid"][here].dropna().unique()
    text = told.fitting(
        "report.street-text",
        street=name,
        residents=number(row["population"], "persons", told),
        centers=int(then.sum()),
        new=int(new.sum()),
        gained=number(people[gained].sum(), "persons", told),
        minutes=f"{plan.scenario.center_max_minutes:g}",
    )
    parts: list[Part] = [Heading(1, name), Paragraph(text, small=True)]
    if len(grids):
        listed = [plain(told.names.grids[grid]) for grid in sorted(grids)]
        parts.append(Paragraph(told.say("report.street-grids", grids=listed), small=True))
    parts.append(_table(told, street, here))
    caption = told.fitting("report.map-street", street=name)
    return [*parts, Picture(caption, street_map(told, street, face), caption, high=_MAP)]


def _table(told: Worded, street: str, here: np.ndarray) -> Part:
    """List the centers that serve residents of the street, with the communities each serves."""
    plan = told.plan
    held = communities_of_centers(plan)
    held = held[held["subdistrict"].isin({street}) & (held["of_community_percent"] >= _LEAST)]
    served = plan.layout.units["center"][here]
    people = plan.district.units["population"][here].groupby(served.to_numpy()).sum()
    rows = []
    for key in [key for key in plan.layout.centers.index if people.get(key, 0) > 0]:
        row = plan.layout.centers.loc[key]
        own = held[held["center"] == key].to_dict(orient="records")
        above = row["regional_center"]
        rows.append(
            [
                plain(told.names.centers.get(key, key)),
                word("status", row["status"], told.lang),
                "—" if is_missing(above) else plain(told.names.centers.get(above, above)),
                told.say("report.listed", names=[community_text(told, one) for one in own]) or "—",
                number(people[key], "count", told),
            ]
        )
    keys = ("name", "state", "regional-center", "serves", "residents-here")
    heads = [told.fitting(f"report.head-{key}") for key in keys]
    return table(
        told.fitting("report.table-street"), heads, rows, widths=(22, 8, 20, 36, 14), numeric=(4,)
    )
