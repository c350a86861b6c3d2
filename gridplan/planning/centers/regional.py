"""1+N: which centers are regional, and which regional center manages each of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import InfeasibleError, Problem
from gridplan.optimise.budget import Progress
from gridplan.optimise.siting import regional
from gridplan.planning.centers.causes import regional_conflicts
from gridplan.planning.centers.centers import Centers
from gridplan.planning.layout.certificate import Certificate, certificate_of
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of


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

    A center is managed within its grid and, where its street has a regional center there, within
    its street. Centers that are regional today stay so as far as the street's maximum allows. What
    is minimised is the residents' distance from their center to its regional center.

    Parameters
    ----------
    district
        What is planned.
    scenario
        ``regional_min``, ``regional_max``, ``regional_population_min``, seed and limits.
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
    sites = centers.sites
    street, names = pd.factorize(sites["subdistrict"], sort=True, use_na_sentinel=False)
    grid = pd.factorize(sites["grid"], sort=True, use_na_sentinel=False)[0]
    places = np.column_stack([sites.geometry.x, sites.geometry.y])
    metres = np.round(journeys_of(district, scenario).walked_between(places, places))
    load = sites["population"].to_numpy(dtype=float)
    residents = district.units.groupby("subdistrict")["population"].sum().reindex(names).fillna(0)
    wanted = residents.to_numpy() // scenario.regional_subdistrict_population
    least = np.minimum(scenario.regional_min, np.bincount(street, minlength=len(names)))
    by_residents = np.clip(wanted, scenario.regional_min, scenario.regional_max).astype(int)
    # A street cut by grids may need more than its residents alone would give it.
    for most in (by_residents, np.full(len(names), scenario.regional_max)):
        answer = regional(
            load[:, None] * metres,
            load,
            street,
            least=float(scenario.regional_population_min),
            group_min=least,
            group_max=most,
            within=grid,
            # Managed from another street is worse than any way within the district.
            apart=float((load[:, None] * metres).max(initial=0.0)),
            preferred=(sites["class"] == "regional").to_numpy(),
            seed=scenario.seed,
            work_limit=scenario.work_limit,
            time_limit=scenario.time_limit,
            progress=progress,
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
    return Regional(
        regional_center=manager,
        certificate=certificate_of(answer, seed=scenario.seed, unit="person-metres"),
        notes=regional_notes(district, sites, manager),
    )


def regional_notes(
    district: District, sites: gpd.GeoDataFrame, manager: pd.Series
) -> tuple[Problem, ...]:
    """Report streets without a center, and centers managed from another street."""
    people = district.units.groupby("subdistrict")["population"].sum()
    bare = [name for name in people.index[people > 0] if name not in set(sites["subdistrict"])]
    layer = district.subdistricts
    english = layer["name_en"].dropna().to_dict() if "name_en" in layer else {}
    notes = [
        Problem(
            "street-without-center", {"subdistrict": n, "subdistrict_en": english.get(n, str(n))}
        )
        for n in bare
    ]
    street = sites["subdistrict"]
    away = manager.map(street) != street
    notes += [
        Problem(
            "managed-from-other-street",
            {
                "center": center,
                "subdistrict": street[center],
                "subdistrict_en": english.get(street[center], street[center]),
                "regional": manager[center],
                "regional_subdistrict": street[manager[center]],
                "regional_subdistrict_en": english.get(
                    street[manager[center]], street[manager[center]]
                ),
            },
        )
        for center in manager.index[away]
    ]
    return tuple(notes)
