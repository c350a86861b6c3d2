"""Walks and drives along roads: against networkx, and told as what they are."""

import dataclasses
import json

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyproj import Transformer
from scipy import sparse
from shapely.geometry import LineString

from gridplan.audit.verify import verify
from gridplan.errors import InputError
from gridplan.lookup.directory import directory
from gridplan.lookup.locate import locate
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.reading.written import read_written
from gridplan.outputs.report.content import report_of
from gridplan.outputs.style import fonts
from gridplan.outputs.words.telling import Telling
from gridplan.planning.plan import plan
from gridplan.planning.scenario.file import scenario_from
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways import journeys as ways_module
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.off_roads import road_notes
from gridplan.travel.ways import DRIVE_KMH

SIDE = 100.0
SMALL = Scenario(
    grids=2, grid_tolerance=0.3, centers=4, center_lower=0, work_limit=0.3, regional_max=1
)


def streets(columns, rows, seed, *, extra=0.4, oneway=0.0):
    """A street plan between the middles of cells: a random tree and some further streets."""
    random = np.random.default_rng(seed)
    cells = [(c, r) for c in range(columns) for r in range(rows)]
    pairs = [((c, r), to) for c, r in cells for to in ((c + 1, r), (c, r + 1)) if to in cells]
    order = [pairs[at] for at in random.permutation(len(pairs))]
    known = nx.utils.UnionFind(cells)
    lines, classes, way = [], [], []
    for one, other in order:
        bridge = known[one] != known[other]
        if bridge or random.random() < extra:
            known.union(one, other)
            # A bend makes the street longer than the straight line.
            ends = [(np.array(cell) + 0.5) * SIDE for cell in (one, other)]
            bend = ends[0] + (ends[1] - ends[0]) / 2 + random.uniform(-20, 20, 2)
            lines.append(LineString([ends[0], bend, ends[1]]))
            classes.append(str(random.choice(["residential", "primary", "steps"])))
            way.append("no" if bridge or random.random() >= oneway else "yes")
    index = pd.Index([f"r{n}" for n in range(len(lines))], name="road")
    table = {"class": classes, "oneway": way}
    return gpd.GeoDataFrame(table, index=index, geometry=lines, crs="EPSG:4547")


def paths(roads, cost):
    """The street plan as a graph of cells."""
    graph = nx.DiGraph()
    for line, kind, way in zip(roads.geometry, roads["class"], roads["oneway"], strict=True):
        one, other = (tuple(int(v // SIDE) for v in line.coords[end]) for end in (0, -1))
        per_metre = cost(kind)
        if per_metre is not None:
            graph.add_edge(one, other, cost=line.length * per_metre)
            if way != "yes" or cost is on_foot:
                graph.add_edge(other, one, cost=line.length * per_metre)
    return graph


def on_foot(kind):
    return 2.0 if kind == "steps" else 1.0


def by_car(kind):
    return None if kind == "steps" else 0.06 / DRIVE_KMH[kind]


def cell(unit):
    column, row = unit[1:].split("r")
    return int(column), int(row)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), nearest=st.integers(1, 4), large=st.booleans())
def test_walks_are_those_of_networkx_per_label_and_nearest(lattice_builder, seed, nearest, large):
    random = np.random.default_rng(seed)
    bare = lattice_builder(5, 4)
    district = dataclasses.replace(bare, roads=streets(5, 4, seed))
    ways = journeys_of(district, Scenario())
    assert ways.walk_by == "roads"
    at = random.choice(20, 6, replace=False)
    sites = district.centroids[at]
    labels = random.integers(0, 2, 20), random.integers(0, 2, 6)
    with pytest.MonkeyPatch.context() as patch:
        # The ways of a city are not measured at once; those of this one need not be either.
        patch.setattr(ways_module, "TABLE", 0 if large else 10**6)
        found = ways.walked(
            np.arange(20), sites, unit_label=labels[0], site_label=labels[1], nearest=nearest
        )
        nearest_one = ways.walked_to_nearest(sites)
        own = random.integers(0, 6, 20)
        to_own = ways.walked_to_own(sites, own)
    graph = paths(district.roads, on_foot)
    names = list(district.units.index)
    for n, unit in enumerate(names):
        metres = nx.single_source_dijkstra_path_length(graph, cell(unit), weight="cost")
        wanted = np.array([metres[cell(names[a])] for a in at])
        allowed = np.flatnonzero(labels[1] == labels[0][n])
        row = slice(found.indptr[n], found.indptr[n + 1])
        assert len(found.indices[row]) == min(nearest, len(allowed))
        assert set(found.indices[row]) <= set(allowed)
        kept = np.sort(wanted[allowed])[:nearest]
        assert np.sort(found.data[row]) == pytest.approx(kept, abs=0.6)
        assert nearest_one[n] == pytest.approx(wanted.min(), abs=0.6)
        assert to_own[n] == pytest.approx(wanted[own[n]], abs=0.6)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_drives_keep_one_way_streets_and_speeds(lattice_builder, seed):
    bare = lattice_builder(4, 3, leads=((0, 0), (3, 2)))
    roads = streets(4, 3, seed, oneway=0.5)
    # Steps are not driven on: the tree must be of streets, so that all can be reached.
    roads["class"] = roads["class"].replace("steps", "residential")
    district = dataclasses.replace(bare, roads=roads)
    scenario = Scenario()
    nothing = sparse.csr_array((12, 12))
    metres = journeys_of(district, scenario).driven(nothing, district.hospitals)
    graph = paths(roads, by_car).reverse()
    for column, lead in enumerate(((0, 0), (3, 2))):
        minutes = nx.single_source_dijkstra_path_length(graph, lead, weight="cost")
        wanted = [minutes[cell(unit)] for unit in district.units.index]
        found = metres[:, column] / scenario.drive_metres_per_minute
        assert found == pytest.approx(wanted, abs=0.01)


def test_a_speed_of_ones_own_counts(lattice):
    bare = lattice(4, 3, leads=((0, 0),))
    roads = streets(4, 3, 1).assign(**{"class": "primary"})
    district = dataclasses.replace(bare, roads=roads)
    nothing = sparse.csr_array((12, 12))
    usual, slow = (
        journeys_of(district, Scenario(road_speeds=speeds)).driven(nothing, district.hospitals)
        for speeds in ((), {"primary": DRIVE_KMH["primary"] / 2})
    )
    assert slow == pytest.approx(2 * usual, abs=2)


def test_straight_lines_with_roads_give_the_plan_without_them(lattice):
    bare = lattice(6, 4, people=1000.0, leads=((0, 0), (5, 3)), centers=((1, 1),))
    with_roads = dataclasses.replace(bare, roads=streets(6, 4, 3))
    straight = dataclasses.replace(SMALL, walk_by="straight", drive_by="units")
    one, other = plan(bare, SMALL).layout, plan(with_roads, straight).layout
    pd.testing.assert_frame_equal(one.units, other.units)
    pd.testing.assert_frame_equal(one.centers, other.centers)


@pytest.mark.parametrize(("walk", "drive"), [("roads", "units"), ("straight", "roads")])
def test_each_is_chosen_apart(lattice, walk, drive):
    bare = lattice(6, 4, people=1000.0, leads=((0, 0), (5, 3)), centers=((1, 1),))
    roads = streets(6, 4, 3)
    # Enough streets that can be driven on everywhere.
    roads["class"] = roads["class"].replace("steps", "primary")
    district = dataclasses.replace(bare, roads=roads)
    made = plan(district, dataclasses.replace(SMALL, walk_by=walk, drive_by=drive))
    units = made.layout.units
    sites = made.layout.centers.geometry.reindex(units["center"])
    straight = np.hypot(*(district.centroids - np.column_stack([sites.x, sites.y])).T)
    longer = (units["metres_to_center"] > straight + 1).any()
    assert longer == (walk == "roads")
    pace = 75.0 if walk == "roads" else 75.0 / 1.3
    assert units["minutes_to_center"].to_numpy() == pytest.approx(units["metres_to_center"] / pace)
    whole = (units["minutes_to_lead"] * 500 / SIDE).to_numpy()
    assert (whole == pytest.approx(np.round(whole))) == (drive == "units")
    assert made.certificates["grids"].unit.endswith("-by-road") == (drive == "roads")


def test_roads_that_are_not_there_are_refused_at_once(lattice):
    district = lattice(4, 2, leads=((0, 0), (3, 0)))
    asked = dataclasses.replace(SMALL, walk_by="roads", drive_by="roads")
    with pytest.raises(InputError) as error:
        plan(district, asked)
    assert [problem.code for problem in error.value.problems] == ["roads-missing"] * 2
    assert "walk_by" in error.value.problems[0].text("en")
    footpaths = streets(4, 2, 1).assign(**{"class": "footway"})
    walked = dataclasses.replace(district, roads=footpaths)
    with pytest.raises(InputError) as error:
        plan(walked, asked)
    assert [problem.code for problem in error.value.problems] == ["roads-no-drive"]
    made = plan(walked, SMALL)
    assert "roads-unused-drive" in [note.code for note in made.notes]


def test_wrong_words_and_speeds_are_named_with_what_is_right():
    with pytest.raises(InputError) as error:
        scenario_from(
            {"walk_by": "road", "drive_by": "straight", "road_speeds": {"primery": 50, "trunk": 0}},
            source="s.toml",
        )
    said = " ".join(problem.text("en") for problem in error.value.problems)
    for word in ("walk_by", "roads", "drive_by", "units", "primary", "road_speeds.trunk"):
        assert word in said
    kept = scenario_from({"road_speeds": {"trunk": 55.5, "primary": 40}}, source="s.toml")
    assert kept.road_speeds == (("primary", 40), ("trunk", 55.5))
    assert scenario_from(kept.as_dict(), source="s.toml") == kept


def test_who_stands_off_the_roads_is_told(lattice):
    bare = lattice(8, 1, people=[[100.0] * 7 + [7.0]], leads=((0, 0),))
    index = pd.Index(["a", "lone"], name="road")
    lines = [LineString([(50, 50), (150, 50), (250, 50)]), LineString([(480, 40), (520, 40)])]
    roads = gpd.GeoDataFrame({"class": "residential"}, index=index, geometry=lines, crs=bare.crs)
    district = dataclasses.replace(bare, roads=roads)
    notes = road_notes(journeys_of(district, Scenario()), district.centers)
    told = {note.code: note.values for note in notes if note.values["layer"] == "units"}
    far = told["roads-far-walk"]
    assert (far["rows"], far["residents"], far["most"]) == (["c6r0", "c7r0"], 107, 500)
    assert told["roads-far-drive"]["count"] == 2
    # Cells 4 and 5 lie nearer to the lone road, within reach of the other.
    assert told["roads-off-walk"]["rows"] == ["c4r0", "c5r0"]
    assert all(note.text(lang) for note in notes for lang in ("zh", "en"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_plan_on_roads_says_so_and_holds(lattice, tmp_path, lang):
    bare = lattice(6, 4, people=1000.0, leads=((0, 0), (5, 3)), centers=((1, 1),))
    roads = streets(6, 4, 3)
    roads["class"] = roads["class"].replace("steps", "primary")
    away = gpd.GeoDataFrame(
        {"name": ["邻区社康中心"], "name_en": [None], "unit": [None]},
        index=pd.Index(["x1"], name="center"),
        geometry=gpd.points_from_xy([703.123456], [111.987654]),
        crs=bare.crs,
    )
    made = plan(dataclasses.replace(bare, roads=roads, outside_centers=away), SMALL)
    out = tmp_path / "out"
    write_plan(made, out, lang=lang)
    found = verify(out)
    assert found.sound, found.text("en")
    written = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert written["travel"] == {"walk": "roads", "drive": "roads"}
    reach = json.loads((out / "reach.geojson").read_text(encoding="utf-8"))["features"]
    assert {feature["properties"]["by"] for feature in reach} == {"roads"}
    page = (out / "map.html").read_text(encoding="utf-8")
    assert {"zh": "沿道路，时速", "en": "Along the roads at"}[lang] in page
    back = Transformer.from_crs(made.district.crs, "EPSG:4326", always_xy=True)
    table = locate(directory(read_written(out), lang=lang), *back.transform(*bare.centroids.T))
    walked = made.layout.units["metres_to_center"].to_numpy(dtype=float)
    assert table["metres_to_center"].to_numpy() == pytest.approx(walked, abs=1.5)
    assert set(table["walk_by"]) == {"roads"}
    book = load_workbook(out / "plan.xlsx", read_only=True)
    heads = [cell.value for sheet in book for row in sheet.iter_rows(max_row=1) for cell in row]
    heads = " ".join(str(head) for head in heads)
    straight, along = {"zh": ("直线", "沿道路"), "en": ("straight", "along roads")}[lang]
    assert along in heads
    assert straight not in heads
    texts = " ".join(str(part) for part in report_of(Telling(made, lang), fonts.face()).parts)
    assert {"zh": "沿辖区道路图层", "en": "along the roads and paths"}[lang] in texts
    # The reading of the rule tells both; what was assumed tells one.
    assert {"zh": "折算为步行时间", "en": "turned into walking time"}[lang] not in texts
    walk = made.findings[made.findings["rule"] == "walk-15"].iloc[0]
    assert "walk_pace" in walk["sensitivity"]
    assert "walk_detour" not in walk["sensitivity"]
