"""Phases: nested sets of sites, near the best of all orders; forced and forbidden sites, growth."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.district.growth import grown
from gridplan.errors import InfeasibleError, InputError
from gridplan.planning.phases.phase import phases_of
from gridplan.planning.phases.phasing import plan_phases
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

SMALL = Scenario(
    grids=0,
    regional_max=0,
    center_lower=0,
    center_upper=100_000,
    work_limit=1.0,
    walk_detour=1.0,
    profiles=("living-circle",),
)


def in_phases(*centers, **changes):
    rows = [{"year": 2027 + at, "centers": number} for at, number in enumerate(centers)]
    return dataclasses.replace(SMALL, phases=rows, **changes)


def codes(error):
    return [problem.code for problem in error.value.problems]


def candidates(district, cells):
    """Give the district candidates in some of its cells."""
    rows = district.units.loc[cells]
    table = rows[["geometry"]].assign(unit=cells, capacity=np.nan)
    table["geometry"] = rows.geometry.centroid
    table.index = [f"k{at}" for at in range(len(cells))]
    table.index.name = "candidate"
    return dataclasses.replace(district, candidates=table)


def costs(district, cells):
    """Person-metres of every unit to every cell."""
    spots = district.units.geometry.centroid
    far = np.array([spots.distance(spots[cell]).to_numpy() for cell in cells])
    return np.round(far) * district.units["population"].to_numpy()


@pytest.mark.thorough
@settings(max_examples=12)
@given(seed=st.integers(0, 10_000))
def test_the_order_is_near_the_best_of_all(lattice_builder, seed):
    """Against every nested pair of sets of sites."""
    rng = np.random.default_rng(seed)
    people = rng.integers(1, 200, (4, 5)).astype(float)
    district = lattice_builder(5, 4, people=people, leads=[(0, 0)], centers=[(0, 0)])
    cells = [f"c{c}r{r}" for c, r in ((1, 1), (4, 0), (3, 3), (0, 3), (2, 2), (4, 3))]
    district = candidates(district, cells)
    made = plan_phases(district, in_phases(2, 4))
    table = np.vstack([costs(district, ["c0r0"]), costs(district, cells)])

    def value(some):
        return table[[0, *(at + 1 for at in some)]].min(axis=0).sum()

    pairs = [
        (first, then)
        for then in itertools.combinations(range(6), 3)
        for first in itertools.combinations(then, 1)
    ]
    best = min(value(first) + value(then) for first, then in pairs)
    first, then = made.phases
    opened = [set(one.step.opened.values()) for one in (first, then)]
    assert opened[0] < opened[1]
    told = [one.step.aims[-1] for one in (first, then)]
    for units, said in zip(opened, told, strict=True):
        assert said == pytest.approx(value([cells.index(unit) for unit in units]))
    assert best - 1e-6 <= sum(told) <= 1.1 * best
    for one, number in ((first, 1), (then, 3)):
        alone = min(value(some) for some in itertools.combinations(range(6), number))
        assert one.step.alone[-1] == pytest.approx(alone)
        assert one.regret == pytest.approx(one.step.aims[-1] / alone - 1, abs=1e-9)


def test_phases_keep_what_is_open_under_the_same_name(lattice):
    district = lattice(8, 6, people=500.0, leads=[(0, 0), (7, 5)], centers=[(0, 0), (7, 5)])
    scenario = in_phases(3, 5, 8, grids=2, grid_tolerance=0.2, regional_max=1)
    made = plan_phases(district, scenario)
    before = set()
    for one in made.phases:
        layout = one.plan.layout
        assert len(layout.centers) == one.phase.centers
        assert before <= set(layout.centers.index)
        before = set(layout.centers.index)
        assert (layout.units["grid"] == made.today.layout.units["grid"]).all()
        assert layout.centers["population"].sum() == pytest.approx(district.population)
        assert set(one.gains.index) == set(layout.centers.index) - {
            center for center in before if center not in one.gains.index
        }
    units = [one.step.opened for one in made.phases]
    assert all(units[2][name] == unit for part in units for name, unit in part.items())


def test_gains_count_residents_newly_reached(lattice):
    """A row of 10 cells of 200 m; the walk reaches 2 cells; a center stands at the left end."""
    district = lattice(10, 1, people=100.0, leads=[(0, 0)], centers=[(0, 0)])
    minutes = 2.05 * 200 / (4.5 * 1000 / 60)
    scenario = in_phases(2, center_max_minutes=minutes, candidates_per_community=10)
    (one,) = plan_phases(district, scenario).phases
    (center,) = one.gains.index
    at = int(one.step.opened[center][1:].split("r")[0])
    near = [cell for cell in range(10) if abs(cell - at) <= 2 and cell > 2]
    assert one.gains["reached"][center] == 100 * len(near)


def test_streets_grow_to_the_person(lattice):
    district = lattice(6, 4, people=101.0, leads=[(0, 0)], streets=["a"] * 3 + ["b"] * 3)
    bigger = grown(district, {"a": 1.175})
    street = district.units["subdistrict"]
    people = bigger.units["population"].groupby(street).sum()
    assert people["a"] == round(12 * 101 * 1.175)
    assert people["b"] == 12 * 101
    assert (bigger.units["population"] % 1 == 0).all()
    assert grown(district, {"a": 1.0}) is district
    with pytest.raises(InputError, match="no street of this district"):
        grown(district, {"c": 1.2})
    made = plan(district, dataclasses.replace(SMALL, centers=2, growth={"a": 1.175}))
    assert made.layout.centers["population"].sum() == people.sum()


def test_growth_of_a_phase_is_planned_for(lattice):
    district = lattice(6, 4, people=100.0, leads=[(0, 0)], streets=["a"] * 3 + ["b"] * 3)
    rows = [{"year": 2027, "centers": 1}, {"year": 2030, "centers": 2, "growth": {"a": 2.0}}]
    first, then = plan_phases(district, dataclasses.replace(SMALL, phases=rows)).phases
    assert first.plan.layout.centers["population"].sum() == 2_400
    assert then.plan.layout.centers["population"].sum() == 3_600


def test_a_forced_site_opens_and_a_barred_one_does_not(lattice):
    district = lattice(6, 4, people=100.0, leads=[(0, 0)])
    free = plan(district, dataclasses.replace(SMALL, centers=2))
    taken = str(free.layout.centers["unit"].iloc[0])
    made = plan(district, dataclasses.replace(SMALL, centers=2, not_at=[taken]))
    assert taken not in set(made.layout.centers["unit"])
    forced = plan(district, dataclasses.replace(SMALL, centers=2, open_at={"X": "c5r3"}))
    assert forced.layout.centers["unit"]["X"] == "c5r3"
    assert forced.layout.centers["status"]["X"] == "new"
    assert forced.certificates["centers"].objective >= free.certificates["centers"].objective


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"open_at": {"X": "nowhere"}}, "place-unknown"),
        ({"not_at": ["nowhere"]}, "place-unknown"),
        ({"open_at": {"e1": "c1r1"}}, "open-named-as-existing"),
        ({"open_at": {"X": "c0r0"}}, "open-where-one-is"),
        ({"open_at": {"X": "c1r1"}, "not_at": ["c1r1"]}, "open-where-barred"),
        ({"open_at": {"X": "c1r1", "Y": "c1r1"}}, "open-twice"),
    ],
)
def test_places_that_cannot_be_meant_are_refused(lattice, changes, code):
    district = lattice(6, 4, people=100.0, leads=[(0, 0)], centers=[(0, 0)])
    with pytest.raises(InputError) as error:
        plan(district, dataclasses.replace(SMALL, centers=3, **changes))
    assert codes(error) == [code]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ["phases-none"]),
        ([(2027, 3), (2027, 4)], ["phases-same-year"]),
        ([(2027, 1)], ["phase-below-kept"]),
        ([(2027, 5), (2028, 4)], ["phase-below-former"]),
        ([(2028, 4), (2027, 5)], ["phase-below-former"]),
    ],
)
def test_phases_out_of_order_are_refused(lattice, rows, expected):
    district = lattice(6, 4, leads=[(0, 0)], centers=[(0, 0), (5, 3)])
    rows = [{"year": year, "centers": number} for year, number in rows]
    with pytest.raises(InputError) as error:
        phases_of(district, dataclasses.replace(SMALL, phases=rows))
    assert codes(error) == expected


def test_the_table_of_a_phase_is_checked_like_any_key():
    with pytest.raises(InputError) as error:
        Scenario(phases=[{"year": 2027.5, "centre": 3}, {"centers": 0, "year": 2027}])
    assert codes(error) == ["unknown-key", "missing-key", "scenario-type", "scenario-range"]
    with pytest.raises(InputError, match="growth"):
        Scenario(phases=[{"year": 2027, "centers": 3, "growth": {"a": "much"}}])
    kept = Scenario(phases=[{"centers": 48, "year": 2027, "growth": {"b": 1.1, "a": 1.2}}])
    assert kept == Scenario(**{"phases": kept.as_dict()["phases"]})
    assert kept.as_dict()["phases"] == [
        {"year": 2027, "centers": 48, "growth": {"a": 1.2, "b": 1.1}}
    ]


def test_a_phase_that_cannot_be_is_refused_with_its_numbers(lattice):
    district = lattice(6, 4, people=100.0, leads=[(0, 0)])
    with pytest.raises(InfeasibleError):
        plan_phases(district, in_phases(2, 20, center_lower=300, center_upper=2000))
