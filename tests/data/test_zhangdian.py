"""Zhangdian: rebuilt byte for byte, labelled, and its groups exactly those of the document."""

import csv
import dataclasses
import json
import sys
import tomllib
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.district.folder.read import read_district
from gridplan.planning.plan import plan
from gridplan.planning.scenario.file import default_scenario

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "zhangdian"
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT / "data"))

import build_zhangdian  # noqa: E402
from modelling import outline  # noqa: E402

LAYERS = ("units.csv", "subdistricts.geojson", "hospitals.csv", "centers.csv")

# 三、（二）组建方式, copied from the document once more and apart from groups.toml.
PEOPLES = ["沣水中心卫生院", "湖田卫生院", "傅家镇卫生院", "凯瑞园社区卫生服务中心"]
PEOPLES_SUPPORTED = ["张店区科苑街道社区卫生服务中心", "张店区车站街道社区卫生服务中心"]
TCM = [
    "中埠镇卫生院",
    "南定镇卫生院",
    "房镇镇卫生院",
    "体育场街道社区卫生服务中心",
    "城中社区卫生服务中心",
]
ALLIANCES = {
    "张店区妇幼保健计划生育服务中心": ["马尚中心卫生院"],
    "张店区第二人民医院": ["和平街道社区卫生服务中心"],
    "淄博市市级机关医院": [
        "张店区公园街道社区卫生服务中心",
        "张店区世纪花园社区卫生服务中心",
    ],
    "淄博市中西医结合医院": ["张店区湖田街道杏园社区卫生服务中心"],
    "北大医疗淄博医院": ["张店区山铝社区卫生服务中心"],
}


@pytest.fixture(scope="module")
def district():
    return read_district(FOLDER)


@pytest.fixture(scope="module")
def planned(district):
    brief = dataclasses.replace(default_scenario(FOLDER), work_limit=0.3)
    return plan(district, brief)


@pytest.fixture(scope="module")
def name_of(district):
    return pd.concat([district.hospitals["name"], district.centers["name"]]).to_dict()


def test_rebuilding_gives_the_committed_bytes(tmp_path):
    build_zhangdian.build(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(LAYERS)
    for name in LAYERS:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_residents_are_one_connected_piece_of_the_modelled_total(district):
    assert district.population == 850_000
    assert len(district.pieces) == 1
    assert not len(district.repairs)
    density = district.units["population"] / (district.units.geometry.area / 1e6)
    assert density.max() < 70_000


def test_outline_has_the_published_area_and_the_cells_keep_to_it(district):
    border = outline.read_outline(FOLDER / "outline.geojson", build_zhangdian.PROJECTION)
    assert border.area / 1e6 == pytest.approx(360.27, rel=0.005)  # the high-tech zone included
    assert district.units.geometry.area.sum() == pytest.approx(border.area, rel=0.01)


def test_thirteen_streets_and_towns_with_their_codes(district):
    names = set(district.subdistricts.index)
    assert len(names) == 13
    graph = nx.from_scipy_sparse_array(district.adjacency)
    for name in names:
        inside = np.flatnonzero((district.units["subdistrict"] == name).to_numpy())
        assert nx.is_connected(graph.subgraph(inside)), name
    source = SHARED / "data" / "zhangdian_communities_villages.csv"
    if not source.is_file():
        pytest.skip("the names and codes (../shared/data) are not there")
    with source.open(encoding="utf-8-sig") as file:
        known = {(row["street_code"], row["street"]) for row in csv.DictReader(file)}
    features = json.loads((FOLDER / "subdistricts.geojson").read_text(encoding="utf-8"))["features"]
    written = {(f["properties"]["code"], f["properties"]["subdistrict"]) for f in features}
    assert written == known


def test_institutions_are_those_of_the_document_with_their_roles(district):
    rows = pd.concat([district.hospitals, district.centers])[["name", "role", "group"]]
    assert len(rows) == 24
    source = SHARED / "data" / "zhangdian_institutions_seed003.csv"
    if not source.is_file():
        pytest.skip("the list of institutions (../shared/data) is not there")
    known = pd.read_csv(source).set_index("institution")
    found = rows.set_index("name")
    assert set(found.index) == set(known.index)
    assert (found["role"] == known["role"].reindex(found.index)).all()
    assert (found["group"] == known["group"].reindex(found.index)).all()


def test_every_name_stands_in_the_document(name_of):
    source = SHARED / "seeds" / "003_5e4e240ba50109f9.txt"
    if not source.is_file():
        pytest.skip("the document (../shared/seeds) is not there")
    text = "".join(source.read_text(encoding="utf-8").split())
    assert [name for name in name_of.values() if name not in text] == []


def test_institutions_stand_in_their_street_and_in_a_cell_where_people_live(district):
    for layer in (district.hospitals, district.centers):
        standing = district.units.loc[layer["unit"]]
        assert (standing["subdistrict"].to_numpy() == layer["subdistrict"].to_numpy()).all()
        assert (standing["population"] > 0).all()
        assert set(layer["coord_label"]) == {"modelled"}
    everyone = [*district.hospitals["unit"], *district.centers["unit"]]
    assert len(set(everyone)) == 24


def test_plan_reproduces_the_membership_of_the_document(planned, name_of):
    groups = {name_of[group.lead]: group for group in planned.layout.groups}
    assert set(groups) == {"张店区人民医院", "张店区中医院"}
    people, tcm = groups["张店区人民医院"], groups["张店区中医院"]
    assert people.name_zh == "张店区人民医院医疗集团"
    assert tcm.name_zh == "张店区中医院医疗集团"
    assert [name_of[key] for key in people.branches] == PEOPLES
    assert [name_of[key] for key in people.supported] == PEOPLES_SUPPORTED
    assert [name_of[key] for key in tcm.branches] == TCM
    assert tcm.supported == ()
    found = {
        name_of[bond.lead]: [name_of[key] for key in bond.members]
        for group in planned.layout.groups
        for bond in group.alliances
    }
    assert found == ALLIANCES
    # Those of alliances are members of neither group.
    roles = planned.layout.hospitals.set_index("name")["role"]
    assert set(roles[list(ALLIANCES)]) == {"alliance"}
    assert people.members == ()
    assert tcm.members == ()


def test_plan_tells_where_geography_disagrees(planned, name_of):
    lead_of_grid = planned.layout.grids["lead"]
    grid_of_unit = planned.layout.units["grid"]
    expected = set()
    for group, names in (("张店区人民医院", PEOPLES), ("张店区中医院", TCM)):
        for name in names:
            center = planned.district.centers[planned.district.centers["name"] == name].iloc[0]
            if name_of[lead_of_grid[grid_of_unit[center["unit"]]]] != group:
                expected.add(name)
    assert expected  # members of each group lie on several sides of the town
    told = {n.values["institution"] for n in planned.notes if n.code == "groups-member-elsewhere"}
    assert told == expected
    table = planned.layout.wishes
    members = table[table["relation"] == "member"]
    assert {name_of[key] for key in members["institution"][~members["kept"].astype(bool)]} == told
    load = planned.layout.centers["population"]
    for row in members[~members["kept"].astype(bool)].itertuples():
        assert row.residents == load[row.institution] > 0


def test_every_layer_declares_source_and_label():
    manifest = tomllib.loads((FOLDER / "district.toml").read_text(encoding="utf-8"))
    assert set(manifest["layers"]) == {"units", "subdistricts", "hospitals", "centers"}
    for layer in manifest["layers"].values():
        assert layer["label"] in {"real", "modelled"}
        assert "模拟" in layer["source"]
    feature = json.loads((FOLDER / "outline.geojson").read_text(encoding="utf-8"))["features"][0]
    assert feature["properties"]["label"] == "real"
    assert shapely.is_valid(shapely.from_geojson(json.dumps(feature["geometry"])))


def test_folder_is_small():
    assert sum(p.stat().st_size for p in FOLDER.rglob("*") if p.is_file()) < 3_000_000
