"""What is asked of each center: shares that add up, hosts, slots and beds, teams, or nothing."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from drawn import SCENARIO, hospital_row, layout_of, with_columns, with_hospitals
from hypothesis import given, settings
from hypothesis import strategies as st

import gridplan as gp
from gridplan.audit.verify import verify
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.reading.written import read_written
from gridplan.outputs.reasons.services import service_tables, services_told
from gridplan.outputs.words.telling import Telling
from gridplan.planning.services.apportioned import apportioned
from gridplan.planning.services.services import services_of
from gridplan.policy.rule import Rule, Source

SOURCE = Source(
    title_zh="甲", title_en="A", issuer_zh="乙", issuer_en="B", date="2025-01-01", kind="own"
)


def rule(measure, **values):
    told = {"id": measure, "level": "information", "subject": "center", "unit": ""}
    told |= {"title_zh": "甲", "title_en": "A", "clause": "甲", "clause_en": "A"}
    return Rule(**{**told, "measure": measure, "section": "", "source": SOURCE, **values})


RULES = (
    rule("service_share", parameters=(0.4, 0.3, 0.3)),
    rule("grade_by_visits", parameters=(50.0, 300.0)),
    rule("outpatient_share_down", subject="group", lower=33.333333),
    rule("beds_share_down", subject="group", lower=25),
    rule("beds_share_down", subject="group", lower=30),
    rule("teams_of_center", parameters=(3_000.0,)),
)


@settings(max_examples=25)
@given(
    total=st.integers(0, 10_000),
    weights=st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=12),
)
def test_shares_add_up_and_are_near_their_quota(total, weights):
    parts = apportioned(total, weights)
    if sum(weights) <= 0:
        assert not parts.any()
        return
    assert parts.sum() == total
    quota = total * np.array(weights) / sum(weights)
    assert (np.abs(parts - quota) < 1 + 1e-6).all()


@pytest.fixture
def district(lattice):
    made = lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0)), centers=((0, 0),))
    made = with_columns(made, "units", population_65=100.0, managed_patients=50.0)
    made = with_columns(made, "hospitals", outpatient_slots=[300.0, 100.0])
    return with_columns(made, "subdistricts", services_year=[6_001.0, 4_000.0])


def test_targets_sum_to_the_districts(district):
    told = services_of(layout_of(district), SCENARIO, RULES).centers
    assert sum(told["target_year"]) == 10_001
    assert told["target_month"].sum() == pytest.approx(10_001 / 12)


def test_without_weights_or_columns_there_is_no_number(district):
    bare = with_columns(district, "subdistricts", services_year=np.nan)
    for made, rules in ((bare, RULES), (district, RULES[1:])):
        told = services_of(layout_of(made), SCENARIO, rules).centers
        assert list(told["target_year"]) == [None, None]
    none = services_of(layout_of(district), SCENARIO, ()).centers
    columns = ["grade", "slots_given", "beds_given", "teams", "daily_visits"]
    assert none[columns].isna().all().all()


def test_a_third_of_the_slots_and_the_higher_share_of_the_beds_go_to_the_centers(district):
    told = services_of(layout_of(district), SCENARIO, RULES).centers
    assert list(told["slots_given"]) == [100, 34]  # a third of 300, and of 100 rounded up
    assert list(told["beds_given"]) == [150, 150]  # 30 % of 500 each
    assert list(told["teams"]) == [2, 2]


def test_slots_go_by_signed_residents_where_they_are_known(district):
    layout = layout_of(district, centers=(("e1", "c0r0"), ("n1", "c1r0")), regional=("e1",))
    center = pd.Series(["e1", "n1", "e1", "e1"] * 2, index=district.units.index)
    signed = np.where(center == "n1", 300.0, 0.0)
    known = with_columns(district, "units", signed_residents=signed)
    layout = dataclasses.replace(layout, district=known, units=layout.units.assign(center=center))
    told = services_of(layout, SCENARIO, RULES).centers
    assert told.loc["n1", "slots_given"] == 100
    assert told.loc["e1", "slots_given"] == 0


def test_visits_of_new_centers_are_expected_from_residents(district):
    known = with_columns(district, "centers", daily_visits=400.0)
    layout = layout_of(known, centers=(("e1", "c0r0"), ("n1", "c3r0")), regional=("e1", "n1"))
    told = services_of(layout, SCENARIO, RULES).centers
    assert list(told["visits_how"]) == ["stated", "expected"]
    people = layout.centers["population"]
    assert told.loc["n1", "daily_visits"] == pytest.approx(400 * people["n1"] / people["e1"])
    assert list(told["grade"]) == [1, 1]


def test_branches_have_the_host_of_their_regional_center(district):
    centers = (("e1", "c0r0"), ("n1", "c1r0"), ("n2", "c3r0"))
    layout = layout_of(district, centers=centers, regional=("e1", "n2"))
    told = services_of(layout, SCENARIO, RULES).centers
    assert list(told["host"]) == ["h1", "h1", "h2"]
    assert list(told["host_how"]) == ["proposed", "inherited", "proposed"]
    stated = with_columns(district, "centers", host="Hospital 2")
    told = services_of(
        layout_of(stated, centers=centers, regional=("e1", "n2")), SCENARIO, RULES
    ).centers
    assert list(told["host"]) == ["h2", "h2", "h2"]
    assert list(told["host_how"]) == ["stated", "inherited", "proposed"]


def test_a_municipal_hospital_is_proposed_to_run_it_jointly(district):
    provincial = with_columns(district, "hospitals", ownership=["provincial", "district"])
    city = hospital_row("city", ownership="municipal", unit="c3r1")
    layout = layout_of(with_hospitals(provincial, city))
    told = services_of(layout, SCENARIO, RULES).centers
    assert (told.loc["e1", "host"], told.loc["e1", "host_how"]) == ("city", "joint")
    assert (told.loc["e2", "host"], told.loc["e2", "host_how"]) == ("h2", "proposed")


def test_shared_centers_stand_at_the_lead_unless_another_runs_them(district):
    other = hospital_row("lab", shared_imaging="yes")
    shared = services_of(layout_of(with_hospitals(district, other)), SCENARIO, RULES).shared
    west = shared[shared["grid"] == "G1"].set_index("service")
    assert len(west) == 5
    assert west.loc["imaging", "hospital"] == "lab"
    assert west.loc["imaging", "how"] == "stated"
    assert west.loc["ecg", "hospital"] == "h1"
    assert west.loc["ecg", "how"] == "proposed"


def test_services_are_written_read_back_and_audited(tiny_folder, tmp_path):
    units = pd.read_csv(tiny_folder / "units.csv").assign(managed_patients=30, signed_residents=800)
    units.to_csv(tiny_folder / "units.csv", index=False)
    centers = pd.read_csv(tiny_folder / "centers.csv").assign(daily_visits=[120, 300], host="")
    centers.to_csv(tiny_folder / "centers.csv", index=False)
    scenario = gp.Scenario(
        centers=4,
        center_lower=5_000,
        center_upper=20_000,
        work_limit=0.2,
        profiles=("guangming-1n-2023", "national-trial-2023"),
    )
    made = gp.plan(tiny_folder, scenario)
    assert made.services.centers["beds_given"].sum() == 200 + 150
    assert set(made.services.centers["grade"]) <= {1, 2, 3}
    write_plan(made, tmp_path / "out", lang="zh")
    back = read_written(tmp_path / "out")
    for name, table in service_tables(made).items():
        pd.testing.assert_frame_equal(service_tables(back)[name], table)
    assert verify(tmp_path / "out", district=tiny_folder).sound
    for lang in ("zh", "en"):
        assert "host" in services_told(Telling(made, lang))
