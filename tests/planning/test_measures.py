"""Every computed rule of every profile just under, at and just over its bounds, drawn by hand.

:data:`CASES` draws, for each measure, a layout whose figure is the one asked for. The test walks
over all rules of all profiles, so that a rule without a drawing fails.
"""

import dataclasses
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from drawn import SCENARIO, hospital_row, layout_of, with_columns, with_hospitals, with_people

from gridplan.district.agreements import Agreements, Alliance, NamedGroup
from gridplan.planning.checks.checks import check
from gridplan.planning.layout.layout import Group
from gridplan.planning.measures import MEASURES
from gridplan.policy.profile import profile_names, read_profile

WHOLE = 8_000.0
RULES = [rule for name in profile_names() for rule in read_profile(name) if rule.measure]
BOUNDED = [
    (rule, side, bound)
    for rule in RULES
    for side, bound in (("lower", rule.lower), ("upper", rule.upper))
    if bound is not None
]


@cache
def base(lattice):
    """The district all drawings start from; frozen, so one serves all."""
    return lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0)), centers=((0, 0), (3, 0)))


def people_apart(district, percent, unit="c1r0"):
    """Residents such that one unit holds so many percent of them, one other the rest."""
    people = pd.Series(0.0, index=district.units.index)
    people[unit] = percent * WHOLE / 100
    people["c0r0" if unit != "c0r0" else "c3r0"] = WHOLE - people[unit]
    return with_people(district, people)


def in_one_grid(lattice, value):
    layout = layout_of(people_apart(base(lattice), 100 - value))
    layout.units.loc["c1r0", "grid"] = None
    return layout


def in_complete_grids(lattice, value):
    district = people_apart(base(lattice), 100 - value, unit="c3r0")
    return layout_of(with_columns(district, "hospitals", ownership=["district", "university"]))


def groups_repeated(lattice, value):
    layout = layout_of(base(lattice))
    both = tuple(group for group in layout.groups for _ in range(int(value)))
    return dataclasses.replace(layout, groups=both)


def grids_there(lattice, value):
    layout = layout_of(base(lattice))
    rows = layout.grids.iloc[[0] * int(value)].set_index(
        pd.Index([f"G{i + 1}" for i in range(int(value))], name="grid")
    )
    groups = tuple(Group(grid, "h1", (), (), ()) for grid in rows.index)
    return dataclasses.replace(layout, grids=rows, groups=groups)


def tertiary(lattice, value):
    """So many district tertiary grade-A leads in each grid."""
    district = base(lattice)
    if value == 0:
        return layout_of(with_columns(district, "hospitals", level="secondary-a"))
    more = [
        hospital_row(f"t{unit}{i}", level="tertiary-a", unit=unit)
        for unit in ("c0r0", "c3r0")
        for i in range(int(value) - 1)
    ]
    layout = layout_of(with_hospitals(district, *more) if more else district)
    layout.hospitals["role"] = "lead"
    return layout


def secondary_members(lattice, value):
    more = [
        hospital_row(f"m{unit}{i}", unit=unit)
        for unit in ("c0r0", "c3r0")
        for i in range(int(value))
    ]
    district = with_hospitals(base(lattice), *more) if more else base(lattice)
    return layout_of(with_columns(district, "hospitals", continuing_care="no"))


def without_agreement(lattice, value):
    district = with_columns(
        base(lattice), "hospitals", ownership="university", lead_agreement="no" if value else "yes"
    )
    return layout_of(district)


def provincial_outside(lattice, value):
    if not value:
        return layout_of(base(lattice))
    layout = layout_of(with_hospitals(base(lattice), hospital_row("p", ownership="provincial")))
    alone = tuple(dataclasses.replace(group, collaborators=()) for group in layout.groups)
    return dataclasses.replace(layout, groups=alone)


def handed_down(part, total):
    def draw(lattice, value):
        columns = {total: 1e6, part: value * 1e4}
        return layout_of(with_columns(base(lattice), "hospitals", **columns))

    return draw


def shared(name):
    def draw(lattice, value):
        more = [
            hospital_row(f"s{unit}{i}", unit=unit)
            for unit in ("c0r0", "c3r0")
            for i in range(max(int(value) - 1, 0))
        ]
        district = with_hospitals(base(lattice), *more) if more else base(lattice)
        return layout_of(with_columns(district, "hospitals", **{name: "yes" if value else "no"}))

    return draw


def served(lattice, value):
    """So many residents in each grid, and for each of the two centers."""
    people = [value / 4] * 8
    return layout_of(with_people(base(lattice), people))


def center_count(lattice, value):
    return layout_of(base(lattice), centers=[(f"n{i}", "c0r0") for i in range(int(value))])


def regional_count(lattice, value):
    some = [(f"n{unit}{i}", unit) for unit in ("c0r0", "c3r0") for i in range(int(value))]
    keep = [("x", "c1r1"), ("y", "c2r1")]
    layout = layout_of(base(lattice), centers=[*some, *keep], regional=[key for key, _ in some])
    if not value:
        layout.centers["regional_center"] = "elsewhere"
    return layout


def under_one_regional(lattice, value):
    """One center in a hundred or so under a regional center of the other grid."""
    layout = layout_of(
        base(lattice), centers=[(f"n{i}", "c0r0") for i in range(1000)], regional=["n0"]
    )
    astray = round((100 - value) * 10)
    layout.centers.iloc[1 : 1 + astray, layout.centers.columns.get_loc("regional_center")] = None
    return layout


def hosted(lattice, value):
    """1,000 existing centers a grid; the host of some is no hospital of the district."""
    district = base(lattice)
    astray = round((100 - value) * 10)
    rows = []
    for unit, own, other in (("c0r0", "h1", "a city's"), ("c3r0", "h2", "a city's")):
        point = district.units.geometry[unit].centroid
        for i in range(1000):
            host = other if i < astray else own
            rows.append({"center": f"{unit}-{i}", "unit": unit, "host": host, "geometry": point})
    table = gpd.GeoDataFrame(rows, geometry="geometry", crs=district.crs).set_index("center")
    district = dataclasses.replace(district, centers=table.assign(**{"class": None}))
    return layout_of(district, centers=list(table["unit"].items()), regional=())


def of_centers(**columns):
    """Columns of the existing centers from the value asked for."""

    def draw(lattice, value):
        filled = {name: make(value) for name, make in columns.items()}
        return layout_of(with_columns(base(lattice), "centers", **filled))

    return draw


def per_10000(column):
    # 8,000 residents, two centers.
    return of_centers(**{column: lambda value: value * 0.8 / 2})


def near(column):
    def draw(lattice, value):
        layout = layout_of(with_people(base(lattice), [1000.0] * 8))
        layout.units[column] = 10.0
        people = layout.district.units["population"]
        far = people.copy()
        # In each street and grid the same share is far: two units of each, unevenly peopled.
        for a, b in (("c0r0", "c1r0"), ("c3r0", "c2r0")):
            far[a], far[b] = 20 * (100 - value), 20 * value
            layout.units.loc[a, column] = 5000.0
        far[[key for key in far.index if key.endswith("r1")]] = 0.0
        return dataclasses.replace(layout, district=with_people(layout.district, far))

    return draw


def of_streets(part, total):
    def draw(lattice, value):
        columns = {total: 1e6, part: value * 1e4}
        return layout_of(with_columns(base(lattice), "subdistricts", **columns))

    return draw


def named_lead(lattice, value):
    """The hospital the clause names leads the west; its level is what it takes, or is not."""
    levels = ["tertiary-a" if value else "tertiary-b", "tertiary-a"]
    names = ["某市光明区人民医院", "Hospital 2"]
    return layout_of(with_columns(base(lattice), "hospitals", name=names, level=levels))


def beds(lattice, value):
    # 8,000 residents, 4,000 a grid, two hospitals.
    return layout_of(with_columns(base(lattice), "hospitals", beds=value * 4.0))


def share_of_rows(layer, count, column, yes, no):
    """1,000 hospitals or centers of which a share has the one value, the others the other."""

    def draw(lattice, value):
        district = base(lattice)
        good = round(value * count / 100)
        if layer == "hospitals":
            rows = [hospital_row(f"x{i}", unit="c0r0") for i in range(count - 2)]
            district = with_hospitals(district, *rows)
            values = [yes] * good + [no] * (count - good)
            layout = layout_of(with_columns(district, "hospitals", **{column: values}))
            layout.hospitals["role"] = "lead"
            return layout
        point = district.units.geometry["c0r0"].centroid
        table = gpd.GeoDataFrame(
            {
                "unit": "c0r0",
                "class": None,
                column: [yes] * good + [no] * (count - good),
                "public_health_doctors": 1.0,
            },
            index=pd.Index([f"x{i}" for i in range(count)], name="center"),
            geometry=[point] * count,
            crs=district.crs,
        )
        district = dataclasses.replace(district, centers=table)
        ids = list(table["unit"].items())
        return layout_of(district, centers=ids, regional=[key for key, _ in ids])

    return draw


def public_taking_part(lattice, value):
    rows = [hospital_row(f"x{i}") for i in range(998)]
    layout = layout_of(with_hospitals(base(lattice), *rows))
    out = round((100 - value) * 10)
    groups = tuple(
        dataclasses.replace(group, members=group.members[out:]) for group in layout.groups
    )
    return dataclasses.replace(layout, groups=groups)


def named(lattice, value):
    """1,000 named members in each of two groups, of which the plan keeps a share."""
    kept = round(value * 10)
    groups = tuple(
        NamedGroup("甲", "A", lead, tuple(f"{lead}-{i}" for i in range(1000)))
        for lead in ("h1", "h2")
    )
    district = dataclasses.replace(base(lattice), agreements=Agreements(groups=groups))
    layout = layout_of(district)
    planned = tuple(
        dataclasses.replace(group, branches=tuple(f"{group.lead}-{i}" for i in range(kept)))
        for group in layout.groups
    )
    return dataclasses.replace(layout, groups=planned)


def agreed(lattice):
    group = NamedGroup("甲", "A", "h1")
    return dataclasses.replace(base(lattice), agreements=Agreements(groups=(group,)))


def supported(lattice, value):
    layout = layout_of(agreed(lattice))
    keys = tuple(f"s{i}" for i in range(int(value)))
    groups = tuple(dataclasses.replace(group, supported=keys) for group in layout.groups)
    return dataclasses.replace(layout, groups=groups)


def alliances(lattice, value):
    layout = layout_of(agreed(lattice))
    some = tuple(Alliance("乙", "B", "h1") for _ in range(int(value)))
    first, second = layout.groups
    groups = (dataclasses.replace(first, alliances=some), second)
    return dataclasses.replace(layout, groups=groups)


def branches(lattice, value):
    """1,000 centers in west, of which so many are branches."""
    centers = [(f"n{i}", "c0r0") for i in range(1000)]
    layout = layout_of(agreed(lattice), centers=centers)
    own = tuple(f"n{i}" for i in range(round(value * 10)))
    first, *others = layout.groups
    return dataclasses.replace(layout, groups=(dataclasses.replace(first, branches=own), *others))


def stations(lattice, value):
    """1,000 stations in west; the residents of the others' unit go to a center of east."""
    district = base(lattice)
    own = round(value * 10)
    point = district.units.geometry["c0r0"].centroid
    table = gpd.GeoDataFrame(
        {"name": "s", "name_en": "s", "unit": ["c0r0"] * own + ["c1r0"] * (1000 - own)},
        index=pd.Index([f"s{i}" for i in range(1000)], name="station"),
        geometry=[point] * 1000,
        crs=district.crs,
    )
    layout = layout_of(dataclasses.replace(district, stations=table))
    layout.units.loc["c1r0", "center"] = "e2"
    return layout


# How to draw a figure, and the smallest step that can be drawn.
CASES = {
    "share_in_one_grid": (in_one_grid, 0.1),
    "share_in_complete_grids": (in_complete_grids, 0.1),
    "groups_of_grid": (groups_repeated, 1),
    "groups": (grids_there, 1),
    "grids_of_city": (grids_there, 1),
    "leads": (tertiary, 1),
    "tertiary_public_leads": (tertiary, 1),
    "named_tertiary_a_lead": (named_lead, 1),
    "tertiary_public_hospitals": (tertiary, 1),
    "continuing_members": (secondary_members, 1),
    "leads_without_agreement": (without_agreement, 1),
    "provincial_outside_groups": (provincial_outside, 1),
    "public_in_groups": (public_taking_part, 0.1),
    "outpatient_share_down": (handed_down("outpatient_slots_down", "outpatient_slots"), 1e-4),
    "beds_share_down": (handed_down("beds_down", "beds"), 1e-4),
    "expert_share_down": (handed_down("expert_slots_down", "expert_slots"), 1e-4),
    "examinations_share_down": (handed_down("examinations_down", "examinations"), 1e-4),
    "staff_sent_share": (handed_down("staff_sent", "staff"), 1e-4),
    **{
        f"shared_{name}": (shared(f"shared_{name}"), 1)
        for name in ("laboratory", "imaging", "ecg", "pathology", "sterile")
    },
    "residents_of_center": (served, 1),
    "residents_per_center": (served, 1),
    "residents_managed": (served, 1),
    "residents_per_regional_center": (served, 1),
    "residents_of_regional_street": (served, 1),
    "centers": (center_count, 1),
    "regional_centers": (regional_count, 1),
    "centers_under_one_regional": (under_one_regional, 0.1),
    "centers_hosted_by_district": (hosted, 0.1),
    "daily_visits": (of_centers(daily_visits=float), 1),
    "floor_area": (of_centers(floor_area=float), 0.1),
    "gps_of_center": (of_centers(gps=float), 1),
    "nurses_of_center": (of_centers(nurses=float), 1),
    "observation_beds": (of_centers(observation_beds=float), 1),
    "inpatient_beds": (of_centers(inpatient_beds=float), 1),
    "diseases_of_center": (of_centers(diseases=float), 1),
    "gps_per_10000": (per_10000("gps"), 0.01),
    "public_health_doctors_per_10000": (per_10000("public_health_doctors"), 0.01),
    "nurses_per_gp": (of_centers(gps=lambda _: 100.0, nurses=lambda v: 100.0 * v), 0.01),
    "beds_per_1000": (beds, 0.01),
    "share_within_walk": (near("minutes_to_center"), 0.1),
    "share_near_center": (near("metres_to_nearest_center"), 0.1),
    "regional_centers_staffed": (share_of_rows("centers", 1000, "gps", 1.0, 0.0), 0.1),
    "centers_with_feature": (share_of_rows("centers", 1000, "feature_departments", 1.0, 0.0), 0.1),
    "heads_at_standard": (
        share_of_rows("hospitals", 1000, "recommended_standard", "yes", "no"),
        0.1,
    ),
    "visits_inside_share": (of_streets("visits_inside", "visits"), 1e-4),
    "visits_primary_share": (of_streets("visits_primary", "visits_inside"), 1e-4),
    "admissions_inside_share": (of_streets("admissions_inside", "admissions"), 1e-4),
    "key_signing_share": (of_streets("key_residents_signed", "key_residents"), 1e-4),
    "named_members_kept": (named, 0.1),
    "centers_that_are_branches": (branches, 0.1),
    "supported_institutions": (supported, 1),
    "close_alliances": (alliances, 1),
    "stations_in_own_town": (stations, 0.1),
}
# A figure that says nothing where it is not met: fewer grids in one district than a city needs.
SILENT_BELOW = {"grids_of_city"}
CAPPED = {"percent": 100.0}
YES_OR_NO = {"named_tertiary_a_lead"}


@pytest.mark.parametrize(
    ("rule", "side", "bound"), BOUNDED, ids=[f"{rule.key}-{side}" for rule, side, _ in BOUNDED]
)
@pytest.mark.parametrize("where", [-1, 0, 1], ids=["under", "at", "over"])
def test_a_rule_passes_and_fails_at_its_bound(lattice, rule, side, bound, where):
    draw, step = CASES[rule.measure]
    value = round(bound + where * step, 6)
    top = 1.0 if rule.measure in YES_OR_NO else CAPPED.get(rule.unit)
    if value < 0 or (top is not None and value > top):
        return  # no such figure: nothing can lie there
    findings = check(draw(lattice, value), [rule], SCENARIO)
    assert len(findings), "the drawing gives no finding"
    wanted = where >= 0 if side == "lower" else where <= 0
    other = rule.upper if side == "lower" else rule.lower
    if other is not None and rule.lower == rule.upper:
        wanted = where == 0
    if rule.measure in SILENT_BELOW and where < 0:
        assert set(findings["within"]) == {None}
        return
    if rule.subject in ("district", "city"):
        assert list(findings["subject"]) == ["000000"]
    found = set(findings["value"].astype(float).round(5))
    assert found == {round(value, 5)}
    # Whatever its state: a target that has expired, or a borderline figure, lies somewhere too.
    assert set(findings["within"]) == {wanted}
    assert set(findings["answered"]) == {"computed"}


def test_every_bounded_measure_is_drawn():
    assert {rule.measure for rule, _, _ in BOUNDED} <= set(CASES)


ASKED = {rule.measure for rule in RULES}
NEEDY = sorted(name for name, measure in MEASURES.items() if measure.needs and name in ASKED)


@pytest.mark.parametrize("name", NEEDY)
def test_a_rule_without_its_column_names_the_column(lattice, name):
    measure = MEASURES[name]
    district = base(lattice)
    if "hospitals.beds" in measure.needs:
        district = with_columns(district, "hospitals", beds=np.nan)
    if name == "leads_without_agreement":
        district = with_columns(district, "hospitals", ownership="university")
    if name == "bodies_serving_grid":
        district = with_hospitals(district, hospital_row("m", kind="maternal"))
    if name == "continuing_members":
        tertiary_row = hospital_row("m", level="tertiary-b", unit="c3r0")
        district = with_hospitals(district, tertiary_row)
        district = with_hospitals(district, hospital_row("n", level="ungraded"))
    rules = [rule for rule in RULES if rule.measure == name]
    assert rules
    layout = layout_of(district)
    if "subdistricts" in measure.needs:  # without streets no 1+N is planned
        nameless = with_columns(district, "units", subdistrict=None)
        none = nameless.subdistricts.iloc[:0]
        layout = layout_of(dataclasses.replace(nameless, subdistricts=none), regional=())
    findings = check(layout, rules[:1], SCENARIO)
    open_rows = findings[findings["value"].isna()]
    assert len(open_rows)
    assert set(open_rows["answered"]) == {"needs-column"}
    named_columns = set(", ".join(open_rows["needs"]).split(", "))
    assert named_columns <= set(measure.needs)
    assert named_columns


def test_figures_told_without_a_bound(lattice):
    district = with_people(base(lattice), [3000, 1000, 1000, 1000, 0, 0, 0, 0])
    district = with_columns(district, "hospitals", beds=[400.0, 200.0])
    layout = layout_of(district)

    def measured(name, parameters=()):
        return dict(MEASURES[name](layout, SCENARIO, parameters))

    # G1 has 4,000 of 6,000 residents, the mean is 3,000.
    assert measured("population_deviation") == pytest.approx({"G1": 100 / 3, "G2": 100 / 3})
    # 100 beds per 1,000 in each grid and in the district.
    assert measured("beds_deviation") == pytest.approx({"G1": 0.0, "G2": 0.0})
    assert measured("tcm_hospitals_of_group") == {"G1": 0.0, "G2": 0.0}
    assert measured("centers_managed_in_street") == {"000000": 100.0}
    assert measured("share_within_drive", (20.0,))["000000"] == 100.0
    assert measured("share_within_drive", (19.9,))["000000"] == 0.0


def test_bodies_serve_across_grids_as_far_as_said(lattice):
    rows = [
        hospital_row("m", kind="maternal", unit="c0r0"),
        hospital_row("r", kind="rehabilitation", unit="c3r0"),
    ]
    district = with_columns(with_hospitals(base(lattice), *rows), "hospitals", cross_grid="no")
    measure = MEASURES["bodies_serving_grid"]
    assert measure(layout_of(district), SCENARIO) == {"G1": 1.0, "G2": 1.0}
    district = with_columns(district, "hospitals", cross_grid=["no", "no", "yes", "no"])
    assert measure(layout_of(district), SCENARIO) == {"G1": 1.0, "G2": 2.0}
    district = with_columns(district, "hospitals", cross_grid=[None, None, "yes", None])
    assert measure(layout_of(district), SCENARIO) == {"G1": None, "G2": 2.0}


@pytest.mark.parametrize(
    ("visits", "grade"), [(800, 1), (234, 1), (233, 2), (69, 2), (68, 3), (20, 3)]
)
def test_a_center_is_graded_by_its_visits(lattice, visits, grade):
    rule = next(rule for rule in RULES if rule.id == "center-grade")
    findings = check(of_centers(daily_visits=float)(lattice, visits), [rule], SCENARIO)
    assert set(findings["value"]) == {grade}


def test_service_targets_are_shared_by_weight(lattice):
    # e1 serves 3/4 of the residents, 1/2 of the older, 1/4 of the managed patients.
    district = with_people(base(lattice), [1500, 1500, 500, 500, 0, 0, 0, 0])
    district = with_columns(
        district,
        "units",
        population_65=[0, 50, 50, 0, 0, 0, 0, 0],
        managed_patients=[10, 0, 30, 0, 0, 0, 0, 0],
    )
    layout = layout_of(district)
    measure = MEASURES["service_share"]
    even = measure(layout, SCENARIO, (1.0, 1.0, 1.0))
    assert even == pytest.approx({"e1": 50.0, "e2": 50.0})
    weighted = measure(layout, SCENARIO, (0.4, 0.3, 0.3))
    assert weighted == pytest.approx({"e1": 30 + 15 + 7.5, "e2": 10 + 15 + 22.5})
    assert sum(weighted.values()) == pytest.approx(100.0)


def test_hosts_may_be_named_and_municipal_ones_are_counted(lattice):
    district = with_columns(base(lattice), "centers", host=["Hospital 1", "Hospital 1"])
    district = with_columns(district, "hospitals", ownership=["district", "municipal"])
    layout = layout_of(district)
    assert MEASURES["centers_hosted_by_district"](layout, SCENARIO) == {"G1": 100.0, "G2": 100.0}
    assert MEASURES["centers_run_by_municipal"](layout, SCENARIO) == {"000000": 0.0}
    layout = layout_of(with_columns(district, "centers", host=["h2", "h2"]))
    assert MEASURES["centers_hosted_by_district"](layout, SCENARIO) == {"G1": 0.0, "G2": 0.0}
    assert MEASURES["centers_run_by_municipal"](layout, SCENARIO) == {"000000": 2.0}


def test_a_regional_center_answers_for_its_own_residents_and_those_it_manages(lattice):
    layout = layout_of(base(lattice), regional=("e1",))
    layout.centers["regional_center"] = "e1"
    assert MEASURES["residents_managed"](layout, SCENARIO) == {"e1": WHOLE}


def test_agreed_members_lie_in_their_groups_grid_or_not(lattice):
    layout = layout_of(agreed(lattice))
    first, second = layout.groups
    groups = (dataclasses.replace(first, branches=("h1", "h2", "e1", "e2", "gone")), second)
    layout = dataclasses.replace(layout, groups=groups)
    measure = MEASURES["branches_in_grid"]
    assert measure(layout, SCENARIO) == {"G1": pytest.approx(40.0), "G2": None}


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_a_layout_without_grids_can_be_measured(lattice, name):
    measure = MEASURES[name]
    layout = layout_of(base(lattice), grids=0)
    values = measure(layout, SCENARIO, tuple(1.0 for _ in measure.parameters))
    assert all(value is None or value >= 0 for value in values.values())
