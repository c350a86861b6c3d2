"""
The plain service-area problem around fixed centers, by column generation and branch and price.

Given centers with capacities, undivided units, connected areas and a cost of each pair: the service
area problem of Kong's instances (github.com/yfkong/AFSAP). A multistart gives a first answer and
parts met on the way. Column generation (:mod:`.price.column_generation`) gives the bound, prices of
units and the pairs of unit and part that are still of use; around these prices better answers are
looked for (:mod:`.price.incumbent`). Then subset-row cuts tighten the prices, with the best answer
as the target, so that what a better one may use is not ruled out, and answers are looked for anew.
A tree (:mod:`.price.branch_and_price`) goes on below targets that rise from the bound, until it
finds the cheapest or proves that there is none, which raises the bound to the target.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.bound.knapsack import KnapsackParams, knapsack_bound, within_reach
from gridplan.optimise.partition.bound.sifting import SiftingParams
from gridplan.optimise.partition.local.construct import relax
from gridplan.optimise.partition.price.branch_and_price import BranchParams, Tree
from gridplan.optimise.partition.price.column_generation import GenerationParams, generate
from gridplan.optimise.partition.price.incumbent import (
    Heuristic,
    Improvement,
    Incumbent,
    IncumbentParams,
)
from gridplan.optimise.partition.price.parts import distinct
from gridplan.optimise.partition.price.stabilised_prices import Generated, Stop, Warm
from gridplan.optimise.partition.question.problem import Problem


@dataclass(frozen=True)
class ServiceParams:
    """
    How a run is shared out.

    Parameters
    ----------
    begin
        Parts met by the search that prices begin with.
    starting, starting_most
        Share of a run for first answers, and most work units for them.
    pricing, tightening
        Share of the run for the first prices, and of what is left of it for tighter ones.
    rise
        Without an answer, prices climb towards the bound raised by this.
    rough, rough_few
        Share of what is left of the run for kernels at rough prices, and for groups after them;
        less where parts hold few units, of which tight prices say much more.
    tight, tight_few
        The same for kernels at tight prices: where parts hold few units, groups do better.
    between
        The same for kernels between nodes of the tree.
    young
        Nodes of a round of the tree up to which groups are put together beside it; then, proof
        first.
    hope
        Answers are looked for within this share of the bound.
    beyond
        Once prices are tight: beyond the bound by this share of what that raised it.
    least
        Targets rise by no less, as a share of the cost.
    batch
        Places around which kernels are looked for beside the tree.
    sifting, knapsack, generation, branch, incumbent
        Of the algorithms called.
    """

    begin: int = 400
    starting: float = 0.1
    starting_most: float = 4.2
    pricing: float = 0.2
    tightening: float = 0.3
    rise: float = 0.1
    rough: float = 0.15
    rough_few: float = 0.08
    tight: float = 0.3
    tight_few: float = 0.1
    between: float = 0.15
    young: int = 2
    hope: float = 0.03
    beyond: float = 0.5
    least: float = 1e-4
    batch: int = 2
    sifting: SiftingParams = field(default_factory=SiftingParams)
    knapsack: KnapsackParams = field(default_factory=KnapsackParams)
    generation: GenerationParams = field(default_factory=GenerationParams)
    branch: BranchParams = field(default_factory=BranchParams)
    incumbent: IncumbentParams = field(default_factory=IncumbentParams)


def service_areas(
    problem: Problem,
    run: Run,
    *,
    seed: int,
    gap: float,
    start: np.ndarray | None = None,
    params: ServiceParams,
) -> tuple[np.ndarray | None, float, str]:
    """
    Find service areas for a plain problem.

    Parameters
    ----------
    problem
        For which :func:`.price.multistart.is_plain` holds.
    gap
        Relative gap at which the search ends.
    start
        ``(n,)`` an assignment to begin from, if it is sound.
    params
        Tuning.

    Returns
    -------
    assignment, bound, steps
        ``(n,)`` or None; a lower bound, infinite where it is proven that there is no partition.
    """
    bound, shares, offset = relax(problem, run, params.sifting)
    if shares is None:
        return None, bound, "lp"
    service = Service(problem, run, bound, seed=seed, gap=gap, params=params)
    service.begin(offset, start)
    if service.price():
        service.improve()
        service.climb()
    held = service.incumbent
    return held.best, service.bound, "+".join(dict.fromkeys(["lp", *held.steps]))


class Service:
    """One run: the incumbent, the bound, and where column generation ended last."""

    def __init__(
        self,
        problem: Problem,
        run: Run,
        bound: float,
        *,
        seed: int,
        gap: float,
        params: ServiceParams,
    ) -> None:
        self.problem, self.run, self.seed, self.gap = problem, run, seed, gap
        self.params = params
        self.incumbent = Incumbent(problem, run, seed=seed, params=params.incumbent)
        self.bound = -np.inf
        self._allowed = problem.allowed
        self._found: Generated | None = None
        self._dearest = problem.dearest(problem.allowed)
        self._raise(bound)

    def begin(self, offset: np.ndarray, start: np.ndarray | None) -> None:
        """Find first answers."""
        run = self.run
        work = min(self.params.starting * run.work_left, self.params.starting_most)
        self.incumbent.begin(offset, start, work=work)

    def price(self) -> bool:
        """Find prices and a first bound; tell whether there is more to do."""
        p, held, left = self.problem, self.incumbent, self.run.work_left
        unanswered = held.best is None
        target = (1 + self.params.rise) * self.bound if unanswered else held.value
        proof = knapsack_bound(p, self.run, target, params=self.params.knapsack)
        if proof is None:
            return False
        held.steps += ["knapsack", "column generation"]
        held.use_separators(proof)
        self._raise(min(proof.bound, held.value))
        self._allowed = p.allowed & within_reach(p) if unanswered else proof.keep
        self._generate(proof.price, work=self.params.pricing * left)
        return bool(np.isfinite(self.bound)) and not held.done

    def improve(self) -> None:
        """Look for better answers at rough prices: in kernels, then group by group."""
        held, found = self.incumbent, self._found
        if found is None:
            return
        share = self.params.rough_few if held.few else self.params.rough
        held.improve(held.kernels([found], share=share))
        if held.best is None:
            held.improve(held.repairs(found, share=0.3), stage="build")
        held.improve(held.groups(found, share=share))

    def climb(self) -> None:
        """Look for answers below ever higher targets; each that has none raises the bound to it."""
        held, rough, tight = self.incumbent, self.bound, False
        least = self.params.least * max(abs(rough), self._dearest / self.problem.columns)
        step = max(least, min(held.value, (1 + self.params.hope) * rough) - rough)
        while not held.done and np.isfinite(self.bound):
            target = min(held.value, self.bound + step)
            found = self._tighten(target)
            if found is not None and not held.done and self.bound < target:
                if not tight:
                    step, tight = max(least, self.params.beyond * (self.bound - rough)), True
                self._look_around(found)
                self._descend(found, min(held.value, self.bound + step))
            step *= 2.0

    def _look_around(self, found: Generated) -> None:
        """Look for better answers at tight prices."""
        held = self.incumbent
        share = self.params.tight_few if held.few else self.params.tight
        chosen = [held.kernels([found], share=share)]
        if held.few:
            chosen.append(held.groups(found, share=share))
        held.improve(*chosen)
        poor = held.value > (1 + self.params.incumbent.near) * self.bound
        if held.best is None or (held.few and poor):
            held.improve(held.nearest(found, share=0.6))
            if held.best is None:
                held.improve(held.repairs(found, share=0.5), stage="build")
        chosen = [held.groups(found, share=0.4)]
        if held.few and not poor:
            chosen.append(held.nearest(found, share=0.4))
        held.improve(*chosen)

    def _descend(self, found: Generated, target: float) -> None:
        """Search below a target: for an answer, or the proof that there is none."""
        held = self.incumbent
        held.steps.append("branch and price")
        tree = Tree(
            self.problem, found, target=target, seed=self.seed,
            allowed=found.keep if target <= found.target else self._allowed,
            params=self.params.branch,
        )  # fmt: skip
        looks, places = 1, [found]  # twice as many nodes from one round to the next
        while tree.open and not held.done:

            def branch(run: Run, looks: int = looks) -> Improvement:
                return Improvement(tree.search(run, looks).assignment)

            chosen = [Heuristic(branch), held.kernels(places, share=self.params.between)]
            if looks <= self.params.young:
                most = self.params.incumbent.most
                chosen.append(held.groups(found, share=self.params.between, most=most))
            held.improve(*chosen, stage="branch")
            self._raise(min(tree.bound, held.value))
            tree.beat(held.value)
            looks, places = 2 * looks, [node.found for node in tree.open[-self.params.batch :]]

    def _generate(self, price: np.ndarray, *, work: float) -> None:
        """Generate from these prices, no dearer than the best answer."""
        rent = np.zeros(self.problem.columns)
        parts = self.incumbent.pool.nearest(price, rent, self.params.begin)
        stop = Stop(self.incumbent.value, work, report=True)
        self._take(
            generate(
                self.problem, self.run, Warm(price, parts), allowed=self._allowed, stop=stop,
                params=self.params.generation,
            )
        )  # fmt: skip

    def _tighten(self, target: float) -> Generated | None:
        """Generate on to the end, towards an answer below a target, which rules out pairs."""
        run, found = self.run, self._found
        if found is None:
            return None
        self.incumbent.steps.append("subset-row cuts")
        met = self.incumbent.pool.nearest(found.price, found.rent, self.params.begin)
        cuts = found.cuts if len(found.cuts) else None
        warm = Warm(found.price, distinct([*found.parts, *met]), cuts)
        stop = Stop(target, self.params.tightening * run.work_left, report=True)
        self._take(
            generate(
                self.problem, run, warm, allowed=self._allowed, stop=stop, tight=True,
                params=self.params.generation,
            )
        )  # fmt: skip
        return self._found

    def _take(self, found: Generated) -> None:
        """Take prices over, and what they prove; an infinite bound only says: not below target."""
        if np.isfinite(found.bound):
            self._found = found
            if found.target >= self.incumbent.value:
                self._allowed = self._allowed & found.keep
        self._raise(min(found.bound, found.target))
        self.incumbent.pool.take(found.parts)

    def _raise(self, bound: float) -> None:
        self.bound = np.inf if bound > self._dearest else max(self.bound, bound)
        self.incumbent.goal = self.bound / (1.0 - self.gap) if self.gap < 1.0 else np.inf
        self.run.report("bound", bound=self.bound)
