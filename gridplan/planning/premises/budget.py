"""The budget of the centers: what must be spent in any case, and whether it can do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import SHOWN, InfeasibleError, InputError, Problem
from gridplan.planning.premises.site_columns import figures
from gridplan.planning.scenario.scenario import Scenario


def closing_cost(district: District, scenario: Scenario) -> float:
    """Add up what closing costs (万元); what nobody tells is refused by :func:`check_costs`."""
    return float(figures(district.centers, "cost_close").loc[list(scenario.close)].sum())


def check_costs(district: District, scenario: Scenario, sites: pd.DataFrame) -> None:
    """
    Hold a budget to known costs.

    Raises
    ------
    InputError
        ``budget-without-costs`` where new sites tell no cost at all, else ``budget-cost-missing``
        with the rows; ``budget-close-missing`` for closed centers.
    """
    if scenario.budget is None:
        return
    new = sites[sites["status"] == "new"]
    cost = figures(new, "cost_open")
    problems = []
    if len(new) and cost.isna().all():
        problems.append(Problem("budget-without-costs", {"count": len(new)}))
    elif cost.isna().any():
        missing = new[cost.isna()]
        rows = missing["site"].fillna("").to_list() if "site" in missing else [""] * len(missing)
        named = [str(row or key) for row, key in zip(rows, missing.index, strict=True)]
        values = {"rows": named[:SHOWN], "count": len(named)}
        problems.append(Problem("budget-cost-missing", values))
    closed = figures(district.centers, "cost_close").loc[list(scenario.close)]
    if closed.isna().any():
        rows = [str(key) for key in closed.index[closed.isna()]]
        told = {"rows": rows[:SHOWN], "count": len(rows)}
        problems.append(Problem("budget-close-missing", told))
    if problems:
        raise InputError(problems)


def budget_clashes(
    district: District, scenario: Scenario, sites: pd.DataFrame, kept: np.ndarray, number: int
) -> list[Problem]:
    """
    Hold the budget against the cheapest sites that the number of centers allows.

    Parameters
    ----------
    district, scenario
        Closed centers, and the budget.
    sites, kept
        Where a center may stand, and ``(m,)`` where one is in any case.
    number
        Centers to open.

    Returns
    -------
    clashes
        ``budget-too-small``, proven whatever the sites are; empty where nothing clashes.
    """
    if scenario.budget is None:
        return []
    cost = opening_cost(sites)
    least = float(cost[kept].sum()) + closing_cost(district, scenario)
    if scenario.center_objective != "fewest":
        more = max(0, number - int(kept.sum()))
        least += float(np.sort(cost[~kept])[:more].sum())
    if least <= scenario.budget * (1 + 1e-12):
        return []
    values = {"budget": scenario.budget, "least": round(least, 4), "centers": number}
    return [Problem("budget-too-small", values, proven=True)]


def opening_cost(sites: pd.DataFrame) -> np.ndarray:
    """Give what each site costs to open, ``(m,)``: nothing for centers that exist."""
    cost = figures(sites, "cost_open").fillna(0.0).to_numpy(dtype=float)
    return np.where((sites["status"] == "existing").to_numpy(), 0.0, cost)


def spending(
    district: District, scenario: Scenario, sites: pd.DataFrame, reserve: float
) -> dict[str, Any]:
    """
    Give what the choice of sites may cost, as options of the engine; none without a budget.

    Parameters
    ----------
    district, scenario
        Closed centers, and the budget.
    sites
        With ``cost_open``.
    reserve
        Kept back for places, which depend on who goes where.
    """
    if scenario.budget is None:
        return {}
    left = scenario.budget - closing_cost(district, scenario) - reserve
    return {"opening_cost": opening_cost(sites), "budget": max(0.0, left)}


def hold_budget(scenario: Scenario, total: float | None, centers: int) -> None:
    """
    Refuse centers that cost more than the budget.

    Parameters
    ----------
    scenario
        ``budget``.
    total
        Cost of what was found, places included; None where one is not known.
    centers
        How many there are.

    Raises
    ------
    InfeasibleError
        ``budget-not-found``: nothing cheaper was found, and nothing is proven.
    """
    if scenario.budget is None or (total is not None and total <= scenario.budget * (1 + 1e-9)):
        return
    values = {"budget": scenario.budget, "least": round(total or 0.0, 4), "centers": centers}
    raise InfeasibleError([Problem("budget-not-found", values)])
