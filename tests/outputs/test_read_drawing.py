"""A drawing is read from whatever a planner has, and its plan agrees with its own files."""

import json
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from shapely.geometry import box

import gridplan as gp
from gridplan.audit.verify import verify
from gridplan.cli import main
from gridplan.errors import InputError
from gridplan.outputs.reading.drawing import read_drawing
from gridplan.planning.scenario.scenario import Scenario

SCENARIO = Scenario(
    grids=2, center_lower=5_000, center_upper=15_000, regional_max=0, work_limit=0.05
)


def names_of(district):
    west = district.units["subdistrict"] == "西街道"
    return pd.Series(np.where(west, "西片", "东片"), index=district.units.index, dtype=object)


def polygons(district, *, crs="EPSG:4547"):
    """Halves of the district, drawn a little off the units' sides; of two parts in the west."""
    x0, y0, x1, y1 = district.units.total_bounds
    middle, half = (x0 + x1) / 2 + 60, (y0 + y1) / 2
    shapes = [box(x0, y0, middle, half), box(x0, half, middle, y1), box(middle, y0, x1, y1)]
    frame = gpd.GeoDataFrame({"网格": ["西片", "西片", "东片"]}, geometry=shapes, crs="EPSG:4547")
    return frame.to_crs(crs)


def test_every_form_gives_the_same_grids(tiny_district, tmp_path):
    names = names_of(tiny_district)
    areas = polygons(tiny_district, crs="EPSG:4326")
    files = {name: tmp_path / name for name in ("a.csv", "a.xlsx", "a.geojson", "a.gpkg", "a.zip")}
    table = pd.DataFrame({"单元": names.index, "网格": names.to_numpy()})
    table.to_csv(files["a.csv"], index=False)
    table.to_excel(files["a.xlsx"], index=False)
    areas.to_file(files["a.geojson"])
    areas.to_file(files["a.gpkg"], layer="drawn")
    areas.to_file(tmp_path / "a.shp", encoding="UTF-8")
    with zipfile.ZipFile(files["a.zip"], "w") as archive:
        for part in tmp_path.glob("a.*"):
            if part.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                archive.write(part, part.name)
    areas.to_file(tmp_path / "a.gdb", driver="OpenFileGDB", layer="drawn")
    for file in (*files.values(), tmp_path / "a.gdb"):
        read = read_drawing(file, tiny_district)
        assert dict(read.grid) == names.to_dict(), file
        several = [note.values["count"] for note in read.notes if note.code == "drawn-by-area"]
        assert several == ([] if file.suffix in (".csv", ".xlsx") else [4]), file


def test_a_unit_goes_where_most_of_it_lies_and_doubts_are_listed(tiny_district):
    from gridplan.outputs.reading.drawing import shares

    x0, y0, _, y1 = tiny_district.units.total_bounds
    shapes = np.array([box(x0, y0, x0 + 250, y1), box(x0 + 230, y0, x0 + 900, y1 - 200)])
    found = shares(tiny_district, shapes, pd.Series(["a", "b"]))
    table = found.set_index(["unit", "grid"])["share"].to_dict()
    assert table["u10", "a"] == pytest.approx(0.25)
    assert table["u10", "b"] == pytest.approx(0.85)
    assert table["u40", "b"] == pytest.approx(0.5)
    assert ("u13", "b") not in table
    assert "u50" not in set(found["unit"])


def test_polygons_without_coordinates_declared_or_over_a_part_only(tiny_district, tmp_path):
    areas = polygons(tiny_district).iloc[:2]
    file = tmp_path / "bare.gpkg"
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        areas.set_crs(None, allow_override=True).to_file(file)
    with pytest.raises(InputError, match="does not say in which coordinates"):
        read_drawing(file, tiny_district)
    read = read_drawing(file, tiny_district, crs="EPSG:4547")
    assert read.grid.isna().sum() == 8
    assert [note.code for note in read.notes] == ["drawn-outside"]
    with pytest.raises(InputError, match="meets a unit"):
        read_drawing(file, tiny_district, crs="EPSG:4526")


def test_what_is_no_drawing_is_refused_in_words(tiny_district, tmp_path):
    empty = tmp_path / "folder"
    empty.mkdir()
    points = gpd.GeoDataFrame(
        {"grid": ["a"]}, geometry=tiny_district.units.geometry.iloc[:1].centroid, crs="EPSG:4547"
    )
    points.to_file(tmp_path / "points.gpkg")
    polygons(tiny_district).rename(columns={"网格": "what"}).to_file(tmp_path / "odd.gpkg")
    pd.DataFrame({"unit": ["u00", "u00", None], "grid": ["a", "b", "c"]}).to_excel(
        tmp_path / "twice.xlsx", index=False
    )
    pd.DataFrame({"unit": ["u00", "u10"], "grid": "a", "lead": ["h1", "h2"]}).to_csv(
        tmp_path / "leads.csv", index=False
    )
    for file, match in (
        ("folder", "neither a plan"),
        ("nothing.csv", "was not found"),
        ("points.gpkg", "holds no areas"),
        ("odd.gpkg", "none of them names the grids"),
        ("twice.xlsx", "more than once"),
        ("leads.csv", "several leads"),
    ):
        with pytest.raises(InputError, match=match):
            read_drawing(tmp_path / file, tiny_district)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_drawing_that_breaks_everything_is_a_whole_folder_that_verifies(
    tiny_folder, tmp_path, lang
):
    book = openpyxl.Workbook()
    book.active.append(["unit", "grid"])
    district = gp.read_district(tiny_folder)
    for place, unit in enumerate(district.units.index):
        book.active.append([unit, "大片" if place % 5 else "碎片"])
    book.save(tmp_path / "drawn.xlsx")
    (tiny_folder / "scenario.toml").write_text(
        "center_lower = 20000\ncenter_upper = 25000\nwork_limit = 0.05\n", encoding="utf-8"
    )
    out = tmp_path / "out"
    asked = ["--drawn", str(tmp_path / "drawn.xlsx"), "--out", str(out), "--lang", lang]
    told = CliRunner().invoke(main, ["plan", str(tiny_folder), *asked])
    assert told.exit_code == 0, told.output
    assert "碎片" in told.output
    assert {"zh": "不作最优声明", "en": "no optimum claimed"}[lang] in told.output
    audit = verify(out, district=tiny_folder)
    assert audit.sound, audit.text("en")
    written = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert {row["drawn_name"] for row in written["grids"]} == {"大片", "碎片"}
    assert written["certificate"]["grids"]["status"] == "drawn"


def test_the_folder_of_a_plan_is_a_drawing(tiny_district, tmp_path):
    first = gp.plan(tiny_district, SCENARIO, drawn=names_of(tiny_district))
    first.write(tmp_path / "first")
    again = gp.plan(tiny_district, SCENARIO, drawn=tmp_path / "first")
    assert again.layout.units["grid"].equals(first.layout.units["grid"])
    assert dict(again.layout.grids["drawn_name"]) == dict(first.layout.grids["drawn_name"])
    assert dict(again.layout.grids["lead"]) == dict(first.layout.grids["lead"])
    areas = gp.read_drawing(f"{tmp_path / 'first' / 'plan.gpkg'}#grids", tiny_district)
    assert set(areas.leads.values()) == {"h1", "h2"}
