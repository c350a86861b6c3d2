"""Refusals name the true cause, claim no more than is proven, and what they advise works."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.errors import InfeasibleError, InputError
from gridplan.planning.centers.candidates import possible_sites
from gridplan.planning.centers.centers import plan_centers
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.generated import generated_sites

BASE = Scenario(grids=0, regional_max=0, candidates_per_community=3, work_limit=0.5)


def changed(**values):
    return dataclasses.replace(BASE, **values)


def refused(district, scenario):
    with pytest.raises(InfeasibleError) as caught:
        plan(district, scenario)
    return caught.value


def with_capacity(district, capacity):
    return dataclasses.replace(district, centers=district.centers.assign(capacity=capacity))


def obeyed(district, scenario, error):
    """Obey every remedy alone; each must give a plan where there is one cause only."""
    assert len(error.problems) == 1
    remedies = error.problems[0].remedies
    assert remedies
    return {remedy.key: plan(district, scenario.changed(remedy)) for remedy in remedies}


@pytest.fixture
def crowded(lattice):
    """160,000 residents on 64 units and 92,500 more in one of them."""
    people = np.full((8, 8), 2_500.0)
    people[4, 4] = 95_000
    return lattice(8, 8, people=people, leads=[(0, 0), (7, 7)])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_unit_above_the_band_is_told_the_right_way_round(crowded, lang):
    error = refused(crowded, BASE)
    assert [p.code for p in error.problems] == ["unit-above-band"]
    text = error.text(lang)
    assert text.index("95,000") < text.index("30,000")
    assert error.proven


def test_what_helps_a_unit_above_the_band(crowded):
    made = obeyed(crowded, BASE, refused(crowded, BASE))
    assert set(made) == {"band_exempt", "center_upper"}
    layout = made["band_exempt"].layout
    loads = layout.centers["population"]
    over = loads[loads > 30_000]
    assert list(over) == [95_000]
    assert crowded.units["population"][layout.units["center"] == over.index[0]].max() == 95_000
    notes = [note for note in made["band_exempt"].notes if note.code == "center-exempt"]
    assert [note.values["residents"] for note in notes] == [95_000]


def test_many_small_existing_centers_have_remedies_that_work(lattice):
    kept = [(0, 0)] * 20
    district = lattice(8, 8, people=2_500.0, leads=[(0, 0), (7, 7)], centers=kept)
    scenario = changed(grids=2, grid_tolerance=0.1)
    error = refused(district, scenario)
    assert [p.code for p in error.problems] == ["existing-too-many"]
    made = obeyed(district, scenario, error)
    assert {"close", "band_exempt"} <= set(made)
    exempt = made["band_exempt"].layout.centers
    assert (exempt["status"] == "existing").sum() == 20
    assert exempt.loc[exempt["status"] == "new", "population"].between(20_000, 30_000).all()


def test_two_candidates_are_the_only_cause(lattice):
    district = lattice(8, 8, people=2_500.0, leads=[(0, 0)])
    points = district.units.geometry.loc[["c1r1", "c6r6"]].centroid
    sites = district.candidates.reindex(["s1", "s2"]).set_geometry(points.to_numpy())
    sites = sites.assign(unit=["c1r1", "c6r6"], capacity=np.nan).set_crs(district.crs)
    district = dataclasses.replace(district, candidates=sites.rename_axis("candidate"))
    error = refused(district, BASE)
    assert [p.code for p in error.problems] == ["sites-too-small"]
    assert "only 2 possible sites" in error.text("en")
    assert "只有 2 处" in error.text("zh")
    obeyed(district, BASE, error)


def test_small_houses_plan_with_more_centers_and_are_told(lattice):
    kept = [(c, 0) for c in range(6)]
    district = with_capacity(lattice(8, 8, people=2_500.0, centers=kept), 1_000.0)
    made = plan(district, BASE)
    small = [note for note in made.notes if note.code == "center-holds-less"]
    assert {note.values["center"] for note in small} == {f"e{n}" for n in range(1, 7)}


def test_small_houses_are_the_cause_where_the_number_is_given(lattice):
    kept = [(c, 0) for c in range(6)]
    district = with_capacity(lattice(8, 8, people=2_500.0, centers=kept), 1_000.0)
    scenario = changed(centers=6)
    error = refused(district, scenario)
    assert [p.code for p in error.problems] == ["existing-capacity"]
    made = obeyed(district, scenario, error)
    assert {"enlarge", "centers"} <= set(made)
    assert made["enlarge"].layout.centers["population"].between(20_000, 30_000).all()


def test_a_street_without_room_for_its_regional_center_is_no_proof(lattice):
    # A center may serve residents of the next street: so few in one prove nothing.
    people = np.full((4, 6), 1_000.0)
    people[:, :2] = 100.0
    streets = ["small", "small", *["large"] * 4]
    district = lattice(6, 4, people=people, leads=[(0, 0)], streets=streets)
    scenario = changed(
        grids=1, center_lower=0, center_upper=9_000, regional_max=1, regional_population_min=2_000
    )
    made = plan(district, scenario)
    assert (made.layout.subdistricts["regional_centers"] == 1).all()


def test_enlarging_and_exempting_are_checked_all_at_once(lattice):
    district = with_capacity(lattice(4, 4, centers=[(0, 0), (3, 3)]), 500.0)
    scenario = changed(enlarge={"e1": 400, "e9": 600}, band_exempt=("e2", "nobody"), close=("e2",))
    with pytest.raises(InputError) as caught:
        possible_sites(district, scenario)
    codes = ["enlarge-shrinks", "enlarge-unknown", "closed-too", "exempt-unknown"]
    assert [problem.code for problem in caught.value.problems] == codes


def test_a_low_bound_asks_for_no_flood_of_candidates(lattice):
    district = lattice(20, 20, people=250.0)
    low, none = (
        len(generated_sites(district, changed(centers=4, center_lower=lower)))
        for lower in (1_000, 0)
    )
    assert none == low < 100


@settings(max_examples=15)
@given(data=st.data())
def test_a_demand_that_only_relaxes_one_already_met_is_met(lattice_builder, data):
    columns, rows = data.draw(st.integers(3, 8)), data.draw(st.integers(3, 6))
    each = data.draw(st.sampled_from([500, 1_500, 3_000]))
    random = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    people = np.round(each * random.uniform(0.5, 1.5, size=(rows, columns)))
    district = lattice_builder(columns, rows, people=people)
    number = data.draw(st.integers(1, 6))
    mean = people.sum() / number
    strict = changed(
        centers=number,
        center_lower=int(mean * data.draw(st.floats(0.5, 0.95))),
        center_upper=int(mean * data.draw(st.floats(1.1, 1.6))) + 1,
    )
    try:
        plan_centers(district, strict, None)
    except InfeasibleError:
        return
    lower = data.draw(st.sampled_from([0, 1, strict.center_lower // 3]))
    upper = data.draw(st.sampled_from([1, 2, 50])) * strict.center_upper
    plan_centers(
        district, dataclasses.replace(strict, center_lower=lower, center_upper=upper), None
    )
