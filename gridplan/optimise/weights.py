"""What one counted operation weighs in work units: the only place where work gets its size.

One unit is about one processor second of a two-core office machine, within a factor of two or three
for every step; ``python -m benchmarks.meter`` measures how near. A weight is part of what a run
does: a change of one changes answers, a faster machine does not.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """
    Work units of one operation each.

    Parameters
    ----------
    program, program_entry
        One linear or integer program, and one nonzero entry of it: set up, presolved, read.
    pivot, pivot_entry
        One simplex iteration, and one nonzero or row its program has.
    pivot_wide
        Nonzeros and rows beyond which an iteration takes no more: it touches few there.
    mixed_pivot, mixed_pivot_entry
        The same in an integer program, with what else it does.
    mixed_clash
        Two nonzero entries of one row of an integer program, as its presolve looks for clashes.
    inner_entry
        One nonzero or row in one iteration of the interior method.
    check, check_entry
        What an integer program does beside its pivots from one of its questions whether to go on to
        the next, and the same for one nonzero or row.
    asked, asked_entry
        What an integer program is taken to do, pivots and all, from one of these questions to the
        next, and the same for one nonzero or row: to end it when its work is about done.
    fall_step
        One step of an annealing of a plain partition (:mod:`.partition.price.multistart`).
    walk_step
        One step of an annealing of any partition (:mod:`.partition.local.annealing`).
    cell
        One cell of a knapsack's table (:mod:`.partition.bound.knapsack`).
    pair
        One pair of unit and part looked at once: prices, transport, growth.
    fill_pair
        One pair in a continuous knapsack (:mod:`.partition.bound.median`).
    search_unit
        One unit in one node of a search for connected parts
        (:mod:`.partition.price.kernels.connected_part`).
    part_entry
        One unit of one part, listed or looked through.
    grow_pair
        One pair of unit and part where parts grow from their centers.
    flow_edge
        One edge of a minimum cut.
    arc
        One arc of a siting priced once.
    listed_arc
        One arc listed, and its part told.
    ascent
        One step of an ascent over arcs, beside its arcs.
    move
        One move of a siting's annealing (:mod:`.siting.local.annealing`).
    """

    program: float = 1.5e-3
    program_entry: float = 4.5e-7
    pivot: float = 1.2e-5
    pivot_entry: float = 8e-10
    pivot_wide: int = 40_000
    mixed_pivot: float = 4e-5
    mixed_pivot_entry: float = 1.8e-8
    mixed_clash: float = 3e-8
    inner_entry: float = 8.8e-8
    check: float = 3.5e-4
    check_entry: float = 4e-8
    asked: float = 2e-3
    asked_entry: float = 6e-7
    fall_step: float = 5.3e-8
    walk_step: float = 2e-7
    cell: float = 1.5e-9
    pair: float = 1.2e-9
    fill_pair: float = 1.5e-8
    search_unit: float = 6e-8
    part_entry: float = 2e-9
    grow_pair: float = 3e-7
    flow_edge: float = 2e-5
    arc: float = 1e-8
    listed_arc: float = 3e-7
    ascent: float = 4e-5
    move: float = 5e-7


WEIGHTS = Weights()
"""Those in use."""
