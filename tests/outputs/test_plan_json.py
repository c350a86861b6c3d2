import dataclasses
import json

import pandas as pd
import pytest
from stand_in import make_plan

from gridplan.outputs.files.plan_json import plan_dict, plan_json, write
from gridplan.outputs.words.telling import Telling
from gridplan.planning.scenario.file import scenario_from
from gridplan.version import VERSION

GRID = {"grid", "lead", "population", "units", "area_km2", "contiguous", "mean_minutes_to_lead"}
CENTER = {
    *("center", "name", "status", "class", "regional_center"),
    *("grid", "subdistrict", "population", "lon", "lat"),
}
FINDING = {"rule", "subject", "value", "lower", "upper", "unit", "passed", "clause", "source"}
PROOF = {"status", "objective", "bound", "gap", "seconds", "seed", "method"}


@pytest.fixture(scope="module")
def values(plan):
    return json.loads(plan_json(plan), parse_constant=pytest.fail)  # no NaN, no Infinity


def test_every_promised_field_is_there(values):
    assert {"district", "scenario", "grids", "centers", "findings", "groups"} <= set(values)
    assert all(set(row) >= GRID for row in values["grids"])
    assert all(set(row) >= CENTER for row in values["centers"])
    assert all(set(row) >= FINDING for row in values["findings"])
    assert set(values["certificate"]) == {"grids", "centers", "regional"}
    assert all(set(proof) >= PROOF for proof in values["certificate"].values())
    assert values["provenance"]["version"] == VERSION
    for source in values["provenance"]["inputs"]:
        assert {"file", "sha256", "label", "source"} <= set(source)


def test_the_district_file_is_among_the_inputs(values):
    assert "district.toml" in [source["file"] for source in values["provenance"]["inputs"]]


def test_figures_are_those_of_the_plan(values, plan):
    assert len(values["grids"]) == 2
    assert sum(row["population"] for row in values["grids"]) == plan.district.population
    assert sum(row["population"] for row in values["centers"]) == plan.district.population
    assert [row["passed"] for row in values["findings"]] == [True, True, False, False, None]
    assert values["findings"][0]["clause"] == "条款"
    assert values["findings"][0]["clause_en"] == "Clause"
    assert values["groups"][1]["collaborators"] == ["h3"]
    assert values["grids"][0]["deviation"] == 0.012346
    assert values["scenario"]["profiles"] == list(plan.scenario.profiles)


def test_the_scenario_is_read_back_with_its_tables(plan):
    tables = {"enlarge": {"c1": 30_000}, "road_speeds": {"primary": 50, "service": 12.5}}
    scenario = dataclasses.replace(plan.scenario, **tables)
    given = type(plan)(**vars(plan) | {"scenario": scenario})
    written = json.loads(plan_json(given))["scenario"]
    assert {key: written[key] for key in tables} == tables
    assert scenario_from(written, source="plan.json") == scenario


def test_places_are_in_wgs84_with_six_decimals(values, plan):
    there = plan.layout.centers.to_crs("EPSG:4326").geometry
    for row in values["centers"]:
        assert row["lon"] == pytest.approx(there[row["center"]].x, abs=6e-7)
        assert row["lat"] == pytest.approx(there[row["center"]].y, abs=6e-7)
        assert round(row["lon"], 6) == row["lon"]
        assert 113 < row["lon"] < 115


def test_notes_and_repairs_are_told_in_both_languages(values):
    for told in (*values["notes"], *values["provenance"]["repairs"]):
        assert told["code"] == "out-not-a-folder"
        assert told["text"].startswith("输出位置")
        assert "is a file, not a folder" in told["text_en"]
    assert values["provenance"]["repairs"][0]["values"] == {"folder": "x", "rows": [1, 2], "n": 3}


def test_new_centers_have_names_in_both_languages(values):
    new = [row for row in values["centers"] if row["status"] == "new"]
    assert [row["name"] for row in new] == ["甲社区新增社康中心1", "甲社区新增社康中心2"]
    assert new[1]["name_en"] == "New center 2, 甲社区"


def test_whole_numbers_are_whole_and_gaps_are_null(values):
    assert isinstance(values["grids"][0]["population"], int)
    assert values["grids"][1]["p90_minutes_to_lead"] is None
    assert values["grids"][1]["beds"] is None
    assert values["grids"][0]["contiguous"] is True


def test_the_same_plan_gives_the_same_bytes_but_for_its_seconds(plan):
    again = make_plan()
    assert plan_json(plan) == plan_json(again)
    proofs = {key: dataclasses.replace(p, seconds=9.0) for key, p in plan.certificates.items()}
    again.certificates = proofs
    assert plan_json(plan) != plan_json(again)
    for text in (plan_dict(plan), plan_dict(again)):
        for proof in text["certificate"].values():
            del proof["seconds"]
    without = [plan_dict(p) for p in (plan, again)]
    for values in without:
        for proof in values["certificate"].values():
            del proof["seconds"]
    assert without[0] == without[1]


def test_noise_in_the_last_digits_does_not_show(plan):
    noisy = make_plan()
    units = noisy.layout.units
    noisy.layout.grids["mean_minutes_to_lead"] *= 1 + 1e-13
    noisy.layout.centers["mean_metres"] *= 1 - 1e-13
    assert isinstance(units, pd.DataFrame)
    assert plan_json(noisy) == plan_json(plan)


def test_a_plan_of_centers_alone_is_written_too(bare_plan):
    values = plan_dict(bare_plan)
    assert values["grids"] == []
    assert set(values["certificate"]) == {"centers"}
    assert values["centers"][0]["grid"] is None


def test_the_file_is_utf8_with_unix_line_ends(plan, tmp_path):
    write(Telling(plan, "zh"), tmp_path / "plan.json")
    data = (tmp_path / "plan.json").read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"}\n")
    assert "甲街道" in data.decode("utf-8")
