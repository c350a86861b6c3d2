"""Two levels at once are never worse than one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.optimise.siting import site_jointly


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_joint_is_never_worse_than_two_steps(seed):
    rng = np.random.default_rng(seed)
    xy, places = rng.random((30, 2)), rng.random((12, 2))
    metres = np.hypot(*(xy[:, None] - places[None]).transpose(2, 0, 1)) * 1000
    between = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) * 3000
    street = np.arange(12) % 2
    answer = site_jointly(
        metres, np.ones(30), 9.0, 5, between,
        attach={"group": street, "group_max": np.array([1, 1]), "apart": 0.0}, work_limit=0.5,
    )  # fmt: skip
    assert answer.objective <= answer.two_step + 1e-9
    sites, hub = answer.siting.sites, answer.regional.assignment
    served = metres[np.arange(30), answer.siting.assignment].sum()
    attached = between[sites, sites[hub]].sum()
    assert answer.objective == pytest.approx(served + attached)
