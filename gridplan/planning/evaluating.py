"""
A drawing judged while it is drawn: figures and findings of the grids, without placing centers.

What depends on the district alone (ways to the hospitals, the graph, the rules) is prepared once;
each drawing is then judged by array arithmetic, quick enough to follow a pen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.optimise.siting import spread_of
from gridplan.planning.checks.checks import check, scenario_rules
from gridplan.planning.demands.found import demands_of
from gridplan.planning.drawn_stages import scenario_as_drawn
from gridplan.planning.grids.drawing import Drawing, Drawn, drawing_of
from gridplan.planning.layout.groups import form_groups, hospital_roles
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures import GRID_MEASURES, Values
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.ways import Ways, ways_of
from gridplan.policy.rule import Rule
from gridplan.text.card import Card, Rows


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation(Card):
    """
    What a drawing comes to.

    Parameters
    ----------
    grids
        Index ``grid``: ``drawn_name``, ``lead`` (None where there is none), ``population``,
        ``units``, ``deviation`` (share of the mean), ``pieces``, ``contiguous``,
        ``mean_minutes_to_lead``, ``p90_minutes_to_lead``, ``max_minutes_to_lead``.
    findings
        The rules on grids, as :data:`gridplan.planning.checks.checks.FINDING_COLUMNS`, without
        caveats; those on centers wait for the plan.
    boundary_km
        Length of the boundaries between grids.
    notes
        What was noticed, as data.
    """

    grids: pd.DataFrame
    findings: pd.DataFrame
    boundary_km: float
    notes: tuple[Problem, ...]

    def _card(self) -> tuple[str, Rows]:
        states = self.findings["state"].value_counts()
        return "Evaluation of drawn grids", [
            ("grids", len(self.grids)),
            ("deviation", f"{100 * self.grids['deviation'].abs().max():.1f} % at most"),
            ("pieces", int(self.grids["pieces"].sum())),
            ("boundary", f"{self.boundary_km:,.1f} km"),
            ("findings", ", ".join(f"{count} {state}" for state, count in states.items())),
        ]


@dataclass(frozen=True, eq=False)
class Board:
    """
    What every drawing on one district is judged by.

    Parameters
    ----------
    ways
        To every hospital.
    rules
        Those on grids alone.
    graph
        ``(n, n)`` metres of boundary that neighbours share.
    joined
        The same without what barriers part.
    parents
        Number of the street and of the community of each unit, -1 where it has none, by measure.
    """

    ways: Ways
    rules: tuple[Rule, ...]
    graph: sparse.csr_array
    joined: sparse.csr_array
    parents: dict[str, np.ndarray]


@lru_cache(maxsize=2)
def board_of(
    district: District, scenario: Scenario, own: tuple[tuple[str, Path], ...] = ()
) -> Board:
    """Prepare what is the same for all drawings; kept for the last two asked for."""
    demands_of(district, scenario)  # whatever it names wrongly is told
    rules = scenario_rules(scenario, district.folder, code=district.code, own_profiles=dict(own))
    return Board(
        ways_of(district, scenario),
        tuple(rule for rule in rules if rule.measure in GRID_MEASURES),
        sparse.csr_array(district.adjacency),
        sparse.csr_array(district.contiguity),
        {
            name: pd.factorize(district.units[level])[0]
            for name, level in (("streets_cut", "subdistrict"), ("communities_cut", "community"))
        },
    )


def evaluate(
    district: District,
    scenario: Scenario,
    drawn: Drawn,
    *,
    own: tuple[tuple[str, Path], ...] = (),
) -> Evaluation:
    """
    Judge a drawing without placing centers.

    Parameters
    ----------
    district, scenario
        What was drawn on; tolerance, speed, rules.
    drawn
        As drawn.
    own
        Names and files of the planner's own profiles that do not lie in the district's folder.

    Returns
    -------
    Evaluation
        The same figures and findings of grids as a plan of the same drawing.

    Raises
    ------
    InputError
        If the drawing or the rules cannot be read.
    """
    board = board_of(district, scenario, own)
    drawing = drawing_of(district, scenario, drawn, metres=board.ways.metres)
    way = board.ways.to_leads(drawing.grid, drawing.leads)
    minutes = way / scenario.drive_metres_per_minute
    code = drawing.leads.index.get_indexer(drawing.grid)
    grids = _figures(district, board, drawing, code, minutes)
    layout = _layout(district, drawing, grids, minutes)
    rows = np.repeat(np.arange(len(code)), np.diff(board.graph.indptr))
    between = code[rows] != code[board.graph.indices]
    return Evaluation(
        grids=grids,
        findings=check(
            layout,
            board.rules,
            scenario_as_drawn(scenario, len(grids)),
            measured={
                "pieces_of_grid": dict(
                    zip(grids.index, grids["pieces"].astype(float), strict=True)
                ),
                **cuts_of(district, board.parents, code, len(grids)),
            },
            quick=True,
        ),
        boundary_km=float(board.graph.data[between].sum()) / 2000,  # each pair stands there twice
        notes=drawing.notes,
    )


def _figures(
    district: District, board: Board, drawing: Drawing, code: np.ndarray, minutes: np.ndarray
) -> pd.DataFrame:
    """Sum everything by grid."""
    people = district.units["population"].to_numpy(dtype=float)
    count = len(drawing.leads)
    population = np.bincount(code, weights=people, minlength=count)
    pieces = pieces_of(board.joined, code, count)
    spread = [spread_of(minutes[code == at], people[code == at])[None] for at in range(count)]
    return pd.DataFrame(
        {
            "drawn_name": drawing.names,
            "lead": drawing.leads,
            "population": population,
            "units": np.bincount(code, minlength=count),
            "deviation": population / (people.sum() / count) - 1,
            "pieces": pieces,
            "contiguous": pieces == 1,
            "mean_minutes_to_lead": [one.mean for one in spread],
            "p90_minutes_to_lead": [one.p90 for one in spread],
            "max_minutes_to_lead": [one.largest for one in spread],
        },
        index=drawing.leads.index,
    )


def cuts_of(
    district: District, parents: Mapping[str, np.ndarray], code: np.ndarray, count: int
) -> dict[str, Values]:
    """Count streets and communities whose residents lie in two or more grids."""
    peopled = district.units["population"].to_numpy(dtype=float) > 0
    found: dict[str, Values] = {}
    for name, parent in parents.items():
        known = peopled & (parent >= 0)
        pairs = np.unique(parent[known] * count + code[known])
        cut = int((np.bincount(pairs // count) > 1).sum()) if len(pairs) else 0
        if known.any():
            found[name] = {district.code: float(cut)}
    return found


def pieces_of(graph: sparse.csr_array, code: np.ndarray, count: int) -> np.ndarray:
    """Count the connected pieces of every grid at once: edges between grids are left out."""
    rows = np.repeat(np.arange(len(code)), np.diff(graph.indptr))
    same = code[rows] == code[graph.indices]
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows[same], minlength=len(code)))])
    inside = sparse.csr_array((graph.data[same], graph.indices[same], starts), shape=graph.shape)
    number, label = csgraph.connected_components(inside, directed=False)
    of_grid = np.zeros(number, dtype=int)
    of_grid[label] = code
    return np.bincount(of_grid, minlength=count)


def _layout(
    district: District, drawing: Drawing, grids: pd.DataFrame, minutes: np.ndarray
) -> Layout:
    """Give the rules what they read: grids, hospitals and groups, and no centers."""
    hospitals = hospital_roles(district.hospitals, drawing.grid, drawing.leads, district.agreements)
    bare = district.centers.iloc[:0].assign(grid=None)
    return Layout(
        district=district,
        units=pd.DataFrame(
            {
                "grid": drawing.grid,
                "subdistrict": district.units["subdistrict"],
                "minutes_to_lead": minutes,
            }
        ),
        grids=gpd.GeoDataFrame(grids),
        centers=bare,
        subdistricts=district.subdistricts,
        hospitals=hospitals,
        groups=form_groups(drawing.leads, hospitals, bare, district.agreements),
    )
