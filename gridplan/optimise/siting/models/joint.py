"""
Sites and regional centers together: re-site with the way to a regional center priced in.

A two-echelon location problem, by alternating between its levels: the cost of attaching each site
to the regional centers at hand is added to its own. Guarantee: never worse than one level after the
other; no bound on both together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack, get_type_hints

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.options import options_of, strict
from gridplan.optimise.siting.answer.result import Siting
from gridplan.optimise.siting.models.p_median import capacitated_p_median
from gridplan.optimise.siting.models.regional import regional
from gridplan.optimise.siting.question.options import Limits, ModelParams, Number


@dataclass(frozen=True, eq=False)
class TwoLevel:
    """
    Both levels, and how they compare with choosing one after the other.

    Parameters
    ----------
    siting
        Sites and units, indices of the case.
    regional
        Sites among themselves: indices **into** ``siting.sites``; None when there is no choice.
    objective
        Cost of units plus cost of attachment.
    two_step
        The same of the two-step answer; never below ``objective``.
    """

    siting: Siting
    regional: Siting | None
    objective: float
    two_step: float


LIMITS = tuple(get_type_hints(Limits))
QUESTION = ("cost", "demand", "capacity", "p")
PARAMS = ModelParams()


@strict(
    inside={
        "siting": options_of(capacitated_p_median, but=(*QUESTION, *LIMITS)),
        "attach": options_of(regional, but=("cost", "load", *LIMITS)),
    }
)
def site_jointly(
    cost: ArrayLike | sparse.spmatrix | sparse.sparray,
    demand: ArrayLike,
    capacity: ArrayLike,
    p: Number,
    between: ArrayLike,
    *,
    siting: dict[str, Any] | None = None,
    attach: dict[str, Any] | None = None,
    rounds: int = 2,
    **limits: Unpack[Limits],
) -> TwoLevel:
    """
    Place sites, choose regional ones, then place again with the attachment priced in.

    The two-step answer is the first round; later rounds add to each site the cost of attaching it
    to the nearest regional center of the best answer so far, whose regional centers are kept. The
    best total is returned, so the answer is never worse than two steps.

    Parameters
    ----------
    cost, demand, capacity, p
        As for :func:`~gridplan.optimise.siting.models.p_median.capacitated_p_median`.
    between
        ``(m, m)`` cost of attaching site i to regional site j.
    siting, attach
        Further options of :func:`~gridplan.optimise.siting.models.p_median.capacitated_p_median`
        and :func:`~gridplan.optimise.siting.models.regional.regional`; options of the latter with
        one entry a site (``group``, ``within``, ``closed``, ``kept``, ``preferred`` as masks) are
        given for all ``m`` sites.
    rounds
        Rounds after the two-step answer.
    seed, work_limit, time_limit, progress
        Of the whole run.
    """
    way = np.asarray(between, dtype=float)
    one, two = dict(siting or {}), dict(attach or {})
    limits["work_limit"] = limits.get("work_limit", PARAMS.work) / (rounds + 1)
    time = limits.get("time_limit")
    if time is not None:
        limits["time_limit"] = time / (rounds + 1)
    kept = _mask(one.pop("kept", None), len(way))
    base_cost = np.broadcast_to(np.asarray(one.pop("site_cost", 0.0), dtype=float), len(way))
    start = one.pop("start", None)
    first = capacitated_p_median(
        cost, demand, capacity, p, kept=kept, site_cost=base_cost, start=start, **one, **limits
    )
    best = _attached(first, way, demand, two, limits)
    two_step = best.objective
    for _ in range(rounds):
        if best.regional is None or best.siting.ended == "stop":
            break
        hubs = best.siting.sites[best.regional.sites]
        link = way[:, hubs].min(axis=1)
        link[hubs] = 0.0
        held = kept.copy()
        held[hubs] = True
        again = capacitated_p_median(
            cost, demand, capacity, p, kept=held, site_cost=base_cost + link,
            start=(best.siting.sites, best.siting.assignment), **one, **limits,
        )  # fmt: skip
        if not again.feasible:
            break
        other = _attached(again, way, demand, two, limits, link=link)
        if other.objective >= best.objective * (1 - 1e-9):
            break
        best = other
    return TwoLevel(best.siting, best.regional, best.objective, two_step)


def _attached(  # both questions
    siting: Siting,
    way: np.ndarray,
    demand: ArrayLike,
    options: dict[str, Any],
    limits: Limits,
    *,
    link: np.ndarray | None = None,
) -> TwoLevel:
    """Choose regional centers among the sites and add both costs up."""
    if not siting.feasible:
        return TwoLevel(siting, None, np.inf, np.inf)
    sites = siting.sites
    load = np.bincount(siting.assignment, weights=np.asarray(demand, float), minlength=len(way))
    own = dict(options)
    for name in ("group", "within"):
        if own.get(name) is not None:
            own[name] = np.asarray(own[name])[sites]
    for name in ("kept", "closed", "preferred"):
        if own.get(name) is not None:
            own[name] = _mask(own[name], len(way))[sites]
    chosen = regional(way[np.ix_(sites, sites)], load[sites], **own, **limits)
    plain = siting.objective - (0.0 if link is None else float(link[sites].sum()))
    total = plain + chosen.objective
    return TwoLevel(siting, chosen if chosen.feasible else None, total, total)


def _mask(marked: ArrayLike | None, m: int) -> np.ndarray:
    mask = np.zeros(m, dtype=bool)
    if marked is not None:
        mask[np.asarray(marked)] = True
    return mask
