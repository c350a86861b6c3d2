"""Importer: population cells of the siting benchmarks of Y. Kong -> a district folder.

The files (Kaifeng and others) hold one cell a line, tab separated, under seven headers: id,
residents, x, y, a candidate flag, cost and capacity; a cell with a capacity is a candidate. A
second file lists neighbouring cells with the length of their common boundary. There are no
hospitals and no streets, and the projection is not declared: coordinates are metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridplan.district.folder.write import LayerTable, quoted, write_district
from gridplan.district.geometry.thiessen import draw_around
from gridplan.district.kong.kong_files import read_cells, read_neighbours
from gridplan.district.kong.stand_in import stand_in_hospitals, stand_in_subdistricts
from gridplan.errors import InputError, Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CellLattice:
    """
    An affine lattice fitted to cell centres.

    Parameters
    ----------
    place
        (n, 2) integers: column (east) and row (north) of every cell.
    steps
        (3, 2): the vector of one column, of one row, and the centre of place (0, 0), metres.
    off
        Largest distance of a centre from its place, metres.
    """

    place: Ints
    steps: Floats
    off: float

    def polygons(self) -> NDArray[np.object_]:
        """
        Draw the cells.

        A corner is computed from its half-integer place and rounded to a millimetre, so that
        neighbours share it exactly. Cells that have one place in common (a cell the source cut
        up) share its area as upright strips, in order of the lines.
        """
        _, inverse, count = np.unique(self.place, axis=0, return_inverse=True, return_counts=True)
        inverse = inverse.ravel()
        order = np.argsort(inverse, kind="stable")
        rank = np.empty(len(order), dtype=np.int64)
        start = np.r_[0, np.cumsum(count)[:-1]]
        rank[order] = np.arange(len(order)) - start[inverse[order]]
        parts = count[inverse].astype(np.float64)
        column, row = self.place.astype(np.float64).T
        west, east = column - 0.5 + rank / parts, column - 0.5 + (rank + 1) / parts
        south, north = row - 0.5, row + 0.5
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = np.stack([self._at(across, up) for across, up in corners], axis=1)
        return np.asarray(shapely.polygons(ring), dtype=object)

    def _at(self, column: Floats, row: Floats) -> Floats:
        return np.round(np.column_stack([column, row, np.ones(len(column))]) @ self.steps, 3)


def import_kong(
    cells: str | Path,
    adjacency: str | Path | None = None,
    *,
    out: str | Path,
    name_zh: str = "",
    name_en: str = "",
    longitude: float = 114.31,
    stand_ins: bool = False,
) -> Path:
    """
    Turn a cell file into a district folder with scenarios.

    Parameters
    ----------
    cells
        The cell file, tab separated.
    adjacency
        The neighbour file (comma separated; source, neighbour and length in columns 2 to 4).
        Cells are drawn from a lattice; with this file the drawing is checked against it. Without
        it, cells that lie on no lattice are drawn around their centres (Voronoi cells, so that
        neighbours are those of a Delaunay triangulation).
    out
        The folder to write: ``district.toml``, layers, ``scenario.toml``, ``centers-only.toml``.
    name_zh, name_en
        Of the district; the name of ``out`` by default.
    longitude
        Of the middle of the city, degrees (Kaifeng by default). The stand-in projection takes
        the central meridian that puts it there; distances do not depend on it.
    stand_ins
        Add modelled subdistricts and hospitals, labelled so, to exercise what needs them.

    Returns
    -------
    out

    Raises
    ------
    InputError
        As :func:`read_cells` says, or ``kong-lattice`` or ``kong-adjacency``.

    Notes
    -----
    The CRS is a stand-in: a transverse Mercator on GRS 80, false easting 500 km, whose latitude
    is that of the coordinates' northing and whose longitude is the one given.
    """
    table = read_cells(Path(cells))
    xy = table[["x", "y"]].to_numpy()
    ids = table["id"].to_numpy()
    drawn = _drawn(xy, ids, Path(cells).name, None if adjacency is None else Path(adjacency))
    crs = stand_in_crs(xy, longitude)
    units = gpd.GeoDataFrame(
        {"unit": ids, "population": table["residents"].to_numpy()},
        geometry=drawn,
        crs=crs,
    )
    source = f"{Path(cells).name}: population cells of a published siting benchmark"
    chosen = table[table["capacity"] > 0]
    candidates = chosen[["id", "x", "y", "capacity"]].rename(columns={"id": "candidate"})
    layers = {
        "units": LayerTable(units, "real", f"{source}; stand-in projection", crs),
    }
    if len(candidates):
        told = f"{source}; cells with a capacity"
        layers["candidates"] = LayerTable(candidates, "real", told, crs)
    if stand_ins:
        units["subdistrict"] = stand_in_subdistricts(xy, units["population"].to_numpy())
        hospitals = stand_in_hospitals(xy, units["population"].to_numpy())
        source = "模拟, 仅供演示 / a stand-in made for demonstration, no real {}"
        layers["subdistricts"] = LayerTable(
            units.dissolve("subdistrict", as_index=False)[["subdistrict", "geometry"]],
            "modelled",
            source.format("street"),
            crs,
        )
        layers["hospitals"] = LayerTable(hospitals, "modelled", source.format("hospital"), crs)
    folder = Path(out)
    write_district(
        folder,
        layers,
        code=folder.name,
        name_zh=name_zh or folder.name,
        name_en=name_en or name_zh or folder.name,
        note="the projection is undeclared in the source; the CRS here is a stand-in for maps",
    )
    _write_scenario(folder / "centers-only.toml", centers_only=True)
    _write_scenario(folder / "scenario.toml", centers_only=not stand_ins)
    return folder


def _drawn(
    xy: Floats, ids: NDArray[np.object_], file: str, adjacency: Path | None
) -> NDArray[np.object_]:
    """Draw the cells, on their lattice if they lie on one."""
    try:
        lattice = fit_cells(xy, file=file)
    except InputError:
        if adjacency is not None or len(np.unique(xy, axis=0)) < len(xy):
            raise
        return draw_around(xy)
    if adjacency is not None:
        check_neighbours(lattice, ids, adjacency)
    return lattice.polygons()


def _write_scenario(path: Path, *, centers_only: bool) -> None:
    names = (
        ("只布局社康中心", "Centers alone") if centers_only else ("默认方案", "Default scenario")
    )
    values: dict[str, object] = {"grids": 0 if centers_only else 2}
    values |= {"center_lower": 20000, "center_upper": 30000}
    values |= {"regional_min": 0, "regional_max": 0 if centers_only else 2}
    if not centers_only:
        values["regional_min"] = 1
    lines = [f"name_zh = {quoted(names[0])}", f"name_en = {quoted(names[1])}", "seed = 1"]
    lines += [f"{key} = {value}" for key, value in values.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def fit_cells(xy: Floats, *, file: str) -> CellLattice:
    """
    Fit an affine lattice to cell centres: integer places and the steps between them.

    The first steps are read off nearest neighbours along each axis; places are rounded, steps
    fitted by least squares, and both repeated until the places stand still.

    Parameters
    ----------
    xy
        (n, 2) centres, metres.
    file
        Named in the error.

    Raises
    ------
    InputError
        ``kong-lattice`` if a centre is over a third of a step from its place.
    """
    first = np.stack([_step(xy, axis) for axis in (0, 1)])
    sides = np.abs(np.diagonal(first))
    place = np.rint(np.linalg.solve(first.T, (xy - xy[0]).T).T).astype(np.int64)
    steps: Floats = np.zeros((3, 2))
    for _ in range(50):
        known = np.column_stack([place, np.ones(len(place))])
        steps = np.asarray(np.linalg.lstsq(known, xy, rcond=None)[0], dtype=np.float64)
        if abs(np.linalg.det(steps[:2])) < 1:  # all cells in one row: no second step to fit
            steps[:2] = first
        again = np.rint(np.linalg.solve(steps[:2].T, (xy - steps[2]).T).T).astype(np.int64)
        if (again == place).all():
            break
        place = again
    off = np.abs(xy - np.column_stack([place, np.ones(len(place))]) @ steps)
    if (off > sides / 3).any():
        values = {"file": file, "metres": f"{off.max():.0f}", "sides": [f"{s:.0f}" for s in sides]}
        raise InputError([Problem("kong-lattice", values)])
    return CellLattice(place, steps, float(off.max()))


def _step(xy: Floats, axis: int) -> Floats:
    """Read the step from a cell to the next along one axis off the nearest neighbours."""
    near = cKDTree(xy).query(xy, k=min(9, len(xy)))[1]
    step = (xy[near[:, 1:]] - xy[:, None]).reshape(-1, 2)
    along = step[(step[:, axis] > 0) & (np.abs(step[:, 1 - axis]) < 0.1 * step[:, axis])]
    if not len(along):
        return np.eye(2)[axis] * 1000.0
    single = along[along[:, axis] < 1.5 * np.median(along[:, axis])]
    return np.asarray(np.median(single, axis=0), dtype=np.float64)


def check_neighbours(lattice: CellLattice, ids: NDArray[np.object_], path: Path) -> None:
    """
    Compare the drawn cells with the neighbours the source lists.

    Raises
    ------
    InputError
        ``missing-input``, ``file-unreadable``, ``kong-neighbours`` if a line is no boundary, or
        ``kong-adjacency`` if over 1 % of the listed boundaries are none of
        the drawing, or the drawing has over 1 % more.
    """
    listed = read_neighbours(path)
    rank = pd.Series(np.arange(len(ids)), index=ids)
    ends = listed[["source", "neighbour"]].apply(lambda column: column.map(rank))
    # A boundary of length zero is a contact at a corner.
    rook = ((listed["metres"] > 0) & ends.notna().all(axis=1)).to_numpy()
    pairs = ends.to_numpy()[rook].astype(np.int64)
    apart = np.abs(lattice.place[pairs[:, 0]] - lattice.place[pairs[:, 1]]).sum(axis=1) > 1
    places = {tuple(place) for place in lattice.place.tolist()}
    drawn = 2 * sum(((c + 1, r) in places) + ((c, r + 1) in places) for c, r in places)
    lost = int(apart.sum()) + int((~ends.notna().all(axis=1)).sum())
    if lost > 0.01 * len(listed) or abs(drawn - len(pairs)) > 0.01 * drawn + 16:
        values = {"file": path.name, "listed": len(pairs), "drawn": drawn, "lost": lost}
        raise InputError([Problem("kong-adjacency", values)])


def stand_in_crs(xy: Floats, longitude: float) -> str:
    """Return the PROJ text of a transverse Mercator that puts the cells at a longitude."""
    east, north = xy.mean(axis=0)
    latitude = np.clip(north / 110_900.0, -80.0, 80.0)
    meridian = longitude - (east - 500_000.0) / (111_320.0 * np.cos(np.radians(latitude)))
    return (
        f"+proj=tmerc +lat_0=0 +lon_0={meridian:.4f} +k=1 +x_0=500000 +y_0=0 "
        "+ellps=GRS80 +units=m +no_defs"
    )
