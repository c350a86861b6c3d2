"""
In which order centers open: sets of sites, each within the next, near the best over all phases.

The sets are nested p-medians (a multi-period location problem; Van Roy & Erlenkotter 1982,
doi:10.1287/mnsc.28.10.1091, solve its uncapacitated form). Three steps:

1. Forwards: each phase opens its best sites beside those of the phase before. 2. Backwards: the
last phase opens its best sites, each phase before it the best of those. 3. The better of the two,
by the weighted sum over the phases, is improved: phase by phase the best sites between the former
and the next, until nothing changes. Each step is an exact question of its own with a certificate;
that no other order is better is not proven, and the regret of each phase says how much at most it
could be.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from gridplan.district.district import District
from gridplan.district.growth import grown
from gridplan.errors import InfeasibleError
from gridplan.optimise.budget import Progress
from gridplan.planning.centers.candidates import with_candidates
from gridplan.planning.centers.centers import Centers, plan_centers
from gridplan.planning.phases.phase import Phase
from gridplan.planning.scenario.scenario import Scenario

Opened = Mapping[str, str]
"""Unit of each new center, by its name."""
Aims = tuple[float, ...]
"""What is minimised, the first first: as the certificates of the centers have it."""


@dataclass(frozen=True)
class OrderParams:
    """
    How long orders of sites are searched for.

    Parameters
    ----------
    rounds
        Passes over all phases that look for better sites, at most.
    share
        Of the work allowed, for each question of the search.
    """

    rounds: int = 3
    share: float = 0.4


DEFAULT = OrderParams()


@dataclass(frozen=True, eq=False)
class Step:
    """
    The sites of one phase.

    Parameters
    ----------
    opened
        Unit of each new center of this phase and those before, by its name.
    aims
        What was minimised.
    alone
        The same for the best sites of this phase without regard to the others.
    bound
        The least of the first aim that any sites of this phase can have; None where unknown.
    """

    opened: Opened
    aims: Aims
    alone: Aims
    bound: float | None


@dataclass(frozen=True, eq=False)
class Order:
    """
    The sites of all phases.

    Parameters
    ----------
    steps
        One a phase, in their order.
    method
        ``forwards`` or ``backwards``, with ``improved`` where the third step found better.
    """

    steps: tuple[Step, ...]
    method: str


class _Search:
    """The questions of the phases, over the same candidates for all."""

    def __init__(
        self,
        district: District,
        scenario: Scenario,
        grid: pd.Series | None,
        phases: Sequence[Phase],
        tell: Callable[[float], Callable[[Progress], bool | None] | None],
        params: OrderParams,
    ) -> None:
        self.params = params
        last = phases[-1].scenario_of(scenario, {})
        self.district = with_candidates(district, last)
        self.scenario = dataclasses.replace(scenario, work_limit=params.share * scenario.work_limit)
        self.grid, self.phases, self.tell = grid, phases, tell
        self.asked = 0

    def centers(
        self, at: int, *, kept: Opened | None = None, within: Opened | None = None
    ) -> Centers:
        """Open the best sites of a phase beside some, and of some only."""
        self.asked += 1
        district = self.district
        if within is not None:
            among = district.candidates["unit"].isin(list(within.values()))
            district = dataclasses.replace(district, candidates=district.candidates[among])
        phase = self.phases[at]
        asked = phase.scenario_of(self.scenario, kept or {})
        bigger = grown(district, dict(asked.growth))
        return plan_centers(
            bigger, asked, self.grid, progress=self.tell(1 - 1 / (1 + 0.2 * self.asked))
        )

    def opened(self, centers: Centers) -> Opened:
        """Name the new sites by their place among all candidates, the same in every phase."""
        new = centers.sites[centers.sites["status"] == "new"]
        own = {unit: name for name, unit in self.scenario.open_at}
        return {own.get(unit) or self.names[unit]: unit for unit in new["unit"]}

    @property
    def names(self) -> dict[str, str]:
        """Name of a center in each unit with a candidate."""
        taken = {name for name, _ in self.scenario.open_at}
        units = list(dict.fromkeys(self.district.candidates["unit"]))
        width = max(3, len(str(len(units))))
        return {
            unit: name
            for number, unit in enumerate(units, start=1)
            if (name := f"N{number:0{width}d}") not in taken
        }


def _aims(centers: Centers) -> Aims:
    steps = [proof.objective for proof in centers.steps.values()]
    return (*steps, centers.certificate.objective)


def opening_order(
    district: District,
    scenario: Scenario,
    grid: pd.Series | None,
    phases: Sequence[Phase],
    *,
    tell: Callable[[float], Callable[[Progress], bool | None] | None],
    params: OrderParams = DEFAULT,
) -> Order:
    """
    Choose the sites of every phase.

    Parameters
    ----------
    district
        As it is today.
    scenario
        What is common to all phases: objective, walk, seed, work.
    grid
        Index ``unit``: grid of each unit, the same in every phase; None without grids.
    phases
        In the order of their years.
    tell
        Gives the callback of a run by the share of the search that is done.
    params
        How long is searched.

    Returns
    -------
    Order

    Raises
    ------
    InfeasibleError
        If a phase has no sites even alone, with the numbers; or none were found beside those of
        the other phases.
    """
    search = _Search(district, scenario, grid, phases, tell, params)
    every = range(len(phases))
    alone = [search.centers(at) for at in every]  # the refusal of a phase alone is its cause
    chains = {
        "forwards": _chain(every, lambda at, chain: _forwards(search, at, chain, alone)),
        "backwards": _chain(
            reversed(every), lambda at, chain: _backwards(search, at, chain, alone)
        ),
    }
    found = {name: chain for name, chain in chains.items() if chain is not None}
    if not found:
        raise InfeasibleError(_failure(search, alone))
    method = min(found, key=lambda name: _total(found[name], phases))
    chain, better = _improved(search, found[method])
    return Order(
        steps=tuple(
            Step(
                opened=search.opened(chain[at]),
                aims=_aims(chain[at]),
                alone=_aims(alone[at]),
                bound=_bound(alone[at]),
            )
            for at in every
        ),
        method=f"{method}, improved" if better else method,
    )


Chain = dict[int, Centers]


def _chain(order: Iterable[int], ask: Callable[[int, Chain], Centers]) -> Chain | None:
    """Ask phase by phase; None where one cannot follow."""
    chain: Chain = {}
    try:
        for at in order:
            chain[at] = ask(at, chain)
    except InfeasibleError:
        return None
    return chain


def _forwards(search: _Search, at: int, chain: Chain, alone: Sequence[Centers]) -> Centers:
    return search.centers(at, kept=search.opened(chain[at - 1])) if at else alone[0]


def _backwards(search: _Search, at: int, chain: Chain, alone: Sequence[Centers]) -> Centers:
    last = len(search.phases) - 1
    return search.centers(at, within=search.opened(chain[at + 1])) if at < last else alone[last]


def _improved(search: _Search, chain: Chain) -> tuple[Chain, bool]:
    """Open in each phase the best sites between the former and the next, until nothing changes."""
    better = False
    for _ in range(search.params.rounds):
        changed = False
        for at in range(len(search.phases) - 1):
            former = search.opened(chain[at - 1]) if at else {}
            within = search.opened(chain[at + 1])
            try:
                other = search.centers(at, kept=former, within=within)
            except InfeasibleError:
                continue
            if _aims(other) < _aims(chain[at]):
                chain, changed = {**chain, at: other}, True
        better |= changed
        if not changed:
            break
    return chain, better


def _total(chain: Chain, phases: Sequence[Phase]) -> Aims:
    """Add up the aims over the phases, weighted."""
    rows = [_aims(chain[at]) for at in range(len(phases))]
    weights = [phase.weight for phase in phases]
    return tuple(
        sum(weight * value for weight, value in zip(weights, column, strict=True))
        for column in zip(*rows, strict=True)
    )


def _bound(centers: Centers) -> float | None:
    first = next(iter(centers.steps.values()), centers.certificate)
    return first.bound


def _failure(search: _Search, alone: Sequence[Centers]) -> list:
    """Find the phase that cannot follow the one before, for its reasons."""
    former = search.opened(alone[0])
    for at in range(1, len(alone)):
        try:
            former = search.opened(search.centers(at, kept=former))
        except InfeasibleError as error:
            return [dataclasses.replace(p, proven=False) for p in error.problems]
    raise AssertionError
