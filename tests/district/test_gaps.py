"""Units drawn without touching: the cause is named with metres, and declared snapping mends it."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from gridplan.district.folder.read import read_district
from gridplan.district.geometry.adjacency import contacts, shared_boundaries
from gridplan.district.geometry.gaps import find_apart
from gridplan.errors import InputError
from gridplan.outputs.files.inventory import inventory, inventory_text
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

WEST, SOUTH = 490_000.0, 2_520_000.0


def blocks(columns: int, rows: int, side: float, gap: float) -> np.ndarray:
    """Squares of a side whose edges stand a gap apart."""
    step = side + gap
    cells = [(c, r) for c in range(columns) for r in range(rows)]
    return np.array(
        [
            shapely.box(
                WEST + c * step, SOUTH + r * step, WEST + c * step + side, SOUTH + r * step + side
            )
            for c, r in cells
        ],
        dtype=object,
    )


def pieces(shapes: np.ndarray, snap: float = 1.0) -> int:
    return connected_components(shared_boundaries(shapes, snap_metres=snap), directed=False)[0]


@settings(max_examples=20)
@given(
    columns=st.integers(2, 5),
    rows=st.integers(1, 5),
    side=st.sampled_from([80.0, 200.0, 500.0]),
    gap=st.floats(1.2, 70.0),
    turn=st.floats(0.0, 1.5),
)
def test_the_offered_distance_makes_one_piece_of_blocks(columns, rows, side, gap, turn):
    shapes = blocks(columns, rows, side, gap)
    shapes = shapely.transform(
        shapes,
        lambda xy: (
            (xy - [WEST, SOUTH])
            @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        ),
    )
    (one,) = find_apart(shapes, shared_boundaries(shapes))
    assert one.cause == ("gaps" if gap <= 5 else "roads")
    assert one.most == pytest.approx(gap, abs=0.01)
    assert (len(one.units), one.alone) == (columns * rows, columns * rows)
    assert pieces(shapes) == columns * rows
    assert one.snap_metres is not None
    assert pieces(shapes, one.snap_metres) == 1
    # No longer a way than the neighbours of a block: corners across a crossing do not connect.
    found = shared_boundaries(shapes, snap_metres=one.snap_metres)
    assert found.nnz == 2 * (columns * (rows - 1) + rows * (columns - 1))
    assert found.data == pytest.approx(side, rel=1e-6)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), gap=st.floats(1.5, 40.0))
def test_the_offered_distance_joins_irregular_blocks_too(seed, gap):
    points = np.random.default_rng(seed).uniform(0, 1500, (14, 2))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(points), extend_to=shapely.box(0, 0, 1500, 1500)
        )
    )
    shapes = shapely.buffer(cells, -gap / 2, join_style="mitre")
    shapes = np.array([s for s in shapes if s.geom_type == "Polygon" and s.area > 100.0])
    found = {one.cause: one for one in find_apart(shapes, shared_boundaries(shapes))}
    snaps = [one.snap_metres for one in found.values() if one.snap_metres]
    assert snaps
    apart = sum(len(one.units) for one in found.values() if one.snap_metres is None)
    assert pieces(shapes, max(snaps)) <= 1 + apart


def test_units_do_not_see_each_other_through_a_third():
    narrow = [shapely.box(0, 0, 100, 100), shapely.box(101.5, 0, 111.5, 100)]
    shapes = np.array([*narrow, shapely.box(113, 0, 213, 100)], dtype=object)
    found = shared_boundaries(shapes, snap_metres=30.0).toarray()
    assert found[0, 1] == pytest.approx(100)
    assert found[1, 2] == pytest.approx(100)
    assert found[0, 2] == 0


def test_a_contact_shorter_than_the_gap_is_a_corner():
    shapes = np.array([shapely.box(0, 0, 100, 100), shapely.box(130, 80, 230, 180)], dtype=object)
    assert shared_boundaries(shapes, snap_metres=30.0).nnz == 0
    assert len(contacts(shapes, within=10.0).gap) == 0


def test_causes_are_told_apart():
    near = blocks(3, 3, 300.0, 0.0)
    road = shapely.box(WEST + 930, SOUTH, WEST + 1230, SOUTH + 300)
    gap = shapely.box(WEST, SOUTH + 902, WEST + 300, SOUTH + 1202)
    corner = shapely.box(WEST + 900, SOUTH + 900, WEST + 1200, SOUTH + 1200)
    island = shapely.box(WEST + 5000, SOUTH, WEST + 5300, SOUTH + 300)
    shapes = np.array([*near, road, gap, corner, island], dtype=object)
    found = {one.cause: one for one in find_apart(shapes, shared_boundaries(shapes))}
    assert {cause: one.units.tolist() for cause, one in found.items()} == {
        "corners": [11],
        "gaps": [10],
        "roads": [9],
        "far": [12],
    }
    assert (found["gaps"].snap_metres, found["roads"].snap_metres) == (2.0, 30.0)
    assert (found["far"].snap_metres, found["corners"].snap_metres) == (None, None)
    assert found["far"].least == pytest.approx(3770)


def test_cells_a_lattice_leaves_out_are_no_roads():
    cells = blocks(5, 2, 50.0, 0.0)
    kept = np.delete(cells, [4, 5])
    (one,) = find_apart(kept, shared_boundaries(kept))
    assert one.cause == "far"


# --- as a planner meets it


def drawn_apart(folder, gap, *, shift=0.0, snap=None):
    """Turn the tiny district's cells into polygons that stand a gap apart."""
    shapes = blocks(6, 4, 200.0 - gap, gap)
    names = [f"u{c}{r}" for c in range(6) for r in range(4)]
    rows = [
        {
            "type": "Feature",
            "properties": {"unit": name, "population": 2500},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for name, shape in zip(names, shapes, strict=True)
        if shift == 0.0 or (int(name[1]) + int(name[2])) % 2 == 0
    ]
    text = json.dumps({"type": "FeatureCollection", "features": rows})
    (folder / "units.geojson").write_text(text, encoding="utf-8")
    toml = (folder / "district.toml").read_text(encoding="utf-8")
    toml = toml.replace("units.csv", "units.geojson").replace("cell_metres = 200\n", "")
    if snap is not None:
        toml = f"snap_metres = {snap}\n" + toml
    (folder / "district.toml").write_text(toml, encoding="utf-8")


SMALL = Scenario(grids=2, regional_max=0, regional_min=0)


@pytest.mark.parametrize(
    ("gap", "code", "snap"), [(1.5, "units-gaps", "1.5"), (20.0, "units-roads", "20")]
)
def test_check_names_the_cause_and_plan_asks_for_the_key(tiny_folder, gap, code, snap):
    drawn_apart(tiny_folder, gap)
    district = read_district(tiny_folder)
    (told,) = district.apart
    assert told.code == code
    assert (told.values["count"], told.values["alone"]) == (24, "24")
    for lang in ("zh", "en"):
        assert f"snap_metres = {snap}" in inventory_text(district, lang=lang)
        assert inventory(district, lang=lang)["apart"] == [told.text(lang)]
    with pytest.raises(InputError, match=f"snap_metres = {snap}"):
        plan(district, SMALL)


@pytest.mark.parametrize("gap", [1.5, 20.0])
def test_declared_snapping_gives_grids_in_one_piece_and_keeps_areas(tiny_folder, gap):
    drawn_apart(tiny_folder, gap, snap=gap)
    district = read_district(tiny_folder)
    assert district.apart == ()
    assert district.units.area.to_numpy() == pytest.approx((200 - gap) ** 2, rel=1e-6)
    made = plan(district, SMALL)
    assert made.layout.grids["contiguous"].all()
    assert "snap_metres" in inventory_text(district, lang="zh")


def test_corners_are_named_and_not_planned_over(tiny_folder):
    drawn_apart(tiny_folder, 0.0, shift=1.0)
    district = read_district(tiny_folder)
    (told,) = district.apart
    assert told.code == "units-corners"
    with pytest.raises(InputError, match="only at corners"):
        plan(district, SMALL)


@pytest.mark.parametrize("value", ["-1", "501", '"wide"', "true", "nan", "inf"])
def test_a_snapping_distance_out_of_range_is_refused(tiny_folder, value):
    path = tiny_folder / "district.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"snap_metres = {value}\n" + text, encoding="utf-8")
    with pytest.raises(InputError, match="edge to edge") as caught:
        read_district(tiny_folder)
    assert "相邻" in caught.value.text("zh")


def test_declared_links_are_told_edge_to_edge(tiny_folder):
    with (tiny_folder / "district.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[links]]\nfrom = "u00"\nto = "u50"\n')
    district = read_district(tiny_folder)
    assert district.link_metres == pytest.approx((800.0,))
    for lang in ("zh", "en"):
        assert "800.0" in inventory_text(district, lang=lang)
