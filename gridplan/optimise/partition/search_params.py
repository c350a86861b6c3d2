"""Which way a partition problem goes: the tuning of the strategy, and of all it calls."""

from __future__ import annotations

from dataclasses import dataclass, field

from gridplan.optimise.partition.bound.knapsack import KnapsackParams
from gridplan.optimise.partition.bound.min_cut import MinCutParams
from gridplan.optimise.partition.centers.choose_centers import ChoiceParams
from gridplan.optimise.partition.centers.free_parts import FreeParams
from gridplan.optimise.partition.local.annealing import AnnealingParams
from gridplan.optimise.partition.local.construct import ConstructParams
from gridplan.optimise.partition.local.corridors import CorridorParams
from gridplan.optimise.partition.local.large_neighbourhood import (
    NeighbourhoodParams,
)
from gridplan.optimise.partition.service_areas import ServiceParams
from gridplan.optimise.partition.wide_areas import WideParams


@dataclass(frozen=True)
class Balancing:
    """An annealing that looks for a sound assignment, with at most so many work units."""

    annealing: AnnealingParams
    work: float


@dataclass(frozen=True)
class SearchParams:
    """
    Which way a problem goes.

    Parameters
    ----------
    small
        Allowed pairs of atom and part up to which the exact program is solved to proof at once.
    choice
        The same where centers are chosen: the columns of a district of eighty units.
    exact_share
        Of the run; a program not solved by then leaves the search time for an answer.
    glance
        Share of the run for a first answer where centers are chosen, before its exact program.
    nodes, nodes_per_work
        Branch-and-bound nodes after which an exact program gives way to the search; of these for
        each work unit that is left.
    proof
        Allowed pairs up to which the exact program is tried for a bound after the search.
    improving, improving_wide
        Share of what is left of the run for large neighbourhoods, with a proof to follow and
        without.
    mending, mending_share
        How a first assignment is annealed into its bounds, tried in turn, and share of what is left
        of the run for each.
    few
        Units a part up to which parts are hard to fill.
    balancing, balancing_few
        Annealings that look for a sound assignment: at the last, and with few units a part at
        once, all of it is melted, then frozen under high prices.
    rough, polishing, polishing_share
        Relative gap above which a first answer is annealed as a whole before anything else, how,
        and the share of what is left of the run for it.
    balancing_share
        Share of what is left of the run for each of them.
    first
        Work units, for each pair of unit and part, that a first answer is tried with however few
        are left.
    knapsack, knapsack_wide
        Of the knapsack bound; where parts hold many units, separator cuts hardly lift it.
    min_cut, corridors, constructing, neighbourhood, service, wide, choosing, free
        Of the algorithms called.
    """

    small: int = 700
    choice: int = 6500
    exact_share: float = 0.75
    glance: float = 0.1
    nodes: int = 20_000
    nodes_per_work: float = 500
    proof: int = 16_000
    improving: float = 0.75
    improving_wide: float = 0.95
    mending: tuple[Balancing, ...] = (
        Balancing(AnnealingParams(8, 0.01, 1e-3, 2.0), 0.4),
        Balancing(AnnealingParams(8, 0.1, 1e-3, 4.0), 0.6),
    )
    mending_share: float = 0.1
    few: int = 25
    balancing: tuple[Balancing, ...] = (
        Balancing(AnnealingParams(10, 0.03, 0.002, 1.0), 1.2),
        Balancing(AnnealingParams(20, 0.01, 0.002, 10.0), 0.8),
        Balancing(AnnealingParams(16, 5.0, 0.005, 20.0), 1.0),
    )
    balancing_few: tuple[Balancing, ...] = (
        Balancing(AnnealingParams(6, 2.0, 0.1, 2.0), 1.0),
        Balancing(AnnealingParams(30, 0.3, 0.1, 30.0), 0.6),
        Balancing(AnnealingParams(10, 1.0, 0.3, 10.0), 1.2),
    )
    rough: float = 5e-3
    polishing: Balancing = Balancing(AnnealingParams(16, 1.0, 5e-4, 5.0), 1.0)
    polishing_share: float = 0.6
    balancing_share: float = 0.3
    first: float = 5e-5
    knapsack: KnapsackParams = field(default_factory=KnapsackParams)
    knapsack_wide: KnapsackParams = field(default_factory=lambda: KnapsackParams(renewals=0))
    min_cut: MinCutParams = field(default_factory=MinCutParams)
    corridors: CorridorParams = field(default_factory=CorridorParams)
    constructing: ConstructParams = field(default_factory=ConstructParams)
    neighbourhood: NeighbourhoodParams = field(default_factory=NeighbourhoodParams)
    service: ServiceParams = field(default_factory=ServiceParams)
    wide: WideParams = field(default_factory=WideParams)
    choosing: ChoiceParams = field(default_factory=ChoiceParams)
    free: FreeParams = field(default_factory=FreeParams)
