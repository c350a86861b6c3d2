"""四至 as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.places.outline import INSIDE, SIDES, Feature
from gridplan.text.language import joined

if TYPE_CHECKING:
    from gridplan.outputs.places.four_sides import Reach
    from gridplan.outputs.words.telling import Telling


def reach_text(reach: Reach, told: Telling) -> str:
    """
    Say what an area reaches to.

    Parameters
    ----------
    reach
        Of the area.
    told
        The plan and its language; catchments are called by their centers, grids by their number.

    Returns
    -------
    text
        东至…，南至…，西至…，北至…。 Sides without anything are left out.
    """
    sides = [
        told.say(f"report.reach-{side}", features=[feature_text(one, told) for one in named])
        for side in SIDES
        if (named := reach.sides.get(side))
    ]
    text = told.say("report.reach", sides=joined(sides, told.lang, "pause"))
    inside = reach.sides.get(INSIDE)
    if inside:
        features = [feature_text(one, told) for one in inside]
        text += told.say("report.reach-inside", features=features)
    return text


def feature_text(one: Feature, told: Telling) -> str:
    """Say what a boundary ends at."""
    if one.kind == "outline":
        return told.fitting("report.reach-outline")
    if one.kind == "area":
        names = told.names
        if one.name in names.grids:
            return told.say("outputs.grid-short", number=one.name.removeprefix("G"))
        return told.fitting("report.reach-area", name=names.centers.get(one.name, one.name))
    if one.kind == "subdistrict":
        return told.names.subdistricts.get(one.name, one.name)
    return one.name
