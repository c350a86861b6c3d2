"""Solve one integer program: run by an interpreter of its own, which knows nothing of gridplan.

``python exact_peer.py METHOD PROGRAM.npz SECONDS``, where METHOD is ``highs`` (HiGHS as SciPy has
it) or ``cpsat`` (OR-Tools). Prints a line of JSON: status, objective, bound, seconds; the import of
the solver is not held against it.
"""

import json
import sys
import time
from typing import Any

import numpy as np
from scipy import sparse

SCALE = 1000.0
"""CP-SAT knows whole numbers only: rows and costs are rounded to thousandths, large ones less."""


def highs(program: Any, matrix: sparse.csr_matrix, limit: float) -> dict[str, Any]:
    """Hand the program to HiGHS as it is."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    began = time.perf_counter()
    found = milp(
        program["cost"],
        constraints=LinearConstraint(matrix, program["low"], program["high"]),
        bounds=Bounds(program["least"], program["most"]),
        integrality=program["whole"].astype(int),
        options={"time_limit": limit, "mip_rel_gap": 1e-6},
    )
    return {
        "status": "optimal" if found.status == 0 else "feasible" if found.x is not None else "none",
        "objective": None if found.x is None else float(found.fun),
        "bound": None if found.mip_dual_bound is None else float(found.mip_dual_bound),
        "seconds": time.perf_counter() - began,
    }


def cpsat(program: Any, matrix: sparse.csr_matrix, limit: float) -> dict[str, Any]:
    """Hand the program to CP-SAT in whole numbers, one worker."""
    from ortools.sat.python import cp_model

    began = time.perf_counter()
    model = cp_model.CpModel()
    columns = [
        model.new_int_var(int(least), int(most), "")
        for least, most in zip(program["least"], program["most"], strict=True)
    ]
    far = 2**40
    for row in range(matrix.shape[0]):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        values, which = matrix.data[part], matrix.indices[part]
        scale = 1.0 if (values == np.round(values)).all() else SCALE
        whole = np.round(scale * values).astype(int)
        low, high = scale * program["low"][row], scale * program["high"][row]
        terms = cp_model.LinearExpr.weighted_sum([columns[k] for k in which], whole.tolist())
        low = -far if np.isinf(low) else int(np.ceil(low - 1e-6))
        high = far if np.isinf(high) else int(np.floor(high + 1e-6))
        model.add_linear_constraint(terms, low, high)
    cost = program["cost"]
    scale = SCALE if np.abs(cost).max() * SCALE < 2**40 else 1.0
    whole = np.round(scale * cost).astype(int).tolist()
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, whole))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    some = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    names = {cp_model.OPTIMAL: "optimal", cp_model.FEASIBLE: "feasible"}
    x = np.array([solver.value(column) for column in columns]) if some else None
    return {
        "status": names.get(status, "none"),
        "objective": None if x is None else float(cost @ x),
        "bound": float(solver.best_objective_bound) / scale,
        "seconds": time.perf_counter() - began,
    }


def main() -> None:
    method, file, limit = sys.argv[1:]
    program = np.load(file)
    shape = tuple(program["shape"])
    matrix = sparse.csr_matrix((program["data"], program["indices"], program["indptr"]), shape)
    print(json.dumps({"highs": highs, "cpsat": cpsat}[method](program, matrix, float(limit))))


main()
