"""How far above the bound to aim: further while it pays, half as far when it does not."""

from __future__ import annotations

import numpy as np

GROWTH = 1.3
LEAST_STRIDE = 1e-7


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
        self.stride: float | None = None
        self.begin(-np.inf)

    def begin(self, record: float, *, patience: int | None = None) -> None:
        """Start a climb at the best bound so far."""
        self.record = self._since = record
        self._idle = 0
        self._most = self.patience if patience is None else patience

    def falters(self, bound: float, price: np.ndarray) -> bool:
        """Note a bound; True when the stride was halved: then go on from the best again."""
        if self.stride is None:
            self.stride = 0.5 * max(abs(bound), float(np.abs(price).sum()))
            self.record = self._since = bound
        self._idle = 0 if bound > self.record + 0.01 * self.stride else self._idle + 1
        self.record = max(self.record, bound)
        if self.record > self._since + 0.5 * self.stride:
            self.stride, self._since = GROWTH * self.stride, self.record
        if self._idle < self._most:
            return False
        self._idle, self.stride, self._since = 0, 0.5 * self.stride, self.record
        return True

    @property
    def spent(self) -> bool:
        """Whether the stride is too short to matter."""
        return self.stride is not None and self.stride < LEAST_STRIDE * abs(self.record)

    def aim(self, target: float | None) -> float:
        """Bound to aim at, not above the objective of a known solution (Polyak's step)."""
        assert self.stride is not None
        aim = self.record + self.stride
        if target is None:
            return aim
        return max(min(aim, target), self.record + 1e-3 * self.stride)
