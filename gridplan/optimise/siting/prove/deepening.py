"""
Branch and bound under rising ceilings: look just above the bound first, then further up.

Iterative deepening on the objective, as in IDA* (Korf, *Artificial Intelligence* 27, 1985).

Under a low ceiling reduced costs rule nearly everything out, so a tree is small even before a good
siting is known. One found below the ceiling is optimal; where there is none, the ceiling is a bound
and the next tree looks further up, at about as much effort as all before together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.bound.lagrangian import Relaxation, many_units
from gridplan.optimise.siting.local.interchange import Interchange
from gridplan.optimise.siting.prove.branch import DEFAULT as BRANCHING
from gridplan.optimise.siting.prove.branch import BranchParams
from gridplan.optimise.siting.prove.branch_and_bound import Branching
from gridplan.optimise.siting.question.arcs import Arcs
from gridplan.optimise.siting.question.case import Case


@dataclass(frozen=True)
class DeepeningParams:
    """
    How far above the bound to look, as shares of it.

    Parameters
    ----------
    first, most
        At first, and at most: beyond, all that is left is looked at.
    """

    first: float = 0.0003
    most: float = 0.05


DEFAULT = DeepeningParams()


class Deepening:
    """
    Trees under rising ceilings; can be left and taken up again.

    Parameters
    ----------
    case, arcs, root, whole, interchange
        As for :class:`~gridplan.optimise.siting.prove.branch_and_bound.Branching`.
    branching, params
        Tuning of the trees, and of their ceilings.
    """

    def __init__(
        self,
        case: Case,
        arcs: Arcs,
        root: Relaxation,
        *,
        whole: bool,
        interchange: Interchange | None = None,
        branching: BranchParams = BRANCHING,
        params: DeepeningParams = DEFAULT,
    ) -> None:
        assert root.best is not None
        self.case, self.whole, self.params = case, whole, params
        self._base = root.best.bound
        self._parts = (case, arcs, root, interchange, branching)
        # Sites of many units have a gap too narrow, and nodes too dear, to look twice.
        self._ahead = np.inf if many_units(case, root.params) else params.first * abs(self._base)
        self._known = -np.inf
        self.upper = np.inf
        self.best: tuple[np.ndarray, np.ndarray] | None = None
        self._planted = np.inf
        self._tree = self._plant()

    @property
    def bound(self) -> float:
        """Proven for the whole problem."""
        return max(self._known, self._tree.bound)

    @property
    def nodes(self) -> int:
        """Nodes of the tree at hand."""
        return self._tree.nodes

    def leading(self) -> np.ndarray | None:
        """Sites to look at next: a fresh hint, or what the most promising node would open."""
        hint, self._tree.hint = self._tree.hint, None
        return self._tree.leading() if hint is None else hint

    def offer(self, best: tuple[np.ndarray, np.ndarray], objective: float) -> None:
        """Tell of a better siting."""
        if objective < self.upper:
            self.best, self.upper = best, objective
        self._tree.offer(best, objective)

    def condense(self, run: Run, *, partly: bool) -> None:
        """Hand the solver what the root cannot rule out; as for a tree."""
        self._tree.condense(run, partly=partly)

    def search(self, run: Run, *, work: float) -> None:
        """Split nodes and raise the ceiling until proof, or for so much work."""
        end = run.work + work
        if self._tree.held_up and self.upper < self._planted * (1.0 - 1e-7):
            # With a better siting the leaves that were too large may be settled.
            self._known = self.bound
            self._tree = self._plant()
        while run.work < end and run.ended_by is None:
            tree = self._tree
            tree.search(run, work=end - run.work)
            if tree.best is not None:
                self.offer(tree.best, tree.upper)
            if not tree.finished or np.isinf(tree.ceiling) or tree.upper < tree.ceiling:
                return
            self._known = self.bound
            # What a tree left unsettled the next would leave as well: look for all at once.
            self._ahead = 2.0 * self._ahead if tree.bound >= tree.ceiling else np.inf
            self._tree = self._plant()

    def _plant(self) -> Branching:
        """Begin a tree under the ceiling due."""
        case, arcs, root, interchange, branching = self._parts
        ceiling = self._base + self._ahead
        if self.whole and np.isfinite(ceiling):
            ceiling = np.floor(ceiling) + 0.5
        # Halfway to the best siting known, better look at all that is left.
        far = self._ahead > self.params.most * abs(self._base)
        if far or self._base + 2.0 * self._ahead >= self.upper:
            ceiling = np.inf
        tree = Branching(
            case, arcs, root, whole=self.whole, ceiling=ceiling, interchange=interchange,
            params=branching,
        )  # fmt: skip
        self._planted = self.upper
        if self.best is not None:
            tree.offer(self.best, self.upper)
        return tree
