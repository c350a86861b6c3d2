"""
Bound of one node of a Lagrangian tree, compiled: an ascent of its prices, and what that rules out.

As in :mod:`.knapsack_kernels`, the rule that each unit has one part is relaxed, at a price a unit,
and every part is a knapsack, here over the units that are open to it and not sure.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.methods.core_knapsack import Packed, pack_core
from gridplan.optimise.methods.pace import IDLE, PACE, RECORD, falters, length_of
from gridplan.optimise.numeric.compiled import inner
from gridplan.optimise.partition.bound.node_kernels import Areas, Desk, Effort


@inner
def pack_part(
    areas: Areas, desk: Desk, k: int, without: int, room: int, take: np.ndarray
) -> Packed:
    """Pack what is worth it into part ``k`` at the prices, ``without`` one unit."""
    count = 0
    for i in range(len(take)):
        take[i] = False
        if desk.open[i, k] and desk.sure[i] < 0 and i != without:
            gain = desk.now[i] - areas.priced[i, k]
            if gain > 0.0 and areas.weight[i] <= room:
                desk.gain[i] = gain
                desk.item[count] = i
                count += 1
    found = pack_core(desk.core, desk.gain, areas.weight, desk.item, count, room, take)
    desk.cells[0] += found.cells + len(take)
    return found


@inner
def value_at(areas: Areas, desk: Desk) -> float:
    """Work out the Lagrangian value at the prices of the step, and what every part takes."""
    value = 0.0
    for i in range(len(desk.sure)):
        value += desk.now[i] if desk.sure[i] < 0 else areas.priced[i, desk.sure[i]]
    for k in range(len(areas.room)):
        value -= pack_part(areas, desk, k, -1, desk.spare[k], desk.take[k]).bound
    return value


@inner
def climb(areas: Areas, desk: Desk, target: float, effort: Effort, pace: np.ndarray) -> bool:
    """
    Take subgradient steps from the best prices, up to the target.

    ``pace`` receives the best value. Returns whether a step took every unit just once: what is
    taken is then the cheapest answer of the node at the prices of cuts, but for contiguity.
    """
    desk.now[:] = desk.price
    desk.slope[:] = 0.0
    pace[RECORD], pace[PACE], pace[IDLE] = -np.inf, effort.begin, 0.0
    for step in range(effort.steps):
        value = value_at(areas, desk)
        if value > pace[RECORD]:
            desk.price[:] = desk.now
        back = falters(pace, value, effort.pace)
        size, once = _turn(desk, effort.memory if step > 0 else 0.0)
        if once:
            return True
        if value >= target or size < 1e-12 or pace[PACE] < effort.pace.shortest:
            return False
        if back:
            desk.now[:] = desk.price
            desk.slope[:] = 0.0
            continue
        stride = length_of(pace, value, target, effort.pace) / size
        for i in range(len(desk.now)):
            desk.now[i] += stride * desk.slope[i]
    return False


@inner
def _turn(desk: Desk, memory: float) -> tuple[float, bool]:
    """Turn towards what was taken; return the squared length, and if every unit is taken once."""
    size, once = 0.0, True
    for i in range(len(desk.sure)):
        if desk.sure[i] >= 0:
            desk.slope[i] = 0.0
            continue
        slope = 1.0
        for k in range(len(desk.spare)):
            if desk.open[i, k]:
                taken = 1.0 if desk.take[k, i] else 0.0
                slope -= taken
                desk.mean[i, k] = memory * desk.mean[i, k] + (1.0 - memory) * taken
        once = once and slope == 0.0
        desk.slope[i] = 0.7 * desk.slope[i] + 0.3 * slope
        size += desk.slope[i] * desk.slope[i]
    return size, once


@inner
def rule_out(areas: Areas, desk: Desk, bound: float, target: float, exact: float) -> int:
    """Close the pairs that would lift the bound to the target; return how many."""
    n, columns = desk.open.shape
    closed, far = 0, target - bound
    desk.now[:] = desk.price
    for k in range(columns):
        room = desk.spare[k]
        took = desk.take[k]
        found = pack_part(areas, desk, k, -1, room, took)
        loose = found.ceiling - found.bound
        for i in range(n):
            if not desk.open[i, k] or desk.sure[i] >= 0:
                continue
            worse = areas.priced[i, k] - desk.now[i] + found.rate * areas.weight[i]
            rise = (-worse if took[i] else worse) - loose
            if rise < far and rise + loose >= exact * far:
                left = room if took[i] else room - areas.weight[i]
                other = pack_part(areas, desk, k, i, left, desk.other).bound
                own = 0.0 if took[i] else areas.priced[i, k] - desk.now[i]
                rise = own + found.bound - other
            if rise < far:
                continue
            closed += 1
            if not took[i]:
                desk.open[i, k] = False
                continue
            # It stays an item of this part, of which the others are told; sure it is only later.
            for other_part in range(columns):
                desk.open[i, other_part] = other_part == k
    return closed
