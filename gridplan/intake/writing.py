"""What an intake made -> the district folder, its scenario and the answers it ran on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridplan.district.folder.write import LayerTable, write_district
from gridplan.district.geometry.crs import name_of
from gridplan.intake.forms.form import Form
from gridplan.intake.opened import Opened
from gridplan.intake.places.ground import Ground
from gridplan.intake.places.institutions import Places
from gridplan.intake.record.decisions import FILE, Decisions, decisions_text
from gridplan.intake.record.ledger import Ledger
from gridplan.intake.residents.units import Units
from gridplan.text import LANGUAGES


@dataclass(frozen=True, eq=False)
class Prepared:
    """
    What an intake made.

    Parameters
    ----------
    folder
        The district folder, written.
    ledger
        Every step.
    decisions
        Answers given and taken.
    files
        sha256 of every file read, by role and name.
    grids
        Number of grids in the scenario that was written; 0 where no hospital may lead.
    vintage
        Whose residents, of which year; empty where nobody says so.
    forms
        What each street can be asked; none for a raster.
    crs
        Metric, of the shapes in the ledger.
    """

    folder: Path
    ledger: Ledger
    decisions: Decisions
    files: dict[str, tuple[str, str]]
    grids: int
    vintage: str = ""
    forms: tuple[Form, ...] = ()
    crs: CRS | None = None


@dataclass(frozen=True, eq=False)
class Made:
    """
    The layers of a district, before they are written.

    Parameters
    ----------
    crs
        Metric, of all of them.
    units, ground, places, roads
        Units; streets or outline; point layers by name; lines or None.
    vintage
        Whose residents, of which year.
    forms
        What each street can be asked.
    """

    crs: CRS
    units: Units
    ground: Ground | None
    places: dict[str, Places]
    roads: gpd.GeoDataFrame | None
    vintage: str
    forms: tuple[Form, ...] = ()


def write_prepared(opened: Opened, made: Made, out: Path) -> Prepared:
    """Write the layers, a scenario that fits them, and the answers."""
    layers = {"units": _units_table(opened, made)}
    if made.ground is not None and (
        made.ground.role == "subdistricts" or len(made.ground.names) > 1
    ):
        layers["subdistricts"] = _streets_table(opened, made)
    for role, places in made.places.items():
        layers[role] = _points_table(opened, role, places, made.crs)
    if made.roads is not None:
        layers["roads"] = LayerTable(made.roads, "real", _source_line(opened, "roads"))
    leads = 0
    if "hospitals" in made.places:
        table = made.places["hospitals"].table
        leads = int((table["eligible"] == "yes").sum()) if "eligible" in table else 0
    total = float(made.units.people.sum())
    grids = min(leads, max(1, min(10, round(total / 500_000))))
    if not grids:
        opened.ledger.add("assumed", "hospitals", "intake-no-grids")
    name = opened.inputs.name
    code = opened.inputs.code or opened.decisions.value("district.code") or out.resolve().name
    write_district(out, layers, code=code, name_zh=name, name_en=name, vintage=made.vintage)
    (out / "scenario.toml").write_text(_scenario(grids), encoding="utf-8", newline="\n")
    write_decisions(out, opened.decisions)
    count = len(made.units.ids)
    opened.ledger.add(
        "checked",
        "units",
        "intake-written",
        rows=(count, count),
        residents=(total, total),
        sum=f"{total:,.0f}",
        total_rows=f"{count:,}",
        crs=name_of(made.crs),
    )
    return Prepared(
        out, opened.ledger, opened.decisions, opened.files, grids, made.vintage, made.forms,
        made.crs,
    )  # fmt: skip


def _scenario(grids: int) -> str:
    lines = [f"grids = {grids}"]
    if grids:
        lines += ["grid_tolerance = 0.25"]
    return "\n".join(lines) + "\n"


def _source_line(opened: Opened, role: str) -> str:
    name, digest = opened.files[role]
    return f"{name} (sha256 {digest[:12]})"


def _units_table(opened: Opened, made: Made) -> LayerTable:
    units = made.units
    columns: dict[str, object] = {"unit": units.ids, "population": units.people}
    if units.older is not None:
        columns["population_65"] = units.older
    for name, texts in units.names.items():
        columns[name] = texts
    frame = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=units.shapes, crs=made.crs)
    labels = [label for label in ("modelled", "derived", "real") if (units.label == label).any()]
    return LayerTable(frame, labels[0], _source_line(opened, "population"))


def _streets_table(opened: Opened, made: Made) -> LayerTable:
    ground = made.ground
    if ground is None:
        msg = "no streets to write"
        raise AssertionError(msg)
    frame = gpd.GeoDataFrame({"subdistrict": ground.names}, geometry=ground.shapes, crs=made.crs)
    if np.isfinite(ground.people).all():
        frame["population"] = ground.people
    for name in ground.more:
        frame[name] = ground.more[name].to_numpy()
    return LayerTable(frame, "real", _source_line(opened, ground.role))


def _points_table(opened: Opened, role: str, places: Places, crs: CRS) -> LayerTable:
    table = places.table.assign(x=np.round(places.xy[:, 0], 2), y=np.round(places.xy[:, 1], 2))
    filled = table.dropna(axis="columns", how="all")
    origin = role if role in opened.files else "hospitals"
    return LayerTable(filled, "real", _source_line(opened, origin), crs=_code(crs))


def _code(crs: CRS) -> str:
    """Name a CRS as ``district.toml`` declares it."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.to_wkt()


def write_decisions(out: Path, decisions: Decisions) -> None:
    """Write ``prepare.toml``; each answer stands under the sentence that asked for it."""
    notes = {
        key: [question.told.text(lang) for lang in LANGUAGES]
        for key, question in decisions.asked.items()
    }
    text = decisions_text(decisions, notes=notes, head=["gridplan prepare"])
    (out / FILE).write_text(text, encoding="utf-8", newline="\n")
