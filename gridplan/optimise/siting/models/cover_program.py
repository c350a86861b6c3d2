"""The cover program: sites that leave the fewest people without one near, and who can be served.

Its rows are the counts of the sites and, found as they are needed, cuts: a choice of sites that
cannot serve everyone within the bounds on their loads is ruled out, and many others with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.options import strict
from gridplan.optimise.siting.models.covering_median import merged_reach
from gridplan.optimise.siting.program.feasibility import Service
from gridplan.optimise.siting.question.case import read_case
from gridplan.optimise.siting.question.options import Counts, bounds_of
from gridplan.optimise.sparse_rows import pattern


@dataclass(frozen=True, eq=False)
class CoverAnswer:
    """
    What the program says.

    Parameters
    ----------
    sites
        Sorted indices; None without a choice.
    value
        What was made least, for these; infinite without a choice.
    bound
        Of the same for any choice; infinite where there provably is none.
    astray
        People served out of their ways, as the program has it.
    status
        ``optimal``, ``feasible``, ``infeasible`` or ``unknown``.
    """

    sites: np.ndarray | None
    value: float
    bound: float
    status: str
    astray: float = 0.0


@dataclass(frozen=True, eq=False)
class CoverProgram:
    """
    Choose ``p`` sites that leave as few people as possible without one within reach.

    Parameters
    ----------
    reach, people
        ``(k, m)`` and ``(k,)``, as
        :func:`~gridplan.optimise.siting.models.covering_median.merged_reach` gives them.
    p
        Number of sites.
    kept, closed
        ``(m,)`` masks of sites that must, and must not, open.
    member, least
        ``(groups, m)`` and ``(groups,)``: sites that each group needs.
    needed, weight
        ``(r, m)`` and ``(r,)``: sites of which one must be open for people not to be astray.
    rows, low, high, relief
        ``(c, m)`` and ``(c,)`` thrice: cuts on the sites; people astray count ``relief`` in each.
    most
        People that may be astray.
    """

    reach: sparse.csr_array
    people: np.ndarray
    p: int
    kept: np.ndarray
    closed: np.ndarray
    member: sparse.csr_array
    least: np.ndarray
    needed: sparse.csr_array
    weight: np.ndarray
    rows: sparse.csr_array
    low: np.ndarray
    high: np.ndarray
    relief: np.ndarray
    most: float = np.inf

    def answer(
        self,
        run: Run,
        *,
        opened: np.ndarray | None = None,
        shut: np.ndarray | None = None,
        worth: tuple[float, float] = (1.0, 0.0),
        node_limit: int = 5000,
        seed: int = 0,
    ) -> CoverAnswer:
        """
        Solve it, with some more sites opened or shut.

        Parameters
        ----------
        run
            Charged for the work.
        opened, shut
            ``(m,)`` masks.
        worth
            Of a person without a site near and of one astray, in what is made least.
        node_limit, seed
            Of the solver.
        """
        (k, m), r = self.reach.shape, len(self.weight)
        # Columns: sites, people without one near, people astray by what they need and together.
        matrix = sparse.block_array(
            [
                [self.reach, sparse.eye_array(k), None, None],
                [np.ones((1, m)), None, None, None],
                [self.member, None, None, None],
                [self.needed, None, sparse.eye_array(r), None],
                [None, None, -self.weight[None, :], np.ones((1, 1))],
                [self.rows, None, None, self.relief[:, None]],
            ],
            format="csr",
        )
        must = self.kept if opened is None else self.kept | opened
        barred = self.closed if shut is None else self.closed | shut
        if (must & barred).any():
            return CoverAnswer(None, np.inf, np.inf, "infeasible")
        groups = len(self.least)
        none, endless = np.zeros(k + r + 1), np.full(k + groups + r + 1, np.inf)
        price = np.concatenate([np.zeros(m), worth[0] * self.people, np.zeros(r), [worth[1]]])
        found = solve(
            price,
            matrix,
            np.concatenate([np.ones(k), [self.p], self.least, np.ones(r), [0.0], self.low]),
            np.concatenate([endless[:k], [self.p], endless[k:], self.high]),
            col_lower=np.concatenate([must.astype(float), none]),
            col_upper=np.concatenate([1.0 - barred, np.ones(k + r), [self.most]]),
            integer=np.concatenate([np.ones(m, dtype=bool), none.astype(bool)]),
            node_limit=node_limit,
            run=run,
            seed=seed,
        )
        if found.x is None:
            bound = np.inf if found.status == "infeasible" else found.bound
            return CoverAnswer(None, np.inf, bound, found.status)
        chosen = np.flatnonzero(found.x[:m] > 0.5)
        near = np.asarray(self.reach[:, chosen].sum(axis=1)).ravel() > 0
        away = max(0.0, float(found.x[-1]))
        value = worth[0] * float(self.people[~near].sum()) + worth[1] * away
        return CoverAnswer(chosen, value, min(max(0.0, found.bound), value), found.status, away)

    def with_cuts(
        self, rows: np.ndarray, low: np.ndarray, high: np.ndarray, relief: np.ndarray
    ) -> CoverProgram:
        """Add rows ``low <= rows @ open + relief * astray <= high``."""
        more = sparse.vstack([self.rows, sparse.csr_array(rows)], format="csr")
        return replace(
            self,
            rows=more,
            low=np.concatenate([self.low, low]),
            high=np.concatenate([self.high, high]),
            relief=np.concatenate([self.relief, relief]),
        )


@strict()
def cover_program(
    reach: sparse.spmatrix | sparse.sparray,
    people: ArrayLike,
    p: int,
    **options: Unpack[Counts],
) -> CoverProgram:
    """
    Set the program up.

    Parameters
    ----------
    reach, people, p
        As of :class:`CoverProgram`.
    **options
        ``group``, ``group_min``, ``kept``, ``closed``, ``opening_cost``, ``closing_cost`` and
        ``budget`` as of :func:`~gridplan.optimise.siting.models.p_median.capacitated_p_median`.

    Returns
    -------
    CoverProgram
        Without cuts but that of the budget.
    """
    table = sparse.csr_array(reach)
    weight, m = np.asarray(people, dtype=float), table.shape[1]
    near = pattern(table)
    # One row at least, so that the counts can be read where nothing is in question.
    case = read_case(np.zeros((1, m)), [1.0], None, p, **bounds_of(options))
    groups = len(case.group_min)
    member = sparse.csr_array((np.ones(m), (case.group, np.arange(m))), shape=(groups, m))
    none = sparse.csr_array((0, m))
    program = CoverProgram(
        near, weight, p, case.kept, case.closed, member, case.group_min.astype(float),
        none, np.zeros(0), none, np.zeros(0), np.zeros(0), np.zeros(0),
    )  # fmt: skip
    if np.isinf(case.budget):
        return program
    row, most = case.spend[None, :] / case.dearest, np.array([case.budget / case.dearest])
    return program.with_cuts(row, np.array([-np.inf]), most, np.zeros(1))


@strict()
def served_cover(
    program: CoverProgram,
    service: Service,
    run: Run,
    *,
    worth: float = 10.0,
    rounds: int = 120,
    seed: int = 0,
) -> tuple[CoverProgram, CoverAnswer, float]:
    """
    Cut the program until its sites can serve everyone.

    Units are taken as divisible.

    Benders' decomposition (Geoffrion and Graves, *Management Science* 20, 1974): the sites decide,
    a flow answers whether they can serve, and where not, its least cut is a row that every choice
    of sites that can keeps.

    Parameters
    ----------
    program, service
        Who is near, and who can be served by whom.
    run
        Charged for the work; ends the rounds.
    worth
        How many people without a site near one person astray counts as.
    rounds
        Most of them.
    seed
        Of the solver.

    Returns
    -------
    program, answer, least
        With the cuts found; of people without a site near and ``worth`` times those astray, the
        last choice of sites and the bound for all choices that can serve; the least people astray
        of any choice.
    """
    needed, weight, _ = merged_reach(service.ways, service.demand, kept=program.kept)
    near = pattern(needed)
    program = replace(program, needed=near, weight=weight)
    least, answer = 0.0, CoverAnswer(None, np.inf, 0.0, "unknown")
    for prices in ((0.0, 1.0), (1.0, worth)):
        for _ in range(rounds):
            answer = program.answer(run, worth=prices, seed=seed)
            cuts = None
            if answer.sites is not None and run.ended_by is None:
                cuts = service.cuts(answer.sites, run, spare=answer.astray)
            if cuts is None:
                break
            program = program.with_cuts(*cuts)
        if not prices[0]:
            least = answer.bound if np.isfinite(answer.bound) else 0.0
    return program, answer, least


@strict()
def settled_sites(
    program: CoverProgram, left: float, *, likely: ArrayLike, run: Run, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """
    Tell which sites are open, and which are not, wherever few enough people are left uncovered.

    One question a site: with it shut (or open), are more than ``left`` people left in any choice?
    Then every choice that leaves no more opens it (or leaves it shut). A question that is not
    answered within the work settles nothing.

    Parameters
    ----------
    program
        Who is near; its cuts hold.
    left
        People that may be left without a site within reach.
    likely
        Sites of a choice that leaves no more: only these can be open in all, the others in none.
    run
        Charged for the work; ends the questions.
    seed
        Of the solver.

    Returns
    -------
    open, shut
        ``(m,)`` masks; kept sites among the first, closed ones among the second.
    """
    opened, shut = program.kept.copy(), program.closed.copy()
    chosen = np.zeros(len(opened), dtype=bool)
    chosen[np.asarray(likely)] = True
    enough = left + 1e-9 * max(1.0, float(program.people.sum()))
    for j in np.flatnonzero(~opened & ~shut):
        if run.ended_by is not None:
            break
        alone = np.arange(len(opened)) == j
        if chosen[j]:
            answer = program.answer(run, opened=opened, shut=shut | alone, seed=seed)
        else:
            answer = program.answer(run, opened=opened | alone, shut=shut, seed=seed)
        if answer.bound > enough:
            (opened if chosen[j] else shut)[j] = True
    return opened, shut
