"""Forgeries that all files agree on: the district folder tells every one, and by its kind."""

import json
import shutil

import forged
import pandas as pd
import pytest
from click.testing import CliRunner

from gridplan.audit.figures import recounted
from gridplan.audit.retraced import retraced
from gridplan.audit.verification import Verification, rests_on
from gridplan.audit.verify import verify
from gridplan.cli import main
from gridplan.district.folder.read import read_district
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.reading.written import read_written
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def folder(tiny_writer, tmp_path_factory):
    """Give the tiny district, with things to repair: streets it derives, an island it links."""
    folder = tiny_writer(tmp_path_factory.mktemp("forged") / "tiny")
    units = (folder / "units.csv").read_text(encoding="utf-8")
    island = "u90,492100,2520100,2500,200,东南社区,东街道\n"
    (folder / "units.csv").write_text(units + island, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def district(folder):
    return read_district(folder)


@pytest.fixture(scope="module")
def plan(district):
    scenario = Scenario(
        grids=2, center_lower=10_000, center_upper=22_000, grid_tolerance=0.2, work_limit=0.3
    )
    return make_plan(district, scenario, alternatives=2)


@pytest.fixture(scope="module")
def written(plan, tmp_path_factory):
    out = tmp_path_factory.mktemp("written") / "out"
    write_plan(plan, out, lang="zh")
    return out


def test_the_plan_itself_is_what_its_decisions_come_to(plan, district, folder):
    checks = retraced(plan, district, folder)
    assert [check.differences for check in checks] == [(), ()]
    assert plan.notes
    assert district.repairs
    assert len(plan.certificates) == 3


@pytest.mark.parametrize(
    "asked",
    [
        {"center_objective": "coverage", "center_max_minutes": 4.0},
        {"center_objective": "fewest", "center_max_minutes": 6.0, "center_coverage_target": 60.0},
        {
            **{"center_objective": "fewest", "center_max_minutes": 6.0},
            **{"center_coverage_target": 50.0, "center_max_metres": 400},
        },
        {"center_objective": "farthest"},
        {"center_max_metres": 250},
        {"center_objective": "equity", "center_max_minutes": 4.0, "regional_max": 0},
        {"center_objective": "equity", "center_max_minutes": 4.0, "center_equity_power": 1},
        {"grids": 0},
        {"grid_grain": "community", "grid_split_price": 900.0, "grid_compactness": 3.0},
    ],
    ids="-".join,
)
def test_other_demands_are_worked_out_anew_too(asked, district, folder):
    given = {"grids": 2, "center_lower": 5_000, "center_upper": 25_000, "grid_tolerance": 0.4}
    made = make_plan(district, Scenario(**{**given, **asked}, work_limit=0.2))
    assert [check.differences for check in retraced(made, district, folder)] == [(), ()]


@pytest.mark.parametrize("lead", ["h1", None])
def test_grids_that_a_person_drew_are_worked_out_anew_too(lead, district, folder, tmp_path):
    west = district.units["subdistrict"] == "西街道"
    drawn = Drawn(
        pd.Series(["甲" if here else "乙" for here in west], district.units.index, dtype=object),
        leads={"甲": lead} if lead else {},
    )
    if lead is None:  # both hospitals in one grid: the other has no lead
        drawn = Drawn(
            pd.Series("甲", district.units.index, dtype=object).where(
                ~district.units.index.isin(["u33", "u43"]), "乙"
            )
        )
    scenario = Scenario(center_lower=5_000, center_upper=25_000, work_limit=0.2)
    made = make_plan(district, scenario, drawn=drawn)
    assert [check.differences for check in retraced(made, district, folder)] == [(), ()]
    write_plan(made, tmp_path / "out", lang="zh")
    assert verify(tmp_path / "out", district=folder).differences == ()


@pytest.mark.parametrize("name", forged.FORGERIES)
def test_a_forgery_in_all_files_is_named_by_its_kind(name, plan, district, folder, tmp_path):
    forge, kind = forged.FORGERIES[name]
    found = Verification(tmp_path, tuple(retraced(forge(plan), district, folder)))
    assert kind in found.kinds
    for lang in ("zh", "en"):
        assert found.text(lang)


@pytest.mark.parametrize(
    "name", ["boundary", "outline", "elderly", "streets-of-grid", "communities-cut", "compactness"]
)
def test_the_shape_of_a_grid_is_measured_again_without_the_district(name, written):
    forge, _ = forged.FORGERIES[name]
    checks = {check.code: check for check in recounted(forge(read_written(written)))}
    assert [found.place for found in checks["sums"].differences if "grids[G1]" in found.place]
    honest = {check.code: check for check in recounted(read_written(written))}
    assert honest["sums"].differences == ()


def test_what_rests_on_trust_is_said(written, folder):
    found = verify(written, district=folder)
    assert found.differences == ()
    for lang, told in (("zh", "下界"), ("en", "lower bounds")):
        assert told in found.text(lang)
    assert "--district" not in found.text("en")
    assert [trust.code for trust in rests_on(read_written(written), None)][-1] == "inputs"


def test_a_forged_folder_is_named_whole(plan, folder, tmp_path):
    forge, _ = forged.FORGERIES["residents"]
    write_plan(forge(plan), tmp_path / "out", lang="zh")
    told = CliRunner().invoke(
        main, ["verify", str(tmp_path / "out"), "--district", str(folder), "--lang", "zh"]
    )
    assert told.exit_code == 1
    assert (
        "［居民数］plan.gpkg：units[u00].population 为 2600，按辖区文件夹推算应为 2500"
        in told.stdout
    )


@pytest.mark.parametrize("version", ["9.9", "", None])
def test_another_version_is_not_checked_and_never_agrees(written, tmp_path, version):
    copy = shutil.copytree(written, tmp_path / "out")
    values = json.loads((copy / "plan.json").read_text(encoding="utf-8"))
    values["provenance"]["version"] = version
    (copy / "plan.json").write_text(json.dumps(values), encoding="utf-8")
    for lang, said in (("zh", "未核验"), ("en", "Not checked")):
        told = CliRunner().invoke(main, ["verify", str(copy), "--lang", lang])
        assert told.exit_code == 5
        assert said in told.stdout
        assert "全部一致" not in told.stdout
        assert "agrees." not in told.stdout
