"""
The cooling of simulated annealing, and the rule by which a move is taken.

Geometric, as in Kirkpatrick, Gelatt & Vecchi (*Science* 220, 1983,
doi:10.1126/science.220.4598.671).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import compiled, inner


class Cooling(NamedTuple):
    """
    A geometric cooling.

    Parameters
    ----------
    steps
        Moves tried.
    hot, cold
        First and last heat, in units of cost, above zero.
    """

    steps: int
    hot: float
    cold: float


@compiled
def factor(cooling: Cooling, steps: float) -> float:
    """Work out by what the heat is multiplied in so many steps."""
    return (cooling.cold / cooling.hot) ** (steps / cooling.steps)


@inner
def heat_at(cooling: Cooling, step: int) -> float:
    """Work out the heat at a step: from hot to cold by a constant factor."""
    return cooling.hot * factor(cooling, step)


@inner
def accepts(change: float, heat: float, chance: float) -> bool:
    """Decide whether a change of cost is taken (Metropolis et al. 1953); ``chance`` in (0, 1)."""
    return change <= 0.0 or chance < np.exp(-change / heat)
