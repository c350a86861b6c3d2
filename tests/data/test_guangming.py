"""The bundled district: rebuilt byte for byte, true to the published figures, and labelled."""

import json
import sys
import tomllib
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "guangming"
TAZ = ROOT.parent / "shared" / "data" / "shenzhen_491_taz_wgs84.geojson"
sys.path.insert(0, str(ROOT / "data"))

import build_guangming  # noqa: E402
from modelling import outline, population  # noqa: E402

PUBLISHED_AREA = {"光明街道": 30.11, "公明街道": 23.6, "新湖街道": 40.93, "玉塘街道": 21.5}
PUBLISHED_PEOPLE = {"公明街道": 200_000, "新湖街道": 123_600, "玉塘街道": 211_600}
LAYERS = (
    "units.csv",
    "subdistricts.geojson",
    "communities.geojson",
    "hospitals.csv",
    "centers.csv",
)


@pytest.fixture(scope="module")
def units():
    return pd.read_csv(FOLDER / "units.csv", dtype={"unit": str}).set_index("unit")


@pytest.fixture(scope="module")
def graph(units):
    """Rook adjacency of the cells, built from their coordinates alone."""
    place = {(x, y): u for u, x, y in zip(units.index, units["x"], units["y"], strict=True)}
    graph = nx.Graph()
    graph.add_nodes_from(units.index)
    for (x, y), u in place.items():
        graph.add_edges_from((u, place[p]) for p in ((x + 100, y), (x, y + 100)) if p in place)
    return graph


def features(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))["features"]


def metric(feature):
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    return shapely.transform(shape, build_guangming.PROJECTION.to_metric)


def test_rebuilding_gives_the_committed_bytes(tmp_path):
    build_guangming.build(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(LAYERS)
    for name in LAYERS:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_totals_are_kept_to_the_person(units):
    assert units["population"].dtype.kind == "i"
    assert (units["population"] >= units["population_65"]).all()
    assert (units["population_65"] >= 0).all()
    assert units["population"].sum() == 1_095_289
    assert units["population_65"].sum() == build_guangming.ELDERLY == round(17_209 / 0.8079)
    streets = units.groupby("subdistrict")["population"].sum()
    for name, people in PUBLISHED_PEOPLE.items():
        assert streets[name] == people
    ranked = streets.sort_values(ascending=False).index
    assert list(ranked[[0, 1, 4, 5]]) == ["马田街道", "玉塘街道", "新湖街道", "光明街道"]


def test_no_cell_is_fuller_than_a_city_can_be(units):
    assert units["population"].max() < 1_000  # 100,000 persons per square kilometre
    assert 0.25 < (units["population"] == 0).mean() < 0.6


@pytest.mark.parametrize("of", ["cells", "polygons"])
def test_street_areas_are_within_two_percent(units, of):
    cells = units.groupby("subdistrict").size() / 100.0
    drawn = {f["properties"]["subdistrict"]: metric(f).area / 1e6 for f in features(LAYERS[1])}
    areas = cells if of == "cells" else pd.Series(drawn)
    for name, published in PUBLISHED_AREA.items():
        assert abs(areas[name] / published - 1.0) < 0.02, (name, areas[name])
    assert 155.44 * 0.98 < areas.sum() < 156.1 * 1.02


def test_cells_are_one_piece_without_holes_and_nobody_is_counted_twice(units, graph):
    assert units.index.is_unique
    assert not units.duplicated(["x", "y"]).any()
    assert nx.is_connected(graph)
    boxes = shapely.box(units["x"] - 50, units["y"] - 50, units["x"] + 50, units["y"] + 50)
    land = shapely.union_all(boxes)
    assert land.geom_type == "Polygon"
    assert len(land.interiors) == 0
    border = outline.read_outline(FOLDER / "outline.geojson", build_guangming.PROJECTION)
    # Edge cells lose or gain about half a cell; a spit narrower than a cell is left out.
    assert border.difference(land).area < 0.01 * border.area
    assert border.difference(land.buffer(75, join_style="mitre")).area < 1e5
    assert land.intersection(border).area / land.union(border).area > 0.97


@pytest.mark.parametrize("column", ["community", "subdistrict"])
def test_every_street_and_community_is_one_piece(units, graph, column):
    for name, members in units.groupby(column).groups.items():
        assert nx.is_connected(graph.subgraph(members)), name


def test_all_communities_are_there_each_in_its_street(units):
    facts = pd.read_csv(FOLDER / "sources" / "communities.csv", dtype=str)
    assert len(facts) == 31
    expected = facts.set_index("community")["subdistrict"].sort_index()
    found = units.groupby("community")["subdistrict"].agg(["min", "max"])
    assert (found["min"] == found["max"]).all()
    assert found["min"].to_dict() == expected.to_dict()
    assert (units.groupby("community")["population"].sum() > 1_000).all()
    assert (expected.index + expected).is_unique


def test_drawn_areas_agree_with_the_cells(units):
    for name, key in (
        ("subdistricts.geojson", "subdistrict"),
        ("communities.geojson", "community"),
    ):
        agree = 0
        for feature in features(name):
            shape, own = metric(feature), units[units[key] == feature["properties"][key]]
            assert shapely.is_valid(shape)
            agree += shapely.contains_xy(shape, own["x"], own["y"]).sum()
            assert own["population"].sum() == feature["properties"]["population_modelled"]
        assert agree / len(units) > 0.99


def test_drawn_areas_tile_the_outline():
    border = outline.read_outline(FOLDER / "outline.geojson", build_guangming.PROJECTION)
    for name in ("subdistricts.geojson", "communities.geojson"):
        shapes = [metric(f) for f in features(name)]
        assert all(s.geom_type == "Polygon" and not len(s.interiors) for s in shapes)
        assert abs(sum(s.area for s in shapes) - border.area) < 2e3
        assert abs(shapely.union_all(shapes).area - border.area) < 2e3


def cell_of(table):
    points = build_guangming.PROJECTION.to_metric(table[["lon", "lat"]].to_numpy())
    return [(int(x // 100), int(y // 100)) for x, y in points]


def test_two_eligible_leads_in_different_cells(units):
    hospitals = pd.read_csv(FOLDER / "hospitals.csv", dtype={"hospital": str})
    leads = hospitals[hospitals["eligible"]]
    assert set(leads["name"]) == {"光明区人民医院", "中山大学附属第七医院（深圳）"}
    assert (leads["level"] == "三级甲等").all()
    assert len(set(cell_of(hospitals))) == len(hospitals)
    inhabited = {
        (int(x // 100), int(y // 100)) for x, y in zip(units["x"], units["y"], strict=True)
    }
    assert set(cell_of(hospitals)) <= inhabited
    assert not hospitals["name"].str.contains("中国科学院大学").any()  # an earlier name
    assert set(hospitals["coord_label"]) <= {"real", "estimated"}
    assert hospitals["beds_label"].eq("planned").equals(hospitals["beds"].notna())
    unsure = hospitals["label"].ne("real") | hospitals["coord_label"].ne("real")
    assert hospitals["label_note"].notna().equals(unsure)  # each says why, in both languages
    assert hospitals.loc[unsure, "label_note"].str.contains(" / ").all()
    assert hospitals.loc[hospitals["label"] == "unverified", "hospital"].tolist() == ["h4"]
    assert not hospitals.loc[hospitals["label"] == "unverified", "eligible"].any()


def test_centers_are_38_modelled_and_spread_over_every_street(units):
    centers = pd.read_csv(FOLDER / "centers.csv", dtype={"center": str})
    assert len(centers) == build_guangming.CENTERS == 38
    assert centers["center"].is_unique
    assert centers["name"].is_unique
    assert centers["name"].str.contains("模拟").all()
    assert centers["capacity"].isna().all()
    assert (centers.groupby("subdistrict").size() >= 2).all()
    assert (centers[centers["class"] == "regional"].groupby("subdistrict").size() == 1).all()
    assert centers["subdistrict"].nunique() == 6
    by_cell = {
        (int(r.x // 100), int(r.y // 100)): (r.community, r.subdistrict) for r in units.itertuples()
    }
    expected = list(zip(centers["community"], centers["subdistrict"], strict=True))
    assert [by_cell[c] for c in cell_of(centers)] == expected


def test_every_layer_declares_crs_source_and_label():
    manifest = tomllib.loads((FOLDER / "district.toml").read_text(encoding="utf-8"))
    assert set(manifest["layers"]) == {"units", "subdistricts", "hospitals", "centers"}
    for layer in manifest["layers"].values():
        assert (FOLDER / layer["file"]).is_file()
        assert layer["label"] in {"real", "derived", "modelled"}
        assert layer["source"]
        assert "\n" not in layer["source"]
        assert layer["crs"].startswith("EPSG:")
    assert features("outline.geojson")[0]["properties"]["label"] == "real"
    for name in ("subdistricts.geojson", "communities.geojson"):
        assert {f["properties"]["label"] for f in features(name)} == {"modelled"}


def test_geojson_follows_rfc_7946():
    for name in ("outline.geojson", "subdistricts.geojson", "communities.geojson"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert '"crs"' not in text
        for feature in json.loads(text)["features"]:
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            for part in shapely.get_parts(shape):
                assert shapely.is_ccw(part.exterior)
                assert not any(shapely.is_ccw(ring) for ring in part.interiors)
            numbers = shapely.get_coordinates(shape)
            assert np.abs(numbers - np.round(numbers, 6)).max() < 1e-12


def test_folder_is_small():
    assert sum(p.stat().st_size for p in FOLDER.rglob("*") if p.is_file()) < 6_000_000


def test_outline_is_wgs84_not_the_shifted_original():
    if not TAZ.is_file():
        pytest.skip("the independent zones of Shenzhen are not beside the repository")
    zones = json.loads(TAZ.read_text(encoding="utf-8"))["features"]
    mine = [z for z in zones if "光明" in z["properties"]["district"]]
    assert len(mine) == 29
    # Zones leave slivers between them: closed by 30 m before the comparison. Both outlines are
    # generalised, each in its own way: that leaves 3 %; the shifted original leaves 13 %.
    other = shapely.union_all([metric(z).buffer(30) for z in mine]).buffer(-30)
    border = outline.read_outline(FOLDER / "outline.geojson", build_guangming.PROJECTION)
    assert border.intersection(other).area / border.union(other).area > 0.965
    shift = np.array([480.0, -300.0])  # what GCJ-02 adds here, metres, roughly
    moved = shapely.transform(border, lambda xy: xy + shift)
    assert moved.intersection(other).area / moved.union(other).area < 0.9


def test_apportion_keeps_the_total_and_the_order_of_ties():
    assert population.apportion(np.array([1.0, 1.0, 1.0]), 4).tolist() == [2, 1, 1]
    assert population.apportion(np.array([0.0, 3.0, 1.0]), 8).tolist() == [0, 6, 2]
    rng = np.random.default_rng(7)
    for total in (0, 1, 17, 9_999):
        weights = rng.uniform(size=23)
        parts = population.apportion(weights, total)
        assert parts.sum() == total
        assert np.abs(parts - weights / weights.sum() * total).max() < 1.0
