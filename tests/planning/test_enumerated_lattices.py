"""Planning refuses no small lattice that enumeration finds a plan for, and plans none beside it."""

import pytest

from benchmarks.lattice_plans import Enumeration, lattice, planned


@pytest.mark.parametrize("seed", range(1, 9))
def test_there_is_a_plan_where_enumeration_finds_one(seed):
    drawn = lattice(seed)
    assert bool(planned(drawn)) == Enumeration(drawn).exists()


def test_about_as_many_lattices_have_a_plan_as_have_none():
    found = [Enumeration(lattice(seed)).exists() for seed in range(1, 41)]
    assert 10 <= sum(found) <= 36
