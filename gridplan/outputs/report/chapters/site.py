"""One page on one center: why it is opened, kept, moved or withdrawn, and whom that touches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.errors import InputError, Problem
from gridplan.outputs.places.belonging import communities_of_centers
from gridplan.outputs.places.four_sides import four_sides
from gridplan.outputs.places.told import reach_text
from gridplan.outputs.reasons.why import why
from gridplan.outputs.report.blocks.figures import site_map
from gridplan.outputs.report.blocks.parts import Paragraph, Part, Picture, Table, table
from gridplan.outputs.report.chapters.cells import number, of_center, short_grid
from gridplan.outputs.words.names import is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.planning.scenario.kinds import nearest_word
from gridplan.planning.ways.journeys import journeys_of

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded
    from gridplan.outputs.style.fonts import Face

_MAP = 60.0  # millimetres: the sheet is one page
NEIGHBOURS = 5
"""Centers around it that are compared."""


def site_of(told: Worded, asked: str) -> str:
    """
    Find the center that is meant.

    Parameters
    ----------
    told
        The plan and its language.
    asked
        Its id or its name, in any language, or a part of the name that no other has.

    Returns
    -------
    center
        Its id.

    Raises
    ------
    InputError
        ``site-unknown`` with the nearest name.
    """
    centers = told.plan.layout.centers
    names = {str(key): str(told.names.centers.get(key, key)) for key in centers.index}
    given = asked.strip()
    if given in names:
        return given
    same = [key for key, name in names.items() if name == given]
    found = same or [key for key, name in names.items() if given and given in name]
    if len(found) == 1:
        return found[0]
    near = nearest_word(given, [*names, *names.values()])
    raise InputError([Problem("site-unknown", {"site": asked, "near": near})])


def site_parts(told: Worded, face: Face, center: str) -> list[Part]:
    """
    Give the sheet of one center.

    Parameters
    ----------
    told
        The plan and what the office says.
    face
        What the map's text is drawn with.
    center
        Its id.
    """
    name = plain(told.names.centers[center])
    caption = told.say("report.map-site", name=name)
    parts: list[Part] = [
        Paragraph(_what(told, center), small=True),
        *_serves(told, center),
        *_reasons(told, center),
        _neighbours(told, center),
    ]
    withdrawal = _withdrawal(told, center)
    if withdrawal:
        parts.append(Paragraph(withdrawal, small=True))
    parts.append(Picture(caption, site_map(told, center, face), caption, high=_MAP))
    return parts


def _what(told: Worded, center: str) -> str:
    row = told.plan.layout.centers.loc[center]
    street = row["subdistrict"]
    return told.fitting(
        "report.site-what",
        name=plain(told.names.centers[center]),
        center=center,
        status=word("status", row["status"], told.lang),
        kind=told.fitting(f"outputs.class-{row['class']}"),
        street="—" if is_missing(street) else plain(told.names.subdistricts.get(street, street)),
        community="—" if is_missing(row.get("community")) else plain(row["community"]),
        grid="—" if is_missing(row["grid"]) else short_grid(told, row["grid"]),
        address=of_center(told, center, "address", "address"),
        host=of_center(told, center, "unit", "host"),
        area=of_center(told, center, "floor_area", "floor_area"),
        residents=number(row["population"], "persons", told),
        metres=number(row["mean_metres"], "metres", told),
    )


def _serves(told: Worded, center: str) -> list[Part]:
    """Say which communities it serves, and what its catchment reaches to."""
    parts: list[Part] = []
    held = communities_of_centers(told.plan)
    own = held[held["center"] == center]
    if len(own):
        listed = [community_text(told, row) for row in own.to_dict(orient="records")]
        parts.append(Paragraph(told.say("report.site-serves", communities=listed), small=True))
    reach = four_sides(told.plan.district, told.plan.layout.units["center"]).get(center)
    if reach is not None:
        text = told.say("report.group-reach", reach=reach_text(reach, told))
        parts.append(Paragraph(text, small=True))
    return parts


def community_text(told: Worded, row: dict[Any, Any]) -> str:
    """Name a community with the residents that a center serves of it."""
    key = "community-whole" if row["whole"] else "community-part"
    people = number(row["population"], "persons", told)
    share = told.say("language.percent", number=f"{row['of_community_percent']:.1f}")
    values = {"name": plain(row["community"]), "residents": people, "share": share}
    return told.say(f"report.{key}", **values)


def _reasons(told: Worded, center: str) -> list[Part]:
    """Say why it stands there, as far as the plan knows."""
    if not len(told.plan.reasons.centers):
        return []
    lines = [line.strip() for line in why(told, center).splitlines() if line.strip()]
    return [Paragraph(plain(line, limit=600), small=True) for line in lines[1:]]


def _neighbours(told: Worded, center: str) -> Table:
    """Compare it with the centers nearest to it on foot."""
    centers = told.plan.layout.centers
    ways = journeys_of(told.plan.district, told.plan.scenario)
    places = np.column_stack([centers.geometry.x, centers.geometry.y])
    at = centers.index.get_loc(center)
    metres = ways.walked_between(places[[at]], places)[0]
    minutes = pd.Series(metres / ways.walk_metres_per_minute, centers.index).drop(center)
    near = minutes.sort_values(kind="stable").index[:NEIGHBOURS]
    after = _loads_without(told, center)
    rows = []
    for key in (center, *near):
        row = centers.loc[key]
        rows.append(
            [
                plain(told.names.centers.get(key, key)),
                word("status", row["status"], told.lang),
                "—" if key == center else number(minutes[key], "minutes", told),
                number(row["population"], "count", told),
                of_center(told, key, "floor_area", "floor_area"),
                "—" if key == center else number(after.get(key), "count", told),
            ]
        )
    keys = ("name", "state", "walk-apart", "residents-persons", "floor-area", "load-without")
    heads = [told.fitting(f"report.head-{key}") for key in keys]
    return table(
        told.say("report.table-neighbours"),
        heads,
        rows,
        widths=(34, 10, 13, 14, 14, 15),
        numeric=(2, 3, 5),
        marked=(0,),
        tone="leading",
    )


def _moved(told: Worded, center: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Send the residents of a center to the nearest other: people, where to, minutes then."""
    plan = told.plan
    centers = plan.layout.centers.drop(index=center)
    own = np.flatnonzero((plan.layout.units["center"] == center).to_numpy())
    people = plan.district.units["population"].iloc[own]
    if not len(centers) or not len(own):
        empty = pd.Series(dtype=float)
        return people, empty, empty
    ways = journeys_of(plan.district, plan.scenario)
    sites = np.column_stack([centers.geometry.x, centers.geometry.y])
    found = ways.walked(
        own,
        sites,
        unit_label=np.zeros(len(own), dtype=int),
        site_label=np.zeros(len(sites), dtype=int),
        nearest=1,
    )
    known = np.diff(found.indptr) > 0
    to = np.full(len(own), -1)
    metres = np.full(len(own), np.nan)
    to[known], metres[known] = found.indices, found.data
    named = pd.Series([centers.index[at] if at >= 0 else None for at in to], people.index)
    return people, named, pd.Series(metres / ways.walk_metres_per_minute, people.index)


def _loads_without(told: Worded, center: str) -> dict[str, float]:
    """Count each center's residents if this one were not there and all went to the nearest."""
    people, to, _ = _moved(told, center)
    loads = told.plan.layout.centers["population"].astype(float).drop(center)
    more = people.groupby(to).sum() if len(to) else pd.Series(dtype=float)
    return {str(key): float(value) for key, value in loads.add(more, fill_value=0.0).items()}


def _withdrawal(told: Worded, center: str) -> str:
    """Say what withdrawing it, or not opening it, would do."""
    people, to, minutes = _moved(told, center)
    if not len(to) or not people.sum():
        return ""
    plan, limit = told.plan, told.plan.scenario.center_max_minutes
    now = pd.to_numeric(plan.layout.units["minutes_to_center"]).loc[people.index]
    beyond = people[(minutes > limit) | minutes.isna()].sum()
    upper = plan.scenario.center_upper
    after = _loads_without(told, center)
    over = [key for key in dict.fromkeys(to.dropna()) if after[str(key)] > upper]
    status = plan.layout.centers["status"][center]
    return told.fitting(
        f"report.site-without-{status}",
        residents=number(people.sum(), "persons", told),
        now=number((people * now).sum() / people.sum(), "minutes", told),
        then=number((people * minutes).sum() / people.sum(), "minutes", told),
        beyond=number(beyond, "persons", told),
        limit=f"{limit:g}",
        over=len(over),
        upper=f"{upper:,}",
    )
