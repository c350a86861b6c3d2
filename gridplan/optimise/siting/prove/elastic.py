"""
The smallest relaxation that would allow a siting: an elastic integer program.

Every bound that may give gets a priced slack (Chinneck and Dravnieks, *ORSA Journal on Computing*
3(2), 1991, for finding what makes a program infeasible). Guarantee: what is returned would suffice;
it is the least within the limits of the solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.siting.answer.result import Conflict
from gridplan.optimise.siting.program.assignment import Links, formulate
from gridplan.optimise.siting.question.case import Case


@dataclass(frozen=True)
class ElasticParams:
    """
    Size of an elastic program.

    Parameters
    ----------
    most_arcs
        Arcs of a question up to which the smallest breach is looked for.
    """

    most_arcs: int = 12_000


DEFAULT = ElasticParams()


def relax(
    case: Case,
    links: Links,
    run: Run,
    *,
    node_limit: int = 200,
    seed: int = 0,
    params: ElasticParams = DEFAULT,
    **parts: Any,  # noqa: ANN401
) -> list[Conflict]:
    """
    Find how little the bounds must give, and where.

    Every capacity, lower bound, group bound and count may be broken at a price: one unit of
    demand costs its share of all demand, one site costs one, as does the money of the dearest. The
    cheapest set of breaches is returned; it is the smallest found within the limits.

    Parameters
    ----------
    case, links, run
        As for :func:`~gridplan.optimise.siting.program.assignment.solve_links`.
    node_limit, seed
        Of the solver.
    params
        Size of the program.
    parts
        As for :func:`~gridplan.optimise.siting.program.assignment.formulate`.
    """
    if len(links.unit) > params.most_arcs or run.ended_by is not None:
        return [Conflict("unproven", {})]
    program = formulate(case, links, **parts)
    names = ("capacity", "lower", "count", "group", "members", "members_least", "budget")
    soft = [name for name in names if name in program.rows]
    wide = program.widened(soft, price=_prices(case))
    answer = solve(
        wide.cost, wide.matrix, wide.low, wide.high, col_lower=wide.col_low,
        col_upper=wide.col_high, integer=wide.integer, node_limit=node_limit, gap=1e-6,
        run=run, seed=seed,
    )  # fmt: skip
    if answer.x is None:
        return [Conflict("unproven", {})]
    found: list[Conflict] = []
    for name, row, over, column in wide.breaches:
        amount = float(answer.x[column])
        if amount > 1e-6:
            found.append(_conflict(case, name, row, amount, over=over))
    return found or [Conflict("unproven", {})]


def _prices(case: Case) -> dict[str, float]:
    share = 1.0 / max(1.0, float(case.demand.sum()))
    whole = {"count": 1.0, "group": 1.0, "members": 1.0, "members_least": 1.0}
    return {"capacity": share, "lower": share, "budget": 1.0, **whole}


def _conflict(case: Case, name: str, row: int, amount: float, *, over: bool) -> Conflict:
    if name == "capacity":
        values = {"site": row, "have": float(case.capacity[row]), "relax": amount}
        return Conflict("relax-capacity", values | {"need": values["have"] + amount})
    if name == "lower":
        values = {"site": row, "have": float(case.lower[row]), "relax": amount}
        return Conflict("relax-lower", values | {"need": values["have"] - amount})
    if name == "budget":
        more = amount * case.dearest
        values = {"have": case.budget, "need": case.budget + more, "relax": more}
        return Conflict("relax-budget", values)
    whole = int(np.ceil(amount - 1e-6))
    if name == "count":
        have = case.high if over else case.low
        need = have + whole if over else have - whole
        return Conflict("relax-p", {"have": have, "need": need, "relax": whole})
    if name == "group":
        have = int(case.group_max[row] if over else case.group_min[row])
        code = "relax-group-max" if over else "relax-group-min"
        need = have + whole if over else have - whole
        return Conflict(code, {"group": row, "have": have, "need": need, "relax": whole})
    return Conflict("relax-" + name.replace("_", "-"), {"site": row, "relax": whole})
