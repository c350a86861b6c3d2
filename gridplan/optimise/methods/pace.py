"""
Pace of subgradient steps towards a value that is known: Polyak's step, shortened when it idles.

The step is a share of the way from the value at hand to the target, along the squared length of the
direction (Held, Wolfe and Crowder, *Mathematical Programming* 6, 1974, doi:10.1007/BF01580223). The
share is cut after some steps without a better value, and the ascent goes on from the best. Where no
good target is known, :mod:`.step` estimates one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.in_place import in_place

Array = np.ndarray

# State of the pace: best value, share of the way, steps in a row that did not better it.
RECORD, PACE, IDLE = range(3)


class PaceParams(NamedTuple):
    """
    When steps get shorter; a named tuple, because compiled steps read it.

    Parameters
    ----------
    patience
        Steps without gain after which they get shorter.
    shorter
        Factor by which.
    shortest
        Share of the way at which an ascent ends.
    least
        Way to the target that is taken to be left at least, as a share of the target.
    gain
        Share of the best value by which a better one must be better to count as gain.
    """

    patience: float = 20.0
    shorter: float = 0.7
    shortest: float = 1e-3
    least: float = 1e-6
    gain: float = 1e-5


DEFAULT = PaceParams()


def pace_of(record: float, pace: float) -> Array:
    """Begin at the best value so far and this share of the way: a state ``(3,)``."""
    return np.array([record, pace, 0.0])


@in_place
def falters(state: Array, value: float, params: PaceParams) -> bool:
    """Note a value; True when steps were shortened: then go on from the best again."""
    better = value > state[RECORD] + params.gain * abs(state[RECORD])
    state[IDLE] = 0.0 if better else state[IDLE] + 1.0
    state[RECORD] = max(state[RECORD], value)
    if state[IDLE] < params.patience:
        return False
    state[PACE] *= params.shorter
    state[IDLE] = 0.0
    return True


@in_place
def length_of(state: Array, value: float, target: float, params: PaceParams) -> float:
    """Work out how far to step, before it is divided by the squared length of the direction."""
    return float(state[PACE] * max(target - value, params.least * abs(target)))
