"""The notes of a plan, written anew: what was assumed on the way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.audit.derived.duty.band import band_of, band_reading
from gridplan.audit.derived.duty.nearest import nearest_of
from gridplan.audit.derived.duty.notes import beyond_band, duty_notes
from gridplan.audit.derived.layout.decided import Decided
from gridplan.audit.derived.regional_notes import OneN
from gridplan.audit.derived.ways.drives import Link, link_notes
from gridplan.audit.derived.ways.matrices import MatrixTravel
from gridplan.audit.derived.ways.walks import Travel, places_of
from gridplan.district.files.intake import sample
from gridplan.errors import Problem
from gridplan.outputs.words.names import is_missing
from gridplan.travel.network import Network

OF_THE_RUN = ("grids-cut-anew", "alternatives-few")
"""Notes of how the search went: its result does not show it, so they are taken on trust."""


@dataclass(frozen=True, eq=False)
class Noted:
    """
    What the notes of a plan speak of.

    Parameters
    ----------
    travel, decided, links
        How ways are measured, what was decided, links between pieces of the district.
    units, centers, wishes
        The tables, put together anew.
    """

    travel: Travel
    decided: Decided
    links: list[Link]
    units: pd.DataFrame
    centers: gpd.GeoDataFrame
    wishes: pd.DataFrame

    def notes(self, told: Iterable[Problem]) -> tuple[Problem, ...]:
        """
        Write the notes in their order.

        Parameters
        ----------
        told
            Those of the plan; of them the :data:`OF_THE_RUN` are taken.
        """
        told = tuple(told)
        district, scenario = self.travel.district, self.travel.scenario
        with_grids = self.decided.grid is not None
        return (
            *(link_notes(district, self.links) if with_grids else ()),
            *(note for note in told if note.code == OF_THE_RUN[0]),
            *self._outside_band(),
            *self._stations(),
            *self._duty(),
            *self._one_n(),
            *(
                (Problem("no-streets"),)
                if scenario.regional_max and district.subdistricts.empty
                else ()
            ),
            *self._roads(),
            *(self._settled() if with_grids else ()),
            *(note for note in told if note.code == OF_THE_RUN[1]),
        )

    def _outside_band(self) -> Iterator[Problem]:
        """Tell of each center that serves fewer or more residents than the scenario's band."""
        scenario = self.travel.scenario
        if band_reading(self.travel.district, scenario) != "center":
            yield from beyond_band(self.travel, self._full)
            return
        today = self.travel.district.centers["class"].to_dict()
        for key, row in self._full.iterrows():
            lower, upper = band_of(scenario, today.get(key))
            load = float(row["population"])
            if lower - 1e-9 * lower <= load <= upper + 1e-9 * upper:
                continue
            exempt = {key, row["unit"]} & set(scenario.band_exempt)
            most = row.get("capacity_max")
            holds = row["capacity"] if most is None or math.isnan(most) else most
            values = {
                "center": key,
                "name": row["name"] or key,
                "residents": round(load),
                "lower": lower,
                "upper": upper,
                "holds": round(float(holds)) if math.isfinite(holds) else 0,
            }
            yield Problem("center-exempt" if exempt else "center-holds-less", values)

    @property
    def _full(self) -> gpd.GeoDataFrame:
        """Give the centers that are no stations."""
        return self.centers[(self.centers["class"] != "station").to_numpy()]

    def _stations(self) -> Iterator[Problem]:
        """Tell of the stations, and of places that were not thin enough for more."""
        scenario, posts = self.travel.scenario, self.centers[self.centers["class"] == "station"]
        if len(posts):
            served = round(float(sum(posts["population"])))
            yield Problem("stations-placed", {"count": len(posts), "residents": served})
        new, asked = sum(posts["status"] == "new"), int(scenario.center_stations)
        if new < asked:
            values = {"asked": asked, "count": int(new), "lower": scenario.center_lower}
            yield Problem("stations-fewer", values)

    def _duty(self) -> Iterator[Problem]:
        """Tell of residents who are not at the nearest center, and of those kept in their town."""
        found = nearest_of(self.travel, self.decided, self.centers)
        yield from duty_notes(self.travel, found, self.centers, self.decided, self.units)

    def _one_n(self) -> Iterator[Problem]:
        """Tell where 1+N departs from what was asked for."""
        manager = self.decided.manager
        if manager:
            district, scenario = self.travel.district, self.travel.scenario
            full = {str(key): manager[key] for key in self._full.index}
            yield from OneN(district, scenario, self._full, full).notes()
            yield from self._areas()

    def _areas(self) -> Iterator[Problem]:
        """Tell which areas of regional centers, with all that is under them, hang together."""
        shapes = self.travel.district.units.geometry.to_numpy()
        above = self.units["regional_center"].to_numpy(dtype=object)
        heads = [str(key) for key in self.centers.index if self.decided.manager.get(key) == key]
        apart = []
        for key in heads:
            whole = shapely.unary_union(shapes[above == key], grid_size=0.01)
            if isinstance(whole, shapely.MultiPolygon) and len(whole.geoms) > 1:
                apart.append(key)
        values = {"areas": len(heads), "whole": len(heads) - len(apart)}
        if apart:
            yield Problem("areas-in-pieces", values | {"rows": apart})
        elif heads:
            yield Problem("areas-in-one-piece", values)

    def _roads(self) -> Iterator[Problem]:
        """Tell of places far from the roads, or beside one that leads nowhere."""
        district, travel = self.travel.district, self.travel
        peopled = district.units[(district.units["population"] > 0).to_numpy()]
        layers = {
            "units": peopled,
            "centers": self.centers,
            "stations": district.stations,
            "outside_centers": district.outside_centers,
            "hospitals": district.hospitals,
        }
        for kind in ("walk", "drive"):
            way = travel.walk_by if kind == "walk" else travel.drive_by
            if way != "roads":
                idle = len(district.roads) and way != "matrix"
                if idle and getattr(travel.scenario, f"{kind}_by") == "auto":
                    yield Problem(f"roads-unused-{kind}", {"roads": len(district.roads)})
                continue
            network = travel.roads.walk if kind == "walk" else travel.roads.drive
            for layer, frame in layers.items():
                reached = kind == "walk" or layer in ("units", "hospitals")
                if reached and len(frame) and network is not None:
                    yield from _off(kind, network, layer, frame)
        del layers["units"]
        for layer, frame in layers.items():
            yield from _by_matrix("walk", travel.walk_matrix, layer, frame)
        yield from _by_matrix("drive", travel.drive_matrix, "hospitals", district.hospitals)

    def _settled(self) -> Iterator[Problem]:
        """Tell of groups without a grid, members outside their group's, and of wishes."""
        district = self.travel.district
        leading = {lead for lead in self.decided.leads.values() if not is_missing(lead)}
        for group in district.agreements.groups:
            if group.lead not in leading:
                values = {"group": group.name_zh, "group_en": group.name_en}
                yield Problem("groups-lead-without-grid", values | self._named("lead", group.lead))
        people = district.units["population"].to_numpy(dtype=float)
        minutes = self.units["minutes_to_lead"].to_numpy(dtype=float)
        some = ~np.isnan(minutes)
        mean = float(people[some] @ minutes[some]) / float(people.sum())
        for row in self.wishes.to_dict(orient="records"):
            yield from self._wish(row, mean) if row["relation"] == "wish" else self._member(row)

    def _named(self, role: str, key: str) -> dict[str, str]:
        layers = (self.travel.district.hospitals, self.travel.district.centers)
        layer = next((one for one in reversed(layers) if key in one.index), layers[0])
        name = layer["name"][key]
        english = layer["name_en"][key] if "name_en" in layer else None
        return {role: name, f"{role}_en": name if is_missing(english) else str(english)}

    def _wish(self, row: dict[str, Any], mean: float) -> Iterator[Problem]:
        values = {
            **self._named("institution", row["institution"]),
            "grid": row["grid"],
            **self._named("lead", row["lead"]),
        }
        if not row["kept"]:
            codes = {"hard-rules", "not-found", "not-a-lead", "as-drawn"}
            if row["reason"] in codes:
                yield Problem(f"wish-{row['reason']}", values)
        elif (row["residents"] or 0.0) > 0:
            cost = {
                "person_metres": f"{row['person_metres']:+,.0f}",
                "percent": f"{100 * row['minutes_more'] / mean if mean else 0.0:+.2f}",
                "residents": f"{row['residents']:,.0f}",
            }
            yield Problem("wish-honoured", {**values, **cost})

    def _member(self, row: dict[str, Any]) -> Iterator[Problem]:
        if row["reason"] != "elsewhere" or row["relation"] == "alliance":
            return
        values = {
            **self._named("institution", row["institution"]),
            "grid": row["grid"],
            "group": row["group"],
            "group_en": row["group_en"],
            "group_grid": row["group_grid"],
            "residents": f"{row['residents']:,.0f}",
            "minutes": f"{abs(row['minutes_more']):.1f}",
        }
        how = ""
        if is_missing(self.decided.leads.get(row["grid"])):
            how = "-unled"
        elif math.isnan(row["minutes_more"]):
            how = "-unreached"
        elif round(row["minutes_more"], 1) < 0:
            how = "-nearer"
        yield Problem(f"groups-{row['relation']}-elsewhere{how}", values)


def _by_matrix(
    kind: str, matrix: MatrixTravel | None, layer: str, frame: gpd.GeoDataFrame
) -> Iterator[Problem]:
    """Tell of places that a matrix does not name, and of those it does not reach."""
    if matrix is None or not len(frame):
        return
    reached, by_unit = matrix.reached(places_of(frame))
    for code, found in ((f"matrix-by-unit-{kind}", by_unit), ("matrix-no-nearest", ~reached)):
        if found.any():
            told = sample(frame.index[found])
            yield Problem(code, {"layer": layer, "rows": told["rows"], "count": told["count"]})


def _off(kind: str, network: Network, layer: str, frame: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Tell of the places of one layer that stand off the roads."""
    places = places_of(frame)
    joined = network.join(places)
    far = np.asarray(joined.leg > network.snap_metres)
    cut_off = network.set_off(places, joined) & ~far
    for code, found in ((f"roads-far-{kind}", far), (f"roads-off-{kind}", cut_off)):
        if found.any():
            people = float(frame["population"].to_numpy()[found].sum()) if layer == "units" else 0.0
            values = {
                "layer": layer,
                **sample(frame.index[found]),
                "residents": round(people),
                "metres": round(network.snap_metres),
                "most": round(float(joined.leg[found].max())),
            }
            yield Problem(code, values)
