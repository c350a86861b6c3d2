"""The reasons of a plan: of each center, of each site not taken, and who could stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from gridplan.planning.centers.band import with_band
from gridplan.planning.centers.candidates import possible_sites
from gridplan.planning.layout.layout import Layout
from gridplan.planning.premises.site_columns import may_be_regional, rejected
from gridplan.planning.reasons.closing import COLUMNS, closings
from gridplan.planning.reasons.exchanges import (
    STANDBY_COLUMNS,
    exchanges,
    newly_near,
    standbys,
    swaps,
)
from gridplan.planning.reasons.weighed import weigh
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.rule import Rule

CENTER_COLUMNS = (*COLUMNS, "standbys", "critical")
CANDIDATE_COLUMNS = (
    *("subdistrict", "community", "grid", "capacity_upper", "newly_near_residents"),
    *("swap", "swap_person_km", "swap_beyond_residents", "swap_more_cost", "swap_breaks"),
)
TOLD = (
    *("site", "availability", "availability_reason", "origin", "ready", "floor_area"),
    "cost_open",
)
"""What the layer of candidates tells of a site, where it does."""


def _empty(index: str, columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns), index=pd.Index([], name=index, dtype=object))


@dataclass(frozen=True, eq=False)
class Reasons:
    """
    Why the centers stand where they do.

    Parameters
    ----------
    centers
        Index ``center``: :data:`gridplan.planning.reasons.closing.COLUMNS`; of new ones also
        ``standbys``, how many sites near it could stand in and break nothing, and ``critical``:
        closing it breaks a rule, and none could stand in.
    standbys
        Ranked sites that could stand in for each new center:
        :data:`gridplan.planning.reasons.exchanges.STANDBY_COLUMNS`.
    candidates
        Index ``candidate``, sites that were not taken: where they are, ``newly_near_residents`` if
        one opened as well, and the exchange that takes it in at the least price; then those that
        are rejected, with the reason, under the ids that they bring.
    """

    centers: pd.DataFrame = field(default_factory=lambda: _empty("center", CENTER_COLUMNS))
    standbys: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=STANDBY_COLUMNS))
    candidates: gpd.GeoDataFrame = field(
        default_factory=lambda: gpd.GeoDataFrame(_empty("candidate", CANDIDATE_COLUMNS))
    )


def reasons_of(layout: Layout, scenario: Scenario, rules: Sequence[Rule]) -> Reasons:
    """
    Count the reasons of a layout.

    Parameters
    ----------
    layout
        With centers.
    scenario
        Where centers may stand, the band, the walk.
    rules
        Those the plan was held against: a center whose loss breaks one is told.

    Returns
    -------
    Reasons
        Empty without centers.
    """
    if layout.centers.empty:
        return Reasons()
    weighed = weigh(layout, scenario, rules)
    sites = sites_not_taken(layout, scenario)
    pairs = exchanges(weighed, sites)
    ranked = standbys(weighed, pairs)
    centers = closings(weighed)
    new = (layout.centers["status"] == "new").to_numpy()
    fit = pairs.loc[pairs["close"] & (pairs["breaks"] == ""), "center"].value_counts()
    count = fit.reindex(centers.index).fillna(0).astype(int)
    centers["standbys"] = count.astype(object).where(new, None)
    critical = new & (centers["closing_breaks"] != "").to_numpy() & (count == 0).to_numpy()
    centers["critical"] = pd.Series(critical, centers.index, dtype=object).where(new, None)
    candidates = sites.assign(newly_near_residents=newly_near(weighed, sites))
    candidates = candidates.join(swaps(weighed, pairs)).rename_axis("candidate")
    return Reasons(centers, ranked, _told(layout, candidates))


def _told(layout: Layout, candidates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep what is told of the sites not taken, and remember the rejected ones after them."""
    gone = _standing(layout, rejected(layout.district))
    taken = set(candidates.index)
    gone.index = [f"{key}-r" if key in taken else key for key in map(str, gone.index)]
    known = [*CANDIDATE_COLUMNS, *TOLD]
    columns = [name for name in known if name in candidates or name in gone]
    parts = [part.reindex(columns=[*columns, "geometry"]) for part in (candidates, gone)]
    table = {name: [*parts[0][name], *parts[1][name]] for name in [*columns, "geometry"]}
    index = pd.Index([*candidates.index, *gone.index], name="candidate", dtype=object)
    return gpd.GeoDataFrame(table, index=index, crs=layout.district.crs)


def sites_not_taken(layout: Layout, scenario: Scenario) -> gpd.GeoDataFrame:
    """List the places where a center may stand and none does, with grid, street and room."""
    district = layout.district
    sites = with_band(possible_sites(district, scenario), district, scenario)
    sites = sites.assign(may_be_regional=may_be_regional(sites, scenario))
    return _standing(layout, sites[~sites.index.isin(layout.centers.index)])


def _standing(layout: Layout, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    district = layout.district
    standing = layout.units.loc[sites["unit"]]
    return sites.assign(
        grid=standing["grid"].to_numpy(dtype=object),
        subdistrict=standing["subdistrict"].to_numpy(dtype=object),
        community=district.units["community"].loc[sites["unit"]].to_numpy(dtype=object),
    )
