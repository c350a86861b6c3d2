import os
import re
import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from stand_in import CRS, HOSTILE, make_plan

from gridplan.outputs.drawing.cells import CellStore, lattice_size, packed
from gridplan.outputs.drawing.offline import standalone_html
from gridplan.outputs.map.maps import comparison_map, plan_map
from gridplan.outputs.map.units import round_breaks

MOVE = """(spot) => {
  const map = Object.values(window).find((v) => v instanceof L.Map);
  const p = map.latLngToContainerPoint(spot), r = map.getContainer().getBoundingClientRect();
  return [p.x + r.left, p.y + r.top];
}"""


def show_only(page, *wanted):
    """Tick these layers in the layer control and no others."""
    boxes = page.locator(".leaflet-control-layers-overlays label")
    for number in range(boxes.count()):
        box = boxes.nth(number).locator("input")
        if box.is_checked() != (boxes.nth(number).inner_text().strip() in wanted):
            box.click()
    page.wait_for_timeout(100)


def hover(page, lon, lat):
    """What the tooltip says there; the pointer comes from outside, so no earlier one is left."""
    x, y = page.evaluate(MOVE, [lat, lon])
    page.mouse.move(2, 400)
    page.mouse.move(x - 2, y - 1)
    page.mouse.move(x, y)
    page.wait_for_timeout(40)
    tip = page.locator(".gp-tip").last
    tip.wait_for()
    return tip.inner_text()


def far_from_symbols(plan):
    """Units with no center or hospital near, whose symbol would speak instead."""
    points = np.r_[
        shapely.get_coordinates(plan.layout.centers.geometry.array),
        shapely.get_coordinates(plan.layout.hospitals.geometry.array),
    ]
    spots = plan.district.centroids
    apart = np.hypot(*(spots[:, None] - points[None]).transpose(2, 0, 1)).min(axis=1)
    north = spots[:, 1] < spots[:, 1].max() - 150  # the title covers the top
    return plan.district.units.index[(apart > 120) & north]


@pytest.mark.browser
@pytest.mark.parametrize("polygons", [False, True], ids=["lattice", "polygons"])
def test_the_cell_under_the_pointer_is_the_cell_that_speaks(polygons, visit, tmp_path):
    plan = make_plan(polygons=polygons)
    plan_map(plan, "en").save(tmp_path / "map.html")
    page = visit(tmp_path / "map.html").page
    show_only(page, "Residents")
    units = plan.district.units
    # A point well inside the north-east of each cell: a lookup off by half a cell would show.
    inside = units.geometry.centroid.translate(30, 30).to_crs("EPSG:4326")
    for unit in far_from_symbols(plan)[::5]:
        told = hover(page, inside[unit].x, inside[unit].y).splitlines()
        assert told[0] == unit
        people = units.loc[unit, "population"]
        assert f"{people:,.0f}" in told[1]
        center = plan.layout.units.loc[unit, "center"]
        name = plan.layout.centers.loc[center, "name"]
        name = name if isinstance(name, str) else "New center"
        assert any(name in line for line in told)


@pytest.mark.browser
def test_hostile_text_is_shown_and_never_run(hostile_plan, visit, tmp_path):
    plan_map(hostile_plan, "zh").save(tmp_path / "map.html")
    visited = visit(tmp_path / "map.html")
    page = visited.page
    spots = hostile_plan.layout.centers.geometry.to_crs("EPSG:4326")
    # Boxes full of hostile text cover most of the map.
    boxes = "document.querySelectorAll('.gp-title, .gp-box').forEach((b) => b.style.display = '%s')"
    page.evaluate(boxes % "none")
    told = [hover(page, spot.x, spot.y) for spot in spots]
    assert any("{{ cycler" in text for text in told)
    show_only(page, "常住人口", "社康服务范围")
    for unit in far_from_symbols(hostile_plan)[:3]:
        spot = hostile_plan.district.units.geometry.centroid.to_crs("EPSG:4326")[unit]
        told.append(hover(page, spot.x, spot.y))
    assert all(told)
    page.evaluate(boxes % "")
    page.locator(".gp-sources summary").click()
    page.wait_for_timeout(100)
    body = page.locator("body").inner_text()
    for text in ("${window.hacked = 1}", "{% for x in [1] %}", "<svg/onload=window.hacked=1>"):
        assert text in body
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, svg[onload], script[src]").count() == 0
    assert visited.complaints == []
    assert visited.outside == []


def test_hostile_text_never_runs_where_the_map_is_made(hostile_plan, plan):
    for drawn in (plan_map(hostile_plan, "zh"), comparison_map(plan, hostile_plan, "en")):
        page = standalone_html(drawn)
        assert str(os.getpid()) not in re.findall(r"\d+", page.rpartition("<body>")[2])
        assert page.count("</script>") == page.count("<script")
        for opening in ("{{", "{%", "{#"):
            assert opening not in page.rpartition("<body>")[2]


@pytest.mark.parametrize("text", HOSTILE)
def test_each_hostile_text_alone_leaves_the_map_whole(text):
    """One that alone breaks the template must not hide behind another."""
    page = standalone_html(plan_map(make_plan(columns=3, rows=2, text=lambda _: text), "zh"))
    assert page.rstrip().endswith("</html>")


@pytest.mark.browser
def test_two_maps_move_together(plan, bare_plan, visit, tmp_path):
    comparison_map(plan, bare_plan, "zh").save(tmp_path / "both.html")
    page = visit(tmp_path / "both.html").page
    centers = page.evaluate(
        """() => {
          const maps = Object.values(window).filter((v) => v instanceof L.Map);
          maps[0].setView([22.7, 113.9], 14, { animate: false });
          return maps.map((m) => [m.getCenter().lat, m.getCenter().lng, m.getZoom()]);
        }"""
    )
    assert len(centers) == 2
    assert centers[0] == pytest.approx(centers[1], abs=1e-3)
    assert page.locator(".gp-title").count() == 2


@pytest.mark.browser
def test_names_of_streets_and_grids_do_not_cover_each_other(plan, visit, tmp_path):
    plan_map(plan, "zh").save(tmp_path / "map.html")
    page = visit(tmp_path / "map.html").page
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('.gp-name')]
          .filter((n) => n.style.visibility !== 'hidden')
          .map((n) => n.querySelector('span').getBoundingClientRect())
          .map((r) => [r.left, r.top, r.right, r.bottom])"""
    )
    assert len(boxes) == 7  # two grids, two leads, three streets
    for number, a in enumerate(boxes):
        for b in boxes[number + 1 :]:
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]


@pytest.mark.browser
def test_neither_title_nor_legend_covers_the_district_at_first(plan, visit, tmp_path):
    plan_map(plan, "zh").save(tmp_path / "map.html")
    west, south, east, north = plan.district.units.to_crs(4326).total_bounds.tolist()
    covered = visit(tmp_path / "map.html").page.evaluate(
        """([west, south, east, north]) => {
          const map = Object.values(window).find((v) => v instanceof L.Map);
          const at = map.getContainer().getBoundingClientRect();
          const a = map.latLngToContainerPoint([north, west]);
          const b = map.latLngToContainerPoint([south, east]);
          return ['.gp-title', '.gp-legend'].filter((look) => {
            const r = document.querySelector(look).getBoundingClientRect();
            return r.left - at.left < b.x && r.right - at.left > a.x
              && r.top - at.top < b.y && r.bottom - at.top > a.y;
          });
        }""",
        [west, south, east, north],
    )
    assert covered == []


def test_map_says_what_the_data_are_and_for_whom(plan):
    zh = standalone_html(plan_map(plan, "zh"))
    assert "模拟数据：人口单元、现有社康中心；推算数据：街道边界；真实数据：医院" in zh
    assert "内部工作用图" in zh
    assert "来源：units" in zh
    en = standalone_html(plan_map(plan, "en"))
    assert "modelled data: population units, existing centers" in en
    assert "internal working map" in en


def test_a_map_without_grids_streets_and_hospitals_is_whole(bare_plan):
    page = standalone_html(plan_map(bare_plan, "zh"))
    assert "测试区 社康中心规划" in page
    assert "1+N" in page
    assert '"heading":"网格"' not in page


def test_the_same_plan_gives_the_same_map_but_for_its_identifiers(plan):
    pages = [re.sub(r"[0-9a-f]{32}", "", standalone_html(plan_map(plan, "zh"))) for _ in range(2)]
    assert pages[0] == pages[1]


def test_a_city_of_sixteen_thousand_cells_stays_small_and_quick(tmp_path):
    plan = make_plan(columns=128, rows=125)
    _ = plan.district.adjacency
    began = time.process_time()
    plan_map(plan, "zh").save(tmp_path / "map.html")
    assert time.process_time() - began < 15
    assert (tmp_path / "map.html").stat().st_size < 2_000_000


def test_lattices_are_told_from_other_units():
    cells = make_plan().district.units
    assert lattice_size(cells) == (100.0, 100.0)
    assert lattice_size(make_plan(polygons=True).district.units) is None
    moved = cells.copy()
    moved.loc[cells.index[3], "geometry"] = shapely.affinity.translate(cells.geometry.iloc[3], 20)
    assert lattice_size(moved) is None
    turned = gpd.GeoDataFrame(geometry=cells.rotate(10, origin=(0, 0)), crs=CRS)
    assert lattice_size(turned) is None
    assert lattice_size(cells.iloc[:0]) is None


def test_too_wide_a_lattice_is_sent_as_polygons():
    # Over 8 degrees of longitude no quadratic follows the projection to a hundredth of a cell.
    west = np.array([0.0, 400_000.0, 800_000.0])
    cells = gpd.GeoDataFrame(
        geometry=shapely.box(west + 100_000, 2_500_000, west + 100_100, 2_500_100), crs=CRS
    )
    names = [{"label": "", "values": ["a", "b", "c"]}]
    assert '"lattice"' in CellStore(cells.iloc[:1], names[:1]).options
    many = gpd.GeoDataFrame(
        geometry=[
            shapely.box(x, y, x + 100, y + 100)
            for x in np.arange(100_000, 1_000_000, 90_000)
            for y in np.arange(2_000_000, 4_000_000, 200_000)
        ],
        crs=CRS,
    )
    columns = [{"label": "", "values": [str(k) for k in range(len(many))]}]
    assert '"polygons"' in CellStore(many, columns).options


def test_class_bounds_are_round_and_rise():
    figures = np.random.default_rng(1).lognormal(4, 2, 5000)
    breaks = round_breaks(figures, 7)
    assert len(breaks) == 6
    assert (np.diff(breaks) > 0).all()
    for bound in breaks:
        assert len(f"{bound:g}".rstrip("0").lstrip("0.")) <= 2
    assert len(round_breaks(np.array([5.0]), 7)) == 0
    assert len(round_breaks(np.array([]), 7)) == 0


def test_packed_numbers_unpack():
    import base64

    numbers = np.array([0, 1, 65_535, 258])
    assert (np.frombuffer(base64.b64decode(packed(numbers)), "<u2") == numbers).all()


def test_names_are_found_lengths_measured_and_the_sheet_is_a3(plan, visit, tmp_path):
    path = tmp_path / "map.html"
    plan_map(plan, "zh").save(path)
    one = visit(path)
    page = one.page
    page.click(".gp-find")
    page.fill(".gp-search input", "n1")
    page.wait_for_selector(".gp-search button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-tooltip:has-text('n1')")
    page.fill(".gp-search input", "没有的名称")
    page.wait_for_selector(".gp-none")
    page.click(".gp-find")
    page.click(".gp-measure")
    for x in (500, 600):
        page.mouse.click(x, 400)
    assert page.wait_for_selector(".gp-length, .leaflet-tooltip:has-text('米')")
    page.evaluate("window.print = function () { window.printed = true; }")
    page.click(".gp-paper")
    page.wait_for_function("window.printed")
    box = page.query_selector(".leaflet-container").bounding_box()
    assert abs(box["width"] / box["height"] - 400 / 277) < 0.01
    assert not one.complaints


def test_on_a_small_screen_the_legend_stands_below_the_map(plan, visit, tmp_path):
    path = tmp_path / "map.html"
    plan_map(plan, "zh").save(path)
    page = visit(path).page
    page.set_viewport_size({"width": 380, "height": 760})
    page.wait_for_selector(".gp-beside .gp-legend")
    legend = page.query_selector(".gp-legend").bounding_box()
    below = page.query_selector(".leaflet-container").bounding_box()
    assert legend["y"] >= below["y"] + below["height"] - 1
    page.set_viewport_size({"width": 1200, "height": 760})
    page.wait_for_selector(".leaflet-container .gp-legend")
