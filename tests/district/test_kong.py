import os
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from gridplan.district.folder.read import read_district
from gridplan.district.kong.kong import fit_cells, import_kong, read_cells
from gridplan.district.kong.stand_in import halve
from gridplan.errors import InputError

SHARED = Path(__file__).parents[3] / "shared" / "benchmarks"
KAIFENG = SHARED / "siting_kaifeng"
PUDONG = SHARED / "siting_pudong"
needs = pytest.mark.skipif(not KAIFENG.exists(), reason="../shared/benchmarks is not there")

HEADER = "ID\tDemand\tx\ty\tFcand\tFcost\tFcap\n"


def cell_file(path: Path, cells: list[tuple[int, int]], *, turn: float = 0.0) -> Path:
    """Write cells of 190 by 230 m; every fifth is a candidate."""
    across = np.array([190 * np.cos(turn), 190 * np.sin(turn)])
    up = np.array([-230 * np.sin(turn), 230 * np.cos(turn)])
    lines = [HEADER.rstrip()]
    for i, (column, row) in enumerate(cells):
        x, y = np.array([500_000, 3_850_000]) + column * across + row * up
        capacity = 50_000 if i % 5 == 0 else 0
        lines.append(f"{i + 1}\t{100 + i}\t{x:.4f}\t{y:.4f}\t0\t0\t{capacity}")
    path.write_text("\n".join(lines) + "\n")
    return path


BLOCK = [(c, r) for c in range(6) for r in range(5) if (c, r) != (2, 2)]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=20, unique=True),
    st.floats(-0.02, 0.02),
)
def test_places_are_found_however_the_lattice_is_turned_a_little(more, turn):
    cells = list(dict.fromkeys([*BLOCK, *more]))
    place = np.array(cells)
    xy = place @ np.array(
        [
            [190 * np.cos(turn), 190 * np.sin(turn)],
            [-230 * np.sin(turn), 230 * np.cos(turn)],
        ]
    )
    lattice = fit_cells(xy, file="cells.txt")
    assert (lattice.place - lattice.place[0] == place - place[0]).all()
    assert lattice.off < 1e-6


def test_a_small_city_is_imported_with_exact_corners(tmp_path):
    folder = import_kong(
        cell_file(tmp_path / "c.txt", BLOCK, turn=0.01), out=tmp_path / "city", name_zh="某市"
    )
    district = read_district(folder)
    assert len(district.units) == 29
    assert district.population == sum(100 + i for i in range(29))
    assert district.candidates.index.tolist() == ["1", "6", "11", "16", "21", "26"]
    assert district.candidates["unit"].tolist() == district.candidates.index.tolist()
    assert set(district.candidates["capacity"]) == {50_000}
    assert len(np.unique(shapely.get_coordinates(district.units.geometry), axis=0)) == 42
    assert district.adjacency.nnz == 2 * (5 * 5 + 6 * 4 - 4)
    assert len(district.pieces) == 1
    assert district.hospitals.empty
    assert district.subdistricts.empty
    assert [(s.layer, s.label) for s in district.layers] == [
        ("units", "real"),
        ("candidates", "real"),
    ]
    scenario = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
    assert (scenario["grids"], scenario["regional_max"]) == (0, 0)


def test_a_cell_in_pieces_keeps_its_pieces_apart(tmp_path):
    cells = cell_file(tmp_path / "c.txt", BLOCK)
    with cells.open("a") as file:
        file.write("99\t7\t500010\t3850005\t0\t0\t0\n")
    district = read_district(import_kong(cells, out=tmp_path / "city"))
    assert len(district.units) == 30
    assert district.units.loc[["1", "99"]].area.tolist() == pytest.approx([190 * 115] * 2, rel=0.01)
    assert len(district.pieces) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b\n1,2\n", "kong-columns"),
        (HEADER, "kong-empty"),
        (HEADER + "1\tmany\t1\t2\t0\t0\t0\n", "kong-rows"),
    ],
)
def test_what_is_no_cell_file_is_refused(tmp_path, text, code):
    (tmp_path / "c.txt").write_text(text)
    with pytest.raises(InputError, match=r"c\.txt") as caught:
        import_kong(tmp_path / "c.txt", out=tmp_path / "city")
    assert caught.value.problems[0].code == code
    assert "c.txt" in caught.value.text("zh")
    assert not (tmp_path / "city").exists()


def test_files_that_are_not_there_or_not_of_one_city(tmp_path):
    cells = cell_file(tmp_path / "c.txt", BLOCK)
    with pytest.raises(InputError, match="does not exist"):
        import_kong(tmp_path / "none.txt", out=tmp_path / "city")
    with pytest.raises(InputError, match="does not exist"):
        import_kong(cells, tmp_path / "none.txt", out=tmp_path / "city")
    (tmp_path / "n.txt").write_text("OBJECTID,src,nbr,LENGTH,NODE\n1,1,29,190.0,0\n2,1,400,3.0,0\n")
    with pytest.raises(InputError, match=r"lattice of the cells has 90, and 2 of"):
        import_kong(cells, tmp_path / "n.txt", out=tmp_path / "city")


@given(st.integers(1, 7), st.integers(0, 1000))
def test_halves_are_balanced_to_a_cell(parts, seed):
    random = np.random.default_rng(seed)
    xy, population = random.uniform(0, 1000, (60, 2)), random.uniform(1, 9, 60)
    part = halve(xy, population, parts)
    sums = np.bincount(part, weights=population, minlength=parts)
    assert (sums > 0).all()
    assert np.abs(sums - population.sum() / parts).max() <= 3 * population.max()


@needs
def test_kaifeng_is_imported_to_the_person(tmp_path):
    folder = import_kong(
        KAIFENG / "geo_kf.txt", KAIFENG / "15m_kf2.txt", out=tmp_path / "kaifeng", stand_ins=True
    )
    district = read_district(folder)
    assert district.population == 714_459
    assert len(district.units) == 2_999
    assert len(district.candidates) == 146
    assert len(district.pieces) == 1
    listed = pd.read_csv(KAIFENG / "15m_kf2.txt")
    listed = listed[listed["LENGTH"] > 0]
    seat = pd.Series(np.arange(2_999), index=district.units.index.astype(int))
    pairs = set(zip(seat[listed["src_OBJECTID"]], seat[listed["nbr_OBJECTID"]], strict=True))
    found = district.adjacency.tocoo()
    assert set(zip(found.row, found.col, strict=True)) == pairs
    centres = pd.read_csv(KAIFENG / "geo_kf.txt", sep="\t")[["x", "y"]].to_numpy()
    assert np.abs(district.centroids - centres).max() < 4
    assert district.units.to_crs(4326).total_bounds == pytest.approx(
        [114.2, 34.76, 114.4, 34.84], abs=0.02
    )
    assert district.hospitals["eligible"].sum() == 3
    assert set(district.hospitals["level"]) == {"tertiary-a"}
    streets = district.units.groupby("subdistrict")["population"].sum()
    assert len(streets) == 6
    assert streets.between(100_000, 130_000).all()
    assert {s.layer: s.label for s in district.layers} == {
        "units": "real",
        "subdistricts": "modelled",
        "hospitals": "modelled",
        "candidates": "real",
    }
    default = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
    assert (default["grids"], default["regional_min"], default["regional_max"]) == (2, 1, 2)
    alone = tomllib.loads((folder / "centers-only.toml").read_text(encoding="utf-8"))
    assert (alone["grids"], alone["regional_max"]) == (0, 0)


@needs
def test_the_second_city_is_imported_too(tmp_path):
    folder = import_kong(
        PUDONG / "15m_pd.txt", PUDONG / "15m_pd2.txt", out=tmp_path / "city", longitude=113.3
    )
    district = read_district(folder)
    assert district.population == 752_767
    assert len(district.units) == len(district.candidates) == 2_214
    assert len(district.pieces) == 1


def test_rows_may_end_with_a_tab_that_the_header_lacks(tmp_path):
    plain = cell_file(tmp_path / "plain.txt", BLOCK)
    head, *rows = plain.read_text().splitlines()
    tabbed = tmp_path / "tabbed.txt"
    tabbed.write_bytes("\r\n".join([head, *(f"{row}\t" for row in rows)]).encode())
    pd.testing.assert_frame_equal(read_cells(tabbed), read_cells(plain))
    district = read_district(import_kong(tabbed, out=tmp_path / "city"))
    assert district.population == sum(100 + i for i in range(29))


@pytest.mark.parametrize(
    ("text", "match", "zh"),
    [
        (HEADER, "no cells below", "没有任何格网行"),
        ("", "seven tab-separated", "七列"),
        (HEADER + "1\t5\t1\t2\t0\t0\n", "line 2", "第 2 行"),
        (HEADER + "1\t-5\t1\t2\t0\t0\t0\n", "line 2", "第 2 行"),
        (HEADER + "1\t5\tx\t2\t0\t0\t0\n", "line 2", "第 2 行"),
        (HEADER + "1\t5\t1\t2\t0\t0\t0\n" * 2, "more than once", "重复"),
    ],
)
def test_a_cell_file_without_sound_rows_is_a_message(tmp_path, text, match, zh):
    path = tmp_path / "cells.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=match) as caught:
        import_kong(path, out=tmp_path / "city")
    assert zh in caught.value.text("zh")
    assert not (tmp_path / "city").exists()


def test_cells_on_no_lattice_have_the_neighbours_of_a_triangulation(tmp_path):
    xy = np.random.default_rng(5).uniform(0, 3000, (40, 2)) + np.array([5e5, 3.85e6])
    rows = [f"{i}\t100\t{x:.2f}\t{y:.2f}\t0\t0\t0" for i, (x, y) in enumerate(xy)]
    path = tmp_path / "cells.txt"
    path.write_text(HEADER + "\n".join(rows), encoding="utf-8")
    neighbours = tmp_path / "n.csv"
    neighbours.write_text("n,a,b,metres\n1,1,2,50\n")
    with pytest.raises(InputError, match="no regular lattice"):
        import_kong(path, neighbours, out=tmp_path / "city")
    district = read_district(import_kong(path, out=tmp_path / "city"))
    assert len(district.pieces) == 1
    triangles = Delaunay(np.round(xy, 2)).simplices
    wanted = {
        tuple(sorted((int(t[i]), int(t[j]))))
        for t in triangles
        for i, j in ((0, 1), (1, 2), (0, 2))
    }
    edges = district.adjacency.tocoo()
    assert {tuple(sorted(map(int, e))) for e in zip(edges.row, edges.col, strict=True)} <= wanted


def odd_files(folder):
    """Make what is no file of numbers: a pipe, a folder, another format, figures without end."""
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "picture").write_bytes(b"\x89PNG" + bytes(range(256)))
    return ["pipe", "folder", "picture", "/dev/zero"]


def test_both_files_go_through_the_door_of_all_files(tmp_path):
    cells = cell_file(tmp_path / "c.txt", BLOCK)
    for name in odd_files(tmp_path):
        for named in ((tmp_path / name,), (cells, tmp_path / name)):
            with pytest.raises(InputError) as caught:
                import_kong(*named, out=tmp_path / "city")
            assert caught.value.problems[0].code == "file-unreadable"
    assert not (tmp_path / "city").exists()


@pytest.mark.parametrize("figure", ["inf", "nan", "1e308", "-1e300", "many", ""])
def test_figures_that_are_none_are_named_by_their_line(tmp_path, figure):
    cells = cell_file(tmp_path / "c.txt", BLOCK)
    (tmp_path / "n.csv").write_text(f"no,src,nbr,length\n1,1,2,100\n2,1,2,{figure}\n")
    with pytest.raises(InputError, match=r"n\.csv: 1 lines name no boundary \(line 3\)"):
        import_kong(cells, tmp_path / "n.csv", out=tmp_path / "city")
    (tmp_path / "d.txt").write_text(HEADER + f"1\t10\t{figure}\t2\t0\t0\t0\n")
    with pytest.raises(InputError, match=r"d\.txt: 1 lines"):
        import_kong(tmp_path / "d.txt", out=tmp_path / "city")
