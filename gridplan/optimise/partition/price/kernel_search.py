"""
Kernel search: answers among few pairs, those that column generation chose and those of the best.

Where prices are at rest, the parts chosen leave most units whole in one column. Over the pairs
that remain the assignment program is soon solved to the end: the neighbourhood that a relaxation
induces (Danna, Rothberg & Le Pape 2005, doi:10.1007/s10107-004-0518-7), narrow at first, then wider
(kernel search: Angelelli, Mansini & Speranza 2010, doi:10.1016/j.cor.2010.02.002).
A kernel is solved to the end or not at all; nothing is proven beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import parallel_map
from gridplan.optimise.partition.answer.check import value_of
from gridplan.optimise.partition.assignment.contiguity import islands, neighbours
from gridplan.optimise.partition.assignment.cutting_planes import Exact, ExactLimits, solve_exact
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.knapsack import Relaxed
from gridplan.optimise.partition.price.stabilised_prices import Generated
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class KernelParams:
    """
    How kernels grow.

    Parameters
    ----------
    shares
        Share of a unit from which on a pair is in the kernel, one after the other.
    wider
        Pairs a unit by which it grows from there.
    widest
        Pairs a unit more, at which it ends.
    island
        Units of the largest islands that are cut off beforehand.
    nodes, nodes_per_work
        Most branch-and-bound nodes of one program, and of these for each work unit that is left.
    batch
        Kernels solved side by side; the same on any machine, so that answers are.
    """

    shares: tuple[float, ...] = (0.2, 0.1, 0.05, 1e-3)
    wider: float = 0.04
    widest: float = 1.0
    island: int = 3
    nodes: int = 20_000
    nodes_per_work: float = 500
    batch: int = 2


class Kernels:
    """Kernels around prices and answers, each solved once."""

    def __init__(
        self, problem: Problem, proof: Relaxed, *, seed: int, params: KernelParams
    ) -> None:
        self.problem, self.proof, self.seed, self.params = problem, proof, seed, params
        self._solved: list[np.ndarray] = []

    def improve(
        self,
        run: Run,
        among: Sequence[Generated],
        best: np.ndarray | None,
        *,
        near: np.ndarray | None = None,
        goal: float,
    ) -> np.ndarray | None:
        """
        Look for a better answer around the ``best`` in ever wider kernels.

        Parameters
        ----------
        among
            Where column generation ended: one place, or two.
        near
            What is nearly an answer, to look around while there is none.
        goal
            Stop at this cost.
        """
        params = self.params
        rung, last = 0, len(params.shares) + int(params.widest / params.wider)
        while rung < last and run.ended_by is None:
            value = np.inf if best is None else value_of(self.problem, best)
            if value <= goal:
                break
            rungs = range(rung, rung + max(1, params.batch // len(among)))
            middle = near if best is None else best
            batch = self._fresh([self.pairs(found, middle, at) for at in rungs for found in among])
            rung = rungs.stop

            def look(pairs: np.ndarray, value: float = value) -> tuple[Exact, Run]:
                own = run.part()
                return self.solve(own, pairs, value=value), own

            looks = parallel_map(look, batch)
            ended = False
            for pairs, (exact, own) in zip(batch, looks, strict=True):
                run.book(own)
                if exact.status in {"optimal", "infeasible"}:
                    self._solved.append(pairs)
                    ended = True
                if exact.assignment is not None:
                    cost = value_of(self.problem, exact.assignment)
                    if best is None or cost < value_of(self.problem, best):
                        best, ended = exact.assignment, True
            if batch and not ended:  # wider ones are no easier
                break
        return best

    def pairs(self, found: Generated, middle: np.ndarray | None, rung: int) -> np.ndarray:
        """Mark the pairs ``(n, k)`` of a kernel, those of the assignment in its ``middle`` too."""
        p, shares = self.problem, self.params.shares
        out = found.share > shares[min(rung, len(shares) - 1)]
        if middle is not None:
            out[np.arange(p.units), middle] = True
        more = (rung + 1 - len(shares)) * max(1, int(self.params.wider * p.units))
        if more > 0:
            rise = np.where(out | ~np.isfinite(found.rise), np.inf, np.maximum(found.rise, 0.0))
            value = p.cost - found.price[:, None]
            order = np.lexsort((value.ravel(), rise.ravel()))[:more]
            out.flat[order[np.isfinite(rise.flat[order])]] = True
        return out

    def solve(self, run: Run, pairs: np.ndarray, *, value: float) -> Exact:
        """Find the cheapest answer below ``value`` within the ``pairs``."""
        model = Model(self.problem, allowed=pairs)
        neighbours(model)
        islands(model, self.params.island)
        self.proof.tighten(model)
        cutoff = value if np.isfinite(value) else None
        nodes = run.afford(self.params.nodes_per_work, self.params.nodes)
        return solve_exact(
            self.problem, run, model=model, cutoff=cutoff, seed=self.seed,
            limits=ExactLimits(node_limit=nodes),
        )  # fmt: skip

    def _fresh(self, batch: list[np.ndarray]) -> list[np.ndarray]:
        """Leave out what is within a kernel that was solved, or in the batch before."""
        out: list[np.ndarray] = []
        for pairs in batch:
            if not any((pairs <= known).all() for known in [*self._solved, *out]):
                out.append(pairs)
        return out
