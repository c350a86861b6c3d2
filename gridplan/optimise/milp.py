"""The only door to a solver: linear and mixed-integer programs over sparse arrays, by HiGHS.

One thread, a fixed seed and limits on what is done (nodes, and how often the solver asks whether to
go on) make an answer repeatable; the clock only cuts it short. What was done is spent in the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict, Unpack

import highspy
import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.budget import Run, now
from gridplan.optimise.options import strict
from gridplan.optimise.weights import WEIGHTS

LARGE_COST, SMALL_COST = 1e11, 1.0
"""Where the largest cost is beyond the one or below the other, costs are scaled: the solver's
tolerances are absolute."""

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
    nodes, iterations
        Branch-and-bound nodes; iterations of the simplex or interior method.
    work
        Work units it took.
    """

    status: str
    x: np.ndarray | None
    objective: float
    bound: float
    row_dual: np.ndarray | None
    col_dual: np.ndarray | None
    nodes: int
    iterations: int
    work: float


class SolverOptions(TypedDict, total=False):
    """
    What steers and ends a solve.

    Parameters
    ----------
    start
        A feasible ``x`` to begin from (integer programs only).
    cutoff
        Solutions worse than this are not wanted.
    gap
        Relative gap at which an integer program counts as solved; 1e-9 by default.
    node_limit
        Nodes after which an integer program ends.
    run
        Charged for the work; an integer program ends with the work left of it, and its clock cuts
        any short.
    work
        Work units after which an integer program ends, where that is sooner.
    seed
        Of the solver's own random choices.
    interior
        Solve a linear program from the inside to this tolerance and stay there: duals in the middle
        of the best ones instead of at a corner.
    tick
        Asked now and then while an integer program is solved; True ends it with the best so far.
    tick_seconds
        Between two of these questions, at least; 0.2 by default.
    """

    start: ArrayLike | None
    cutoff: float | None
    gap: float
    node_limit: int | None
    run: Run | None
    work: float
    seed: int
    interior: float | None
    tick: Callable[[], bool] | None
    tick_seconds: float


@strict()
def solve(
    cost: ArrayLike,
    matrix: sparse.spmatrix | sparse.sparray,
    row_lower: ArrayLike,
    row_upper: ArrayLike,
    *,
    col_lower: ArrayLike | float = 0.0,
    col_upper: ArrayLike | float = np.inf,
    integer: ArrayLike | bool = False,
    **options: Unpack[SolverOptions],
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
    **options
        As of :class:`SolverOptions`.

    Returns
    -------
    Solve
    """
    rows = sparse.csr_matrix(matrix)
    columns = rows.shape[1]
    price = np.asarray(cost, dtype=float)
    scale = scale_of(price)
    mixed = bool(np.any(integer))
    solver, run = _solver(options, scale), options.get("run")
    solver.passModel(
        _program(price / scale, rows, (row_lower, row_upper), (col_lower, col_upper), integer)
    )
    start = options.get("start")
    if mixed and start is not None:
        solver.setSolution(columns, np.arange(columns), np.asarray(start, dtype=float))
    checks = 0
    if mixed:
        left = np.inf if run is None else run.work_limit - run.work
        most = min(options.get("work", np.inf), left)
        asked = _Asked(options.get("tick"), options.get("tick_seconds", 0.2))
        checks = _run_asked(solver, rows, most, asked)
    else:
        solver.run()
    found = _read(solver, rows, checks, mixed=mixed, scale=scale)
    if run is not None:
        run.spend(found.work)
        if solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
            run.cut_short()
    return found


def _solver(options: SolverOptions, scale: float) -> highspy.Highs:
    """Set the solver up."""
    solver, run = highspy.Highs(), options.get("run")
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", int(options.get("seed", 0)))
    solver.setOptionValue("mip_rel_gap", float(options.get("gap", 1e-9)))
    interior, nodes = options.get("interior"), options.get("node_limit")
    if interior is not None:
        _stay_inside(solver, interior)
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", int(nodes))
    if run is not None and np.isfinite(run.seconds_left):
        solver.setOptionValue("time_limit", max(0.01, run.seconds_left))
    cutoff = options.get("cutoff")
    if cutoff is not None:
        solver.setOptionValue("objective_bound", float(cutoff) / scale)
    return solver


def _program(
    price: np.ndarray,
    rows: sparse.csr_matrix,
    row_bounds: tuple[ArrayLike, ArrayLike],
    col_bounds: tuple[ArrayLike | float, ArrayLike | float],
    integer: ArrayLike | bool,
) -> highspy.HighsLp:
    """Put the program into the solver's own form."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows.shape
    columns = rows.shape[1]
    lp.col_cost_ = price
    lp.col_lower_, lp.col_upper_ = (
        np.broadcast_to(np.asarray(side, dtype=float), columns).copy() for side in col_bounds
    )
    lp.row_lower_, lp.row_upper_ = (np.asarray(side, dtype=float) for side in row_bounds)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = rows.indptr
    lp.a_matrix_.index_ = rows.indices
    lp.a_matrix_.value_ = rows.data.astype(float)
    whole = np.broadcast_to(np.asarray(integer, dtype=bool), columns)
    if whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(w)] for w in whole]
    return lp


def _run_asked(
    solver: highspy.Highs,
    rows: sparse.csr_matrix,
    work: float,
    asked: _Asked,
) -> int:
    """Solve an integer program for about so much work; return how often it asked to go on."""
    most = work / (WEIGHTS.asked + WEIGHTS.asked_entry * (rows.nnz + rows.shape[0]))
    asked.most = max(1.0, most)
    solver.cbMipInterrupt.subscribe(asked)
    solver.run()
    if asked.failure is not None:
        raise asked.failure
    return asked.count


class _Asked:
    """The solver's questions whether to go on: counted, up to a number, and passed on at times."""

    def __init__(self, tick: Callable[[], bool] | None, seconds: float) -> None:
        self.most, self.tick, self.seconds = np.inf, tick, seconds
        self.count = 0
        self.failure: BaseException | None = None
        self._told = now()

    def __call__(self, event: highspy.HighsCallbackEvent) -> None:
        self.count += 1
        if self.failure is not None or self.count > self.most or self._stopped():
            event.interrupt()

    def _stopped(self) -> bool:
        """Ask who waits now and then; what the answer raises is kept, the solver stopped."""
        if self.tick is None or now() - self._told < self.seconds:
            return False
        self._told = now()
        try:
            return self.tick()
        except BaseException as error:  # raised again once the solver is left
            self.failure = error
            return True


def work_of(rows: sparse.csr_matrix, pivots: int, inner: int, checks: int | None) -> float:
    """
    Weigh a solve in work units.

    Parameters
    ----------
    rows
        Of the program, with its nonzero entries.
    pivots, inner
        Iterations of the simplex and of the interior method.
    checks
        Questions of an integer program whether to go on; None for a linear one.
    """
    w, size = WEIGHTS, rows.nnz + rows.shape[0]
    work = w.program + w.program_entry * size + inner * w.inner_entry * size
    if checks is None:
        return work + pivots * (w.pivot + w.pivot_entry * min(size, w.pivot_wide))
    work += w.mixed_clash * rows.nnz**2 / max(1, rows.shape[0])
    work += checks * (w.check + w.check_entry * size)
    return work + pivots * (w.mixed_pivot + w.mixed_pivot_entry * size)


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


def _read(
    solver: highspy.Highs, rows: sparse.csr_matrix, checks: int, *, mixed: bool, scale: float
) -> Solve:
    info = solver.getInfo()
    status = _STATUS.get(solver.getModelStatus(), "unknown")
    solution = solver.getSolution()
    has_x = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if status == "unknown" and has_x and mixed:
        status = "feasible"
    duals = has_x and not mixed
    pivots = max(0, int(info.simplex_iteration_count))
    inner = max(0, int(info.ipm_iteration_count))
    bound = info.mip_dual_bound if mixed else info.objective_function_value
    return Solve(
        status=status,
        x=np.array(solution.col_value) if has_x else None,
        objective=scale * float(info.objective_function_value) if has_x else float("inf"),
        bound=scale * float(bound) if mixed or status == "optimal" else float("-inf"),
        row_dual=scale * np.array(solution.row_dual) if duals else None,
        col_dual=scale * np.array(solution.col_dual) if duals else None,
        nodes=int(info.mip_node_count) if mixed else 0,
        iterations=pivots + inner,
        work=work_of(rows, pivots, inner, checks if mixed else None),
    )
