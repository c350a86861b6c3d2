"""Tables as the screen shows them: headers and words in the planner's language, figures rounded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.outputs.tables.choices import alternatives_table
from gridplan.outputs.tables.grid_parts import parents_told
from gridplan.outputs.tables.tables import (
    centers_table,
    grids_table,
    groups_table,
    hospitals_table,
    stations_table,
    subdistricts_table,
    wishes_table,
)
from gridplan.outputs.words.columns import FIRST, NOT_ON_SCREEN
from gridplan.outputs.words.names import Names, by_way, grid_word, is_missing, word
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.trust import beds_note
from gridplan.planning.grids.extents import PARENTS
from gridplan.text import catalogue
from gridplan.text.language import in_language, joined
from gridplan.ui.shown.spoken import fitted, say
from gridplan.ui.views.screen_cells import headed, header

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def grids_shown(plan: Plan, lang: str) -> pd.DataFrame:
    """One row a grid: lead, residents, deviation, area, minutes to the lead, centers."""
    table = grids_table(plan)
    table["grid"] = [grid_word(key, lang) for key in table.index]
    table["lead_name"] = in_language(table, "lead_name", lang)
    table["contiguous"] = [word("yes-no", value, lang) for value in table["contiguous"]]
    columns = [name for name in FIRST["grids"] if name not in NOT_ON_SCREEN]
    for level, told in parents_told(Telling(plan, lang)).items():
        table[PARENTS[level]] = [told.get(str(key), "") for key in table.index]
    notes = [beds_note(row, lang) for row in table.to_dict(orient="records")]
    if any(notes):
        table["beds_note"] = notes
    return headed(table, columns, lang)


def streets_shown(plan: Plan, lang: str) -> pd.DataFrame:
    """One row a street: residents, centers existing and new, regional centers, grids."""
    table = subdistricts_table(plan)
    names = Names.of(plan, lang)
    table.insert(0, "subdistrict", [names.subdistricts.get(key, key) for key in table.index])
    if "grids" in plan.layout.subdistricts:
        table["grids"] = [_grid_words(ids, lang) for ids in plan.layout.subdistricts["grids"]]
    centers = plan.layout.centers
    for status in ("existing", "new"):
        counts = centers.loc[centers["status"] == status, "subdistrict"].value_counts()
        table[status] = counts.reindex(table.index, fill_value=0)
    columns = ["subdistrict", "population", "centers", "existing", "new"]
    columns += ["regional_centers", "grids"]
    return headed(table, columns, lang)


def centers_shown(plan: Plan, lang: str) -> pd.DataFrame:
    """One row a center: name, class, who manages it, street, residents and their band, distance."""
    table = centers_table(plan)
    names = Names.of(plan, lang)
    table["name"] = [names.centers[key] for key in table.index]
    table["status"] = [word("status", value, lang) for value in table["status"]]
    table["class"] = [fitted(word("class", value, lang), lang) for value in table["class"]]
    table["regional_center"] = [names.centers.get(key, "") for key in table["regional_center"]]
    table["subdistrict"] = [names.subdistricts.get(key, key) for key in table["subdistrict"]]
    table["grid"] = [grid_word(key, lang) for key in table["grid"]]
    columns = [
        "name",
        "status",
        "class",
        "population",
        "regional_center",
        "grid",
        "subdistrict",
        "community",
        "mean_metres",
        *(() if same_band(plan) else ("capacity_lower", "capacity_upper")),
        "trust",
    ]
    return headed(table, columns, lang)


def hospitals_shown(plan: Plan, lang: str, grid: str | None = None) -> pd.DataFrame:
    """One row a hospital, of one grid or of all: name, level, ownership, beds, role."""
    table = hospitals_table(plan)
    names = Names.of(plan, lang)
    table["name"] = [names.hospitals.get(key, key) for key in table.index]
    table["level"] = [word("hospital-level", value, lang) for value in table["level"]]
    table["ownership"] = [_ownership(value, lang) for value in table["ownership"]]
    table["role"] = [word("role", value, lang) for value in table["role"]]
    if grid is not None:
        table = table[table["grid"] == grid]
    return headed(table, ["role", "name", "level", "ownership", "beds", "trust"], lang)


def one_plus_n(plan: Plan, lang: str, grid: str | None = None) -> pd.DataFrame:
    """
    One row a regional center: its street, how many centers it manages, which, and for how many.

    Parameters
    ----------
    plan
        A finished plan.
    lang
        ``zh`` or ``en``.
    grid
        Only of this grid; None for all.
    """
    centers = plan.layout.centers
    if grid is not None:
        centers = centers[centers["grid"] == grid]
    names = Names.of(plan, lang)
    comma = say("language.comma", lang)
    rows = []
    regional = centers[centers["class"] == "regional"].sort_values("subdistrict", kind="stable")
    for key, center in regional.iterrows():
        managed = centers[centers["regional_center"] == key]
        others = managed.index[managed.index != key]
        rows.append(
            {
                "subdistrict": names.subdistricts.get(center["subdistrict"], center["subdistrict"]),
                "regional_center": names.centers[key],
                "managed": len(others),
                "centers": comma.join(names.centers[other] for other in others),
                "managed_residents": managed["population"].sum(),
            }
        )
    columns = ["subdistrict", "regional_center", "managed", "centers", "managed_residents"]
    table = pd.DataFrame(rows, columns=columns)
    return table.rename(columns={name: header(name, lang, listed=True) for name in columns})


def group_shown(plan: Plan, lang: str, grid: str) -> pd.DataFrame:
    """One row an institution the group of a grid has by agreement: branch, support, alliance."""
    table = groups_table(Telling(plan, lang))
    table = table[(table["grid"] == grid) & table["role"].isin(["branch", "supported", "alliance"])]
    table = table.assign(role=[word("role", role, lang) for role in table["role"]])
    return headed(table, ["role", "name", "group"], lang)


def wishes_shown(plan: Plan, lang: str) -> pd.DataFrame:
    """One row a settled membership or a wish: where it lies, whether kept, what it costs."""
    table = wishes_table(Telling(plan, lang))
    for column in ("grid", "group_grid"):
        if column in table:
            table[column] = [grid_word(key, lang) for key in table[column]]
    columns = ["institution", "relation", "group", "grid", "group_grid", "kept", "residents"]
    return headed(table, [*columns, "minutes_more", "person_metres", "reason"], lang)


def alternatives_shown(plan: Plan, lang: str, number: int | None = None) -> pd.DataFrame:
    """One row a grid of one alternative, or of all: lead, residents, price, residents moved."""
    table = alternatives_table(Telling(plan, lang))
    if number is not None:
        table = table[table["alternative"] == number]
    columns = ["lead_name", "population", "deviation"]
    price = ["extra_percent", "boundary_km"]
    more = ["alternative", *columns, *price, "moved_residents", "moved_percent"]
    return headed(table, columns if number is not None else more, lang)


def stations_shown(plan: Plan, lang: str) -> pd.DataFrame:
    """One row a village station: town, center, residents nearest to it, metres to the center."""
    table = stations_table(Telling(plan, lang))
    if not len(table):
        return pd.DataFrame()
    columns = ["name", "subdistrict", "center_name", "population"]
    way = by_way("metres_to_center", plan)
    return headed(table.rename(columns={"metres_to_center": way}), [*columns, way], lang)


def same_band(plan: Plan) -> bool:
    """Whether every center has the scenario's band; one of small capacity has its own."""
    centers = plan.layout.centers
    lower, upper = centers["capacity_lower"], centers["capacity_upper"]
    return bool(
        lower.eq(plan.scenario.center_lower).all() and upper.eq(plan.scenario.center_upper).all()
    )


def outside_band(plan: Plan) -> list[bool]:
    """Whether each center, in the order of :func:`centers_shown`, serves too few or too many."""
    centers = plan.layout.centers
    inside = centers["population"].between(centers["capacity_lower"], centers["capacity_upper"])
    return [not value for value in inside]


def _grid_words(grids: Iterable[object], lang: str) -> str:
    return joined((grid_word(grid, lang) for grid in grids), lang)


def _ownership(value: object, lang: str) -> str:
    code = "" if is_missing(value) else str(value)
    return catalogue(lang).get(f"app.ownership-{code}", code)
