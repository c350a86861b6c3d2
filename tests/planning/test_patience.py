"""A plan gets the work that suits its size, and more where none was found."""

import dataclasses

import pytest

from gridplan.errors import InfeasibleError, Problem
from gridplan.optimise import budget
from gridplan.optimise.budget import seconds_left, within
from gridplan.planning import advice, patience, stages
from gridplan.planning.scenario.scenario import Scenario


def test_a_city_gets_work_in_proportion_to_its_units(tiny_district):
    scenario = Scenario(work_limit=2.0)
    assert patience.sized(tiny_district, scenario) == scenario
    few = dataclasses.replace(tiny_district)
    more = len(few.units) / patience.USUAL_UNITS
    assert more < 1
    object.__setattr__(few, "units", few.units.loc[few.units.index.repeat(2000)])
    assert patience.sized(few, scenario).work_limit == pytest.approx(2.0 * 24 * 2000 / 20_000)


@pytest.mark.parametrize(("proven", "tries"), [(False, 3), (True, 1)])
def test_more_work_is_given_until_there_is_a_plan_or_a_proof(
    proven, tries, tiny_district, monkeypatch
):
    given = []

    def refuse(_district, scenario, _tell):
        given.append(scenario.work_limit)
        raise InfeasibleError([Problem("grids-unserved-not-found", {}, proven=proven)])

    monkeypatch.setattr(advice, "plan_stages", refuse)
    monkeypatch.setattr(advice, "with_remedies", lambda error, *_: error)
    with pytest.raises(InfeasibleError):
        advice.plan_with_advice(tiny_district, Scenario(work_limit=0.5), patient=True)
    assert given == [0.5, 2.0, 8.0][:tries]


def test_the_clock_alone_ends_it_sooner(monkeypatch):
    left = iter([5.0, 0.0])
    monkeypatch.setattr(patience, "seconds_left", lambda: next(left))
    tried = list(patience.rounds(Scenario(work_limit=1.0, time_limit=10.0)))
    assert [scenario.work_limit for scenario in tried] == [1.0, 4.0]


def test_no_stage_takes_the_time_of_those_after_it(tiny_district, monkeypatch):
    left = {}
    monkeypatch.setattr(budget, "now", lambda: 100.0)

    def cut(*_, **__):
        left["grids"] = seconds_left()

    def place(*_, **__):
        left["centers"] = seconds_left()
        raise InfeasibleError([Problem("centers-not-found", {}, proven=True)])

    monkeypatch.setattr(stages, "plan_wished_grids", cut)
    monkeypatch.setattr(stages, "_follow", place)
    scenario = Scenario(work_limit=0.5, time_limit=1000.0)
    with within(500.0), pytest.raises(InfeasibleError):
        stages.plan_stages(tiny_district, scenario, lambda _stage: None)
    assert left["grids"] == pytest.approx(250.0)
    assert left["centers"] == pytest.approx(500.0)
