"""1+N: the number of regional centers, who manages whom, and what gives where they clash."""

import dataclasses
import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.errors import InputError
from gridplan.planning.centers.centers import Centers
from gridplan.planning.layout.certificate import Certificate
from gridplan.planning.plan import plan
from gridplan.planning.regional.regional import plan_regional, regional_ways
from gridplan.planning.scenario.scenario import Scenario

PROOF = Certificate("optimal", 0.0, 0.0, 0.0, 0.0, 0, "", "person-metres", "proof")
SCENARIO = Scenario(regional_subdistrict_population=1000, work_limit=1.0, walk_detour=1.0)


def centers_at(district, places, loads, *, grids=None, existing=()):
    """Put centers into the cells of a lattice, with the residents they serve."""
    names = [f"c{column}r{row}" for column, row in places]
    units = district.units.loc[names]
    sites = gpd.GeoDataFrame(
        {
            "subdistrict": units["subdistrict"].to_numpy(),
            "grid": ["G1"] * len(names) if grids is None else list(grids),
            "population": np.asarray(loads, dtype=float),
            "class": ["regional" if i in existing else None for i in range(len(names))],
        },
        geometry=units.geometry.centroid.to_numpy(),
        crs=district.units.crs,
        index=pd.Index([f"s{i}" for i in range(len(names))], name="center"),
    )
    return Centers(sites, pd.Series(dtype=object), pd.Series(dtype=float), PROOF)


def chosen(answer):
    manager = answer.regional_center
    return sorted(manager.index[manager == manager.index])


def codes(answer):
    return {note.code for note in answer.notes}


def street(lattice, people, columns=6):
    """One street with that many residents."""
    cells = np.full((2, columns), people / (2 * columns))
    return lattice(columns, 2, people=cells, leads=[(0, 0)], streets=["a"] * columns)


ROW = [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0)]


@pytest.mark.parametrize(
    ("people", "number"), [(900, 1), (1_999, 1), (2_000, 2), (2_999, 2), (50_000, 2)]
)
def test_a_street_gets_as_many_as_its_residents_ask_for(lattice, people, number):
    """Met exactly, although one less or one more would be nearer to its centers."""
    answer = plan_regional(
        street(lattice, people), SCENARIO, centers_at(street(lattice, people), ROW, [100] * 6)
    )
    assert len(chosen(answer)) == number
    assert not codes(answer)


@pytest.mark.parametrize(("centers", "number"), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2)])
def test_fewer_only_where_each_would_have_none_under_it(lattice, centers, number):
    district = street(lattice, 5_000)
    answer = plan_regional(district, SCENARIO, centers_at(district, ROW[:centers], [100] * centers))
    assert len(chosen(answer)) == number
    assert codes(answer) == ({"regional-few-centers"} if number == 1 else set())
    size = answer.regional_center.value_counts()
    assert (size >= min(2, centers)).all()


def test_no_regional_center_stands_alone_where_it_is_cheaper(lattice):
    """Two centers side by side and one far off, regional today: it gets one of the others."""
    district = street(lattice, 2_500)
    places = [(0, 0), (0, 1), (1, 0), (5, 0)]
    answer = plan_regional(
        district, SCENARIO, centers_at(district, places, [100] * 4, existing=(3,))
    )
    size = answer.regional_center.value_counts()
    assert size.to_list() == [2, 2]
    assert "s3" in chosen(answer)


def test_residents_managed_within_a_street_differ_by_two_to_one_at_most(lattice):
    district = street(lattice, 2_500)
    served = [500, 500, 500, 90, 90, 90]
    answer = plan_regional(district, SCENARIO, centers_at(district, ROW, served))
    loads = pd.Series(served, answer.regional_center.index)
    under = loads.groupby(answer.regional_center).sum()
    assert under.max() <= 2 * under.min()
    assert "regional-uneven" not in codes(answer)


def test_an_uneven_street_is_told_where_no_choice_is_even(lattice):
    district = street(lattice, 2_500)
    answer = plan_regional(district, SCENARIO, centers_at(district, ROW[:4], [900, 10, 10, 10]))
    assert len(chosen(answer)) == 2
    (note,) = [note for note in answer.notes if note.code == "regional-uneven"]
    assert note.values["most"] > 2 * note.values["fewest"]


def test_a_street_cut_by_grids_gets_more_and_says_so(lattice):
    """1,200 residents ask for one; two centers lie in each grid, and a grid needs its own."""
    district = street(lattice, 1_200)
    answer = plan_regional(
        district,
        SCENARIO,
        centers_at(district, ROW[:4], [100] * 4, grids=["G1", "G1", "G2", "G2"]),
    )
    assert len(chosen(answer)) == 2
    (note,) = answer.notes
    assert note.code == "regional-other-number"
    assert note.values | {"asked": 1, "regional": 2, "centers": 4} == note.values


def best_by_enumeration(places, loads, number):
    """Least person-cells over every exact choice, each with another, balanced within 2 to 1."""
    spots = np.array(places, dtype=float)
    far = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    best = np.inf
    k = len(places)
    for heads in itertools.combinations(range(k), number):
        others = [i for i in range(k) if i not in heads]
        for at in itertools.product(heads, repeat=len(others)):
            held = dict.fromkeys(heads, 0.0)
            for head in heads:
                held[head] += loads[head]
            for i, head in zip(others, at, strict=True):
                held[head] += loads[i]
            if set(at) != set(heads) or max(held.values()) > 2 * min(held.values()):
                continue
            best = min(best, sum(loads[i] * far[i, h] for i, h in zip(others, at, strict=True)))
    return best


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_the_choice_is_the_best_there_is(lattice_builder, seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(4, 7))
    cells = rng.choice(12, k, replace=False)
    places = [(int(cell % 6), int(cell // 6)) for cell in cells]
    loads = rng.integers(50, 150, k).astype(float)
    district = street(lattice_builder, 2_500)
    answer = plan_regional(district, SCENARIO, centers_at(district, places, loads))
    best = best_by_enumeration(places, loads, 2)
    if np.isfinite(best):
        side = float(np.sqrt(district.units.geometry.area.iloc[0]))
        centers = centers_at(district, places, loads).sites
        heads = centers.geometry.loc[answer.regional_center].reset_index(drop=True)
        way = centers.geometry.reset_index(drop=True).distance(heads)
        assert float((way * loads).sum()) == pytest.approx(best * side, rel=2e-3)


def test_a_street_cut_by_no_grid_manages_its_own():
    street, grid = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 0, 1, 1, 1])
    cost = np.arange(36.0).reshape(6, 6)
    ways = regional_ways(cost, street, grid, np.array([1, 1, 0]))
    there = {(int(i), int(j)) for i, j in zip(*ways.nonzero(), strict=True)} | {(0, 0)}
    own = {(0, 0), (0, 1), (1, 0), (1, 1)}  # whole, with a regional center
    cut = {(2, 0), (2, 1), (2, 2), (3, 3), (3, 4), (3, 5)}  # within the grid, any street
    none = {(i, j) for i in (4, 5) for j in (3, 4, 5)}  # whole, without one of its own
    assert there == own | cut | none
    assert ways[5, 4] == cost[5, 4]
    assert ways.nnz == len(there)


def test_a_regional_center_may_be_added_with_a_reason_that_the_finding_quotes(lattice):
    district = lattice(8, 2, centers=[(0, 0), (2, 1), (5, 0), (7, 1)])
    asked = Scenario(
        grids=0, centers=8, center_lower=100, center_upper=400, candidates_per_community=4,
        profiles=("guangming-1n-2023",), work_limit=0.3,
    )  # fmt: skip
    usual = plan(district, asked)
    assert usual.layout.subdistricts["regional_centers"].to_dict() == {"east": 1, "west": 1}
    reason = "均衡资源分布"
    more = plan(district, dataclasses.replace(asked, regional_added={"east": reason}))
    assert more.layout.subdistricts["regional_centers"].to_dict() == {"east": 2, "west": 1}
    rows = more.findings[more.findings["rule"].str.endswith("regional-per-street")]
    told = dict(zip(rows["subject"], rows["caveats"], strict=True))
    assert "regional-added" in told["east"]
    assert reason in told["east"]
    assert told["west"] is None


@pytest.mark.parametrize(
    ("added", "match"),
    [
        ({"eats": "why"}, "no street eats; the nearest is east"),
        ({"east": " "}, "write down why east"),
    ],
)
def test_what_is_added_without_street_or_reason_is_refused(lattice, added, match):
    with pytest.raises(InputError, match=match):
        plan(lattice(4, 2), Scenario(grids=0, regional_added=added))
