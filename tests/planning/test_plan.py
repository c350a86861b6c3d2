"""Plans of districts small enough to work out by hand, and demands that clash."""

import dataclasses
import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.errors import InfeasibleError, InputError
from gridplan.planning.access import access_table
from gridplan.planning.comparing.changes import changed_units
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

SMALL = Scenario(
    grids=2,
    grid_tolerance=0.25,
    center_lower=300,
    center_upper=900,
    candidates_per_community=3,
    regional_min=1,
    regional_max=2,
    regional_subdistrict_population=1000,
    work_limit=0.3,
)


def smaller(**changes):
    return dataclasses.replace(SMALL, **changes)


def codes(error):
    return [problem.code for problem in error.value.problems]


@pytest.fixture
def district(lattice):
    """Six columns, four rows of 100 residents; leads in the lower corners; a center in each."""
    return lattice(6, 4, leads=[(0, 0), (5, 0)], centers=[(0, 0), (5, 3)])


def test_a_plan_keeps_every_promise(district):
    made = plan(district, SMALL)
    layout, units = made.layout, made.layout.units
    assert set(units["grid"]) == {"G1", "G2"}
    assert layout.grids["contiguous"].all()
    assert layout.grids["population"].sum() == district.population
    assert (layout.grids["deviation"].abs() <= 0.25).all()
    loads = district.units["population"].groupby(units["center"]).sum()
    assert (layout.centers["population"] == loads.reindex(layout.centers.index)).all()
    assert layout.centers["population"].between(300, 900).all()
    assert {"e1", "e2"} <= set(layout.centers.index)
    assert (units["center"].map(layout.centers["grid"]) == units["grid"]).all()
    assert (units["regional_center"].map(layout.centers["class"]) == "regional").all()
    assert layout.subdistricts["regional_centers"].between(1, 2).all()
    assert [group.lead for group in layout.groups] == list(layout.grids["lead"])
    named = sorted(center for group in layout.groups for center in group.centers)
    assert named == sorted(layout.centers.index)
    assert set(made.certificates) == {"grids", "centers", "regional"}


def test_the_grids_are_the_best_there_are(district):
    """Against every contiguous cut of a 4 by 2 corner with its leads in place."""
    made = plan(district, smaller(grid_tolerance=0.1, regional_max=0))
    proof = made.certificates["grids"]
    assert proof.bound <= proof.objective + 1e-6
    assert proof.gap <= 0.05


def test_enumeration_of_a_tiny_district(lattice):
    people = np.array([[3.0, 1, 2], [2, 2, 4]])
    tiny = lattice(3, 2, people=people, leads=[(0, 0), (2, 1)])
    scenario = smaller(
        center_lower=1, center_upper=14, regional_max=0, centers=2, grid_tolerance=0.3
    )
    made = plan(tiny, scenario)
    names = list(tiny.units.index)
    graph = nx.Graph()
    for one, other in itertools.combinations(names, 2):
        (a, b), (c, d) = (tuple(map(int, n[1:].split("r"))) for n in (one, other))
        if abs(a - c) + abs(b - d) == 1:
            graph.add_edge(one, other)
    residents = tiny.units["population"]
    ways = {lead: nx.single_source_shortest_path_length(graph, lead) for lead in ("c0r0", "c2r1")}
    best = np.inf
    for choice in itertools.product(("c0r0", "c2r1"), repeat=6):
        given_to = dict(zip(names, choice, strict=True))
        parts = [[n for n in names if given_to[n] == lead] for lead in ways]
        if any(lead not in part for lead, part in zip(ways, parts, strict=True)):
            continue
        if not all(nx.is_connected(graph.subgraph(part)) for part in parts):
            continue
        if any(abs(residents[part].sum() / 7 - 1) > 0.3 for part in parts):
            continue
        best = min(best, sum(residents[n] * 100 * ways[given_to[n]][n] for n in names))
    assert made.certificates["grids"].objective == best
    assert made.certificates["grids"].status == "optimal"


def test_units_without_residents_belong_too(lattice):
    people = np.where(np.arange(24).reshape(4, 6) % 2 == 0, 200.0, 0.0)
    made = plan(lattice(6, 4, people=people, leads=[(0, 0), (5, 0)]), SMALL)
    assert made.layout.units["grid"].notna().all()
    assert made.layout.units["center"].isin(made.layout.centers.index).all()
    assert made.layout.centers["population"].sum() == people.sum()


def test_an_island_belongs_to_a_grid_and_is_reported(lattice):
    gap = np.nan
    people = np.full((4, 7), 100.0)
    people[:, 5] = gap
    made = plan(lattice(7, 4, people=people, leads=[(0, 0), (4, 0)]), smaller(regional_max=0))
    assert "island-linked" in [note.code for note in made.notes]
    island = made.layout.units.index.str.startswith("c6")
    assert made.layout.units.loc[island, "grid"].nunique() == 1
    pieces = made.layout.grids["pieces"]
    assert sorted(pieces) == [1, 2]
    assert list(made.layout.grids["contiguous"]) == list(pieces == 1)


def test_centers_alone(district):
    made = plan(district, smaller(grids=0, regional_max=0))
    assert made.layout.grids.empty
    assert made.layout.units["grid"].isna().all()
    assert set(made.certificates) == {"centers"}
    unknown = made.findings[made.findings["rule"] == "coverage"]["passed"]
    assert list(unknown) == [None]


def test_access_is_measured_for_the_district_and_each_street(district):
    made = plan(district, SMALL)
    access, units = access_table(made.layout, SMALL), made.layout.units
    assert list(access.index) == ["000000", "east", "west"]
    metres, people = units["metres_to_center"], district.units["population"]
    assert access.loc["000000", "mean_metres"] == pytest.approx(np.average(metres, weights=people))
    west = units["subdistrict"] == "west"
    assert access.loc["west", "residents"] == people[west].sum()
    assert access.loc["west", "max_metres"] == metres[west].max()
    apart = np.abs(metres.to_numpy()[:, None] - metres.to_numpy()[None]).mean() / 2
    assert access.loc["000000", "gini"] == pytest.approx(apart / metres.mean())
    away = np.abs(metres - metres.mean()).mean()
    assert access.loc["000000", "mean_deviation_metres"] == pytest.approx(away)
    spread = metres.std(ddof=0) / metres.mean()
    assert access.loc["000000", "variation"] == pytest.approx(spread)


def test_equity_takes_from_the_mean_to_spare_the_farthest(district):
    nearby = smaller(center_max_minutes=2, regional_max=0, centers=4)
    even = dataclasses.replace(nearby, center_objective="equity", center_equity=1.0)
    one, other = (
        access_table(plan(district, scenario).layout, scenario).iloc[0]
        for scenario in (nearby, even)
    )
    near = 2 * nearby.walk_kmh * 1000 / 60 / nearby.walk_detour
    assert one["mean_metres"] <= other["mean_metres"]
    assert max(0, other["max_metres"] - near) <= max(0, one["max_metres"] - near)


def test_a_closed_center_is_gone(district):
    made = plan(district, smaller(close=("e2",)))
    assert "e2" not in made.layout.centers.index


def test_a_named_lead_leads(lattice):
    three = lattice(6, 4, leads=[(0, 0), (2, 0), (5, 0)])
    made = plan(three, smaller(grid_leads=("h2",)))
    assert "h2" in set(made.layout.grids["lead"])
    assert len(made.layout.grids) == 2


@pytest.mark.parametrize("grain", ["community", "subdistrict"])
def test_the_grain_stays_whole(district, grain):
    made = plan(district, smaller(grid_grain=grain))
    counts = made.layout.units["grid"].groupby(district.units[grain]).nunique()
    assert (counts == 1).all()


@given(seed=st.integers(0, 30))
@settings(max_examples=8)
def test_any_population_is_covered_once(lattice_builder, seed):
    people = np.random.default_rng(seed).integers(0, 300, (4, 6)).astype(float)
    people[3, 0] = people[3, 5] = 100
    scenario = smaller(center_lower=1, center_upper=3000, grid_tolerance=0.6, centers=4, seed=seed)
    made = plan(lattice_builder(6, 4, people=people, leads=[(0, 0), (5, 0)]), scenario)
    assert made.layout.grids["contiguous"].all()
    assert made.layout.centers["population"].sum() == people.sum()
    assert made.layout.units[["grid", "center", "regional_center"]].notna().all().all()


def test_order_of_the_inputs_changes_nothing(district):
    turned = dataclasses.replace(district, units=district.units.iloc[::-1])
    one, other = plan(district, SMALL), plan(turned, SMALL)
    assert one.certificates["grids"].objective == other.certificates["grids"].objective
    assert changed_units(one.layout, one.layout).empty


def test_who_changes_grid_does_not_depend_on_names(district):
    one = plan(district, SMALL).layout
    swapped = one.units.assign(grid=one.units["grid"].map({"G1": "G2", "G2": "G1"}))
    assert changed_units(one, dataclasses.replace(one, units=swapped)).empty
    moved = one.units.copy()
    moved.iloc[0, 0] = "G2" if moved.iloc[0, 0] == "G1" else "G1"
    changed = changed_units(one, dataclasses.replace(one, units=moved))
    assert changed["population"].sum() == 100


def test_telling_true_stops_with_what_there_is(district):
    told = []

    def tell(stage, progress):
        told.append((stage, progress.fraction))
        return True

    made = plan(district, SMALL, progress=tell)
    assert {stage for stage, _ in told} >= {"centers"}
    assert made.layout.centers["population"].between(300, 900).all()


# Demands that clash: each says which, with the numbers, and what would help.


def test_more_centers_than_residents_fill(district):
    with pytest.raises(InfeasibleError, match=r"9 centers of at least 300.* at most 8") as error:
        plan(district, smaller(centers=9))
    assert codes(error) == ["too-many-centers"]


def test_fewer_centers_than_residents_need(district):
    with pytest.raises(InfeasibleError, match=r"at least 3 are needed.*tried.*centers = 3"):
        plan(district, smaller(centers=2))


def test_no_hospital_may_lead(lattice):
    with pytest.raises(InfeasibleError, match=r"none marked eligible.*grids = 0"):
        plan(lattice(4, 4, leads=[]), SMALL)


def test_more_grids_than_leads(district):
    with pytest.raises(InfeasibleError, match=r"3 grids are asked for.*only 2.*grids = 2\)"):
        plan(district, smaller(grids=3))


def test_a_tolerance_no_partition_meets(lattice):
    people = np.full((2, 4), 10.0)
    people[1, 0] = 500
    lopsided = lattice(4, 2, people=people, leads=[(0, 0), (3, 0)])
    with pytest.raises(InfeasibleError, match="tolerance") as error:
        plan(lopsided, smaller(grid_tolerance=0.05, center_lower=0))
    assert codes(error)[0].startswith("balance-impossible")


def test_the_least_tolerance_that_would_do_is_told(lattice):
    people = np.array([[100.0, 100.0, 100.0, 100.0, 10.0]])
    # 300 residents reach only the first lead, 110 only the second: 95 from the mean of 205.
    lopsided = lattice(5, 1, people=people, leads=[(2, 0), (3, 0)])
    with pytest.raises(InfeasibleError, match=r"below 46\.4 % none exists"):
        plan(lopsided, smaller(grid_tolerance=0.2, center_lower=0))


def test_a_parent_too_large_to_stay_whole(lattice):
    uneven = lattice(6, 4, leads=[(0, 0), (5, 0)], streets=["big"] * 5 + ["small"])
    with pytest.raises(InfeasibleError, match="'big' has 2000 residents and must not be split"):
        plan(uneven, smaller(grid_grain="subdistrict"))


def test_leads_in_one_unit_that_must_stay_whole(lattice):
    together = lattice(6, 4, leads=[(0, 0), (1, 1)])
    with pytest.raises(InfeasibleError, match="stand in one") as error:
        plan(together, smaller(grid_grain="community", grid_tolerance=0.4))
    assert error.value.problems[0].values["names"] == together.hospitals["name"].tolist()


def test_too_few_residents_for_the_regional_centers_of_all_streets(district):
    with pytest.raises(
        InfeasibleError, match=r"2 regional centers.*2000.*4000.*only 2400"
    ) as error:
        plan(district, smaller(regional_population_min=2000))
    assert error.value.proven


def test_a_lead_that_does_not_exist_or_may_not_lead(district):
    with pytest.raises(InputError, match="did you mean 'h2'"):
        plan(district, smaller(grid_leads=("h22",)))
    barred = dataclasses.replace(
        district, hospitals=district.hospitals.assign(eligible=[True, False])
    )
    with pytest.raises(InfeasibleError, match="Hospital 2, are not marked eligible"):
        plan(barred, smaller(grids=1, grid_leads=("h2",)))


def test_an_unknown_profile_is_told_before_any_work(district):
    with pytest.raises(InputError, match="living-circle"):
        plan(district, smaller(profiles=("living-circus",)))


def test_no_residents_at_all(lattice):
    with pytest.raises(InputError, match="no residents"):
        plan(lattice(2, 2, people=0.0), SMALL)


def test_infeasibility_is_said_in_chinese_too(district):
    with pytest.raises(InfeasibleError) as error:
        plan(district, smaller(centers=9))
    assert "最多可设 8 个" in error.value.text("zh")
