"""A sweep: its points planned on all cores, each kept as it is done, none planned twice."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.district.district import District
from gridplan.errors import GridplanError, InfeasibleError
from gridplan.planning.comparing.figures import FIGURES, figures_of
from gridplan.planning.comparing.front import USUAL, pareto_front
from gridplan.planning.plan import Plan
from gridplan.planning.sweeps.points import Point
from gridplan.planning.variants.elsewhere import Order, plan_all
from gridplan.text import LANGUAGES

PLANNED, IMPOSSIBLE, NOT_FOUND, WRONG = "planned", "impossible", "not-found", "wrong"
"""What became of a point: a plan; none can be, proven; none was found; it does not fit."""

PROOF = ("status", "objective", "bound", "gap", "unit", "ended_by")


@dataclass(frozen=True)
class Result:
    """
    What became of one point, in figures.

    Parameters
    ----------
    name, digest, changes
        Of the point.
    state
        :data:`PLANNED`, :data:`IMPOSSIBLE`, :data:`NOT_FOUND` or :data:`WRONG`.
    figures
        By the codes of :data:`~gridplan.planning.comparing.figures.FIGURES`; empty unless planned.
    proofs
        By part of the plan: :data:`PROOF`.
    failing
        Must- and should-rules that fail, each ``profile/rule``.
    reasons
        By language, why there is no plan.
    """

    name: str
    digest: str
    changes: Mapping[str, Any]
    state: str
    figures: Mapping[str, float] = field(default_factory=dict)
    proofs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    failing: tuple[str, ...] = ()
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Swept:
    """
    A sweep that was run.

    Parameters
    ----------
    district
        What was planned.
    points, results
        In the same order.
    """

    district: District
    points: tuple[Point, ...]
    results: tuple[Result, ...]

    def table(self) -> pd.DataFrame:
        """
        Put the points below each other.

        Returns
        -------
        table
            Index ``point`` (its name): what is varied; ``state``; figures by code; ``objective``,
            ``bound`` and ``gap`` of the centers (percent), their ``unit`` and whether they are
            ``proven`` best possible; ``front``, whether no other point is better in one figure of
            :data:`~gridplan.planning.comparing.front.USUAL` and worse in none.
        """
        rows = []
        for result in self.results:
            proof = result.proofs.get("centers", {})
            gap = proof.get("gap")
            rows.append(
                {
                    "point": result.name,
                    **result.changes,
                    "state": result.state,
                    **{code: result.figures.get(code, math.nan) for code in FIGURES},
                    "objective": _number(proof.get("objective")),
                    "bound": _number(proof.get("bound")),
                    "gap": math.nan if gap is None else 100.0 * gap,
                    "unit": proof.get("unit"),
                    "proven": proof.get("status") == "optimal",
                }
            )
        columns = [name for name in rows[0] if name not in self.changed and name in FIGURES]
        table = pd.DataFrame(rows).set_index("point")
        figures = pd.DataFrame(
            [{code: one.figures.get(code, math.nan) for code in FIGURES} for one in self.results],
            index=table.index,
        )
        planned = table["state"] == PLANNED
        front = pd.Series(False, index=table.index)
        if planned.any():
            front[planned] = pareto_front(figures[planned], USUAL)
        kept = [*self.changed, "state", *columns, "objective", "bound", "gap", "unit", "proven"]
        return table[kept].assign(front=front)

    @property
    def changed(self) -> tuple[str, ...]:
        """Keys of the scenario that are varied."""
        return tuple(dict.fromkeys(key for point in self.points for key in point.changes))


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def run_sweep(
    district: District,
    points: Sequence[Point],
    *,
    known: Mapping[str, Result] | None = None,
    processes: int | None = None,
    own_profiles: Sequence[Path] = (),
    done: Callable[[Result], object] | None = None,
) -> Swept:
    """
    Plan every point that is not known yet.

    Parameters
    ----------
    district
        What is planned.
    points
        Of :func:`~gridplan.planning.sweeps.points.points_of`.
    known
        Results by digest, of an earlier run; they are taken as they are.
    processes
        At a time; None for as many as there are processors.
    own_profiles
        Files of the planner's own rules.
    done
        Told each result as it comes, known ones first. What it raises ends the sweep; what was
        told by then need not be planned again.

    Returns
    -------
    Swept
    """
    found: dict[str, Result] = {}

    def keep(point: Point, result: Result) -> None:
        found[point.digest] = result
        if done is not None:
            done(result)

    by_digest = {point.digest: point for point in points}
    for point in points:
        if known and point.digest in known:
            keep(point, known[point.digest])
    orders = {
        point.digest: Order(district, point.scenario, tuple(own_profiles))
        for point in points
        if point.digest not in found
    }
    if orders:
        plan_all(
            orders,
            processes,
            lambda digest, made: keep(by_digest[digest], result_of(by_digest[digest], made)),
        )
    return Swept(district, tuple(points), tuple(found[point.digest] for point in points))


def result_of(point: Point, made: Plan | GridplanError) -> Result:
    """Take the figures out of the plan of a point, or the reasons why there is none."""
    if isinstance(made, GridplanError):
        state = WRONG
        if isinstance(made, InfeasibleError):
            state = IMPOSSIBLE if made.proven else NOT_FOUND
        reasons = {lang: tuple(one.text(lang) for one in made.problems) for lang in LANGUAGES}
        return Result(point.name, point.digest, point.changes, state, reasons=reasons)
    rows = made.findings
    failed = rows[(rows["state"] == "failed") & rows["level"].isin(["must", "should"])]
    names = failed["profile"].astype(str) + "/" + failed["rule"].astype(str)
    proofs = {
        part: {key: getattr(proof, key) for key in PROOF}
        for part, proof in made.certificates.items()
    }
    return Result(
        point.name,
        point.digest,
        point.changes,
        PLANNED,
        figures=figures_of(made),
        proofs=proofs,
        failing=tuple(dict.fromkeys(names)),
    )
