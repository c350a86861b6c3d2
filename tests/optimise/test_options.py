"""An option that an engine function does not know is an error, all of them at once."""

import inspect

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise import milp, partition, siting
from gridplan.optimise.options import UnknownOptionError, options_of, unknown
from gridplan.optimise.partition import alternatives, measures, repair
from gridplan.optimise.partition.engine import problem_of
from gridplan.optimise.siting import site_jointly


def functions_of(module):
    """Every public function of a module, whether it was written there or is passed on by it."""
    names = getattr(module, "__all__", [name for name in vars(module) if name[0] != "_"])
    found = [getattr(module, name) for name in names]
    return [
        one
        for one in found
        if inspect.isfunction(one) and one.__module__.startswith(f"{module.__name__}")
    ]


PUBLIC = [
    *functions_of(partition),
    *functions_of(siting),
    *functions_of(measures),
    problem_of,
    milp.solve,
]


def ring(size=6):
    """Units in a ring, with two centers."""
    at = np.arange(size)
    rows, columns = np.append(at, (at + 1) % size), np.append((at + 1) % size, at)
    graph = sparse.csr_array((np.ones(2 * size), (rows, columns)), shape=(size, size))
    return graph, np.ones(size), np.abs(at[:, None] - np.array([0, size // 2])).astype(float)


def test_the_public_functions_are_found():
    names = {function.__name__ for function in PUBLIC}
    assert names >= {
        "partition", "alternatives", "repair", "suggest_links", "capacitated_p_median", "p_median",
        "p_center", "set_cover", "max_cover", "regional", "site_jointly", "spread_of",
        "equity_cost", "moved", "solve",
    }  # fmt: skip


@pytest.mark.parametrize("function", PUBLIC, ids=lambda function: function.__name__)
def test_unknown_options_are_an_error_all_at_once(function):
    names = options_of(function)
    typo = names[-1][:-1] + "__"  # near to an option there is
    with pytest.raises(UnknownOptionError) as caught:
        function(**{typo: 1, "wholly_unlike_xyzq": 2})
    told = str(caught.value).splitlines()
    assert len(told) == 2
    assert typo in told[0]
    assert function.__name__ in told[0]
    assert "wholly_unlike_xyzq" in told[1]


@pytest.mark.parametrize("function", PUBLIC, ids=lambda function: function.__name__)
def test_the_error_is_both_of_the_usual_kinds(function):
    for kind in (TypeError, ValueError):
        with pytest.raises(kind, match="no option wholly_unlike_xyzq"):
            function(wholly_unlike_xyzq=2)


def test_alternatives_and_repair_name_the_nearest_option():
    graph, demand, cost = ring()
    wanted = r"no option tolerence; did you mean tolerance\?"
    with pytest.raises(ValueError, match=wanted):
        alternatives(2, graph, demand, cost, centers=[0, 3], tolerence=0.05)
    with pytest.raises(ValueError, match=wanted):
        repair(graph, demand, cost, np.zeros(6, int), centers=[0, 3], tolerence=0.05)
    with pytest.raises(ValueError, match=wanted):
        problem_of(graph, demand, cost, centers=[0, 3], tolerence=0.05)


def test_alternatives_do_not_drop_a_start():
    graph, demand, cost = ring()
    with pytest.raises(ValueError, match="alternatives has no option start"):
        alternatives(2, graph, demand, cost, centers=[0, 3], start=np.zeros(6, int))


def test_options_handed_on_are_looked_through_with_the_others():
    with pytest.raises(ValueError, match="no option") as caught:
        site_jointly(
            np.ones((2, 2)), np.ones(2), np.ones(2), 1, np.ones((2, 2)),
            siting={"lowr": 1, "seed": 3}, attach={"membrs": 2, "load": 1}, round=1,
        )  # fmt: skip
    told = str(caught.value)
    assert "round; did you mean rounds?" in told
    assert "siting of site_jointly has no option lowr; did you mean lower?" in told
    assert "siting of site_jointly has no option seed" in told
    assert "attach of site_jointly has no option membrs; did you mean members?" in told
    assert "attach of site_jointly has no option load" in told


def test_a_name_unlike_any_lists_what_there_is():
    assert unknown("cut", ["qqqq"], ["left", "right"]) == [
        "cut has no option qqqq; it takes left, right"
    ]
