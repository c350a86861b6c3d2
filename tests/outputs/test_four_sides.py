"""四至: the words give the area back; every side is named; who belongs where adds up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_in import make_plan

from gridplan.outputs.office.worded import Worded
from gridplan.outputs.places.belonging import communities_of_centers
from gridplan.outputs.places.four_sides import four_sides
from gridplan.outputs.places.outline import SIDES, Feature
from gridplan.outputs.places.told import reach_text


@given(st.integers(0, 10_000), st.integers(2, 6))
@settings(max_examples=8, deadline=None)
def test_the_words_alone_give_every_connected_area_back(seed, parts):
    plan = make_plan(columns=9, rows=7)
    random = np.random.default_rng(seed)
    middles = plan.district.centroids
    seeds = middles[random.choice(len(middles), parts, replace=False)]
    nearest = np.argmin(np.hypot(*(middles[:, None] - seeds[None]).transpose(2, 0, 1)), axis=1)
    area = pd.Series([f"A{at}" for at in nearest], plan.district.units.index)
    for reach in four_sides(plan.district, area).values():
        assert reach.rebuilt == pytest.approx(1.0)


def test_grids_side_by_side_reach_to_each_other_and_to_the_outline(plan):
    reaches = four_sides(plan.district, plan.layout.units["grid"])
    assert set(reaches) == {"G1", "G2"}
    outline = Feature("outline", "")
    assert reaches["G1"].sides["west"] == (outline,)
    assert reaches["G2"].sides["east"] == (outline,)
    assert outline not in reaches["G1"].sides["east"]
    assert all(reaches["G1"].sides[side] for side in SIDES)
    assert all(reach.rebuilt == 1.0 for reach in reaches.values())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sentence_names_all_four_sides_in_order(plan, lang):
    reach = four_sides(plan.district, plan.layout.units["grid"])["G1"]
    text = reach_text(reach, Worded(plan, lang))
    words = ("东至", "南至", "西至", "北至") if lang == "zh" else ("east", "south", "west", "north")
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)
    assert ("区界" if lang == "zh" else "district boundary") in text


def test_a_boundary_along_a_named_road_is_called_by_the_road(road_plan):
    reach = four_sides(road_plan.district, road_plan.layout.units["grid"])["G1"]
    assert Feature("road", "中山路") in reach.sides["east"]
    assert reach.rebuilt == 1.0


@pytest.fixture(scope="module")
def road_plan():
    import dataclasses

    import geopandas as gpd
    import shapely
    from stand_in import CRS, EAST, NORTH

    made = make_plan()
    x = EAST + 600.0  # where the two grids meet
    line = shapely.linestrings([[x, NORTH], [x, NORTH + 800]])
    index = pd.Index(["r1"], name="road")
    roads = gpd.GeoDataFrame(
        {"class": ["primary"], "name": ["中山路"]}, geometry=[line], index=index, crs=CRS
    )
    district = dataclasses.replace(made.district, roads=roads)
    values = {key: getattr(made, key) for key in vars(made)} | {"district": district}
    return type(made)(**values)


def test_residents_of_the_communities_add_up(plan):
    table = communities_of_centers(plan)
    served = table.groupby("center")["population"].sum()
    people = plan.district.units["population"].groupby(plan.layout.units["center"]).sum()
    assert served.reindex(people.index, fill_value=0).tolist() == people.tolist()
    shares = table.groupby("community")["of_community_percent"].sum()
    assert np.allclose(shares, 100)
