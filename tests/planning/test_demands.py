"""What a planner asks of the grids, alone and in pairs, against every cut there is (12 units)."""

import dataclasses
from functools import lru_cache
from itertools import combinations, product

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.sparse.csgraph import connected_components
from shapely.geometry import LineString

from gridplan.errors import InfeasibleError
from gridplan.planning.grids.grids import plan_grids
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.ways import ways_of

PLAIN = Scenario(profiles=(), grids=2, grid_tolerance=0.45, work_limit=5.0, center_lower=0)
BEDS = (500.0, 300.0, 200.0, 100.0)
KINDS = ("general", "general", "tcm", "tcm")
LEVELS = ("tertiary-a", "tertiary-a", "secondary-a", "tertiary-b")


@pytest.fixture(scope="module")
def town(lattice_builder):
    """Four columns, three rows; three hospitals may lead, a fourth may not."""
    rng = np.random.default_rng(5)
    people = rng.integers(1, 9, (3, 4)) * 100.0
    made = lattice_builder(
        4, 3, people=people, leads=((0, 0), (3, 2), (3, 0), (1, 2)), streets=["s", "s", "t", "t"]
    )
    hospitals = made.hospitals.assign(
        beds=BEDS, kind=KINDS, level=LEVELS, eligible=[True, True, True, False]
    )
    units = made.units.assign(population_65=rng.integers(1, 30, 12).astype(float))
    return dataclasses.replace(made, hospitals=hospitals, units=units)


@lru_cache
def with_barrier(district, price):
    """A river between rows 0 and 1, with a bridge at its western end."""
    river = gpd.GeoDataFrame(
        {"kind": ["river"], "name": ["R"], "price": np.array([price], dtype=float)},
        index=pd.Index(["b1"], name="barrier"),
        geometry=[LineString([(-10, 100), (410, 100)])],
        crs=district.crs,
    )
    return dataclasses.replace(district, barriers=river, links=(("c0r0", "c0r1"),))


OPTIONS = {
    "fix": {"fix": [{"units": ["c1r1", "c2r0"], "lead": "h2"}]},
    "fix-community": {"fix": [{"community": "t-0", "lead": "Hospital 3"}]},
    "bar": {"bar": [{"subdistricts": ["s"], "lead": "h2"}]},
    "bar-lead": {"bar": [{"units": ["c3r2"], "lead": "h2"}]},
    "together": {"together": [{"units": ["c0r2", "c2r1"]}]},
    "apart": {"apart": [{"units": ["c1r0", "c1r1"]}]},
    "contain": {"must_contain": [{"kinds": ["tcm"]}]},
    "contain-level": {"must_contain": [{"levels": ["tertiary"], "kinds": ["general", "tcm"]}]},
    "beds": {"balance": [{"column": "hospitals.beds", "tolerance": 0.35}]},
    "aged": {"balance": [{"column": "population_65", "lower": 60, "upper": 110}]},
    "beds-priced": {"balance": [{"column": "hospitals.beds", "tolerance": 0.1, "price": 300.0}]},
    "bounds": {"grid_bounds": [{"lead": "h1", "upper": 2000}, {"lead": "h2", "lower": 3300}]},
    "tolerance-priced": {"grid_tolerance": 0.02, "grid_tolerance_price": 40.0},
    "lead-priced": {"lead_prices": {"tertiary": 50_000.0, "secondary": 400_000.0}},
    "barrier": {"barrier": None},
    "barrier-priced": {"barrier": 500.0},
}


def asked(town, *names):
    """District and scenario with some options."""
    values, district = {}, town
    for name in names:
        for key, value in OPTIONS[name].items():
            if key == "barrier":
                district = with_barrier(town, value)
            else:
                values[key] = [*values.get(key, ()), *value] if key in values else value
    return district, dataclasses.replace(PLAIN, **values), {**OPTIONS_EMPTY, **values}


OPTIONS_EMPTY = {"fix": (), "bar": (), "together": (), "apart": (), "must_contain": ()}


def units_of(district, row):
    units = district.units
    found = [at for at, unit in enumerate(units.index) if unit in row.get("units", ())]
    found += np.flatnonzero(units["community"] == row.get("community")).tolist()
    return [*found, *np.flatnonzero(units["subdistrict"].isin(row.get("subdistricts", ())))]


@lru_cache
def every_cut(district, tolerance):
    """All ways to give the units to two of the three leads, each grid in one piece, led within."""
    index = district.units.index
    home = index.get_indexer(district.hospitals["unit"][:3])
    graph = district.boundaries.toarray() > 0
    places = district.centroids
    if len(district.barriers):  # the river closes or prices the boundary between rows 0 and 1
        across = np.abs(places[:, None, 1] - places[None, :, 1]) > 50
        across &= np.minimum(places[:, None, 1], places[None, :, 1]) < 100
        closed = across & np.isnan(district.barriers["price"].iloc[0])
        closed[0, 4] = closed[4, 0] = False  # the bridge
        graph = graph & ~closed
    people = district.units["population"].to_numpy()
    mean, found = people.sum() / 2, []
    for pair in combinations(range(3), 2):
        free = [at for at in range(12) if at not in (home[pair[0]], home[pair[1]])]
        for rest in product(pair, repeat=len(free)):
            a = np.zeros(12, dtype=int)
            a[home[list(pair)]] = pair
            a[free] = rest
            load = np.array([people[a == k].sum() for k in pair])
            if (abs(load - mean) > tolerance * mean + 1e-9).any():
                continue
            if all(
                connected_components(graph[np.ix_(a == k, a == k)], directed=False)[0] == 1
                for k in pair
            ):
                found.append((a, pair, load))
    return found


LEAD = {"h1": 0, "h2": 1, "h3": 2, "Hospital 3": 2}


def keeps(district, values, a, pair, load):
    """Whether a cut keeps every row that has no price; worked out from the rows themselves."""
    led = {key: [(LEAD[row["lead"]], a[units_of(district, row)]) for row in values[key]]
           for key in ("fix", "bar")}  # fmt: skip
    hard = [one for one in values.get("balance", ()) if "price" not in one]
    return (
        all((here == lead).all() for lead, here in led["fix"])
        and not any((here == lead).any() for lead, here in led["bar"])
        and all(len({*a[units_of(district, row)]}) == 1 for row in values["together"])
        and all(len({*a[units_of(district, row)]}) == 2 for row in values["apart"])
        and all(contained(district, row, a, pair) for row in values["must_contain"])
        and all(bounded(row, pair, load) for row in values.get("grid_bounds", ()))
        and not any(outside(district, one, a, pair) > 1e-9 for one in hard)
    )


def contained(district, row, a, pair):
    standing = district.units.index.get_indexer(district.hospitals["unit"])
    fit = [
        at
        for at, kind, level in zip(standing, KINDS, LEVELS, strict=True)
        if kind in row["kinds"] and level.startswith(tuple(row.get("levels", ("",))))
    ]
    return all((a[fit] == k).any() for k in pair)


def bounded(row, pair, load):
    k = LEAD[row["lead"]]
    own = load[list(pair).index(k)] if k in pair else None
    return own is None or row.get("lower", 0) <= own <= row.get("upper", np.inf)


def outside(district, row, a, pair):
    amount = np.zeros(12)
    if row["column"] == "hospitals.beds":
        np.add.at(amount, district.units.index.get_indexer(district.hospitals["unit"]), BEDS)
    else:
        amount = district.units["population_65"].to_numpy()
    own = np.array([amount[a == k].sum() for k in pair])
    low, high = row.get("lower", 0), row.get("upper", np.inf)
    if "tolerance" in row:
        low, high = (1 - row["tolerance"]) * own.mean(), (1 + row["tolerance"]) * own.mean()
    return float((np.maximum(own - high, 0) + np.maximum(low - own, 0)).sum())


def price_of(district, scenario, values, metres, cut):
    a, pair, load = cut
    people = district.units["population"].to_numpy()
    value = float((people * metres[np.arange(12), a]).sum())
    for row in values.get("balance", ()):
        value += row.get("price", 0.0) * outside(district, row, a, pair)
    if scenario.grid_tolerance_price:
        over = np.maximum(abs(load - load.mean()) - scenario.grid_tolerance * load.mean(), 0)
        value += scenario.grid_tolerance_price * over.sum()
    for level, price in values.get("lead_prices", {}).items():
        value += price * sum(LEVELS[k].startswith(level) for k in pair)
    if len(district.barriers) and not np.isnan(district.barriers["price"].iloc[0]):
        # The bridge lifts the price of its own pair; each other boundary is 100 m.
        value += 100 * district.barriers["price"].iloc[0] * sum(a[c] == a[4 + c] for c in (1, 2, 3))
    return value


def compare(town, *names):
    district, scenario, values = asked(town, *names)
    metres = grid_metres(district, scenario)
    tolerance = np.inf if scenario.grid_tolerance_price else scenario.grid_tolerance
    cuts = [cut for cut in every_cut(district, tolerance) if keeps(district, values, *cut)]
    if not cuts:
        with pytest.raises(InfeasibleError) as refused:
            plan_grids(district, scenario)
        assert refused.value.proven, names
        return
    made = plan_grids(district, scenario)
    best = min(price_of(district, scenario, values, metres, cut) for cut in cuts)
    assert made.certificate.status == "optimal", names
    assert made.certificate.objective == pytest.approx(best), names


def grid_metres(district, scenario):
    return ways_of(district, scenario).metres[:, :3]


@pytest.mark.parametrize("name", OPTIONS)
def test_each_demand_alone(town, name):
    compare(town, name)


@pytest.mark.parametrize(("one", "other"), list(combinations(OPTIONS, 2)))
def test_demands_in_pairs(town, one, other):
    compare(town, one, other)
