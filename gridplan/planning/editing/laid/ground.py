"""What every edit on one district is worked out from, prepared once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from gridplan.district.district import District
from gridplan.planning.checks.checks import NONE_OWN, scenario_rules
from gridplan.planning.editing.laid.state import Numbers, State
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import Journeys, journeys_of
from gridplan.planning.ways.ways import Ways, ways_of
from gridplan.policy.assessment import Assessment, read_assessment
from gridplan.policy.rule import Rule

Metres = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """
    One district under one scenario.

    Parameters
    ----------
    district, scenario
        As planned: residents of the year, profiles placed.
    rules, assessment
        Held against every layout.
    ways
        From every unit to every hospital.
    journeys
        How walks are measured.
    people
        ``(n,)`` residents.
    graph, joined
        ``(n, n)`` metres of shared boundary; the same without what barriers part.
    parents
        Number of the street and of the community of each unit, -1 where it has none, by the name of
        the measure that counts those cut.
    areas
        ``(n,)`` square metres.
    street
        ``(n,)`` position of each unit's street among those of the district; -1 for none.
    housed
        ``(h,)`` position of the unit each hospital stands in.
    walks
        ``(n,)`` metres from every unit to a place, by its coordinates; filled as places come up.
    others
        Walks to the nearest of what edits leave alone: centers of neighbours, village stations,
        hospitals; by the names of :mod:`gridplan.planning.ways.nearest`.
    """

    district: District
    scenario: Scenario
    rules: tuple[Rule, ...]
    assessment: Assessment
    ways: Ways
    journeys: Journeys
    people: Metres
    graph: sparse.csr_array
    joined: sparse.csr_array
    parents: Mapping[str, Numbers]
    areas: Metres
    street: Numbers
    housed: Numbers
    walks: dict[tuple[float, float], Metres] = field(default_factory=dict)
    others: dict[str, Metres] = field(default_factory=dict)

    def walked(self, x: float, y: float) -> Metres:
        """Give the walk from every unit to a place, whole metres."""
        key = (float(x), float(y))
        if key not in self.walks:
            own = np.zeros(len(self.people), dtype=np.int64)
            self.walks[key] = self.journeys.walked_to_own(np.array([key]), own)
        return self.walks[key]

    def to_sites(self, state: State, sites: Numbers, units: Numbers) -> Metres:
        """Give the walk from some units to some centers, ``(len(units), len(sites))`` metres."""
        points = state.sites.geometry.to_numpy()
        if not len(sites):
            return np.zeros((len(units), 0))
        return np.column_stack([self.walked(points[at].x, points[at].y)[units] for at in sites])


def ground_of(district: District, scenario: Scenario, own: Mapping[str, Path] = NONE_OWN) -> Ground:
    """
    Prepare a district for edits; takes about as long as reading it.

    Parameters
    ----------
    district, scenario
        Of a plan.
    own
        Files of the planner's own rules by name, as for
        :func:`gridplan.planning.checks.checks.scenario_rules`.

    Raises
    ------
    InputError
        If a rule or an answer cannot be read.
    """
    units = district.units
    return Ground(
        district=district,
        scenario=scenario,
        rules=scenario_rules(scenario, district.folder, code=district.code, own_profiles=own),
        assessment=read_assessment(district.folder),
        ways=ways_of(district, scenario),
        journeys=journeys_of(district, scenario),
        people=units["population"].to_numpy(dtype=float),
        graph=sparse.csr_array(district.adjacency),
        joined=sparse.csr_array(district.contiguity),
        parents={
            name: pd.factorize(units[level])[0]
            for name, level in (("streets_cut", "subdistrict"), ("communities_cut", "community"))
        },
        areas=units.geometry.area.to_numpy(),
        street=np.asarray(district.subdistricts.index.get_indexer(units["subdistrict"])),
        housed=np.asarray(units.index.get_indexer(district.hospitals["unit"])),
    )
