"""Why no partition can exist: cheap certificates first, each with its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.result import Conflict
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.question.atoms import allowed_atoms, atom_sums
from gridplan.optimise.partition.question.problem import Problem


def certificates(problem: Problem) -> tuple[Conflict, ...]:
    """List the conflicts that counting alone proves; empty when none is found."""
    p = problem
    out: list[Conflict] = []
    if p.parts > p.columns or p.parts < 1:
        return (Conflict("too-few-centers", {"parts": p.parts, "eligible": p.columns}),)
    if p.parts > p.units:
        return (Conflict("too-few-units", {"parts": p.parts, "units": p.units}),)
    out += _centers_together(p)
    out += _stranded(p)
    out += _too_large(p)
    out += _totals(p)
    out += _resources(p)
    out += _locked(p)
    out += _kinds(p)
    out += _parted(p)
    return tuple(out)


def _parent(p: Problem, unit: int) -> int:
    """Give the label of a unit's parent as it was given."""
    return int(p.notes["parents"][unit])


def _centers_together(p: Problem) -> list[Conflict]:
    if p.chosen:
        return []
    anchored = np.flatnonzero(p.centers >= 0)
    home = p.atom[p.centers[anchored]]
    out = []
    for atom in np.unique(home):
        inside = anchored[home == atom]
        if len(inside) > 1:
            values = {"columns": inside.tolist(), "units": p.centers[inside].tolist()}
            if p.parent is not None:
                values["parent"] = _parent(p, p.centers[inside[0]])
            out.append(Conflict("centers-together", values))
    return out


def _stranded(p: Problem) -> list[Conflict]:
    """Name pieces of the district without an eligible center, then other units without a part."""
    _, label = connected_components(sparse.csr_array(p.graph), directed=False)
    anchored = p.centers >= 0
    out = []
    if anchored.all():
        led = np.unique(label[p.centers])
        for piece in np.setdiff1d(np.unique(label), led):
            units = np.flatnonzero(label == piece)
            values = {"units": units.tolist(), "demand": float(p.demand[units].sum())}
            out.append(Conflict("piece-without-center", values))
        if len(led) > p.parts:
            out.append(Conflict("more-pieces-than-parts", {"pieces": len(led), "parts": p.parts}))
    elif not anchored.any() and label.max() + 1 > p.parts:
        out.append(
            Conflict("more-pieces-than-parts", {"pieces": int(label.max()) + 1, "parts": p.parts})
        )
    if out:
        return out
    empty = np.flatnonzero(~allowed_atoms(p).any(axis=1))
    if len(empty):
        units = np.flatnonzero(np.isin(p.atom, empty))
        out.append(Conflict("unit-without-part", {"units": units.tolist()}))
    return out


def _too_large(p: Problem) -> list[Conflict]:
    load = atom_sums(p, p.demand)
    own = allowed_atoms(p)
    limit = np.where(own, p.upper[None, :], -np.inf).max(axis=1)
    out = []
    for atom in np.flatnonzero((load > limit + 1e-6 * max(1.0, p.target)) & own.any(axis=1)):
        units = np.flatnonzero(p.atom == atom)
        values = {
            "units": units.tolist(),
            "demand": float(load[atom]),
            "upper": float(limit[atom]),
            "tolerance": float(load[atom] / p.target - 1) if p.target > 0 else 0.0,
        }
        whole = p.parent is not None and p.split_price is None and len(units) > 1
        if whole and p.parent is not None:
            values["parent"] = _parent(p, units[0])
        out.append(Conflict("parent-too-large" if whole else "unit-too-large", values))
    return out


def _totals(p: Problem) -> list[Conflict]:
    total = float(p.demand.sum())
    most = float(np.sort(p.upper)[::-1][: p.parts].sum())
    least = float(np.sort(p.lower)[: p.parts].sum())
    slack = 1e-6 * max(1.0, total)
    if total > most + slack:
        return [Conflict("capacity-too-small", {"demand": total, "capacity": most})]
    if total < least - slack:
        return [Conflict("demand-too-small", {"demand": total, "least": least})]
    return []


def _resources(p: Problem) -> list[Conflict]:
    out = []
    for band in p.resources:
        total = float(band.values.sum())
        most = float(np.sort(band.upper)[::-1][: p.parts].sum())
        least = float(np.sort(band.lower)[: p.parts].sum())
        slack = 1e-6 * max(1.0, total)
        if band.price is None and not least - slack <= total <= most + slack:
            values = {"resource": band.name, "total": total, "least": least, "most": most}
            out.append(Conflict("resource-impossible", values))
    return out


def _locked(p: Problem) -> list[Conflict]:
    """Count the columns that units must be in: no more than there are parts."""
    sure = allowed_atoms(p)
    columns = np.unique(sure[sure.sum(axis=1) == 1].argmax(axis=1))
    if p.chosen and len(columns) > p.parts:
        return [Conflict("too-few-parts", {"columns": columns.tolist(), "parts": p.parts})]
    return []


def _kinds(p: Problem) -> list[Conflict]:
    out = []
    for number, mask in enumerate(p.must):
        atoms = len(np.unique(p.atom[mask]))
        if atoms < p.parts:
            values = {"kind": number, "units": int(mask.sum()), "parts": p.parts}
            out.append(Conflict("kind-too-rare", values))
    return out


def _parted(p: Problem) -> list[Conflict]:
    clash = [pair for pair in p.apart.tolist() if p.atom[pair[0]] == p.atom[pair[1]]]
    return [Conflict("apart-and-together", {"pairs": clash})] if clash else []


def smallest_tolerance(problem: Problem, run: Run | None = None) -> float | None:
    """
    Least relative deviation around the mean that the linear relaxation can reach, on bounded sides.

    No partition at this grain can be better balanced; the best whole one may be a little worse.
    """
    p = problem
    sides = [s for s, asked in ((1.0, p.lower > 0), (-1.0, np.isfinite(p.upper))) if asked.any()]
    if p.target <= 0 or p.chosen or not sides:
        return None
    wide = replace(
        p,
        lower=np.zeros(p.columns),
        upper=np.full(p.columns, np.inf),
        cost=np.zeros_like(p.cost),
        resources=(),
        balance=0.0,
    )
    model = Model(wide, extras=False)
    slack = int(model.columns_for(1, cost=1.0)[0])
    load = atom_sums(p, p.demand)[model.pair_atom] / p.target
    pairs = np.arange(len(load))
    for sign in sides:
        model.rows.add(
            np.concatenate([model.pair_column, np.arange(p.columns)]),
            np.concatenate([pairs, np.full(p.columns, slack)]),
            np.concatenate([sign * load, np.ones(p.columns)]),
            np.full(p.columns, sign),
            np.full(p.columns, np.inf),
        )
    answer = model.solve(relaxed=True, run=run)
    return float(answer.solve.objective) if answer.solve.status == "optimal" else None
