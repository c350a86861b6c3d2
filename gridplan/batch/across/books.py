"""A workbook and a map for each district of a joint plan: what its own people open."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import geopandas as gpd

from gridplan.batch.across.homes import HomePart
from gridplan.batch.across.names import HOME
from gridplan.district.district import INDEXES
from gridplan.errors import Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.files.folder import writer_of
from gridplan.outputs.words.telling import Telling
from gridplan.planning.checks.checks import scenario_rules
from gridplan.planning.layout.layout import Layout
from gridplan.planning.plan import Plan
from gridplan.planning.premises.money import money_of
from gridplan.planning.reasons.reasons import Reasons
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.services.services import services_of

FILES = ("plan.xlsx", "map.html")


def write_books(part: HomePart, joint: Plan, asked: Scenario, folder: Path, lang: str) -> None:
    """
    Write what the people of one district open.

    Parameters
    ----------
    part
        Of a joint plan.
    joint
        The joint plan.
    asked
        Scenario as asked for.
    folder
        To write to: :data:`FILES`, each all or nothing.
    lang
        Of the files.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    telling = Telling(home_plan(part, joint, asked), lang, whole=joint)
    for name in FILES:
        write_whole(folder / name, partial(writer_of(name), telling))


def home_plan(part: HomePart, joint: Plan, asked: Scenario) -> Plan:
    """
    Give a district's part as a plan that can be told: what is counted again is counted on it.

    Parameters
    ----------
    part
        Of a joint plan.
    joint
        The joint plan.
    asked
        Scenario as asked for.

    Returns
    -------
    Plan
        Costs and services of its own centers; of reasons those of its own; among its hospitals
        those next door that lead its residents' grids. A note says whose part it is and that
        proofs are those of the whole. No other plan of the whole is among its ways.
    """
    plan = part.plan
    layout, district = plan.layout, plan.district
    rules = scenario_rules(asked, district.folder, code=district.code)
    told = {
        "served": f"{part.served_elsewhere:,.0f}",
        "from": f"{part.from_elsewhere:,.0f}",
        "led": f"{part.led_elsewhere:,.0f}",
    }
    own = {name: _plain(getattr(district, name)) for name in INDEXES}
    leads = joint.layout.hospitals.index.isin([*layout.hospitals.index, *layout.grids["lead"]])
    parts = {name: _plain(getattr(layout, name)) for name in ("centers", "stations")}
    parts["hospitals"] = _plain(joint.layout.hospitals[leads])
    district = dataclasses.replace(district, **own)
    layout = dataclasses.replace(layout, district=district, **parts)
    return dataclasses.replace(
        plan,
        district=district,
        layout=layout,
        notes=(Problem("home-part", told), *plan.notes),
        alternatives=(),
        variants=(),
        reasons=_reasons(plan.reasons, layout),
        money=money_of(layout, plan.scenario),
        services=services_of(layout, plan.scenario, rules),
    )


def _plain(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out whose a row is: here all are of one district."""
    return table.drop(columns=HOME, errors="ignore")


def _reasons(whole: Reasons, layout: Layout) -> Reasons:
    """Keep the reasons of the district's own centers, and of sites on its own ground."""
    centers, standbys, candidates = whole.centers, whole.standbys, whole.candidates
    streets: Sequence[object] = list(layout.district.units["subdistrict"].unique())
    kept = standbys[standbys["center"].isin(layout.centers.index)]
    near = candidates.index.isin(kept["candidate"])
    if "subdistrict" in candidates:
        near |= candidates["subdistrict"].isin(streets).to_numpy()
    return Reasons(
        centers=centers[centers.index.isin(layout.centers.index)],
        standbys=kept,
        candidates=candidates[near],
    )
