"""One table of columns: unit, decimals, format and words are the same wherever a figure stands."""

import dataclasses

import openpyxl
import pytest
from stand_in import make_plan

from gridplan.outputs.files import excel
from gridplan.outputs.files.plan_json import plan_dict
from gridplan.outputs.tables.tables import (
    centers_table,
    grids_table,
    hospitals_table,
    rounded,
    subdistricts_table,
)
from gridplan.outputs.words import columns
from gridplan.outputs.words.columns import FIRST, UNITS, WORDS, by_unit, unit_name, unit_of
from gridplan.outputs.words.names import figure
from gridplan.outputs.words.telling import Telling
from gridplan.text import LANGUAGES, catalogue
from gridplan.ui.views.screen_tables import grids_shown


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("mean_minutes_to_lead", "minutes"),
        ("metres_to_nearest_center", "metres"),
        ("area_km2", "km2"),
        ("boundary_km", "km"),
        ("population_65", "persons"),
        ("percent_65", "percent"),
        ("beds_per_1000", "per-1000"),
        ("lon", "degrees"),
        ("relation", ""),
    ],
)
def test_the_unit_of_a_column_is_told_by_its_name(column, unit):
    assert unit_name(column) == unit


@pytest.mark.parametrize("code", UNITS)
def test_what_is_shown_is_never_finer_than_what_is_kept(code):
    unit = UNITS[code]
    assert unit.shown is None or unit.shown <= unit.kept
    decimals = unit.pattern.rstrip("%").partition(".")[2]
    assert len(decimals) == (2 if unit.shown is None else unit.shown)


def test_a_figure_reads_the_same_in_words_and_on_the_screen():
    for column, value in (("area_km2", 12.3456), ("mean_minutes", 7.25), ("population", 1234.4)):
        shown = unit_of(column).figure(value)
        assert figure(value, unit_name(column), "en").split(" ")[0] == f"{shown:,}"
    assert unit_of("deviation").figure(-0.0123) == -1.2
    assert unit_of("beds").figure(3.0) == 3
    assert rounded(1.23456789, "area_km2") == 1.2346


def test_units_of_certificates_are_those_they_begin_with():
    for code in ("person-metres-and-prices-by-road", "persons-limited", "person-metres-last"):
        assert by_unit(code).shown == 0
    assert by_unit("ratio").shown == by_unit("").shown == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_of_the_tables_has_a_name_in_every_language(lang):
    plan = make_plan()
    tables = (grids_table, centers_table, hospitals_table, subdistricts_table)
    names = {column for make in tables for column in make(plan).columns if "_en" not in column}
    names |= {name for listed in FIRST.values() for name in listed}
    known = catalogue(lang)
    said = {name: f"outputs.column-{name.replace('_', '-')}" for name in names}
    own = {"level", "kind"}  # in the workbook hospital_level and hospital_kind
    assert not {name for name, key in said.items() if key not in known} - own


def test_a_further_column_of_the_grids_is_computed_and_listed_and_that_is_all(
    tmp_path, monkeypatch
):
    """In its place in the workbook and on the screen, with the format its name tells."""
    plan = make_plan()
    grids = plan.layout.grids.assign(median_minutes_to_lead=[3.14159, 2.71828])
    plan = type(plan)(**vars(plan) | {"layout": dataclasses.replace(plan.layout, grids=grids)})
    listed = (*FIRST["grids"][:4], "median_minutes_to_lead", *FIRST["grids"][4:])
    monkeypatch.setattr(columns, "FIRST", {**FIRST, "grids": listed})
    for place in ("gridplan.outputs.files.excel", "gridplan.ui.views.screen_tables"):
        monkeypatch.setattr(f"{place}.FIRST", columns.FIRST)
    assert [row["median_minutes_to_lead"] for row in plan_dict(plan)["grids"]] == [3.14, 2.72]
    excel.write(Telling(plan, "en"), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Grids"]
    assert (sheet["E2"].value, sheet["E2"].number_format) == (3.14, "#,##0.0")
    screen = grids_shown(plan, "en")
    assert screen.iloc[:, 3].tolist() == [3.1, 2.7]


def test_codes_are_said_by_words_there_are():
    known = catalogue("en")
    for group in WORDS.values():
        assert any(key.startswith(f"outputs.{group}-") for key in known), group
