"""All tuning of the siting engine in one value, handed from room to room."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.optimise.siting.bound.lagrangian import RelaxationParams
from gridplan.optimise.siting.bound.load_multipliers import MultiplierParams
from gridplan.optimise.siting.bound.sampled_start import SampleParams
from gridplan.optimise.siting.local.annealing import AnnealingParams
from gridplan.optimise.siting.local.interchange import InterchangeParams
from gridplan.optimise.siting.local.placing import PlacingParams
from gridplan.optimise.siting.local.regions import RegionParams
from gridplan.optimise.siting.local.swaps import SwapParams
from gridplan.optimise.siting.prove.branch import BranchParams
from gridplan.optimise.siting.prove.deepening import DeepeningParams
from gridplan.optimise.siting.question.arcs import ListParams


@dataclass(frozen=True)
class TurnParams:
    """
    How bound, search and proof take turns; all work in shares of what a run plans with.

    Parameters
    ----------
    tiny_arcs
        Arcs up to which the whole question goes to the solver as one integer program.
    climbs
        Steps up the relaxation: at first, then with whole knapsacks, or else with fractional ones.
    climb_proven
        Steps up what is proven over all arcs, where the question leaves some out.
    climb_slice, least_work
        An ascent is cut into slices of so many steps where arcs are many or the work planned is
        less than this: it keeps its momentum only while it lasts.
    proof_arcs, most_proof_arcs
        Arcs up to which a proof by branching is tried, and where sites of many units are few, and
        prices uneven or hardly any room left.
    few_units, some_units
        Questions of so many units are branched on whatever the gap: at every turn, at the first.
    few_sites
        Sites up to which questions of sites that are never full, or of many units each, are
        branched on whatever their units.
    packed_gain
        Share of the bound that packing must raise it by to be preferred where prices are uneven.
    closing_gap
        Relative gap below which branching may well close it.
    proof_climb
        Steps up the relaxation before branching begins.
    quick_work
        Work units of the first annealing where a proof is near.
    hot, restart_hot, cycle_hot
        Heat of annealing: at first, without a siting yet, and in turns.
    by_parts, searched
        Share of the work left for parts that share no arc, and share of that for solving those of
        the best siting: the rest is for bounding the whole.
    anew
        Share by which a siting must have become cheaper for its parts to be solved anew.
    turns
        Most of them.
    """

    tiny_arcs: int = 500
    climbs: tuple[int, int, int] = (250, 400, 500)
    climb_proven: int = 300
    climb_slice: int = 50
    least_work: float = 1.5
    proof_arcs: int = 1_500_000
    most_proof_arcs: int = 6_000_000
    few_units: int = 200
    some_units: int = 1000
    few_sites: int = 400
    packed_gain: float = 0.001
    closing_gap: float = 0.005
    proof_climb: int = 200
    quick_work: float = 0.05
    hot: float = 0.3
    restart_hot: float = 0.6
    cycle_hot: tuple[float, float, float] = (0.3, 0.12, 0.06)
    by_parts: float = 0.85
    searched: float = 0.35
    anew: float = 0.001
    turns: int = 60


@dataclass(frozen=True)
class LargeSiteParams:
    """
    Turns of the engine for sites of many units.

    Parameters
    ----------
    slices
        Pieces of the first search, so that a clock which ends it has not taken all that was found.
    most_kick
        Exchanges made at random, at most, to begin again from.
    climb
        Steps up the relaxation a turn, where the question is too large to branch on.
    first, first_uneven
        Share of the work for the first search; and where prices are uneven, so that sites decide
        more than who goes where.
    proof, split
        Share of the work left for branching, each third turn; and where prices are uneven.
    early
        Most work units of the first branching, four times as many of each next one; where prices
        are uneven, branching is not held back.
    hints, hinted
        Where prices are uneven: share of the work to look for sites as if nothing were ever full,
        and how many of those found are looked into.
    hot
        Heat of the annealing that mends an assignment.
    turns
        Most of them.
    nearly_full
        Share of what the largest sites hold together from which on there is hardly any room.
    many
        Units from which on whole units are assigned by moves first, and first sites are placed
        whatever the relaxation would open.
    """

    slices: int = 8
    most_kick: int = 4
    climb: int = 150
    first: float = 0.4
    first_uneven: float = 0.15
    proof: float = 0.25
    split: float = 0.8
    early: float = 2.0
    hints: float = 0.1
    hinted: int = 3
    hot: float = 0.05
    turns: int = 500
    nearly_full: float = 0.95
    many: int = 20_000

    def shares(self, *, uneven: bool) -> tuple[float, float]:
        """Give the shares of the first search and of branching."""
        return (self.first_uneven, self.split) if uneven else (self.first, self.proof)


TURNS, LARGE, LISTS = TurnParams(), LargeSiteParams(), ListParams()
RELAXATION, MULTIPLIERS = RelaxationParams(), MultiplierParams()
ANNEALING, INTERCHANGE, SWAPS = AnnealingParams(), InterchangeParams(), SwapParams()
PLACING, SAMPLE = PlacingParams(), SampleParams()
REGIONS, BRANCHING, DEEPENING = RegionParams(), BranchParams(), DeepeningParams()


@dataclass(frozen=True)
class SitingParams:
    """
    Tuning of every algorithm of the engine.

    Parameters
    ----------
    lists
        Arcs listed of a large dense table.
    relaxation, multipliers
        Lagrangian relaxation, and its load constraints.
    sample
        First prices of large questions, for sites of many units.
    placing
        First sites, for those of many units.
    annealing, interchange, swaps, regions
        The searches.
    branching, deepening
        The proofs.
    turns, large_sites
        How they take turns.
    """

    lists: ListParams = LISTS
    relaxation: RelaxationParams = RELAXATION
    multipliers: MultiplierParams = MULTIPLIERS
    sample: SampleParams = SAMPLE
    placing: PlacingParams = PLACING
    annealing: AnnealingParams = ANNEALING
    interchange: InterchangeParams = INTERCHANGE
    swaps: SwapParams = SWAPS
    regions: RegionParams = REGIONS
    branching: BranchParams = BRANCHING
    deepening: DeepeningParams = DEEPENING
    turns: TurnParams = TURNS
    large_sites: LargeSiteParams = LARGE


DEFAULT = SitingParams()
