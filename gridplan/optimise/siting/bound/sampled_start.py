"""
First prices of a large question from a sample of its units (coarse to fine).

An ascent over all arcs spends most of its steps on finding the order of size of its multipliers.
A sample finds it at a fraction of the work: of so many units next to each other, by nearest site
and way to it, one stands for all. Its prices a head are then those of the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.bound.lagrangian import Duals, Relaxation, RelaxationParams
from gridplan.optimise.siting.bound.load_multipliers import LoadRelaxation, MultiplierParams
from gridplan.optimise.siting.question.arcs import Arcs, usable_arcs
from gridplan.optimise.siting.question.case import Case


@dataclass(frozen=True)
class SampleParams:
    """
    When and how units are sampled.

    Parameters
    ----------
    arcs
        Arcs of a question from which on it is.
    units, most
        Units of a sample for each open site, about; units that one stands for, at most.
    steps
        Up the relaxation of the sample.
    """

    arcs: int = 1_000_000
    units: float = 40.0
    most: int = 8
    steps: int = 400


DEFAULT = SampleParams()


def sampled_start(
    relaxation: Relaxation,
    run: Run,
    params: SampleParams,
    common: RelaxationParams,
    tuning: MultiplierParams,
) -> Duals | None:
    """
    Raise the bound of a sample, and give its prices to everyone.

    Parameters
    ----------
    relaxation
        Of the whole; its case and arcs are read.
    run
        Charged for the work.
    params, common, tuning
        Of the sample, and of relaxations.

    Returns
    -------
    Duals
        Of all units and sites; None where the question is too small for a sample.
    """
    case, arcs = relaxation.case, relaxation.arcs
    each = int(min(params.most, case.n / (params.units * max(1, case.low))))
    if len(arcs.cost) < params.arcs or each < 2 or (np.diff(arcs.start) == 0).any():
        return None
    picked, block = _sample(case, arcs, each)
    demand = np.bincount(block, weights=case.demand, minlength=len(picked))
    factor = demand / np.maximum(case.demand[picked], 1e-9)
    table = sparse.csr_matrix(case.cost[picked])
    table.data = table.data * np.repeat(factor, np.diff(table.indptr))
    beyond = None if case.beyond is None else case.beyond[picked] * factor
    few = replace(case, cost=table, demand=demand, beyond=beyond)
    small = LoadRelaxation(few, usable_arcs(few), common, tuning)
    small.raise_bound(run, iterations=params.steps)
    best = small.best
    if best is None or not np.isfinite(best.bound):
        return None
    rate = best.price / np.maximum(demand, 1e-9)
    return Duals(rate[block] * case.demand, best.rate, small.openness)


def _sample(case: Case, arcs: Arcs, each: int) -> tuple[np.ndarray, np.ndarray]:
    """Pick every so manieth unit, and say which of them stands for each."""
    first = arcs.start[:-1]
    apart = arcs.cost[first] / np.maximum(case.demand, 1e-9)
    order = np.lexsort((apart, arcs.site[first]))
    order = order[np.argsort(case.demand[order] <= 0.0, kind="stable")]  # the idle stand for none
    picked = order[each // 2 :: each]
    block = np.empty(case.n, dtype=np.int64)
    block[order] = np.minimum(np.arange(case.n) // each, len(picked) - 1)
    return picked, block
