"""A folder of phases: written, read back, audited; and what is altered in it."""

import json
import shutil
import zipfile

import openpyxl
import pytest
from click.testing import CliRunner

from gridplan.cli import main
from gridplan.district.folder.read import read_district
from gridplan.outputs.phases.page import phase_lines
from gridplan.planning.phases.phasing import plan_phases
from gridplan.planning.scenario.file import read_scenario

SCENARIO = """\
name_zh = "分期"
name_en = "In phases"
grids = 2
grid_tolerance = 0.2
center_lower = 1000
center_upper = 40000
regional_min = 0
work_limit = 0.5
profiles = ["living-circle"]

[[phases]]
year = 2027
centers = 3

[[phases]]
year = 2030
centers = 5
growth = {"东街道" = 1.1}
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory, tiny_writer):
    folder = tmp_path_factory.mktemp("phases")
    district = tiny_writer(folder / "district")
    scenario = folder / "s.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    told = {}
    for lang in ("zh", "en"):
        done = CliRunner().invoke(
            main,
            [
                "phase",
                str(district),
                "--scenario",
                str(scenario),
                "--out",
                str(folder / lang),
                "--lang",
                lang,
            ],
        )
        assert done.exit_code == 0, done.output
        told[lang] = done.stdout
    return folder, district, told


def test_each_phase_is_a_plan_and_the_whole_verifies(written):
    folder, district, told = written
    assert "2027 年：3 个（新设 1 个）" in told["zh"]
    assert "2030: 5 centers (2 new)" in told["en"]
    for lang in ("zh", "en"):
        done = CliRunner().invoke(
            main, ["verify", str(folder / lang), "--district", str(district), "--lang", "en"]
        )
        assert done.exit_code == 0, done.output
        assert done.stdout.count("✗") == 0
        assert "each keeps the centers of the one before" in done.stdout


def test_the_files_say_the_same(written):
    folder, district, _ = written
    out = folder / "en"
    content = json.loads((out / "phases.json").read_text(encoding="utf-8"))
    assert [row["year"] for row in content["phases"]] == [0, 2027, 2030]
    book = openpyxl.load_workbook(out / "phases.xlsx")
    rows = list(book["Phases"].values)
    assert [row[0] for row in rows[1:]] == ["today", "2027", "2030"]
    at = rows[0].index("Centers")
    assert [row[at] for row in rows[1:]] == [row["centers"] for row in content["phases"]]
    with zipfile.ZipFile(out / "phases.xlsx") as archive:
        assert any("chart" in name for name in archive.namelist())
    page = (out / "phases.html").read_text(encoding="utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "")
    made = plan_phases(read_district(district), read_scenario(folder / "s.toml"))
    for line in phase_lines(made, "en"):
        assert line in page


@pytest.mark.parametrize("change", ["moved", "number", "opened"])
def test_what_is_altered_is_found(written, tmp_path, change):
    folder, _, _ = written
    shutil.copytree(folder / "en", tmp_path / "out")
    file = tmp_path / "out" / "phases.json"
    if change == "moved":
        file = tmp_path / "out" / "2030" / "plan.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    if change == "moved":
        content["centers"][0]["unit"] = "u50"
    elif change == "number":
        content["phases"][1]["centers"] = 4
    else:
        content["openings"][0]["year"] = 2030
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    done = CliRunner().invoke(main, ["verify", str(tmp_path / "out"), "--lang", "en"])
    assert done.exit_code == 1
    assert "✗ phases agree" in done.stdout


def test_without_phases_the_command_says_what_to_write(tiny_folder):
    done = CliRunner().invoke(main, ["phase", str(tiny_folder), "--lang", "zh"])
    assert done.exit_code == 2
    assert "[[phases]]" in done.output
