"""A layer may come in any map or table format: the district is the same whichever it is."""

import shutil
import zipfile

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridplan.audit.verify import verify
from gridplan.district.folder.read import read_district
from gridplan.district.folder.read_files import read_files
from gridplan.district.sources.kml import read_marks
from gridplan.errors import InputError
from gridplan.outputs.files.folder import write_plan
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

FORMATS = ["u.shp", "u.zip", "u.kml", "u.kmz", "u.fgb", "u.parquet", "u.gpkg", "u.geojson"]


def _kml(frame):
    marks = []
    for row in frame.to_crs(4326).itertuples():
        corners = " ".join(f"{x!r},{y!r},0" for x, y in row.geometry.exterior.coords)
        data = "".join(
            f'<SimpleData name="{key}">{getattr(row, key)}</SimpleData>'
            for key in ("unit", "population", "subdistrict")
        )
        marks.append(
            f"<Placemark><ExtendedData><SchemaData>{data}</SchemaData></ExtendedData><Polygon>"
            f"<outerBoundaryIs><LinearRing><coordinates>{corners}</coordinates></LinearRing>"
            "</outerBoundaryIs></Polygon></Placemark>"
        )
    inside = f"<Document><Folder><name>单元</name>{''.join(marks)}</Folder></Document>"
    return f'<kml xmlns="http://www.opengis.net/kml/2.2">{inside}</kml>'.encode()


def _write(frame, folder, name):
    """Write the units in a format, under that name, as programs do."""
    path, suffix = folder / name, name.rpartition(".")[2]
    if suffix in ("kml", "kmz"):
        path.write_bytes(_kml(frame))
        if suffix == "kmz":
            content = path.read_bytes()
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("doc.kml", content)
    elif suffix == "parquet":
        frame.to_parquet(path)
    elif suffix == "zip":
        pyogrio.write_dataframe(frame, folder / "in" / "u.shp", encoding="GBK")
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted((folder / "in").iterdir()):
                archive.write(part, part.name)
        shutil.rmtree(folder / "in")
    else:
        # A shapefile of an office: GBK, and nothing that says so.
        options = {"encoding": "GBK"} if suffix == "shp" else {}
        pyogrio.write_dataframe(frame, path, **options)
        (folder / "u.cpg").unlink(missing_ok=True)


@pytest.fixture
def units(tiny_district):
    frame = tiny_district.units[["population", "geometry"]].rename_axis("unit").reset_index()
    middle = shapely.get_x(shapely.centroid(frame.geometry.to_numpy()))
    return frame.assign(subdistrict=np.where(middle < np.median(middle), "西街道", "东街道"))


def _folder(tiny_folder, place, name, extra=""):
    folder = place / "district"
    shutil.copytree(tiny_folder, folder)
    toml = (folder / "district.toml").read_text(encoding="utf-8")
    toml = toml.replace('file = "units.csv"', f'file = "{name}"{extra}')
    crs = "EPSG:4326" if "km" in name else "EPSG:4547"
    toml = toml.replace("EPSG:4547", crs, 1).replace("cell_metres = 200\n", "", 1)
    (folder / "district.toml").write_text(toml, encoding="utf-8")
    (folder / "units.csv").unlink()
    return folder


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_map_format_gives_the_same_district(tiny_folder, tmp_path, units, name):
    folder = _folder(tiny_folder, tmp_path, name)
    (folder / "in").mkdir()
    _write(units, folder, name)
    read = read_district(folder).units.loc[units["unit"]]  # FlatGeobuf has an order of its own
    assert read["population"].tolist() == units["population"].tolist()
    assert read["subdistrict"].tolist() == units["subdistrict"].tolist()
    there = read.to_crs(units.crs).area
    assert there.to_numpy() == pytest.approx(units.area.to_numpy(), rel=1e-3)


def test_a_workbook_gives_the_same_district(tiny_folder, tmp_path, tiny_district):
    folder = _folder(tiny_folder, tmp_path, "u.xlsx", "\ncell_metres = 200")
    table = pd.read_csv(tiny_folder / "units.csv", dtype=str)
    table.to_excel(folder / "u.xlsx", index=False)
    pd.testing.assert_frame_equal(
        pd.DataFrame(read_district(folder).units), pd.DataFrame(tiny_district.units)
    )
    with pd.ExcelWriter(folder / "u.xlsx") as book:
        table.head(1).to_excel(book, sheet_name="旧", index=False)
        table.to_excel(book, sheet_name="新", index=False)
    toml = folder / "district.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace('"u.xlsx"', '"u.xlsx"\nlayer = "新"'), encoding="utf-8")
    assert len(read_district(folder).units) == len(tiny_district.units)
    toml.write_text(text.replace('"u.xlsx"', '"u.xlsx"\nlayer = "最新"'), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_district(folder)
    assert [one.code for one in caught.value.problems] == ["which-table"]
    assert "旧" in caught.value.problems[0].text("zh")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_all_parts_of_a_shapefile_are_what_a_plan_rests_on(tiny_folder, tmp_path, units):
    folder = _folder(tiny_folder, tmp_path, "deep/u.shp")
    (folder / "deep").mkdir()
    _write(units, folder, "deep/u.shp")
    names = {path.name for path in read_files(folder)}
    assert {"u.shp", "u.shx", "u.dbf"} <= names
    made = plan(read_district(folder), Scenario(grids=2, center_lower=10_000, work_limit=1))
    write_plan(made, tmp_path / "out", lang="zh")
    assert not verify(tmp_path / "out", district=folder).differences


@pytest.mark.parametrize("name", ["u.docx", "u.dwg", "u", "u.tif"])
def test_what_is_no_layer_is_refused_by_its_layer(tiny_folder, tmp_path, name):
    folder = _folder(tiny_folder, tmp_path, name)
    (folder / name).write_bytes(b"II*\x00 whatever" if name.endswith("tif") else b"whatever")
    with pytest.raises(InputError) as caught:
        read_district(folder)
    for lang in ("zh", "en"):
        [problem] = caught.value.problems
        assert "units" in problem.text(lang) or name in problem.text(lang)


def test_marks_are_kept_by_folder_with_what_is_known_of_them():
    point = "<Point><coordinates>113.9,22.7,5</coordinates></Point>"
    ring = "<LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing>"
    area = f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"
    named = '<ExtendedData><Data name="级别"><value> 三级 </value></Data></ExtendedData>'
    raw = (
        "<kml><Document><name>图</name>"
        f"<Placemark><name>甲</name>{named}{point}</Placemark><Placemark><name>空</name></Placemark>"
        f"<Folder><name>片</name><Placemark><MultiGeometry>{area}{area}</MultiGeometry></Placemark>"
        f"<Placemark><MultiGeometry>{point}{area}</MultiGeometry></Placemark></Folder>"
        "</Document></kml>"
    ).encode()
    found = read_marks(raw)
    assert list(found) == ["图", "片"]
    assert found["图"].table.to_dict("records") == [{"Name": "甲", "级别": "三级"}]
    assert found["图"].shapes[0].equals(shapely.Point(113.9, 22.7))
    assert [shape.geom_type for shape in found["片"].shapes] == [
        "MultiPolygon",
        "GeometryCollection",
    ]


@given(
    st.text("<>/kmlPlacemarkPointPolygoncoordinates0123456789., -", max_size=80),
    st.sampled_from(["Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "x"]),
)
def test_no_text_in_a_mark_is_more_than_a_problem(text, kind):
    raw = f"<kml><Placemark><{kind}><coordinates>{text}</coordinates></{kind}></Placemark></kml>"
    try:
        found = read_marks(raw.encode())
    except (ValueError, shapely.errors.ShapelyError):
        return
    assert all(isinstance(marks.table, pd.DataFrame) for marks in found.values())
