import dataclasses
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.district.folder.read import read_district
from gridplan.district.geometry.crs import wgs84_to_bd09, wgs84_to_gcj02


def replaced(folder: Path, name: str, *pairs: tuple[str, str]) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def repairs(district) -> dict[str, dict]:
    for repair in district.repairs:
        assert repair.text("zh").endswith("。")
        assert repair.text("en").endswith(".")
    return {repair.code: repair.values for repair in district.repairs}


def test_the_tiny_district_is_read_as_drawn(tiny_district, tiny_folder):
    assert tiny_district.population == 60_000
    assert len(tiny_district.units) == 24
    assert tiny_district.crs.to_epsg() == 4547
    assert tiny_district.units.index.name == "unit"
    assert tiny_district.units.geometry.area.tolist() == [40_000.0] * 24
    assert tiny_district.hospitals.loc["h1", ["level", "kind", "ownership", "beds"]].tolist() == [
        "tertiary-a", "general", "district", 800.0,
    ]  # fmt: skip
    assert tiny_district.hospitals["eligible"].tolist() == [True, True]
    assert tiny_district.hospitals["unit"].tolist() == ["u00", "u50"]
    assert tiny_district.centers["class"].tolist() == ["regional", "community"]
    assert tiny_district.centers["unit"].tolist() == ["u12", "u42"]
    assert tiny_district.candidates.empty
    assert list(tiny_district.candidates.columns) == [
        *("capacity", "community", "label", "geometry", "unit")
    ]
    assert list(tiny_district.subdistricts.index) == ["东街道", "西街道"]
    assert tiny_district.subdistricts.geometry.area.tolist() == [480_000.0] * 2
    assert set(tiny_district.subdistricts["label"]) == {"derived"}
    assert list(repairs(tiny_district)) == ["subdistricts-derived"]
    source = tiny_district.layers[0]
    assert (source.layer, source.file, source.label) == ("units", "units.csv", "modelled")
    assert source.sha256 == hashlib.sha256((tiny_folder / "units.csv").read_bytes()).hexdigest()
    assert source.vintage == "2020"


def test_a_district_is_frozen(tiny_district):
    with pytest.raises(dataclasses.FrozenInstanceError):
        tiny_district.code = "x"


def test_reading_twice_gives_the_same(tiny_folder):
    one, two = read_district(tiny_folder), read_district(tiny_folder)
    assert one.units.equals(two.units)
    assert one.layers == two.layers or [vars(a) for a in one.layers] == [
        vars(b) for b in two.layers
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_as_excel_and_wps_write_it(tiny_folder, encoding, delimiter):
    for name in ("units.csv", "hospitals.csv"):
        path = tiny_folder / name
        text = path.read_text(encoding="utf-8").replace(",", delimiter).replace("\n", "\r\n")
        path.write_bytes(text.encode(encoding))
    district = read_district(tiny_folder)
    assert district.population == 60_000
    assert district.hospitals["name"].tolist() == ["西区人民医院", "东区中医院"]


def test_chinese_headers_and_words_mean_the_same(tiny_folder, tiny_district):
    replaced(
        tiny_folder,
        "units.csv",
        (
            "unit,x,y,population,population_65,community,subdistrict",
            "单元编号,X坐标,Y坐标,常住人口,65岁及以上人口,社区,街道（镇）",
        ),
    )
    replaced(
        tiny_folder,
        "hospitals.csv",
        (
            "hospital,name,level,kind,ownership,beds,eligible",
            "编号,医院名称,等级,类别,举办主体,床位数,是否可牵头",
        ),
        ("三级甲等", "Tertiary Grade A"),
    )
    replaced(tiny_folder, "centers.csv", ("center,name,class,capacity", "编号,名称,类别,能力"))
    again = read_district(tiny_folder)
    for layer in ("units", "hospitals", "centers", "subdistricts"):
        assert getattr(again, layer).equals(getattr(tiny_district, layer)), layer


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("三级甲等", "tertiary-a"),
        ("三甲", "tertiary-a"),
        ("三级甲等综合", "tertiary-a"),
        (" 三级 甲等 ", "tertiary-a"),
        ("三级乙等", "tertiary-b"),
        ("三级", "tertiary"),
        ("二级甲等", "secondary-a"),
        ("二甲", "secondary-a"),
        ("一级", "primary"),
        ("未定级", "ungraded"),
        ("tertiary-a", "tertiary-a"),
        ("Grade 3A", "tertiary-a"),
    ],
)
def test_levels_are_read_however_they_are_written(tiny_folder, word, code):
    replaced(tiny_folder, "hospitals.csv", ("三级甲等", word))
    assert read_district(tiny_folder).hospitals.loc["h1", "level"] == code


def test_figures_are_mended_only_where_there_is_no_doubt_and_listed(tiny_folder):
    replaced(
        tiny_folder,
        "units.csv",
        ("u00,490100.0,2520100.0,2500", 'u00,490100.0,2520100.0,"2,500"'),
        ("u10,490300.0,2520100.0,2500", "\u3000u10 ,490300.0,2520100.0, ２５００\u3000"),
    )
    district = read_district(tiny_folder)
    assert district.population == 60_000
    assert "u10" in district.units.index
    found = repairs(district)["number-mended"]
    assert found["rows"] == ["2", "3"]
    assert found["example"] == "2,500 -> 2500"


@pytest.mark.parametrize("wrong", ["2,50", "1 234", "12.3.4", "0x1f", "2500?"])
def test_doubtful_figures_are_not_mended(tiny_folder, wrong):
    replaced(
        tiny_folder,
        "units.csv",
        ("2520100.0,2500,200,西南社区", f'2520100.0,"{wrong}",200,西南社区'),
    )
    with pytest.raises(ValueError, match="text where numbers belong"):
        read_district(tiny_folder)


def test_blank_optional_cells_stay_blank(tiny_folder):
    replaced(tiny_folder, "hospitals.csv", ("800,是", "—,"), ("三甲,中医", ",中医"))
    district = read_district(tiny_folder)
    assert np.isnan(district.hospitals.loc["h1", "beds"])
    assert not district.hospitals.loc["h1", "eligible"]
    assert district.hospitals.loc["h2", "level"] == "ungraded"
    assert repairs(district)["blank-filled"]["rows"] == ["3"]


def test_missing_ids_are_made_and_listed(tiny_folder):
    replaced(tiny_folder, "hospitals.csv", ("hospital,", "nr,"))
    replaced(tiny_folder, "centers.csv", ("center,", "nr,"), ("东社康中心", "西社康中心"))
    district = read_district(tiny_folder)
    assert district.hospitals.index.tolist() == ["西区人民医院", "东区中医院"]
    assert district.centers.index.tolist() == ["c1", "c2"]
    assert [r.code for r in district.repairs].count("ids-made") == 2


def test_further_columns_are_kept_and_coordinate_columns_are_not(tiny_folder):
    replaced(tiny_folder, "centers.csv", ("capacity,x,y", "电话,x,y"))
    replaced(tiny_folder, "centers.csv", ("区域,,", "区域,0755-1,"))
    district = read_district(tiny_folder)
    assert district.centers.loc["c1", "电话"] == "0755-1"
    assert "x" not in district.centers
    assert np.isnan(district.centers.loc["c1", "capacity"])


def test_a_point_just_outside_counts_to_the_nearest_unit_and_is_listed(tiny_folder):
    replaced(tiny_folder, "hospitals.csv", ("491110,2520090", "491380,2520290"))
    district = read_district(tiny_folder)
    assert district.hospitals.loc["h2", "unit"] == "u51"
    assert repairs(district)["point-snapped"]["metres"] == "180"


def test_a_point_on_a_boundary_belongs_to_the_first_of_its_units(tiny_folder):
    replaced(tiny_folder, "hospitals.csv", ("490090,2520090", "490200,2520200"))
    assert read_district(tiny_folder).hospitals.loc["h1", "unit"] == "u00"


def test_a_point_in_a_hole_of_the_units_belongs_to_the_district(tiny_folder):
    # A park: no cell of the lattice lies there, but it is in a subdistrict.
    lines = (tiny_folder / "units.csv").read_text(encoding="utf-8").splitlines()
    park = {f"u{c}{r}" for c in range(1, 6) for r in range(1, 4)}
    kept = [line for line in lines if line.split(",")[0] not in park]
    (tiny_folder / "units.csv").write_text("\n".join(kept), encoding="utf-8")
    frame = gpd.GeoDataFrame(
        {"街道": ["西街道", "东街道"]},
        geometry=[
            shapely.box(490_000, 2_520_000, 490_600, 2_520_800),
            shapely.box(490_600, 2_520_000, 491_200, 2_520_800),
        ],
        crs=4547,
    )
    add_layer(tiny_folder, "subdistricts", frame)
    district = read_district(tiny_folder)
    assert district.centers["unit"].tolist() == ["u02", "u40"]
    assert repairs(district)["point-snapped"]["count"] == 2


def add_layer(folder: Path, name: str, frame: gpd.GeoDataFrame, suffix: str = "gpkg") -> None:
    if suffix == "gpkg":
        frame.to_file(folder / f"{name}.gpkg", layer=name, driver="GPKG")
    else:
        (folder / f"{name}.{suffix}").write_text(frame.to_json(to_wgs84=True), encoding="utf-8")
    crs = "EPSG:4326" if suffix != "gpkg" else ""
    text = (folder / "district.toml").read_text(encoding="utf-8")
    if f"[layers.{name}]" in text:
        head, tail = text.split(f"[layers.{name}]")
        rest = tail.split("[layers.", 1)
        text = head + (f"[layers.{rest[1]}" if len(rest) > 1 else "")
    text += f'\n[layers.{name}]\nfile = "{name}.{suffix}"\nlabel = "real"\nsource = "drawn"\n'
    text += f'crs = "{crs}"\n' if crs else ""
    (folder / "district.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "json"])
def test_areas_come_from_geopackage_and_geojson_alike(tiny_folder, tiny_district, suffix):
    frame = tiny_district.units.reset_index()
    add_layer(tiny_folder, "units", frame, suffix)
    again = read_district(tiny_folder)
    assert again.crs.to_epsg() == 4547
    assert again.units["population"].equals(tiny_district.units["population"])
    assert again.units.geometry.geom_equals_exact(tiny_district.units.geometry, 1e-3).all()
    assert np.allclose(again.adjacency.toarray(), tiny_district.adjacency.toarray(), atol=1e-3)


@pytest.mark.parametrize("declared", ["gcj02", "bd09", "EPSG:4326", "EPSG:4490"])
def test_points_of_chinese_maps_land_where_they_stand(tiny_folder, tiny_district, declared):
    where = tiny_district.hospitals.geometry.to_crs(4326)
    lon, lat = where.x.to_numpy(), where.y.to_numpy()
    shift = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}.get(declared)
    moved = shift(lon, lat) if shift else (lon, lat)
    replaced(
        tiny_folder,
        "hospitals.csv",
        ("x,y", "经度,纬度"),
        ("490090,2520090", f"{moved[0][0]},{moved[1][0]}"),
        ("491110,2520090", f"{moved[0][1]},{moved[1][1]}"),
    )
    replaced(
        tiny_folder,
        "district.toml",
        ('"hospitals.csv"\ncrs = "EPSG:4547"', f'"hospitals.csv"\ncrs = "{declared}"'),
    )
    again = read_district(tiny_folder)
    assert again.hospitals.distance(tiny_district.hospitals).max() < 0.01


def test_crossing_outlines_are_mended_and_listed(tiny_folder):
    bow = shapely.Polygon([(0, 0), (400, 400), (400, 0), (0, 400)])
    placed = shapely.transform(bow, lambda xy: xy + np.array([490_100, 2_520_100]))
    add_layer(
        tiny_folder,
        "units",
        gpd.GeoDataFrame({"population": [9]}, geometry=[placed], crs=4547),
    )
    # The points lie up to 700 m away from so small a district: not the subject here.
    text = (tiny_folder / "district.toml").read_text(encoding="utf-8")
    (tiny_folder / "district.toml").write_text(
        text.split("[layers.hospitals]")[0] + "[layers.units]" + text.split("[layers.units]")[1],
        encoding="utf-8",
    )
    district = read_district(tiny_folder)
    assert district.units.geometry.is_valid.all()
    assert district.units.geometry.area.sum() == pytest.approx(80_000)
    assert repairs(district)["shape-mended"]["rows"] == ["1"]


def test_subdistricts_by_location_and_by_code(tiny_folder, tiny_district):
    frame = tiny_district.subdistricts.reset_index()[["subdistrict", "geometry"]]
    frame["code"] = ["002", "001"]
    frame["population"] = [31_000, 29_500]
    add_layer(tiny_folder, "subdistricts", frame)
    replaced(tiny_folder, "units.csv", (",西街道", ","), (",东街道", ",002"))
    again = read_district(tiny_folder)
    assert again.units["subdistrict"].equals(tiny_district.units["subdistrict"])
    assert again.subdistricts["population"].tolist() == [31_000, 29_500]
    assert again.subdistricts["label"].tolist() == ["real", "real"]
    assert repairs(again)["subdistrict-located"]["count"] == 12


def test_slivers_of_overlap_are_noted_and_left(tiny_folder):
    frame = gpd.GeoDataFrame(
        {"population": [3000, 2000]},
        geometry=[
            shapely.box(490_000, 2_520_000, 490_600.5, 2_520_800),
            shapely.box(490_600, 2_520_000, 491_200, 2_520_800),
        ],
        crs=4547,
    )
    add_layer(tiny_folder, "units", frame)
    district = read_district(tiny_folder)
    assert repairs(district)["overlaps-left"]["area"] == "400"
    assert district.pieces["units"].tolist() == [2]


def test_geojson_ids_and_numbers_in_text(tiny_folder):
    features = [
        {
            "type": "Feature",
            "id": name,
            "properties": {"人口": people},
            "geometry": json.loads(shapely.to_geojson(shapely.box(west, 22.7, west + 0.01, 22.8))),
        }
        for name, west, people in [("a", 113.9, "1,200"), ("b", 113.91, 800.0), ("c", 113.92, None)]
    ]  # fmt: skip
    folder = tiny_folder.parent / "json"
    folder.mkdir()
    (folder / "u.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features})
    )
    (folder / "district.toml").write_text(
        'name_en = "J"\n[layers.units]\nfile = "u.geojson"\ncrs = "EPSG:4326"\nlabel = "real"\n'
        'source = "drawn"\n'
    )
    with pytest.raises(ValueError, match=r"人口 is empty in 1 rows \(first: row 3\)"):
        read_district(folder)
    features[2]["properties"]["人口"] = 0
    (folder / "u.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features})
    )
    district = read_district(folder)
    assert district.units.index.tolist() == ["a", "b", "c"]
    assert district.population == 2000
    assert (district.code, district.name_zh) == ("json", "J")
    assert district.subdistricts.empty
    assert district.crs.to_epsg() == 4547


@settings(max_examples=10)
@given(st.permutations(range(24)))
def test_order_of_rows_changes_no_figure(tmp_path_factory, tiny_writer, order):
    folder = tiny_writer(tmp_path_factory.mktemp("order"))
    path = folder / "units.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    plain = read_district(folder)
    path.write_text("\n".join([head, *(rows[i] for i in order)]), encoding="utf-8")
    turned = read_district(folder)
    assert turned.units.loc[plain.units.index].equals(plain.units)
    assert turned.hospitals.equals(plain.hospitals)
    assert turned.subdistricts.area.to_dict() == plain.subdistricts.area.to_dict()
    seat = turned.units.index.get_indexer(plain.units.index)
    assert np.array_equal(turned.adjacency.toarray()[np.ix_(seat, seat)], plain.adjacency.toarray())


def test_gdal_loads_no_driver_that_reaches_out():
    script = (
        "import gridplan.district.folder.read, pyogrio; d = pyogrio.list_drivers();"
        "assert 'GPKG' in d, d;"
        "bad = {'OGR_VRT', 'GDALG', 'HTTP', 'WFS', 'OAPIF', 'CSW', 'Carto', 'LIBKML'} & set(d);"
        "assert not bad, bad"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_figures_as_people_write_them_are_read_and_listed(tiny_folder):
    units = tiny_folder / "units.csv"
    lines = units.read_text(encoding="utf-8").splitlines()
    column = lines[0].split(",").index("population")
    for number, text in enumerate(("0.25万", "2500人", "２５００", "约2500 人", "2.5千"), 1):
        cells = lines[number].split(",")
        cells[column] = text
        lines[number] = ",".join(cells)
    units.write_text("\n".join(lines), encoding="utf-8")
    district = read_district(tiny_folder)
    assert district.units["population"].tolist() == [2500.0] * len(district.units)
    [told] = [one for one in district.repairs if one.code == "number-mended"]
    assert told.values["count"] == 5
    units.write_text("\n".join(lines).replace("2.5千", "几千"), encoding="utf-8")
    with pytest.raises(ValueError, match="几千"):
        read_district(tiny_folder)
