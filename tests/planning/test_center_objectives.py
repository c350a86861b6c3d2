"""What centers are placed for, against every layout there is of districts of nine units at most."""

import dataclasses
from itertools import combinations, product

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from gridplan.errors import InfeasibleError, InputError
from gridplan.planning.centers.centers import plan_centers
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

# At 57.7 straight metres a minute, two minutes reach the cell itself and those beside it.
ASKED = Scenario(
    grids=0,
    regional_max=0,
    center_max_minutes=2,
    candidates_per_community=9,
    work_limit=0.5,
    center_lower=0,
    center_upper=10_000,
)


def drawn(builder, seed):
    """Six or nine cells, some far away, and perhaps a center that exists."""
    rng = np.random.default_rng(seed)
    shape = [(2, 3), (3, 3), (1, 8)][rng.integers(3)]
    centers = [(0, 0)] if rng.random() < 0.5 else []
    people = rng.integers(50, 150, shape).astype(float)
    return builder(shape[1], shape[0], people=people, centers=centers)


def layouts(district, scenario, number):
    """
    Every choice of sites with every assignment in the band.

    Residents left and beyond, distance, longest, and what exceeds the walk, as it is and squared.
    """
    people = district.units["population"].to_numpy()
    metres = np.round(
        np.hypot(*(district.centroids[:, None] - district.centroids[None]).transpose(2, 0, 1))
    )
    kept = set(district.units.index.get_indexer(district.centers["unit"]))
    walk = scenario.center_max_minutes * scenario.walk_kmh * 1000 / 60 / scenario.walk_detour
    picks = np.array(list(product(range(number), repeat=len(people))))
    load = np.stack([(picks == k) @ people for k in range(number)], axis=1)
    inside = (load >= scenario.center_lower) & (load <= scenario.center_upper)
    picks = picks[inside.all(axis=1)]
    found = []
    for sites in combinations(range(len(people)), number):
        if not kept <= set(sites):
            continue
        walked = metres[np.arange(len(people)), np.array(sites)[picks]]
        left = people[(metres[:, sites] > walk).all(axis=1)].sum()
        limit = scenario.center_max_metres or 2 * walk
        beyond, distance = (walked > limit) @ people, walked @ people
        longest, more = walked.max(axis=1, initial=0), np.maximum(0.0, walked - walk)
        alike = np.full(len(picks), left)
        found.append(
            np.stack([alike, beyond, distance, longest, more @ people, more**2 @ people], axis=1)
        )
    return np.concatenate(found) if found else np.zeros((0, 6))


def figures(district, scenario, centers):
    """The same four figures of a plan, counted anew."""
    people = district.units["population"].to_numpy()
    places = np.column_stack([centers.sites.geometry.x, centers.sites.geometry.y])
    metres = np.round(np.hypot(*(district.centroids[:, None] - places[None]).transpose(2, 0, 1)))
    walk = scenario.center_max_minutes * scenario.walk_kmh * 1000 / 60 / scenario.walk_detour
    walked = centers.metres_to_center.to_numpy()
    limit = scenario.center_max_metres or 2 * walk
    left = people[(metres > walk).all(axis=1)].sum()
    return left, people[walked > limit].sum(), people @ walked, walked.max()


def banded(district, band, number):
    """A band that leaves room, or is tight enough to bind."""
    each = district.population / number
    lower, upper = (int(0.75 * each), int(1.3 * each) + 1) if band else (0, 10_000)
    return {"center_lower": lower, "center_upper": upper, "centers": number}


def proofs_hold(proof, value, best):
    assert proof.objective == pytest.approx(value)
    assert proof.bound is None or proof.bound <= best + 1e-6 * max(1.0, best)
    if proof.status == "optimal":
        assert value == pytest.approx(best)


@settings(max_examples=12, phases=[Phase.generate])
@given(seed=st.integers(0, 10_000), number=st.integers(2, 3), band=st.booleans())
def test_coverage_is_the_most_of_all_layouts_and_then_the_distance_is_least(
    lattice_builder, seed, number, band
):
    district = drawn(lattice_builder, seed)
    scenario = dataclasses.replace(
        ASKED, center_objective="coverage", **banded(district, band, number)
    )
    every = layouts(district, scenario, number)
    if not len(every):
        with pytest.raises(InfeasibleError):
            plan_centers(district, scenario, None)
        return
    centers = plan_centers(district, scenario, None)
    left, beyond, distance, _ = figures(district, scenario, centers)
    best = min(map(tuple, every[:, [1, 0, 2]]))
    assert (beyond, left, distance) == pytest.approx(best)
    proofs_hold(centers.steps["coverage"], left, every[every[:, 1] <= beyond][:, 0].min())
    if beyond:
        proofs_hold(centers.steps["beyond"], beyond, every[:, 1].min())
    alike = every[(every[:, 0] <= left) & (every[:, 1] <= beyond)]
    proofs_hold(centers.certificate, distance, alike[:, 2].min())
    assert set(district.centers.index) <= set(centers.sites.index)


@settings(max_examples=8, phases=[Phase.generate])
@given(seed=st.integers(0, 10_000), target=st.integers(55, 100), band=st.booleans())
def test_fewest_reaches_the_target_with_no_center_too_many(lattice_builder, seed, target, band):
    district = drawn(lattice_builder, seed)
    bounds = banded(district, band, 2) | {"centers": 3}
    scenario = dataclasses.replace(
        ASKED, center_objective="fewest", center_coverage_target=target, **bounds
    )
    allowed = district.population * (1 - target / 100) + 1e-6
    every = {n: layouts(district, scenario, n) for n in (1, 2, 3)}
    fit = {n: rows[rows[:, 0] <= allowed] for n, rows in every.items()}
    enough = [n for n, rows in fit.items() if len(rows)]
    if not enough:
        with pytest.raises(InfeasibleError, match="coverage"):
            plan_centers(district, scenario, None)
        return
    centers = plan_centers(district, scenario, None)
    left, _, distance, _ = figures(district, scenario, centers)
    assert left <= allowed
    proofs_hold(centers.steps["fewest"], len(centers.sites), min(enough))
    assert len(centers.sites) == min(enough)
    proofs_hold(centers.certificate, distance, fit[len(centers.sites)][:, 2].min())


@settings(max_examples=8, phases=[Phase.generate])
@given(seed=st.integers(0, 10_000), number=st.integers(2, 3), band=st.booleans())
def test_the_longest_way_is_the_shortest_of_all_layouts(lattice_builder, seed, number, band):
    district = drawn(lattice_builder, seed)
    scenario = dataclasses.replace(
        ASKED, center_objective="farthest", **banded(district, band, number)
    )
    every = layouts(district, scenario, number)
    if not len(every):
        with pytest.raises(InfeasibleError):
            plan_centers(district, scenario, None)
        return
    centers = plan_centers(district, scenario, None)
    _, _, distance, longest = figures(district, scenario, centers)
    assert longest == every[:, 3].min()
    proofs_hold(centers.steps["farthest"], longest, every[:, 3].min())
    proofs_hold(centers.certificate, distance, every[every[:, 3] <= longest][:, 2].min())


@settings(max_examples=8, phases=[Phase.generate])
@given(seed=st.integers(0, 10_000), power=st.integers(1, 2), band=st.booleans())
def test_equity_is_the_least_of_all_layouts(lattice_builder, seed, power, band):
    """At every weight; and the more it weighs, the less exceeds the walk."""
    district = drawn(lattice_builder, seed)
    every = None
    walk = ASKED.center_max_minutes * ASKED.walk_kmh * 1000 / 60 / ASKED.walk_detour
    before = np.inf
    for weight in (0.25, 0.5, 0.9, 1.0):
        scenario = dataclasses.replace(
            ASKED, center_objective="equity", center_equity=weight, center_equity_power=power,
            **banded(district, band, 2),
        )  # fmt: skip
        every = layouts(district, scenario, 2) if every is None else every
        if not len(every):
            return
        centers = plan_centers(district, scenario, None)
        people, walked = district.units["population"].to_numpy(), centers.metres_to_center
        more = people @ np.maximum(0.0, walked.to_numpy() - walk) ** power
        unease = 5.0 * every[:, 3 + power] / walk ** (power - 1)
        value = (1 - weight) * (people @ walked) + weight * 5.0 * more / walk ** (power - 1)
        best = ((1 - weight) * every[:, 2] + weight * unease).min()
        assert value == pytest.approx(best)
        proofs_hold(centers.certificate, value, best)
        assert centers.certificate.unit == "person-metres-and-unease"
        assert more <= before + 1e-6
        before = more


def test_the_weight_of_equity_is_for_equity_alone(lattice_builder):
    district = drawn(lattice_builder, 7)
    one, other = (
        plan_centers(district, dataclasses.replace(ASKED, centers=2, center_equity=weight), None)
        for weight in (0.0, 1.0)
    )
    assert one.certificate.objective == other.certificate.objective
    assert other.certificate.unit == "person-metres"


@settings(max_examples=10, phases=[Phase.generate])
@given(seed=st.integers(0, 10_000), limit=st.sampled_from([90, 150, 250]))
def test_a_limit_is_kept_by_as_many_residents_as_can_be(lattice_builder, seed, limit):
    district = drawn(lattice_builder, seed)
    scenario = dataclasses.replace(ASKED, center_max_metres=limit, **banded(district, True, 2))
    every = layouts(district, scenario, 2)
    if not len(every):
        return
    centers = plan_centers(district, scenario, None)
    _, beyond, distance, _ = figures(district, scenario, centers)
    assert (beyond, distance) == pytest.approx(min(map(tuple, every[:, [1, 2]])))
    assert ("beyond" in centers.steps) == bool(beyond)


def test_more_centers_never_reach_fewer(lattice_builder):
    district = drawn(lattice_builder, 7)
    # Without a limit that comes before coverage.
    scenario = dataclasses.replace(ASKED, center_objective="coverage", center_max_metres=10_000)
    found = [
        plan_centers(district, dataclasses.replace(scenario, centers=n), None).steps["coverage"]
        for n in range(1, 6)
    ]
    proven = [proof.objective for proof in found if proof.status == "optimal"]
    assert proven == sorted(proven, reverse=True)
    assert len(proven) == 5


def test_residents_near_a_center_of_a_neighbour_need_none(lattice_builder):
    district = lattice_builder(8, 1, people=100.0)
    outside = gpd.GeoDataFrame(
        {"name": ["Next door"], "name_en": [None]},
        index=pd.Index(["x1"], name="center"),
        geometry=[Point(850, 50)],
        crs=district.crs,
    )
    district = dataclasses.replace(district, outside_centers=outside)
    scenario = dataclasses.replace(ASKED, center_objective="coverage", centers=2)
    centers = plan_centers(district, scenario, None)
    # The last cell is near it; seven are left, of which two centers reach six.
    assert centers.steps["coverage"].objective == 100.0
    assert centers.steps["coverage"].status == "optimal"


def test_steps_stand_before_the_distance_and_in_the_layout(lattice):
    district = lattice(6, 4, leads=[(0, 0), (5, 0)], centers=[(0, 0), (5, 3)])
    scenario = dataclasses.replace(
        ASKED, grids=2, grid_tolerance=0.25, center_objective="coverage", centers=4,
        regional_max=2, regional_subdistrict_population=1000, center_lower=300, center_upper=900,
    )  # fmt: skip
    made = plan(district, scenario)
    assert list(made.certificates) == ["grids", "coverage", "centers", "regional"]
    near = (
        made.layout.units["metres_to_nearest_center"]
        > 2 * scenario.walk_kmh * 1000 / 60 / scenario.walk_detour
    )
    left = district.units["population"][near].sum()
    assert made.certificates["coverage"].objective == left
    assert made.layout.centers["population"].between(300, 900).all()


def test_a_target_out_of_reach_is_refused_with_what_can_be_reached(lattice):
    district = lattice(8, 1, people=100.0)
    scenario = dataclasses.replace(
        ASKED, center_objective="fewest", centers=2, center_coverage_target=90
    )
    with pytest.raises(InfeasibleError, match=r"at most 75 % of residents within 2 minutes"):
        plan_centers(district, scenario, None)


def test_an_unknown_objective_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="coverage"):
        Scenario(center_objective="covrage")


@pytest.mark.parametrize("seed", range(4))
def test_coverage_by_the_center_assigned_is_the_most_of_all_layouts(lattice_builder, seed):
    district = drawn(lattice_builder, seed)
    asked = dataclasses.replace(
        ASKED,
        **banded(district, True, 2),
        work_limit=1.0,
        center_objective="coverage",
        center_coverage_of="assigned",
    )
    walk = 2 * 4.5 * 1000 / 60 / 1.3
    table = layouts(district, dataclasses.replace(asked, center_max_metres=int(walk)), 2)
    if not len(table):
        pytest.skip("no layout in the band")
    beyond, distance = table[:, 1], table[:, 2]
    found = plan_centers(district, asked, None)
    people = district.units["population"].to_numpy()
    far = float(people[found.metres_to_center.to_numpy() > walk].sum())
    assert far == pytest.approx(beyond.min())
    assert found.certificate.objective == pytest.approx(distance[beyond == beyond.min()].min())
    if far:
        step = found.steps["beyond"]
        assert (step.objective, step.bound) == (pytest.approx(far), pytest.approx(far, abs=far))
        assert step.bound <= far + 1e-6
