"""Whose resident is whose: readings of the band, nearest first, whole communities, one piece."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from scipy import sparse

from gridplan.errors import InfeasibleError
from gridplan.optimise.siting import Prices, further_sites, shifted
from gridplan.optimise.sparse_rows import joined_rows
from gridplan.planning.centers.centers import plan_centers
from gridplan.planning.duty.one_piece import pieces_of
from gridplan.planning.scenario.scenario import Scenario

ASKED = Scenario(
    grids=0, regional_max=0, centers=2, center_lower=300, center_upper=600, work_limit=0.3
)
TINY = 1e-6


def district_of(builder, seed):
    """Nine cells or eight, two centers that exist: the sites are settled."""
    rng = np.random.default_rng(seed)
    shape = [(3, 3), (2, 4)][rng.integers(2)]
    people = rng.integers(60, 140, shape).astype(float)
    corners = [(0, 0), (int(rng.integers(1, shape[1])), int(rng.integers(1, shape[0])))]
    return builder(shape[1], shape[0], people=people, centers=corners)


def every(district):
    """All assignments to the two centers, with metres, and who is at the nearest."""
    people = district.units["population"].to_numpy()
    places = np.column_stack([district.centers.geometry.x, district.centers.geometry.y])
    metres = np.round(np.hypot(*(district.centroids[:, None] - places[None]).transpose(2, 0, 1)))
    picks = np.array(list(product(range(2), repeat=len(people))))
    walked = metres[np.arange(len(people)), picks]
    load = np.stack([(picks == k) @ people for k in range(2)], axis=1)
    past = (walked > metres.min(axis=1)) @ people
    return picks, walked @ people, load, past


def inside(load, scenario=ASKED):
    return ((load >= scenario.center_lower) & (load <= scenario.center_upper)).all(axis=1)


def outside(load, scenario=ASKED):
    low = np.clip(scenario.center_lower - load, 0, None)
    return (low + np.clip(load - scenario.center_upper, 0, None)).sum(axis=1)


def planned(district, **changes):
    return plan_centers(district, dataclasses.replace(ASKED, **changes), None)


def own(district, centers):
    return district.centers.index.get_indexer(centers.center)


@pytest.mark.parametrize("seed", range(6))
def test_nearest_first_sends_as_few_as_can_be_past_the_nearest(lattice_builder, seed):
    district = district_of(lattice_builder, seed)
    _, distance, load, past = every(district)
    some = inside(load)
    if not some.any():
        pytest.skip("no assignment in the band")
    found = planned(district, center_assignment="nearest_first")
    least = past[some].min()
    step = found.steps["elsewhere"]
    assert step.objective == pytest.approx(least)
    assert step.bound <= least + TINY
    assert found.certificate.objective == pytest.approx(distance[some & (past == least)].min())
    assert found.certificate.bound <= distance[some].min() + TINY
    balanced = planned(district)
    assert balanced.certificate.objective == pytest.approx(distance[some].min())
    told = {note.code: note.values for note in found.notes}
    if least:
        assert told["sent-past-nearest"]["residents"] == round(least)


@pytest.mark.parametrize("seed", range(4))
def test_communities_stay_whole_or_are_split_at_their_price(lattice_builder, seed):
    district = district_of(lattice_builder, seed)
    picks, distance, load, _ = every(district)
    code = np.unique(district.units["community"], return_inverse=True)[1]
    split = np.array([further_sites(code, pick) for pick in picks])
    whole = inside(load) & (split == 0)
    if whole.any():
        found = planned(district, center_grain="community")
        assert found.certificate.objective == pytest.approx(distance[whole].min())
        assert not further_sites(code, own(district, found))
    else:
        with pytest.raises(InfeasibleError):
            planned(district, center_grain="community")
    if not inside(load).any():
        return
    price = 30_000.0
    best = (distance + price * split)[inside(load)].min()
    found = planned(district, center_grain="community", center_split_price=price)
    mine = own(district, found)
    metres = found.metres_to_center.to_numpy() @ district.units["population"].to_numpy()
    assert found.certificate.objective == pytest.approx(metres + price * further_sites(code, mine))
    assert found.certificate.bound <= best + TINY
    assert found.certificate.objective >= best - TINY
    plain = planned(district)
    dearer = plain.certificate.objective + price * further_sites(code, own(district, plain))
    assert found.certificate.objective <= dearer + TINY


@pytest.mark.parametrize("seed", range(4))
def test_catchments_are_in_one_piece_at_least_distance(lattice_builder, seed):
    district = district_of(lattice_builder, seed)
    picks, distance, load, _ = every(district)
    graph = sparse.csr_array(district.contiguity)
    standing = district.units.index.get_indexer(district.centers["unit"])
    joined = np.array(
        [
            max(pieces_of(graph, pick).values()) == 1 and (pick[standing] == [0, 1]).all()
            for pick in picks
        ]
    )
    some = joined & inside(load)
    if not some.any():
        pytest.skip("no such areas")
    found = planned(district, center_contiguous="yes")
    assert max(pieces_of(graph, own(district, found)).values()) == 1
    assert found.certificate.objective == pytest.approx(distance[some].min(), rel=1e-3)
    assert found.certificate.bound <= distance[inside(load)].min() + TINY


@pytest.mark.parametrize("seed", range(3))
def test_what_is_told_of_those_sent_elsewhere_is_so_in_one_piece_too(lattice_builder, seed):
    district = district_of(lattice_builder, seed)
    try:
        found = planned(district, center_contiguous="yes", center_assignment="nearest_first")
    except InfeasibleError:
        pytest.skip("no such areas")
    told = {note.code: note.values for note in found.notes}
    past = told.get("sent-past-nearest", {"residents": 0})["residents"]
    step = found.steps["elsewhere"]
    assert round(step.objective) == past
    assert step.bound <= step.objective


@pytest.mark.parametrize("price", [0.0, 40.0, 1e5])
@pytest.mark.parametrize("seed", range(3))
def test_a_density_prices_what_is_outside_the_band(lattice_builder, seed, price):
    district = district_of(lattice_builder, seed)
    _, distance, load, _ = every(district)
    found = planned(district, band_reading="district", center_breach_price=price)
    best = (distance + price * outside(load)).min()
    assert found.certificate.bound <= best + TINY
    mine = found.sites["population"].to_numpy()[None]
    told = found.certificate.objective
    metres = found.metres_to_center.to_numpy() @ district.units["population"].to_numpy()
    assert told == pytest.approx(metres + price * outside(mine)[0])
    assert told >= best - TINY
    if inside(load).any():  # asked for less strictly, it comes no dearer
        assert told <= distance[inside(load)].min() + TINY
    if not price:
        assert told == pytest.approx(distance.min())
    assert "band-by-district" in {note.code for note in found.notes}


def test_a_mean_outside_the_band_is_refused_with_its_figures(lattice):
    district = lattice(4, 2, people=100.0, centers=[(0, 0), (3, 1)])
    for reading in ("district", "street"):
        with pytest.raises(InfeasibleError, match=r"500 to 600"):
            planned(district, band_reading=reading, center_lower=500)


def test_a_street_has_centers_for_its_mean(lattice):
    people = np.array([[300.0, 300, 100, 100], [300, 300, 100, 100]])
    district = lattice(4, 2, people=people)
    found = planned(
        district, band_reading="street", centers=4, center_lower=300, center_upper=450,
        candidates_per_community=4,
    )  # fmt: skip
    count = found.sites["subdistrict"].value_counts()
    assert (count["west"], count["east"]) == (3, 1)


def test_residents_keep_to_their_own_street_and_those_nearer_another_are_counted(lattice):
    streets = ["west", "west", "west", "east"]
    district = lattice(4, 2, people=100.0, centers=[(0, 0), (3, 0)], streets=streets)
    free = planned(district, center_within="district", center_lower=0)
    own_street = planned(district, center_within="subdistrict", center_lower=0)
    assert set(free.center[["c2r0", "c2r1"]]) == {"e2"}
    assert set(own_street.center[district.units["subdistrict"] == "west"]) == {"e1"}
    told = {note.code: note.values for note in own_street.notes}
    assert told["own-street-kept"]["residents"] == 200
    assert own_street.certificate.status == "optimal"


def test_a_street_without_any_center_may_go_to_others(lattice):
    district = lattice(4, 2, people=100.0, centers=[(0, 0), (1, 0)])
    found = planned(district, center_within="subdistrict", center_lower=0, center_upper=900)
    assert set(found.center[district.units["subdistrict"] == "east"]) <= {"e1", "e2"}
    more = planned(
        district, center_within="subdistrict", center_lower=0, center_upper=900, centers=3
    )
    assert set(more.sites["subdistrict"]) == {"west", "east"}
    east = district.units["subdistrict"] == "east"
    assert not set(more.center[east]) & {"e1", "e2"}


def test_rows_are_joined_where_all_have_an_entry():
    table = sparse.csr_array(np.array([[1.0, 2, 0], [3, 4, 5], [6, 0, 7]]))
    both = joined_rows(table, np.array([0, 0, 1]))
    assert both.toarray().tolist() == [[4, 6, 0], [6, 0, 7]]
    assert joined_rows(table, np.array([0, 0, 1]), most=True).toarray()[0].tolist() == [3, 4, 0]


@pytest.mark.parametrize("seed", range(5))
def test_shifts_never_come_dearer_and_tell_what_they_paid(seed):
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 100, (12, 4))
    demand = rng.integers(1, 9, 12).astype(float)
    start = rng.integers(0, 4, 12)
    sides = {"lower": np.full(4, 10.0), "upper": np.full(4, 18.0)}
    prices = Prices(
        **sides, breach=9.0, group=np.arange(12) // 3, split=25.0,
        least=np.zeros(4), most=np.full(4, 40.0),
    )  # fmt: skip

    def worth(own):
        load = np.bincount(own, weights=demand, minlength=4)
        return cost[np.arange(12), own].sum() + prices.of(load, own)

    found = shifted(sparse.csr_array(cost), demand, start, prices, rounds=50)
    assert worth(found) <= worth(start) + TINY
    for unit, site in product(range(12), range(4)):
        other = found.copy()
        other[unit] = site
        assert worth(other) >= worth(found) - 1e-3


def test_a_center_that_is_regional_today_has_a_band_of_its_own(lattice):
    district = lattice(4, 2, people=100.0, centers=[(0, 0), (3, 1)])
    heads = district.centers.assign(**{"class": ["regional", None]})
    district = dataclasses.replace(district, centers=heads)
    usual = planned(district, center_lower=300, center_upper=500)
    assert usual.sites["population"].between(300, 500).all()
    found = planned(
        district, center_lower=100, center_upper=300, regional_lower=500, regional_upper=700
    )
    assert 500 <= found.sites["population"]["e1"] <= 700
    assert 100 <= found.sites["population"]["e2"] <= 300
    assert not {note.code for note in found.notes} & {"center-holds-less", "center-exempt"}
    with pytest.raises(InfeasibleError):
        planned(district, center_lower=100, center_upper=300)
