"""Campuses, recognitions, agreements, and bodies that serve several groups."""

import dataclasses

import pandas as pd
import pytest
from drawn import hospital_row, layout_of, with_columns, with_hospitals

from gridplan.district.agreements import Agreements, NamedGroup
from gridplan.district.folder.read import read_district
from gridplan.errors import InputError
from gridplan.planning.grids.grids import eligible_leads
from gridplan.planning.layout.groups import form_groups, hospital_roles
from gridplan.planning.measures import MEASURES
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

SCENARIO = Scenario()
LEADS = pd.Series({"G1": "h1", "G2": "h2"}, name="lead").rename_axis("grid")
OF = ("lead_agreement", "recognised_as", "recognised_number", "recognised_on")


@pytest.fixture
def base(lattice):
    return lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0)), centers=((0, 0), (3, 0)))


def grid_of(district):
    east = district.units.index.str[1].astype(int) >= 2
    return pd.Series(["G2" if e else "G1" for e in east], index=district.units.index)


def grouped(district, agreements=None, leads=LEADS):
    agreed = agreements or Agreements()
    roles = hospital_roles(district.hospitals, grid_of(district), leads, agreed)
    return roles, form_groups(leads, roles, district.centers.assign(grid=None), agreed)


def test_a_campus_belongs_to_the_group_of_its_hospital(base):
    district = with_hospitals(base, hospital_row("c", unit="c3r1", campus_of="h1"))
    roles, (west, east) = grouped(district)
    assert (roles.loc["c", "role"], roles.loc["c", "grid"]) == ("campus", "G2")
    assert (west.campuses, east.campuses) == (("c",), ())
    assert "c" not in (*west.members, *east.members)


def test_a_campus_may_lead_and_its_hospital_follows(base):
    district = with_hospitals(base, hospital_row("c", unit="c3r1", campus_of="h1"))
    leads = pd.Series({"G1": "h2", "G2": "c"}, name="lead").rename_axis("grid")
    roles, (west, east) = grouped(district, leads=leads)
    assert roles.loc["h1", "role"] == "campus"
    assert (west.campuses, east.campuses) == ((), ("h1",))


def test_a_campus_of_a_member_follows_it(base):
    rows = [hospital_row("m", unit="c0r1"), hospital_row("c", unit="c3r1", campus_of="m")]
    district = with_hospitals(base, *rows)
    agreed = Agreements(groups=(NamedGroup("东", "East", "h2", ("m",)),))
    _, (west, east) = grouped(district, agreed)
    assert (east.members, east.campuses, west.campuses) == (("m",), ("c",), ())


def test_a_hospital_and_its_campus_lead_one_grid(base):
    district = with_hospitals(base, hospital_row("c", unit="c1r1", campus_of="h1", eligible=True))
    assert list(eligible_leads(district, SCENARIO).index) == ["h1", "h2"]
    named = dataclasses.replace(SCENARIO, grid_leads=("c",))
    assert sorted(eligible_leads(district, named).index) == ["c", "h2"]


def owned(base, **values):
    more = {name: [None, values.get(name)] for name in OF}
    return with_columns(base, "hospitals", ownership=["district", "university"], **more)


def test_an_agreement_answers_the_clause_that_speaks_in_principle_and_no_other(base):
    leads, inside = MEASURES["tertiary_public_leads"], MEASURES["tertiary_public_hospitals"]
    whole = MEASURES["share_in_complete_grids"]
    for agreed, answer in (("yes", 1.0), ("no", 0.0), (None, 0.0)):
        layout = layout_of(owned(base, lead_agreement=agreed))
        assert leads(layout, SCENARIO) == {"G1": 1.0, "G2": answer}
        assert inside(layout, SCENARIO) == {"G1": 1.0, "G2": 0.0}
        assert whole(layout, SCENARIO) == {"000000": 50.0}
    told = leads.tells(layout_of(owned(base, lead_agreement="yes")), "G2")
    assert [problem.code for problem in told] == ["led-by-agreement"]


def test_a_dated_document_makes_a_hospital_municipal(base):
    said = {"recognised_as": "municipal", "recognised_number": "深卫〔2024〕1号",
            "recognised_on": "2024-05-01"}  # fmt: skip
    layout = layout_of(owned(base, **said))
    for name in ("tertiary_public_leads", "tertiary_public_hospitals"):
        assert MEASURES[name](layout, SCENARIO) == {"G1": 1.0, "G2": 1.0}
    assert MEASURES["share_in_complete_grids"](layout, SCENARIO) == {"000000": 100.0}
    (told,) = MEASURES["tertiary_public_hospitals"].tells(layout, "G2")
    assert "深卫〔2024〕1号" in told.text("zh")
    assert "2024-05-01" in told.text("en")


def test_a_provincial_hospital_collaborates_with_several_groups(base):
    row = hospital_row("p", unit="c0r1", ownership="provincial")
    district = with_hospitals(base, row)
    agreed = Agreements(
        groups=(
            NamedGroup("西", "West", "h1", collaborators=("p",)),
            NamedGroup("东", "East", "h2", collaborators=("p",)),
        )
    )
    _, (west, east) = grouped(district, agreed)
    assert (west.collaborators, east.collaborators) == (("p",), ("p",))
    assert "p" not in (*west.members, *east.members)


def test_bodies_serve_the_grids_they_are_said_to_and_who_is_left_is_counted(base):
    kinds = ("maternal", "public-health", "rehabilitation", "nursing")
    rows = [hospital_row(kind, unit="c0r1", kind=kind) for kind in kinds]
    district = with_hospitals(base, *rows)
    measure = MEASURES["residents_without_body"]
    assert measure(layout_of(district), SCENARIO) == {"000000": 4000.0}  # all stand in the west
    served = with_columns(district, "hospitals", serves=[None, None, "h2", "all", "h2; h1", None])
    assert measure(layout_of(served), SCENARIO) == {"000000": 4000.0}
    (told,) = measure.tells(layout_of(served), "000000")
    assert told.values == {"maternal": "0", "public_health": "0", "rehabilitation": "0",
                           "nursing": "4,000"}  # fmt: skip
    whole = with_columns(served, "hospitals", cross_grid=[None] * 5 + ["yes"])
    assert measure(layout_of(whole), SCENARIO) == {"000000": 0.0}
    roles, _ = grouped(whole)
    assert list(roles["serves_grids"][2:]) == ["G1, G2", "G1, G2", "G1, G2", "G1, G2"]
    assert roles["serves_grids"][:2].isna().all()


def rewritten(folder, header, *cells):
    lines = (folder / "hospitals.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{line},{cell}" for line, cell in zip(lines, (header, *cells), strict=True)]
    (folder / "hospitals.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("header", "one", "two", "words"),
    [
        ("所属医院", "", "西区人民医医院", "did you mean"),
        ("campus_of", "h1", "", "a campus of itself"),
        ("campus_of", "h2", "h1", "a campus itself"),
        ("serves", "", "h1；h9", "there is no hospital 'h9'"),
        ("recognised_as", "", "市级", "lacks the document's number"),
        ("recognised_as,recognised_number,recognised_on", ",,", "市级,深卫1号,去年", "or date"),
    ],
)
def test_what_hospitals_say_wrongly_of_each_other_is_told(tiny_folder, header, one, two, words):
    rewritten(tiny_folder, header, one, two)
    with pytest.raises(InputError, match=words):
        read_district(tiny_folder)


def test_a_plan_of_a_read_district_tells_the_campus(tiny_folder):
    with (tiny_folder / "hospitals.csv").open("a", encoding="utf-8") as file:
        file.write("h3,西区人民医院东院,未定级,综合,区级,50,否,490950,2520700\n")
    rewritten(tiny_folder, "所属医院", "", "", "西区人民医院")
    district = read_district(tiny_folder)
    assert district.hospitals.loc["h3", "campus_of"] == "h1"
    made = plan(district, Scenario(grids=2, center_lower=10_000, center_upper=20_000,
                                   work_limit=0.5, profiles=()))  # fmt: skip
    west = next(group for group in made.layout.groups if group.lead == "h1")
    assert west.campuses == ("h3",)
