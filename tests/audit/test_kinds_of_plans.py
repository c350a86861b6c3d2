"""Plans of every kind are agreed to: on roads, with stations, links, campuses, rows of demands."""

import json

import pytest

from gridplan.audit.retraced import retraced
from gridplan.audit.verify import verify
from gridplan.district.folder.read import read_district
from gridplan.outputs.files.folder import write_plan
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario.scenario import Scenario

LAYER = """
[layers.{name}]
file = "{name}.{kind}"
crs = "EPSG:4547"
label = "real"
source = "drawn for tests"
"""
STATIONS = "station,name,x,y\ns1,北村卫生站,490350,2520710\ns2,南村卫生站,490910,2520090\n"
OUTSIDE = "center,name,x,y\no1,邻区社康中心,489950,2520700\n"
HOSPITALS = (
    "h3,东区中医院北院区,三甲,中医,市级,200,是,490910,2520510,h2,,否\n"
    "h4,省立医院,三级甲等,综合,省级,300,否,490310,2520310,,h1,\n"
    "h5,妇幼保健院,三级甲等,妇幼,区级,,否,490510,2520310,,,是\n"
)


def road(number, kind, corners, **more):
    """One line of the layer of roads."""
    shape = {"type": "LineString", "coordinates": corners}
    return {
        "type": "Feature",
        "geometry": shape,
        "properties": {"road": number, "class": kind} | more,
    }


def roads():
    """A street along every row and column of cells, one of them one way, and a motorway."""
    west, south, side = 490_000, 2_520_000, 200
    rows = [
        road(
            f"r{row}",
            "residential",
            [[west, south + side * row], [west + 1200, south + side * row]],
        )
        for row in range(5)
    ]
    columns = [
        road(f"k{at}", "secondary", [[west + side * at, south], [west + side * at, south + 800]])
        for at in range(7)
    ]
    columns[2]["properties"]["oneway"] = "yes"
    fast = road("m1", "motorway", [[west, south + 100], [west + 1200, south + 700]])
    projection = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
    return {"type": "FeatureCollection", "crs": projection, "features": [*rows, *columns, fast]}


@pytest.fixture(scope="module")
def folder(tiny_writer, tmp_path_factory):
    folder = tiny_writer(tmp_path_factory.mktemp("kinds") / "tiny")
    (folder / "roads.geojson").write_text(json.dumps(roads()), encoding="utf-8")
    (folder / "stations.csv").write_text(STATIONS, encoding="utf-8")
    (folder / "outside_centers.csv").write_text(OUTSIDE, encoding="utf-8")
    head, *rows = (folder / "hospitals.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{row},,,\n" for row in rows]
    text = f"{head},campus_of,serves,cross_grid\n{''.join(rows)}{HOSPITALS}"
    (folder / "hospitals.csv").write_text(text, encoding="utf-8")
    layers = [("roads", "geojson"), ("stations", "csv"), ("outside_centers", "csv")]
    with (folder / "district.toml").open("a", encoding="utf-8") as file:
        file.write("".join(LAYER.format(name=name, kind=kind) for name, kind in layers))
        file.write('\n[[links]]\nfrom = "u03"\nto = "u53"\n')
    return folder


@pytest.fixture(scope="module")
def district(folder):
    return read_district(folder)


ASKED = {
    "roads": {},
    "roads-coverage": {"center_objective": "coverage", "center_max_minutes": 4.0},
    "walks-by-road": {"drive_by": "units", "center_objective": "farthest"},
    "boundaries-along-roads": {"grid_compactness": 5000.0, "grid_follow": 0.7},
    "drives-by-road": {"walk_by": "straight", "road_speeds": {"secondary": 12.0}},
    "no-grids": {"grids": 0, "regional_max": 0},
    "fixed-sites": {"open_at": {"New": "u23"}, "not_at": ["u11", "u31"]},
    "exempt": {"band_exempt": ("c1", "u00"), "enlarge": {"c2": 24_000}},
    "demands": {
        "fix": [{"units": ["u21"], "lead": "h1"}],
        "bar": [{"communities": ["东北社区"], "lead": "h1"}],
        "together": [{"units": ["u30", "u40"]}],
        "must_contain": [{"levels": ["tertiary"]}],
        "balance": [{"column": "population_65", "tolerance": 0.5, "price": 7.0}],
        "grid_bounds": [{"lead": "h1", "lower": 20_000}],
        "lead_prices": {"tertiary": 1000.0},
    },
    "nearest-first": {"center_assignment": "nearest_first"},
    "nearest-first-covering": {
        "center_assignment": "nearest_first",
        "center_objective": "coverage",
        "center_max_minutes": 4.0,
    },
    "covering-assigned": {
        "center_objective": "coverage",
        "center_coverage_of": "assigned",
        "center_max_minutes": 4.0,
        "regional_added": {"东街道": "均衡资源分布"},
        "regional_max": 2,
        "regional_lower": 12_000,
        "regional_upper": 30_000,
    },
    "each-center": {"band_reading": "center", "center_within": "subdistrict"},
    "density": {"band_reading": "district", "center_within": "district", "center_lower": 10_000},
    "communities-whole": {"center_grain": "community", "grid_grain": "community"},
    "communities-priced": {"center_grain": "community", "center_split_price": 1e5},
    "in-one-piece": {"center_contiguous": "yes", "center_assignment": "nearest_first"},
    "from-unreached": {
        "candidates_from": "unreached",
        "candidates_outside": ["东南社区", "u03"],
        "candidates_spacing": 250.0,
        "center_max_minutes": 3.0,
    },
    "stations": {
        "center_stations": 2,
        "center_max_minutes": 3.0,
        "center_lower": 10_100,
        "station_upper": 6_000,
        "centers": 4,
    },
    "density-by-street": {"band_reading": "street", "grids": 1, "center_lower": 10_000},
}
"""Keys of a scenario by what is looked at."""


@pytest.mark.parametrize("name", ASKED)
def test_a_plan_is_agreed_to(name, district, folder):
    given = {"grids": 2, "center_lower": 5_000, "center_upper": 25_000, "grid_tolerance": 0.4}
    made = make_plan(district, Scenario(**given | ASKED[name], work_limit=0.2), alternatives=0)
    assert [check.differences for check in retraced(made, district, folder)] == [(), ()]


def test_a_written_plan_on_roads_is_sound_with_its_district_and_without(district, folder, tmp_path):
    scenario = Scenario(
        grids=2, center_lower=5_000, center_upper=25_000, grid_tolerance=0.4, work_limit=0.2
    )
    made = make_plan(district, scenario, alternatives=2)
    assert len(made.layout.stations) == 2
    write_plan(made, tmp_path / "out", lang="en")
    assert verify(tmp_path / "out", district=folder).differences == ()
    assert verify(tmp_path / "out").differences == ()
