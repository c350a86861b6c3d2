"""The tables of a report on groups: who belongs to whom, what wishes cost, which other grids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gridplan.outputs.report.blocks.figures import alternative_map
from gridplan.outputs.report.blocks.parts import Paragraph, Part, Picture, Table, table
from gridplan.outputs.tables.choices import alternatives_table
from gridplan.outputs.tables.tables import stations_table, wishes_table
from gridplan.outputs.words.names import Names, figure, grid_word, is_missing, signed, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.text.language import bracketed, in_language

if TYPE_CHECKING:
    from gridplan.outputs.style.fonts import Face
    from gridplan.planning.layout.layout import Group


def groups_block(telling: Telling) -> Table:
    """One row a part of a group: its lead, its members, whom it supports, alliances, centers."""
    names = telling.names
    rows: list[list[str]] = []
    leading: list[int] = []
    for group in telling.plan.layout.groups:
        leading.append(len(rows))
        rows += _of_group(telling, group, names)
    heads = [telling.say("summary.head-grid")]
    heads += [telling.say(f"report.head-{key}") for key in ("relation", "count", "institutions")]
    return table(
        telling.fitting("report.table-groups"),
        heads,
        rows,
        widths=(9, 20, 10, 61),
        numeric=(2,),
        marked=leading,
        tone="leading",
    )


def _of_group(telling: Telling, group: Group, names: Names) -> list[list[str]]:
    lang = telling.lang
    both = {**names.centers, **names.hospitals}
    comma = telling.say("language.comma")

    def row(relation: str, ids: Iterable[str], *, listed: bool = True) -> list[str]:
        keys = list(dict.fromkeys(ids))
        told = comma.join(plain(both.get(key, key)) for key in keys) if listed else ""
        return [grid_word(group.grid, lang), relation, str(len(keys)), told]

    title = plain(in_language(group, "name", lang))
    lead = row(word("role", "lead", lang), [group.lead])
    lead[3] += bracketed(title, lang)
    regional = telling.plan.layout.centers["class"] == "regional"
    others = [key for key in group.members if key not in group.branches]
    proposed = telling.plan.layout.proposed
    rows = [
        lead,
        row(word("role", "branch", lang), group.branches),
        row(word("role", "member", lang), [key for key in others if key not in proposed]),
        row(word("role", "proposed", lang), [key for key in others if key in proposed]),
        row(word("role", "collaborator", lang), group.collaborators),
        row(word("role", "campus", lang), group.campuses),
        row(word("role", "supported", lang), group.supported),
    ]
    for bond in group.alliances:
        rows.append(row(word("role", "alliance", lang), [bond.lead, *bond.members]))
    own = [key for key in group.centers if regional.get(key, False)]
    rows.append(row(word("class", "regional", lang), own))
    told = row(telling.fitting("report.head-all-centers"), group.centers, listed=False)
    told[3] = telling.say("report.see-centers")
    rows.append(told)
    return [rows[0], *(entry for entry in rows[1:] if entry[2] != "0")]


def wishes_parts(telling: Telling) -> list[Part]:
    """Give settled memberships that geography disagrees with, and every wish with its cost."""
    lang = telling.lang
    wishes = wishes_table(telling)
    if not len(wishes):
        return []
    given = telling.plan.layout.wishes
    told = (given["relation"] == "wish") | ~given["kept"].astype(bool)
    at_home = int((~told).sum())
    text = telling.say("report.wishes-text", count=len(wishes), home=at_home)
    if not told.any():
        return [Paragraph(text)]
    comma = telling.say("language.comma")
    rows = [
        [
            plain(row["institution"]),
            comma.join([plain(row["group"]), row["relation"]]),
            grid_word(row["grid"], lang),
            grid_word(row["group_grid"], lang) or "—",
            row["kept"],
            figure(row["residents"], "count", lang),
            "—" if is_missing(row["minutes_more"]) else f"{row['minutes_more']:,.1f}",
            figure(row["person_metres"], "count", lang),
            row["reason"] or "—",
        ]
        for row in wishes[told.to_numpy()].to_dict(orient="records")
    ]
    keys = ("institution", "group", "stands-in", "group-grid", "agrees", "residents", "minutes")
    heads = [telling.say(f"report.head-{key}") for key in (*keys, "person-metres", "why")]
    made = table(
        telling.say("report.table-wishes"),
        heads,
        rows,
        widths=(20, 24, 8, 8, 8, 10, 9, 13, 14),
        numeric=(5, 6, 7),
    )
    return [Paragraph(text), made]


def alternatives_parts(telling: Telling, face: Face) -> list[Part]:
    """Give the ways to cut the grids, each with its price; nothing where none were asked."""
    lang = telling.lang
    if not telling.plan.alternatives:
        return []
    rows = [
        [
            str(row["alternative"]),
            plain(row["lead_name"]),
            figure(row["population"], "count", lang),
            f"{100 * row['deviation']:+.1f}%",
            signed(row["extra_percent"]),
            f"{row['boundary_km']:,.1f}",
            figure(row["moved_residents"], "count", lang),
            f"{row['moved_percent']:.1f}",
        ]
        for row in alternatives_table(telling).to_dict(orient="records")
    ]
    heads = [word("column", "alternative", lang), telling.say("report.head-lead")]
    keys = ["population", "deviation", "extra-percent", "boundary-km"]
    keys += ["moved-residents", "moved-percent"]
    heads += [word("column", key, lang) for key in keys]
    made = table(
        telling.say("report.table-alternatives"),
        heads,
        rows,
        widths=(8, 25, 12, 11, 12, 12, 12, 10),
        numeric=(0, 2, 3, 4, 5, 6, 7),
        marked=[at for at, row in enumerate(rows) if row[0] == "1"],
        tone="leading",
    )
    pictures = []
    for number in range(2, len(telling.plan.alternatives) + 1):  # the first is the plan's own map
        caption = telling.say("report.map-alternative", number=number)
        pictures.append(Picture(caption, alternative_map(telling, number, face), caption))
    return [Paragraph(telling.say("report.alternatives-text")), made, *pictures]


def stations_parts(telling: Telling) -> list[Part]:
    """Give the third level: the village stations under each center; nothing without any."""
    lang = telling.lang
    stations = stations_table(telling)
    if not len(stations):
        return []
    people = telling.plan.layout.centers["population"]
    names = telling.names
    rows = []
    for center, own in stations.groupby("center", sort=False):
        metres = own["metres_to_center"].astype(float)
        rows.append(
            [
                plain(names.centers.get(center, center)),
                str(len(own)),
                figure(people.get(center), "count", lang),
                figure(people.get(center, 0) / len(own), "count", lang),
                figure(metres.mean(), "count", lang),
                figure(metres.max(), "count", lang),
            ]
        )
    keys = ("center-under", "stations", "center-residents", "each", "station-mean", "station-most")
    heads = [telling.say(f"report.head-{key}") for key in keys]
    made = table(
        telling.say("report.table-stations"),
        heads,
        rows,
        widths=(32, 12, 14, 14, 14, 14),
        numeric=(1, 2, 3, 4, 5),
    )
    text = telling.say("report.stations-text", count=len(stations), centers=len(rows))
    return [Paragraph(text), made]
