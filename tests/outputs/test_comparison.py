"""Plans side by side, as files: read again, harmless, the same for the same plans."""

import dataclasses
import html
import json
import re

import geopandas as gpd
import openpyxl
import pytest
from stand_in import HOSTILE

from gridplan.outputs.comparing.folder import comparison_json, write_comparison
from gridplan.outputs.comparing.maps import synced_maps
from gridplan.outputs.comparing.page import comparison_told
from gridplan.outputs.comparing.tables import figures_table, plan_titles
from gridplan.planning.checks.checks import FINDING_COLUMNS
from gridplan.planning.comparing.comparison import compare_plans
from gridplan.planning.plan import Plan
from gridplan.text import LANGUAGES


def whole(plan):
    """A plan of the kind there is, made of the stand-in's parts."""
    if isinstance(plan, Plan):
        return plan
    names = [field.name for field in dataclasses.fields(Plan) if hasattr(plan, field.name)]
    given = {name: getattr(plan, name) for name in names}
    findings = plan.findings.reindex(columns=list(FINDING_COLUMNS)).assign(profile="p")
    return Plan(**given | {"findings": findings})


def turned(plan, count=20):
    """The same plan with its first units in the other grid and at another center."""
    plan = whole(plan)
    units = plan.layout.units.copy()
    units.iloc[:count, units.columns.get_loc("grid")] = "G2"
    units.iloc[:count, units.columns.get_loc("center")] = plan.layout.centers.index[-1]
    centers = plan.layout.centers.iloc[1:]
    layout = dataclasses.replace(plan.layout, units=units, centers=centers)
    return dataclasses.replace(plan, layout=layout)


@pytest.fixture(scope="module")
def compared(plan):
    return compare_plans([whole(plan), turned(plan), turned(plan, 3)])


@pytest.fixture(scope="module")
def folder(compared, tmp_path_factory):
    out = tmp_path_factory.mktemp("compared") / "out"
    write_comparison(compared, out, lang="zh")
    return out


def test_every_file_is_there_and_named(folder):
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "compare.html",
        "compare.xlsx",
        "compare.json",
        "changes-2.geojson",
        "changes-3.geojson",
    }


def test_areas_hold_the_residents_who_change(compared, folder):
    found = gpd.read_file(folder / "changes-2.geojson")
    areas = found[found.geometry.geom_type != "Point"]
    one = compared.differences[0]
    assert areas["population"].astype(float).sum() == one.units["population"].sum()
    moved = areas[areas["grid_changed"].astype(bool)]["population"].astype(float).sum()
    assert moved == one.grid_residents
    assert set(found[found.geometry.geom_type == "Point"]["change"]) == {"closed"}


def test_the_workbook_holds_numbers_and_every_community(compared, folder):
    book = openpyxl.load_workbook(folder / "compare.xlsx")
    assert len(book.sheetnames) == 1 + 4 * len(compared.differences)
    figures = {row[0].value: [cell.value for cell in row[1:]] for row in book["指标"].rows}
    assert figures["网格数"] == [2, 2, 2]
    assert figures["社康中心数"] == [6, 5, 5]
    rows = list(book["社区2"].values)
    at = rows[0].index("改换网格（人）")
    assert sum(row[at] for row in rows[1:]) == compared.differences[0].grid_residents


def test_json_is_the_same_for_the_same_plans(compared, plan):
    again = compare_plans([whole(plan), turned(plan), turned(plan, 3)])
    assert comparison_json(again) == comparison_json(compared)
    told = json.loads(comparison_json(compared))
    assert [entry["figures"]["centers"] for entry in told["plans"]] == [6, 5, 5]
    assert told["differences"][0]["centers"][0]["change"] == "closed"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_asks_nobody_and_shows_every_plan(compared, tmp_path, lang):
    write_comparison(compared, tmp_path, lang=lang)
    page = (tmp_path / "compare.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    inside = html.unescape(page)
    assert not re.search(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["']https?:""", inside)
    assert len(re.findall(r"\.sync\(", inside)) == 6  # each with the others
    for title in plan_titles(compared, lang):
        assert title in comparison_told(compared, lang)


def test_titles_are_told_apart(compared):
    assert len(set(plan_titles(compared, "zh"))) == 3
    table = figures_table(compared, "en")
    assert list(table.columns) == plan_titles(compared, "en")


def test_no_key_is_left_untranslated(compared):
    text = comparison_told(compared, "zh")
    assert not re.search(r"\b(grid|center|opened|closed|failed|passed)\b", text)


def test_hostile_names_stay_text(hostile_plan, tmp_path):
    found = compare_plans([whole(hostile_plan), turned(hostile_plan)])
    write_comparison(found, tmp_path, lang="en")
    page = (tmp_path / "compare.html").read_text(encoding="utf-8")
    outer = re.sub(r'srcdoc="[^"]*"', "", page)
    for wrong in ("<script", "<img src=x", "<svg", "{{ cycler"):
        assert wrong not in outer.replace('<img src="data:', "")
    sheet = openpyxl.load_workbook(tmp_path / "compare.xlsx")
    formulas = [c for name in sheet for row in name.rows for c in row if c.data_type == "f"]
    assert not formulas
    assert len(HOSTILE) > 5
    maps = synced_maps(found, "en")
    assert "window.hacked = 1</script>" not in maps._repr_html_()
