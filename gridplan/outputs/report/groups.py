"""The tables of a report on groups: who belongs to whom, what wishes cost, which other grids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gridplan.outputs.report.figures import alternative_map
from gridplan.outputs.report.parts import Paragraph, Part, Picture, Table, table
from gridplan.outputs.tables.choices import alternatives_table
from gridplan.outputs.tables.tables import stations_table, wishes_table
from gridplan.outputs.words.manner import fitting, manner
from gridplan.outputs.words.names import Names, figure, grid_word, is_missing, signed, word
from gridplan.outputs.words.safe import plain
from gridplan.text import say
from gridplan.text.language import bracketed, in_language

if TYPE_CHECKING:
    from gridplan.outputs.style.fonts import Face
    from gridplan.planning.layout.layout import Group
    from gridplan.planning.plan import Plan


def groups_block(plan: Plan, lang: str) -> Table:
    """One row a part of a group: its lead, its members, whom it supports, alliances, centers."""
    names = Names.of(plan, lang)
    rows: list[list[str]] = []
    leading: list[int] = []
    for group in plan.layout.groups:
        leading.append(len(rows))
        rows += _of_group(plan, group, names, lang)
    heads = [say("summary.head-grid", lang)]
    heads += [say(f"report.head-{key}", lang) for key in ("relation", "count", "institutions")]
    return table(
        fitting("report.table-groups", lang, manner(plan)),
        heads,
        rows,
        widths=(9, 20, 10, 61),
        numeric=(2,),
        marked=leading,
        tone="leading",
    )


def _of_group(plan: Plan, group: Group, names: Names, lang: str) -> list[list[str]]:
    both = {**names.centers, **names.hospitals}
    comma = say("language.comma", lang)

    def row(relation: str, ids: Iterable[str], *, listed: bool = True) -> list[str]:
        keys = list(dict.fromkeys(ids))
        told = comma.join(plain(both.get(key, key)) for key in keys) if listed else ""
        return [grid_word(group.grid, lang), relation, str(len(keys)), told]

    title = plain(in_language(group, "name", lang))
    lead = row(word("role", "lead", lang), [group.lead])
    lead[3] += bracketed(title, lang)
    regional = plan.layout.centers["class"] == "regional"
    others = [key for key in group.members if key not in group.branches]
    proposed = plan.layout.proposed
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
    told = row(fitting("report.head-all-centers", lang, manner(plan)), group.centers, listed=False)
    told[3] = say("report.see-centers", lang)
    rows.append(told)
    return [rows[0], *(entry for entry in rows[1:] if entry[2] != "0")]


def wishes_parts(plan: Plan, lang: str) -> list[Part]:
    """Give settled memberships that geography disagrees with, and every wish with its cost."""
    wishes = wishes_table(plan, lang)
    if not len(wishes):
        return []
    given = plan.layout.wishes
    told = (given["relation"] == "wish") | ~given["kept"].astype(bool)
    at_home = int((~told).sum())
    text = say("report.wishes-text", lang, count=len(wishes), home=at_home)
    if not told.any():
        return [Paragraph(text)]
    comma = say("language.comma", lang)
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
    heads = [say(f"report.head-{key}", lang) for key in (*keys, "person-metres", "why")]
    made = table(
        say("report.table-wishes", lang),
        heads,
        rows,
        widths=(20, 24, 8, 8, 8, 10, 9, 13, 14),
        numeric=(5, 6, 7),
    )
    return [Paragraph(text), made]


def alternatives_parts(plan: Plan, lang: str, face: Face) -> list[Part]:
    """Give the ways to cut the grids, each with its price; nothing where none were asked."""
    if not plan.alternatives:
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
        for row in alternatives_table(plan, lang).to_dict(orient="records")
    ]
    heads = [word("column", "alternative", lang), say("report.head-lead", lang)]
    keys = ["population", "deviation", "extra-percent", "boundary-km"]
    keys += ["moved-residents", "moved-percent"]
    heads += [word("column", key, lang) for key in keys]
    made = table(
        say("report.table-alternatives", lang),
        heads,
        rows,
        widths=(8, 25, 12, 11, 12, 12, 12, 10),
        numeric=(0, 2, 3, 4, 5, 6, 7),
        marked=[at for at, row in enumerate(rows) if row[0] == "1"],
        tone="leading",
    )
    pictures = []
    for number in range(2, len(plan.alternatives) + 1):  # the first is the plan's own map
        caption = say("report.map-alternative", lang, number=number)
        pictures.append(Picture(caption, alternative_map(plan, number, lang, face), caption))
    return [Paragraph(say("report.alternatives-text", lang)), made, *pictures]


def stations_parts(plan: Plan, lang: str) -> list[Part]:
    """Give the third level: the village stations under each center; nothing without any."""
    stations = stations_table(plan, lang)
    if not len(stations):
        return []
    people = plan.layout.centers["population"]
    names = Names.of(plan, lang)
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
    heads = [say(f"report.head-{key}", lang) for key in keys]
    made = table(
        say("report.table-stations", lang),
        heads,
        rows,
        widths=(32, 12, 14, 14, 14, 14),
        numeric=(1, 2, 3, 4, 5),
    )
    text = say("report.stations-text", lang, count=len(stations), centers=len(rows))
    return [Paragraph(text), made]
