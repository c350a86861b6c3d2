"""Shape and make-up of grids, held against cells counted one by one."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.planning.grids.extents import EXTENT_COLUMNS, grid_extents

COLUMNS, ROWS, SIDE = 4, 4, 100.0


def extents(district, labels):
    grid = pd.Series([f"G{label + 1}" for label in labels], index=district.units.index)
    shapes = district.units[["geometry"]].assign(grid=grid).dissolve("grid").geometry
    return grid, shapes, grid_extents(district, grid, shapes)


def sides(cell):
    """The four sides of a cell, each as the pair of cells that it lies between."""
    column, row = cell
    around = ((column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1))
    return [(cell, other) for other in around]


@settings(max_examples=30)
@given(
    labels=st.lists(st.integers(0, 2), min_size=16, max_size=16),
    people=st.lists(st.sampled_from([0, 100, 250]), min_size=16, max_size=16),
)
def test_every_column_is_what_counting_cell_by_cell_gives(lattice, labels, people):
    labels = [sorted(set(labels)).index(label) for label in labels]
    district = lattice(COLUMNS, ROWS)
    units = district.units.assign(population=np.array(people, dtype=float))
    units["population_65"] = units["population"] / 10
    district = dataclasses.replace(district, units=units)
    grid, _, table = extents(district, labels)
    where = {(int(key[1]), int(key[3])): label for key, label in grid.items()}
    assert list(table.columns) == list(EXTENT_COLUMNS)
    for name, row in table.iterrows():
        own = [cell for cell, label in where.items() if label == name]
        around = [where.get(other) for cell in own for _, other in sides(cell)]
        outline = sum(other != name for other in around)
        assert row["perimeter_km"] == pytest.approx(outline * SIDE / 1000)
        shared = sum(other not in (name, None) for other in around)
        assert row["boundary_km"] == pytest.approx(shared * SIDE / 1000)
        assert 0 < row["polsby_popper"] <= np.pi / 4 + 1e-12
        assert 0 < row["reock"] <= 1
        mine = units[(grid == name).to_numpy()]
        if mine["population"].sum() > 0:
            assert row["percent_65"] == pytest.approx(10.0)
        else:
            assert np.isnan(row["percent_65"])
        for level, column in (("subdistrict", "subdistricts"), ("community", "communities")):
            lived = units[units["population"] > 0].groupby(level).groups
            listed = row[column].split(", ") if row[column] else []
            counted = [
                parent
                for parent, cells in units.groupby(level).groups.items()
                if (grid[lived.get(parent, cells)] == name).any()
            ]
            assert listed == sorted(counted)
            cut = [
                p
                for p in counted
                if len(set(grid[lived.get(p, units.groupby(level).groups[p])])) > 1
            ]
            assert row[f"{column}_cut"] == len(cut)
            residents = mine.loc[mine[level].isin(cut), "population"].sum()
            assert row[f"{column}_cut_population"] == residents


def test_a_square_of_cells_has_the_compactness_of_a_square(lattice):
    _, shapes, table = extents(lattice(4, 4), [0] * 16)
    assert table.loc["G1", "polsby_popper"] == pytest.approx(np.pi / 4)
    assert table.loc["G1", "reock"] == pytest.approx(2 / np.pi)
    assert table.loc["G1", "boundary_km"] == 0
    assert shapely.area(shapes["G1"]) == 160_000


def test_the_order_of_the_units_changes_nothing(lattice):
    district = lattice(4, 3)
    labels = [0, 0, 1, 1] * 3
    _, _, table = extents(district, labels)
    turned = dataclasses.replace(district, units=district.units[::-1])
    _, _, again = extents(turned, labels[::-1])
    pd.testing.assert_frame_equal(table, again)


def test_without_streets_nothing_is_told_of_them_and_unknown_ages_stay_unknown(lattice):
    district = lattice(4, 2)
    bare = dataclasses.replace(district, units=district.units.assign(subdistrict=None))
    _, _, table = extents(bare, [0, 0, 1, 1] * 2)
    assert table["subdistricts"].isna().all()
    assert table["subdistricts_cut"].isna().all()
    assert table["communities"].tolist() == ["west-0", "east-0"]
    assert table["percent_65"].isna().all()
