import itertools
import json

import geopandas as gpd
import pyproj
import pytest
import shapely
from stand_in import CRS, make_plan

from gridplan.outputs.files.geojson import write
from gridplan.outputs.words.telling import Telling

NAMES = ("grids", "centers", "subdistricts")


def written(plan, folder):
    paths = [folder / f"{name}.geojson" for name in NAMES]
    for path in paths:
        write(Telling(plan, "zh"), path)
    return paths


@pytest.fixture(scope="module")
def files(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("geojson")
    paths = written(plan, folder)
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}, folder


def numbers(part):
    return (
        [part] if isinstance(part, (int, float)) else [n for entry in part for n in numbers(entry)]
    )


def rings(geometry):
    polygons = geometry["coordinates"]
    polygons = [polygons] if geometry["type"] == "Polygon" else polygons
    return [(number, ring) for polygon in polygons for number, ring in enumerate(polygon)]


def signed_area(ring):
    steps = itertools.pairwise(ring)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in steps) / 2


@pytest.mark.parametrize("name", NAMES)
def test_collections_follow_rfc_7946(files, name):
    collection = files[0][name]
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    for feature in collection["features"]:
        assert feature["type"] == "Feature"
        assert isinstance(feature["id"], str)
        for number in numbers(feature["geometry"]["coordinates"]):
            assert round(number, 6) == number
            assert len(repr(number).partition(".")[2]) <= 6
        if name == "centers":
            assert feature["geometry"]["type"] == "Point"
            continue
        for number, ring in rings(feature["geometry"]):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            # Right-hand rule: outer rings counterclockwise, holes clockwise.
            assert (signed_area(ring) > 0) == (number == 0)


def test_holes_turn_the_other_way(tmp_path):
    plan = make_plan()
    hole = shapely.affinity.scale(plan.layout.grids.geometry.iloc[0], 0.5, 0.5)
    plan.layout.grids.loc["G1", "geometry"] = plan.layout.grids.geometry.iloc[0].difference(hole)
    written(plan, tmp_path)
    collection = json.loads((tmp_path / "grids.geojson").read_text(encoding="utf-8"))
    found = rings(collection["features"][0]["geometry"])
    assert [signed_area(ring) > 0 for _, ring in found] == [True, False]


def test_places_come_back_to_where_they_were(files, plan):
    back = pyproj.Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    for feature in files[0]["centers"]["features"]:
        x, y = back.transform(*feature["geometry"]["coordinates"])
        there = plan.layout.centers.geometry[feature["id"]]
        assert abs(x - there.x) < 0.2
        assert abs(y - there.y) < 0.2


@pytest.mark.parametrize("name", NAMES)
def test_gis_programs_read_them_in_degrees(files, name):
    layer = gpd.read_file(files[1] / f"{name}.geojson")
    assert layer.crs.to_epsg() == 4326
    assert layer.is_valid.all()
    assert len(layer) == len(files[0][name]["features"])


def test_areas_survive(files, plan):
    grids = gpd.read_file(files[1] / "grids.geojson").to_crs(CRS).set_index("grid")
    assert grids.area.to_dict() == pytest.approx(plan.layout.grids.area.to_dict(), rel=1e-3)


def test_properties_carry_figures_names_and_labels(files):
    grids = files[0]["grids"]
    first = grids["features"][0]["properties"]
    assert first["grid"] == "G1"
    assert first["name"] == "网格1（牵头：人民医院）"
    assert first["name_en"] == "Grid 1 (lead: People's Hospital)"
    assert isinstance(first["population"], int)
    assert grids["about"]["labels"]["units"] == "modelled"
    streets = files[0]["subdistricts"]["features"]
    assert {street["properties"]["subdistrict"] for street in streets} == {
        "甲街道",
        "乙街道",
        "丙街道",
    }


def test_empty_layers_are_empty_collections(bare_plan, tmp_path):
    written(bare_plan, tmp_path)
    for name in ("grids", "subdistricts"):
        text = (tmp_path / f"{name}.geojson").read_text(encoding="utf-8")
        assert json.loads(text)["features"] == []
