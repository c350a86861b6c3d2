"""
Small lattices planned and, beside it, enumerated, to see whether any is refused that has a plan.

``python -m benchmarks.lattice_plans [--count 200] [--seed 1]`` draws lattices of six to eight units
with bands, grids, streets and candidates, asks planning for a plan of each, and looks through all
grids and all centers by itself. A refusal where there is a plan is a false one, a plan where there
is none a broken one.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.refused import Draft
from gridplan.errors import InfeasibleError
from gridplan.planning.advice import plan_patiently
from gridplan.planning.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Lattice:
    """
    What is drawn.

    Parameters
    ----------
    draft
        Residents, streets, leads and candidates.
    scenario
        Grids, tolerance, number and band of the centers, the streets' least number.
    """

    draft: Draft
    scenario: Scenario


def lattice(seed: int) -> Lattice:
    """Draw a lattice; the same for the same seed. About half of them have a plan."""
    random = np.random.default_rng(seed)
    columns, rows = (int(n) for n in random.permutation([2, int(random.integers(3, 5))]))
    people = np.round(random.uniform(3_000, 12_000, (rows, columns)))
    cut = int(random.integers(1, columns))
    streets = np.where(np.arange(columns)[None, :] < cut, "西街道", "东街道")
    grids = int(random.integers(1, 3))
    centers = int(random.integers(2, 5))
    mean = people.sum() / centers
    wide = random.choice([0.15, 0.3, 0.5])
    draft = Draft(
        random=random,
        columns=columns,
        rows=rows,
        people=people,
        streets=streets + np.full((rows, 1), ""),
        leads=[],
        centers=[],
        capacities=[],
        candidates=[],
        values={},
    )
    draft.leads = draft.spots(int(random.integers(grids, 4)))
    draft.candidates = draft.spots(int(random.integers(centers, columns * rows + 1)))
    scenario = Scenario(
        grids=grids,
        grid_tolerance=float(random.choice([0.1, 0.2, 0.4])),
        centers=centers,
        center_lower=int((1 - wide) * mean),
        center_upper=int((1 + wide) * mean),
        regional_min=int(random.integers(0, 2)),
        regional_max=9,
        work_limit=0.1,
    )
    return Lattice(draft, scenario)


@dataclass(eq=False)
class Enumeration:
    """Every way to cut and to serve one lattice."""

    drawn: Lattice
    served: dict[tuple[int, ...], set[tuple[int, frozenset[str]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        draft = self.drawn.draft
        cells = [(c, r) for r in range(draft.rows) for c in range(draft.columns)]
        self.people = np.array([draft.people[r, c] for c, r in cells])
        self.street = [str(draft.streets[r, c]) for c, r in cells]
        number = {cell: i for i, cell in enumerate(cells)}
        self.leads = [number[spot] for spot in draft.leads]
        self.sites = {number[spot] for spot in draft.candidates}
        self.beside = [
            {number[d] for d in ((c + 1, r), (c - 1, r), (c, r + 1), (c, r - 1)) if d in number}
            for c, r in cells
        ]

    def exists(self) -> bool:
        """Look for a plan."""
        scenario = self.drawn.scenario
        needed = {self.street[i] for i in self.sites} if scenario.regional_min else set()
        for parts in self._cuts():
            ways: set[tuple[int, frozenset[str]]] = {(0, frozenset())}
            for part in parts:
                ways = {
                    (count + more, streets | others)
                    for count, streets in ways
                    for more, others in self._served(part)
                }
            if any(n == scenario.centers and needed <= streets for n, streets in ways):
                return True
        return False

    def _cuts(self) -> Iterator[list[tuple[int, ...]]]:
        """List the sound partitions, each as the units of its grids."""
        scenario, size = self.drawn.scenario, len(self.people)
        mean = self.people.sum() / scenario.grids
        slack = scenario.grid_tolerance * mean + 1e-6
        for leads in itertools.combinations(self.leads, scenario.grids):
            for label in itertools.product(range(scenario.grids), repeat=size):
                if any(label[lead] != k for k, lead in enumerate(leads)):
                    continue
                parts = [
                    tuple(i for i in range(size) if label[i] == k) for k in range(scenario.grids)
                ]
                load = [float(self.people[list(part)].sum()) for part in parts]
                if all(abs(much - mean) <= slack for much in load) and all(
                    self._in_one_piece(part) for part in parts
                ):
                    yield parts

    def _in_one_piece(self, part: tuple[int, ...]) -> bool:
        inside, found = set(part), {part[0]}
        edge = [part[0]]
        while edge:
            new = (self.beside[edge.pop()] & inside) - found
            found |= new
            edge += sorted(new)
        return found == inside

    def _served(self, part: tuple[int, ...]) -> set[tuple[int, frozenset[str]]]:
        """List numbers of centers, and streets with one, by which a grid can be served."""
        if part not in self.served:
            here = sorted(self.sites & set(part))
            sharable = [self._fits(part, count) for count in range(len(here) + 1)]
            self.served[part] = {
                (count, frozenset(self.street[i] for i in chosen))
                for count in range(1, len(here) + 1)
                for chosen in itertools.combinations(here, count)
                if sharable[count]
            }
        return self.served[part]

    def _fits(self, part: tuple[int, ...], count: int) -> bool:
        """Tell whether units can be shared out among so many centers; where these lie is free."""
        if not part or not count:
            return not part and not count
        scenario, first, rest = self.drawn.scenario, part[0], part[1:]
        for size in range(len(rest) + 1):
            for others in itertools.combinations(rest, size):
                load = self.people[[first, *others]].sum()
                if not scenario.center_lower <= load <= scenario.center_upper:
                    continue
                left = tuple(i for i in rest if i not in others)
                if self._fits(left, count - 1):
                    return True
        return False


def planned(drawn: Lattice) -> bool | None:
    """Ask planning: True with a plan, None where it refused without a proof, False with one."""
    try:
        plan_patiently(drawn.draft.district(), drawn.scenario)
    except InfeasibleError as error:
        return False if error.proven else None
    return True


def main() -> None:
    """Compare, print what differs and the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tally = {"planned": 0, "refused over a proof": 0, "refused, none exists": 0, "false": 0}
    for seed in range(given.seed, given.seed + given.count):
        drawn = lattice(seed)
        there, found = Enumeration(drawn).exists(), planned(drawn)
        if bool(found) != there:
            tally["false"] += 1
            print(f"seed {seed}: planning says {found}, enumeration {there}", flush=True)
        elif found:
            tally["planned"] += 1
        else:
            tally["refused, none exists" if found is None else "refused over a proof"] += 1
    print(", ".join(f"{name}: {count}" for name, count in tally.items()))
    sys.exit(tally["false"] > 0)


if __name__ == "__main__":
    main()
