"""What the door refuses, how it says so, and odd forms that it reads like plain ones."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.partition import Resource, partition
from gridplan.optimise.partition.engine import problem_of

NAN, INF = float("nan"), float("inf")


def ring(size: int = 9) -> sparse.csr_array:
    unit = np.arange(size)
    half = sparse.coo_array((np.full(size, 10.0), (unit, (unit + 1) % size)), shape=(size, size))
    return sparse.csr_array(half + half.T)


def changed(i: int, j: int, value: float, *, both: bool = True) -> sparse.csr_array:
    graph = ring().toarray()
    graph[i, j] = value
    graph[j, i] = value if both else graph[j, i]
    return sparse.csr_array(graph)


def with_entry(shape: tuple[int, ...], value: float) -> np.ndarray:
    array = np.ones(shape)
    array[(-1,) * len(shape)] = value
    return array


def led(**options) -> dict:
    """Arguments with columns of cost around two centers, some of them replaced."""
    plain = {"adjacency": ring(), "demand": np.ones(9), "cost": np.ones((9, 2)), "centers": [0, 4]}
    return plain | options


def free(**options) -> dict:
    """Arguments with two parts around centers that are not given, some of them replaced."""
    xy = np.column_stack([np.arange(9), np.zeros(9)])
    return {"adjacency": ring(), "demand": np.ones(9), "parts": 2, "xy": xy} | options


def read(arguments: dict):
    return problem_of(**arguments)


WRONG_NUMBERS = [
    (led(compactness=NAN), r"compactness is nan.*0 leaves it out"),
    (led(compactness=-1.0), r"compactness is -1\.0, but must be finite and not negative"),
    (led(compactness=INF), "compactness is inf"),
    (led(compactness=None), "compactness is None"),
    (led(compactness="1"), "compactness holds no numbers, such as '1'"),
    (led(compactness=[1.0, 2.0]), r"compactness has shape \(2,\); give one number"),
    (led(balance=NAN), "balance is nan"),
    (led(balance=-0.5), r"balance is -0\.5"),
    (led(balance=True), "balance holds booleans"),
    (led(parents=[0] * 9, split_price=NAN), "split_price is nan"),
    (led(parents=[0] * 9, split_price=-1), "split_price is -1"),
    (led(parents=[0] * 9, split_price=INF), "split_price is inf"),
    (led(split_price=5.0), "split_price is given without parents"),
    (led(tolerance=NAN), "tolerance is nan"),
    (led(tolerance=-0.1), r"tolerance is -0\.1"),
    (led(tolerance="wide"), "tolerance holds no numbers"),
    (led(lower=NAN), "lower is nan"),
    (led(lower=INF), "lower is inf"),
    (led(lower=[0.0, NAN]), r"lower\[1\] is nan"),
    (led(upper=NAN), "upper is nan"),
    (led(upper=-1.0), r"upper is -1\.0"),
    (led(upper=[NAN, 5.0]), r"upper\[0\] is nan"),
    (led(lower=5.0, upper=4.0), "upper is 4 but lower is 5"),
    (led(lower=[0.0, 5.0], upper=[4.0, 4.0]), r"upper\[1\] is 4 but lower\[1\] is 5"),
    (led(lower=[0.0, 5.0], upper=4.0), r"upper is 4 but lower\[1\] is 5"),
    (led(lower=5.0, upper=[6.0, 4.0]), r"upper\[1\] is 4 but lower is 5"),
    (led(lower=[1.0, 1.0, 1.0]), r"lower has shape \(3,\).*one for each of the 2 columns"),
    (led(upper=[9.0]), r"upper has shape \(1,\).*one for each of the 2 columns"),
    (led(upper="9"), "upper is '9'"),
    (free(upper=[5.0, 5.0]), r"upper has shape \(2,\).*9 columns \(parts by xy have a column for"),
    (free(lower=[5.0, 5.0]), r"lower has shape \(2,\).*9 columns"),
    (led(resources=[Resource(with_entry((9,), -1.0))]), r"resources\[0\]: values\[8\] is -1"),
    (led(resources=[Resource(with_entry((9,), NAN))]), r"resources\[0\]: values\[8\] is nan"),
    (led(resources=[Resource(with_entry((9,), INF))]), r"resources\[0\]: values\[8\] is inf"),
    (led(resources=[Resource([1.0, 2.0])]), r"resources\[0\]: values has shape \(2,\)"),
    (led(resources=[Resource(["a"] * 9)]), r"resources\[0\]: values holds no numbers"),
    (led(resources=[Resource([1] * 9, price=NAN)]), r"resources\[0\]: price is nan"),
    (led(resources=[Resource([1] * 9, price=-2.0, name="beds")]), "resources.0. 'beds': price"),
    (led(resources=[Resource([1] * 9, lower=3, upper=2)]), r"resources\[0\]: upper is 2 but"),
    (led(resources=[Resource([1] * 9, upper=[2] * 3)]), r"resources\[0\]: upper has shape"),
    (led(resources=[Resource([1] * 9, tolerance=-1)]), r"resources\[0\]: tolerance is -1"),
    (led(resources=[np.ones(9)]), r"resources\[0\] is of type ndarray; give a Resource"),
    (led(resources=Resource(np.ones(9))), "resources is Resource.*give a list of Resource"),
    (free(xy=with_entry((9, 2), NAN)), r"xy\[8, 1\] is nan, but must be finite"),
    (free(xy=with_entry((9, 2), INF)), r"xy\[8, 1\] is inf"),
    (free(xy=np.ones((9, 3))), r"xy has shape \(9, 3\); give x and y of each of the 9 units"),
    (free(xy=np.ones((8, 2))), r"xy has shape \(8, 2\)"),
    (free(xy=np.ones(9)), r"xy has shape \(9,\)"),
    (led(xy=np.ones((9, 1))), r"xy has shape \(9, 1\)"),
]

WRONG_UNITS = [
    (led(demand=with_entry((9,), NAN)), r"demand\[8\] is nan.*fill or drop those units"),
    (led(demand=with_entry((9,), INF)), r"demand\[8\] is inf"),
    (led(demand=with_entry((9,), -1.0)), r"demand\[8\] is -1\.0"),
    (led(demand=[None] + [1] * 8), r"demand\[0\] is None, but must be a number"),
    (led(demand=["1"] * 9), "demand holds no numbers, such as '1'"),
    (led(demand=np.ones(9) * 1j), "demand holds no numbers"),
    (led(demand=np.ones((9, 1))), r"demand has shape \(9, 1\); give one number for each unit"),
    (led(demand=3.0), "demand is 3.0; give one number for each unit"),
    (led(demand=iter([1.0] * 9)), "demand is <list_iterato"),
    (led(demand=np.ma.masked_equal(np.arange(9.0), 3)), "demand has masked entries"),
    (led(demand=[[1], [2, 3]]), "demand has rows of unequal length"),
    (led(demand=[], adjacency=np.zeros((0, 0))), "demand is empty"),
    (led(adjacency=ring(8)), r"adjacency is \(8, 8\) but demand has 9 units"),
    (led(adjacency=ring()[:8]), r"adjacency is \(8, 9\) but demand has 9 units"),
    (led(adjacency=changed(2, 3, NAN)), r"adjacency\[2, 3\] is nan, adjacency\[3, 2\] is nan"),
    (led(adjacency=changed(2, 3, INF)), r"adjacency\[2, 3\] is inf"),
    (led(adjacency=changed(2, 3, -1.0)), r"adjacency\[2, 3\] is -1\.0"),
    (led(adjacency=changed(5, 5, NAN)), r"adjacency\[5, 5\] is nan"),
    (led(adjacency=-ring()), r"adjacency\[0, 1\] is -10\.0, .* and 15 more"),
    (
        led(adjacency=changed(2, 3, 7.0, both=False)),
        r"adjacency\[2, 3\] is 7 but adjacency\[3, 2\] is 10.*must be symmetric",
    ),
    (
        led(adjacency=changed(2, 3, 0.0, both=False)),
        r"adjacency\[3, 2\] is 10 but adjacency\[2, 3\] is 0; .*in both directions",
    ),
    (led(adjacency=changed(0, 5, 1e-9, both=False)), r"adjacency\[0, 5\] is 1e-09"),
    (led(adjacency="near"), "adjacency is 'near'"),
    (led(adjacency=None), "adjacency is None"),
    (led(adjacency=[0, 1, 0]), r"adjacency has shape \(3,\)"),
    (led(adjacency=ring() * 1j), "adjacency holds complex128"),
]

WRONG_COLUMNS = [
    (led(cost=with_entry((9, 2), NAN)), r"cost\[8, 1\] is nan.*use barred"),
    (led(cost=with_entry((9, 2), INF)), r"cost\[8, 1\] is inf"),
    (led(cost=np.ones((8, 2))), r"cost has shape \(8, 2\); give one row for each of the 9 units"),
    (led(cost=np.ones(9)), r"cost has shape \(9,\)"),
    (led(cost=np.ones((9, 0)), centers=None), "cost has no columns"),
    (led(cost=[["a", "b"]] * 9), "cost holds no numbers"),
    (led(centers=[0, 9]), r"centers\[1\] is 9, but must be a whole number from -1 to 8"),
    (led(centers=[0, -2]), r"centers\[1\] is -2"),
    (led(centers=[0, NAN]), r"centers\[1\] is nan.*-1 stands for a part without"),
    (led(centers=[0, 4.5]), r"centers\[1\] is 4\.5"),
    (led(centers=[True, False]), "centers holds booleans"),
    (led(centers=[0, 4, 8]), r"centers has shape \(3,\); give one unit for each of the 2 columns"),
    (led(centers=4), "centers is 4"),
    (led(cost=None, parts=2), "centers is given without cost"),
    (free(centers=[0, 4]), "centers is given without cost"),
    (led(cost=None, centers=None), "parts is missing; give the number of parts"),
    (led(parts=1.9), r"parts is 1\.9, but must be a whole number of at least 1"),
    (led(parts=0), "parts is 0"),
    (led(parts=-1), "parts is -1"),
    (led(parts=NAN), "parts is nan"),
    (led(parts=True), "parts holds booleans"),
    (led(parts="2"), "parts holds no numbers"),
    (led(parts=[2]), r"parts has shape \(1,\)"),
    (free(parts=10), "parts is 10 but there are only 9 units"),
    (led(cost=None, centers=None, parts=10), "parts is 10 but there are only 9 units"),
    (free(parts=None), "parts is missing"),
]

WRONG_TIES = [
    (led(fixed={-2: 0}), r"unit of fixed\[-2\] is -2, but must be a whole number from 0 to 8"),
    (led(fixed={9: 0}), r"unit of fixed\[9\] is 9"),
    (led(fixed={1.5: 0}), r"unit of fixed\[1.5\] is 1\.5"),
    (led(fixed={"a": 0}), "unit of fixed holds no numbers, such as 'a'"),
    (led(fixed={4: 0.9}), r"fixed\[4\] is 0\.9, but must be a whole number from -1 to 1"),
    (led(fixed={4: 2}), r"fixed\[4\] is 2"),
    (led(fixed={4: -2}), r"fixed\[4\] is -2"),
    (led(fixed={4: None}), r"fixed\[4\] is None"),
    (led(fixed=[0, 1, -1]), r"fixed has shape \(3,\); give {unit: part}"),
    (led(fixed=[-1] * 8 + [2]), r"fixed\[8\] is 2"),
    (led(fixed=[-1] * 8 + [-2]), r"fixed\[8\] is -2"),
    (led(fixed=[-1] * 8 + [NAN]), r"fixed\[8\] is nan.*-1 leaves a unit free"),
    (led(fixed=[-1] * 8 + [0.5]), r"fixed\[8\] is 0\.5"),
    (led(fixed=np.ones(9, dtype=bool)), "fixed holds booleans"),
    (free(fixed={0: 2}), r"fixed\[0\] is 2, but must be a whole number from -1 to 1"),
    (free(fixed=[-1] * 8 + [2]), r"fixed\[8\] is 2"),
    (led(barred=[(9, 0)]), r"unit of barred\[0\] is 9"),
    (led(barred=[(0, 1), (1, 2)]), r"part of barred\[1\] is 2, but .* from 0 to 1"),
    (led(barred=[(0, -1)]), r"part of barred\[0\] is -1"),
    (led(barred=[(0.5, 1)]), r"unit of barred\[0\] is 0\.5"),
    (led(barred=[(0, 1, 1)]), r"barred\[0\] is \(0, 1, 1\); give a list of pairs"),
    (led(barred=[3, 1]), r"barred\[0\] is 3"),
    (led(barred=7), "barred is 7; give a list of pairs"),
    (led(barred=sparse.csr_array(np.ones((9, 2)))), "barred is <.*; give a list of"),
    (led(barred=np.zeros((2, 9), dtype=bool)), r"barred has shape \(2, 9\); give a mask of shape"),
    (led(barred=np.zeros(9, dtype=bool)), r"barred has shape \(9,\)"),
    (led(barred=np.zeros((9, 2), dtype=int)), r"barred .* only 0 and 1; give a boolean mask"),
    (
        led(cost=np.ones((9, 3)), centers=None, barred=np.eye(9, 3)),
        r"barred has shape \(9, 3\) and holds only 0 and 1; give a boolean mask",
    ),
    (free(barred=[(0, 1)]), "barred has no meaning for parts without centers; use apart"),
    (led(together=[(0, 9)]), r"together\[0, 1\] is 9, but must be a whole number from 0 to 8"),
    (led(together=[(0, 1), (-1, 2)]), r"together\[1, 0\] is -1"),
    (led(together=[(0, 1.5)]), r"together\[0, 1\] is 1\.5"),
    (led(together=[(0, 1, 2)]), r"together\[0\] is \(0, 1, 2\); give a list of pairs of two"),
    (led(together=[(0,)]), r"together\[0\] is \(0,\)"),
    (led(together=(0, 1)), r"together\[0\] is 0, together\[1\] is 1; give a list of pairs"),
    (led(together=["ab"]), r"together\[0\] is 'ab'"),
    (led(together=[(True, False)]), "together holds booleans"),
    (led(together=5), "together is 5"),
    (led(apart=[(0, 9)]), r"apart\[0, 1\] is 9"),
    (led(apart=[(0, NAN)]), r"apart\[0, 1\] is nan"),
    (led(apart=[(0, "b")]), "apart holds no numbers"),
    (led(apart=[(0, 1, 2)]), r"apart\[0\] is \(0, 1, 2\)"),
    (led(apart=[(0, 1), (3, 3)]), r"apart\[1\] is 3 twice"),
    (free(apart=[(3, 3)]), r"apart\[0\] is 3 twice"),
    (led(barriers=[(0, 9)]), r"barriers\[0, 1\] is 9"),
    (led(barriers=[(0, 0.5)]), r"barriers\[0, 1\] is 0\.5"),
    (led(barriers=[(0, 1), (0, 4)]), r"barriers\[1\] is 0, 4, but these .* share no boundary"),
    (led(barriers=[(3, 3)]), r"barriers\[0\] is 3, 3, but these"),
    (led(barriers=[(0, 4, 2.0)]), r"barriers\[0\] is 0, 4, but these"),
    (led(barriers=[(0, 1, 2.0, 3.0)]), r"barriers\[0\] is \(0, 1, 2\.0, 3\.0\); give a list of"),
    (led(barriers=[(0,)]), r"barriers\[0\] is \(0,\)"),
    (led(barriers=[(1, 2), (0, 1, NAN)]), r"price of barriers\[1\] is nan.*leave the price out"),
    (led(barriers=[(0, 1, -1.0)]), r"price of barriers\[0\] is -1\.0"),
    (led(barriers=[(0, 1, INF)]), r"price of barriers\[0\] is inf"),
    (led(barriers=[(0, 1, None)]), r"price of barriers\[0\] is None"),
    (led(must_contain=[1, 2]), r"must_contain\[0\] is 1, which is no kind; give a list of kinds"),
    (led(must_contain=np.ones(9, dtype=bool)), r"must_contain\[0\] is .*True_?, which is no kind"),
    (led(must_contain=ring()), "must_contain is <"),
    (led(must_contain=3), "must_contain is 3"),
    (led(must_contain=["hospital"]), r"must_contain\[0\] is 'hospital'"),
    (led(must_contain=[[1, 9]]), r"must_contain\[0\]\[1\] is 9"),
    (led(must_contain=[[1, 2], [1, -1]]), r"must_contain\[1\]\[1\] is -1"),
    (led(must_contain=[[1.5]]), r"must_contain\[0\]\[0\] is 1\.5"),
    (led(must_contain=[["a", "b"]]), r"must_contain\[0\] holds no numbers"),
    (led(must_contain=[[1, 2], []]), r"must_contain\[1\] has no unit; drop the kind"),
    (led(must_contain=[np.zeros(9, dtype=bool)]), r"must_contain\[0\] has no unit"),
    (led(must_contain=[np.ones(8, dtype=bool)]), r"must_contain\[0\] is a mask of shape \(8,\)"),
    (led(must_contain=[[0, 1, 0, 1, 0, 0, 0, 0, 1]]), r"must_contain\[0\] holds only 0 and 1"),
    (led(parents=["a"] * 9), r"parents holds no numbers, such as 'a'.*pandas\.factorize"),
    (led(parents=np.array(["a", None] * 4 + ["a"], dtype=object)), r"parents\[0\] is 'a'"),
    (led(parents=[0] * 8), r"parents has shape \(8,\)"),
    (led(parents=[0] * 8 + [NAN]), r"parents\[8\] is nan.*negative number stands for no parent"),
    (led(parents=[0] * 8 + [0.5]), r"parents\[8\] is 0\.5"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), WRONG_NUMBERS + WRONG_UNITS + WRONG_COLUMNS + WRONG_TIES
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        partition(**arguments)


def test_all_faults_are_listed_at_once():
    with pytest.raises(ValueError, match="compactness") as caught:
        partition(
            ring(),
            with_entry((9,), NAN),
            with_entry((9, 2), INF),
            centers=[0, 11],
            parts=1.5,
            compactness=NAN,
            split_price=1.0,
            tolerance=-1,
            lower=[1.0],
            resources=[Resource(-np.ones(9), price=-1)],
            fixed={3: 7},
            barred=[(1, 5)],
            together=[(0, 1, 2), (0, 10)],
            apart=[(2, 2)],
            barriers=[(0, 5), (0, 1, -1)],
            must_contain=[[], [12]],
            parents=None,
        )
    lines = str(caught.value).split("\n")
    starts = ["compactness", "split_price", "demand", "parts", "cost", "centers", "lower",
              "tolerance", "resources[0]: values", "resources[0]: price", "fixed[3]",
              "part of barred[0]", "together[0]", "together[1, 1]", "apart[0]",
              "price of barriers[1]", "barriers[0]", "must_contain[0]",
              "must_contain[1][0]"]  # fmt: skip
    assert len(lines) == len(starts)
    assert [start for start, line in zip(starts, lines, strict=True) if start not in line] == []


def test_without_a_number_of_units_the_rest_is_still_told():
    with pytest.raises(ValueError, match=r"balance is nan.*\n.*demand is 1.*\n.*adjacency is 2"):
        partition(2, 1, balance=NAN)


def test_demand_that_is_no_list_leaves_the_other_arguments_to_be_checked():
    with pytest.raises(ValueError, match=r"demand has shape .*\n.*cost has shape"):
        partition(ring(), np.ones((9, 1)), np.ones((8, 2)))


def test_many_wrong_entries_are_counted():
    with pytest.raises(ValueError, match=r"demand\[2\] is nan, but") as caught:
        partition(ring(), np.r_[NAN, NAN, NAN, np.ones(6)], parts=2)
    assert "more" not in str(caught.value)
    with pytest.raises(ValueError, match=r"demand\[2\] is nan and 6 more, but"):
        partition(ring(), np.full(9, NAN), parts=2)


def assert_same(one, two):
    if is_dataclass(one):
        for field in fields(one):
            assert_same(getattr(one, field.name), getattr(two, field.name))
    elif sparse.issparse(one):
        assert_same(one.toarray(), two.toarray())
    elif isinstance(one, np.ndarray):
        assert one.dtype == two.dtype
        np.testing.assert_array_equal(one, two)
    elif isinstance(one, tuple):
        assert len(one) == len(two)
        for a, b in zip(one, two, strict=True):
            assert_same(a, b)
    elif isinstance(one, dict):
        assert_same(tuple(one.items()), tuple(two.items()))
    else:
        assert type(one) is type(two)
        assert one == two


BARS = np.zeros((9, 2), dtype=bool)
BARS[[1, 6], [1, 0]] = True


@pytest.mark.parametrize(
    ("plain", "odd"),
    [
        ({"parts": 2}, {"parts": 2.0}),
        ({"parts": 2}, {"parts": np.int8(2)}),
        ({"compactness": 2.0}, {"compactness": Fraction(2)}),
        ({"tolerance": 0.5}, {"tolerance": Decimal("0.5")}),
        ({"tolerance": None}, {"tolerance": INF}),
        ({"lower": None, "upper": 9.0}, {"lower": [0.0, 0.0], "upper": [9, 9]}),
        ({"upper": None}, {"upper": [INF, INF]}),
        ({"demand": [1.0] * 9}, {"demand": np.ones(9, dtype=bool)}),
        ({"demand": [1.0] * 9}, {"demand": np.array([Decimal(1)] * 9)}),
        ({"centers": [0, 4]}, {"centers": np.array([0.0, 4.0])}),
        ({"centers": [0, -1]}, {"centers": np.array([0, -1], dtype=np.int8)}),
        ({"adjacency": ring()}, {"adjacency": ring().toarray()}),
        ({"adjacency": ring()}, {"adjacency": ring().tolil()}),
        ({"adjacency": ring()}, {"adjacency": ring() + sparse.eye_array(9)}),
        ({"parents": [0, 0, 1] * 3}, {"parents": np.array([0.0, 0.0, 1.0] * 3)}),
        ({"parents": [0, 0, 1] * 3}, {"parents": np.array([0, 0, 1] * 3, dtype=object)}),
        ({"fixed": {2: 1}}, {"fixed": [-1, -1, 1] + [-1] * 6}),
        ({"fixed": {2: 1}}, {"fixed": {2.0: 1.0}}),
        ({"fixed": {2: 1}}, {"fixed": {np.uint8(2): np.uint8(1)}}),
        ({"fixed": {}}, {"fixed": np.full(9, -1.0)}),
        ({"barred": [(1, 1), (6, 0)]}, {"barred": BARS}),
        ({"barred": [(1, 1), (6, 0)]}, {"barred": BARS.tolist()}),
        ({"barred": [(1, 1), (6, 0)]}, {"barred": ((i, k) for i, k in [(1, 1), (6.0, 0)])}),
        ({"barred": [(1, 1), (6, 0)]}, {"barred": np.argwhere(BARS)}),
        ({"barred": None}, {"barred": []}),
        ({"together": [(1, 2), (5, 6)]}, {"together": zip([1, 5], [2, 6], strict=True)}),
        ({"together": [(1, 2), (5, 6)]}, {"together": np.array([[1.0, 2.0], [5.0, 6.0]])}),
        ({"together": None}, {"together": [(3, 3)]}),
        ({"apart": [(1, 5)]}, {"apart": (pair for pair in [[1, 5]])}),
        ({"apart": None}, {"apart": iter(())}),
        ({"barriers": [(0, 1), (2, 3, 4.0)]}, {"barriers": iter([[0, 1], (2, 3.0, 4)])}),
        ({"barriers": [(2, 3, 4.0)]}, {"barriers": np.array([[2.0, 3.0, 4.0]])}),
        ({"must_contain": [[1, 5]]}, {"must_contain": iter([iter([1.0, 5.0])])}),
        ({"must_contain": [[1, 5]]}, {"must_contain": [np.isin(np.arange(9), [1, 5])]}),
        ({"must_contain": [[1, 5], [2, 3]]}, {"must_contain": np.array([[1, 5], [2, 3]])}),
        ({"must_contain": [[1, 5]]}, {"must_contain": [{1, 5}]}),
        (
            {"resources": [Resource(np.ones(9), upper=[5.0, 5.0], price=1.0)]},
            {"resources": (Resource([True] * 9, upper=5, price=x) for x in [1])},
        ),
    ],
)
def test_odd_forms_are_read_like_plain_ones(plain, odd):
    assert_same(read(led(**plain)), read(led(**odd)))


def test_infinite_tolerance_bounds_nothing_even_without_demand():
    got = read(led(demand=np.zeros(9), tolerance=INF))
    assert got.lower.tolist() == [0, 0]
    assert got.upper.tolist() == [INF, INF]


def test_two_units_may_be_listed_by_index():
    arguments = {"adjacency": np.array([[0, 1], [1, 0]]), "demand": [1, 1], "cost": np.eye(2)}
    got = read(arguments | {"must_contain": [[0, 1]], "barred": [(0, 1), (1, 0)]})
    assert got.must[0].tolist() == [True, True]
    assert got.allowed.tolist() == [[True, False], [False, True]]


def test_barriers_close_both_directions_and_keep_the_length():
    got = read(led(barriers=[(1, 0), (2, 3, 5.0)]))
    assert got.graph[0, 1] == got.graph[1, 0] == 0
    assert got.graph[2, 3] == 10
    assert got.graph.nnz == 16
    assert len(got.lengths) == 9
    assert got.crossings.tolist() == [[2, 3]]
    assert got.crossing_price.tolist() == [5.0]


def test_what_is_passed_stays_as_it_is():
    graph, demand, cost = ring(), np.ones(9), np.ones((9, 2))
    got = read(led(adjacency=graph, demand=demand, cost=cost, barriers=[(0, 1)]))
    got.demand[:] = got.cost[:] = got.graph.data[:] = got.lengths[:] = 5.0
    assert_same((graph, demand, cost), (ring(), np.ones(9), np.ones((9, 2))))


def test_moment_of_inertia_is_the_weighted_squared_distance():
    got = read(free(demand=np.arange(9), fixed={0: 1, 1: 1, 5: 0}))
    far = np.arange(9)
    np.testing.assert_allclose(got.cost, far[:, None] * (far[:, None] - far) ** 2.0)
    assert got.centers.tolist() == list(range(9))
    assert got.atom[0] == got.atom[1]
    assert got.apart.tolist() == [[5, 0]]


def test_parents_keep_the_labels_given_for_messages():
    got = read(led(parents=[70, 70, 30, -1, 30, 70, -5, 30, 30]))
    assert got.parent.tolist() == [1, 1, 0, 2, 0, 1, 3, 0, 0]
    assert got.notes["parents"].tolist() == [70, 70, 30, -1, 30, 70, -5, 30, 30]


def test_more_parts_than_columns_are_a_conflict_not_a_wrong_argument():
    got = partition(**led(parts=3))
    assert [conflict.code for conflict in got.conflicts] == ["too-few-centers"]
