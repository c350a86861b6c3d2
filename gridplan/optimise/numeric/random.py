"""
Random numbers for compiled steps: a multiplicative congruential generator.

The minimal standard of Park & Miller (1988, doi:10.1145/63039.63042) with the multiplier they
recommended in 1993; its period is 2**31 - 2. The same state gives the same numbers anywhere.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.numeric.compiled import compiled

MODULUS = 2147483647
"""A prime, 2**31 - 1."""


def begin(number: int) -> np.ndarray:
    """Begin a state ``(1,)`` from any whole number; numbers up to the modulus are kept."""
    return np.array([1 + (number - 1) % (MODULUS - 1)], dtype=np.int64)


@compiled
def draw(state: np.ndarray) -> int:
    """Step the generator; return its state, a whole number from 1 to 2**31 - 2."""
    state[0] = state[0] * 48271 % MODULUS
    return state[0]
