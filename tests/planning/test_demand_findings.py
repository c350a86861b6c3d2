"""Demands on the grids: told row by row, kept or not; refused with what helps; wrong names told."""

import dataclasses
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString

from gridplan.audit.verify import verify
from gridplan.district.folder.read import read_district
from gridplan.errors import InfeasibleError, InputError
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.files.plan_json import plain_value
from gridplan.planning.evaluating import evaluate
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.plan import plan
from gridplan.planning.scenario.file import parse_scenario
from gridplan.planning.scenario.scenario import Scenario

ROWS = """\
grids = 2
grid_tolerance = 0.2
center_lower = 300
center_upper = 1300
regional_max = 0
work_limit = 0.5
profiles = []

[[fix]]
units = ["c2r3", "c2r2"]
lead = "h2"

[[bar]]
street = "east"
lead = "Hospital 1"

[[together]]
units = ["c0r0", "c0r1"]

[[apart]]
communities = ["west-0", "east-0"]

[[must_contain]]
kinds = ["general"]

[[balance]]
column = "hospitals.beds"
tolerance = 0.3

[[grid_bounds]]
lead = "h1"
upper = 1100
"""
DEMANDS = ("fix", "bar", "together", "apart", "must-contain", "balance", "grid-bounds")


@pytest.fixture
def district(lattice):
    """Six columns, four rows of 100 residents, a lead in each lower corner."""
    return lattice(6, 4, leads=[(0, 0), (5, 0)])


@pytest.fixture
def scenario():
    return parse_scenario(ROWS.encode(), name="scenario.toml")


def halves(district):
    left = (district.units["subdistrict"] == "west").to_numpy()
    return pd.Series(np.where(left, "w", "e"), index=district.units.index, dtype=object)


def told(findings, name):
    rows = findings[findings["rule"] == f"demand-{name}-1"]
    return {row["subject"]: (row["value"], row["passed"]) for _, row in rows.iterrows()}


def test_a_plan_keeps_every_row_and_says_so(district, scenario):
    fixed = dataclasses.replace(scenario, apart=[{"units": ["c0r0", "c5r0"]}])
    made = plan(district, fixed)
    assert all(passed for name in DEMANDS for _, passed in told(made.findings, name).values())
    assert {f"demand-{name}-1" for name in DEMANDS} <= set(made.findings["rule"])
    led = made.layout.units["lead"]
    assert set(led[["c2r3", "c2r2"]]) == {"h2"}
    title = made.findings.set_index("rule").loc["demand-fix-1", ["title_zh", "title_en"]]
    assert list(title) == [
        "固定归属（第1条）：c2r3、c2r2 → h2牵头的网格",
        "Fixed to a grid (row 1): c2r3, c2r2 → the grid led by h2",
    ]


def test_what_a_drawing_breaks_is_told_with_its_figures(district, scenario):
    drawn = halves(district)
    drawn[["c0r1", "c3r0", "c3r1"]] = ["e", "w", "w"]
    made = plan(district, scenario, drawn=Drawn(drawn))
    code = district.code
    assert told(made.findings, "fix") == {code: (200.0, False)}
    assert told(made.findings, "bar") == {code: (200.0, False)}
    assert told(made.findings, "together") == {code: (100.0, False)}
    # west-0 loses one of its six units to the east, east-0 two of its six to the west.
    assert told(made.findings, "apart") == {code: (300.0, False)}
    assert set(told(made.findings, "must-contain").values()) == {(1.0, True)}
    assert {round(value) for value, _ in told(made.findings, "balance").values()} == {0}
    ((residents, passed),) = told(made.findings, "grid-bounds").values()
    assert (residents, passed) == (1300.0, False)
    quick = evaluate(district, scenario, Drawn(drawn)).findings
    for name in DEMANDS:
        assert told(quick, name) == told(made.findings, name)


def test_nothing_is_said_of_rows_there_are_not(district):
    made = plan(district, Scenario(grids=2, grid_tolerance=0.2, center_lower=300,
                                   center_upper=1300, regional_max=0, work_limit=0.1))  # fmt: skip
    assert not made.findings["rule"].str.startswith("demand-").any()
    assert "barriers-crossed" not in set(made.findings["rule"])


@pytest.mark.parametrize(
    ("changes", "code", "key"),
    [
        ({"fix": [{"subdistricts": ["east"], "lead": "h1"}, {"units": ["c5r3"], "lead": "h2"}]},
         "fixed-twice", "fix"),
        ({"bar": [{"units": ["c3r3"], "lead": "h1"}, {"units": ["c3r3"], "lead": "h2"}]},
         "no-grid-for-units", "bar"),
        ({"apart": [{"units": ["c0r0", "c1r0", "c5r0"]}]}, "apart-many", "apart"),
        ({"apart": [{"units": ["c1r0", "c2r0"]}], "together": [{"units": ["c2r0", "c1r0"]}]},
         "apart-and-together", "together"),
        ({"must_contain": [{"kinds": ["tcm"]}]}, "contain-too-rare", "must_contain"),
        ({"balance": [{"column": "hospitals.beds", "lower": 600}]}, "balance-total", "balance"),
        ({"grid_bounds": [{"lead": "h1", "lower": 2000}]}, "grid-bounds-total", "grid_bounds"),
        ({"together": [{"units": ["c0r0", "c5r0"]}]}, "demands-impossible", "together"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_proof_and_what_helps(district, changes, code, key):
    scenario = Scenario(grids=2, grid_tolerance=0.2, center_lower=300, center_upper=1300,
                        regional_max=0, work_limit=0.5, **changes)  # fmt: skip
    with pytest.raises(InfeasibleError) as refused:
        plan(district, scenario)
    cause = refused.value.problems[0]
    assert refused.value.proven
    assert cause.code == code
    remedy = {one.key: one for one in cause.remedies}[key]
    plan(district, scenario.changed(remedy))  # what is said to help does
    json.dumps(cause.as_dict("en"))
    assert cause.text("zh")


def test_all_that_rows_name_wrongly_is_told_at_once(district):
    scenario = Scenario(
        fix=[{"units": ["c9r9"], "lead": "h7"}],
        bar=[{"communities": ["west-9"], "lead": "h1"}],
        together=[{"subdistricts": ["weast"]}],
        apart=[{"area": [[0, 0], [1, 0], [1, 1]]}, {"area": [[0, 0], [1, 1], [1, 0], [0, 1]]}],
        balance=[{"column": "hospitals.bedds", "tolerance": 0.1},
                 {"column": "population_65", "tolerance": 0.1}],
        grid_bounds=[{"lead": "h1", "lower": 1}, {"lead": "h1", "upper": 9}],
    )  # fmt: skip
    with pytest.raises(InputError) as wrong:
        plan(district, scenario)
    whole = Drawn(pd.Series("a", index=district.units.index))
    for judge in (
        lambda: plan(district, scenario, drawn=whole),
        lambda: plan(district, dataclasses.replace(scenario, grids=0)),
        lambda: evaluate(district, scenario, whole),
    ):
        with pytest.raises(InputError) as same:
            judge()
        assert same.value.problems == wrong.value.problems
    assert sorted(problem.code for problem in wrong.value.problems) == [
        "demand-area-crossed",
        "demand-area-empty",
        "demand-bounds-twice",
        "demand-column-gaps",
        "demand-column-unknown",
        "demand-community-unknown",
        "demand-lead-unknown",
        "demand-subdistrict-unknown",
        "demand-unit-unknown",
    ]
    assert "did you mean 'hospitals.beds'" in str(wrong.value)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"lead": "h1"}, "at least one of units, communities, subdistricts, area"),
        ({"units": ["a"]}, "lacks lead"),
        ({"units": ["a"], "lead": "h1", "leed": 1}, "Did you mean lead"),
        ({"units": [1], "lead": "h1"}, r"\[\[fix\]\] 1 units"),
        ({"area": [[1, 2], [3, 4]], "lead": "h1"}, r"\[\[fix\]\] 1 area"),
        ("east", r"write it like \[{lead"),
    ],
)
def test_a_row_of_the_wrong_form_is_told_with_its_number(row, words):
    with pytest.raises(InputError, match=words):
        Scenario(fix=[row])


def test_rows_are_values_and_go_through_toml_and_json(scenario):
    again = Scenario(**json.loads(json.dumps(scenario.as_dict())))
    assert again == scenario
    assert hash(again) == hash(scenario)
    assert scenario.bar[0]["subdistricts"] == ("east",)
    with pytest.raises(InputError, match="lower the first"):
        Scenario(grid_bounds=[{"lead": "h1", "lower": 2, "upper": 1}])


RIVER = """{"type": "FeatureCollection", "crs": {"type": "name",
"properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}, "features": [{"type": "Feature",
"properties": {"类别": "河流", "名称": "茅洲河", "price": %s}, "geometry": {"type": "LineString",
"coordinates": [[490605, 2519900], [490595, 2520900]]}}]}"""
LAYER = """
[layers.barriers]
file = "barriers.geojson"
crs = "EPSG:4547"
label = "real"
source = "drawn for tests"

[[links]]
from = "u22"
to = "u32"
"""


def with_river(folder, price="null"):
    (folder / "barriers.geojson").write_text(RIVER % price, encoding="utf-8")
    with (folder / "district.toml").open("a", encoding="utf-8") as file:
        file.write(LAYER)
    return read_district(folder)


def test_a_river_parts_what_it_runs_between_and_a_bridge_joins_it(tiny_folder):
    district = with_river(tiny_folder)
    assert [pair[:2] for pair in district.crossings] == [("u20", "u30"), ("u21", "u31"),
                                                         ("u23", "u33")]  # fmt: skip
    assert district.contiguity[2, 3] == 0
    assert district.adjacency[2, 3] > 0
    assert {price for *_, price in district.crossings} == {None}


@pytest.mark.parametrize("price", ["null", "3.5"])
def test_what_is_written_of_demands_and_barriers_is_found_again(tiny_folder, tmp_path, price):
    district = with_river(tiny_folder, price)
    scenario = Scenario(
        grids=2, grid_tolerance=0.3, center_lower=10_000, center_upper=25_000, work_limit=0.5,
        grid_tolerance_price=0.0 if price == "null" else 5.0,
        lead_prices={"tertiary": 1000.0},
        fix=[{"units": ["u21"], "lead": "东区中医院"}],
        balance=[{"column": "hospitals.beds", "tolerance": 0.01, "price": 7.0},
                 {"column": "population_65", "tolerance": 0.5}],
    )  # fmt: skip
    made = plan(district, scenario)
    # The fixed unit hangs together with the east by the bridge alone, where the river is closed.
    assert set(made.layout.grids["pieces"]) == {1}
    assert told(made.findings, "balance")["G1"][1] is False
    row = made.findings.set_index("rule").loc["demand-balance-1"]
    assert set(row["level"]) == {"should"}
    assert made.certificates["grids"].unit == "person-metres-and-prices"
    write_plan(made, tmp_path / "out", lang="zh")
    found = verify(tmp_path / "out", district=tiny_folder)
    assert not found.differences, [str(one) for one in found.differences][:5]
    values = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert values["scenario"]["fix"] == [{"lead": "东区中医院", "units": ["u21"]}]


def test_a_bank_without_a_lead_is_told_with_its_residents(lattice):
    district = lattice(4, 3, leads=[(0, 0), (3, 0)])
    river = gpd.GeoDataFrame(
        {"kind": ["river"], "price": [np.nan]}, index=pd.Index(["b1"], name="barrier"),
        geometry=[LineString([(-10, 100), (410, 100)])], crs=district.crs,
    )  # fmt: skip
    cut = dataclasses.replace(district, barriers=river)
    scenario = Scenario(grids=2, grid_tolerance=0.5, center_lower=100, center_upper=900,
                        regional_max=0, work_limit=0.1)  # fmt: skip
    with pytest.raises(InfeasibleError, match="cut off 8 unit") as refused:
        plan(cut, scenario)
    assert refused.value.problems[0].values["residents"] == 800
    bridged = dataclasses.replace(cut, links=(("c0r0", "c0r1"), ("c3r0", "c3r1")))
    made = plan(bridged, scenario)
    assert set(made.layout.grids["pieces"]) == {1}
    whole = pd.Series("a", index=district.units.index)
    drawn = plan(cut, scenario, drawn=Drawn(whole))
    assert drawn.layout.grids["pieces"].tolist() == [2]
    crossed = drawn.findings.set_index("rule").loc["barriers-crossed", "value"]
    assert crossed == 400.0


def test_a_balance_that_cannot_be_may_have_a_price(lattice):
    people = np.full((2, 4), 10.0)
    people[1, 0] = 500
    lopsided = lattice(4, 2, people=people, leads=[(0, 0), (3, 0)])
    scenario = Scenario(grids=2, grid_tolerance=0.05, center_lower=0, center_upper=900,
                        regional_max=0, work_limit=0.5, profiles=())  # fmt: skip
    with pytest.raises(InfeasibleError) as refused:
        plan(lopsided, scenario)
    remedy = {one.key: one for one in refused.value.problems[0].remedies}["grid_tolerance_price"]
    assert "person-metres each" in remedy.text("en")
    made = plan(lopsided, scenario.changed(remedy))
    assert made.layout.grids["population"].max() == 500  # as even as it can be
    row = made.findings[made.findings["rule"] == "grid-within-tolerance"]
    assert set(row["state"]) == {"failed"}


def test_barriers_that_part_nobody_are_told(tiny_folder):
    moved = RIVER.replace("4906", "4926").replace("4905", "4925")
    (tiny_folder / "barriers.geojson").write_text(moved % "null", encoding="utf-8")
    with (tiny_folder / "district.toml").open("a", encoding="utf-8") as file:
        file.write(LAYER)
    district = read_district(tiny_folder)
    assert "barriers-part-nobody" in [problem.code for problem in district.repairs]


def test_a_refusal_reads_the_same_once_it_was_written(district):
    scenario = Scenario(grids=2, grid_tolerance=0.2, center_lower=300, center_upper=1300,
                        regional_max=0, work_limit=0.5,
                        together=[{"units": ["c0r0", "c5r0"]}])  # fmt: skip
    with pytest.raises(InfeasibleError) as refused:
        plan(district, scenario)
    cause = refused.value.problems[0]
    written = json.loads(json.dumps(plain_value(cause.values, "")))
    for lang in ("zh", "en"):
        again = dataclasses.replace(cause, values=written)
        assert again.text(lang) == cause.text(lang)
