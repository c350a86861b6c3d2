"""A plan read back from the folder it was written to: what reports, look-ups and audits work on."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import pandas as pd

from gridplan.district.district import CARRIED
from gridplan.errors import InputError, Problem, Reason, problem_from
from gridplan.outputs.disk.replacement import recover
from gridplan.outputs.reading.content import read_geopackage, read_values
from gridplan.outputs.reading.district import brought, district_read, sources_read
from gridplan.outputs.reading.frames import exact_minutes, listed, points_of, truths, whole
from gridplan.outputs.reading.parts import alternatives_read, certificates_read, group_read
from gridplan.outputs.reading.reasons import reasons_read, services_read
from gridplan.planning.grids.alternatives import GridAlternative
from gridplan.planning.lay_out import GRID_COLUMNS
from gridplan.planning.layout.layout import Layout
from gridplan.planning.layout.variant import variant_from
from gridplan.planning.plan import Plan
from gridplan.planning.premises.money import money_from
from gridplan.planning.scenario.file import scenario_from
from gridplan.planning.ways.journeys import journeys_of
from gridplan.text.shown import brief

Written: TypeAlias = Plan
"""A plan as its files tell it: tables and shapes of them, rounded as they were written."""

Alternative: TypeAlias = GridAlternative
"""One way to cut the grids, as the files tell it."""

# Columns the tables add to the layout for their readers; made anew whenever tables are.
_ADDED = {
    "grids": ("name", "name_en", "lead_name", "lead_name_en", "centers"),
    "centers": ("lon", "lat"),
    "findings": ("subject_name", "subject_name_en"),
}
# What a layer that was left out, because it was empty, looks like.
_COLUMNS = {
    "subdistricts": ("label", "population", "centers", "regional_centers", "grids"),
    "grids": GRID_COLUMNS,
    "centers": ("name", "status", "class", "regional_center", "grid", "subdistrict", "population"),
    "hospitals": (
        "name",
        "level",
        "kind",
        "ownership",
        "beds",
        "eligible",
        "label",
        "unit",
        "grid",
        "role",
    ),
}


def read_written(folder: str | Path) -> Plan:
    """
    Read a plan back from ``plan.json`` and ``plan.gpkg``.

    Parameters
    ----------
    folder
        As :func:`gridplan.outputs.files.folder.write_plan` left it.

    Returns
    -------
    Plan
        Tables and shapes as they stand in the GeoPackage, rounded as they were written; scenario,
        groups, notes and provenance as in ``plan.json``. Candidates and declared links are not
        written, so its district has none.

    Raises
    ------
    InputError
        If a file is missing, damaged, or not what gridplan writes.
    """
    folder = Path(folder)
    if not _is_there(folder):
        # A run was killed just as its result took this one's place. Where that cannot be mended,
        # reading says what is missing.
        with contextlib.suppress(OSError, ValueError):
            recover(folder)
    values = read_values(folder / "plan.json")
    path = folder / "plan.gpkg"
    layers, tables = read_geopackage(path)
    try:
        return _plan(values, layers, tables)
    except InputError:
        raise
    except Exception as error:  # what an altered file may lack or hold has no end
        reason = Reason("damaged", {"detail": f"{type(error).__name__}: {brief(str(error))}"})
        raise InputError(
            [Problem("written-damaged", {"file": str(folder), "reason": reason})]
        ) from error


def _is_there(folder: Path) -> bool:
    try:
        return folder.exists()
    except (OSError, ValueError):  # no name a folder may have: reading says so
        return True


def _plan(
    values: Mapping[str, Any],
    layers: Mapping[str, gpd.GeoDataFrame],
    tables: Mapping[str, pd.DataFrame],
) -> Plan:
    crs = layers["units"].crs
    units = layers["units"].set_index("unit")
    known = {
        name: _layer(layers.get(name), name, crs)
        for name in ("subdistricts", "grids", "centers", "hospitals")
    }
    carried = {name: layers[name] for name in CARRIED if name in layers}
    outside = layers.get("outside_centers")
    district = district_read(values, units, known, tables, carried=carried, outside=outside)
    scenario = scenario_from(values["scenario"], source="plan.json")
    own = brought(units)
    served = [
        key
        for key in units.columns
        if key not in (*own, "geometry") and not key.startswith("alternative_")
    ]
    layout = Layout(
        district=district,
        units=exact_minutes(
            pd.DataFrame(units[served]), journeys_of(district, scenario).walk_metres_per_minute
        ),
        grids=_without(known["grids"], "grids"),
        centers=_without(known["centers"], "centers"),
        subdistricts=listed(known["subdistricts"]),
        hospitals=known["hospitals"],
        groups=tuple(group_read(entry) for entry in values["groups"]),
        stations=points_of(values.get("stations", []), "station", units.crs),
        wishes=whole(pd.DataFrame(values.get("wishes", []), dtype=object)),
    )
    findings = tables.get("findings")
    return Plan(
        district=district,
        scenario=scenario,
        layout=layout,
        findings=pd.DataFrame(
            columns=["rule", "subject_kind", "subject", "value", "passed"], dtype=object
        )
        if findings is None
        else truths(whole(_without(findings, "findings"))),
        certificates=certificates_read(tables.get("certificates"), values.get("certificate") or {}),
        notes=tuple(problem_from(note) for note in values.get("notes", [])),
        alternatives=alternatives_read(values.get("alternatives", []), units, district),
        variants=tuple(variant_from(entry) for entry in values.get("variants", [])),
        policy_files=sources_read(tables, own=True),
        reasons=reasons_read(values.get("reasons") or {}, crs),
        money=money_from(values.get("money") or {}),
        services=services_read(values.get("services") or {}),
    )


def _layer(frame: gpd.GeoDataFrame | None, name: str, crs: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    index = name.removesuffix("s")
    if frame is not None:
        return frame.set_index(index)
    empty = pd.DataFrame(columns=list(_COLUMNS[name]), index=pd.Index([], name=index), dtype=object)
    return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs=crs), crs=crs)


def _without(frame: Any, name: str) -> Any:  # noqa: ANN401  # keeps the frame's own kind
    return frame.drop(columns=list(_ADDED[name]), errors="ignore")
