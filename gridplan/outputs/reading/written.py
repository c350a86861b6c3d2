"""A plan read back from the folder it was written to: what reports, look-ups and audits work on."""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from shapely.errors import ShapelyError

from gridplan.district.agreements import Alliance
from gridplan.district.district import INDEXES, District, LayerSource
from gridplan.district.files.geopackage_tables import stored_tables
from gridplan.district.files.given_file import LAYER_BYTES, read_given
from gridplan.district.files.reason import UnreadableError, reason_of
from gridplan.district.geometry.adjacency import TOLERANCE
from gridplan.district.matrix import MATRICES, TravelMatrix
from gridplan.district.schema.labels import NOTE, label_columns
from gridplan.errors import InputError, Problem, Reason
from gridplan.outputs.disk.replacement import recover
from gridplan.outputs.reading.reasons import reasons_read, services_read
from gridplan.outputs.tables.matrix import matrix_read
from gridplan.outputs.tables.tables import LON_LAT
from gridplan.planning.checks.policy_files import KINDS
from gridplan.planning.grids.alternatives import GridAlternative
from gridplan.planning.grids.cuts import cut_figures
from gridplan.planning.lay_out import GRID_COLUMNS
from gridplan.planning.layout.certificate import Certificate
from gridplan.planning.layout.layout import Group, Layout
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
    layers, tables = _read_geopackage(path)
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


def read_values(path: Path) -> dict[str, Any]:
    """
    Read ``plan.json`` as plain values.

    Raises
    ------
    InputError
        ``written-missing`` or ``written-damaged``.
    """
    content = read_content(path)
    try:
        values = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        told = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("written-damaged", told)]) from error
    if not isinstance(values, dict) or not isinstance(values.get("provenance"), dict):
        told = {"file": str(path), "reason": "provenance"}
        raise InputError([Problem("written-damaged", told)])
    return values


def _read_geopackage(path: Path) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, pd.DataFrame]]:
    # GDAL would follow other formats to other files; only a real GeoPackage is handed to it.
    raw = read_content(path)
    layers: dict[str, gpd.GeoDataFrame] = {}
    tables: dict[str, pd.DataFrame] = {}
    try:
        names = set(stored_tables(raw)) - {"layer_styles"}
        with warnings.catch_warnings():
            # GDAL warns of harmless things (bytes have no file name); the audit judges content.
            warnings.simplefilter("ignore")
            found = pyogrio.list_layers(raw)
            frames = {
                name: (kind, pyogrio.read_dataframe(raw, layer=name))
                for name, kind in found
                if name in names
            }
        for name, (kind, frame) in frames.items():
            if kind is None:
                tables[name] = _objects(pd.DataFrame(frame))
            else:
                layers[name] = _single(_objects(frame))
    except (UnreadableError, RuntimeError, ValueError, ShapelyError) as error:
        # GDAL, SQLite, GEOS or the text encoding gives up on a damaged file.
        reason = error.reason if isinstance(error, UnreadableError) else Reason("geopackage")
        told = {"file": str(path), "reason": reason}
        raise InputError([Problem("written-damaged", told)]) from error
    if "units" not in layers:
        told = {"file": str(path), "reason": "layer units"}
        raise InputError([Problem("written-damaged", told)])
    return layers, tables


def read_content(path: Path) -> bytes:
    """
    Read the bytes of a file of a plan.

    Raises
    ------
    InputError
        ``written-missing``, or ``written-damaged`` where it is no regular file or too large.
    """
    try:
        return read_given(path, most=LAYER_BYTES)
    except UnreadableError as error:
        if error.reason.code == "not-found":
            raise InputError([Problem("written-missing", {"file": str(path)})]) from error
        told = {"file": str(path), "reason": error.reason}
        raise InputError([Problem("written-damaged", told)]) from error


def _objects(frame: Any) -> Any:  # noqa: ANN401  # keeps the frame's own kind
    """Hold text and truth values as Python objects, None where there is nothing."""
    for name in frame.columns:
        if name == "geometry" or pd.api.types.is_float_dtype(frame[name].dtype):
            continue
        if pd.api.types.is_integer_dtype(frame[name].dtype):
            continue
        given = frame[name].astype(object)
        frame[name] = pd.Series(
            [None if pd.isna(value) else value for value in given], frame.index, dtype=object
        )
    return frame


def _single(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Undo the promotion to multi-part shapes where there is one part."""
    shapes = np.asarray(frame.geometry.array)
    one = shapely.get_num_geometries(shapes) == 1
    parts = shapes.copy()
    parts[one] = shapely.get_geometry(shapes[one], 0)
    return frame.set_geometry(gpd.GeoSeries(parts, frame.index, crs=frame.crs))


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
    lines = {name: layers[name] for name in ("roads", "barriers") if name in layers}
    outside = layers.get("outside_centers")
    district = _district(values, units, known, tables, lines=lines, outside=outside)
    scenario = scenario_from(values["scenario"], source="plan.json")
    brought = _brought(units)
    served = [
        key
        for key in units.columns
        if key not in (*brought, "geometry") and not key.startswith("alternative_")
    ]
    layout = Layout(
        district=district,
        units=_exact_minutes(
            pd.DataFrame(units[served]), journeys_of(district, scenario).walk_metres_per_minute
        ),
        grids=_without(known["grids"], "grids"),
        centers=_without(known["centers"], "centers"),
        subdistricts=_listed(known["subdistricts"]),
        hospitals=known["hospitals"],
        groups=tuple(_group(entry) for entry in values["groups"]),
        stations=_points(values.get("stations", []), "station", units.crs),
        wishes=_whole(pd.DataFrame(values.get("wishes", []), dtype=object)),
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
        else _truths(_whole(_without(findings, "findings"))),
        certificates=_certificates(tables.get("certificates"), values.get("certificate") or {}),
        notes=tuple(_problem(note) for note in values.get("notes", [])),
        alternatives=_alternatives(values.get("alternatives", []), units, district),
        variants=tuple(variant_from(entry) for entry in values.get("variants", [])),
        policy_files=_sources(tables, own=True),
        reasons=reasons_read(values.get("reasons") or {}, crs),
        money=money_from(values.get("money") or {}),
        services=services_read(values.get("services") or {}),
    )


def _exact_minutes(units: pd.DataFrame, speed: float) -> pd.DataFrame:
    """Undo the rounding of walking minutes where metres and speed tell what they were."""
    if "metres_to_center" not in units or "minutes_to_center" not in units:
        return units
    exact = pd.to_numeric(units["metres_to_center"]) / speed
    written = pd.to_numeric(units["minutes_to_center"])
    same = (exact - written).abs() <= 0.005 + 1e-9
    return units.assign(minutes_to_center=exact.where(same, written))


_BROUGHT = ("population", "population_65", "community")


def _brought(units: pd.DataFrame) -> list[str]:
    """Name the columns of the units that the district brought."""
    labels = [key for key in (*label_columns(units), NOTE) if key in units]
    return [*_BROUGHT, *labels]


def _layer(frame: gpd.GeoDataFrame | None, name: str, crs: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    index = name.removesuffix("s")
    if frame is not None:
        return frame.set_index(index)
    empty = pd.DataFrame(columns=list(_COLUMNS[name]), index=pd.Index([], name=index), dtype=object)
    return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs=crs), crs=crs)


def _without(frame: Any, name: str) -> Any:  # noqa: ANN401  # keeps the frame's own kind
    return frame.drop(columns=list(_ADDED[name]), errors="ignore")


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table Python values throughout, None where there is none."""
    return pd.DataFrame(
        {key: [None if pd.isna(v) else v for v in table[key].astype(object)] for key in table},
        dtype=object,
    )


def _truths(findings: pd.DataFrame) -> pd.DataFrame:
    """Give verdicts as truth values: with gaps among them they come back as numbers."""
    for name in ("passed", "within", "verbatim", "overridden"):
        if name in findings:
            told = [bool(value) if value in (0, 1) else value for value in findings[name]]
            findings[name] = pd.Series(told, findings.index, dtype=object)
    return findings


def _listed(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if "grids" not in streets:
        return streets
    lists = [str(entry).split(", ") if entry else [] for entry in streets["grids"]]
    return streets.assign(grids=pd.Series(lists, streets.index, dtype=object))


def _group(entry: Mapping[str, Any]) -> Group:
    """Take the fields a group has; those a later version adds are left where they are."""
    return Group(
        grid=entry["grid"],
        lead=entry["lead"],
        members=tuple(entry["members"]),
        collaborators=tuple(entry["collaborators"]),
        centers=tuple(entry["centers"]),
        name_zh=entry.get("name", ""),
        name_en=entry.get("name_en", ""),
        branches=tuple(entry.get("branches", ())),
        supported=tuple(entry.get("supported", ())),
        alliances=tuple(
            Alliance(bond["name"], bond["name_en"], bond["lead"], tuple(bond["members"]))
            for bond in entry.get("alliances", ())
        ),
        campuses=tuple(entry.get("campuses", ())),
    )


def _alternatives(
    rows: list[dict[str, Any]], units: gpd.GeoDataFrame, district: District
) -> tuple[GridAlternative, ...]:
    """Take each alternative's price from its rows and its grids from the units."""
    found = []
    for number in sorted({row["alternative"] for row in rows}):
        own = [row for row in rows if row["alternative"] == number]
        grid = units[f"alternative_{number}"].rename("grid")
        # Folders of an earlier version do not tell the boundary.
        length = own[0].get("boundary_km")
        if length is None:
            length = cut_figures(district, grid)["boundary_km"]
        found.append(
            GridAlternative(
                grid=grid,
                leads=pd.Series({row["grid"]: row["lead"] for row in own}).rename_axis("grid"),
                extra_percent=own[0]["extra_percent"],
                boundary_km=length,
                moved=own[0]["moved_residents"],
                share_percent=own[0]["moved_percent"],
            )
        )
    return tuple(found)


def _points(rows: list[dict[str, Any]], index: str, crs: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    """Put village stations or centers of neighbours back on the map; they stand in degrees."""
    if not rows:
        return gpd.GeoDataFrame(
            geometry=gpd.GeoSeries([], crs=crs), index=pd.Index([], name=index), crs=crs
        )
    table = _whole(pd.DataFrame(rows, dtype=object)).set_index(index)
    if "name_en" not in table:
        table["name_en"] = None
    points = gpd.points_from_xy(table.pop("lon").astype(float), table.pop("lat").astype(float))
    there = gpd.GeoSeries(points, index=table.index, crs=LON_LAT).to_crs(crs)
    return gpd.GeoDataFrame(table, geometry=there, crs=crs)


def _problem(entry: Mapping[str, Any]) -> Problem:
    return Problem(str(entry["code"]), dict(entry["values"]))


def _certificates(table: pd.DataFrame | None, told: Mapping[str, Any]) -> dict[str, Certificate]:
    """Read the proofs; how long they took stands in ``plan.json`` alone."""
    if table is None:
        return {}
    rows = _whole(table).to_dict(orient="records")
    return {
        str(row["part"]): Certificate(
            status=row["status"],
            objective=row["objective"],
            bound=row["bound"],
            gap=row["gap"],
            seconds=told[str(row["part"])]["seconds"],
            seed=row["seed"],
            method=row["method"],
            unit=row["unit"],
            ended_by=row["ended_by"],
        )
        for row in rows
    }


def _sources(tables: Mapping[str, pd.DataFrame], *, own: bool) -> tuple[LayerSource, ...]:
    """Give the layers, or the planner's ``own`` rules and answers, with their fingerprints."""
    rows = tables.get("sources", pd.DataFrame()).to_dict(orient="records")
    return tuple(_source(row) for row in rows if (row["layer"] in KINDS) == own)


def _source(row: Mapping[str, Any]) -> LayerSource:
    told = ("layer", "file", "crs", "source", "label", "sha256", "vintage")
    return LayerSource(
        **{key: row[key] or "" for key in told},
        rows=int(row.get("rows") or 0),
        rows_below=int(row.get("rows_below") or 0),
        row_labels=row.get("row_labels") or "",
    )


def _outside(
    values: Mapping[str, Any],
    exact: gpd.GeoDataFrame | None,
    crs: Any,  # noqa: ANN401
) -> gpd.GeoDataFrame:
    """Give the centers of neighbours, where the GeoPackage has them to the last digit."""
    told = _points(values.get("outside_centers", []), "center", crs)
    if exact is None or not len(told):
        return told
    return told.set_geometry(exact.set_index("center").geometry.loc[told.index].set_crs(crs))


def _matrices(
    values: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    known: Mapping[str, gpd.GeoDataFrame],
) -> dict[str, TravelMatrix | None]:
    crs = known["units"].crs
    places = {
        **known,
        "stations": _points(values.get("stations", []), "station", crs),
        "outside_centers": _points(values.get("outside_centers", []), "center", crs),
    }
    told = values.get("travel", {})
    return {name: matrix_read(told, tables, name, places) for name in MATRICES}


def _district(
    values: Mapping[str, Any],
    units: gpd.GeoDataFrame,
    known: Mapping[str, gpd.GeoDataFrame],
    tables: Mapping[str, pd.DataFrame],
    *,
    lines: Mapping[str, gpd.GeoDataFrame],
    outside: gpd.GeoDataFrame | None,
) -> District:
    told = values["district"]
    crs = units.crs
    centers = known["centers"]
    existing = centers[centers["status"] == "existing"]
    given = units.copy()
    for key in (*_BROUGHT, "subdistrict"):
        if key not in given:
            given[key] = None
    inputs = values["provenance"]["inputs"]
    own: Mapping[str, Any] = next(
        (entry for entry in inputs if entry["file"] == "district.toml"), {}
    )
    matrices = _matrices(values, tables, {**known, "units": units})
    candidates = pd.DataFrame(
        {"capacity": [], "community": [], "unit": []}, index=pd.Index([], name="candidate")
    )
    return District(
        code=told["code"],
        name_zh=told["name_zh"],
        name_en=told["name_en"],
        vintage=told["vintage"],
        folder=None,
        units=given[[*_brought(given), "subdistrict", "geometry"]],
        subdistricts=known["subdistricts"][["geometry"]],
        hospitals=known["hospitals"].drop(columns=["grid", "role"], errors="ignore"),
        centers=existing.drop(columns=["grid", "population"], errors="ignore"),
        candidates=gpd.GeoDataFrame(candidates, geometry=gpd.GeoSeries([], crs=crs), crs=crs),
        layers=_sources(tables, own=False),
        repairs=tuple(_problem(entry) for entry in values["provenance"].get("repairs", [])),
        links=tuple((str(a), str(b)) for a, b in told.get("links", [])),
        snap_metres=float(told.get("snap_metres", TOLERANCE)),
        outside_centers=_outside(values, outside, crs),
        city_grids_elsewhere=told.get("city_grids_elsewhere"),
        city_grids_source=told.get("city_grids_source") or "",
        **{name: frame.set_index(INDEXES[name]) for name, frame in lines.items()},
        walk_matrix=matrices["walk_matrix"],
        drive_matrix=matrices["drive_matrix"],
        sha256=own.get("sha256") or "",
    )
