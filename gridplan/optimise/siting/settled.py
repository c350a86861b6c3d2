"""Sites that every layout of a given coverage opens, and those that none of them opens."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.options import options_of, strict
from gridplan.optimise.siting.cover import max_cover

QUESTION = ("cost", "demand", "p", "radius", "seed", "work_limit", "time_limit", "progress")
SHARE = 1e-9


@strict(inside={"options": options_of(max_cover, but=QUESTION)})
def settled_sites(  # noqa: PLR0913  # one question a site
    reach: sparse.spmatrix | sparse.sparray,
    people: ArrayLike,
    p: int,
    left: float,
    *,
    likely: ArrayLike,
    options: dict[str, Any] | None = None,
    seed: int = 0,
    work_limit: float = 10.0,
    time_limit: float | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """
    Tell which sites are open, and which are not, wherever few enough people are left uncovered.

    One cover question a site: with it shut (or open), are more than ``left`` people left in any
    choice? Then every choice that leaves no more opens it (or leaves it shut). A question that is
    not answered within the work settles nothing.

    Parameters
    ----------
    reach, people
        ``(k, m)`` and ``(k,)``, as :func:`~gridplan.optimise.siting.covering.merged_reach` gives
        them.
    p
        Number of sites.
    left
        People that may be left without a site within reach.
    likely
        Sites of a choice that leaves no more: only these can be open in all, the others in none.
    options
        Counts of the sites, of :func:`~gridplan.optimise.siting.cover.max_cover`.
    seed, work_limit, time_limit
        Of all questions together.

    Returns
    -------
    open, shut
        ``(m,)`` masks; kept sites among the first, closed ones among the second.
    """
    table = sparse.csr_array(reach)
    weight = np.asarray(people, dtype=float)
    m = table.shape[1]
    given = dict(options or {})
    opened = _mask(given.pop("kept", None), m)
    shut = _mask(given.pop("closed", None), m)
    chosen = _mask(likely, m)
    near = sparse.csr_array((np.zeros(table.nnz), table.indices, table.indptr), shape=table.shape)
    spare = SHARE * max(1.0, float(weight.sum()))
    spent, seconds = 0.0, 0.0
    for j in np.flatnonzero(~opened & ~shut):
        if spent >= work_limit or (time_limit is not None and seconds >= time_limit):
            break
        alone = np.arange(m) == j
        answer = max_cover(
            near,
            weight,
            p,
            kept=opened | alone if not chosen[j] else opened,
            closed=shut | alone if chosen[j] else shut,
            seed=seed,
            work_limit=work_limit - spent,
            time_limit=None if time_limit is None else time_limit - seconds,
            **given,
        )
        spent, seconds = spent + answer.work, seconds + answer.seconds
        if answer.status == "infeasible" or answer.bound > left + spare:
            (opened if chosen[j] else shut)[j] = True
    return opened, shut


def _mask(marked: ArrayLike | None, m: int) -> np.ndarray:
    mask = np.zeros(m, dtype=bool)
    if marked is not None:
        mask[np.asarray(marked)] = True
    return mask
