"""Travel matrices through `prepare`: taken over as they are, and checked against what was made."""

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from gridplan.cli import main
from gridplan.district.folder.read import read_district

NAMES = ("甲社区", "乙社区", "丙社区")


@pytest.fixture
def people(tmp_path):
    shapes = [
        shapely.box(500_000 + 900 * n, 2_520_000, 500_900 + 900 * n, 2_520_900) for n in range(3)
    ]
    frame = gpd.GeoDataFrame(
        {"编号": ["01", "02", "03"], "社区": NAMES, "常住人口": [4000, 5000, 6000]},
        geometry=shapes,
        crs="EPSG:4547",
    )
    path = tmp_path / "人口.gpkg"
    pyogrio.write_dataframe(frame, path)
    return path


def table(path, figure):
    ids = ["01", "02", "03"]
    rows = [[a, *(figure(n, m) for m in range(3))] for n, a in enumerate(ids)]
    frame = pd.DataFrame(rows, columns=["起点", *ids])
    if path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, encoding="gb18030")
    return path


def run(out, *options):
    return CliRunner().invoke(main, ["prepare", str(out), *map(str, options)])


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_matrix_comes_along_as_it_is(tmp_path, people, suffix):
    walk = table(tmp_path / f"步行{suffix}", lambda n, m: 60 * (12 * abs(n - m) + (m > n)))
    out = tmp_path / "out"
    told = ["--set", "walk_matrix.measured_in=seconds"]
    result = run(out, "--population", people, "--walk-matrix", walk, *told, "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert "路程 9 条" in result.output
    district = read_district(out)
    matrix = district.walk_matrix
    assert matrix.measure == "minutes"
    rows, columns = (
        ends.of_units(district.units.index) for ends in (matrix.origins, matrix.targets)
    )
    assert matrix.cost.toarray()[rows][:, columns].tolist() == [
        [0, 13, 25],
        [12, 0, 13],
        [24, 12, 0],
    ]
    assert "步行矩阵" in (out / "intake.html").read_text(encoding="utf-8")
    again = run(out, "--population", people, "--walk-matrix", walk, "--lang", "zh")
    assert again.exit_code == 0, again.output  # the answer was kept


def test_what_is_wrong_with_it_is_told(tmp_path, people):
    walk = table(tmp_path / "walk.csv", lambda n, m: -1 if n == m == 1 else 5)
    result = run(tmp_path / "out", "--population", people, "--walk-matrix", walk, "--lang", "en")
    assert result.exit_code == 2
    assert "nothing says what the figures are measured in" in result.output
    told = ["--set", "walk_matrix.measured_in=minutes"]
    result = run(
        tmp_path / "out", "--population", people, "--walk-matrix", walk, *told, "--lang", "en"
    )
    assert result.exit_code == 2
    assert "1 figures are below 0" in result.output
    missing = ["--walk-matrix", tmp_path / "gone.csv", "--drive-matrix", people]
    result = run(tmp_path / "out", "--population", people, *missing, "--lang", "en")
    assert result.exit_code == 2
    assert "gone.csv" in result.output
    assert "holds no table of ways" in result.output
