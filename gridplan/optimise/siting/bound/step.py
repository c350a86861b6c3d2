"""How far above the bound a climb aims: further while it pays, less far when it does not."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled

# One array of numbers, because compiled helpers and plain ones share it.
STRIDE, RECORD, SINCE, IDLE, PATIENCE, FRESH = range(6)
GROWTH = 1.3
LEAST_STRIDE = 1e-7
# A stride of this share of the bound is short: then the mean of the slopes leads further.
NEAR = 0.003
NEAR_PATIENCE = 10
NEAR_GROWTH = 1.1
NEAR_LOSS = 0.66
# Where a target is known, strides of this share of the way to it no longer matter.
LEAST_SHARE = 0.005


class Step:
    """
    Step control of a subgradient climb; the stride outlasts one climb, the rest does not.

    Parameters
    ----------
    patience
        Iterations without gain after which the stride is halved.
    """

    def __init__(self, *, patience: int) -> None:
        self.patience = patience
        self.state = np.zeros(FRESH + 1)

    @property
    def stride(self) -> float:
        """How far above the best bound to aim; 0 before the first iteration."""
        return float(self.state[STRIDE])

    @stride.setter
    def stride(self, stride: float) -> None:
        self.state[STRIDE] = stride

    def begin(self, record: float, *, patience: int | None = None) -> None:
        """Start a climb at the best bound so far."""
        self.state[RECORD] = self.state[SINCE] = record
        self.state[IDLE] = 0.0
        self.state[FRESH] = 1.0
        self.state[PATIENCE] = self.patience if patience is None else patience


@compiled
def set_out(state, bound, price):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Choose the first stride, before any bound is known."""
    if state[STRIDE] == 0.0:
        total = 0.0
        for amount in price:
            total += abs(amount)
        state[STRIDE] = 0.5 * max(abs(bound), total)
        state[RECORD] = state[SINCE] = bound


@compiled
def is_near(state):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Whether the stride has become so short that the mean of the slopes leads further."""
    return state[STRIDE] < NEAR * abs(state[RECORD])


@compiled
def falters(state, bound):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Note a bound; True when the stride was halved: then go on from the best again."""
    state[IDLE] = 0.0 if bound > state[RECORD] + 0.01 * state[STRIDE] else state[IDLE] + 1.0
    state[RECORD] = max(state[RECORD], bound)
    if state[RECORD] > state[SINCE] + 0.5 * state[STRIDE]:
        state[STRIDE] *= GROWTH
        state[SINCE] = state[RECORD]
    if state[IDLE] < state[PATIENCE]:
        return False
    state[IDLE] = 0.0
    state[STRIDE] *= 0.5
    state[SINCE] = state[RECORD]
    return True


@compiled
def wanes(state, bound, along):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """
    Note a bound near the top; True when the stride was cut.

    ``along`` is the slope in the direction just taken: above zero, more of it would have paid.
    """
    if bound > state[RECORD]:
        state[RECORD] = bound
        state[IDLE] = 0.0
        if along > 0.0 and state[FRESH] == 0.0:
            state[STRIDE] *= NEAR_GROWTH
        return False
    state[IDLE] += 1.0
    if state[IDLE] < NEAR_PATIENCE:
        return False
    state[IDLE] = 0.0
    state[STRIDE] *= NEAR_LOSS
    return True


@compiled
def spent(state, target):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Whether the stride is too short to matter."""
    least = LEAST_STRIDE * abs(state[RECORD])
    if target < np.inf:
        least = max(least, LEAST_SHARE * (target - state[RECORD]))
    return state[STRIDE] < least


@compiled
def aim(state, target):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Bound to aim at, not above the objective of a known solution (Polyak's step)."""
    return max(min(state[RECORD] + state[STRIDE], target), state[RECORD] + 1e-3 * state[STRIDE])
