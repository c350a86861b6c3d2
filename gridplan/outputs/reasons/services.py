"""What is asked of each center, and by whom it is run: targets, visits, hosts, slots and beds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridplan.outputs.tables.tables import rounded_table
from gridplan.outputs.words.names import is_missing, word
from gridplan.outputs.words.telling import Telling

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def service_tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """
    Give what is asked of the centers as plain tables, rounded as files show them.

    Returns
    -------
    tables
        ``centers``, one row each, and ``shared``, one row a group and shared center.
    """
    services = plan.services
    tables = {
        "centers": services.centers.rename_axis("center").reset_index(),
        "shared": services.shared,
    }
    return {name: rounded_table(table) for name, table in tables.items()}


def services_told(telling: Telling) -> pd.DataFrame:
    """One row a center, in words; columns of which nothing is known are left out."""
    names, lang = telling.names, telling.lang
    table = service_tables(telling.plan)["centers"]
    if not len(table):
        return table
    told = table.assign(
        name=[names.centers.get(key, str(key)) for key in table["center"]],
        host=[None if is_missing(key) else names.hospitals.get(key, key) for key in table["host"]],
        host_how=[word("host-how", code, lang) for code in table["host_how"]],
        visits_how=[word("visits-how", code, lang) for code in table["visits_how"]],
    )
    told = told[["center", "name", *table.columns.drop("center")]]
    told = told.replace("", None).dropna(axis="columns", how="all")
    return told if len(told.columns) > len(("center", "name")) else told.iloc[:0]


def shared_told(telling: Telling) -> pd.DataFrame:
    """One row a group and shared center, in words: which hospital runs it, or is proposed to."""
    names, lang = telling.names, telling.lang
    table = service_tables(telling.plan)["shared"]
    if not len(table):
        return table
    return table.assign(
        grid=[names.grids.get(key, str(key)) for key in table["grid"]],
        service=[word("shared", code, lang) for code in table["service"]],
        hospital=[names.hospitals.get(key, str(key)) for key in table["hospital"]],
        how=[word("host-how", code, lang) for code in table["how"]],
    ).rename(columns={"hospital": "hospital_name"})
