"""Addresses looked up in a written plan: none lost, none misplaced, none that acts."""

import csv
import json
import time

import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from pyproj import Transformer

from gridplan.cli import main
from gridplan.district.geometry.crs import wgs84_to_bd09, wgs84_to_gcj02
from gridplan.errors import InputError
from gridplan.lookup.directory import directory
from gridplan.lookup.locate import COLUMNS, headers, locate, locate_file
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.reading.address_file import inert_cell, read_addresses
from gridplan.outputs.reading.written import read_written
from gridplan.text import say

UNIT, CENTER, NEAREST = (COLUMNS.index(name) for name in ("unit", "center", "nearest_center"))


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    out = tmp_path_factory.mktemp("located") / "out"
    write_plan(plan, out, lang="zh")
    return out


@pytest.fixture(scope="module")
def known(folder):
    return directory(read_written(folder), lang="zh")


@pytest.fixture(scope="module")
def spots(plan):
    """One place inside every unit, WGS-84."""
    points = shapely.point_on_surface(np.asarray(plan.district.units.geometry.array))
    back = Transformer.from_crs(plan.district.crs, "EPSG:4326", always_xy=True)
    return back.transform(shapely.get_x(points), shapely.get_y(points))


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
def test_every_unit_is_found_with_what_serves_it(known, plan, spots, crs):
    lon, lat = spots
    if crs != "wgs84":
        lon, lat = (wgs84_to_gcj02 if crs == "gcj02" else wgs84_to_bd09)(lon, lat)
    table = locate(known, lon, lat, crs=crs)
    served = plan.layout.units
    assert list(table["unit"]) == list(plan.district.units.index)
    for column in ("center", "regional_center", "grid", "lead", "subdistrict"):
        assert list(table[column]) == list(served[column]), column
    assert set(table["result"]) == {"found"}


def test_the_nearest_center_is_told_only_where_it_is_another(known, plan, spots):
    table = locate(known, *spots)
    points = shapely.point_on_surface(np.asarray(plan.district.units.geometry.array))
    centers = plan.layout.centers
    apart = shapely.distance(points[:, None], np.asarray(centers.geometry.array)[None])
    for row, answer in enumerate(table.itertuples()):
        own = list(centers.index).index(answer.center)
        assert answer.metres_to_center == pytest.approx(apart[row, own], abs=0.51)
        if answer.nearest_center is None:
            assert apart[row, own] - apart[row].min() <= 0.51
        else:
            assert answer.nearest_center == centers.index[apart[row].argmin()] != answer.center
            assert answer.metres_to_nearest == pytest.approx(apart[row].min(), abs=0.51)


def test_every_answer_says_how_far_it_can_be_trusted(known, plan, spots):
    table = locate(known, *spots)
    layers = {layer.layer: layer.label for layer in plan.district.layers}
    assert set(table["unit_label"]) == {layers["units"]}
    status = plan.layout.centers["status"]
    for answer in table.itertuples():
        if status[answer.center] == "new":
            assert answer.center_label == "new"
        else:
            row = plan.district.centers.loc[answer.center]
            own = [row[name] for name in ("label", "coord_label") if row.get(name)]
            assert answer.center_label in (own or [layers["centers"]])
    assert set(table["walk_by"]) == {"straight"}
    rate = 4.5 * 1000 / 60 / 1.3
    assert table["minutes_to_center"].to_numpy() == pytest.approx(
        table["metres_to_center"].to_numpy() / rate, abs=0.06
    )


def test_outside_swapped_and_unreadable_places_are_marked(known, spots):
    lon, lat = spots[0][3], spots[1][3]
    given = [
        (lon, lat),
        (0.0, 0.0),
        (lat, lon),
        (np.nan, lat),
        (lon, np.inf),
        (lon, 95.0),
        (1e9, 1),
    ]
    table = locate(known, *np.array(given).T)
    assert list(table["result"]) == [
        "found",
        "outside",
        "swapped",
        "unreadable",
        "unreadable",
        "outside",
        "unreadable",
    ]
    assert table.loc[1:, "unit"].isna().all()


def test_a_corner_shared_by_units_belongs_to_the_first(known, plan):
    shapes = plan.district.units.geometry
    corner = shapely.get_coordinates(shapely.intersection(shapes.iloc[0], shapes.iloc[13]))[0]
    back = Transformer.from_crs(plan.district.crs, "EPSG:4326", always_xy=True)
    table = locate(known, *back.transform(*corner))
    assert table["unit"][0] in set(shapes.index[shapes.distance(shapely.Point(corner)) < 1e-6])


def test_an_unknown_system_is_refused(known):
    with pytest.raises(ValueError, match="wgs84, gcj02, bd09"):
        locate(known, [1.0], [1.0], crs="mars")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_as_planners_save_them(known, spots, tmp_path, encoding, separator):
    lon, lat = spots[0][5], spots[1][5]
    rows = [
        ["姓名", "经度", "纬度"],
        ["王", f"{lon:.9f}", f"{lat:.9f}"],
        ["=cmd()", "东经", ""],
        ["-1+1", str(lat), str(lon), "多一格"],
        ["短"],
        ["全角", "１１３．９", "２２．７"],
    ]
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_text(
        "\r\n".join(separator.join(row) for row in rows) + "\r\n\r\n", encoding=encoding
    )
    counts, _ = locate_file(known, source, target, crs="wgs84", lang="zh")
    assert sum(counts.values()) == len(rows) - 1
    with target.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    assert written[0] == ["姓名", "经度", "纬度", "column_4", *headers("zh")]
    assert [row[0] for row in written[1:]] == ["王", "'=cmd()", "'-1+1", "短", "全角"]
    assert [row[4] for row in written[1:]] == [
        "已找到",
        "坐标无法读取",
        "在区外，疑似经纬度写反",
        "坐标无法读取",
        "在区外",
    ]
    assert "nan" not in target.read_text(encoding="utf-8-sig").lower()


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "＝1+1", " =1+1", "\r=1"]
)
def test_text_that_a_spreadsheet_would_run_is_kept_inert(text):
    assert inert_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-113.5", "+22.7", "1e5", "王", "a=b", "", "光明区 1-2"])
def test_numbers_and_plain_text_stay(text):
    assert inert_cell(text) == text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "addresses-empty"),
        ("姓名,地址\n王,光明\n", "addresses-no-coordinates"),
    ],
)
def test_files_without_addresses_are_refused_in_words(tmp_path, content, code):
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_addresses(path)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert str(path) in caught.value.text("zh")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv"):
        read_addresses(tmp_path / "none.csv")


def test_broken_bytes_cost_no_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,经度,纬度\n".encode("gb18030") + b"\xff\xff,113.9,22.7\nb,113.9,22.8\n")
    assert len(read_addresses(path).rows) == 2


def test_a_hundred_thousand_rows_in_less_than_ten_seconds(known, tmp_path):
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(113.89, 113.92, 100_000), rng.uniform(22.73, 22.77, 100_000)
    source = tmp_path / "a.csv"
    lines = [f"人{k},{x:.7f},{y:.7f}" for k, (x, y) in enumerate(zip(lon, lat, strict=True))]
    source.write_text("姓名,经度,纬度\n" + "\n".join(lines), encoding="utf-8")
    begun = time.process_time()
    counts, _ = locate_file(known, source, tmp_path / "b.csv", crs="gcj02", lang="zh")
    assert time.process_time() - begun < 10
    assert sum(counts.values()) == 100_000


def test_without_grids_and_streets(bare_plan, tmp_path):
    write_plan(bare_plan, tmp_path / "out", lang="en")
    known = directory(read_written(tmp_path / "out"), lang="en")
    table = locate(known, [113.9], [22.75])
    assert table["grid"][0] is None
    assert table["lead"][0] is None


def test_the_command_answers_one_address_and_a_file(folder, spots, tmp_path):
    run = CliRunner().invoke
    one = ["locate", str(folder), "--lon", str(spots[0][7]), "--lat", str(spots[1][7])]
    answer = run(main, [*one, "--json"])
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["unit"] == "c000-007"
    assert "c000-007" in run(main, [*one, "--lang", "en"]).stdout
    (tmp_path / "a.csv").write_text("lon,lat\n1,2\n", encoding="utf-8")
    told = run(main, ["locate", str(folder), "--csv", str(tmp_path / "a.csv"), "--lang", "en"])
    assert told.exit_code == 0
    assert (tmp_path / "a-located.csv").exists()
    assert run(main, ["locate", str(folder)]).exit_code == 2
    assert run(main, [*one, "--csv", str(tmp_path / "a.csv")]).exit_code == 2
    assert run(main, ["locate", str(tmp_path / "none"), "--lon", "1", "--lat", "2"]).exit_code == 2


# --- what a file of addresses is made of


def addresses_file(folder, lines, encoding="utf-8"):
    path = folder / "a.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


ROWS = ["地址,经度,纬度", "公园路一号,113.9,22.7", "光明大道二号,113.91,22.71"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("row", [1, 2])
@pytest.mark.parametrize("broken", [b"\xff", b"\xfe\xff", b"\x81"])
def test_broken_bytes_are_a_row_with_an_error_and_the_others_are_read(
    tmp_path, encoding, row, broken
):
    lines = [line.encode(encoding) for line in ROWS]
    cells = lines[row].split(b",")
    cells[0] = cells[0][:4] + broken + b" " + cells[0][4:]
    lines[row] = b",".join(cells)
    path = tmp_path / "a.csv"
    path.write_bytes(b"\n".join(lines))
    given = read_addresses(path)
    assert given.header == ("地址", "经度", "纬度")
    assert given.broken == (row - 1,)
    assert given.rows[2 - row][0] == ROWS[3 - row].split(",")[0]
    assert "\ufffd" not in "".join(map("".join, given.rows))
    assert f"\\x{broken[0]:02x}" in given.rows[row - 1][0]
    (told,) = [note for note in given.notes if note.code == "addresses-broken"]
    assert told.values["rows"] == [str(row + 1)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_broken_row_is_not_looked_up(plan, spots, tmp_path, lang):
    known = directory(plan, lang=lang)
    path = tmp_path / "a.csv"
    place = ",{},{}\n".format(*(part[0] for part in spots)).encode()
    path.write_bytes("地址,经度,纬度\n甲".encode() + place + "路号街道".encode() + b"\xff" + place)
    counts, notes = locate_file(known, path, tmp_path / "b.csv", crs="wgs84", lang=lang)
    assert (counts["found"], counts["broken"]) == (1, 1)
    assert [note.code for note in notes] == ["addresses-broken"]
    rows = list(csv.reader((tmp_path / "b.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[2][3] == say("locate.result-broken", lang)
    assert not any(rows[2][4:])


def test_the_form_of_the_file_is_told(tmp_path):
    assert read_addresses(addresses_file(tmp_path, ROWS)).notes == ()
    other = [line.replace(",", ";") for line in ROWS]
    (told,) = read_addresses(addresses_file(tmp_path, other, "utf-16")).notes
    assert told.values == {"file": "a.csv", "encoding": "UTF-16", "separator": ";"}


@pytest.mark.parametrize("how", ["same", "symlink", "hardlink"])
def test_the_planners_own_file_is_never_overwritten(plan, tmp_path, how):
    path = addresses_file(tmp_path, ROWS)
    before = path.read_bytes()
    target = path if how == "same" else tmp_path / "b.csv"
    if how != "same":
        getattr(target, f"{how}_to")(path)
    with pytest.raises(InputError, match="not overwritten"):
        locate_file(directory(plan, lang="zh"), path, target, crs="wgs84", lang="zh")
    assert path.read_bytes() == before
