"""Files of every kind: read as they are, or refused in words."""

import json
import sqlite3
import warnings
import zipfile
from contextlib import closing

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import pytest
import rasterio
import shapely
from rasterio.transform import Affine

from gridplan.errors import InputError
from gridplan.intake.files.opening import open_source
from gridplan.intake.files.rasters import raster_sums
from tests.intake.conftest import CRS, STREETS, squares

CRS_OF = pyproj.CRS.from_user_input(CRS)

CSV = "街道,人口\n光明街道,100\n公明街道,200\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_any_encoding_and_with_any_separator(tmp_path, encoding, mark):
    path = tmp_path / "人口.csv"
    path.write_bytes(CSV.replace(",", mark).encode(encoding))
    source = open_source(path)
    assert list(source.table.columns) == ["街道", "人口"]
    assert list(source.table["人口"]) == ["100", "200"]
    assert source.rows.tolist() == [2, 3]


@pytest.mark.parametrize("title", ["各街道人口统计表", "各街道人口，2020年", "统计表,单位：人"])
@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_a_title_above_a_text_table_does_not_hide_its_separator(tmp_path, title, mark):
    path = tmp_path / "人口.csv"
    rows = "街道,人口,面积\n光明街道,100,1\n公明街道,200,2\n新湖,30,3\n"
    path.write_text(f"{title}\n{rows.replace(',', mark)}", encoding="utf-8")
    source = open_source(path)
    assert list(source.table.columns) == ["街道", "人口", "面积"]
    assert list(source.table["人口"]) == ["100", "200", "30"]


def test_a_zipped_geotiff_is_read(tmp_path):
    path = tmp_path / "pop.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype="float32", width=4, height=3, crs=CRS,
        transform=Affine(100, 0, 500_000, 0, -100, 2_500_000),
    ) as data:  # fmt: skip
        data.write(np.full((3, 4), 5, dtype="float32"), 1)
    packed = tmp_path / "人口.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "pop.tif")
        archive.writestr("pop.tfw", "100\n")
    path.unlink()
    found = open_source(packed)
    assert found.count_sum == 60
    cells = np.array(squares(1, 100.0), dtype=object)
    cells = shapely.transform(cells, lambda xy: xy - xy[0] + [500_150, 2_499_750])
    assert raster_sums(found, cells, CRS_OF, reading="count").sum() == pytest.approx(5)


def test_a_workbook_with_title_merged_header_and_totals(workbook):
    source = open_source(workbook)
    assert source.name.endswith("[人口]")
    assert list(source.table.columns) == [
        "街道",
        "社区",
        "2020年人口 常住人口",
        "2020年人口 户籍人口",
    ]
    assert list(source.table["街道"]) == ["光明街道办事处", "光明街道办事处", "公明", "新湖镇"]
    assert source.rows.tolist() == [4, 5, 6, 7]
    assert [problem.code for problem in source.told] == ["intake-totals"]


def test_a_sheet_is_named_behind_the_file(workbook):
    source = open_source(workbook.with_name(f"{workbook.name}#人口"))
    assert len(source.table) == 4
    with pytest.raises(InputError, match="说明, 人口"):
        open_source(workbook.with_name(f"{workbook.name}#没有"))


def test_gbk_names_of_a_shapefile_without_cpg(streets):
    source = open_source(streets)
    assert tuple(source.table["街道名称"]) == STREETS
    assert source.crs == CRS
    assert [problem.code for problem in source.told] == ["intake-encoding-found"]


def _written(frame, path, driver, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(frame, path, driver=driver, **options)
    return path


@pytest.mark.parametrize(
    "name", ["a.gpkg", "a.geojson", "a.fgb", "a.parquet", "a.kml", "a.gdb", "a.kmz", "gdb.zip"]
)
def test_map_formats_give_the_same_rows(tmp_path, name):
    column = "Name" if name.startswith("a.k") else "街道"  # KML has its own
    frame = gpd.GeoDataFrame({column: STREETS}, geometry=squares(), crs=CRS)
    path = tmp_path / name
    if name == "a.parquet":
        frame.to_parquet(path)
    elif name == "a.geojson":
        path.write_text(frame.to_crs(4326).to_json(drop_id=True), encoding="utf-8")
    elif name == "a.kmz":
        inner = _written(frame.to_crs(4326), tmp_path / "doc.kml", "KML")
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(inner, "doc.kml")
    elif name == "a.kml":
        _written(frame.to_crs(4326), path, "KML")
    elif name == "gdb.zip":
        inner = _written(frame, tmp_path / "b.gdb", "OpenFileGDB", layer="jd")
        with zipfile.ZipFile(path, "w") as archive:
            for file in inner.iterdir():
                archive.write(file, f"b.gdb/{file.name}")
    else:
        driver = {"a.gpkg": "GPKG", "a.fgb": "FlatGeobuf", "a.gdb": "OpenFileGDB"}[name]
        _written(frame, path, driver)
    source = open_source(path)
    assert sorted(source.table[column]) == sorted(STREETS)
    there = gpd.GeoSeries(source.shapes, crs=source.crs).to_crs(CRS)
    assert there.area.sum() == pytest.approx(27e6, rel=1e-3)


def _hostile():
    vrt = b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>'
    yield "empty.csv", b""
    yield "blank.csv", b"\n\n  \n"
    yield "header.csv", "人口,街道\n".encode()
    yield "nul.csv", b"a,b\n1,\x002\n"
    yield "binary.csv", bytes(range(256)) * 20
    yield "ragged.csv", b"a,b\n1,2\n1,2,3,4\n"
    yield "numbers.csv", b"1,2\n3,4\n"
    yield "quote.csv", b'a,b\n"1,2\n'
    yield "huge-field.csv", b'a,b\n1,"' + b"x" * 200_000 + b'"\n'
    for suffix in (
        "geojson",
        "gpkg",
        "shp",
        "kml",
        "fgb",
        "parquet",
        "tif",
        "xlsx",
        "xls",
        "csv",
        "json",
    ):
        yield f"vrt.{suffix}", vrt
        yield f"zeros.{suffix}", b"\x00" * 400
        yield f"text.{suffix}", "不是地图".encode()
    yield "cut.geojson", b'{"type":"FeatureCollection","features":[{"type":"Feature"'
    yield "nested.geojson", b'{"type":"FeatureCollection","features":' + b"[" * 100_000
    yield "null.geojson", b'{"type":"FeatureCollection","features":[null]}'
    yield "none.geojson", b'{"type":"FeatureCollection","features":[]}'
    yield (
        "odd.geojson",
        json.dumps(
            {"features": [{"geometry": {"type": "Polygon", "coordinates": [[1]]}}]}
        ).encode(),
    )
    yield "number.geojson", b"5"
    yield (
        "entity.kml",
        b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>',
    )
    yield "laughs.kml", b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "aaaa">]><kml>&a;</kml>'
    yield "sqlite.gpkg", b"SQLite format 3\x00" + b"\x00" * 52 + b"GPKG" + b"\x00" * 400
    yield "notes.md", b"# notes"
    yield "zip.csv", b"PK\x03\x04" + b"\x00" * 100
    yield "noext", b"hello"
    yield "tiff.tif", b"II*\x00" + b"\x01" * 200
    yield "wrong.pbf", b"nothing"
    yield "arrow.parquet", b"PAR1" + b"\x00" * 100 + b"PAR1"
    yield "fgb.fgb", b"fgb\x03fgb\x00" + b"\xff" * 200


HOSTILE = dict(_hostile())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_broken_or_hostile_file_is_one_sentence(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    with pytest.raises(InputError) as told:
        open_source(path)
    for lang in ("zh", "en"):
        assert name in told.value.text(lang)
        assert "Traceback" not in told.value.text(lang)


def _zip(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"a.csv": b"0" * 50_000_000}, "packed suspiciously tight"),
        ({"../a.csv": b"a,b\n1,2\n"}, "outside it"),
        ({"a.csv": b"a,b\n1,2\n", "b.csv": b"a,b\n1,2\n"}, "which file"),
        ({"a.shp": b"\x00\x00\x27\x0a", "a.shx": b"1"}, "lacks its companions"),
        ({f"{n}.txt": b"1" for n in range(2100)}, "too many"),
        ({"readme.txt": b"1"}, "which file"),
        ({"inner.zip": b"PK\x03\x04"}, "format"),
    ],
)
def test_archives_are_judged_before_they_are_unpacked(tmp_path, members, words):
    path = tmp_path / "数据.zip"
    _zip(path, members)
    with pytest.raises(InputError, match=words):
        open_source(path)


def test_a_pipe_is_refused_without_waiting(tmp_path):
    import os

    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    with pytest.raises(InputError, match="no ordinary file"):
        open_source(path)


def test_shapes_of_a_layer_are_what_they_were(tmp_path):
    frame = gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=squares(), crs=CRS)
    path = _written(frame, tmp_path / "a.gpkg", "GPKG")
    source = open_source(path)
    assert np.allclose(shapely.area(source.shapes), 9e6)


def test_a_view_of_a_geopackage_is_not_run(tmp_path):
    frame = gpd.GeoDataFrame({"人口": [1, 2, 3]}, geometry=squares(), crs=CRS)
    path = _written(frame, tmp_path / "a.gpkg", "GPKG", layer="a")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE VIEW v AS SELECT * FROM a")
        base.execute("UPDATE gpkg_contents SET table_name = 'v', identifier = 'v'")
    with pytest.raises(InputError, match=r"a\.gpkg"):
        open_source(path)
