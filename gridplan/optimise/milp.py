"""The only door to a solver: linear and mixed-integer programs over sparse arrays, by HiGHS.

One thread, a fixed seed and limits on nodes and iterations make an answer repeatable; the clock
only cuts it short.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.options import strict

LARGE_COST, SMALL_COST = 1e11, 1.0
"""Where the largest cost is beyond the one or below the other, costs are scaled: the solver's
tolerances are absolute."""

TICK = 0.2
"""Seconds between two questions whether to go on."""

_STATUS = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
}


@dataclass(frozen=True)
class Solve:
    """
    What the solver answered.

    Parameters
    ----------
    status
        ``optimal`` (within the gap asked for), ``feasible``, ``infeasible``, ``unbounded`` or
        ``unknown`` (stopped before any solution).
    x
        Values of the columns, or None.
    objective, bound
        Value of ``x`` and proven lower bound; infinite where there is none.
    row_dual, col_dual
        Duals of rows and reduced costs of columns; None for integer programs.
    nodes, iterations, seconds
        Branch-and-bound nodes, simplex iterations, time.
    """

    status: str
    x: np.ndarray | None
    objective: float
    bound: float
    row_dual: np.ndarray | None
    col_dual: np.ndarray | None
    nodes: int
    iterations: int
    seconds: float


@strict()
def solve(  # noqa: PLR0913  # a linear program has this many parts
    cost: ArrayLike,
    matrix: sparse.spmatrix | sparse.sparray,
    row_lower: ArrayLike,
    row_upper: ArrayLike,
    *,
    col_lower: ArrayLike | float = 0.0,
    col_upper: ArrayLike | float = np.inf,
    integer: ArrayLike | bool = False,
    start: ArrayLike | None = None,
    cutoff: float | None = None,
    gap: float = 1e-9,
    node_limit: int | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    interior: float | None = None,
    tick: Callable[[], bool] | None = None,
) -> Solve:
    """
    Minimise ``cost @ x`` subject to ``row_lower <= matrix @ x <= row_upper`` and column bounds.

    Parameters
    ----------
    cost
        ``(columns,)``.
    matrix
        ``(rows, columns)``, sparse.
    row_lower, row_upper
        ``(rows,)``; infinite where one-sided.
    col_lower, col_upper, integer
        ``(columns,)`` or one value for all.
    start
        A feasible ``x`` to begin from (integer programs only).
    cutoff
        Solutions worse than this are not wanted.
    gap
        Relative gap at which an integer program counts as solved.
    node_limit
        Deterministic end of an integer program.
    time_limit
        Seconds; cuts the run short.
    seed
        Of the solver's own random choices.
    interior
        Solve a linear program from the inside to this tolerance and stay there: duals in the middle
        of the best ones instead of at a corner.
    tick
        Asked now and then while an integer program is solved; True ends it with the best so far.

    Returns
    -------
    Solve
    """
    began = time.perf_counter()
    rows = sparse.csr_matrix(matrix)
    columns = rows.shape[1]
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows.shape
    price = np.asarray(cost, dtype=float)
    scale = scale_of(price)
    lp.col_cost_ = price / scale
    lp.col_lower_ = np.broadcast_to(np.asarray(col_lower, dtype=float), columns).copy()
    lp.col_upper_ = np.broadcast_to(np.asarray(col_upper, dtype=float), columns).copy()
    lp.row_lower_ = np.asarray(row_lower, dtype=float)
    lp.row_upper_ = np.asarray(row_upper, dtype=float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = rows.indptr
    lp.a_matrix_.index_ = rows.indices
    lp.a_matrix_.value_ = rows.data.astype(float)
    whole = np.broadcast_to(np.asarray(integer, dtype=bool), columns)
    mixed = bool(whole.any())
    if mixed:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(w)] for w in whole]

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", int(seed))
    solver.setOptionValue("mip_rel_gap", float(gap))
    if interior is not None:
        _stay_inside(solver, interior)
    _limit(solver, node_limit, time_limit)
    if cutoff is not None:
        solver.setOptionValue("objective_bound", float(cutoff) / scale)
    solver.passModel(lp)
    if mixed and start is not None:
        solver.setSolution(columns, np.arange(columns), np.asarray(start, dtype=float))
    failure = None if tick is None or not mixed else _ask(solver, tick)
    solver.run()
    if failure:
        raise failure[0]
    return _read(solver, mixed=mixed, scale=scale, seconds=time.perf_counter() - began)


def _limit(solver: highspy.Highs, node_limit: int | None, time_limit: float | None) -> None:
    if node_limit is not None:
        solver.setOptionValue("mip_max_nodes", int(node_limit))
    if time_limit is not None and np.isfinite(time_limit):
        solver.setOptionValue("time_limit", max(0.01, float(time_limit)))


def _ask(solver: highspy.Highs, tick: Callable[[], bool]) -> list[BaseException]:
    """Have the solver ask whether to stop; what the answer raises is kept, the run stopped."""
    failure: list[BaseException] = []
    asked = time.perf_counter()

    def interrupt(event: highspy.HighsCallbackEvent) -> None:
        nonlocal asked
        if not failure and time.perf_counter() - asked >= TICK:
            asked = time.perf_counter()
            try:
                if not tick():
                    return
            except BaseException as error:  # raised again once the solver is left
                failure.append(error)
            event.interrupt()
        elif failure:
            event.interrupt()

    solver.cbMipInterrupt.subscribe(interrupt)
    return failure


def _stay_inside(solver: highspy.Highs, tolerance: float) -> None:
    """Have a linear program solved by an interior-point method that ends where it stands."""
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("ipm_optimality_tolerance", float(tolerance))


def scale_of(cost: np.ndarray) -> float:
    """Power of two that brings the largest cost between the two limits; 1 where it is."""
    most = float(np.abs(cost).max(initial=0.0))
    if most > LARGE_COST:
        return float(2.0 ** np.ceil(np.log2(most / LARGE_COST)))
    return float(2.0 ** np.floor(np.log2(most / SMALL_COST))) if 0 < most < SMALL_COST else 1.0


def _read(solver: highspy.Highs, *, mixed: bool, scale: float, seconds: float) -> Solve:
    info = solver.getInfo()
    status = _STATUS.get(solver.getModelStatus(), "unknown")
    solution = solver.getSolution()
    has_x = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if status == "unknown" and has_x and mixed:
        status = "feasible"
    duals = has_x and not mixed
    bound = info.mip_dual_bound if mixed else info.objective_function_value
    return Solve(
        status=status,
        x=np.array(solution.col_value) if has_x else None,
        objective=scale * float(info.objective_function_value) if has_x else float("inf"),
        bound=scale * float(bound) if mixed or status == "optimal" else float("-inf"),
        row_dual=scale * np.array(solution.row_dual) if duals else None,
        col_dual=scale * np.array(solution.col_dual) if duals else None,
        nodes=int(info.mip_node_count) if mixed else 0,
        iterations=int(info.simplex_iteration_count),
        seconds=seconds,
    )
