"""Where a center could stand: what exists, what the district proposes, or clusters of residents."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from gridplan.district.district import District
from gridplan.district.labels import NOTE, PLACE, ROW, label_columns
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario import Scenario, nearest_word


def possible_sites(district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """
    List every place where a center may stand, kept ones first.

    Existing centers are kept unless the scenario closes them; a closed one is no candidate. New
    sites are the district's own candidates or, where it brings none, generated ones.

    Parameters
    ----------
    district
        Its centers, candidates and residents.
    scenario
        ``close``, ``candidates_per_community``, ``seed``, the band.

    Returns
    -------
    sites
        Index ``center``: ``name`` (None for new), ``status`` (``existing`` | ``new``), ``class``
        (as it exists, else None), ``capacity`` (persons or NaN), what the layers say of how far
        their rows can be trusted, ``unit``, geometry (point).

    Raises
    ------
    InputError
        If the scenario closes a center that does not exist.
    """
    known = list(district.centers.index)
    unknown = [name for name in scenario.close if name not in district.centers.index]
    if unknown:
        raise InputError(
            [
                Problem(
                    "close-unknown", {"center": name, "near": nearest_word(name, known or ["-"])}
                )
                for name in unknown
            ]
        )
    kept = district.centers.drop(index=list(scenario.close))
    if len(district.candidates):
        new = district.candidates.drop(columns="community", errors="ignore")
    else:
        new = generated_sites(district, scenario)
    new = new[~new["unit"].isin(kept["unit"])]
    new.index = [f"N{number:03d}" for number in range(1, len(new) + 1)]
    new = new.assign(name=None, status="new", **{"class": None})
    labels = dict.fromkeys(name for layer in (kept, new) for name in _labels(layer))
    columns = ["name", "status", "class", "capacity", *labels, "unit", "geometry"]
    kept = kept.assign(status="existing").reindex(columns=columns)
    new = new.reindex(columns=columns)
    # Concatenated as plain columns: pandas warns where one side of a column is all missing.
    sites = gpd.GeoDataFrame(
        {name: [*kept[name], *new[name]] for name in columns},
        index=pd.Index([*kept.index, *new.index], name="center"),
        crs=district.units.crs,
    )
    sites["capacity"] = sites["capacity"].astype(float)
    for column in ("name", "class", *labels):
        sites[column] = sites[column].astype(object).where(sites[column].notna(), None)
    return sites


def _labels(layer: pd.DataFrame) -> list[str]:
    known = ("capacity", ROW, PLACE, NOTE)
    told = (*label_columns(name for name in layer if name in (*known, "capacity_label")), NOTE)
    return [name for name in told if name in layer]


def generated_sites(district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """
    Cluster the residents of each community and snap each cluster to a populated unit.

    A community gets ``candidates_per_community`` clusters, or more where its residents fill more
    centers than that at the lower bound; without communities the streets, without streets the
    whole district take their place. K-means is weighted by residents.

    Parameters
    ----------
    district
        Its units.
    scenario
        ``candidates_per_community``, ``center_lower``, ``seed``.

    Returns
    -------
    candidates
        ``capacity`` (NaN), ``unit`` and geometry; at most one a unit.
    """
    # Imported where it is needed: what only reads a plan starts two seconds sooner without.
    from sklearn.cluster import KMeans

    units = district.units
    people = units["population"].to_numpy(dtype=float)
    places = district.centroids
    chosen: list[int] = []
    for members in _neighbourhoods(district):
        wanted = max(
            scenario.candidates_per_community,
            int(2 * people[members].sum() // max(1, scenario.center_lower)),
        )
        spots = np.unique(places[members], axis=0)
        clusters = min(wanted, len(spots))
        model = KMeans(n_clusters=clusters, n_init=1, random_state=scenario.seed)
        # One thread: the order in which threads add up would decide the last digits.
        with threadpool_limits(limits=1):
            model.fit(places[members], sample_weight=people[members])
        for heart in np.round(model.cluster_centers_, 3):
            metres = np.hypot(*(places[members] - heart).T)
            chosen.append(int(members[np.argmin(np.round(metres, 3))]))
    chosen = sorted(set(chosen))
    rows = units.iloc[chosen]
    return gpd.GeoDataFrame(
        {"capacity": np.nan, "unit": rows.index.to_numpy()},
        geometry=gpd.points_from_xy(*places[chosen].T),
        crs=units.crs,
    )


def _neighbourhoods(district: District) -> list[np.ndarray]:
    """Positions of the populated units of each community (or street, or the whole)."""
    units = district.units
    populated = units["population"].to_numpy(dtype=float) > 0
    for level in ("community", "subdistrict"):
        if units[level].notna().any():
            labels = units[level].fillna("").to_numpy(dtype=str)
            break
    else:
        labels = np.zeros(len(units), dtype=str)
    parts = [np.flatnonzero((labels == label) & populated) for label in np.unique(labels)]
    return [part for part in parts if len(part)]
