"""Scenarios kept, compared and taken again, without a browser; what is kept is read from disk."""

import pytest
import streamlit as st
from turning import go

from gridplan.outputs.reading.written import read_written
from gridplan.planning.editing.edit import close_center
from gridplan.planning.editing.edited import apply, begin
from gridplan.planning.editing.whole import plan_of
from gridplan.planning.plan import plan
from gridplan.planning.scenario.derived import scenario_of
from gridplan.project.opinions import opinions
from gridplan.project.project import Project
from gridplan.text import say
from gridplan.ui.page import shared_results
from gridplan.ui.running.result import Hand
from gridplan.ui.setup.district_choice import read_folder
from gridplan.ui.setup.fingerprint import fingerprint


@pytest.fixture
def planned(page, data):
    """Open the page on a plan of the small district, or on that plan edited by hand."""
    district = read_folder(data / "tiny").district
    scenario = scenario_of(district)
    key = fingerprint(district, scenario)
    made = plan(district, scenario)
    shared_results().add(key, made, scenario).tried = True
    start = begin(made.layout, made.scenario)
    gone = str(made.layout.centers.index[-1])
    edited = apply(start, close_center(gone))
    hand = Hand(start.state, (close_center(gone),))
    shared_results().add("e" * 32, plan_of(edited), scenario, of=key, hand=hand)
    return lambda lang, edited=False: page(lang, plan="e" * 32 if edited else key)


def project_in(workspace):
    return Project.open(next(workspace.glob("projects/*")))


def press(at, key):
    return next(one for one in at.button if one.key == key).click().run()


@pytest.mark.thorough  # the scene in the browser is its quick twin
def test_plans_are_kept_compared_and_taken_again(planned, workspace):
    at = go(planned("zh"), "variants")
    assert not at.exception
    assert at.info[0].value == say("app.compare-pick", "zh")
    at = press(at, "compare-keep")
    project = project_in(workspace)
    # The first scenario is the district's own, and has no plan yet.
    [base] = [one for one in project.scenarios() if project.plan_state(one).state == "current"]
    at = go(planned("zh", edited=True), "variants")
    at = press(at, "compare-keep")
    assert not at.exception
    [name] = [one for one in project.scenarios() if project.journal(one).done]
    assert project.plan_state(name).state == "current"
    [edit] = project.journal(name).done
    kept = [read_written(project.plan_folder(one)).layout.centers for one in (base, name)]
    assert edit["do"] == "close-center"
    assert set(kept[0].index) - set(kept[1].index) == {edit["center"]}

    assert f"### {say('comparing.figures', 'zh')}" in [one.value for one in at.markdown]
    [figures, front] = [one.value for one in at.table]
    row = figures[figures.iloc[:, 0] == say("comparing.figure-centers", "zh")].iloc[0]
    assert {row.iloc[1], row.iloc[2]} == {str(len(one)) for one in kept}
    assert say("comparing.front-mark", "zh") in set(front.iloc[:, -1])

    # Opened by a server that knows nothing of it, it is the plan that was kept, with its edits.
    st.cache_resource.clear()
    at = go(planned("zh"), "variants")
    rows = sorted(project.scenarios(), key=lambda one: bool(project.scenario(one).parent))
    at = press(at, f"compare-open-{rows.index(name)}")
    assert not at.exception
    shown = shared_results().result(at.session_state["shown"])
    assert set(shown.plan.layout.centers.index) == set(kept[1].index)
    assert [one.do for one in shown.hand.edits] == ["close-center"]

    at = press(at, f"compare-copy-{rows.index(name)}")
    [copy] = set(project.scenarios()) - set(rows)
    assert project.scenario(copy).parent == name
    assert project.journal(copy).done == project.journal(name).done


@pytest.mark.thorough  # as above
def test_a_meeting_is_answered_logged_and_kept(planned, workspace):
    at = planned("zh")
    at.session_state["desk-mode-next"] = "meeting"
    at = at.run()
    assert not at.exception
    at.text_input(key="opinion-source").set_value("甲街道办")
    at.text_area(key="opinion-text").set_value("站点房屋到期，请另选")
    at = next(b for b in at.button if b.label == say("meeting.opinion-add", "zh")).click().run()
    project = project_in(workspace)
    [said] = opinions(project)
    assert (said.source, said.text, said.answer) == ("甲街道办", "站点房屋到期，请另选", "open")

    strike = next(one for one in at.selectbox if one.key.startswith("meeting-center"))
    gone = strike.options[-1]
    at = strike.select(gone).run()
    at = press(at, "meeting-strike")
    at = press(at, "meeting-answer")
    assert not at.exception
    assert f"### {say('meeting.found', 'zh')}" in [one.value for one in at.markdown]
    at.multiselect(key="meeting-answers").set_value([said.number])
    at = at.text_input(key="meeting-reason").set_value("房屋确已到期").run()
    at = press(at, "meeting-adopt")
    assert not at.exception
    [said] = opinions(project)
    assert (said.answer, said.reason) == ("adopted", "房屋确已到期")
    name = said.revised
    assert project.plan_state(name).state == "current"
    done = project.journal(name).done
    assert [done[number - 1]["do"] for number in said.edits] == ["close-center"]
    kept = read_written(project.plan_folder(name))
    assert done[0]["center"] not in kept.layout.centers.index
    assert kept.layout.units["center"].notna().all()
    assert [entry["what"] for entry in project.log()].count("revised") == 1
    # What is shown now is the revision, and nothing is demanded of it yet.
    shown = shared_results().result(at.session_state["shown"])
    assert set(shown.plan.layout.centers.index) == set(kept.layout.centers.index)
    assert next(one for one in at.button if one.key == "meeting-answer").disabled
