"""Small files as bureaus have them, made by hand for each test."""

import zipfile

import geopandas as gpd
import pyogrio
import pytest
import shapely
import xlsxwriter

CRS = "EPSG:4547"
WEST, SOUTH = 480_000.0, 2_520_000.0  # near Shenzhen
STREETS = ("光明街道", "公明街道", "新湖镇")


def squares(count=3, side=3000.0):
    """Streets side by side, each a square of 3 km."""
    return [
        shapely.box(WEST + n * side, SOUTH, WEST + (n + 1) * side, SOUTH + side)
        for n in range(count)
    ]


@pytest.fixture
def streets(tmp_path):
    """A zipped shapefile with GBK names and no .cpg."""
    folder = tmp_path / "街道"
    folder.mkdir()
    frame = gpd.GeoDataFrame({"街道名称": STREETS}, geometry=squares(), crs=CRS)
    pyogrio.write_dataframe(frame, folder / "街道.shp", driver="ESRI Shapefile", encoding="GBK")
    path = tmp_path / "街道.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.iterdir()):
            if file.suffix != ".cpg":
                archive.write(file, file.name)
    return path


@pytest.fixture
def workbook(tmp_path):
    """A title, a header of two rows, merged streets, a number with its unit, a row of totals."""
    path = tmp_path / "人口台账.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("说明")
        page = book.add_worksheet("人口")
        page.merge_range(0, 0, 0, 3, "各社区人口统计表")
        page.merge_range(1, 0, 2, 0, "街道")
        page.merge_range(1, 1, 2, 1, "社区")
        page.merge_range(1, 2, 1, 3, "2020年人口")
        page.write_row(2, 2, ["常住人口", "户籍人口"])
        page.merge_range(3, 0, 4, 0, "光明街道办事处")
        page.write_row(3, 1, ["甲社区", "12,000人", 900])
        page.write_row(4, 1, ["乙社区", 8000, 500])
        page.write_row(5, 0, ["公明", "丙社区", "1.5万", 700])
        page.write_row(6, 0, ["新湖镇", "丁社区", 5001, 100])
        page.write_row(7, 0, ["合计", "", 40001, 2200])
    return path
