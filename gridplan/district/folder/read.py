"""A district folder -> one frozen :class:`District`, or every problem at once."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridplan.district.agreements import FILE, Agreements, read_agreements
from gridplan.district.district import INDEXES, District, LayerSource
from gridplan.district.files.given_file import given_path
from gridplan.district.files.intake import Intake, noted, sample
from gridplan.district.folder.institutions import settle_institutions
from gridplan.district.folder.layer import RawLayer, read_layer
from gridplan.district.folder.matrix_read import read_matrices
from gridplan.district.folder.place import (
    check_overlaps,
    dissolve_units,
    settle_subdistricts,
    unit_of_points,
)
from gridplan.district.folder.shape import declared_crs, empty_layer, read_shapes
from gridplan.district.folder.table import read_table
from gridplan.district.geometry.crs import LONGEST, name_of, to_metric, unshift
from gridplan.district.geometry.metric import choose_metric, stretched
from gridplan.district.manifest.layer_entry import Entry
from gridplan.district.manifest.manifest import Manifest, read_manifest
from gridplan.district.matrix import TravelMatrix
from gridplan.district.schema.characters import plain_id
from gridplan.district.schema.labels import below, ranked, settled
from gridplan.district.schema.vocabulary import nearest

POINTS = ("hospitals", "centers", "candidates", "stations")


def read_district(folder: str | Path) -> District:
    """
    Read, repair, validate and project a district folder.

    Steps: (1) ``district.toml``; (2) every layer's file, cells and shapes; (3) the metric CRS, from
    the units, and every layer into it, GCJ-02 and BD-09 included; (4) how layers lie on one
    another. A step runs only if the ones before it found nothing wrong, and reports all it finds.

    Parameters
    ----------
    folder
        With ``district.toml`` and the files it names; see ``docs/district-folder.md``.

    Returns
    -------
    district

    Raises
    ------
    InputError
        With every problem found, each naming layer, rows and remedy.
    """
    folder = given_path(folder, argument="folder")
    intake = Intake()
    manifest = read_manifest(folder, intake)
    layers: dict[str, tuple[RawLayer, pd.DataFrame, gpd.GeoSeries | None]] = {}
    for name, entry in manifest.entries.items():
        raw = intake.attempt(lambda entry=entry: read_layer(entry))  # type: ignore[misc]
        if raw is not None:
            if raw.form:
                intake.repaired("csv-form", layer=name, file=entry.file, **raw.form)
            intake.repairs.extend(raw.told)
            layers[name] = raw, read_table(raw, intake), read_shapes(raw, intake)
    intake.close()
    shapes = {name: shape for name, (_, _, shape) in layers.items() if shape is not None}
    drawn = unshift(shapes["units"], layers["units"][0].entry.crs)
    metric = choose_metric(drawn)
    intake.repairs += stretched(drawn, metric)
    frames = {
        name: _frame(name, layers[name], metric)
        if name in layers
        else _indexed(name, empty_layer(name, metric))
        for name in INDEXES
    }
    _check_placed(layers, frames, intake)
    frames = _relate(frames, intake)
    links = _settled_links(manifest, frames["units"], intake)
    agreements = read_agreements(folder, frames["hospitals"], frames["centers"], intake)
    intake.close()
    matrices = read_matrices(manifest.matrices, frames, intake)
    intake.close()
    district = District(
        code=manifest.code,
        name_zh=manifest.name_zh,
        name_en=manifest.name_en,
        vintage=manifest.vintage,
        folder=folder,
        **frames,
        layers=(
            *(_source(raw, frames[name]) for name, (raw, _, _) in layers.items()),
            *_source_of(agreements, manifest),
            *(_matrix_source(manifest.matrices[name], *told) for name, told in matrices.items()),
        ),
        repairs=tuple(intake.repairs),
        links=links,
        snap_metres=manifest.snap_metres,
        city_grids_elsewhere=manifest.city_grids_elsewhere,
        city_grids_source=manifest.city_grids_source,
        sha256=manifest.sha256,
        agreements=agreements,
        **{name: matrix for name, (matrix, _) in matrices.items()},
    )
    if len(district.barriers) and not district.crossings:
        idle = noted("barriers-part-nobody", sample(district.barriers.index))
        return dataclasses.replace(district, repairs=(*district.repairs, idle))
    return district


def _matrix_source(entry: Entry, matrix: TravelMatrix, sha256: str) -> LayerSource:
    return LayerSource(
        layer=entry.layer,
        file=entry.file,
        crs="",
        source=entry.source,
        label=entry.label,
        sha256=sha256,
        vintage=entry.vintage,
        rows=matrix.cost.nnz,
    )


def _source_of(agreements: Agreements, manifest: Manifest) -> list[LayerSource]:
    """List ``groups.toml`` among the layers where there is one."""
    if not agreements.sha256:
        return []
    return [
        LayerSource(
            layer="groups",
            file=FILE,
            crs="",
            source=agreements.source,
            label=agreements.label,
            sha256=agreements.sha256,
            vintage=manifest.vintage,
        )
    ]


def _source(raw: RawLayer, frame: gpd.GeoDataFrame) -> LayerSource:
    entry = raw.entry
    worse = below(frame, entry.label)
    return LayerSource(
        layer=entry.layer,
        file=entry.file,
        crs=entry.crs if 0 < len(entry.crs) <= LONGEST else name_of(declared_crs(raw)),
        source=entry.source,
        label=entry.label,
        sha256=raw.sha256,
        vintage=entry.vintage,
        rows=len(frame),
        rows_below=worse["row"].nunique(),
        row_labels=", ".join(ranked(worse["label"])),
    )


def _frame(
    name: str, layer: tuple[RawLayer, pd.DataFrame, gpd.GeoSeries | None], metric: CRS
) -> gpd.GeoDataFrame:
    raw, table, shapes = layer
    placed = to_metric(shapes, raw.entry.crs, metric)
    frame = gpd.GeoDataFrame(table.drop(columns="geometry", errors="ignore"), geometry=placed)
    return _indexed(name, settled(frame, raw.entry.label))


def _check_placed(
    layers: dict[str, tuple[RawLayer, pd.DataFrame, gpd.GeoSeries | None]],
    frames: dict[str, gpd.GeoDataFrame],
    intake: Intake,
) -> None:
    """Stop at shapes the projection has no place for: nothing can be measured from them."""
    for name, (raw, _, _) in layers.items():
        bounds = frames[name].bounds.to_numpy()
        lost = ~np.isfinite(bounds).all(axis=1)
        if lost.any():
            crs = name_of(frames[name].crs)
            intake.wrong(
                "not-placed", layer=name, file=raw.entry.file, crs=crs, **sample(raw.rows[lost])
            )
    intake.close()


def _indexed(name: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_index(INDEXES[name])


def _relate(frames: dict[str, gpd.GeoDataFrame], intake: Intake) -> dict[str, gpd.GeoDataFrame]:
    """Check and fill what one layer says of another; returns new frames."""
    frames = dict(frames)
    units = frames["units"]
    if units["population"].sum() <= 0:
        intake.wrong("nobody", layer="units")
    older = units["population_65"] > units["population"]
    if older.any():
        intake.wrong("more-older", layer="units", **sample(units.index[older]))
    check_overlaps(units, intake)
    if len(frames["subdistricts"]):
        found = settle_subdistricts(units, frames["subdistricts"], intake)
        frames["units"] = units = units.assign(subdistrict=found)
    elif units["subdistrict"].notna().any():
        blank = units["subdistrict"].isna()
        if blank.any():
            intake.wrong("some-subdistricts", layer="units", **sample(units.index[blank]))
        frames["subdistricts"] = dissolve_units(units)
        count = len(frames["subdistricts"])
        intake.repaired("subdistricts-derived", layer="subdistricts", count=count)
    for name in POINTS:
        points = frames[name]
        if len(points):
            unit = unit_of_points(name, points, units, frames["subdistricts"], intake)
        else:
            unit = pd.Series([], index=points.index, dtype=object)
        frames[name] = points.assign(unit=unit)
    frames["hospitals"] = settle_institutions(frames["hospitals"], intake)
    _look_outside(frames["outside_centers"], units, intake)
    return frames


def _look_outside(centers: gpd.GeoDataFrame, units: gpd.GeoDataFrame, intake: Intake) -> None:
    """Tell of centers given as a neighbour's that stand in the district itself."""
    if centers.empty:
        return
    standing = gpd.sjoin(centers[["geometry"]], units[["geometry"]], predicate="within")
    inside = centers.index[centers.index.isin(standing.index)]
    if len(inside):
        intake.repaired("outside-center-inside", layer="outside_centers", **sample(inside))


def _settled_links(
    manifest: Manifest, units: gpd.GeoDataFrame, intake: Intake
) -> tuple[tuple[str, str], ...]:
    """Find the units that are linked; an id that was taken for a number is known by its digits."""
    ends = dict.fromkeys(unit for link in manifest.links for unit in link)
    known = {end: end if end in units.index else plain_id(end) for end in ends}
    unknown = [end for end in ends if known[end] not in units.index]
    if unknown:
        near = nearest(unknown[0], units.index, most=1)
        intake.wrong("unknown-unit", place="[[links]]", near=near, **sample(unknown))
    return tuple((known[one], known[other]) for one, other in manifest.links)


__all__ = ["read_district"]
