"""
Seven sets of files as bureaus have them, each planned from the raw files by ``prepare`` alone.

Run ``python -m benchmarks.intake_files OUT`` to make the files that do not exist anywhere (tables,
rasters, points of interest: all MODELLED, from a fixed seed) and to print the command of each set.
Real ones come from ``../shared``; sets whose files are not there are left out, and said to be.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
import shapely
import xlsxwriter
from pyproj import Transformer
from rasterio.transform import from_origin

from gridplan.district.district import District
from gridplan.district.folder.read import read_district
from gridplan.district.geometry.crs import wgs84_to_gcj02

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# Shenzhen's districts, 2020 census.
SHENZHEN = {
    "宝安": 4_476_554,
    "龙岗": 3_979_037,
    "龙华": 2_528_872,
    "南山": 1_795_826,
    "福田": 1_553_225,
    "罗湖": 1_143_801,
    "光明": 1_095_289,
    "坪山": 551_333,
    "盐田": 214_225,
    "大鹏": 156_236,
}
CHONGQING = 32_054_159  # residents of the municipality, 2020 census


@dataclass(frozen=True)
class FileSet:
    """One set: what it is called, and the options of ``gridplan prepare``."""

    name: str
    options: list[str]


def file_sets(out: Path) -> list[FileSet]:
    """Make every set whose sources are there."""
    out.mkdir(parents=True, exist_ok=True)
    district = read_district(ROOT / "data" / "guangming")
    made = [workbook(out, district), interest_points(out, district), density(out, district)]
    if SHARED.is_dir():
        made += [porto_alegre(), chongqing(out), zones(out), kaifeng()]
    return made


def porto_alegre() -> FileSet:
    """H3 cells with residents."""
    folder = SHARED / "data" / "porto_alegre"
    roads = folder / "poa_osm.pbf"
    return FileSet(
        "porto_alegre", ["--population", str(folder / "poa_hexgrid.csv"), "--roads", str(roads)]
    )


def chongqing(out: Path) -> FileSet:
    """Join a GBK shapefile to an Excel table of residents, modelled by ground and size."""
    shape = SHARED / "data" / "chongqing_gbk" / "区县界_area.shp"
    areas = pyogrio.read_dataframe(shape, encoding="gb18030")
    km2 = areas.to_crs("EPSG:4544").area.to_numpy() / 1e6
    central = areas["ADMINCODE"].astype(int).isin([*range(500103, 500110), 500112, 500113])
    weight = km2**0.35 * np.where(central, 3.0, 1.0)
    people = np.floor(CHONGQING * weight / weight.sum()).astype(int)
    people[0] += CHONGQING - people.sum()
    path = out / "重庆各区县人口.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("人口")
        page.merge_range(0, 0, 0, 2, "各区县常住人口（模拟，2020年合计为普查数）")
        page.write_row(1, 0, ["序号", "区县", "常住人口（人）"])
        for at, (name, count) in enumerate(zip(areas["NAME"], people, strict=True)):
            shown = name.replace("自治县", "").replace("土家族", "").replace("苗族", "")
            page.write_row(at + 2, 0, [at + 1, shown if at % 7 == 3 else name, int(count)])
        page.write_row(len(areas) + 2, 0, ["", "合计", int(people.sum())])
    return FileSet(
        "chongqing", ["--boundary", str(shape), "--population", str(path), "--name", "重庆市"]
    )


def zones(out: Path) -> FileSet:
    """Traffic zones without residents, the districts' totals in a table."""
    path = out / "深圳各区人口.csv"
    rows = [("区", "2020年常住人口"), *((f"{name}区", f"{n:,}") for name, n in SHENZHEN.items())]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    path.write_bytes(text.encode("gb18030"))
    areas = SHARED / "data" / "shenzhen_491_taz_wgs84.geojson"
    answers = ["--set", "subdistricts.columns.subdistrict=district"]
    return FileSet(
        "shenzhen_zones", ["--subdistricts", str(areas), "--population", str(path), *answers]
    )


def kaifeng() -> FileSet:
    """Give cells whose projection nobody declared: it is said on the command line."""
    cells = SHARED / "benchmarks" / "siting_kaifeng" / "geo_kf.txt"
    return FileSet("kaifeng", ["--population", str(cells), "--crs", "population=EPSG:4547"])


def _streets(out: Path, district: District) -> Path:
    path = out / "街道.zip"
    frame = district.subdistricts.reset_index()[["subdistrict", "geometry"]]
    folder = out / "streets"
    folder.mkdir(exist_ok=True)
    frame = frame.rename(columns={"subdistrict": "街道名称"})
    pyogrio.write_dataframe(frame, folder / "街道.shp", driver="ESRI Shapefile", encoding="GBK")
    import zipfile

    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.iterdir()):
            if file.suffix != ".cpg":
                archive.write(file, file.name)
    return path


def workbook(out: Path, district: District) -> FileSet:
    """One workbook with three sheets: residents by community, hospitals, centers."""
    path = out / "卫健局台账.xlsx"
    units = district.units
    by = units.groupby(["subdistrict", "community"], sort=True)["population"].sum().reset_index()
    here = district.hospitals.to_crs(4326)
    there = district.centers.to_crs(4326)
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("人口")
        page.merge_range(0, 0, 0, 3, "光明区各社区人口统计表（模拟）")
        page.merge_range(1, 0, 2, 0, "街道")
        page.merge_range(1, 1, 2, 1, "社区")
        page.merge_range(1, 2, 1, 3, "2020年人口")
        page.write_row(2, 2, ["常住人口", "户籍人口"])
        for at, row in enumerate(by.itertuples()):
            page.write_row(at + 3, 0, [row.subdistrict, row.community])
            page.write(at + 3, 2, f"{row.population:,.0f}人" if at % 5 == 0 else row.population)
            page.write(at + 3, 3, round(row.population * 0.11))
        page.write_row(len(by) + 3, 0, ["合计", ""])
        page.write(len(by) + 3, 2, by["population"].sum())
        page = book.add_worksheet("医院")
        page.write_row(0, 0, ["机构名称", "等级", "类别", "隶属关系", "床位数", "经度", "纬度"])
        for at, (name, row) in enumerate(here.iterrows()):
            cells = [row["name"], row["level"], row["kind"], row["ownership"]]
            page.write_row(at + 1, 0, [c if isinstance(c, str) else "" for c in cells])
            if row["beds"] == row["beds"]:
                page.write(at + 1, 4, row["beds"])
            page.write_row(at + 1, 5, [row.geometry.x, row.geometry.y])
            del name
        page = book.add_worksheet("社康")
        page.write_row(0, 0, ["社康中心名称", "经度", "纬度"])
        for at, (_, row) in enumerate(there.iterrows()):
            page.write_row(at + 1, 0, [row["name"], row.geometry.x, row.geometry.y])
    streets = _streets(out, district)
    sheets = ["population", "hospitals", "centers"]
    options = [
        part
        for role, sheet in zip(sheets, ("人口", "医院", "社康"), strict=True)
        for part in (f"--{role}", f"{path}#{sheet}")
    ]
    return FileSet("workbook", [*options, "--subdistricts", str(streets)])


def interest_points(out: Path, district: District) -> FileSet:
    """Points of interest as map providers list them, in GCJ-02, undeclared; cells as residents."""
    random = np.random.default_rng(7)
    rows = []
    here = district.hospitals.to_crs(4326)
    for at, (_, row) in enumerate(here.iterrows()):
        tertiary = str(row["level"]).startswith("tertiary")
        kind = "综合医院;三级甲等医院" if tertiary else "综合医院;综合医院"
        rows.append((row["name"], f"医疗保健服务;{kind}", row.geometry.x, row.geometry.y))
        for word in ("门诊部", "停车场", "住院部")[: 1 + at % 3]:
            shift = random.normal(0, 0.0008, 2)
            rows.append(
                (
                    f"{row['name']}{word}",
                    "医疗保健服务;综合医院;综合医院",
                    *(np.array([row.geometry.x, row.geometry.y]) + shift),
                )
            )
    for _, row in district.centers.to_crs(4326).iterrows():
        kind = "医疗保健服务;医疗保健服务场所;社区卫生服务中心"
        rows.append((row["name"], kind, row.geometry.x, row.geometry.y))
    table = pd.DataFrame(rows, columns=["name", "type", "lon", "lat"])
    table["lon"], table["lat"] = wgs84_to_gcj02(table["lon"], table["lat"])
    table.insert(2, "adname", "光明区")
    path = out / "poi_医疗.csv"
    table.round(6).to_csv(path, index=False, encoding="utf-8-sig")
    cells = out / "cells.parquet"
    units = district.units.reset_index()[["unit", "population", "subdistrict", "geometry"]]
    units.to_crs(4490).to_parquet(cells)
    return FileSet(
        "interest_points",
        ["--population", str(cells), "--hospitals", str(path), "--set", "hospitals.crs=gcj02"],
    )


def density(out: Path, district: District) -> FileSet:
    """Residents per km² as a raster in Web Mercator, the outline as KML in a zip (KMZ)."""
    units = district.units
    side = 100.0
    west, south, east, north = units.total_bounds
    wide, high = round((east - west) / side), round((north - south) / side)
    grid = np.full((high, wide), -9999.0, dtype="float32")
    middle = units.geometry.centroid
    column = ((middle.x - west) // side).to_numpy(dtype=int)
    row = ((north - middle.y) // side).to_numpy(dtype=int)
    grid[row, column] = units["population"] / (side**2 / 1e6)
    step = 0.0005  # degrees; each pixel takes the figure of the cell its middle lies in
    box = gpd.GeoSeries([shapely.box(*units.total_bounds)], crs=units.crs).to_crs(4326)
    left, bottom, right, top = box.total_bounds
    tw, th = int((right - left) / step) + 2, int((top - bottom) / step) + 2
    lon, lat = np.meshgrid(left + (np.arange(tw) + 0.5) * step, top - (np.arange(th) + 0.5) * step)
    to_metres = Transformer.from_crs(4326, units.crs, always_xy=True)
    x, y = to_metres.transform(lon.ravel(), lat.ravel())
    column, row = ((x - west) // side).astype(int), ((north - y) // side).astype(int)
    inside = (column >= 0) & (column < wide) & (row >= 0) & (row < high)
    warped = np.full(th * tw, -9999.0, dtype="float32")
    warped[inside] = grid[row[inside], column[inside]]
    warped = warped.reshape(th, tw)
    target = from_origin(left, top, step, step)
    path = out / "pop_density.tif"
    profile = {"driver": "GTiff", "width": tw, "height": th, "count": 1, "dtype": "float32"}
    with rasterio.open(
        path, "w", **profile, crs="EPSG:4326", transform=target, nodata=-9999
    ) as data:
        data.write(warped, 1)
        data.set_band_description(1, "population density, persons per km2")
    outline = gpd.GeoDataFrame(
        {"Name": ["光明区"]}, geometry=[units.union_all().buffer(1).buffer(-1)], crs=units.crs
    ).to_crs(4326)
    kml = out / "outline.kml"
    pyogrio.write_dataframe(outline, kml, driver="KML")
    import zipfile

    with zipfile.ZipFile(out / "边界.kmz", "w") as archive:
        archive.write(kml, "doc.kml")
    return FileSet("density", ["--population", str(path), "--boundary", str(out / "边界.kmz")])


def main() -> None:
    """Print the command of every set."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out" / "files"
    for made in file_sets(out):
        print("gridplan prepare", out / made.name, *made.options)


if __name__ == "__main__":
    main()
