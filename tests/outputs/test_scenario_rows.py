"""A scenario is told in words, the same in report and workbook, no code alone in Chinese."""

import openpyxl
import pytest
from stand_in import make_plan

from gridplan.outputs.files import excel
from gridplan.outputs.report.blocks.tables import scenario_block
from gridplan.outputs.tables.scenario_rows import scenario_rows
from gridplan.outputs.words.telling import Telling
from gridplan.planning.scenario.scenario import KEYS, Scenario
from gridplan.text import LANGUAGES, say

CHANGED = Scenario(
    grid_grain="subdistrict",
    grid_tolerance=0.125,
    center_upper=45_000,
    close=("c1", "c2"),
    enlarge={"c3": 30_000},
)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_is_told_with_label_and_value(lang):
    rows = scenario_rows(CHANGED, lang)
    assert [key for _, key, _ in rows] == list(KEYS)
    assert all(label and told for label, _, told in rows)


def test_values_are_words_and_figures_with_their_units():
    zh, en = ({key: told for _, key, told in scenario_rows(CHANGED, lang)} for lang in LANGUAGES)
    assert (zh["grid_grain"], en["grid_grain"]) == ("街道（subdistrict）", "streets (subdistrict)")
    assert (zh["grid_tolerance"], en["grid_tolerance"]) == ("0.125（12.5%）", "0.125 (12.5%)")
    assert (zh["center_upper"], en["center_upper"]) == ("45,000 人", "45,000 residents")
    assert (zh["close"], en["close"]) == ("c1、c2", "c1, c2")
    assert en["enlarge"] == "c3 = 30,000"
    assert zh["centers"] == say("keys.centers.none", "zh")
    assert zh["road_speeds"] == "—"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_report_and_workbook_say_the_same(lang, tmp_path):
    plan = make_plan()
    excel.write(Telling(plan, lang), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")[say("outputs.sheet-scenario", lang)]
    written = [tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    told = scenario_block(Telling(plan, lang)).rows  # no keys: a report is read, not typed in
    assert [(label, setting) for label, _, setting in written] == [tuple(row) for row in told]
