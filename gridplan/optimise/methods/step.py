"""
Step length of the subgradient ascent: how far above the best bound each step aims.

Polyak's step with an estimated target (Held, Wolfe and Crowder, *Mathematical Programming* 6, 1974,
doi:10.1007/BF01580223): the target moves up while that pays and halves its distance when it does
not. Any step gives a valid bound; the control decides only how soon the bound is good.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.in_place import in_place

Array = np.ndarray

# State of the control: what compiled steps change has to be an array.
STRIDE, RECORD, SINCE, IDLE, PATIENCE, FRESH = range(6)


class AscentParams(NamedTuple):
    """
    Tuning of the subgradient ascent; a named tuple, because compiled steps read it.

    Parameters
    ----------
    growth
        Factor of the stride when the bound has risen by half of it.
    least_stride
        Share of the bound below which the stride no longer matters.
    least_share
        Share of the way to a known objective below which it no longer matters.
    near
        Stride, as a share of the bound, from which on the mean of the subgradients leads (volume
        algorithm, Barahona and Anbil 2000).
    near_patience
        Steps without gain near the top after which the stride is cut.
    near_growth, near_loss
        Factors of the stride near the top, when a step gained and when patience ended.
    memory
        Share of the last direction kept in the next one, far from the top (Camerini, Fratta and
        Maffioli 1975).
    least_mix, most_mix
        Bounds on the share of the latest subgradient in the mean one, near the top.
    recent
        Share of the latest choice of sites in their averaged openness.
    patience
        Steps without gain after which the stride is halved.
    """

    growth: float = 1.3
    least_stride: float = 1e-7
    least_share: float = 0.005
    near: float = 0.003
    near_patience: float = 10.0
    near_growth: float = 1.1
    near_loss: float = 0.66
    memory: float = 0.6
    least_mix: float = 0.01
    most_mix: float = 0.05
    recent: float = 0.06
    patience: float = 15.0


DEFAULT = AscentParams()


class Step:
    """
    Step control of one ascent; the stride outlasts it, the rest does not.

    Parameters
    ----------
    patience
        Iterations without gain after which the stride is halved.
    """

    def __init__(self, *, patience: float) -> None:
        self.patience = patience
        self.state = np.zeros(FRESH + 1)

    @property
    def stride(self) -> float:
        """How far above the best bound to aim; 0 before the first iteration."""
        return float(self.state[STRIDE])

    @stride.setter
    def stride(self, stride: float) -> None:
        self.state[STRIDE] = stride

    def begin(self, record: float, *, patience: float | None = None) -> None:
        """Start an ascent at the best bound so far."""
        self.state[RECORD] = self.state[SINCE] = record
        self.state[IDLE] = 0.0
        self.state[FRESH] = 1.0
        self.state[PATIENCE] = self.patience if patience is None else patience


@in_place
def set_out(state: Array, bound: float, price: Array) -> None:
    """Choose the first stride, before any bound is known."""
    if state[STRIDE] == 0.0:
        total = 0.0
        for amount in price:
            total += abs(amount)
        state[STRIDE] = 0.5 * max(abs(bound), total)
        state[RECORD] = state[SINCE] = bound


@in_place
def is_near(state: Array, params: AscentParams) -> bool:
    """Whether the stride has become so short that the mean of the subgradients leads further."""
    return bool(state[STRIDE] < params.near * abs(state[RECORD]))


@in_place
def falters(state: Array, bound: float, params: AscentParams) -> bool:
    """Note a bound; True when the stride was halved: then go on from the best again."""
    state[IDLE] = 0.0 if bound > state[RECORD] + 0.01 * state[STRIDE] else state[IDLE] + 1.0
    state[RECORD] = max(state[RECORD], bound)
    if state[RECORD] > state[SINCE] + 0.5 * state[STRIDE]:
        state[STRIDE] *= params.growth
        state[SINCE] = state[RECORD]
    if state[IDLE] < state[PATIENCE]:
        return False
    state[IDLE] = 0.0
    state[STRIDE] *= 0.5
    state[SINCE] = state[RECORD]
    return True


@in_place
def wanes(state: Array, bound: float, along: float, params: AscentParams) -> bool:
    """
    Note a bound near the top; True when the stride was cut.

    ``along`` is the slope in the direction just taken: above zero, more of it would have paid.
    """
    if bound > state[RECORD]:
        state[RECORD] = bound
        state[IDLE] = 0.0
        if along > 0.0 and state[FRESH] == 0.0:
            state[STRIDE] *= params.near_growth
        return False
    state[IDLE] += 1.0
    if state[IDLE] < params.near_patience:
        return False
    state[IDLE] = 0.0
    state[STRIDE] *= params.near_loss
    return True


@in_place
def spent(state: Array, target: float, params: AscentParams) -> bool:
    """Whether the stride is too short to matter."""
    least = params.least_stride * abs(state[RECORD])
    if target < np.inf:
        least = max(least, params.least_share * (target - state[RECORD]))
    return bool(state[STRIDE] < least)


@in_place
def aim(state: Array, target: float) -> float:
    """Bound to aim at, not above the objective of a known solution (Polyak's step)."""
    return float(
        max(min(state[RECORD] + state[STRIDE], target), state[RECORD] + 1e-3 * state[STRIDE])
    )
