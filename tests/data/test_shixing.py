"""The county: rebuilt byte for byte, labelled, three levels from county to village."""

import dataclasses
import json
import re
import sys
import tomllib
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from gridplan.district.folder.read import read_district
from gridplan.outputs.report import content
from gridplan.outputs.report.blocks.parts import Heading, Paragraph, Picture, Table
from gridplan.outputs.report.chapters import network
from gridplan.outputs.style.fonts import face
from gridplan.outputs.words.telling import Telling
from gridplan.planning.plan import plan
from gridplan.planning.scenario.file import default_scenario
from gridplan.text import catalogue

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "shixing"
sys.path.insert(0, str(ROOT / "data"))

import build_shixing  # noqa: E402
from modelling import outline  # noqa: E402

LAYERS = ("units.csv", "subdistricts.geojson", "hospitals.csv", "centers.csv", "stations.csv")


@pytest.fixture(scope="module")
def district():
    return read_district(FOLDER)


@pytest.fixture(scope="module")
def planned(district):
    brief = dataclasses.replace(default_scenario(FOLDER), work_limit=0.3)
    return plan(district, brief)


def test_rebuilding_gives_the_committed_bytes(tmp_path):
    build_shixing.build(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(LAYERS)
    for name in LAYERS:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_total_is_kept_to_the_person_in_one_piece(district):
    assert district.population == 198_060  # 2020
    assert len(district.pieces) == 1
    assert not len(district.repairs)


def test_outline_has_the_published_area(district):
    border = outline.read_outline(FOLDER / "outline.geojson", build_shixing.PROJECTION)
    assert border.area / 1e6 == pytest.approx(2131.91, rel=0.005)
    assert district.units.geometry.area.sum() == pytest.approx(border.area, rel=0.01)


def test_every_town_is_one_piece_and_holds_its_villages(district):
    villages = pd.read_csv(FOLDER / "sources" / "villages.csv", dtype=str)
    assert len(villages) == 129
    assert villages["village"].is_unique
    expected = villages.set_index("village")["subdistrict"].to_dict()
    found = district.units.groupby("community")["subdistrict"].unique()
    assert {name: list(towns) for name, towns in found.items()} == {
        name: [town] for name, town in expected.items()
    }
    graph = nx.from_scipy_sparse_array(district.adjacency)
    assert len(district.subdistricts) == 10
    for name in district.subdistricts.index:
        inside = np.flatnonzero((district.units["subdistrict"] == name).to_numpy())
        assert nx.is_connected(graph.subgraph(inside)), name


def test_one_station_a_village_in_it(district):
    villages = pd.read_csv(FOLDER / "sources" / "villages.csv", dtype=str)["village"]
    rural = villages[villages.str.endswith("村")]
    assert sorted(district.stations["community"]) == sorted(rural)
    standing = district.units.loc[district.stations["unit"], "community"]
    assert (standing.to_numpy() == district.stations["community"].to_numpy()).all()


def test_whatever_is_modelled_says_so(district):
    for layer in (district.hospitals, district.centers, district.stations):
        assert layer["name"].str.contains("模拟").all()
        assert set(layer["label"]) == {"modelled"}
    manifest = tomllib.loads((FOLDER / "district.toml").read_text(encoding="utf-8"))
    assert {layer["label"] for layer in manifest["layers"].values()} == {"modelled"}
    assert district.agreements.label == "modelled"


def test_head_branches_and_stations_are_three_levels(planned):
    (group,) = planned.layout.groups
    assert group.lead == "h1"
    assert group.members == ("h2", "h3")
    assert set(group.branches) == {"h2", "h3", *planned.layout.centers.index}
    assert set(planned.layout.centers["status"]) == {"existing"}
    stations, centers = planned.layout.stations, planned.layout.centers
    assert (stations["subdistrict"] == stations["center"].map(centers["subdistrict"])).all()
    assert planned.layout.wishes["kept"].all()
    assert not [n for n in planned.notes if n.code.startswith("groups-")]
    # A center's residents are all counted to its stations, whichever is nearest.
    load = planned.layout.centers["population"]
    counted = stations.groupby("center")["population"].sum()
    assert (counted.reindex(load.index) == load).all()


def test_the_report_of_a_county_speaks_its_words_in_each_language(planned, monkeypatch):
    # Maps are drawn in tests of their own.
    for name in ("overview_map", "grid_map"):
        monkeypatch.setattr(network, name, lambda *_: b"")
    told = {}
    for lang in ("zh", "en"):
        report = content.report_of(Telling(planned, lang), face())
        parts = [part for part in report.parts if not isinstance(part, Picture)]
        rows = [
            cell for part in parts if isinstance(part, Table) for row in part.rows for cell in row
        ]
        heads = [text for part in parts if isinstance(part, Table) for text in part.header]
        lines = [part.text for part in parts if isinstance(part, Heading | Paragraph)]
        told[lang] = [report.title, *lines, *heads, *rows]
    assert "县域医共体" in told["zh"][0]
    # The annex lists the scenario by the names its fields have on the page, which all places share.
    fields = {text for key, text in catalogue("zh").items() if key.startswith("keys.")}
    named = [text for text in told["zh"] if "社康" in text and text not in fields]
    assert not [text for text in named if text.split("（")[0] not in fields]
    villages = set(planned.district.units["community"])  # no English names: as they are given
    chinese = [
        text
        for text in told["en"]
        if re.search("[\u4e00-\u9fff]", text) and not villages.issuperset(text.split(", "))
    ]
    assert chinese == [planned.scenario.name_zh]
    assert any("113 village stations" in text for text in told["en"])


def test_outline_is_real_and_says_where_from():
    feature = json.loads((FOLDER / "outline.geojson").read_text(encoding="utf-8"))["features"][0]
    assert feature["properties"]["label"] == "real"
    assert feature["properties"]["code"] == "440222"


def test_folder_is_small():
    assert sum(p.stat().st_size for p in FOLDER.rglob("*") if p.is_file()) < 3_000_000
