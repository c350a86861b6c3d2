"""Reasons and services of a plan, read back from ``plan.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from gridplan.outputs.tables.tables import LON_LAT
from gridplan.planning.reasons.reasons import Reasons
from gridplan.planning.services.services import Services


def reasons_read(told: Mapping[str, Any], crs: Any) -> Reasons:  # noqa: ANN401  # of pyproj
    """
    Take the reasons from what a plan tells.

    Parameters
    ----------
    told
        ``centers``, ``standbys`` and ``candidates`` as
        :func:`gridplan.outputs.reasons.reasons.reason_tables` gives them; folders of an earlier
        version have none.
    crs
        Of the district.

    Returns
    -------
    Reasons
    """
    centers, standbys, candidates = (
        pd.DataFrame(told.get(name, []), dtype=object)
        for name in ("centers", "standbys", "candidates")
    )
    found = Reasons()
    if len(centers):
        found = Reasons(_plain(centers).set_index("center"))
    if len(standbys):
        found = Reasons(found.centers, _plain(standbys))
    if len(candidates):
        table = _plain(candidates).set_index("candidate")
        lon, lat = (table.pop(name).astype(float) for name in ("lon", "lat"))
        points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=LON_LAT).to_crs(crs)
        frame = gpd.GeoDataFrame(table, geometry=points.to_numpy(), crs=crs)
        found = Reasons(found.centers, found.standbys, frame)
    return found


def services_read(told: Mapping[str, Any]) -> Services:
    """
    Take what is asked of the centers from what a plan tells.

    Parameters
    ----------
    told
        ``centers`` and ``shared`` as
        :func:`gridplan.outputs.reasons.services.service_tables` gives them.

    Returns
    -------
    Services
    """
    found = Services()
    centers, shared = (
        pd.DataFrame(told.get(name, []), dtype=object) for name in ("centers", "shared")
    )
    return Services(
        _plain(centers).set_index("center") if len(centers) else found.centers,
        _plain(shared) if len(shared) else found.shared,
    )


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(object).where(table.notna(), None)
