"""The value of each part of a plan, worked out from the tables alone and without the engine."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.district.district import District
from gridplan.optimise.siting import envy_cost, uncovered
from gridplan.planning.centers.arrays import center_arrays
from gridplan.planning.centers.centers import Centers
from gridplan.planning.centers.coverage import Coverage
from gridplan.planning.centers.question import center_question
from gridplan.planning.demands.options import priced_value
from gridplan.planning.grids.grids import Grids, parents_of
from gridplan.planning.regional.regional import Regional
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import Journeys, journeys_of
from gridplan.planning.ways.ways import Ways


def objectives(
    district: District,
    scenario: Scenario,
    ways: Ways,
    parts: tuple[Grids | None, Centers, Regional | None],
) -> dict[str, float]:
    """
    Work out what each part of a plan is worth, in the unit of its certificate.

    Parameters
    ----------
    district, scenario
        What was planned.
    ways
        To the hospitals.
    parts
        Grids, centers, 1+N; None where not planned.

    Returns
    -------
    values
        By part: ``grids``, ``centers``, ``regional``, and the steps before the distance, as the
        scenario asks for them: ``beyond``, ``coverage``, ``fewest``, ``farthest``.
    """
    grids, centers, regional = parts
    values = _steps(district, scenario, grids, centers)
    values["centers"] = _center_objective(district, scenario, centers)
    if grids is not None:
        values = {"grids": _grid_objective(district, scenario, ways, grids), **values}
    if regional is not None:
        values["regional"] = _regional_objective(journeys_of(district, scenario), centers, regional)
    return values


def _grid_objective(district: District, scenario: Scenario, ways: Ways, grids: Grids) -> float:
    """Person-metres to the leads, with the prices of boundaries and of split parents."""
    people = district.units["population"].to_numpy(dtype=float)
    value = float(np.nansum(people * ways.to_leads(grids.grid, grids.leads)))
    if grids.names is not None:  # nothing was weighed when a person drew them
        return value
    codes = pd.factorize(grids.grid)[0]
    edges = sparse.coo_array(
        sparse.csr_array(district.adjacency).maximum(sparse.csr_array(ways.links > 0).astype(float))
    )
    parted = (codes[edges.row] != codes[edges.col]) & (edges.row < edges.col)
    value += scenario.grid_compactness * float(edges.data[parted].sum())
    value += priced_value(district, scenario, grids.grid, grids.leads)
    parents = parents_of(district, scenario)
    if parents is not None:
        met = np.unique(np.column_stack([parents, codes]), axis=0)
        value += scenario.grid_split_price * (len(met) - len(np.unique(parents)))
    return value


def _steps(
    district: District, scenario: Scenario, grids: Grids | None, centers: Centers
) -> dict[str, float]:
    """Residents beyond the limit or without a center near, number of centers, longest way."""
    people = district.units["population"].to_numpy(dtype=float)
    metres = centers.metres_to_center.to_numpy(dtype=float)
    aim, values = scenario.center_objective, dict[str, float]()
    if aim in ("coverage", "fewest") or (aim == "distance" and scenario.center_max_metres):
        grid = None if grids is None else grids.grid
        asked = center_question(district, scenario, grid)
        arrays = center_arrays(district, scenario, asked, grid)
        limit = Coverage(arrays, asked.number, None).limit
        values["beyond"] = float(people[metres > limit].sum())
        if aim != "distance":
            reach, near, lost = arrays.reach
            opened = asked.sites.index.get_indexer(centers.sites.index)
            values["coverage"] = float(uncovered(reach, near, opened)) + lost
    if aim == "fewest":
        values["fewest"] = float(len(centers.sites))
    if aim == "farthest":
        values["farthest"] = float(metres[people > 0].max(initial=0.0))
    return {part: value for part, value in values.items() if part != "beyond" or value}


def _center_objective(district: District, scenario: Scenario, centers: Centers) -> float:
    people = district.units["population"].to_numpy(dtype=float)
    rate = journeys_of(district, scenario).walk_metres_per_minute
    standard = scenario.center_max_minutes * rate
    metres = centers.metres_to_center.to_numpy(dtype=float)
    cost = envy_cost(metres, people, weight=scenario.center_equity, standard=standard)
    return float(cost[people > 0].sum())


def _regional_objective(ways: Journeys, centers: Centers, regional: Regional) -> float:
    """Person-metres to the regional center; managed from another street, or newly one, is dear."""
    sites, manager = centers.sites, regional.regional_center
    places = np.column_stack([sites.geometry.x, sites.geometry.y])
    metres = np.round(ways.walked_between(places, places))
    cost = sites["population"].to_numpy(dtype=float)[:, None] * metres
    grid = pd.factorize(sites["grid"], use_na_sentinel=False)[0]
    street = pd.factorize(sites["subdistrict"], use_na_sentinel=False)[0]
    above = sites.index.get_indexer(manager)
    dear = float(cost[grid[:, None] == grid[None]].max(initial=0.0))
    newly = (manager == sites.index) & (sites["class"] != "regional").to_numpy()
    value = float(cost[np.arange(len(sites)), above].sum())
    value += float(cost.max(initial=0.0)) * int((street != street[above]).sum())
    return value + dear * int(newly.sum())
