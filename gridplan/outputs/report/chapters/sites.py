"""社康布局: the centers street by street, and which of them the regional ones manage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.outputs.report.blocks.parts import Heading, Paragraph, Part, Table, table
from gridplan.outputs.report.chapters.cells import number, of_center, short_grid
from gridplan.outputs.tables.tables import centers_table
from gridplan.outputs.words.names import is_missing, word
from gridplan.outputs.words.safe import plain

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

_HEADS = ("address", "host", "floor-area")


def sites_parts(told: Worded) -> list[Part]:
    """Give the chapter on centers; nothing where none are planned."""
    centers = told.plan.layout.centers
    if not len(centers):
        return [Paragraph(told.fitting("report.present-none"))]
    parts: list[Part] = [centers_by_street(told)]
    if not told.manner:
        parts += [Heading(2, told.say("report.levels")), *levels_parts(told)]
    return parts


def _streets(told: Worded, centers: pd.DataFrame) -> list[tuple[str, list[dict[str, Any]]]]:
    """Give the rows of each street, each regional center above those it manages."""
    street = ["" if is_missing(name) else str(name) for name in centers["subdistrict"]]
    known = [str(name) for name in told.plan.layout.subdistricts.index]
    order = [name for name in known if name in street]
    order += [name for name in dict.fromkeys(street) if name not in order]
    made = []
    for name in order:
        own = centers[[entry == name for entry in street]]
        rows = own.to_dict(orient="records")
        rows.sort(key=lambda row: (str(row["regional_center"]), row["class"] != "regional"))
        title = told.names.subdistricts.get(name, name) if name else told.say("report.no-street")
        made.append((plain(title), [{str(k): v for k, v in row.items()} for row in rows]))
    return made


def centers_by_street(told: Worded, *, full: bool = False) -> Table:
    """
    List every center under its street.

    Parameters
    ----------
    told
        The plan and what the office says.
    full
        With the columns that only the bureau knows: address, host, floor area.
    """
    centers = centers_table(told.plan).reset_index()
    rows: list[list[str]] = []
    sections = []
    for title, own in _streets(told, centers):
        sections.append(len(rows))
        people = number(sum(row["population"] for row in own), "persons", told)
        rows.append(
            [told.fitting("report.street-head", street=title, count=len(own), people=people)]
        )
        rows += [_row(told, row, full=full) for row in own]
    keys = ["id", "name", "community", "state", "class", *(_HEADS if full else ())]
    keys += ["grid", "residents-persons", "mean-metres"]
    heads = [told.fitting(f"report.head-{key}") for key in keys]
    widths = [8, 26, 15, 8, 18, *((22, 16, 10) if full else ()), 8, 11, 9]
    count = len(heads)
    marked = [at for at, row in enumerate(rows) if len(row) == 1]
    wide = [row + [""] * (count - len(row)) for row in rows]
    made = table(
        told.fitting("report.table-by-street"),
        heads,
        wide,
        widths=widths,
        numeric=(count - 2, count - 1),
        marked=marked,
        tone="leading",
    )
    return made.with_sections(sections)


def _row(told: Worded, row: dict[str, Any], *, full: bool) -> list[str]:
    key = row["center"]
    names = told.names.centers
    shown = [
        plain(key),
        plain(names.get(key, key)),
        "—" if is_missing(row.get("community")) else plain(row["community"]),
        word("status", row["status"], told.lang),
        told.fitting(f"outputs.class-{row['class']}") if row["class"] else "—",
    ]
    if full:
        shown += [
            of_center(told, key, "address", "address"),
            of_center(told, key, "unit", "host"),
            of_center(told, key, "floor_area", "floor_area"),
        ]
    shown += [
        short_grid(told, row["grid"]) if not is_missing(row["grid"]) else "—",
        number(row["population"], "count", told),
        number(row["mean_metres"], "count", told),
    ]
    return shown


def levels_parts(told: Worded) -> list[Part]:
    """Give each regional center with those it manages."""
    centers = told.plan.layout.centers
    names = told.names.centers
    regional = centers[centers["class"] == "regional"]
    rows = []
    for key in regional.index:
        own = centers[centers["regional_center"] == key]
        others = [plain(names.get(one, one)) for one in own.index if one != key]
        street = regional["subdistrict"][key]
        rows.append(
            [
                plain(told.names.subdistricts.get(street, street)),
                plain(names.get(key, key)),
                str(len(others)),
                told.say("report.listed", names=others) if others else "—",
                number(own["population"].sum(), "count", told),
            ]
        )
    keys = ("street", "regional-center", "managed-count", "managed", "managed-residents")
    heads = [told.fitting(f"report.head-{key}") for key in keys]
    most = [int(row[2]) for row in rows]
    text = told.say(
        "report.levels-text",
        regional=len(regional),
        others=len(centers) - len(regional),
        least=min(most, default=0),
        most=max(most, default=0),
    )
    made = table(
        told.say("report.table-levels"), heads, rows, widths=(13, 22, 9, 43, 13), numeric=(2, 4)
    )
    return [Paragraph(text), made]
