"""
Branch and bound on sites: the Lagrangian bound at every node, reduced-cost fixing on the way.

Best bound first, with plunges, branching as in branch and price for this problem (Ceselli and
Righini, *Networks* 45(3), 2005). Once all sites of a node are fixed, what is left is a generalised
assignment problem with few arcs, handed to the solver. Guarantee: no siting below the bound is
lost; what a leaf leaves open keeps the bound down.
"""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.answer import check
from gridplan.optimise.siting.bound.lagrangian import Priced, Relaxation, many_units, whole_nodes
from gridplan.optimise.siting.bound.site_choice import with_and_without
from gridplan.optimise.siting.bound.toll import affordable_sites, within_budget
from gridplan.optimise.siting.local.interchange import Interchange
from gridplan.optimise.siting.program.assignment import solve_links
from gridplan.optimise.siting.prove.branch import DEFAULT, BranchParams, Node
from gridplan.optimise.siting.prove.reduced_cost_fixing import (
    arc_bounds,
    links_of,
    settle_sites,
)
from gridplan.optimise.siting.prove.split import Split, pocket_of, unbound
from gridplan.optimise.siting.question.arcs import Arcs, nearest_arcs
from gridplan.optimise.siting.question.case import Case


class Branching:
    """
    A best-first search that can be left and taken up again.

    Parameters
    ----------
    case, arcs
        The question and all its arcs (nothing left out).
    root
        The relaxation as far as it was climbed.
    whole
        Whether every objective is a whole number.
    ceiling
        Only sitings below it are looked for; without any, it is the bound.
    interchange
        Improves what nodes open, as if nothing were ever full. Where something is, that is only a
        hint where to look.
    params
        Tuning.
    """

    def __init__(
        self,
        case: Case,
        arcs: Arcs,
        root: Relaxation,
        *,
        whole: bool,
        ceiling: float = np.inf,
        interchange: Interchange | None = None,
        params: BranchParams = DEFAULT,
    ) -> None:
        assert root.best is not None
        self.case, self.arcs, self.whole, self.params = case, arcs, whole, params
        self.upper = np.inf
        self.ceiling = ceiling
        self.best: tuple[np.ndarray, np.ndarray] | None = None
        self.nodes = 0
        self.left = len(arcs.cost)
        self._turns = 0
        # Sites of many units: go for the bound alone, and split on what stands in for each other.
        self._few = not many_units(case, root.params)
        self._nodes = whole_nodes(case, root.params)
        self._tried = (np.nan, np.nan, np.nan)
        self._ceiling = -np.inf
        self._least_room = params.packed_root_arcs if self._nodes else params.root_arcs
        self._room = self._least_room
        self._unsettled = np.inf
        self._heap: list[Node] = []
        self._mended: set[bytes] = set()
        self.hint: np.ndarray | None = None
        self._least = np.inf  # cost of any hint so far, were nothing ever full
        self._root = root
        self._interchange = interchange
        now = root.best
        self._unbound = unbound(case)
        first = Node(
            now.bound, 0, case, now.price, now.rate, now.chosen, arcs, root.openness, now.toll
        )
        first.split = self._split_of(first, root)
        self._heap.append(first)

    @property
    def cut(self) -> float:
        """A node with at least this bound cannot hold anything better."""
        if not np.isfinite(self.upper):
            return self.ceiling
        below = self.upper - 1 + 1e-6 if self.whole else self.upper * (1 - 1e-7)
        return min(self.ceiling, below)

    @property
    def bound(self) -> float:
        """Proven for the whole problem."""
        left = self._heap[0].bound if self._heap else np.inf
        lowest = min(left, self._unsettled)
        if lowest >= self.cut:
            return min(self.upper, np.ceil(self.ceiling) if self.whole else self.ceiling)
        return float(np.ceil(lowest - 1e-6)) if self.whole else lowest

    @property
    def finished(self) -> bool:
        """Whether nothing is left to split."""
        return not self._heap or self._heap[0].bound >= self.cut

    @property
    def held_up(self) -> bool:
        """Whether only leaves that were left unsettled keep the bound down."""
        return self.finished and self._unsettled < self.cut

    def leading(self) -> np.ndarray | None:
        """Sites that the most promising node would open, if it is not finished."""
        return self._heap[0].chosen if self._heap else None

    def offer(self, best: tuple[np.ndarray, np.ndarray], objective: float) -> None:
        """Tell of a better siting."""
        if objective < self.upper:
            self.best, self.upper = best, objective

    def condense(self, run: Run, *, partly: bool = True) -> None:
        """
        Hand the solver what the root cannot rule out, as much as it can take.

        Only arcs below a ceiling are handed over. A siting found below the ceiling is optimal; if
        there is none, the ceiling itself is a bound. Unless ``partly``, all or nothing.
        """
        now = self._root.best
        for _ in range(self.params.root_times):
            known = (self.upper, self._ceiling, float(self._room))
            if self.finished or now is None or self._tried == known or run.ended_by is not None:
                return
            self._tried = known
            worth = arc_bounds(self.case, self.arcs, now)
            # What the solver begins it ends only roughly: give it what the work left can bear.
            most = self.case.n + int(min(self._room, 1000 * run.work_left))
            ceiling = self.cut
            if np.count_nonzero(worth < ceiling) > most:
                if not partly:
                    return
                ceiling = float(np.partition(worth, most)[most])
            if ceiling <= max(self._ceiling, self._heap[0].bound):
                return
            self._hand_over(run, worth < ceiling, ceiling)

    def _hand_over(self, run: Run, keep: np.ndarray, ceiling: float) -> None:
        links = links_of(self.arcs).only(keep)
        self.left = len(links.unit)
        used = np.zeros(self.case.m, dtype=bool)
        used[links.site] = True
        case = replace(self.case, closed=self.case.closed | (~used & ~self.case.kept))
        nodes = int(np.clip(400_000 / max(1, self.left - self.case.n), 50, 1000))
        start = self.best
        if start is not None and not used[start[0]].all():
            start = None
        answer = solve_links(case, links, run, node_limit=nodes, start=start)
        if answer.sites is not None and answer.assignment is not None:
            self.offer((answer.sites, answer.assignment), answer.objective)
        if answer.status in {"optimal", "infeasible"}:
            floor = min(ceiling, answer.objective)
            self._room = min(2 * self._room, self.params.most_root_arcs)
        else:
            self._room = self._least_room
            floor = min(ceiling, answer.bound)
        self._ceiling = max(self._ceiling, floor)
        for node in self._heap:
            node.bound = max(node.bound, min(floor, self.upper))

    def search(self, run: Run, *, work: float) -> None:
        """Split nodes until proof, or for so much work."""
        end = run.work + work
        while not self.finished and run.work < end and run.ended_by is None:
            self._turns += 1
            # The lowest bound first raises the bound; straight down finds sitings of few units.
            plunge = self._few and self._turns % self.params.plunge == 0
            self._split(heapq.heappop(self._heap), run, plunge=plunge)
            if self._turns % 10 == 0:
                run.report("prove", incumbent=self.upper, bound=min(self.bound, self.upper))
        run.report("prove", incumbent=self.upper, bound=min(self.bound, self.upper))

    def _split(self, node: Node, run: Run, *, plunge: bool) -> None:
        """Put both children of a node on the heap; or go on with the better one, to the bottom."""
        while True:
            children = [self._child(node, run, more=more) for more in (True, False)]
            left = sorted(child for child in children if child is not None)
            on = plunge and left and run.ended_by is None and left[0].bound < self.cut
            best = left.pop(0) if on else None
            for child in left:
                heapq.heappush(self._heap, child)
            if best is None:
                return
            node = best

    def _child(self, node: Node, run: Run, *, more: bool) -> Node | None:
        """Bound one side of a split; None where nothing better is left in it."""
        self.nodes += 1
        case = node.split.side(node.case, more=more)
        relaxation = self._root.anew(case, node.arcs)
        relaxation.whole_question = False
        relaxation.go_on_from(node.price, node.rate, node.toll)
        relaxation.suit_rates(run)
        relaxation.openness = node.openness.copy()
        params, ahead = self.params, self.upper - node.bound
        share = params.first_stride if self._few else params.load_stride
        stride = max(params.least_stride * abs(node.bound), share * ahead)
        relaxation.step.stride = stride if np.isfinite(stride) else 0.05 * abs(node.bound)
        relaxation.raise_bound(
            run,
            iterations=params.steps,
            target=self.cut,
            nodes=self._nodes,
            patience=params.patience if self._few else params.load_patience,
            stop_at=self.cut,
        )
        now = relaxation.best
        assert now is not None
        bound = max(now.bound, node.bound)
        if bound >= self.cut or not np.isfinite(now.bound):
            return None
        self._settle_for(case, now, run)
        sites = with_and_without(case, now.value)
        must, never = settle_sites(case, now, sites, self.cut)
        arcs, barren = node.arcs, node.barren
        if self.cut - bound <= barren:
            keep = (arc_bounds(case, arcs, now, sites) < self.cut) & ~never[arcs.site]
            if keep.sum() < params.thinned * len(keep):
                arcs = arcs.only(keep)
            elif not case.capacitated:
                barren = params.barren * (self.cut - bound)
        if (np.diff(arcs.start) == 0).any():
            return None
        case = replace(case, kept=must, closed=never)
        child = Node(
            bound, self.nodes, case, now.price, now.rate, now.chosen, arcs, relaxation.openness,
            now.toll, barren=barren,
        )  # fmt: skip
        if (must | never).all() or must.sum() >= case.high:
            self._leaf(child, now, run)
            return None
        child.split = self._split_of(child, relaxation)
        return child

    def _settle_for(self, case: Case, now: Priced, run: Run) -> None:
        """Offer the sites a node opens, improved, where each unit just goes to the cheapest."""
        if self._interchange is None or now.chosen.tobytes() in self._mended:
            return
        self._mended.add(now.chosen.tobytes())
        within = within_budget(case, now.chosen)
        sites = now.chosen if within else affordable_sites(case, now.value)
        found = None if sites is None else self._interchange.descend(sites, run)
        if found is None:
            return
        if not self.case.capacitated:
            self.offer(found, self._interchange.worth)
        elif self._interchange.worth < self._least * (1.0 - 1e-9):
            self._least, self.hint = self._interchange.worth, found[0]

    def _split_of(self, node: Node, relaxation: Relaxation) -> Split:
        """Pick the open question on which the relaxation wavers most."""
        case, openness = node.case, relaxation.openness
        free = np.flatnonzero(~case.kept & ~case.closed)
        if not len(free):
            return Split(np.array([np.argmax(~case.closed)]))
        number = float(openness.sum())
        least = self.params.wavering
        if not case.capacitated and case.low < case.high and least <= number % 1 <= 1 - least:
            whole = int(number)
            if case.low <= whole < case.high:
                return Split(np.arange(case.m), whole)
        among = free[self._unbound[free] & (case.group[free] < len(self.case.group_min))]
        alike = None if self._few else pocket_of(relaxation, among, self.params.pockets)
        if alike is not None:
            return alike
        doubt = np.abs(openness[free] - 0.5)
        return Split(free[[np.argmin(np.round(doubt, 6))]])

    def _leaf(self, node: Node, now: Priced, run: Run) -> None:
        """Settle a node whose sites are known."""
        case = node.case
        if case.kept.sum() >= self.case.high:
            case = replace(case, closed=case.closed | ~case.kept)
        shut = case.closed
        if not case.capacitated and (case.kept | shut).all():
            self._offer_nearest(case)
            return
        links = links_of(node.arcs)
        links = links.only(arc_bounds(case, node.arcs, now) < self.cut)
        if len(links.unit) > self.params.leaf_arcs:
            # Too many for the solver before a better siting is known; these sites may be one.
            if node.bound < self._unsettled:
                self.hint = np.flatnonzero(~shut)
            self._unsettled = min(self._unsettled, node.bound)
            return
        answer = solve_links(case, links, run, node_limit=self.params.leaf_nodes)
        if answer.sites is not None and answer.assignment is not None:
            self.offer((answer.sites, answer.assignment), answer.objective)
        if answer.status not in {"optimal", "infeasible"}:
            self._unsettled = min(self._unsettled, max(node.bound, answer.bound))

    def _offer_nearest(self, case: Case) -> None:
        """Offer the only siting of sites that are all settled and never full, if it is one."""
        sites = np.flatnonzero(case.kept)
        near = nearest_arcs(case, most=1, sites=sites)
        if (np.diff(near.start) == 0).any():
            return
        found = (sites, near.site[near.start[:-1]].astype(np.int64))
        if not check.faults(case, *found):
            self.offer(found, check.objective(case, *found))
