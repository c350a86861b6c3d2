"""网格与医疗集团: the overview, then each group with its map, members, streets and boundaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gridplan.outputs.places.four_sides import four_sides
from gridplan.outputs.places.told import reach_text
from gridplan.outputs.report.blocks.figures import grid_map, overview_map
from gridplan.outputs.report.blocks.parts import Heading, Paragraph, Part, Picture, Table, table
from gridplan.outputs.report.chapters.cells import number, short_grid
from gridplan.outputs.tables.grid_parts import parents_told
from gridplan.outputs.tables.tables import grids_table
from gridplan.outputs.words.boundaries import boundary_text
from gridplan.outputs.words.names import is_missing, signed
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.trust import beds_note
from gridplan.text.language import in_language, joined

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded
    from gridplan.outputs.style.fonts import Face
    from gridplan.planning.layout.layout import Group


def network_parts(told: Worded, face: Face) -> list[Part]:
    """Give the chapter on grids and groups."""
    district = plain(told.names.district)
    caption = told.fitting("report.map-overview", district=district)
    overview = Picture(caption, overview_map(told, face), told.say("report.words-overview"))
    grids = told.plan.layout.grids
    if not len(grids):
        return [Paragraph(told.say("report.grids-none")), overview]
    parts: list[Part] = [
        overview,
        grids_overview(told),
        *_notes_on_beds(told),
        *_boundaries(told),
    ]
    reaches = four_sides(told.plan.district, told.plan.layout.units["grid"])
    groups = {group.grid: group for group in told.plan.layout.groups}
    parents = parents_told(told)
    for grid in grids.index:
        name = plain(told.names.grids[grid])
        parts.append(Heading(2, name))
        if grid in groups:
            parts.append(Paragraph(_members(told, groups[grid])))
        parts += _held(told, parents, str(grid))
        reach = reaches.get(str(grid))
        if reach is not None:
            text = reach_text(reach, told)
            parts.append(Paragraph(told.say("report.group-reach", reach=text), small=True))
        caption = told.say("report.map-grid", grid=name)
        words = told.say("report.words-grid", grid=name)
        parts.append(Picture(caption, grid_map(told, grid, face), words))
    return parts


def _boundaries(told: Worded) -> list[Part]:
    return [Paragraph(boundary_text(told))] if len(told.plan.layout.grids) > 1 else []


def _held(told: Worded, parents: Mapping[str, Mapping[str, str]], grid: str) -> list[Part]:
    """Name the streets and communities of a grid; where there are very many, count them."""
    parts: list[Part] = []
    for level, key in (("subdistrict", "group-streets"), ("community", "group-communities")):
        names = parents.get(level, {}).get(grid)
        if not names:
            continue
        units = told.plan.district.units
        own = (told.plan.layout.units["grid"] == grid).to_numpy()
        count = units[level][own].nunique()
        text = told.fitting(f"report.{key}", names=names)
        if count > MANY:
            text = told.fitting(f"report.{key}-many", count=count)
        parts.append(Paragraph(text, small=True))
    return parts


MANY = 60
"""Communities of a grid above which a report counts them; the database lists them."""


def grids_overview(told: Worded) -> Table:
    """Give one row a grid, every number whole in its cell."""
    rows = [
        [
            short_grid(told, row["grid"]),
            plain(in_language(row, "lead_name", told.lang)),
            number(row["population"], "count", told),
            _percent(row.get("deviation")),
            number(row["area_km2"], "km", told).split(" ")[0],
            str(row.get("centers", "—")),
            number(row.get("mean_minutes_to_lead"), "minutes", told).split(" ")[0],
            number(row.get("p90_minutes_to_lead"), "minutes", told).split(" ")[0],
            number(row.get("beds"), "count", told),
        ]
        for row in grids_table(told.plan).reset_index().to_dict(orient="records")
    ]
    keys = ["grid", "lead", "residents-persons", "off-mean", "area", "centers-count"]
    keys += ["drive-mean", "drive-p90", "beds-count"]
    heads = [told.fitting(f"report.head-{key}") for key in keys]
    return table(
        told.fitting("report.table-grids"),
        heads,
        rows,
        widths=(8, 20, 13, 10, 10, 8, 10, 11, 10),
        numeric=(2, 3, 4, 5, 6, 7, 8),
    )


def _percent(value: Any) -> str:  # noqa: ANN401  # a table's entry
    return "—" if is_missing(value) else f"{signed(100 * value)}%"


def _notes_on_beds(told: Worded) -> list[Part]:
    """Say under the table what must be known of the beds, not within its narrow cells."""
    notes = [
        told.say("report.beds-note", grid=short_grid(told, row["grid"]), note=note)
        for row in grids_table(told.plan).reset_index().to_dict(orient="records")
        if (note := beds_note(row, told.lang))
    ]
    return [Paragraph(told.say("report.beds-notes", notes=joined(notes, told.lang, "pause")))] if (
        notes
    ) else []  # fmt: skip


def _members(told: Worded, group: Group) -> str:
    names = {**told.names.centers, **told.names.hospitals}
    proposed = told.plan.layout.proposed
    row = told.plan.layout.grids.loc[group.grid]
    own = told.plan.layout.centers["grid"] == group.grid if len(told.plan.layout.centers) else []
    texts = [
        told.fitting(
            "report.group-lead",
            lead=plain(names.get(group.lead, group.lead)),
            residents=number(row["population"], "persons", told),
            centers=int(sum(own)),
        )
    ]
    joins = [key for key in dict.fromkeys((*group.members, *group.branches)) if key in names]
    parts = (
        ("members", [key for key in joins if key not in proposed and key not in group.centers]),
        ("proposed", [key for key in joins if key in proposed]),
        ("campuses", list(group.campuses)),
        ("collaborators", list(group.collaborators)),
        ("supported", list(group.supported)),
    )
    for role, keys in parts:
        if keys:
            listed = [plain(names.get(key, key)) for key in keys]
            texts.append(told.say(f"report.group-{role}", names=listed))
    for bond in group.alliances:
        listed = [plain(names.get(key, key)) for key in (bond.lead, *bond.members)]
        title = plain(in_language(bond, "name", told.lang))
        texts.append(told.say("report.group-alliance", name=title, names=listed))
    if not any(keys for _, keys in parts):
        texts.append(told.say("report.group-alone"))
    return joined(texts, told.lang, "gap")
