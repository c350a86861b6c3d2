"""Costs, room and state of sites; the budget, and what each newly covered resident costs."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridplan as gp
from gridplan.audit.verify import verify
from gridplan.district.folder.read import read_district
from gridplan.errors import InfeasibleError, InputError
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.reading.written import read_written
from gridplan.outputs.tables.tables import key_figures
from gridplan.outputs.words.telling import Telling
from gridplan.planning.centers.candidates import possible_sites
from gridplan.planning.phases.phasing import plan_phases
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

SMALL = Scenario(
    grids=0,
    regional_max=0,
    centers=3,
    center_lower=0,
    center_upper=2_500,
    center_max_minutes=2.0,
    walk_detour=1.0,
    work_limit=0.3,
    profiles=("living-circle",),
)


def with_candidates(district, cells, **columns):
    """The district with candidates in some cells, and what they cost."""
    rows = district.units.loc[cells]
    table = rows[["geometry"]].assign(unit=cells, capacity=np.nan, community=None, **columns)
    table["geometry"] = rows.geometry.centroid
    table.index = pd.Index([f"k{at}" for at in range(len(cells))], name="candidate")
    return dataclasses.replace(district, candidates=table)


def every_cell(district, **columns):
    return with_candidates(district, list(district.units.index), **columns)


def test_rejected_sites_are_never_taken_and_are_remembered(lattice):
    district = lattice(6, 4, people=100.0)
    states = ["usable"] * 24
    taken = plan(every_cell(district), SMALL).layout.centers["unit"]
    at = [district.units.index.get_loc(unit) for unit in taken]
    for place in at:
        states[place] = "rejected"
    reasons = [None if state == "usable" else "title in dispute" for state in states]
    made = plan(every_cell(district, status=states, status_reason=reasons), SMALL)
    assert not set(made.layout.centers["unit"]) & set(taken)
    gone = made.reasons.candidates.query("availability == 'rejected'")
    assert list(gone.index) == [f"k{place}" for place in sorted(at)]
    assert set(gone["availability_reason"]) == {"title in dispute"}
    assert gone["swap"].isna().all()


def test_a_house_serves_up_to_what_it_can_be_made_to_hold(lattice):
    district = every_cell(
        lattice(6, 4, people=100.0), capacity_max=np.where(np.arange(24) == 0, 900.0, np.nan)
    )
    district = dataclasses.replace(district, candidates=district.candidates.assign(capacity=500.0))
    made = plan(district, dataclasses.replace(SMALL, centers=5))
    upper = made.layout.centers.set_index("unit")["capacity_upper"]
    assert set(upper.drop(index="c0r0", errors="ignore")) <= {500.0}
    assert upper.get("c0r0", 900.0) == 900.0


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_costs_add_up(lattice_builder, seed):
    rng = np.random.default_rng(seed)
    people = rng.integers(1, 200, (4, 6)).astype(float)
    district = every_cell(
        lattice_builder(6, 4, people=people, centers=((1, 1), (4, 2))),
        cost_open=rng.integers(1, 100, 24).astype(float),
        cost_per_place=0.5,
    )
    district = dataclasses.replace(
        district,
        candidates=district.candidates.assign(capacity=300.0, capacity_max=2_500.0),
        centers=district.centers.assign(cost_close=7.0),
    )
    scenario = dataclasses.replace(SMALL, seed=seed, close=("e2",))
    made = plan(district, scenario)
    new = made.layout.centers.query("status == 'new'")
    spots = made.layout.centers.geometry
    assert made.money.opening_cost == pytest.approx(new["cost_open"].sum())
    assert made.money.closing_cost == 7.0
    more = (new["population"] - 300.0).clip(lower=0.0).sum()
    assert made.money.places_cost == pytest.approx(0.5 * more)
    total = made.money.opening_cost + 7.0 + made.money.places_cost
    assert made.money.total_cost == pytest.approx(total)

    def near(points):
        reach = 2.0 * scenario.walk_kmh * 1000 / 60
        units = district.units.geometry.centroid
        far = np.array([units.distance(point).round() for point in points]).min(axis=0)
        return district.units["population"][far <= reach].sum()

    newly = near(spots) - near(district.centers.geometry)
    assert made.money.newly_residents == pytest.approx(newly)
    if newly > 0:
        assert made.money.yuan_per_newly_resident == pytest.approx(10_000 * total / newly)


def test_nothing_is_told_where_no_layer_tells_a_cost(lattice):
    made = plan(lattice(6, 4, people=100.0), SMALL)
    assert not made.money.told
    assert not any("cost" in code or "费用" in code for code, _ in key_figures(Telling(made, "zh")))


def test_a_cost_that_is_missing_leaves_no_total(lattice):
    costs = np.where(np.arange(24) % 2 == 0, 10.0, np.nan)
    made = plan(every_cell(lattice(6, 4, people=100.0), cost_open=costs), SMALL)
    new = made.layout.centers["cost_open"]
    assert set(made.money.unknown) == set(new.index[new.isna()])
    assert (made.money.total_cost is None) == bool(new.isna().any())


@pytest.mark.parametrize(
    ("columns", "scenario", "code"),
    [
        ({}, {"budget": 100.0}, "budget-without-costs"),
        ({"cost_open": [1.0] * 23 + [np.nan]}, {"budget": 100.0}, "budget-cost-missing"),
        ({"cost_open": 1.0}, {"budget": 100.0, "close": ("e1",)}, "budget-close-missing"),
    ],
)
def test_a_budget_needs_costs(lattice, columns, scenario, code):
    district = every_cell(lattice(6, 4, people=100.0, centers=((1, 1),)), **columns)
    with pytest.raises(InputError) as error:
        plan(district, dataclasses.replace(SMALL, **scenario))
    assert [problem.code for problem in error.value.problems] == [code]


def test_a_budget_below_the_cheapest_sites_is_refused_with_the_least(lattice):
    district = every_cell(lattice(6, 4, people=100.0), cost_open=np.arange(10.0, 34.0))
    with pytest.raises(InfeasibleError, match="33") as error:
        plan(district, dataclasses.replace(SMALL, budget=32.0))
    assert error.value.problems[0].code == "budget-too-small"
    assert error.value.proven


def test_columns_that_contradict_one_another_are_told_together(lattice):
    district = every_cell(lattice(6, 4, people=100.0, centers=((1, 1),)), capacity_max=100.0)
    district = dataclasses.replace(
        district,
        candidates=district.candidates.assign(capacity=200.0),
        centers=district.centers.assign(status="rejected"),
    )
    with pytest.raises(InputError) as error:
        possible_sites(district, SMALL)
    codes = [problem.code for problem in error.value.problems]
    assert codes == ["capacity-max-below", "center-rejected"]


def test_a_small_house_is_no_regional_center(lattice):
    district = every_cell(
        lattice(6, 4, people=100.0), floor_area=np.where(np.arange(24) % 6 < 3, 500.0, 2_000.0)
    )
    scenario = dataclasses.replace(
        SMALL, centers=4, regional_max=1, regional_floor_area_min=1_000, center_upper=900
    )
    made = plan(district, dataclasses.replace(scenario, regional_min=0))
    regional = made.layout.centers.query("`class` == 'regional'")
    assert len(regional)
    assert (regional["floor_area"] >= 1_000).all()


@pytest.fixture(scope="module")
def written(tiny_writer, tmp_path_factory):
    folder = tiny_writer(tmp_path_factory.mktemp("money") / "tiny")
    rows = [
        "候选点编号,x,y,开办费用(万元),每人扩容费用,服务能力,扩容后服务能力,用房来源,状态,否决原因"
    ]
    for number in range(24):
        column, row = number % 6, number // 6
        x, y = 490_100 + 200 * column, 2_520_100 + 200 * row
        state = {3: "否决", 8: "待核"}.get(number, "可用")
        reason = "产权纠纷" if number == 3 else ""
        rows.append(f"K{number},{x},{y},{100 + number},0.02,8000,12000,购置,{state},{reason}")
    (folder / "candidates.csv").write_text("\n".join(rows), encoding="utf-8")
    layer = '\n[layers.candidates]\nfile = "candidates.csv"\ncrs = "EPSG:4547"\n'
    with (folder / "district.toml").open("a", encoding="utf-8") as file:
        file.write(layer + 'label = "modelled"\nsource = "drawn for tests"\n')
    scenario = Scenario(
        centers=6,
        center_lower=5_000,
        center_upper=20_000,
        center_max_minutes=4.0,
        budget=2_000.0,
        work_limit=0.2,
        profiles=("living-circle",),
    )
    made = gp.plan(folder, scenario)
    out = folder.parent / "out"
    write_plan(made, out, lang="zh")
    return folder, out, made


def test_a_planners_table_is_read(written):
    folder, _, _ = written
    candidates = read_district(folder).candidates
    assert list(candidates["status"].iloc[[2, 3, 8]]) == ["usable", "rejected", "unverified"]
    assert candidates["cost_open"].iloc[3] == 103.0
    assert candidates["status_reason"].iloc[3] == "产权纠纷"


def test_money_is_written_read_back_and_audited(written):
    folder, out, made = written
    assert made.money.total_cost is not None
    assert made.money.total_cost <= 2_000
    back = read_written(out).money
    assert back.total_cost == pytest.approx(made.money.total_cost)
    assert verify(out, district=folder).sound
    figures = dict(key_figures(Telling(made, "zh")))
    assert figures["总费用"].endswith("（上限 2,000.0 万元）")
    assert "K3" in made.why("K3")
    assert "产权纠纷" in made.why("K3", lang="en")


def test_a_site_waits_until_it_is_ready_and_a_phase_has_a_budget(lattice):
    district = every_cell(lattice(4, 2, people=100.0), cost_open=np.arange(1.0, 9.0))
    ready = np.where(np.arange(8) < 4, 2027.0, 2030.0)
    district = dataclasses.replace(district, candidates=district.candidates.assign(ready=ready))
    rows = [
        {"year": 2027, "centers": 2, "budget": 5.0},
        {"year": 2029, "centers": 3},
        {"year": 2031, "centers": 4},
    ]
    made = plan_phases(district, dataclasses.replace(SMALL, centers=None, phases=rows))
    first, second, last = (one.plan.layout.centers for one in made.phases)
    assert set(first["ready"]) == set(second["ready"]) == {2027.0}
    assert first["cost_open"].sum() <= 5.0
    assert set(first["unit"]) <= set(second["unit"]) <= set(last["unit"])


def least_by_hand(district, costs, budget, number):
    """Least person-metres over all sets of sites that the budget allows; None where none is."""
    spots = district.units.geometry.centroid
    people = district.units["population"].to_numpy()
    far = np.array([spots.distance(spot).round() for spot in spots])
    found = [
        float(people @ far[list(chosen)].min(axis=0))
        for chosen in itertools.combinations(range(len(spots)), number)
        if costs[list(chosen)].sum() <= budget
    ]
    return min(found, default=None)


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), share=st.floats(0.0, 1.0))
def test_the_best_within_a_budget_is_that_of_all_sets(lattice_builder, seed, share):
    rng = np.random.default_rng(seed)
    people = rng.integers(1, 200, (3, 3)).astype(float)
    costs = rng.integers(1, 50, 9).astype(float)
    district = every_cell(lattice_builder(3, 3, people=people), cost_open=costs)
    dear, cheap = (np.sort(costs)[::step][:3].sum() for step in (-1, 1))
    budget = float(round(cheap + share * (dear - cheap)))
    scenario = dataclasses.replace(SMALL, center_upper=100_000, budget=budget, seed=seed)
    best = least_by_hand(district, costs, budget, 3)
    made = plan(district, scenario)
    assert made.money.total_cost <= budget + 1e-9
    assert made.certificates["centers"].objective == pytest.approx(best)
    assert made.certificates["centers"].bound <= best + 1e-6


@pytest.mark.parametrize("objective", ["distance", "coverage", "fewest", "farthest"])
def test_more_money_is_never_worse(lattice, objective):
    rng = np.random.default_rng(5)
    people = rng.integers(1, 200, (3, 3)).astype(float)
    costs = rng.integers(1, 50, 9).astype(float)
    district = every_cell(lattice(3, 3, people=people), cost_open=costs)
    aims = []
    for budget in (costs.min() * 3 + 30, 200.0):
        scenario = dataclasses.replace(
            SMALL,
            center_upper=100_000,
            budget=float(budget),
            center_objective=objective,
            center_coverage_target=60.0,
            center_max_minutes=1.5,
        )
        made = plan(district, scenario)
        assert made.money.total_cost <= budget + 1e-9
        aims.append([proof.objective for proof in made.certificates.values()])
    assert aims[1] <= aims[0]


def test_places_count_towards_the_budget(lattice):
    """The nearest sites must be enlarged; cheaper ones farther away need not be."""
    people = np.array([[500.0, 100.0, 100.0, 100.0, 500.0]])
    district = lattice(5, 1, people=people, streets=["a"] * 5)
    district = every_cell(district, cost_open=10.0, cost_per_place=1.0, capacity_max=2_000.0)
    room = [500.0, 800.0, 100.0, 800.0, 500.0]
    district = dataclasses.replace(district, candidates=district.candidates.assign(capacity=room))
    free = plan(district, dataclasses.replace(SMALL, centers=2))
    tight = plan(district, dataclasses.replace(SMALL, centers=2, budget=20.0))
    assert free.money.places_cost > 0
    assert tight.money.places_cost == 0
    assert tight.money.total_cost == 20.0
    proof = tight.certificates["centers"]
    assert proof.bound <= free.certificates["centers"].objective + 1e-6


def test_a_budget_that_the_band_does_not_allow_is_refused_with_what_would_do(lattice):
    """Only the dear sites in the corners are large enough for the band."""
    district = lattice(4, 1, people=500.0, streets=["a"] * 4)
    costs = np.array([90.0, 10.0, 10.0, 90.0])
    district = every_cell(district, cost_open=costs)
    room = [2_000.0, 600.0, 600.0, 2_000.0]
    district = dataclasses.replace(district, candidates=district.candidates.assign(capacity=room))
    with pytest.raises(InfeasibleError) as error:
        plan(district, dataclasses.replace(SMALL, centers=2, budget=60.0))
    (problem,) = error.value.problems
    assert problem.code == "budget-clash"
    assert problem.values["least"] >= 100.0
    (remedy,) = [remedy for remedy in problem.remedies if remedy.key == "budget"]
    assert 100.0 <= remedy.value <= problem.values["least"]
