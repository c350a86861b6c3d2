"""
The engine for sites of many units: search over sets of sites, each valued by its dual.

With hundreds of units a site the set of sites decides the cost, and the dual tells within a
millionth what a set is worth. So an iterated local search (Lourenço, Martin and Stützle 2003) goes
over sets; units are assigned only for sets worth having.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.siting.answer import check
from gridplan.optimise.siting.bound.toll import affordable_sites, within_budget
from gridplan.optimise.siting.engine.certified import Engine
from gridplan.optimise.siting.local.interchange import Interchange
from gridplan.optimise.siting.local.placing import gathered, located
from gridplan.optimise.siting.local.swaps import Swaps
from gridplan.optimise.siting.program.mending import mended
from gridplan.optimise.siting.program.transport import TransportDual
from gridplan.optimise.siting.question.components import allot, components_of


class LargeSiteEngine(Engine):
    """Search over sets of sites and proof in turns."""

    method = "lagrangian, exchanges, transportation"

    def improve(self) -> None:
        """Exchange, prove, and begin again from a set changed at random, in turns."""
        run, params = self.run, self.params.large_sites
        limit = run.planned
        total = limit - run.work
        most = self.params.multipliers.most
        exact = self.hints or self._nearly_full
        swaps = Swaps(self.case, self.arcs, run, self.params.swaps, most=most, exact=exact)
        random = np.random.default_rng(self.seed)
        tuning = self.params.interchange
        self.interchange = Interchange(self.case, self.arcs, tuning) if self.hints else None
        share, proof = params.shares(uneven=exact)
        held = self._first_search(swaps, random, total=total, share=share)
        turns = 0
        while not self.content and turns < params.turns:
            turns += 1
            left = max(limit - run.work, 0.05 * total)
            if turns % 3 == 1:
                # A wide gap closes by better sites first: a long proof comes once those are known.
                early = np.inf if exact else params.early * 4.0 ** (turns // 3)
                self.prove(work=min(proof * left, early))
                if self.tree is None:  # too large to split: at least the root as high as it goes
                    target = self.value if self.best is not None else None
                    self.relaxation.raise_bound(run, iterations=params.climb, target=target)
            if self.content:
                return
            sites = None
            if turns % 3 == 1 and self.tree is not None:
                sites = self._leading()
            if sites is None:
                sites = swaps.perturbed(held, random, count=1 + turns % params.most_kick)
            found = swaps.improve(swaps.worth(sites, held.multiplier), work=0.5 * left)
            if found.bound < held.bound:
                held = found
                self._assign(swaps, held)

    def _first_search(
        self, swaps: Swaps, random: np.random.Generator, *, total: float, share: float
    ) -> TransportDual:
        """Find first sites, solve parts by themselves, follow hints, and exchange."""
        run, params = self.run, self.params.large_sites
        held = self._first(swaps)
        self._assign(swaps, held)  # a short run has at least this
        if not self.content:
            self.by_part(work=self.params.turns.by_parts * max(run.planned - run.work, 0.0))
            held = self._held(swaps, held)
        held = self._hinted(swaps, held, random, work=params.hints * total)
        # In slices, so that a clock which ends the run has not taken all that was found.
        for _ in range(params.slices):
            better = swaps.improve(held, work=share * total / params.slices)
            if better.bound >= held.bound:
                break
            held = better
            self._assign(swaps, held)
        return held

    def _held(self, swaps: Swaps, held: TransportDual) -> TransportDual:
        """Go on from the best siting, if its sites are worth more than those held."""
        if self.best is None or np.array_equal(self.best[0], held.sites):
            return held
        found = swaps.worth(self.best[0], held.multiplier, stop_at=held.bound)
        return found if found.bound < held.bound else held

    @property
    def _nearly_full(self) -> bool:
        """Whether even the largest sites leave hardly any room: an ascent takes long to see it."""
        case, params = self.case, self.params.large_sites
        room = float(np.sort(case.capacity[~case.closed])[-case.high :].sum())
        tight = float(case.demand.sum()) > params.nearly_full * room
        return tight and case.n <= params.many

    def _hinted(
        self, swaps: Swaps, held: TransportDual, random: np.random.Generator, *, work: float
    ) -> TransportDual:
        """
        Look for good sites as if nothing were ever full, and take the best that is worth it.

        Where sites have to fill up that would lead astray.

        An iterated local search (Lourenço, Martin and Stützle 2003) of cheap exchanges.
        """
        run, interchange = self.run, self.interchange
        if interchange is None or (self.case.lower > 0).any():
            return held
        end = run.work + work
        found = interchange.descend(held.sites, run)
        if found is None:
            return held
        sites, least = found[0], interchange.worth
        tried = [(least, sites)]
        while run.work < end and run.ended_by is None:
            kick = self._kicked(sites, random)
            found = interchange.descend(kick, run)
            if found is not None and interchange.worth < least * (1.0 - 1e-9):
                sites, least = found[0], interchange.worth
                tried.append((least, sites))
        for _, sites in tried[-self.params.large_sites.hinted :]:
            better = swaps.worth(sites, held.multiplier, stop_at=held.bound)
            if better.bound < held.bound:
                held = better
                self._assign(swaps, held)
        return held

    def _kicked(self, sites: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """Exchange a few sites at random, each within its group."""
        case, kicks = self.case, int(random.integers(1, self.params.large_sites.most_kick))
        opened = np.zeros(case.m, dtype=bool)
        opened[sites] = True
        for leave in random.permutation(sites[~case.kept[sites]])[:kicks]:
            fit = ~opened & ~case.closed & (case.group == case.group[leave])
            if fit.any():
                opened[leave] = False
                opened[random.choice(np.flatnonzero(fit))] = True
        return np.flatnonzero(opened)

    def _leading(self) -> np.ndarray | None:
        """Sites that the most promising node would open, if they are affordable."""
        assert self.tree is not None
        sites = self.tree.leading()
        return None if sites is None or not within_budget(self.case, sites) else sites

    def _first(self, swaps: Swaps) -> TransportDual:
        """Begin from the siting in hand, else from the best of the sites that the bound opens."""
        assert self.relaxation.best is not None
        multiplier, params = -self.relaxation.best.rate, self.params
        if self.best is not None:
            return swaps.worth(self.best[0], multiplier)
        placed = None
        numbers = self._numbers()
        if numbers is not None:
            sites = gathered(self.case, self.arcs, swaps.columns, self.relaxation.openness, numbers)
            if self.case.low <= len(sites) <= self.case.high:
                found = located(self.case, self.arcs, swaps.transport, sites, params.placing)
                if within_budget(self.case, found.sites):
                    placed = swaps.worth(found.sites, found.multiplier)
        if placed is not None and self.case.n > params.large_sites.many:
            return placed
        sites = self._first_sites()
        if placed is not None and np.array_equal(sites, placed.sites):
            return placed
        first = swaps.worth(sites, multiplier)
        return first if placed is None or first.bound <= placed.bound else placed

    def _numbers(self) -> np.ndarray | None:
        """Give each site its cell of part and group, and the sites to open there ``(m, 2)``."""
        case, parts = self.case, self.parts or components_of(self.case, self.arcs)
        allotted = allot(case, parts, self.relaxation.openness, self.run)
        if allotted is None:
            return None
        may = (parts.of_site >= 0) & ~case.closed
        cell = np.where(may, parts.of_site * allotted.shape[1] + case.group, -1)
        number = np.where(may, allotted[parts.of_site, case.group], 0)
        return np.column_stack([cell, number])

    def _first_sites(self) -> np.ndarray:
        if self.best is not None:
            return self.best[0]
        sites = affordable_sites(self.case, -self.relaxation.openness)
        assert self.relaxation.best is not None
        return self.relaxation.best.chosen if sites is None else sites

    def _assign(self, swaps: Swaps, dual: TransportDual) -> None:
        """Assign the units to a set of sites; where that fails, anneal from their homes."""
        if dual.bound >= self.value:
            return
        assignment = self._whole_units(swaps, dual)
        if assignment is None:
            if (dual.home >= 0).all():
                start, hot = (dual.sites, dual.home), self.params.large_sites.hot
                most = 0.1 * self.run.planned
                self.anneal(work=min(100.0 * self.case.n / 1e6, most), hot=hot, start=start)
        elif not check.faults(self.case, dual.sites, assignment):
            self.take((dual.sites, assignment))

    def _whole_units(self, swaps: Swaps, dual: TransportDual) -> np.ndarray | None:
        """Assign whole units: by moves where they are very many, else by an integer program."""
        many = self.case.n > self.params.large_sites.many
        assignment = None if many else swaps.transport.assign(dual, seed=self.seed)
        if assignment is not None:
            return assignment
        rows = swaps.columns.rows(dual.sites)
        return mended(self.case, rows, dual, self.run, self.params.swaps.transport, seed=self.seed)
