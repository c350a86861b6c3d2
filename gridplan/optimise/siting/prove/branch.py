"""A branch of the tree on sites, and how the tree is grown."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gridplan.optimise.siting.prove.split import DEFAULT as POCKETS
from gridplan.optimise.siting.prove.split import PocketParams, Split
from gridplan.optimise.siting.question.arcs import Arcs
from gridplan.optimise.siting.question.case import Case


@dataclass(frozen=True)
class BranchParams:
    """
    Tuning of the tree.

    Parameters
    ----------
    leaf_arcs, leaf_nodes
        Arcs of a leaf that go to the solver, at most, and nodes it may spend on them.
    root_arcs, packed_root_arcs, most_root_arcs
        Arcs of the root that go to the solver at first (fewer where units are packed whole:
        branching then proves more than the solver on as many), and at most.
    root_times
        Hand-overs at the root, at most.
    thinned
        A node keeps arcs of its own where no more than this share of its parent's is left.
    plunge
        Every so many nodes, one branch is followed to the bottom.
    steps, patience
        Steps of the ascent at a node, enough to use up what the branching gained; and how many
        without gain until its stride is halved.
    wavering
        Where sites are never full and their number is free, it is split on first if the relaxation
        opens a number of them at least so far from a whole one.
    barren
        Arcs are looked through once more where the gap of a node is no more than this share of the
        one at which none could be ruled out.
    first_stride, least_stride
        Of the ascent at a node: share of the way to the best siting, and of the bound at least.
    load_stride, load_patience
        The first stride and the patience where loads have multipliers: the bound of a branch is
        reached along many kinks, on which short-lived strides of full length never gain.
    pockets
        Sums of sites that are split on, where loads have multipliers.
    """

    leaf_arcs: int = 20_000
    leaf_nodes: int = 500
    root_arcs: int = 3_000
    packed_root_arcs: int = 500
    most_root_arcs: int = 24_000
    root_times: int = 12
    thinned: float = 0.8
    plunge: int = 2
    steps: int = 150
    patience: int = 6
    wavering: float = 0.1
    barren: float = 0.5
    first_stride: float = 0.3
    least_stride: float = 1e-6
    load_stride: float = 0.05
    load_patience: int = 50
    pockets: PocketParams = POCKETS


DEFAULT = BranchParams()
NONE = Split(np.zeros(0, dtype=np.int64))


@dataclass(order=True)
class Node:
    """
    A part of the question, arcs left, prices to begin from, and what they open.

    ``case`` has the sites settled so far kept and closed; ``split`` comes next. ``barren`` is the
    gap at which arcs are looked through again.
    """

    bound: float
    number: int
    case: Case = field(compare=False)
    price: np.ndarray = field(compare=False)
    rate: np.ndarray = field(compare=False)
    chosen: np.ndarray = field(compare=False)
    arcs: Arcs = field(compare=False)
    openness: np.ndarray = field(compare=False)
    toll: float = field(compare=False)
    split: Split = field(compare=False, default=NONE)
    barren: float = field(compare=False, default=np.inf)
