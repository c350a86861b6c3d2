"""Fixtures every test may ask for, and the one hypothesis profile."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gridplan.district.district import District
from gridplan.district.folder.read import read_district

settings.register_profile(
    "gridplan",
    derandomize=True,
    max_examples=40,
    deadline=None,
    print_blob=False,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("gridplan")

COLUMNS, ROWS, SIDE = 6, 4, 200
WEST, SOUTH = 490_000, 2_520_000  # corner of the lattice in EPSG:4547

TOML = """\
code = "000001"
name_zh = "小区"
name_en = "Tiny District"
vintage = "2020"

[layers.units]
file = "units.csv"
crs = "EPSG:4547"
cell_metres = 200
label = "modelled"
source = "drawn for tests"

[layers.hospitals]
file = "hospitals.csv"
crs = "EPSG:4547"
label = "real"
source = "drawn for tests"

[layers.centers]
file = "centers.csv"
crs = "EPSG:4547"
label = "real"
source = "drawn for tests"
"""


def write_tiny(folder: Path) -> Path:
    """
    Write the tiny district; 24 cells of 200 m, 2,500 residents each, 60,000 in all.

        row 3   u03 u13 u23 | u33 u43 u53
        row 2   u02 c1  u22 | u32 c2  u52      c: existing center in that cell
        row 1   u01 u11 u21 | u31 u41 u51
        row 0   h1  u10 u20 | u30 u40 h2       h: hospital in that cell
                  西街道          东街道
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "district.toml").write_text(TOML, encoding="utf-8")
    units = ["unit,x,y,population,population_65,community,subdistrict"]
    for row in range(ROWS):
        for column in range(COLUMNS):
            x, y = WEST + SIDE * (column + 0.5), SOUTH + SIDE * (row + 0.5)
            side = "西" if column < COLUMNS // 2 else "东"
            community = f"{side}{'南' if row < ROWS // 2 else '北'}社区"
            units.append(f"u{column}{row},{x},{y},2500,200,{community},{side}街道")
    (folder / "units.csv").write_text("\n".join(units) + "\n", encoding="utf-8")
    (folder / "hospitals.csv").write_text(
        "hospital,name,level,kind,ownership,beds,eligible,x,y\n"
        f"h1,西区人民医院,三级甲等,综合,区级,800,是,{WEST + 90},{SOUTH + 90}\n"
        f"h2,东区中医院,三甲,中医,市级,600,是,{WEST + 1110},{SOUTH + 90}\n",
        encoding="utf-8",
    )
    (folder / "centers.csv").write_text(
        "center,name,class,capacity,x,y\n"
        f"c1,西社康中心,区域,,{WEST + 300},{SOUTH + 500}\n"
        f"c2,东社康中心,社区,,{WEST + 900},{SOUTH + 500}\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="session")
def tiny_writer() -> Callable[[Path], Path]:
    """Give the function that writes the tiny district, for tests that need several."""
    return write_tiny


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    """Give a fresh copy of the tiny district's folder, to be broken at will."""
    return write_tiny(tmp_path / "tiny")


@pytest.fixture
def tiny_district(tiny_folder: Path) -> District:
    """
    Give the tiny district as read.

    24 cells of 200 m, 2,500 residents each, 60,000 in all; ids are u<column><row>:

        row 3   u03 u13 u23 | u33 u43 u53
        row 2   u02 c1  u22 | u32 c2  u52      c: existing center in that cell (u12, u42)
        row 1   u01 u11 u21 | u31 u41 u51
        row 0   h1  u10 u20 | u30 u40 h2       h: hospital in that cell (u00, u50)
                  西街道          东街道
    """
    return read_district(tiny_folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with files that drive a browser: they wait a lot, and none is left at the end."""
    scenes = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in scenes)
