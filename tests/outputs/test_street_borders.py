"""Borders of streets on a map: none beside the outline of the units, and each once."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridplan.outputs.drawing.borders import street_borders

CRS, SIDE = "EPSG:4547", 100.0
# A round district in two halves, so that its border runs across the cells everywhere.
ROUND = shapely.Point(5000, 5000).buffer(3000, quad_segs=64)
HALVES = [
    shapely.intersection(ROUND, shapely.box(0, 0, 5040, 10_000)),
    shapely.intersection(ROUND, shapely.box(5040, 0, 10_000, 10_000)),
]
STREETS = gpd.GeoDataFrame(geometry=HALVES, crs=CRS)


def cells(inside):
    """Give the cells of a lattice whose middle passes a test."""
    x, y = np.meshgrid(np.arange(0, 10_000, SIDE), np.arange(0, 10_000, SIDE))
    made = shapely.box(x.ravel(), y.ravel(), x.ravel() + SIDE, y.ravel() + SIDE)
    kept = [cell for cell in made if inside(cell.centroid)]
    return gpd.GeoDataFrame(geometry=kept, crs=CRS)


def area_of(units):
    return shapely.union_all(units.geometry.to_numpy(), grid_size=0.01)


def test_nothing_sticks_out_of_the_outline():
    units = cells(ROUND.contains)
    lines = street_borders(STREETS, units)
    assert shapely.difference(lines, area_of(units)).length < 1.0
    # The border between the halves is there, and once: not once for each of them.
    assert lines.length == pytest.approx(6000, abs=2 * SIDE)
    assert len(lines.geoms) == 1


def test_a_border_goes_on_through_a_hole():
    lake = shapely.Point(5040, 5000).buffer(600)
    units = cells(lambda at: ROUND.contains(at) and not lake.contains(at))
    assert street_borders(STREETS, units).length == pytest.approx(6000, abs=2 * SIDE)


def test_an_empty_corner_keeps_its_border():
    units = cells(lambda at: ROUND.contains(at) and at.y > 4000)
    lines = street_borders(STREETS, units)
    south = shapely.intersection(lines, shapely.box(0, 0, 10_000, 3900))
    whole = shapely.intersection(ROUND.boundary, shapely.box(0, 0, 10_000, 3900)).length
    assert south.length > 0.8 * whole
    north = shapely.box(0, 4100, 10_000, 10_000)
    assert shapely.difference(shapely.intersection(lines, north), area_of(units)).length < 1.0


def test_scattered_units_leave_every_border_whole():
    rng = np.random.default_rng(3)
    units = cells(lambda at: ROUND.contains(at) and rng.random() < 0.05)
    lines = street_borders(STREETS, units)
    assert lines.length == pytest.approx(ROUND.boundary.length + 6000, rel=0.01)


@pytest.mark.parametrize("streets", [STREETS, STREETS.iloc[:0]])
def test_without_units_or_streets(streets):
    lines = street_borders(streets, cells(lambda at: at.is_empty))
    assert lines.is_empty == (not len(streets))
