"""What is where: the value that every check, map and export takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import geopandas as gpd
import pandas as pd

from gridplan.district.agreements import Alliance
from gridplan.district.district import District
from gridplan.text.card import Card, Rows


@dataclass(frozen=True)
class Group:
    """
    One medical group: the lead of a grid, and who belongs to it.

    Parameters
    ----------
    grid
        Id of the grid it serves.
    lead
        Id of the hospital that leads.
    members, collaborators
        Ids of the other hospitals that stand in the grid: those that join, by agreement or as
        proposed, and those of provincial or university ownership, which collaborate.
    centers
        Ids of the community health centers that serve the grid's residents.
    name_zh, name_en
        What the group is called; empty where ``groups.toml`` names none.
    branches
        Ids of the hospitals and centers that belong to it by agreement (成员、分院), wherever they
        lie; empty where ``groups.toml`` says nothing.
    supported
        Ids of those its lead supports (对口帮扶).
    alliances
        Close alliances outside the groups whose lead stands in this grid.
    campuses
        Ids of the hospitals that belong to its lead or members as campuses (院区), wherever they
        lie.
    """

    grid: str
    lead: str
    members: tuple[str, ...]
    collaborators: tuple[str, ...]
    centers: tuple[str, ...]
    name_zh: str = ""
    name_en: str = ""
    branches: tuple[str, ...] = ()
    supported: tuple[str, ...] = ()
    alliances: tuple[Alliance, ...] = ()
    campuses: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Layout(Card):
    """
    A district with its grids, centers and groups laid out. All geometry in the district's CRS.

    Parameters
    ----------
    district
        What was planned.
    units
        Index ``unit``: ``grid``, ``lead``, ``center``, ``regional_center`` (ids), ``subdistrict``,
        ``metres_to_center`` and ``minutes_to_center`` (walk), ``minutes_to_lead``
        (drive), ``metres_to_nearest_center`` and ``metres_to_nearest_point`` (walks, of
        :func:`gridplan.planning.ways.nearest.nearest_metres`). Columns of a stage that was not
        planned hold None or NaN.
    grids
        Index ``grid`` (``G1`` ...): ``lead``, ``population``, ``units``, ``area_km2``,
        ``contiguous``, ``pieces``, ``deviation`` (share of the mean), ``mean_minutes_to_lead``,
        ``p90_minutes_to_lead``, ``max_minutes_to_lead``, shape, 65+, communities and streets as
        :func:`gridplan.planning.grids.extents.grid_extents` gives them, ``beds`` of the hospitals
        that tell them, ``beds_unknown`` (hospitals that do not), ``beds_labels`` (how far the beds
        can be trusted, as codes), ``beds_per_1000`` (NaN where some are unknown), geometry. Of
        grids that a person drew also ``drawn_name``, what the drawing calls them, and
        ``lead`` is None where it gives none.
        Empty where no grids were planned.
    centers
        Index ``center``: ``name`` (None for new ones), ``status`` (``existing`` | ``new``),
        ``class`` (``regional`` | ``community``), ``regional_center`` (its own id if regional),
        ``grid``, ``subdistrict``, ``community``, ``population`` (residents assigned),
        ``capacity_lower``, ``capacity_upper``, ``mean_metres``, geometry (point).
    subdistricts
        Index ``subdistrict``: ``population``, ``centers``, ``regional_centers``, ``grids`` (list of
        ids), geometry. Empty where the district has none.
    hospitals
        The district's hospitals with ``grid`` and ``role`` (``lead`` | ``member`` |
        ``proposed`` | ``collaborator`` | ``alliance`` | ``none``).
    groups
        One a grid that has a lead, in the grids' order.
    stations
        Village stations with ``grid``, ``subdistrict``, ``center`` (its own), ``population``
        (residents of that center to whom it is the nearest), ``metres_to_center``. May be empty.
    wishes
        What became of each membership and wish: :data:`gridplan.planning.grids.wishes.COLUMNS`.
    """

    district: District
    units: pd.DataFrame
    grids: gpd.GeoDataFrame
    centers: gpd.GeoDataFrame
    subdistricts: gpd.GeoDataFrame
    hospitals: gpd.GeoDataFrame
    groups: tuple[Group, ...]
    stations: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    wishes: pd.DataFrame = field(default_factory=pd.DataFrame)

    @cached_property
    def proposed(self) -> frozenset[str]:
        """Hospitals that may join a group of their own will, by id."""
        if "role" not in self.hospitals:
            return frozenset()
        return frozenset(self.hospitals.index[self.hospitals["role"] == "proposed"])

    def _card(self) -> tuple[str, Rows]:
        district = self.district
        new = int((self.centers["status"] == "new").sum()) if len(self.centers) else 0
        regional = int((self.centers["class"] == "regional").sum()) if len(self.centers) else 0
        return f"Layout of {district.name_zh} / {district.name_en}", [
            ("units", len(self.units)),
            ("grids", len(self.grids)),
            ("centers", f"{len(self.centers):,}, {new:,} of them new, {regional:,} regional"),
            ("subdistricts", len(self.subdistricts)),
            ("hospitals", len(self.hospitals)),
            ("groups", len(self.groups)),
            ("stations", len(self.stations)),
        ]
