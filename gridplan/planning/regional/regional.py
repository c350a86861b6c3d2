"""1+N: which centers are regional, and which regional center manages each of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.district.district import District
from gridplan.errors import InfeasibleError, Problem
from gridplan.optimise.budget import Progress
from gridplan.optimise.siting import regional
from gridplan.planning.centers.centers import Centers
from gridplan.planning.layout.certificate import Certificate, certificate_of
from gridplan.planning.premises.site_columns import may_be_regional
from gridplan.planning.regional.conflicts import regional_conflicts
from gridplan.planning.regional.notes import regional_notes, regional_wanted
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import is_station
from gridplan.planning.ways.journeys import Journeys, journeys_of


@dataclass(frozen=True, eq=False)
class Regional:
    """
    The 1+N choice.

    Parameters
    ----------
    regional_center
        Index ``center``: the regional center that manages it, its own id if it is one.
    certificate
        Of the choice.
    notes
        Streets without a center, centers managed from another street, as data.
    """

    regional_center: pd.Series
    certificate: Certificate
    notes: tuple[Problem, ...]


def plan_regional(
    district: District,
    scenario: Scenario,
    centers: Centers,
    *,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Regional:
    """
    Choose the regional centers of each street and put every other center under one.

    A street gets one regional center for every ``regional_subdistrict_population`` residents, at
    least ``regional_min`` and at most ``regional_max``; fewer only where it has too few centers for
    each to have one under it. Each manages at least one other center, and the residents managed
    within a street differ by 2 to 1 at most. Where the grids leave no such choice, first the
    balance gives, then the number rises towards ``regional_max``, then a regional center may stand
    alone; notes name the streets. A center is managed within its grid and, where its street has a
    regional center there, within its street. Centers that are regional today stay so as far as the
    number allows; one whose floor area is known to be below ``regional_floor_area_min`` is none.
    What is minimised is the residents' distance from their center to its regional
    center.

    Parameters
    ----------
    district
        What is planned.
    scenario
        ``regional_min``, ``regional_max``, ``regional_subdistrict_population``,
        ``regional_population_min``, seed and limits.
    centers
        The opened sites with their residents.
    progress
        Told how far the run is; returning True stops it with the best so far.

    Returns
    -------
    Regional

    Raises
    ------
    InfeasibleError
        If no choice keeps the streets' bounds with each center under one of its own grid.
    """
    every = centers.sites
    sites = every[~is_station(every)]
    streets = _streets(district, scenario, sites)
    places = _places(sites)
    metres = np.round(journeys_of(district, scenario).walked_between(places, places))
    load = sites["population"].to_numpy(dtype=float)
    cost = load[:, None] * metres
    grid = pd.factorize(sites["grid"], sort=True, use_na_sentinel=False)[0]
    for bounds in _ladder(streets, scenario, load):
        # Where no regional center may stand alone, a street manages its own; else any may help.
        own = bounds["group_min"] if "members_least" in bounds else 0 * streets.wanted
        answer = regional(
            regional_ways(cost, streets.code, grid, own),
            load,
            streets.code,
            # Managed from another street is worse than any way within the district.
            apart=float(cost.max(initial=0.0)),
            preferred=(sites["class"] == "regional").to_numpy(),
            closed=~may_be_regional(sites, scenario),
            # The longest way within a grid, whichever of them may be taken.
            preference=float(cost[np.equal.outer(grid, grid)].max(initial=0.0)),
            seed=scenario.seed,
            work_limit=scenario.work_limit,
            time_limit=scenario.time_limit,
            progress=progress,
            **bounds,
        )
        if answer.feasible:
            break
    else:
        raise InfeasibleError(
            regional_conflicts(
                scenario, sites, grids=scenario.grids, streets=len(district.subdistricts)
            )
        )
    manager = pd.Series(
        sites.index.to_numpy(dtype=object)[answer.assignment],
        index=sites.index,
        name="regional_center",
    )
    posts = every[is_station(every)]
    return Regional(
        regional_center=_with_stations(manager, sites, posts, journeys_of(district, scenario)),
        certificate=certificate_of(answer, seed=scenario.seed, unit="person-metres"),
        notes=regional_notes(district, scenario, sites, manager),
    )


def _with_stations(
    manager: pd.Series, sites: pd.DataFrame, posts: pd.DataFrame, ways: Journeys
) -> pd.Series:
    """Put each station under the regional center of its street, in its grid, that is nearest."""
    if posts.empty:
        return manager
    heads = sites[manager == manager.index]
    metres = ways.walked_between(_places(posts), _places(heads))
    found = {}
    for row, (post, standing) in enumerate(posts.iterrows()):
        grid = heads["grid"].isna() | (heads["grid"] == standing["grid"])
        own = grid & (heads["subdistrict"] == standing["subdistrict"])
        near = np.where(own if own.any() else grid, np.round(metres[row]), np.inf)
        found[post] = heads.index[int(np.argmin(near))]
    return pd.concat([manager, pd.Series(found, name="regional_center")])


def _places(sites: pd.DataFrame) -> np.ndarray:
    return np.column_stack([sites.geometry.x, sites.geometry.y])


def regional_ways(
    cost: np.ndarray, street: np.ndarray, grid: np.ndarray, least: np.ndarray
) -> sparse.csr_matrix:
    """
    Keep the ways by which a center may be managed: within its grid, and within its street.

    A street that is cut by no grid and has a regional center manages its own; of any other street
    centers may be managed from another. A city of 1,300 centers in 38 streets has 44,000 ways so,
    not 1.7 million.

    Parameters
    ----------
    cost
        (k, k) person-metres from a center to the one that manages it.
    street, grid
        (k,) codes of each center.
    least
        Regional centers each street must have.

    Returns
    -------
    ways
        CSR; its stored entries are the ways allowed.
    """
    whole = pd.Series(grid).groupby(street).nunique().to_numpy() == 1
    own = (street[:, None] == street[None, :]) | ~(whole & (least > 0))[street][:, None]
    arcs = np.nonzero((grid[:, None] == grid[None, :]) & own)
    return sparse.csr_matrix((cost[arcs], arcs), shape=cost.shape)


@dataclass(frozen=True, eq=False)
class _Streets:
    """Street of each center as a code, centers and regional centers of each street."""

    code: np.ndarray
    centers: np.ndarray
    wanted: np.ndarray


def _streets(district: District, scenario: Scenario, sites: pd.DataFrame) -> _Streets:
    """Count what the residents of each street ask for, and what its centers allow."""
    code, names = pd.factorize(sites["subdistrict"], sort=True, use_na_sentinel=False)
    wanted = regional_wanted(district, scenario).reindex(names).fillna(scenario.regional_min)
    asked = wanted.to_numpy()
    centers = np.bincount(code, minlength=len(names))
    # Half of the centers at most, so that each regional one has another under it.
    return _Streets(code, centers, np.minimum(asked, np.maximum(centers // 2, 1)).astype(int))


def _ladder(streets: _Streets, scenario: Scenario, load: np.ndarray) -> Iterator[dict[str, Any]]:
    """Yield what is demanded of the streets, from all that is asked for to what must be."""
    least = np.full(len(load), float(scenario.regional_population_min))
    others = (streets.centers > 1)[streets.code].astype(int)
    exact = {"group_min": streets.wanted, "group_max": streets.wanted}
    managed = np.bincount(streets.code, weights=load, minlength=len(streets.wanted))
    share = (managed / np.maximum(streets.wanted, 1))[streets.code]
    several = (streets.wanted > 1)[streets.code]
    # Within two thirds and four thirds of an even share, the largest is at most twice the smallest.
    even = np.where(several, np.maximum(least, share * 2 / 3), least)
    most = np.where(several, np.maximum(share * 4 / 3, even), np.inf)
    yield {**exact, "least": even, "most": most, "members_least": others}
    yield {**exact, "least": least, "members_least": others}
    fewest = np.minimum(scenario.regional_min, streets.centers)
    # A street cut by grids may need more than its residents alone would give it.
    many = np.full(len(streets.wanted), scenario.regional_max)
    yield {
        "group_min": streets.wanted, "group_max": np.maximum(many, streets.wanted),
        "least": least, "members_least": others,
    }  # fmt: skip
    for upper in (np.maximum(streets.wanted, fewest), many):
        yield {"group_min": fewest, "group_max": upper, "least": least}
