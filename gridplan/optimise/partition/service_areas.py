"""The plain service-area problem around fixed centers: fall, price, put together, prove.

Falls give a first answer and parts met on the way. Column generation (:mod:`.generation`) gives
the bound, prices of units and the pairs of unit and part that are still of use; around these prices
better answers are looked for (:mod:`.answers`). Then rows over three units sharpen the prices, with
the best answer as the target, so that what a better one may use is not ruled out, and answers are
looked for anew. A tree (:mod:`.branch`) goes on below targets that rise from the bound, until it
finds the cheapest or proves that there is none, which raises the bound to the target.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import ABREAST
from gridplan.optimise.partition.bound.knapsack import knapsack_bound, within_reach
from gridplan.optimise.partition.local.construct import relax
from gridplan.optimise.partition.price.branch_and_price import Tree
from gridplan.optimise.partition.price.column_generation import generate
from gridplan.optimise.partition.price.incumbent import MOST, NEAR, Answers, Met, Way
from gridplan.optimise.partition.price.parts import distinct
from gridplan.optimise.partition.price.stabilised_prices import Generated
from gridplan.optimise.partition.question.problem import Problem

BEGIN = 400
"""Parts met by the search that prices begin with."""

FALLS, FALLING = 0.1, 4.2
"""Share of a run for first answers, and most work units for them."""

PRICING, SHARPENING = 0.2, 0.3
"""Share of the run for the first prices, and of what is left of it for sharper ones."""

RISE = 0.1
"""Without an answer, prices climb towards the bound raised by this."""

ROUGH, ROUGH_FEW = 0.15, 0.08
"""Share of what is left of the run for kernels at rough prices, and for groups after them; less
where parts hold few units, of which sharp prices say much more."""

SHARP, SHARP_FEW = 0.3, 0.1
"""The same for kernels at sharp prices: where parts hold few units, groups do better."""

BETWEEN = 0.15
"""The same for kernels between nodes of the tree."""

YOUNG = 2
"""Nodes of a round of the tree up to which groups are put together beside it; then, proof first."""

HOPE = 0.03
"""Answers are looked for within this much of the bound."""

BEYOND = 0.5
"""Once prices are sharp: beyond the bound by this share of what that raised it."""

LEAST = 1e-4
"""Targets rise by no less, as a share of the cost."""


def serve(
    problem: Problem, run: Run, *, seed: int, gap: float, start: np.ndarray | None = None
) -> tuple[np.ndarray | None, float, str]:
    """Find a partition, a bound and the steps taken; an infinite bound proves there is none."""
    bound, shares, offset = relax(problem, run)
    if shares is None:
        return None, bound, "lp"
    service = Service(problem, run, bound, seed=seed, gap=gap)
    service.begin(offset, start)
    if service.price():
        service.improve()
        service.climb()
    answers = service.answers
    return answers.best, service.bound, "+".join(dict.fromkeys(["lp", *answers.steps]))


class Service:
    """One run: the answers, the bound, and where column generation ended last."""

    def __init__(self, problem: Problem, run: Run, bound: float, *, seed: int, gap: float) -> None:
        self.problem, self.run, self.seed, self.gap = problem, run, seed, gap
        self.answers = Answers(problem, run, seed=seed)
        self.bound = -np.inf
        self._allowed = problem.allowed
        self._found: Generated | None = None
        self._dearest = problem.dearest(problem.allowed)
        self._raise(bound)

    def begin(self, offset: np.ndarray, start: np.ndarray | None) -> None:
        """Fall for first answers."""
        run = self.run
        self.answers.begin(offset, start, work=min(FALLS * run.work_left, FALLING))

    def price(self) -> bool:
        """Find prices and a first bound; tell whether there is more to do."""
        p, answers, left = self.problem, self.answers, self.run.work_left
        unanswered = answers.best is None
        proof = knapsack_bound(
            p, self.run, (1 + RISE) * self.bound if unanswered else answers.value
        )
        if proof is None:
            return False
        answers.steps += ["knapsack", "parts"]
        answers.know(proof)
        self._raise(min(proof.bound, answers.value))
        self._allowed = p.allowed & within_reach(p) if unanswered else proof.keep
        self._generate(proof.price, work=PRICING * left)
        return bool(np.isfinite(self.bound)) and not answers.done

    def improve(self) -> None:
        """Look for better answers at rough prices: in kernels, then group by group."""
        answers, found = self.answers, self._found
        if found is None:
            return
        share = ROUGH_FEW if answers.few else ROUGH
        answers.look(answers.kernels([found], share=share))
        if answers.best is None:
            answers.look(answers.mending(found, share=0.3), stage="build")
        answers.look(answers.groups(found, share=share))

    def climb(self) -> None:
        """Look for answers below ever higher targets; each that has none raises the bound to it."""
        answers, rough, sharp = self.answers, self.bound, False
        least = LEAST * max(abs(rough), self._dearest / self.problem.columns)
        step = max(least, min(answers.value, (1 + HOPE) * rough) - rough)
        while not answers.done and np.isfinite(self.bound):
            target = min(answers.value, self.bound + step)
            found = self._sharpen(target)
            if found is not None and not answers.done and self.bound < target:
                if not sharp:
                    step, sharp = max(least, BEYOND * (self.bound - rough)), True
                self._look_around(found)
                self._descend(found, min(answers.value, self.bound + step))
            step *= 2.0

    def _look_around(self, found: Generated) -> None:
        """Look for better answers at sharp prices."""
        answers = self.answers
        share = SHARP_FEW if answers.few else SHARP
        ways = [answers.kernels([found], share=share)]
        if answers.few:
            ways.append(answers.groups(found, share=share))
        answers.look(*ways)
        poor = answers.value > (1 + NEAR) * self.bound
        if answers.best is None or (answers.few and poor):
            answers.look(answers.nearest(found, share=0.6))
            if answers.best is None:
                answers.look(answers.mending(found, share=0.5), stage="build")
        ways = [answers.groups(found, share=0.4)]
        if answers.few and not poor:
            ways.append(answers.nearest(found, share=0.4))
        answers.look(*ways)

    def _descend(self, found: Generated, target: float) -> None:
        """Search below a target: for an answer, or the proof that there is none."""
        answers = self.answers
        answers.steps.append("branch")
        tree = Tree(
            self.problem, found, target=target, seed=self.seed,
            allowed=found.keep if target <= found.target else self._allowed,
        )  # fmt: skip
        looks, places = 1, [found]  # twice as many nodes from one round to the next
        while tree.open and not answers.done:

            def branch(run: Run, looks: int = looks) -> Met:
                return Met(tree.search(run, looks).assignment)

            ways = [Way(branch), answers.kernels(places, share=BETWEEN)]
            if looks <= YOUNG:
                ways.append(answers.groups(found, share=BETWEEN, most=MOST))
            answers.look(*ways, stage="branch")
            self._raise(min(tree.bound, answers.value))
            tree.beat(answers.value)
            looks, places = 2 * looks, [node.found for node in tree.open[-ABREAST:]]

    def _generate(self, price: np.ndarray, *, work: float) -> None:
        """Generate from these prices, no dearer than the best answer."""
        parts = self.answers.pool.nearest(price, np.zeros(self.problem.columns), BEGIN)
        self._take(
            generate(
                self.problem, self.run, price=price, allowed=self._allowed, parts=parts,
                target=self.answers.value, work=work, report=True,
            )
        )  # fmt: skip

    def _sharpen(self, target: float) -> Generated | None:
        """Generate on to the end, towards an answer below a target, which rules out pairs."""
        run, found = self.run, self._found
        if found is None:
            return None
        self.answers.steps.append("triples")
        met = self.answers.pool.nearest(found.price, found.rent, BEGIN)
        self._take(
            generate(
                self.problem, run, price=found.price, parts=distinct([*found.parts, *met]),
                target=target, allowed=self._allowed,
                triples=found.triples if len(found.triples) else None,
                work=SHARPENING * run.work_left, sharp=True, report=True,
            )
        )  # fmt: skip
        return self._found

    def _take(self, found: Generated) -> None:
        """Take prices over, and what they prove; an infinite bound only says: not below target."""
        if np.isfinite(found.bound):
            self._found = found
            if found.target >= self.answers.value:
                self._allowed = self._allowed & found.keep
        self._raise(min(found.bound, found.target))
        self.answers.pool.take(found.parts)

    def _raise(self, bound: float) -> None:
        self.bound = np.inf if bound > self._dearest else max(self.bound, bound)
        self.answers.goal = self.bound / (1.0 - self.gap) if self.gap < 1.0 else np.inf
        self.run.report("bound", bound=self.bound)
