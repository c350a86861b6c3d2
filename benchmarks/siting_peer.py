"""Ask spopt one question: run by its own interpreter, which knows nothing of gridplan."""

import json
import sys
import time

import numpy as np


def main() -> None:
    import pulp
    from spopt.locate import PMedian

    question = np.load(sys.argv[1])
    limit = float(sys.argv[2])
    began = time.perf_counter()
    capacity = question["capacity"]
    extra = {"facility_capacities": capacity} if len(capacity) else {}
    cost = question["cost"]
    weights = question["demand"] if extra else np.ones(cost.shape[0])
    # spopt multiplies cost by the weight, so the cost of a whole unit is divided by it first.
    scaled = cost / np.maximum(weights, 1e-12)[:, None]
    model = PMedian.from_cost_matrix(scaled, weights, p_facilities=int(question["p"]), **extra)
    built = time.perf_counter() - began
    model = model.solve(pulp.HiGHS(msg=False, timeLimit=limit, threads=1))
    value = float(pulp.value(model.problem.objective))
    seconds = time.perf_counter() - began
    print(json.dumps({"objective": value, "build": built, "seconds": seconds}))


main()
