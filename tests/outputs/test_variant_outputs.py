"""Variants in every output: first what fails and what passes, then what was tried."""

import json
import re

import openpyxl
import pytest
from click.testing import CliRunner

import gridplan as gp
from gridplan.audit.verify import verify
from gridplan.cli import main
from gridplan.outputs.reading.written import read_written
from gridplan.outputs.report.report import write_report
from gridplan.outputs.tables.variants import headline, variants_text
from gridplan.outputs.words.telling import Telling

KEYS = (
    "grids = 2\ngrid_tolerance = 0.4\ncenter_lower = 8000\ncenter_upper = 30000\nwork_limit = 0.1\n"
)


@pytest.fixture(scope="module")
def folder(tiny_writer, tmp_path_factory):
    folder = tiny_writer(tmp_path_factory.mktemp("variants") / "tiny")
    hospitals = (folder / "hospitals.csv").read_text(encoding="utf-8")
    (folder / "hospitals.csv").write_text(hospitals.replace("市级", "大学"), encoding="utf-8")
    (folder / "scenario.toml").write_text(KEYS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def plan(folder):
    return gp.plan(folder)


def test_the_first_line_says_what_fails_and_what_passes(plan):
    english, chinese = (headline(Telling(plan, lang)) for lang in ("en", "zh"))
    assert re.match(r"\d must-rules fail, .*variant B .*: one grid; .*not assessable", english[0])
    assert "比选方案B" in chinese[0]
    assert "不能判定" in chinese[0]
    assert chinese[0].endswith("。")
    assert "With the 2 grids asked for: variant L" in english[1]
    assert "no must-rule" not in english[1]
    assert plan.summary(lang="en").startswith(english[0])
    assert len(variants_text(Telling(plan, "zh"))) == len(plan.variants) + 2


def test_every_output_is_headed_by_it_and_verify_agrees(plan, folder, tmp_path):
    out = tmp_path / "out"
    plan.write(out, lang="zh")
    found = verify(out, district=folder)
    assert found.differences == ()
    assert "针对不合格规则的试算" in found.text("zh")
    back = read_written(out)
    assert [one.as_dict() for one in back.variants] == [one.as_dict() for one in plan.variants]
    first = headline(Telling(plan, "zh"))[0]
    book = openpyxl.load_workbook(out / "plan.xlsx")
    assert first in [row[1] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert book["达标途径"]["A2"].value == "B"
    page, _ = write_report(out, form="html", file=tmp_path / "r.html", lang="zh")
    text = page.read_text(encoding="utf-8")
    assert 0 < text.index(first) < text.index("<h2")


def test_a_plan_without_failures_says_so(tiny_folder):
    made = gp.plan(tiny_folder, gp.Scenario(grids=2, centers=2, work_limit=0.05, profiles=()))
    assert headline(Telling(made, "en")) == ["No must- or should-rule fails."]
    assert made.variants == ()


@pytest.mark.thorough
def test_the_command_lays_them_side_by_side(folder, tmp_path):
    page = tmp_path / "page.html"
    told = CliRunner().invoke(main, ["variants", str(folder), "--out", str(page), "--lang", "en"])
    assert told.exit_code == 0, told.output
    assert "variant B" in told.output
    text = page.read_text(encoding="utf-8")
    assert "data:image/png" in text
    assert "http:" not in re.sub(r"data:image/png;base64,[^\"]*", "", text)
    out = tmp_path / "adopted"
    told = CliRunner().invoke(
        main, ["variants", str(folder), "--adopt", "B", "--out", str(out), "--json"]
    )
    assert told.exit_code == 0, told.output
    values = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert len(values["grids"]) == 1
    assert values["scenario"]["name_zh"].endswith("· B")
    assert verify(out, district=folder).differences == ()


def test_plan_adopts_by_letter_and_refuses_in_words(folder, tmp_path):
    run = CliRunner().invoke
    out = ["--out", str(tmp_path / "out"), "--lang", "en"]
    told = run(main, ["plan", str(folder), "--adopt", "one-grid", *out])
    assert told.exit_code == 0, told.output
    assert "Grids                                1" in told.output
    told = run(main, ["plan", str(folder), "--adopt", "Q", *out])
    assert told.exit_code == 2
    assert "There is no variant Q here" in told.output


def test_the_library_shows_and_writes_them(folder, tmp_path):
    found = gp.variants(folder, processes=1)
    table = found.table(lang="en")
    assert table["letter"].tolist()[:2] == ["A", "B"]
    assert found.write(tmp_path / "v.html").is_file()
    with pytest.raises(gp.InputError):
        gp.variants(folder, processes="two")
