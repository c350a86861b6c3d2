"""The nearest center and the nearest medical point: by full enumeration, and by nobody's plan."""

import dataclasses
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from drawn import SCENARIO, layout_of, with_columns
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from gridplan.audit.verify import verify
from gridplan.district.folder.read import read_district
from gridplan.outputs.files.folder import write_plan
from gridplan.planning.checks.checks import check
from gridplan.planning.measures.access import share_near_center, share_near_point, share_within_walk
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.nearest import TO_CENTER, TO_POINT, nearest_metres
from gridplan.policy.profile import read_profile

SMALL = Scenario(centers=2, center_lower=0, regional_max=0, work_limit=0.5)
places = st.lists(st.tuples(st.floats(-900, 1300), st.floats(-900, 1100)), max_size=4)


def layer(at, index, crs):
    names = pd.Index([f"{index}{n}" for n in range(len(at))], name=index, dtype=object)
    table = pd.DataFrame({"name": list(names), "name_en": list(names), "unit": None}, index=names)
    return gpd.GeoDataFrame(table, geometry=[Point(p) for p in at], crs=crs)


@settings(max_examples=40, deadline=None)
@given(outside=places, stations=places)
def test_the_nearest_is_the_least_of_all_distances(lattice_builder, outside, stations):
    bare = lattice_builder(4, 2, leads=((0, 0), (3, 0)), centers=((1, 0), (3, 1)))
    district = dataclasses.replace(
        bare,
        outside_centers=layer(outside, "center", bare.crs),
        stations=layer(stations, "station", bare.crs),
    )
    found = nearest_metres(journeys_of(district, SCENARIO), district.centers)
    centers = [(p.x, p.y) for p in district.centers.geometry] + outside
    points = [*centers, *stations, *((p.x, p.y) for p in district.hospitals.geometry)]
    for column, known in ((TO_CENTER, centers), (TO_POINT, points)):
        apart = np.hypot(*(district.centroids[:, None] - np.array(known)[None]).transpose(2, 0, 1))
        assert np.abs(found[column].to_numpy() - apart.min(axis=1)).max() <= 0.5
    assert (found[TO_POINT] <= found[TO_CENTER]).all()


def test_centers_of_neighbours_are_near_and_serve_nobody(lattice):
    bare = lattice(4, 2, people=5000.0, leads=((0, 0), (3, 0)), centers=((0, 0), (3, 0)))
    near = layer([(50.0, 200.0), (350.0, 200.0)], "center", bare.crs)
    with_them = dataclasses.replace(bare, outside_centers=near)
    alone, joined = plan(bare, SMALL), plan(with_them, SMALL)
    served = ["center", "metres_to_center", "minutes_to_center"]
    pd.testing.assert_frame_equal(alone.layout.units[served], joined.layout.units[served])
    assert list(alone.layout.centers.index) == list(joined.layout.centers.index)
    nearer = joined.layout.units[TO_CENTER] < alone.layout.units[TO_CENTER]
    assert nearer.any()
    assert (joined.layout.units[TO_CENTER] <= joined.layout.units["metres_to_center"]).all()


def test_the_three_shares_are_counted_apart(lattice):
    layout = layout_of(lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0))))
    units = layout.units.assign(minutes_to_center=20.0)
    units[TO_CENTER], units[TO_POINT] = [100.0] * 4 + [5000.0] * 4, [100.0] * 6 + [5000.0] * 2
    units.iloc[0, units.columns.get_loc("minutes_to_center")] = 5.0
    layout = dataclasses.replace(layout, units=units)
    measures = (share_near_center, share_near_point, share_within_walk)
    assert [m(layout, SCENARIO)["000000"] for m in measures] == [50.0, 75.0, 12.5]


@pytest.mark.parametrize(
    ("share", "metres", "state"),
    [
        (0.96, 500.0, "passed"),  # near at any detour
        (0.96, 830.0, "borderline"),  # 15 min at 1.3, farther at 1.5
        (0.96, 920.0, "borderline"),  # farther at 1.3, 15 min at 1.2
        (0.96, 2000.0, "failed"),
        (0.905, 500.0, "borderline"),  # at any detour, but residents 5 % off decide
    ],
)
def test_a_walk_that_the_detour_factor_decides_is_borderline(lattice, share, metres, state):
    layout = layout_of(lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0))))
    people = [1000 * share, 1000 * (1 - share), 0, 0, 0, 0, 0, 0]
    units = layout.units.copy()
    units[TO_CENTER] = [metres, 9000.0, *[100.0] * 6]
    district = with_columns(layout.district, "units", population=people)
    layout = dataclasses.replace(layout, units=units, district=district)
    rule = next(r for r in read_profile("living-circle") if r.id == "walk-15")
    (row,) = check(layout, [rule], SCENARIO).to_dict("records")
    assert row["state"] == state
    assert row["passed"] is {"passed": True, "failed": False}.get(state)


OUTSIDE = """
[layers.outside_centers]
file = "outside.csv"
crs = "EPSG:4547"
label = "modelled"
source = "drawn for tests"
"""


def test_a_folder_with_centers_of_neighbours_is_planned_written_and_verified(tiny_folder, tmp_path):
    path = tiny_folder / "district.toml"
    path.write_text(path.read_text(encoding="utf-8") + OUTSIDE, encoding="utf-8")
    (tiny_folder / "outside.csv").write_text(
        "编号,名称,x,y\nn1,邻区中心,489900,2520100\nn2,本区中心,490500,2520700\n", encoding="utf-8"
    )
    district = read_district(tiny_folder)
    assert list(district.outside_centers["name"]) == ["邻区中心", "本区中心"]
    # One stands in the district: it is told, and serves nobody all the same.
    (told,) = [entry for entry in district.repairs if entry.code == "outside-center-inside"]
    assert "n2" in told.text("zh")
    made = plan(district, Scenario(centers=2, center_lower=0, regional_max=0, work_limit=0.5))
    assert not {"n1", "n2"} & set(made.layout.centers.index)
    assert "outside_centers" in {layer.layer for layer in made.district.layers}
    out = tmp_path / "out"
    write_plan(made, out, lang="zh")
    values = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert [row["center"] for row in values["outside_centers"]] == ["n1", "n2"]
    assert values["coverage"]["center"] >= values["coverage"]["assigned"]
    assert "邻区中心" in (out / "map.html").read_text(encoding="utf-8")
    found = verify(out, district=tiny_folder)
    assert found.sound, found.text("zh")
