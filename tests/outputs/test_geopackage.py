import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyogrio
import pytest

from gridplan.outputs.files import geopackage
from gridplan.outputs.style.palette import grid_palette
from gridplan.outputs.words.telling import Telling


@pytest.fixture(scope="module")
def path(plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "plan.gpkg"
    geopackage.write(Telling(plan, "zh"), path)
    return path


def rows(path, query):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_every_layer_opens_in_the_metric_crs(path, plan):
    layers = {name for name, _ in pyogrio.list_layers(path)}
    assert {
        "units",
        "subdistricts",
        "grids",
        "centers",
        "hospitals",
        "findings",
        "sources",
    } <= layers
    for name in ("units", "subdistricts", "grids", "centers", "hospitals"):
        layer = gpd.read_file(path, layer=name)
        assert layer.crs == plan.district.crs
        assert layer.is_valid.all()


def test_units_say_who_serves_them(path, plan):
    units = gpd.read_file(path, layer="units").set_index("unit")
    served = plan.layout.units
    for column in ("grid", "center", "regional_center", "lead", "subdistrict"):
        assert units[column].to_dict() == served[column].to_dict()
    assert units["population"].sum() == plan.district.population
    assert units["minutes_to_lead"].to_numpy() == pytest.approx(
        served["minutes_to_lead"], abs=0.005
    )


def test_numbers_are_numbers_and_gaps_are_gaps(path):
    grids = gpd.read_file(path, layer="grids")
    assert grids["population"].dtype.kind == "i"
    assert grids["contiguous"].all()
    assert grids["beds"].isna().tolist() == [False, True]
    hospitals = gpd.read_file(path, layer="hospitals")
    assert hospitals["eligible"].tolist() == [True, True, False]
    assert hospitals["beds"].isna().tolist() == [False, True, False]


def test_sources_and_labels_travel_along(path):
    found = rows(path, "SELECT layer, label, source FROM sources ORDER BY rowid")
    assert found[0] == ("units", "modelled", "来源：units")
    assert len(found) == 4
    assert rows(path, "SELECT count(*) FROM findings WHERE passed IS NULL") == [(1,)]


def test_styles_are_what_qgis_reads(path, plan):
    styles = {
        row[0]: row
        for row in rows(path, "SELECT f_table_name, styleQML, useAsDefault FROM layer_styles")
    }
    assert set(styles) == {"units", "subdistricts", "grids", "centers", "hospitals"}
    for _, qml, default in styles.values():
        assert default == 1
        root = ET.fromstring(qml)  # our own file
        symbols = {symbol.get("name") for symbol in root.iter("symbol")}
        assert {entry.get("symbol") for entry in root.iter("category")} == symbols
    grids = list(ET.fromstring(styles["grids"][1]).iter("category"))
    assert [entry.get("value") for entry in grids] == ["G1", "G2"]
    assert grids[0].get("label") == "网格1（牵头：人民医院）"
    centers = list(ET.fromstring(styles["centers"][1]).iter("category"))
    assert [entry.get("label") for entry in centers] == ["现有", "新增"]
    colours = grid_palette(plan)
    assert colours["G1"] != colours["G2"]
    assert rows(path, "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'") == [
        ("attributes",)
    ]


def test_hostile_names_leave_the_styles_whole(hostile_plan, tmp_path):
    geopackage.write(Telling(hostile_plan, "zh"), tmp_path / "plan.gpkg")
    for (qml,) in rows(tmp_path / "plan.gpkg", "SELECT styleQML FROM layer_styles"):
        ET.fromstring(qml)
    assert len(gpd.read_file(tmp_path / "plan.gpkg", layer="centers")) == 6


def test_centers_alone_leave_out_what_is_not_there(bare_plan, tmp_path):
    geopackage.write(Telling(bare_plan, "en"), tmp_path / "plan.gpkg")
    layers = {name for name, _ in pyogrio.list_layers(tmp_path / "plan.gpkg")}
    assert {"units", "centers"} <= layers
    assert not {"grids", "subdistricts", "hospitals"} & layers
    styled = rows(tmp_path / "plan.gpkg", "SELECT f_table_name FROM layer_styles")
    assert styled == [("centers",)]
