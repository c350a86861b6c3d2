"""Findings: how each came about, the planner's answers, overrides, and rules of one's own."""

import dataclasses
import json

import geopandas as gpd
import pytest
from drawn import SCENARIO, layout_of, with_columns
from shapely.geometry import LineString

from gridplan.errors import InputError
from gridplan.planning.checks.checks import FINDING_COLUMNS, check, rules_for, scenario_rules
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.assessment import Answer
from gridplan.policy.profile import profile_names, read_profile

ALL = Scenario(profiles=profile_names())
OWN = """\
[source]
title_zh = "本区规定"
title_en = "Our rule"
issuer_zh = "本区"
issuer_en = "Ours"
date = "2025"

[[rules]]
id = "{id}"
level = "target"
measure = "centers"
subject = "district"
unit = "count"
lower = 3
title_zh = "至少3家"
title_en = "At least 3"
clause = "至少3家"
clause_en = "At least 3."
section = ""
"""


@pytest.fixture
def layout(lattice):
    return layout_of(lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0)), centers=((0, 0), (3, 0))))


def test_every_rule_of_every_profile_is_answered_somehow(layout):
    rules = rules_for(layout, ALL)
    findings = check(layout, rules, ALL)
    assert list(findings.columns) == list(FINDING_COLUMNS)
    assert set(findings["answered"]) == {"computed", "needs-column", "self-assessed", "conflict"}
    # Of the readings of one phrase the adopted one has findings, which tell of the others.
    told = {
        entry["rule"] for text in findings["other_readings"].dropna() for entry in json.loads(text)
    }
    found = set(findings.loc[findings["answered"] != "conflict", "rule"])
    # Nothing is said of barriers where there are none.
    assert {rule.id for rule in rules} - {"barriers-crossed"} == found | told
    assert not found & told
    for row in findings.to_dict("records"):
        assert row["passed"] in (True, False, None)
        wants = row["answered"] == "needs-column" or (
            row["answered"] == "self-assessed" and row["assessed"] is None
        )
        assert (row["needs"] is not None) == wants
        assert row["clause"]
        assert row["clause_en"]


def test_a_column_nobody_supplied_is_asked_for_once(layout):
    rule = next(r for r in read_profile("living-circle") if r.id == "center-gps")
    (row,) = check(layout, [rule], SCENARIO).to_dict("records")
    assert (row["subject_kind"], row["subject"]) == ("district", "000000")
    assert (row["passed"], row["needs"]) == (None, "centers.gps")


def test_a_column_with_gaps_answers_what_it_can(layout):
    district = with_columns(layout.district, "centers", gps=[7.0, None])
    rule = next(r for r in read_profile("living-circle") if r.id == "center-gps")
    findings = check(layout_of(district), [rule], SCENARIO).set_index("subject")
    assert findings["passed"].to_dict() == {"e1": True, "e2": None}
    assert findings["answered"].to_dict() == {"e1": "computed", "e2": "needs-column"}


@pytest.mark.parametrize(
    ("answer", "passed"), [("yes", True), ("partly", False), ("no", False), (None, None)]
)
def test_what_no_map_can_answer_the_planner_does(layout, answer, passed):
    rule = next(r for r in read_profile("national-trial-2023") if r.id == "criterion-02")
    given = Answer(answer=answer, evidence="章程", date="2023-06-01") if answer else None
    assessment = {rule.key: given} if given else {}
    (row,) = check(layout, [rule], SCENARIO, assessment=assessment).to_dict("records")
    assert row["passed"] is passed
    assert row["answered"] == "self-assessed"
    assert row["assessed"] == answer
    if answer:
        assert (row["evidence"], row["assessed_on"], row["needs"]) == ("章程", "2023-06-01", None)


def test_an_override_shows_the_official_figure_beside_it(layout):
    scenario = Scenario(
        profiles=("guangming-1n-2023",),
        overrides=("guangming-1n-2023/residents-per-center: lower=1000",),
    )
    findings = check(layout, rules_for(layout, scenario), scenario)
    row = findings[findings["rule"] == "residents-per-center"].iloc[0]
    assert (row["lower"], row["official_lower"], row["upper"]) == (1000.0, 20000, 30000)
    assert row["overridden"]
    assert row["passed"]
    assert not findings.loc[findings["rule"] == "centers-by-band", "overridden"].any()


def test_rules_of_another_district_are_left_out(layout):
    here = {rule.id for rule in scenario_rules(ALL, None, code="000000")}
    assert "centers-66" not in here
    assert "centers-66" in {rule.id for rule in scenario_rules(ALL, None, code="440311")}
    assert here == {rule.id for rule in rules_for(layout, ALL)}


def test_a_profile_of_ones_own_is_looked_for_in_the_district_folder(layout, tmp_path):
    (tmp_path / "mine.toml").write_text(OWN.format(id="own-centers"), encoding="utf-8")
    scenario = Scenario(profile_files=("mine.toml",), overrides=("mine/own-centers: lower=2",))
    rules = scenario_rules(scenario, tmp_path, code="000000")
    findings = check(layout, rules, scenario)
    row = findings[findings["rule"] == "own-centers"].iloc[0]
    assert (row["value"], row["lower"], row["official_lower"], row["passed"]) == (2, 2, 3, True)


def test_all_that_is_wrong_with_the_policy_is_told_before_any_work(lattice, tmp_path):
    (tmp_path / "mine.toml").write_text(OWN.format(id="coverage"), encoding="utf-8")
    (tmp_path / "assessment.toml").write_text("[a.b]\nanswr = 1\n", encoding="utf-8")
    district = dataclasses.replace(lattice(4, 2), folder=tmp_path)
    scenario = Scenario(
        profiles=("national-trial-2023", "nation"), profile_files=("mine.toml", "none.toml")
    )
    with pytest.raises(InputError) as error:
        plan(district, scenario)
    assert [problem.code for problem in error.value.problems] == [
        "profile-unknown",
        "profile-file-missing",
        "profile-rule-taken",
        "assessment-key",
        "assessment-answer",
    ]


def test_answers_of_the_folder_reach_the_findings(lattice, tmp_path):
    text = '[national-trial-2023.criterion-02]\nanswer = "yes"\nevidence = "章程"\n'
    (tmp_path / "assessment.toml").write_text(text, encoding="utf-8")
    district = lattice(4, 2, people=5000.0, leads=((0, 0), (3, 0)), centers=((0, 0), (3, 0)))
    scenario = Scenario(centers=2, center_lower=0, regional_max=0, work_limit=0.5)
    made = plan(dataclasses.replace(district, folder=tmp_path), scenario)
    row = made.findings[made.findings["rule"] == "criterion-02"].iloc[0]
    assert (row["passed"], row["evidence"]) == (True, "章程")


@pytest.mark.parametrize("adopted", ["street-population", "street-100k", "managed-100k"])
def test_the_readings_of_one_phrase_are_one_finding(layout, adopted):
    scenario = Scenario(profiles=("guangming-1n-2023",), readings=(f"regional-100k: {adopted}",))
    findings = check(layout, rules_for(layout, scenario), scenario)
    own = findings[findings["phrase"] == "regional-100k"]
    assert not {"street-population", "street-100k", "managed-100k"} - {adopted} & set(own["rule"])
    for text in own["other_readings"]:
        told = {entry["rule"] for entry in json.loads(text)}
        assert told == {"street-population", "street-100k", "managed-100k"} - {adopted}


@pytest.mark.parametrize(("as_of", "state"), [("2025-12-31", "failed"), ("2026-01-01", "expired")])
def test_a_target_ends_with_its_plan(layout, as_of, state):
    scenario = Scenario(as_of=as_of)
    rule = next(r for r in read_profile("guangming-1n-2023") if r.id == "centers-66")
    (row,) = check(layout, [rule], scenario).to_dict("records")
    assert row["state"] == state
    assert row["passed"] is (False if state == "failed" else None)
    assert (row["within"], row["in_force_to"], row["as_of"]) == (False, "2025-12-31", as_of)


@pytest.mark.parametrize(
    ("people", "state"),
    [
        (19_000, "failed"),
        (19_500, "borderline"),
        (20_500, "borderline"),
        (25_000, "passed"),
        (29_000, "borderline"),
        (31_000, "borderline"),
        (32_000, "failed"),
    ],
)
def test_residents_a_little_off_make_a_center_borderline(layout, people, state):
    rule = next(r for r in read_profile("guangming-1n-2023") if r.id == "residents-per-center")
    centers = layout.centers.assign(population=float(people))
    moved = dataclasses.replace(layout, centers=centers)
    for row in check(moved, [rule], SCENARIO).to_dict("records"):
        assert row["state"] == state
        assert row["passed"] is {"passed": True, "failed": False}.get(state)
        assert row["sensitivity"] == "residents 0.95-1.05"
        assert (row["value_least"], row["value_most"]) == pytest.approx(
            (people * 0.95, people * 1.05)
        )


WALK = """\
[source]
title_zh = "步行"
title_en = "Walks"
issuer_zh = "本区"
issuer_en = "Ours"
date = "2025"

[[rules]]
id = "own-walk"
level = "target"
measure = "share_within_walk"
subject = "district"
unit = "percent"
lower = 50
sensitivity = {walk_detour = [1.0, 1.6]}
title_zh = "步行可达"
title_en = "Within the walk"
clause = "步行可达"
clause_en = "Within the walk."
section = ""
"""


def test_the_walk_to_ones_own_center_is_doubted_too(layout, tmp_path):
    file = tmp_path / "walks.toml"
    file.write_text(WALK, encoding="utf-8")
    scenario = dataclasses.replace(SCENARIO, profiles=(), profile_files=("walks.toml",))
    rules = scenario_rules(scenario, tmp_path, code=layout.district.code)
    walks = [float(minutes) for minutes in range(12, 20)]  # 15 minutes count as near
    layout = dataclasses.replace(layout, units=layout.units.assign(minutes_to_center=walks))
    (row,) = check(layout, rules, scenario).query("rule == 'own-walk'").to_dict("records")
    # A detour of 1.0 for 1.3 brings 15 minutes to 19.5, one of 1.6 to 12.2.
    assert (row["value"], row["value_least"], row["value_most"]) == (50.0, 12.5, 100.0)
    assert row["state"] == "borderline"


def test_the_fastest_walk_can_be_doubted_as_well(lattice):
    """20 km/h is the most a scenario may ask for; 1.1 times that is no error."""
    district = lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0)))
    row = {"class": ["residential"], "name": [None]}
    road = gpd.GeoDataFrame(
        row, geometry=[LineString([(0, 50), (400, 50)])], crs=district.crs
    ).rename_axis("road")
    district = dataclasses.replace(district, roads=road)
    layout = layout_of(district)
    layout.units["metres_to_nearest_center"] = 4000.0
    scenario = dataclasses.replace(SCENARIO, walk_kmh=20.0, profiles=("living-circle",))
    findings = check(layout, rules_for(layout, scenario), scenario)
    assert findings["sensitivity"].dropna().str.contains("walk_pace").any()
