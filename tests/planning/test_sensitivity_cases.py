"""A plan under other facts: its decisions kept, everything else counted anew."""

import dataclasses

import numpy as np
import pytest

from gridplan.errors import InputError
from gridplan.outputs.sensitivity.page import sensitivity_html, sensitivity_json, sensitivity_told
from gridplan.planning.comparing.figures import FIGURES, figures_of
from gridplan.planning.comparing.turned import turned_findings
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sensitivity.cases import sensitivity
from gridplan.planning.sensitivity.supposed import kept_layout, with_residents

SCENARIO = Scenario(
    grids=2, centers=4, center_lower=1, center_upper=5000, work_limit=0.05, center_max_minutes=3
)


@pytest.fixture(scope="module")
def made(lattice_builder):
    people = np.arange(32, dtype=float).reshape(4, 8) * 10 + 50
    district = lattice_builder(
        8, 4, people=people, leads=((0, 0), (7, 0)), centers=((1, 1), (6, 2))
    )
    return plan(district, SCENARIO)


@pytest.fixture(scope="module")
def found(made):
    return sensitivity(made)


def test_the_same_facts_give_the_same_plan(made, found):
    again = kept_layout(made.layout, made.district, made.scenario)
    for name in ("center", "grid", "lead", "regional_center"):
        assert list(again.units[name]) == list(made.layout.units[name])
    for name in ("metres_to_center", "minutes_to_center", "minutes_to_lead"):
        assert np.allclose(again.units[name], made.layout.units[name])
    assert np.allclose(again.centers["population"], made.layout.centers["population"])
    assert np.allclose(again.grids["population"], made.layout.grids["population"])
    own, other = figures_of(made), figures_of(dataclasses.replace(made, layout=again))
    assert all(np.isclose(own[code], other[code], equal_nan=True) for code in FIGURES)
    assert turned_findings(made.findings, found.plan.findings).empty


def test_residents_are_scaled_everywhere(made, found):
    case = next(one for one in found.cases if one.what == "residents" and one.value > 1)
    assert case.figures["residents"] == pytest.approx(1.1 * made.district.population)
    assert case.figures["most"] == pytest.approx(1.1 * made.layout.centers["population"].max())
    assert case.figures["walk"] == pytest.approx(figures_of(made)["walk"])
    scaled = with_residents(made.district, 0.9)
    assert scaled.population == pytest.approx(0.9 * made.district.population)


def test_a_slower_walk_reaches_no_more(found):
    near = {(case.what, case.value): case.figures["near"] for case in found.cases}
    planned = figures_of(found.plan)["near"]
    assert near["walk_kmh", 0.9] <= planned <= near["walk_kmh", 1.1]
    turned = {
        case.value: case.figures["near"] for case in found.cases if case.what == "walk_detour"
    }
    assert turned[1.1] <= figures_of(found.plan)["near"] <= turned[0.9]


def test_only_a_lost_sites_residents_go_elsewhere_and_to_the_nearest(made, found):
    new = made.layout.centers.index[made.layout.centers["status"] == "new"]
    assert [case.value for case in found.cases if case.what == "lost"] == list(new)
    for site in new:
        after = kept_layout(made.layout, made.district, made.scenario, lost=site)
        before = made.layout.units
        stayed = before["center"] != site
        assert (after.units["center"][stayed] == before["center"][stayed]).all()
        others = made.layout.centers.drop(index=site)
        for unit in before.index[~stayed]:
            own = others[others["grid"] == before["grid"][unit]]
            apart = own.geometry.distance(made.district.units.geometry[unit].centroid)
            went = after.units["center"][unit]
            assert went in own.index
            assert apart[went] == pytest.approx(apart.min())
        assert after.centers["population"].sum() == pytest.approx(made.district.population)
        regional = after.centers["regional_center"].dropna()
        assert set(regional) <= set(after.centers.index)


def test_words_pages_and_numbers(found):
    for lang in ("zh", "en"):
        told = sensitivity_told(found, lang)
        assert len(told.splitlines()) > 2 * len(found.cases)
        assert "<script" not in sensitivity_html(found, lang)
    assert "常住人口 +10%" in sensitivity_told(found, "zh")
    assert '"what": "lost"' in sensitivity_json(found)


def test_what_cannot_be_tried_is_told(made):
    for share in (0, 1, -0.5):
        with pytest.raises(InputError, match="no share"):
            sensitivity(made, share=share)
    bare = dataclasses.replace(made.layout, centers=made.layout.centers.iloc[:0])
    with pytest.raises(InputError, match="no centers"):
        sensitivity(dataclasses.replace(made, layout=bare))


RULE = "living-circle/norm-center-national"


def test_a_rule_that_turns_is_named(made):
    """A bound just below the mean: fewer residents break it, more do not."""
    mean = made.district.population / len(made.layout.centers)
    scenario = dataclasses.replace(
        made.scenario, overrides=(f"{RULE}: lower={0.95 * mean:.0f}, upper=none",)
    )
    found = sensitivity(dataclasses.replace(made, scenario=scenario))
    by_factor = {case.value: case.rules.gained for case in found.cases if case.what == "residents"}
    assert RULE in by_factor[0.9]
    assert RULE not in by_factor[1.1]
