"""Reasons of a plan counted anew: closings, standby sites, exchanges; by whole tables of walks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.audit.derived.figures import Facts
from gridplan.audit.derived.ways.walks import places_of
from gridplan.policy.rule import Rule

TRIED, TOLD = 8, 3
"""Sites near a new center that are tried in its place, and how many of them are told."""
REACH_FIRST = ("coverage", "fewest")

_KEPT_BACK = ("center", "close", "unsure")
_TOLD = {
    "site": "site",
    "availability": "status",
    "availability_reason": "status_reason",
    **{name: name for name in ("origin", "ready", "floor_area", "cost_open")},
}
"""What is told of a site not taken, and the column of the candidates that tells it."""

Rows = list[dict[str, Any]]


class Counted:
    """
    What closings and exchanges are counted from.

    Parameters
    ----------
    facts
        The plan put together anew.
    sites
        Every place where a center may stand.
    rules
        That its findings speak of.
    """

    def __init__(self, facts: Facts, sites: gpd.GeoDataFrame, rules: Sequence[Rule]) -> None:
        self.facts, self.rules = facts, rules
        self.centers: gpd.GeoDataFrame = facts.layout.centers
        self.other = sites[[key not in self.centers.index for key in sites.index]]
        self.people = facts.people
        known = {key: at for at, key in enumerate(self.centers.index)}
        self.own = np.array([known.get(key, -1) for key in facts.labels("center")])
        self.walk = facts.layout.units["metres_to_center"].to_numpy(dtype=float)

    @cached_property
    def metres(self) -> np.ndarray:
        """``(n, k)`` whole metres from every unit to every center."""
        return self._to(self.centers)

    @cached_property
    def further(self) -> np.ndarray:
        """``(n, m)`` whole metres from every unit to every site not taken."""
        return self._to(self.other)

    def _to(self, layer: gpd.GeoDataFrame) -> np.ndarray:
        every = np.arange(len(self.people))
        return np.round(self.facts.travel.from_units(every, places_of(layer)))

    def near(self, metres: np.ndarray) -> np.ndarray:
        """Mark what lies within the walk."""
        minutes = metres / self.facts.travel.walked_a_minute
        return np.asarray(minutes <= self.facts.scenario.center_max_minutes)

    @cached_property
    def outside(self) -> np.ndarray:
        """``(n,)`` whether a center of a neighbouring district lies within the walk."""
        layer = self.facts.district.outside_centers
        if not len(layer):
            return np.zeros(len(self.people), dtype=bool)
        return self.near(np.round(self.facts.travel.to_nearest(places_of(layer))))

    @cached_property
    def reached(self) -> np.ndarray:
        """``(n,)`` how many centers lie within the walk."""
        return self.near(self.metres).sum(axis=1) + self.outside

    def lost_without(self, center: int) -> np.ndarray:
        """Mark the units that have this center alone within the walk, ``(n,)``."""
        return self.near(self.metres[:, center]) & (self.reached == 1)

    @cached_property
    def least(self) -> float | None:
        """Percent within the walk that a rule asks for and the plan reaches."""
        share = 100.0 * self.people[self.reached > 0].sum() / max(self.people.sum(), 1e-9)
        bounds = [
            float(rule.lower)
            for rule in self.rules
            if (rule.measure, rule.subject) == ("share_near_center", "district")
            and rule.lower is not None
            and rule.lower <= share + 1e-9
        ]
        return max(bounds, default=None)

    def too_few_near(self, lost: float) -> bool:
        """Whether the rule fails with so many residents fewer within the walk."""
        total = self.people.sum()
        if self.least is None or not total > 0:
            return False
        left = self.people[self.reached > 0].sum() - lost
        return bool(100.0 * left / total < self.least - 1e-9)

    def street_short(self, center: int, instead: object = None) -> bool:
        """Whether the street of a center has too few left, if one opens ``instead`` elsewhere."""
        street = self.centers["subdistrict"].iloc[center]
        if self.centers["regional_center"].isna().all() or pd.isna(street) or street == instead:
            return False
        living = self.people[self.facts.labels("subdistrict") == street].sum()
        rest = [
            at for at in range(len(self.centers)) if at != center and not _post(self.centers, at)
        ]
        left = sum(self.centers["subdistrict"].iloc[at] == street for at in rest)
        return bool(living > 0 and left < self.facts.scenario.regional_min)


def reasons_again(
    facts: Facts, sites: gpd.GeoDataFrame, rules: Sequence[Rule]
) -> Mapping[str, Rows]:
    """
    Count the reasons anew.

    Parameters
    ----------
    facts
        The plan put together anew.
    sites
        Every place where a center may stand.
    rules
        That its findings speak of.

    Returns
    -------
    rows
        ``centers``, ``standbys`` and ``candidates``, as ``plan.json`` has them but not rounded.
    """
    if not len(facts.layout.centers):
        return {"centers": [], "standbys": [], "candidates": []}
    counted = Counted(facts, sites, rules)
    pairs = [_exchange(counted, k, c, close) for (k, c), close in _pairs(counted).items()]
    return {
        "centers": [_closing(counted, k, pairs) for k in range(len(counted.centers))],
        "standbys": _standbys(counted, pairs),
        "candidates": _candidates(counted, pairs),
    }


def _closing(counted: Counted, k: int, pairs: Rows) -> dict[str, Any]:
    key = counted.centers.index[k]
    here = (counted.own == k) & (counted.people > 0)
    people, metres = counted.people[here], counted.metres[here].copy()
    grid = counted.facts.grid[here]
    told = np.array(list(counted.centers["grid"]), dtype=object)
    metres[:, k] = np.inf
    metres[grid[:, None] != told[None, :]] = np.inf
    lone = bool(np.isinf(metres.min(axis=1, initial=np.inf)).any())
    to = metres.argmin(axis=1)
    moved = {} if lone else pd.Series(people).groupby(to).sum().to_dict()
    room = counted.centers["capacity_upper"].astype(float).to_numpy()
    load = [counted.facts.load[name] for name in map(str, counted.centers.index)]
    over = sum(max(0.0, load[one] + more - room[one]) for one, more in moved.items())
    most = min(moved, key=lambda one: (-moved[one], one), default=None)
    far = counted.walk[here] > _limit(counted) * (1 + 1e-12)
    lost = float(counted.people[counted.lost_without(k)].sum())
    breaks = ["alone"] if lone else ["band"] if over > 0.5 else []
    breaks += ["coverage"] * counted.too_few_near(lost) + ["one-n"] * counted.street_short(k)
    own = [pair for pair in pairs if pair["center"] == key and pair["close"]]
    fit = sum(not pair["breaks"] for pair in own)
    new = counted.centers["status"].iloc[k] == "new"
    communities = counted.facts.district.units["community"].to_numpy(dtype=object)[here]
    walked = people @ (np.take_along_axis(metres, to[:, None], 1)[:, 0] - counted.walk[here])
    return {
        "center": key,
        "served_units": int(here.sum()),
        "served_communities": len({name for name in communities if not pd.isna(name)}),
        "beyond_walk_residents": float(people[far].sum()),
        "only_near_residents": lost,
        "closing_person_km": None if lone else float(walked) / 1000,
        "closing_over_residents": None if lone else over,
        "closing_to": None if most is None else str(counted.centers.index[most]),
        "closing_to_residents": None if most is None else float(moved[most]),
        "closing_breaks": ", ".join(breaks),
        "standbys": fit if new else None,
        "critical": bool(breaks) and not fit if new else None,
    }


def _limit(counted: Counted) -> float:
    return counted.facts.scenario.center_max_minutes * counted.facts.travel.walked_a_minute


def _pairs(counted: Counted) -> dict[tuple[int, int], bool]:
    """Pair new centers with sites of their grid; tell whether the site is near the center."""
    centers, other = counted.centers, counted.other
    apart = np.round(_apart(counted), 3)
    new = [k for k in range(len(centers)) if centers["status"].iloc[k] == "new"]
    same = {
        (k, c)
        for k in new
        for c in range(len(other))
        if _one(centers["grid"].iloc[k]) == _one(other["grid"].iloc[c])
        and _post(centers, k) == _post(other, c)
    }
    found: dict[tuple[int, int], bool] = {}
    for k in new:
        mine = sorted((apart[k, c], c) for c in range(len(other)) if (k, c) in same)
        found |= {(k, c): True for _, c in mine[:TRIED]}
    for c in range(len(other)):
        nearest = min(((apart[k, c], k) for k in new if (k, c) in same), default=None)
        if nearest is not None:
            found.setdefault((nearest[1], c), False)
    return dict(sorted(found.items()))


def _post(layer: pd.DataFrame, at: int) -> bool:
    return bool(layer["class"].iloc[at] == "station")


def _one(value: Any) -> Any:  # noqa: ANN401  # of a table
    return None if pd.isna(value) else value


def _apart(counted: Counted) -> np.ndarray:
    one, two = places_of(counted.centers), places_of(counted.other)
    return np.asarray(np.sqrt(((one[:, None] - two[None]) ** 2).sum(axis=-1)))


def _exchange(counted: Counted, k: int, c: int, close: bool) -> dict[str, Any]:
    here = (counted.own == k) & (counted.people > 0)
    more = counted.people[here] @ (counted.further[here, c] - counted.walk[here])
    reached = counted.near(counted.further[:, c])
    lost = counted.people[counted.lost_without(k) & ~reached].sum()
    won = counted.people[(counted.reached == 0) & reached].sum()
    site, center = counted.other.iloc[c], counted.centers.iloc[k]
    breaks = ["band"] * bool(center["population"] > site["capacity_upper"] * (1 + 1e-9))
    breaks += ["coverage"] * counted.too_few_near(lost - won)
    breaks += ["one-n"] * counted.street_short(k, site["subdistrict"])
    area = site.get("floor_area")
    small = area is not None and area < counted.facts.scenario.regional_floor_area_min
    breaks += ["area"] * bool(small and center["class"] == "regional")
    costs = [_one(row.get("cost_open")) for row in (site, center)]
    return {
        "center": counted.centers.index[k],
        "candidate": counted.other.index[c],
        "person_km": float(more) / 1000,
        "beyond_residents": float(lost - won),
        "more_cost": None if None in costs else float(costs[0] - costs[1]),
        "apart_metres": float(_apart(counted)[k, c]),
        "breaks": ", ".join(breaks),
        "close": close,
        "unsure": site.get("availability") == "unverified",
    }


def _order(counted: Counted, pair: Mapping[str, Any], other: str) -> tuple[Any, ...]:
    aims = [round(pair["person_km"], 6), round(pair["beyond_residents"], 6)]
    if counted.facts.scenario.center_objective in REACH_FIRST:
        aims.reverse()
    return (pair["breaks"] != "", pair["unsure"], *aims, str(pair[other]))


def _standbys(counted: Counted, pairs: Rows) -> Rows:
    rows: Rows = []
    for key in counted.centers.index:
        own = [pair for pair in pairs if pair["center"] == key and pair["close"]]
        own.sort(key=lambda pair: _order(counted, pair, "candidate"))
        for rank, pair in enumerate(own[:TOLD], start=1):
            told = {name: value for name, value in pair.items() if name not in _KEPT_BACK}
            rows.append({"center": key, "rank": rank, **told})
    return rows


def _candidates(counted: Counted, pairs: Rows) -> Rows:
    """Tell of the sites not taken, then of those that are rejected."""
    rows = [_candidate(counted, c, pairs) for c in range(len(counted.other))]
    given = counted.facts.district.candidates
    gone = given.iloc[:0]
    if "status" in given:
        gone = given[(given["status"] == "rejected").to_numpy(dtype=bool)]
    ids = {row["candidate"] for row in rows}
    known = any(layer.layer == "candidates" for layer in counted.facts.district.layers)
    units = counted.facts.district.units
    for key, row in gone.iterrows():
        at = units.index.get_loc(row["unit"])
        point = gone.geometry.loc[[key]].to_crs(4326).iloc[0]
        rows.append(
            {
                "candidate": f"{key}-r" if str(key) in ids else str(key),
                "subdistrict": _one(counted.facts.labels("subdistrict")[at]),
                "community": _one(units["community"].iloc[at]),
                "grid": _one(counted.facts.grid[at]),
                **{name: _one(row.get(source)) for name, source in _TOLD.items()},
                "site": key if known else None,
                "lon": point.x,
                "lat": point.y,
            }
        )
    return rows


def _candidate(counted: Counted, c: int, pairs: Rows) -> dict[str, Any]:
    site = counted.other.iloc[c]
    point = counted.other.geometry.iloc[[c]].to_crs(4326).iloc[0]
    key = counted.other.index[c]
    newly = counted.people[(counted.reached == 0) & counted.near(counted.further[:, c])].sum()
    own = [pair for pair in pairs if pair["candidate"] == key]
    best = min(own, key=lambda pair: _order(counted, pair, "center"), default=None)
    return {
        "candidate": key,
        **{name: _one(site[name]) for name in ("subdistrict", "community", "grid")},
        "capacity_upper": float(site["capacity_upper"]),
        "newly_near_residents": float(newly),
        "swap": None if best is None else best["center"],
        "swap_person_km": None if best is None else best["person_km"],
        "swap_beyond_residents": None if best is None else best["beyond_residents"],
        "swap_more_cost": None if best is None else best["more_cost"],
        "swap_breaks": None if best is None else best["breaks"],
        **{name: _one(site.get(name)) for name in _TOLD if name in counted.other.columns},
        "lon": point.x,
        "lat": point.y,
    }
