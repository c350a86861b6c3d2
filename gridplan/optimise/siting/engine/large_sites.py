"""The engine for sites of many units: settle the set of sites first, then who goes where.

With hundreds of units a site the set of sites decides the cost, and tolls tell within a millionth
what a set is worth. So the search is over sets; units are assigned only for sets worth having.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.siting.answer import check
from gridplan.optimise.siting.bound.site_choice import cheapest_sites
from gridplan.optimise.siting.engine.certified import Engine
from gridplan.optimise.siting.local.swaps import Swaps
from gridplan.optimise.siting.program.transport import Settled, assign

MOST_KICK = 4
SLICES = 8


class WideEngine(Engine):
    """Search over sets of sites and proof in turns."""

    method = "lagrangian, exchanges, transportation"

    def improve(self) -> None:
        """Exchange, prove, and begin again from a set changed at random, in turns."""
        run = self.run
        limit = run.planned
        total = limit - run.work
        swaps = Swaps(self.case, self.arcs, run)
        random = np.random.default_rng(self.seed)
        assert self.relaxation.best is not None
        held = swaps.settle(self._first_sites(), -self.relaxation.best.rate)
        self._embody(swaps, held)  # a short run has at least this
        # In slices, so that a clock which ends the run has not taken all that was found.
        for _ in range(SLICES):
            better = swaps.improve(held, work=0.4 * total / SLICES)
            if better.bound >= held.bound:
                break
            held = better
            self._embody(swaps, held)
        turns = 0
        while not self.content and turns < 500:
            turns += 1
            left = max(limit - run.work, 0.05 * total)
            if turns % 3 == 1:
                self.prove(work=0.25 * left)
                if self.tree is None:  # too large to split: at least the root as high as it goes
                    target = self.value if self.best is not None else None
                    self.relaxation.raise_bound(run, iterations=150, target=target)
            if self.content:
                return
            sites = None
            if turns % 3 == 1 and self.tree is not None:
                sites = self.tree.leading()
            if sites is None:
                sites = swaps.kicked(held, random, count=1 + turns % MOST_KICK)
            found = swaps.improve(swaps.settle(sites, held.toll), work=0.5 * left)
            if found.bound < held.bound:
                held = found
                self._embody(swaps, held)

    def _first_sites(self) -> np.ndarray:
        if self.best is not None:
            return self.best[0]
        sites = cheapest_sites(self.case, -self.relaxation.openness)
        assert self.relaxation.best is not None
        return self.relaxation.best.chosen if sites is None else sites

    def _embody(self, swaps: Swaps, settled: Settled) -> None:
        """Assign the units to a set of sites; where that fails, a walk from their homes may not."""
        if settled.bound >= self.value:
            return
        assignment = assign(self.case, swaps.columns, settled, self.run, seed=self.seed)
        if assignment is None:
            if (settled.home >= 0).all():
                begin = (settled.sites, settled.home)
                most = 0.1 * self.run.planned
                self.walk(work=min(100.0 * self.case.n / 1e6, most), hot=0.05, begin=begin)
        elif not check.faults(self.case, settled.sites, assignment):
            self.take((settled.sites, assignment))
